/**
 * What somebody may do with a row: by the bond's permissions, and by the state it is in. The server has the last word.
 * @module
 */

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("./catalog.js").Tool} Tool */
/** @typedef {import("./catalog.js").Row} Row */

/**
 * May they, in whatever state it is?
 * @param {Bond} bond @param {Tool} tool @param {string} act @param {Row} row
 */
export function may(bond, tool, act, row) {
  const known = bond.permissions.acts[`${tool.name}.${act}`];
  if (known === undefined || bond.over) return false;
  const me = bond.me.user_id;
  const person = tool.person === undefined ? null : (row[tool.person] ?? null);
  const led = person !== null && (known.people ?? []).includes(person);
  const made = row[tool.owner] === me;
  switch (known.who) {
    case "creator":
      return made;
    case "leads_or_own":
      return led || (made && (person === null || person === me));
    case "leads_or_creator":
      return led || (made && person !== me);
    case "person_or_creator":
      return led || made;
    case "leads":
    case "leads_or_self":
    case "person":
    case "person_or_leads":
      return led;
    default:
      return known.allowed;
  }
}

/** Does the row's state allow it? @param {Tool} tool @param {string} act @param {Row} row */
export function legal(tool, act, row) {
  const move = tool.moves?.[act];
  return move === undefined || move.sources.includes(row["status"]);
}

/** For whom may a new one be? @param {Bond} bond @param {Tool} tool @param {string} [act] @returns {string[]} user ids */
export function candidates(bond, tool, act = "create") {
  const known = bond.permissions.acts[`${tool.name}.${act}`];
  return bond.members.map(({ user_id: id }) => id).filter((id) => known?.people === undefined || known.people.includes(id));
}

/** May they make one at all? @param {Bond} bond @param {Tool} tool */
export function mayCreate(bond, tool) {
  if (bond.over || !tool.creatable) return false;
  const acts = [`${tool.name}.create`, `${tool.name}.create-for-all`].map((act) => bond.permissions.acts[act]);
  return acts.some((act) => act?.allowed === true);
}
