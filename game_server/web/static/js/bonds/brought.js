/**
 * Bonds that one was in with another program, and is asked about: a file was brought in, and nobody is in a bond because a file says so.
 * @module
 */

import { h } from "../ui/dom.js";
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
 */

/** Those that wait for an answer, one's own or the bond's. Throws ApiError. @param {App} app @returns {Promise<Brought[]>} */
export async function brought(app) {
  const { items } = await app.api.get("/api/me/imports");
  return items.filter((/** @type {Brought} */ { status }) => status === "pending" || status === "accepted");
}

/** @param {App} app @param {Brought} one @param {() => Promise<void>} reload */
export function broughtBox(app, one, reload) {
  const { id, status } = one;
  const said = (/** @type {"accept" | "refuse"} */ verb) => acts(reload, () => app.api.post(`/api/me/imports/${encodeURIComponent(id)}/${verb}`));
  const name = nameOf(one);
  return h(
    "section",
    { class: "box", testid: "brought-bond", "data-key": id },
    h("h2", null, name),
    ...(status === "pending"
      ? [
          h("p", null, _("You were in this bond with another app, and it was brought here. Do you want to be in it here, too?")),
          h("p", { class: "quiet" }, _("With your yes you ask its members to let you in. Until then you see no more of it, and nothing in it is asked of you. Of a no nobody is told.")),
          h("button", { class: "primary", type: "button", testid: "accept-brought", onclick: said("accept") }, _("Yes, ask to be let in")),
          h("button", { class: "plain", type: "button", testid: "refuse-brought", onclick: said("refuse") }, _("No")),
        ]
      : [
          h("p", { testid: "asked-brought" }, _("You said yes. Everybody in the bond has to say yes now.")),
          h("button", { type: "button", testid: "refuse-brought", onclick: said("refuse") }, _("Take it back")),
        ]),
  );
}
