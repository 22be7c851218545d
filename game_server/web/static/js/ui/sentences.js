/**
 * What a person reads when something is refused: by the code of the refusal, by the field it is about, and by what the
 * page itself finds missing. The server's own words are for programs, but where they were written for people.
 * @module
 */

import { _, heard, ngettext } from "./tongue.js";

/** @typedef {import("../api.js").ApiError} ApiError */

/** @type {Record<string, string>} */
const BY_CODE = {
  offline: _("The server cannot be reached. Please try again when you are online."),
  slow: _("The server takes too long to answer. Please try again."),
  request_timeout: _("The line is too slow just now. Please try again."),
  unavailable: _("This cannot be saved just now. Please try again in a moment; nothing is done twice."),
  internal: _("Something went wrong on our side. Please try again."),
  busy: _("Too much at the same moment. Please try again."),
  wrong_credentials: _("E-mail address or password is wrong."),
  wrong_password: _("This is not your password. Please write it once more."),
  email_taken: _("There is an account with this address already. Sign in, or choose a new password."),
  locked_out: _("Too many wrong passwords. Please wait 15 minutes, or choose a new password."),
  invalid_token: _("This link is wrong, used or has run out. Ask for a new one."),
  confirmed_before: _("This link was opened before, then all is done: sign in. Or it has run out: register once more."),
  incomplete_link: _("This link is not whole. Please open it from the mail once more."),
  expired: _("This has run out. Please make a new one."),
  unauthorized: _("You are signed out. Please sign in again."),
  adult_required: _("Please confirm first that you are an adult."),
  profile_required: _("Please tell your name and anatomy first."),
  not_found: _("This is not there any more, or it is not yours."),
  forbidden: _("This needs an account."),
  too_large: _("This is too long."),
  invalid: _("Something in here cannot be taken. Please look through it."),
  session_over: _("This game is over."),
  replaced: _("This game has been opened in another place."),
};
/** Codes whose message was written for the person who reads it, because it depends on the case. */
const SPEAKS_FOR_ITSELF = new Set([
  "wrong_state",
  "limit_reached",
  "not_configured",
  "budget_used",
  "provider_busy",
  "provider_unavailable",
  "provider_refused",
  "provider_broken",
  "answer_cut",
  "answer_stopped",
  "answer_lost",
  "paused",
  "cooling_down",
  "no_proposal",
  "not_your_turn",
  "not_started",
  "no_card",
  "stale",
  "not_hosted",
  "keys_unavailable",
  "no_password",
  "purchase_refused",
  "purchase_taken",
  "store_unavailable",
  "updating",
  "sign_up_elsewhere",
  "sign_in_unavailable",
  "email_required",
  "not_permitted",
  "changed",
  "person_paused",
  "bond_paused",
  "not_enough_points",
  "bond_full",
  "last_member",
  "limit",
  "proof_required",
  "ai_off",
  "adults_only",
  "notion_refused",
  "notion_unavailable",
]);
const ANYTHING = _("That did not work. Please try again.");

const NAME = _("Please write a name of up to 64 characters that can be seen and read.");
const WORD = _("Please use up to 60 ordinary characters.");
/** By the field as it is called here. @type {Record<string, string>} */
const BY_FIELD = {
  notion_token: _("This does not look like a token of Notion. It begins with “ntn_” and has no spaces."),
  page_address: _("Please paste the whole address of a page in Notion: at its end stand 32 letters and digits."),
  name: NAME,
  email: _("Please write an e-mail address, such as name@example.org."),
  password: _("Please choose a password of 8 to 256 characters."),
  new: _("Please choose a password of 8 to 256 characters."),
  adult: _("This is for adults only: please confirm it first."),
  anatomy_self: _("Please choose at least one."),
  anatomy_preference: _("Please choose at least one."),
  gender: WORD,
  sexual_orientation: WORD,
  relationship_structure: WORD,
  target_activities: _("Please choose a whole number from 5 to 50."),
  partner: _("Please choose with whom."),
  to: _("Please choose another time than the one it begins at."),
  url: _("Please write the whole address of a page, with https in front."),
  expires: _("Please choose its last day, from today on."),
  when: _("Please choose a time that is still to come."),
  start: _("Please choose a time that is still to come."),
  ends: _("Please choose an end that comes after the beginning."),
  timezone: _("Please write a name such as Europe/Berlin."),
  "erase-sure": _("Please tick this first: it cannot be undone."),
};
const CHOOSE = _("Please choose one of these.");
/** Fields of a card that somebody writes: what is wrong depends on its words, so the server says it for people. */
const OF_A_CARD = new Set(["step-0", "step-1", "rating", "topics", "deeds"]);
/** Fields of what a bond keeps: what is wrong with them depends on their words and on the rest of the row, so the server says it. */
const OF_A_TOOL = new Set([
  ...["title", "content", "description", "tags", "notes", "reason", "text", "file", "file_id", "proof", "grant", "points", "point_value"],
  ...["due_date", "until", "effective_from", "effective_until", "assigned_to", "user_id", "template_id", "reminder_minutes"],
]);
/** Fields of the app lock, which the page itself looks through and says in words (js/shell/locksettings.js). */
const OF_A_LOCK = new Set(["pin", "pin-again", "passkey-pin", "off-pin"]);
/** What is written of a character: what is wrong with it depends on its words. */
const OF_A_CHARACTER = new Set([
  ...["called", "display_name", "pronouns", "archetype", "bio", "backstory", "personality_traits", "top_kinks", "hard_limits", "soft_limits"],
  ...["body_type", "height", "build", "hair_color", "hair_style", "eye_color", "skin_tone", "facial_hair", "clothing_style", "favorite_colors"],
  ...["fetish_wear", "aesthetic", "openai_instructions", "openai_model", "flowise_chatflow_id", "message"],
]);
/** Of these the server's words are read as they are. */
const SAID_FOR = [OF_A_CARD, OF_A_TOOL, OF_A_LOCK, OF_A_CHARACTER];

