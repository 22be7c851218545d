/**
 * What of Notion is called what, and why something did not go: the server says codes.
 * @module
 */

import { CATEGORIES } from "../bonds/boundaries.js";
import { KINDS as DATES } from "../bonds/calendar/words.js";
import { COLOURS } from "../bonds/checkin.js";
import { RATINGS } from "../bonds/ratings.js";
import { STATES as SCENES } from "../bonds/scenes/words.js";
import { choiceWords } from "../bonds/tools/words.js";
import { AGES, EXPERIENCE, PROVIDERS, ROLES, wordOf } from "../characters/words.js";
import { day, listed, moment } from "../ui/time.js";
import { _ } from "../ui/tongue.js";

/** @typedef {{label: string, holds: string}} KindWords */

/** In the order in which they are told. @type {Readonly<Record<string, KindWords>>} */
export const KINDS = {
  tasks: { label: _("Tasks"), holds: _("What is asked of whom, until when, and how it stands. Thanks are given here.") },
  rules: { label: _("Rules"), holds: _("What holds between you. Yes to a rule is said here.") },
  journal: { label: _("Journal"), holds: _("Your own pages, never anybody else’s.") },
  calendar: { label: _("Calendar"), holds: _("Your own dates, and those of your bonds.") },
  contracts: { label: _("Contracts"), holds: _("What you agree on, and whether it is signed. Signing is done here.") },
  image_generations: { label: _("Pictures of characters"), holds: _("Which were painted, and by which words. The pictures themselves stay here.") },
  kinksters: { label: _("Characters"), holds: _("Those that an AI plays for you. Public ones stand in a second database too, without wishes and limits.") },
  boundaries: { label: _("Wishes and limits"), holds: _("What you said to each thing. What others said stays with them.") },
  rewards: { label: _("Rewards"), holds: _("What was promised, wished for and enjoyed.") },
  points_ledger: { label: _("Points"), holds: _("What was given and taken. It goes out only.") },
  scenes: { label: _("Scenes"), holds: _("What you plan together, and what was.") },
  resources: { label: _("Things to read"), holds: _("What you keep for yourself.") },
  check_ins: { label: _("Check-ins"), holds: _("How you are, day by day. Your own only.") },
  messages: { label: _("Messages"), holds: _("What you write to each other in your bonds.") },
  analytics: { label: _("Weeks in numbers"), holds: _("What a week was, counted. It goes out only.") },
};

const COMMUNITY = { label: _("Public characters"), holds: "" };
const TOOLS = new Set(["tasks", "rules", "rewards", "resources", "journal"]);

/** @param {string} kind @returns {KindWords} */
export function kindWords(kind) {
  return KINDS[kind] ?? COMMUNITY;
}

/** What became of signing in at Notion, by what stands in the address. @type {Readonly<Record<string, string>>} */
const SAID = {
  refused: _("You did not say yes at Notion, and that is fine. Nothing is connected."),
  expired: _("That took too long, or it was begun in another browser. Please begin once more."),
  notion_refused: _("Notion did not let us in. Please begin once more."),
  notion_unavailable: _("Notion cannot be reached just now. Please try again in a moment."),
  not_configured: _("Signing in at Notion is not set up here. A token of your own works."),
};

/** @param {string} code */
export function saidWords(code) {
  return SAID[code] ?? _("Notion could not be connected. Please begin once more.");
}

/** Why nothing is asked of Notion just now. @type {Readonly<Record<string, string>>} */
const RESTS = {
  limited: _("Notion asked us to go slowly. We go on by ourselves."),
  overloaded: _("Notion has much to do just now. We go on by ourselves."),
  keys: _("What is sealed cannot be opened just now. We go on by ourselves."),
  secret: _("What was kept of your connection cannot be opened any more. Please disconnect, and connect again."),
  adult_required: _("Please confirm first that you are an adult."),
};

/** @param {string} code */
export function restWords(code) {
  return RESTS[code] ?? _("Notion cannot be reached just now. We try again by ourselves.");
}

/** Why nothing goes either way until its person connects again. @type {Readonly<Record<string, {title: string, says: readonly string[]}>>} */
const BROKEN = {
  password_replaced: {
    title: _("Notion was let go of with your old password"),
    says: [
      _("Your password was set anew by mail. Whoever was in your account before may have connected this workspace, so nothing goes either way until you connect again. Nothing is lost meanwhile."),
      _("Is it not yours? Disconnect: then nothing here knows it any more. What went there already stays there."),
    ],
  },
  restored: {
    title: _("Notion waits for you"),
    says: [
      _("This server was brought back from a backup. What you switched off after it was made would flow once more, so nothing goes either way until you connect again."),
      _("Had you let go of Notion meanwhile? Then disconnect here, too. Where both sides differ you are asked, and nothing is lost."),
    ],
  },
};
const TAKEN_BACK = {
  title: _("Notion does not let us in any more"),
  says: [
    _("Perhaps the token was taken back there, or we were taken out of the workspace. Nothing goes either way until you connect again, and nothing is lost meanwhile."),
    _("With a token of your own: look in Notion’s settings whether its integration is still there, else make a new one."),
  ],
};

