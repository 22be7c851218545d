/**
 * A character that an AI plays for its owner: what the server says of one, and where its screens are.
 * @module
 */

/** @typedef {"dominant" | "submissive" | "switch"} Role */
/** @typedef {"openai_responses" | "flowise"} Provider */
/** @typedef {"dominance" | "submission" | "charisma" | "stamina" | "creativity" | "control"} Stat */
/** @typedef {Readonly<Record<Stat, number>>} Stats */
/**
 * What its owner says of a character; of a new one, what they have said so far.
 * @typedef {object} About
 * @property {string | null} [name]
 * @property {string | null} [display_name]
 * @property {Role} [role]
 * @property {string | null} [pronouns]
 * @property {string | null} [archetype]
 * @property {string | null} [bio]
 * @property {string | null} [backstory]
 * @property {readonly string[] | null} [personality_traits]
 * @property {readonly string[] | null} [top_kinks]
 * @property {readonly string[] | null} [hard_limits]
 * @property {readonly string[] | null} [soft_limits]
 * @property {string | null} [experience_level]
 * @property {string | null} [body_type]
 * @property {string | null} [height]
 * @property {string | null} [build]
 * @property {string | null} [hair_color]
 * @property {string | null} [hair_style]
 * @property {string | null} [eye_color]
 * @property {string | null} [skin_tone]
 * @property {string | null} [facial_hair]
 * @property {string | null} [age_range]
 * @property {string | null} [clothing_style]
 * @property {readonly string[] | null} [favorite_colors]
 * @property {readonly string[] | null} [fetish_wear]
 * @property {string | null} [aesthetic]
 * @property {Stats} [stats]
 * @property {Provider} [provider]
 * @property {string | null} [openai_model]
 * @property {string | null} [openai_instructions]
 * @property {string | null} [flowise_chatflow_id]
 * @property {string | null} [preset_id]
 * @property {boolean} [is_public] stands in a second database of its owner's Notion, too
 */
/**
 * @typedef {object} Kept
 * @property {string} id
 * @property {number} version
 * @property {boolean} is_primary
 * @property {string | null} user_id null: one of ours, for everybody to begin from
 * @property {readonly string[]} avatar_urls the first is the one that is shown
 * @property {string} created_at
 */
/** @typedef {About & Kept} Character */

export const LIST = "/characters";
/** Where what was said stays when the character is gone. */
export const GONE = "gone";

/** @param {string} id @param {...string} parts */
export function pathOf(id, ...parts) {
  return [LIST, id, ...parts].map((each, place) => (place === 0 ? each : encodeURIComponent(each))).join("/");
}

/** @param {Pick<Character, "id">} character @param {string} [command] */
export function apiOf({ id }, command = "") {
  return `/api/kinksters/${encodeURIComponent(id)}${command === "" ? "" : `/${command}`}`;
}

/** What it is called. @param {Pick<About, "name" | "display_name">} character */
export function nameOf({ name, display_name: shown }) {
  return shown || name || "";
}

/** Is it one of ours, which nobody changes? @param {Pick<Character, "user_id">} character */
export function isOurs({ user_id: owner }) {
  return owner === null;
}

/** The pictures of one, by the ids of their files; the first is shown. @param {Pick<Character, "avatar_urls">} character @returns {string[]} */
export function picturesOf({ avatar_urls: addresses }) {
  return addresses.map((each) => each.split("/").at(-1) ?? each);
}
