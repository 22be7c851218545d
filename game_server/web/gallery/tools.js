/**
 * The states of a bond's tools: lists, forms, and rows as they can stand.
 * @module
 */

import { BOND, BOND_ANSWERS, bondView, EMPTY, JONAS_IN_IT, ME, PERMISSIONS } from "./bond.js";
import { after, JONAS, MARA } from "./cast.js";

/** @typedef {import("./answers.js").Answers} Answers */
/** @typedef {import("./states.js").State} State */

const ROW = "00000000-0000-4000-8000-0000000000c1";
const API = `/api/bonds/${BOND}`;

/** What the table of permissions says for one who leads Jonas, and for one whom he leads. */
const LEADING = { who: "leads", allowed: true, people: [JONAS] };
const SELF = { who: "leads_or_self", allowed: true, people: [ME, JONAS] };
const OWN = { who: "leads_or_own", allowed: true, people: [JONAS] };
const PERSON = { who: "person", allowed: true, people: [ME] };
const EITHER = { who: "person_or_leads", allowed: true, people: [ME, JONAS] };
const CREATOR = { who: "creator", allowed: true };
const MEMBER = { who: "member", allowed: true };
const ACTS = {
  "tasks.create": SELF, "tasks.edit": OWN, "tasks.remove": CREATOR, "tasks.start": PERSON, "tasks.submit": PERSON, "tasks.approve": LEADING,
  "tasks.revise": LEADING, "tasks.ask-extension": PERSON, "tasks.answer-extension": LEADING, "tasks.cancel": EITHER,
  "task-templates.create": MEMBER, "task-templates.edit": CREATOR, "task-templates.remove": CREATOR, "task-templates.use": SELF,
  "rules.create": SELF, "rules.create-for-all": MEMBER, "rules.edit": OWN, "rules.remove": OWN, "rules.acknowledge": PERSON,
  "rules.decline": PERSON, "rules.activate": OWN, "rules.deactivate": OWN,
  "rewards.create": LEADING, "rewards.edit": CREATOR, "rewards.remove": CREATOR, "rewards.redeem": PERSON,
  "rewards.fulfil": { ...LEADING, who: "leads_or_creator" }, "rewards.withdraw": EITHER, "points.create": LEADING, "points.reverse": LEADING,
  "resources.create": MEMBER, "resources.edit": CREATOR, "resources.remove": CREATOR,
  "journal.create": MEMBER, "journal.edit": CREATOR, "journal.remove": CREATOR,
}; // prettier-ignore
const OTHERS = Object.entries(PERMISSIONS.acts).filter(([act]) => !/^(tasks|task-templates|rules|rewards|points|resources|journal)\./.test(act));
const GIVEN = { ...PERMISSIONS, acts: { ...Object.fromEntries(OTHERS), ...ACTS } };

/** @param {string} name @param {string} below @param {Omit<Partial<State>, "name" | "area">} [more] @returns {State} */
function tool(name, below, { answers = {}, ...more } = {}) {
  const asked = { ...BOND_ANSWERS, [`GET ${API}/permissions`]: GIVEN, [`GET ${API}/task-templates`]: EMPTY, ...answers };
  return { name, area: "tools", path: `/bonds/${BOND}${below}`, who: MARA, answers: asked, ...more };
}

/** Outside every bond. @param {string} name @param {string} below the address of oneself @param {import("./answers.js").Answers} answers @param {string} sees @returns {State} */
function own(name, below, answers, sees) {
  return { name, area: "tools", path: `/you${below}`, who: MARA, answers: { "GET /api/me": { id: ME, display_name: "Mara" }, ...answers }, sees };
}

