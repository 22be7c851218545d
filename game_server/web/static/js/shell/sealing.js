/**
 * Boxes that only their key opens: AES-GCM, with a new start for each.
 * @module
 */

/** @typedef {{iv: string, box: string}} Sealed base64 */
/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

const IV_BYTES = 12;

/** @param {CryptoKey} key @param {Bytes} content @returns {Promise<Sealed>} */
export async function seal(key, content) {
  const iv = random(IV_BYTES);
  const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, content);
  return { iv: text64(iv), box: text64(new Uint8Array(box)) };
}

/** @param {CryptoKey} key @param {Sealed} sealed @returns {Promise<Bytes | null>} null: it is not this key's, or spoilt */
export async function unseal(key, { iv, box }) {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes64(iv) }, key, bytes64(box)));
  } catch {
    return null;
  }
}

/** @param {Bytes} raw 32 bytes @returns {Promise<CryptoKey>} that nobody can read out again */
export function keyFrom(raw) {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** @param {number} count @returns {Bytes} */
export function random(count) {
  return crypto.getRandomValues(new Uint8Array(count));
}

/** @param {Bytes} bytes */
export function text64(bytes) {
  return btoa(Array.from(bytes, (each) => String.fromCharCode(each)).join(""));
}

/** @param {string} text @returns {Bytes} */
export function bytes64(text) {
  return Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
}
