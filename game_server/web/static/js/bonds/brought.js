/**
 * Bonds that one was in with another program, and is asked about: a file was brought in, and nobody is in a bond, says yes or writes because
 * a file says so.
 * @module
 */

import { h } from "../ui/dom.js";
import { serverNow } from "../ui/servertime.js";
import { _, ngettext } from "../ui/tongue.js";
import { nameOf } from "./bond.js";
import { acts } from "./safety.js";

/** @typedef {import("../app.js").App} App */
/**
 * @typedef {object} Brought a bond elsewhere, and what one said to it; `member`: one is in it here, and asked only what comes in one's name
 * @property {string} id
 * @property {string} bond_id
 * @property {string | null} name
 * @property {boolean} member
 * @property {number} ratings that say yes or maybe
 * @property {number} messages
 * @property {number} points entries
 * @property {"pending" | "accepted" | "refused" | "over"} status
 * @property {string | null} answered_at
 */

/** So long a No can be taken back here; then it is shown no more. */
const LATELY_MS = 3_600_000;

/** Those that wait for an answer, one's own or the bond's, and those that one just said no to. Throws ApiError. @param {App} app @returns {Promise<Brought[]>} */
export async function brought(app) {
  const { items } = await app.api.get("/api/me/imports");
  return items.filter((/** @type {Brought} */ one) => one.status === "pending" || one.status === "accepted" || saidNoLately(one));
}

/** @param {Brought} one */
function saidNoLately({ status, answered_at: at }) {
  return status === "refused" && at !== null && serverNow() - Date.parse(at) < LATELY_MS;
}

/** @param {App} app @param {Brought} one @param {() => Promise<void>} reload */
export function broughtBox(app, one, reload) {
  const title = `brought-${one.id}`;
  const answered = async () => {
    await reload();
    document.getElementById(title)?.focus(); // what was pressed is gone
  };
  const said = (/** @type {"accept" | "refuse"} */ verb) => acts(answered, () => app.api.post(`/api/me/imports/${encodeURIComponent(one.id)}/${verb}`));
  return h("section", { class: "box", testid: "brought-bond", "data-key": one.id }, h("h2", { id: title, tabindex: -1 }, nameOf(one)), standOf(one, said));
}

/** @param {Brought} one @param {(verb: "accept" | "refuse") => (event: Event) => Promise<unknown>} said */
function standOf(one, said) {
  const yes = (/** @type {string} */ words, of = "primary") => h("button", { class: of, type: "button", testid: "accept-brought", onclick: said("accept") }, words);
  const no = (/** @type {string} */ words, of = "plain") => h("button", { class: of, type: "button", testid: "refuse-brought", onclick: said("refuse") }, words);
  if (one.status === "accepted")
    return [h("p", { role: "status", testid: "asked-brought" }, _("You said yes. Everybody in the bond has to say yes now.")), no(_("Take it back"), "")];
  if (one.status === "refused")
    return [
      h("p", { role: "status", testid: "refused-brought" }, _("You said no, and nobody is told.")),
      yes(one.member ? _("Let them come after all") : _("Ask to be let in after all"), ""),
    ];
  if (one.member)
    return [
      h("p", null, _("This bond was brought here from another app, with things in your name. Shall they come?")),
      inMyName(one),
      h("p", { class: "quiet" }, _("Nothing of it comes without your yes. Of a no nobody is told.")),
      yes(_("Yes, they are mine")),
      no(_("No")),
    ];
  return [
    h("p", null, _("You were in this bond with another app, and it was brought here. Do you want to be in it here, too?")),
    h("p", { class: "quiet" }, _("With your yes you ask its members to let you in. Until then you see no more of it, and nothing in it is asked of you. Of a no nobody is told.")),
    inMyName(one),
    yes(_("Yes, ask to be let in")),
    no(_("No")),
  ];
}

/** What comes in one's own name with one's yes. @param {Brought} one */
function inMyName({ ratings, messages, points }) {
  if (ratings + messages + points === 0) return null;
  const line = (/** @type {string} */ words) => h("li", null, words);
  return h(
    "div",
    { testid: "in-my-name" },
    h("p", null, _("With your yes this comes in your name:")),
    h(
      "ul",
      null,
      ratings > 0 ? line(ngettext("{n} rating that says yes or maybe", "{n} ratings that say yes or maybe", ratings)) : null,
      messages > 0 ? line(ngettext("{n} message", "{n} messages", messages)) : null,
      points > 0
        ? line(ngettext("{n} entry of points, once everybody in the bond has said yes", "{n} entries of points, once everybody in the bond has said yes", points))
        : null,
    ),
  );
}
