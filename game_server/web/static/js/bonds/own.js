/**
 * One's own pages outside every bond, at `/you/journal` and `/you/resources`: the journal, and things to read. What one wrote in a bond
 * that one has left came home to here.
 * @module
 */

import { signUp } from "../account/signup.js";
import { h, render } from "../ui/dom.js";
import { loading } from "../ui/loading.js";
import { _ } from "../ui/tongue.js";
import { Bond } from "./bond.js";
import { JOURNAL } from "./tools/journal.js";
import { toolPage } from "./tools/part.js";
import { RESOURCES } from "./tools/resources.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("./bond.js").Member} Member */
/** @typedef {import("./tools/kind.js").Kind} Kind */

/** A kind of page that is shared as it is written. */
const FOR_ALL = "shared";
const WITH_ACCOUNT = _("Your own pages are for accounts: they need a place that you find again.");

/** @type {Readonly<Record<"journal" | "resources", Kind>>} */
const KINDS = {
  journal: unshared(JOURNAL, "is_shared", _("Your own pages, sealed with a key of your own. What you wrote in a bond that you have left is here too.")),
  resources: unshared(RESOURCES, "shared_with_partner", _("Kept for yourself alone.")),
};

/** There is nobody to share it with. @param {Kind} kind @param {string} shared the field that does @param {string} lead @returns {Kind} */
function unshared(kind, shared, lead) {
  const isOther = (/** @type {string} */ name) => name !== shared;
  return {
    ...kind,
    lead,
    first: kind.first.filter(isOther),
    asked: (kind.asked ?? []).filter((name) => name !== "mine"),
    fields: (fields) => fields.filter(({ name }) => isOther(name)).map((field) => (field.values?.includes(FOR_ALL) ? { ...field, values: field.values.filter((value) => value !== FOR_ALL) } : field)),
    doings: [],
  };
}

/** Oneself as whoever is in no bond: it has its rows where the API has one's own. */
class Alone extends Bond {
  /** @param {App} app @param {{id: string, display_name: string | null}} me */
  constructor(app, { id, display_name: name }) {
    super(app, { ...NOBODY, members: [memberOf(id, name)] }, { you: { leads: [], led_by: [], can_invite: false, can_manage: false, is_founder: false }, acts: ACTS });
  }

  /** @override @param {string} [rest] */
  api(rest = "") {
    return `/api${rest}`;
  }

  /** @override @param {string} [part] @param {string} [row] */
  to(part, row) {
    return ["/you", part, row].filter((each) => each !== undefined).join("/");
  }

  /** @override */
  async reload() {}
}

/** @type {import("./bond.js").BondView} */
const NOBODY = {
  id: "own",
  name: null,
  description: null,
  bond_type: "dyad",
  status: "forming",
  is_private: true,
  members: [],
  version: 1,
  dissolved_at: null,
  invite_expires_at: null,
  dissolve_votes: 0,
  dissolve_needed: 1,
};
const ACTS = Object.fromEntries(
  ["journal", "resources"].flatMap((tool) => [
    [`${tool}.create`, { who: "member", allowed: true }],
    [`${tool}.edit`, { who: "creator", allowed: true }],
    [`${tool}.remove`, { who: "creator", allowed: true }],
  ]),
);

/** @param {string} id @param {string | null} name @returns {Member} */
function memberOf(id, name) {
  return {
    user_id: id,
    display_name: name,
    nickname: null,
    role_in_bond: "switch",
    dynamic_role: null,
    submission_state: "active",
    kink_identity: null,
    can_invite: false,
    can_manage: false,
    is_founder: false,
    joined_at: "",
    safewords: null,
    aftercare_needs: null,
    version: 1,
    paused_by_me: false,
  };
}

/** @param {{part: "journal" | "resources", row?: string}} address @returns {Screen} */
export function ownPagesScreen({ part, row }) {
  return (root, app) => {
    const kind = KINDS[part];
    if (app.identities.current()?.kind !== "user") {
      render(root, h("header", null, h("h1", null, kind.title)), signUp(app, WITH_ACCOUNT));
      return () => {};
    }
    let title = kind.title;
    const back = row === undefined ? h("a", { class: "back", testid: "back", href: "/you" }, _("‹ You")) : h("a", { class: "back", testid: "back", href: `/you/${part}` }, _("‹ {name}", { name: kind.title }));
    const draw = () => render(root, h("header", null, back, h("h1", null, title)), h("div", { class: "part", "data-key": "part", "data-live": true }));
    const entitle = (/** @type {string} */ words) => {
      title = words;
      draw();
    };
    draw();
    const place = /** @type {HTMLElement} */ (root.querySelector(".part"));
    return loading(
      place,
      () => null,
      async (drawn) => {
        const bond = new Alone(app, await app.api.get("/api/me"));
        return toolPage({ app, bond, row: row ?? null, heard: () => {}, entitle, changed: async () => {} }, kind, drawn);
      },
      { again: true },
    );
  };
}
