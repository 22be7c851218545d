/**
 * Those who are kept from asking again, and letting them.
 * @module
 */

import { ApiError } from "../api.js";
import { h } from "../ui/dom.js";
import { explain, presses } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {{user_id: string, name: string}} Blocked */

/**
 * The list of blocked people: `load` asks for it, `view` shows it.
 * @param {App} app
 * @param {() => void} changed draw again
 */
export function blockedPeople(app, changed) {
  /** @type {Blocked[]} */
  let people = [];
  const load = async () => {
    if (app.identities.current()?.kind !== "user") return;
    try {
      people = (await app.api.get("/api/partners/blocked?limit=100")).items;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return;
    }
    changed();
  };
  const unblock = async (/** @type {Blocked} */ { user_id: id, name }) => {
    try {
      await app.api.delete(`/api/partners/blocked/${encodeURIComponent(id)}`);
      notify(_("{name} may ask again. You are not connected by this.", { name }));
    } catch (error) {
      notify(explain(error));
    }
    await load();
  };
  return { load, view: () => list(people, unblock) };
}

/** @param {Blocked[]} people @param {(one: Blocked) => Promise<void>} unblock */
function list(people, unblock) {
  if (people.length === 0) return null;
  return h(
    "details",
    { class: "box wishes", "data-key": "blocked", testid: "blocked" },
    h("summary", null, _("Blocked ({n})", { n: people.length })),
    h("p", { class: "quiet" }, _("They cannot reach you, and they are not told.")),
    h(
      "ul",
      null,
      people.map((one) =>
        h(
          "li",
          { "data-key": one.user_id },
          h("span", { class: "grows" }, one.name),
          h("button", { class: "plain", testid: "unblock", onclick: presses(() => unblock(one)) }, _("Unblock")),
        ),
      ),
    ),
  );
}