/** @param {string | null} code */
export function brokenWords(code) {
  return BROKEN[code ?? ""] ?? TAKEN_BACK;
}

/** Why what stands in Notion was not taken here, or the other way. @type {Readonly<Record<string, string>>} */
const WHY = {
  both_changed: _("It was changed on both sides."),
  edited_by_another: _("Somebody else in your workspace changed it. It counts here only if you say so."),
  limit: _("It would touch a limit. Whose it is, nobody says."),
  not_permitted: _("In this bond you may not change that."),
  person_paused: _("One of you is pausing, so nothing is asked of them now."),
  bond_paused: _("The bond is paused, so nothing new is asked in it."),
  wrong_state: _("As it stands here, that does not go any more."),
  not_found: _("It is not there any more, or you may not see it."),
  read_only: _("This is not changed from Notion. It is said here, by whoever may say it."),
  no_command: _("From how it stands, nothing leads there."),
  needed: _("Something that is needed is empty."),
  too_long: _("A text is too long."),
  too_many: _("There are too many of them."),
  unknown_option: _("This choice is not known here."),
  unknown_person: _("Nobody in your bonds is called that."),
  unknown_bond: _("None of your bonds is called that."),
  not_whole: _("A whole number is needed."),
  out_of_range: _("The number is too small or too large."),
  not_a_link: _("This is no address of a page."),
  not_a_code: _("This is not written as it has to be."),
  not_a_date: _("This is no date."),
  points: _("A character’s six strengths are 60 together."),
  not_today: _("A check-in is for the day it is made on."),
  not_enough_points: _("There are not enough points for it."),
  proof_required: _("It has to be shown with a few words or a picture, here."),
  invalid: _("It cannot be taken as it is written."),
  adults_only: _("Characters are adults, in every word about them."),
  paused: _("Somebody is pausing, so nothing is asked of them now."),
  row_gone: _("It is gone here, but somebody wrote into its page, so that stays."),
  keys: _("It cannot be opened any more."),
  validation_error: _("Notion does not take it as it is. Perhaps a property there has another type now."),
  restricted_resource: _("Your integration may not write there. Its rights are set in Notion."),
  object_not_found: _("It is not there any more, or not shared with your integration."),
};

/** Is it known why? @param {string} code */
export function isWhy(code) {
  return Object.hasOwn(WHY, code);
}

/** @param {string | null} code */
export function whyWords(code) {
  return WHY[code ?? ""] ?? _("It did not work out. “Bring together now” tries it once more.");
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const CODE = /^[a-z]+(_[a-z]+)+$/;

/** What a choice is called where it is no tool's of `choiceWords`, by kind and field. @type {Readonly<Record<string, (value: string) => string | null | undefined>>} */
const CHOICES = {
  "scenes.status": (value) => Object.entries(SCENES).find(([status]) => status === value)?.[1],
  "calendar.event_type": (value) => DATES.find((each) => each.value === value)?.label,
  "boundaries.my_rating": (value) => RATINGS.find((each) => each.value === value)?.label,
  "boundaries.category": (value) => wordOf(value, CATEGORIES),
  "check_ins.status": (value) => wordOf(value, COLOURS),
  "kinksters.role": (value) => wordOf(value, ROLES),
  "kinksters.age_range": (value) => wordOf(value, AGES),
  "kinksters.experience_level": (value) => wordOf(value, EXPERIENCE),
  "kinksters.provider": (value) => wordOf(value, PROVIDERS),
};

/** How a value reads, on either side. @param {string} kind @param {string} field @param {unknown} value @returns {string} */
export function valueWords(kind, field, value) {
  if (value === null || value === undefined || value === "") return _("Nothing");
  if (typeof value === "boolean") return value ? _("Yes") : _("No");
  if (Array.isArray(value)) return listed(value.map(String));
  const said = String(value);
  const ends = said.split("/");
  if (ends.every((each) => MOMENT.test(each) || DAY.test(each))) return ends.map(timeWords).join(" – ");
  const known = TOOLS.has(kind) ? choiceWords(kind, field, said).label : (CHOICES[`${kind}.${field}`]?.(said) ?? said);
  return known === said && CODE.test(said) ? said.replaceAll("_", " ") : known;
}

/** @param {string} at a moment, or a day wherever one is */
function timeWords(at) {
  return DAY.test(at) ? day(`${at}T12:00`) : moment(at);
}
