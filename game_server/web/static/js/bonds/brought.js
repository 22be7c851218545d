/**
 * Bonds that one was in with another program, and is asked about: a file was brought in, and nobody is in a bond, says yes or writes because
 * a file says so.
 * @module
 */

import { h } from "../ui/dom.js";
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
 */

/** Those that wait for an answer, one's own or the bond's. Throws ApiError. @param {App} app @returns {Promise<Brought[]>} */
export async function brought(app) {
  const { items } = await app.api.get("/api/me/imports");
  return items.filter((/** @type {Brought} */ { status }) => status === "pending" || status === "accepted");
}

/** @param {App} app @param {Brought} one @param {() => Promise<void>} reload */
export function broughtBox(app, one, reload) {
  const { id, status, member } = one;
  const said = (/** @type {"accept" | "refuse"} */ verb) => acts(reload, () => app.api.post(`/api/me/imports/${encodeURIComponent(id)}/${verb}`));
  const yes = (/** @type {string} */ words) => h("button", { class: "primary", type: "button", testid: "accept-brought", onclick: said("accept") }, words);
  const no = () => h("button", { class: "plain", type: "button", testid: "refuse-brought", onclick: said("refuse") }, _("No"));
  const box = (/** @type {(HTMLElement | null)[]} */ ...parts) => h("section", { class: "box", testid: "brought-bond", "data-key": id }, h("h2", null, nameOf(one)), ...parts);
  if (status !== "pending") {
    return box(
      h("p", { testid: "asked-brought" }, _("You said yes. Everybody in the bond has to say yes now.")),
      h("button", { type: "button", testid: "refuse-brought", onclick: said("refuse") }, _("Take it back")),
    );
  }
  if (member) {
    return box(
      h("p", null, _("This bond was brought here from another app, with things in your name. Shall they come?")),
      inMyName(one),
      h("p", { class: "quiet" }, _("Nothing of it comes without your yes. Of a no nobody is told.")),
      yes(_("Yes, they are mine")),
      no(),
    );
  }
  return box(
    h("p", null, _("You were in this bond with another app, and it was brought here. Do you want to be in it here, too?")),
    h("p", { class: "quiet" }, _("With your yes you ask its members to let you in. Until then you see no more of it, and nothing in it is asked of you. Of a no nobody is told.")),
    inMyName(one),
    yes(_("Yes, ask to be let in")),
    no(),
  );
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