/** What is missing, where a field is left empty. @type {Record<string, string>} */
const MISSING = {
  name: _("Please write a name."),
  email: _("Please write your e-mail address."),
  password: _("Please write the password."),
  current: _("Please write the password that you have now."),
  new: _("Please write the new password."),
  from: _("Please say when they begin."),
  to: _("Please say when they end."),
  "step-0": _("Please write what happens."),
  called: _("Please write a name."),
  role: _("Please choose one of these."),
  age_range: _("Please say how old they are."),
};

/** Fields that the server calls by another name. @type {Record<string, string>} */
const HERE = {
  parent_page_id: "page_address",
  display_name: "name",
  quiet_hours: "to",
  file_id: "file",
  expires_at: "expires",
  scene_date: "when",
  start_date: "start",
  end_date: "ends",
};
/** Refusals that are about one field, though the server names none. @type {Record<string, string>} */
const FIELD_OF_CODE = { email_taken: "email", wrong_password: "current" };

/** Kinds of questions in the survey. @type {Record<string, string>} */
const BY_QUESTION = {
  likert7: _("Please answer once more: a whole number from 1 to 7."),
  ymn: _("Please answer once more with Yes, Maybe or No (Y, M or N)."),
  checklist: _("Please tick once more what is true for you."),
  multiselect: _("Please tick once more what is true for you."),
};

/** @param {ApiError} error @returns {string} */
export function sentence(error) {
  if (error.code === "rate_limited") return tooFast(error.retryAfter);
  return BY_CODE[error.code] ?? (SPEAKS_FOR_ITSELF.has(error.code) ? heard(error.message) : ANYTHING);
}

/** @param {number} seconds */
function tooFast(seconds) {
  if (seconds < 2) return _("That was too fast. Please wait a moment.");
  return seconds < 120
    ? ngettext("That was too often. Please wait {n} second.", "That was too often. Please wait {n} seconds.", seconds)
    : ngettext(
        "That was too often. Please wait {n} minute.",
        "That was too often. Please wait {n} minutes.",
        Math.ceil(seconds / 60),
      );
}

/**
 * What the server refused, by field as the page calls it.
 * @param {ApiError} error
 * @returns {Map<string, string>}
 */
export function fieldSentences(error) {
  const fields = Object.entries(error.fields ?? {}).map(
    ([path, said]) => /** @type {const} */ ([fieldHere(path), said]),
  );
  const alone = FIELD_OF_CODE[error.code];
  if (alone !== undefined) return new Map([[alone, sentence(error)]]);
  const told = fields.filter(([name]) => name !== "permission"); // what one would have to be, for programs
  return new Map(told.map(([name, said]) => [name, SAID_FOR.some((each) => each.has(name)) ? said : (BY_FIELD[name] ?? CHOOSE)]));
}

/** @param {string} path such as partner.hosted.anatomy_self[0] */
function fieldHere(path) {
  const step = /^steps\[(\d)\]\.do$/.exec(path);
  if (step !== null) return `step-${step[1]}`;
  const last =
    path
      .replace(/\[\d+\]/g, "")
      .split(".")
      .at(-1) ?? path;
  return HERE[last] ?? last;
}

/** @param {string} name of a field that is left empty */
export function missing(name) {
  return MISSING[name] ?? BY_FIELD[name] ?? _("Please fill this in.");
}

/** @param {string} name of a field with something in it that cannot be right */
export function unfit(name) {
  return BY_FIELD[name] ?? _("This cannot be right. Please look once more.");
}

/** @param {string | undefined} kind of a question in the survey @param {string} fallback */
export function questionSentence(kind, fallback) {
  return BY_QUESTION[kind ?? ""] ?? fallback;
}

/** Marks, spaces and fillers that draw nothing, also those that Unicode counts as letters or symbols. */
const NO_INK = /[\p{C}\p{Z}\p{M}\u115f\u1160\u2800\u3164\uffa0]/gu;

/** @param {string} name @returns {boolean} is there anything to be seen of it? */
export function isVisible(name) {
  return name.replace(NO_INK, "") !== "";
}
