/**
 * What fields and their values are called by people. A field of a name is called alike in every tool, but where a tool says otherwise.
 * @module
 */

import { _, ngettext } from "../../ui/tongue.js";

/** @typedef {{label: string, hint?: string}} Words */

/** @type {Readonly<Record<string, Words>>} */
const FIELDS = {
  title: { label: _("What is it?") },
  description: { label: _("In more words") },
  assigned_to: { label: _("For whom?") },
  user_id: { label: _("Whose points?") },
  due_date: { label: _("Until when?") },
  all_day: { label: _("Any time of that day will do") },
  priority: { label: _("How much does it matter?") },
  point_value: { label: _("Points for it"), hint: _("0 if it brings none. Nobody gives them to themselves.") },
  point_cost: { label: _("Points it costs"), hint: _("0 if it is a present. They are taken when it is redeemed.") },
  proof_required: { label: _("I would like to see or read something of it"), hint: _("A few words are always enough.") },
  proof_type: { label: _("What would you like most?") },
  recurring: { label: _("Does it come again?") },
  reminder_minutes: { label: _("Remind them, minutes before"), hint: _("Left empty: no reminder.") },
  rule_type: { label: _("What kind of rule?") },
  effective_from: { label: _("From when?"), hint: _("Left empty: from the yes on.") },
  effective_until: { label: _("Until when?"), hint: _("Left empty: until somebody takes it back.") },
  reward_type: { label: _("What kind of reward?") },
  points: { label: _("How many?"), hint: _("Less than 0 takes some back; nobody ever has less than none.") },
  reason: { label: _("What for?") },
  url: { label: _("Its address"), hint: _("The whole address of a page. We never open it ourselves.") },
  resource_type: { label: _("What is it to hold or look at?") },
  category: { label: _("What is it about?") },
  tags: { label: _("Words to find it by") },
  shared_with_partner: { label: _("The others may see it") },
  rating: { label: _("How good is it?") },
  content: { label: _("What is on your mind?") },
  entry_type: { label: _("What kind of page?") },
  is_shared: { label: _("The others may read it") },
  notes: { label: _("A word with it") },
  text: { label: _("What you show"), hint: _("In words, or the address of a video. With a photo they may be left out.") },
  shown_as: { label: _("How do you show it?") },
  until: { label: _("Until when?") },
  series: { label: _("And nothing more comes of it") },
  grant: { label: _("Granted") },
  status: { label: _("How it stands") },
  assigned_by: { label: _("From whom?") },
  overdue: { label: _("Past its time") },
  active: { label: _("Switched on") },
  mine: { label: _("Only mine") },
  tag: { label: _("With the word") },
};

/** By tool and field. @type {Readonly<Record<string, Words>>} */
const OF_TOOL = {
  "tasks.title": { label: _("What is to be done?") },
  "task-templates.title": { label: _("What is to be done?") },
  "task-templates.reminder_minutes": { label: _("A reminder, minutes before"), hint: _("Left empty: no reminder.") },
  "rules.title": { label: _("What shall hold?") },
  "rewards.title": { label: _("What do you give?") },
  "rewards.point_value": { label: _("Points that come with it"), hint: _("They are theirs at once. 0 if it brings none.") },
  "journal.title": { label: _("A heading, if you like") },
  "tasks.reason": { label: _("In kind words: why?") },
  "points.reason": { label: _("What for?") },
};

/** @type {Readonly<Record<string, Readonly<Record<string, Words>>>>} */
const CHOICES = {
  priority: {
    low: { label: _("Whenever it suits") },
    medium: { label: _("As usual") },
    high: { label: _("It matters to me") },
    urgent: { label: _("It cannot wait") },
  },
  proof_type: {
    text: { label: _("A few words") },
    photo: { label: _("A photo") },
    video: { label: _("A video’s address") },
  },
  shown_as: {
    text: { label: _("In words") },
    photo: { label: _("With a photo") },
    video: { label: _("With a video") },
  },
  recurring: {
    none: { label: _("No, just once") },
    daily: { label: _("Every day") },
    weekly: { label: _("Every week") },
    monthly: { label: _("Every month") },
  },
  rule_type: {
    standing: { label: _("Always") },
    situational: { label: _("When it comes up") },
    temporary: { label: _("For a while") },
    optional: { label: _("If you like") },
  },
  reward_type: {
    verbal: { label: _("Kind words") },
    points: { label: _("Points") },
    relational: { label: _("Time together") },
    achievement: { label: _("For something reached") },
  },
  resource_type: {
    article: { label: _("Something to read") },
    video: { label: _("A video") },
    book: { label: _("A book") },
    tool: { label: _("A thing to use") },
    other: { label: _("Something else") },
  },
  category: {
    education: { label: _("To learn") },
    safety: { label: _("To be safe") },
    technique: { label: _("How it is done") },
    community: { label: _("Other people") },
    legal: { label: _("The law") },
    other: { label: _("Something else") },
  },
  entry_type: {
    personal: { label: _("For me") },
    shared: { label: _("For us"), hint: _("The others may read it at once.") },
    gratitude: { label: _("Thankful") },
    reflection: { label: _("Thinking back") },
    scene_log: { label: _("After a scene") },
  },
  kind: {
    award: { label: _("For a task") },
    grant: { label: _("With a reward") },
    redeem: { label: _("For a reward") },
    refund: { label: _("Back for a reward") },
    manual: { label: _("By hand") },
    reversal: { label: _("Taken back") },
  },
};

/** @type {Readonly<Record<string, Readonly<Record<string, string>>>>} */
const STATES = {
  tasks: {
    pending: _("open"),
    in_progress: _("under way"),
    completed: _("handed in"),
    approved: _("done, with thanks"),
    cancelled: _("called off"),
  },
  rewards: {
    available: _("there to take"),
    redeemed: _("wished for"),
    fulfilled: _("enjoyed"),
    withdrawn: _("taken back"),
  },
};

/** @param {string} tool @param {string} name @returns {Words} */
export function fieldWords(tool, name) {
  return OF_TOOL[`${tool}.${name}`] ?? FIELDS[name] ?? { label: name };
}

/** @param {string} tool @param {string} name of the field @param {string} value @returns {Words} */
export function choiceWords(tool, name, value) {
  if (name === "status") return { label: stateWord(tool, value) };
  return CHOICES[name]?.[value] ?? { label: value };
}

/** @param {string} tool @param {string} status */
export function stateWord(tool, status) {
  return STATES[tool]?.[status] ?? status;
}

/** @param {number} n */
export function pointsWord(n) {
  return ngettext("{n} point", "{n} points", n);
}

/** What a command leaves to be talked about. @param {string | undefined} prompt */
export function promptWords(prompt) {
  if (prompt === "low_energy") return _("They have little energy just now. Go gently.");
  return prompt === "talk_first" ? _("Something in it is better talked over first.") : null;
}