const BASE = { id: ROW, bond_id: BOND, version: 3, created_at: after(-86_400 * 2), updated_at: after(-3600) };
const TASK = {
  ...BASE,
  assigned_by: ME,
  assigned_to: JONAS,
  title: "Cook something with your own hands",
  description: "Anything you like.\nI bring the wine, and do the dishes.",
  priority: "high",
  point_value: 30,
  proof_required: true,
  proof_type: "photo",
  reminder_minutes: 60,
  all_day: false,
  due_date: after(86_400 * 2),
  recurring: "weekly",
  template_id: null,
  status: "pending",
  extension_requested: false,
  extension_reason: null,
  extension_until: null,
  revise_reason: null,
  notes: null,
  series_id: ROW,
  held: false,
  overdue: false,
  proof: [],
};
const MINE = { ...TASK, assigned_by: JONAS, assigned_to: ME, recurring: "none", series_id: null };
const REWARD = {
  ...BASE,
  assigned_by: ME,
  assigned_to: JONAS,
  title: "An evening that you choose",
  description: "From the first candle to the last. I come along with whatever it is.",
  reward_type: "relational",
  point_value: 0,
  point_cost: 120,
  status: "available",
  redeemed_at: null,
  fulfilled_at: null,
  withdrawn_at: null,
};
const RULE = {
  ...BASE,
  created_by: JONAS,
  assigned_to: ME,
  title: "A good-night message, wherever we are",
  description: "One line will do. It may be silly.",
  rule_type: "standing",
  effective_from: null,
  effective_until: after(86_400 * 40),
  active: true,
  for_all: false,
  text_version: 1,
  held: false,
  in_force_for: [],
  acknowledged_by: [],
  declined_by: [],
};
const ENTRY = { ...BASE, user_id: JONAS, created_by: ME, points: 30, reason: "Cooked for us", kind: "award", source_type: "task", source_id: ROW, reverses: null };
const RESOURCE = {
  ...BASE,
  user_id: ME,
  title: "How to tie without hurting anybody",
  url: "https://example.org/a-very-long-address/with-many-parts/that-has-to-be-broken-somewhere/on-a-small-phone",
  resource_type: "article",
  category: "safety",
  description: "The part about nerves, before we try it.",
  tags: ["rope", "safety"],
  shared_with_partner: true,
  rating: 4,
};
const PAGE = {
  ...BASE,
  user_id: ME,
  title: null,
  content: "A quiet day.\n\nHe read to me until I slept, and I dreamt of the sea. I want to remember his voice as it was then.",
  entry_type: "gratitude",
  tags: ["calm", "voice"],
  is_shared: false,
};
const TEMPLATE = { ...BASE, created_by: ME, title: "Water the plants", description: null, priority: "medium", point_value: 5, proof_required: false, proof_type: null, reminder_minutes: null, all_day: true, recurring: "weekly" };

/** @param {object} row @param {object} changes @param {number} n */
const other = (row, changes, n) => ({ ...row, id: `${ROW.slice(0, -2)}d${n}`, ...changes });
/** @param {string} name of a tool @param {readonly object[]} items @param {object} [beside] @returns {Answers} */
const listed = (name, items, beside = {}) => ({ [`GET ${API}/${name}`]: { items, next_cursor: null, ...beside } });
/** @param {string} name of a tool @param {object} row @returns {Answers} */
const one = (name, row) => ({ [`GET ${API}/${name}/${ROW}`]: row });
/** @param {string} what @param {string} code @param {string} message @param {Record<string, string> | null} [fields] @returns {Answers} */
const refused = (what, code, message, fields = null) => ({ [what]: { error: { code, message, fields } } });

const TASK_LIST = [
  other(MINE, { title: "Choose the music for Friday", point_value: 0 }, 1),
  other(TASK, { status: "completed", title: "Write me a page about us" }, 2),
  TASK,
  other(TASK, { overdue: true, due_date: after(-7200), title: "Bring the good coffee from that shop at the corner which is only open in the morning" }, 3),
  other(TASK, { status: "approved", title: "Ten minutes of nothing, together" }, 4),
];
const PHOTO = { id: `${ROW.slice(0, -2)}e1`, type: "text", text: "Three courses, and only one of them burnt.", user_id: JONAS, created_at: after(-3600) };

