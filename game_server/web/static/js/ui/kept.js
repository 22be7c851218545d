/**
 * What the browser keeps for the page. Its storage may be full, forbidden or emptied at any moment: what it does not
 * take is kept for this visit, and whoever wrote it is told so.
 * @module
 */

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem"> & Partial<Pick<Storage, "key" | "length">>} Shelf */

/** What a shelf did not take. @type {WeakMap<Shelf, Map<string, string>>} */
const heldBack = new WeakMap();
/** Shelves that are gone with the page. @type {WeakSet<Shelf>} */
const standIns = new WeakSet();

/**
 * The browser's storage, or a stand-in for this visit where it is switched off.
 * @param {"localStorage" | "sessionStorage"} name
 * @returns {Shelf}
 */
export function shelf(name) {
  try {
    const storage = globalThis[name];
    storage.getItem("attuned.probe");
    return storage;
  } catch {
    return standIn();
  }
}

/** @returns {Shelf} */
function standIn() {
  /** @type {Map<string, string>} */
  const kept = new Map();
  const made = {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value),
    removeItem: (/** @type {string} */ key) => void kept.delete(key),
    key: (/** @type {number} */ place) => [...kept.keys()][place] ?? null,
    get length() {
      return kept.size;
    },
  };
  standIns.add(made);
  return made;
}

/** A shelf that lies on another one keeps as long as that does. @template {Shelf} S @param {S} upper @param {Shelf} under @returns {S} */
export function likewise(upper, under) {
  if (standIns.has(under)) standIns.add(upper);
  return upper;
}

/** @param {Shelf} shelf @param {string} key @returns {string | null} */
export function read(shelf, key) {
  const there = stored(shelf, key);
  // What was held back had taken the place of what was there: whatever is there now came later, from another tab.
  return there ?? heldBack.get(shelf)?.get(key) ?? null;
}

/**
 * @param {Shelf} shelf
 * @param {string} key
 * @param {string} value
 * @returns {boolean} false: the browser does not keep it beyond this visit
 */
export function write(shelf, key, value) {
  heldBack.get(shelf)?.delete(key);
  if (put(shelf, key, value)) return !standIns.has(shelf);
  drop(shelf, key); // the old value is untrue by now, and takes up room
  if (put(shelf, key, value)) return !standIns.has(shelf);
  const held = heldBack.get(shelf) ?? new Map();
  heldBack.set(shelf, held.set(key, value));
  return false;
}

/** @param {Shelf} shelf @param {string} key */
export function drop(shelf, key) {
  heldBack.get(shelf)?.delete(key);
  try {
    shelf.removeItem(key);
  } catch {
    // forbidden: then it is not there either
  }
}

/** @param {Shelf} shelf @param {string} beginning @returns {string[]} keys that begin so */
export function keysOf(shelf, beginning) {
  const held = [...(heldBack.get(shelf)?.keys() ?? [])];
  return [...new Set([...storedKeys(shelf), ...held])].filter((key) => key.startsWith(beginning));
}

/** @param {Shelf} shelf @returns {string[]} */
function storedKeys(shelf) {
  try {
    return Array.from({ length: shelf.length ?? 0 }, (_, place) => shelf.key?.(place) ?? "");
  } catch {
    return [];
  }
}

/** @param {Shelf} shelf @param {string} key */
function stored(shelf, key) {
  try {
    return shelf.getItem(key);
  } catch {
    return null;
  }
}

/** @param {Shelf} shelf @param {string} key @param {string} value */
function put(shelf, key, value) {
  try {
    shelf.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}
