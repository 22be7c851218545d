/**
 * What somebody wrote to their partners and has not sent, as the browser keeps it: a draft, and messages that wait for a connection.
 * It lies where its writer's own token lies, which could send it anyway; nobody else finds it, and it goes after a week.
 * @module
 */

import { drop, keysOf, read, write } from "../ui/kept.js";
import { serverNow } from "../ui/servertime.js";

/** @typedef {import("../ui/kept.js").Shelf} Shelf */
/**
 * @typedef {object} Waiting
 * @property {string} key under which the server takes it once
 * @property {string} content
 * @property {string[]} attachments file ids
 * @property {number} at when it was written, milliseconds
 * @property {string} [refused] why the server did not take it, for its writer to read
 */
/** @typedef {{draft: string, waiting: Waiting[], at: number}} Written */

export const WRITTEN_KEY = "attuned.written";
const WEEK_MS = 7 * 86_400_000;

/** @param {string} owner @param {string} bond */
const placeOf = (owner, bond) => `${WRITTEN_KEY}.${owner}.${bond}`;

/** @param {Shelf} shelf @param {string} owner @param {string} bond @returns {Written} */
export function writtenIn(shelf, owner, bond) {
  return parsed(read(shelf, placeOf(owner, bond)));
}

/**
 * @param {Shelf} shelf @param {string} owner @param {string} bond
 * @param {Pick<Written, "draft" | "waiting">} written
 * @returns {boolean} false: the browser does not keep it beyond this visit
 */
export function keepWritten(shelf, owner, bond, { draft, waiting }) {
  if (draft === "" && waiting.length === 0) {
    drop(shelf, placeOf(owner, bond));
    return true;
  }
  return write(shelf, placeOf(owner, bond), JSON.stringify({ draft, waiting, at: serverNow() }));
}

/** In which bonds something of theirs lies. @param {Shelf} shelf @param {string} owner @returns {string[]} */
export function bondsWritten(shelf, owner) {
  const beginning = placeOf(owner, "");
  return keysOf(shelf, beginning).map((key) => key.slice(beginning.length));
}

/** Their things are kept elsewhere from now on. @param {readonly Shelf[]} shelves @param {Shelf} to @param {string} owner */
export function gatherWritten(shelves, to, owner) {
  for (const from of shelves.filter((each) => each !== to)) {
    for (const bond of bondsWritten(from, owner)) {
      const [here, there] = [writtenIn(to, owner, bond), writtenIn(from, owner, bond)];
      const known = new Set(here.waiting.map(({ key }) => key));
      const waiting = [...here.waiting, ...there.waiting.filter(({ key }) => !known.has(key))].sort((one, other) => one.at - other.at);
      drop(from, placeOf(owner, bond));
      keepWritten(to, owner, bond, { draft: here.draft || there.draft, waiting });
    }
  }
}

/** Whoever leaves of their own will leaves nothing. @param {readonly Shelf[]} shelves @param {string} owner */
export function forgetWritten(shelves, owner) {
  for (const shelf of shelves) for (const key of keysOf(shelf, placeOf(owner, ""))) drop(shelf, key);
}

/** What has waited for a week waits no longer. @param {readonly Shelf[]} shelves */
export function forgetOldWritten(shelves) {
  for (const shelf of shelves) {
    for (const key of keysOf(shelf, WRITTEN_KEY)) if (Math.abs(serverNow() - parsed(read(shelf, key)).at) > WEEK_MS) drop(shelf, key);
  }
}

/** @param {string | null} text @returns {Written} */
function parsed(text) {
  try {
    const { draft = "", waiting = [], at = 0 } = JSON.parse(text ?? "{}");
    return { draft, waiting, at };
  } catch {
    return { draft: "", waiting: [], at: 0 };
  }
}
