/**
 * Bonds that one was in with another program, and is asked about: a file was brought in, and nobody is in a bond because a file says so.
 * @module
 */

import { h } from "../ui/dom.js";
import { serverNow } from "../ui/servertime.js";
import { _ } from "../ui/tongue.js";
import { nameOf } from "./bond.js";
import { acts } from "./safety.js";

/** @typedef {import("../app.js").App} App */
/**
 * @typedef {object} Brought a bond elsewhere, and what one said to it
 * @property {string} id
 * @property {string} bond_id
 * @property {string | null} name
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
function standOf({ status }, said) {
  if (status === "accepted")
    return [
      h("p", { role: "status", testid: "asked-brought" }, _("You said yes. Everybody in the bond has to say yes now.")),
      h("button", { type: "button", testid: "refuse-brought", onclick: said("refuse") }, _("Take it back")),
    ];
  if (status === "refused")
    return [
      h("p", { role: "status", testid: "refused-brought" }, _("You said no, and nobody is told.")),
      h("button", { type: "button", testid: "accept-brought", onclick: said("accept") }, _("Ask to be let in after all")),
    ];
  return [
    h("p", null, _("You were in this bond with another app, and it was brought here. Do you want to be in it here, too?")),
    h("p", { class: "quiet" }, _("With your yes you ask its members to let you in. Until then you see no more of it, and nothing in it is asked of you. Of a no nobody is told.")),
    h("button", { class: "primary", type: "button", testid: "accept-brought", onclick: said("accept") }, _("Yes, ask to be let in")),
    h("button", { class: "plain", type: "button", testid: "refuse-brought", onclick: said("refuse") }, _("No")),
  ];
}