/** @type {readonly State[]} */
export const TOOLS = [
  tool("tasks", "/tasks", { answers: listed("tasks", TASK_LIST), sees: "rows-mine" }),
  tool("tasks-narrowed", "/tasks", { answers: { ...listed("tasks", TASK_LIST), [`GET ${API}/tasks?limit=30&status=pending`]: EMPTY }, press: ["narrow-summary", "only-status-pending"], sees: "nothing-found" }),
  tool("tasks-none", "/tasks", { answers: listed("tasks", []), sees: "nothing-yet" }),
  tool("tasks-unreachable", "/tasks", { answers: { [`GET ${API}/tasks`]: "offline" }, sees: "try-again" }),
  tool("task-new", "/tasks/new", { answers: listed("task-templates", [TEMPLATE]), press: ["more-fields-summary"], sees: "templates" }),
  tool("task-new-empty", "/tasks/new", { press: ["send"], sees: "problem-title" }),
  tool("task-new-limit", "/tasks/new", {
    kept: { [`attuned.draft.user:${ME}.${BOND}.tasks.new`]: JSON.stringify({ title: ["Something that is too much"], assigned_to: [JONAS] }) },
    answers: refused(`POST ${API}/tasks`, "limit", "This touches a limit. Please think of something else."),
    press: ["send"],
    sees: "problem-title",
  }),
  tool("task-new-pausing", "/tasks/new", {
    kept: { [`attuned.draft.user:${ME}.${BOND}.tasks.new`]: JSON.stringify({ title: ["Water the plants"], assigned_to: [JONAS] }) },
    answers: {
      [`GET ${API}`]: bondView({ members: [bondView().members[0] ?? JONAS_IN_IT, { ...JONAS_IN_IT, submission_state: "paused" }] }),
      ...refused(`POST ${API}/tasks`, "person_paused", "They are taking a pause. Nothing new is asked of them until they say otherwise."),
    },
    press: ["send"],
    sees: "problem-assigned_to",
  }),
  tool("task-mine", `/tasks/${ROW}`, { answers: one("tasks", MINE), sees: "do-start" }),
  tool("task-handing-in", `/tasks/${ROW}`, { answers: one("tasks", { ...MINE, status: "in_progress", revise_reason: "The photo was lovely. The dishes are still standing." }), press: ["do-submit"], sees: "file" }),
  tool("task-more-time", `/tasks/${ROW}`, { answers: one("tasks", MINE), press: ["do-ask-extension"], sees: "until" }),
  tool("task-overdue", `/tasks/${ROW}`, { answers: one("tasks", { ...MINE, overdue: true, due_date: after(-7200) }), sees: "overdue" }),
  tool("task-held", `/tasks/${ROW}`, { answers: one("tasks", { ...MINE, held: true }), sees: "held" }),
  tool("task-given", `/tasks/${ROW}`, { answers: one("tasks", TASK), sees: "do-cancel-series" }),
  tool("task-calling-off", `/tasks/${ROW}`, { answers: one("tasks", TASK), press: ["do-cancel"], sees: "sure-cancel" }),
  tool("task-wants-time", `/tasks/${ROW}`, {
    answers: one("tasks", { ...TASK, extension_requested: true, extension_until: after(86_400 * 4), extension_reason: "My sister comes on Thursday." }),
    sees: "do-grant",
  }),
  tool("task-handed-in", `/tasks/${ROW}`, { answers: one("tasks", { ...TASK, status: "completed", notes: "It took a while, and I loved it.", proof: [PHOTO] }), sees: "do-approve" }),
  tool("task-another-go", `/tasks/${ROW}`, { answers: one("tasks", { ...TASK, status: "completed", notes: "Done.", proof: [PHOTO] }), press: ["do-revise"], sees: "tool-form" }),
  tool("task-changed", `/tasks/${ROW}`, {
    answers: {
      ...one("tasks", TASK),
      [`PATCH ${API}/tasks/${ROW}`]: { error: { code: "changed", message: "This was changed in the meantime. Look at it as it is now, and say it again if you still want it." }, current: { ...TASK, version: 4, title: "Cook something warm" } },
    },
    kept: { [`attuned.draft.user:${ME}.${BOND}.tasks.${ROW}.edit`]: JSON.stringify({ title: ["Cook something together"], description: [""], assigned_to: [JONAS], version: ["3"] }) },
    press: ["send"],
    sees: "changed",
  }),
  tool("task-approved", `/tasks/${ROW}`, { answers: one("tasks", { ...TASK, status: "approved", notes: "Done.", proof: [PHOTO] }), sees: "told" }),
  tool("task-gone", `/tasks/${ROW}`, { answers: { [`GET ${API}/tasks/${ROW}`]: 404 }, sees: "row-gone" }),
  tool("templates", "/task-templates", { answers: listed("task-templates", [TEMPLATE]), sees: "rows" }),
  tool("template", `/task-templates/${ROW}`, { answers: one("task-templates", TEMPLATE), press: ["do-use"], sees: "due_date" }),
  tool("rules", "/rules", {
    answers: listed("rules", [RULE, other(RULE, { title: "Phones stay outside of the bedroom", for_all: true, assigned_to: null, acknowledged_by: [ME, JONAS], in_force_for: [ME, JONAS] }, 1), other(RULE, { active: false, assigned_to: JONAS, title: "No work on Sundays" }, 2)]),
    sees: "rows-asked",
  }),
  tool("rule-asked", `/rules/${ROW}`, { answers: one("rules", RULE), sees: "do-acknowledge" }),
  tool("rule-in-force", `/rules/${ROW}`, {
    answers: { ...one("rules", RULE), [`POST ${API}/rules/${ROW}/acknowledge`]: { ...RULE, acknowledged_by: [ME], in_force_for: [ME] } },
    press: ["do-acknowledge"],
    sees: "undo",
  }),
  tool("rule-new", "/rules/new", { sees: "tool-form" }),
  tool("rewards", "/rewards", { answers: listed("rewards", [REWARD, other(REWARD, { status: "redeemed", title: "Breakfast in bed" }, 1), other(REWARD, { status: "fulfilled", assigned_to: ME, point_cost: 0, title: "A letter" }, 2)]), sees: "rows-there" }),
  tool("reward-mine", `/rewards/${ROW}`, { answers: { ...one("rewards", { ...REWARD, assigned_by: JONAS, assigned_to: ME }) }, sees: "do-redeem" }),
  tool("reward-wished", `/rewards/${ROW}`, { answers: one("rewards", { ...REWARD, status: "redeemed", redeemed_at: after(-3600) }), sees: "do-fulfil" }),
  tool("reward-new", "/rewards/new", { press: ["more-fields-summary"], sees: "tool-form" }),
  tool("points", "/points", {
    answers: listed("points", [ENTRY, other(ENTRY, { points: -120, kind: "redeem", reason: null }, 1), other(ENTRY, { points: 10, kind: "manual", reason: "For listening" }, 2)], { balances: { [JONAS]: 45 } }),
    sees: "balances",
  }),
  tool("points-entry", `/points/${ROW}`, { answers: one("points", ENTRY), press: ["do-reverse"], sees: "tool-form" }),
  tool("points-new", "/points/new", { sees: "points" }),
  tool("resources", "/resources", { answers: listed("resources", [RESOURCE, other(RESOURCE, { title: "The poems", shared_with_partner: false, resource_type: "book", rating: null }, 1)]), press: ["narrow-summary"], sees: "only-tag-word" }),
  tool("resource", `/resources/${ROW}`, { answers: one("resources", RESOURCE), sees: "do-unshare" }),
  tool("resource-edit", `/resources/${ROW}`, { answers: one("resources", RESOURCE), press: ["do-edit", "more-fields-summary"], sees: "tags" }),
  tool("journal", "/journal", { answers: listed("journal", [PAGE, other(PAGE, { title: "The walk", is_shared: true, entry_type: "shared" }, 1), other(PAGE, { user_id: JONAS, is_shared: true, title: "What I wanted to say" }, 2)]), sees: "rows" }),
  own("journal-own", "/journal", { "GET /api/journal": { items: [PAGE, other(PAGE, { bond_id: null, title: "The walk" }, 1)], next_cursor: null } }, "rows"),
  own("journal-own-page", `/journal/${ROW}`, { [`GET /api/journal/${ROW}`]: PAGE }, "is-private"),
  tool("journal-none", "/journal", { answers: listed("journal", []), sees: "nothing-yet" }),
  tool("journal-private", `/journal/${ROW}`, { answers: one("journal", PAGE), sees: "is-private" }),
  tool("journal-sharing", `/journal/${ROW}`, { answers: one("journal", PAGE), press: ["do-share"], sees: "sure-share" }),
  tool("journal-shared", `/journal/${ROW}`, { answers: one("journal", { ...PAGE, is_shared: true }), sees: "is-shared" }),
  tool("journal-new", "/journal/new", { press: ["more-fields-summary"], sees: "tool-form" }),
  tool("journal-deleting", `/journal/${ROW}`, { answers: one("journal", PAGE), press: ["do-remove"], sees: "sure-remove" }),
];
