/**
 * Who asks to be let in, as its members see it. One no is a no, and nobody is told whose.
 * @module
 */

import { h } from "../ui/dom.js";
import { _ } from "../ui/tongue.js";
import { acts } from "./safety.js";

/** @typedef {import("./asked.js").Request} Request */
/** @typedef {import("./parts.js").Here} Here */

/** Throws ApiError. @param {Here} here @returns {Promise<Request[]>} those that wait */
export async function waiting({ app, bond }) {
  if (bond.over) return [];
  const { items } = await app.api.get(bond.api("/requests"));
  return items.filter((/** @type {Request} */ { status }) => status === "pending");
}

/** @param {Here} here @param {Request} request @param {() => Promise<void>} reload */
export function requestBox({ app, bond, changed }, request, reload) {
  const { id, display_name: said, message, approvals, needed } = request;
  const name = said ?? _("Somebody");
  const answer = (/** @type {string} */ verb) =>
    acts(
      async () => {
        await changed();
        await reload();
      },
      () => app.api.post(bond.api(`/requests/${encodeURIComponent(id)}/${verb}`)),
    );
  return h(
    "section",
    { class: "box", testid: "join-request", "data-key": id },
    h("h2", null, _("{name} asks to be let in", { name })),
    message === null ? null : h("p", { class: "said" }, message),
    h("p", { class: "quiet" }, _("They would see everything in this bond that comes from then on. Yes so far: {n} of {all}.", { n: approvals ?? 0, all: needed ?? 1 })),
    request.approved_by_me
      ? h("p", { testid: "said-yes" }, _("You said yes. The others have not answered yet."))
      : h("button", { class: "primary", type: "button", testid: "approve-request", onclick: answer("approve") }, _("Yes, let them in")),
    h("button", { class: "plain", type: "button", testid: "reject-request", onclick: answer("reject") }, _("No")),
    h("p", { class: "quiet" }, _("One no is enough, and nobody is told whose it was.")),
  );
}
