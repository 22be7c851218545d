/**
 * What may be done with a scene: its commands.
 * @module
 */

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("./words.js").Scene} Scene */
/**
 * @typedef {object} Stage what a scene's acts need
 * @property {Bond} bond
 * @property {Scene} scene
 * @property {() => Promise<void>} reload
 * @property {() => void} edit
 */

/** Throws ApiError. @param {Stage} stage @param {string} command @param {object} [body] @returns {Promise<any>} */
export function says({ bond, scene }, command, body = {}) {
  return bond.app.api.create(bond.api(`/scenes/${encodeURIComponent(scene.id)}/${command}`), body);
}
