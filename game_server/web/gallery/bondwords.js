/**
 * The states of what two people say, sign, plan and keep dates of: messages, contracts, scenes and the calendar of a bond.
 * @module
 */

import { BOND, bondView, EMPTY, JONAS_IN_IT, MARA_IN_IT, ME } from "./bond.js";
import { ofBond } from "./bonds.js";
import { after, JONAS } from "./cast.js";

/** @typedef {import("./answers.js").Answers} Answers */
/** @typedef {import("./states.js").State} State */
/** @typedef {import("../static/js/bonds/calendar/words.js").Event} Event */
/** @typedef {import("../static/js/bonds/contracts/words.js").Contract} Contract */
/** @typedef {import("../static/js/bonds/messages/thread.js").Message} Message */
/** @typedef {import("../static/js/bonds/scenes/words.js").Scene} Scene */

const AT = `/api/bonds/${BOND}`;
const PICTURE = "00000000-0000-4000-8000-0000000f11e1";
const KIM = "00000000-0000-4000-8000-0000000000c1";

/** @param {string} name @param {string} below @param {Parameters<typeof ofBond>[2]} [more] @returns {State} */
const words = (name, below, more) => ({ ...ofBond(name, below, more), area: "bond-words" });

/** @param {number} n @param {string} by @param {number} ago_s @param {string | null} content @param {Partial<Message>} [changes] @returns {Message} */
function message(n, by, ago_s, content, changes = {}) {
  return {
    id: `00000000-0000-4000-8000-000000000e${String(n).padStart(2, "0")}`,
    version: 1,
    created_at: after(-ago_s),
    from_user_id: by,
    content,
    read_at: null,
    edited_at: null,
    unsent_at: null,
    attachments: [],
    ...changes,
  };
}

const DAY = 86_400;
const SAID = [
  message(1, JONAS, 3 * DAY, "Are you awake?"),
  message(2, ME, 3 * DAY - 120, "Barely. Come over?"),
  message(3, JONAS, 1.2 * DAY, null, { unsent_at: after(-1.2 * DAY) }),
  message(4, JONAS, 1.2 * DAY - 60, "I put the blue scarf on the chair. You will know what it is for when you see it, and if you do not, ask me; I like it when you ask."),
  message(5, ME, 4000, "I saw it.\n\nI am thinking about it.", { edited_at: after(-3900) }),
  message(6, JONAS, 3000, "Here is the window I meant.", { attachments: [{ file_id: PICTURE }, { file_id: null }] }),
  message(7, ME, 200, "Then tonight, at nine, by that window.", { read_at: after(-100) }),
];
/** @param {readonly Message[]} items @param {object} [beside] */
const listed = (items, beside = {}) => ({ items: [...items].reverse(), next_cursor: null, unread: 0, read_through: null, ...beside });

/** @type {Answers} */
const MESSAGES = {
  [`GET ${AT}/messages`]: listed(SAID),
  [`GET /api/files/${PICTURE}`]: { address: "/static/img/back.svg" },
  ...Object.fromEntries(SAID.map(({ id }) => [`POST ${AT}/messages/${id}/read`, {}])),
  [`POST ${AT}/messages`]: "offline",
};
const NEWS = {
  ...MESSAGES,
  [`GET ${AT}/messages`]: listed([...SAID.slice(0, 5), message(8, JONAS, 900, "Good."), message(9, JONAS, 800, "I look forward to it.")], { unread: 2, read_through: SAID[3]?.created_at }),
};
const MANY = {
  ...MESSAGES,
  [`GET ${AT}`]: bondView({ bond_type: "polycule", members: [MARA_IN_IT, JONAS_IN_IT, { ...JONAS_IN_IT, user_id: KIM, display_name: "Kim", safewords: null, aftercare_needs: null }] }),
  [`GET ${AT}/messages`]: listed([...SAID.slice(0, 5), message(8, KIM, 900, "May I bring the music?"), message(9, ME, 800, "You may.")]),
};
const WAITING = { [`attuned.written.user:${ME}.${BOND}`]: JSON.stringify({ at: Date.now(), draft: "And one thing m", waiting: [{ key: "made-up", content: "I am on the train.", attachments: [], at: Date.now() }, { key: "made-up-2", content: "See you.", attachments: [], at: Date.now(), refused: "This is not there any more, or it is not yours." }] }) };

const TEXT = [
  "We write this down because we want to, and read it again whenever one of us wishes.",
  "1. On Sundays we ask each other how the week was, without a task in between.\n2. A No needs no reason, and no second question.\n3. What hurts is said on the day it hurts.",
  "Mara leads in the evenings that we choose together. Jonas says when he is tired, and then the evening is an ordinary one.",
].join("\n\n");
const LINE = "00000000-0000-4000-8000-0000000c0001";

/** @param {Partial<Contract>} changes @returns {Contract} */
function contract(changes) {
  return {
    id: LINE,
    version: 2,
    title: "Our Sundays",
    content: TEXT,
    version_number: 1,
    status: "active",
    created_by: ME,
    signed_at: after(-20 * DAY),
    expires_at: null,
    line_id: LINE,
    content_sha256: "0".repeat(64),
    ended_at: null,
    created_at: after(-21 * DAY),
    updated_at: after(-20 * DAY),
    ...changes,
  };
}

const ACTIVE = contract({});
const DRAFT = contract({ id: `${LINE.slice(0, -1)}2`, version_number: 2, status: "draft", signed_at: null, content_sha256: null });
const WAITS = contract({ id: `${LINE.slice(0, -1)}3`, line_id: `${LINE.slice(0, -1)}3`, title: "A key, and what it opens", status: "pending_signature", signed_at: null, created_by: JONAS, expires_at: after(200 * DAY) });
const OVER = contract({ id: `${LINE.slice(0, -1)}4`, line_id: `${LINE.slice(0, -1)}4`, title: "The first summer", status: "withdrawn", ended_at: after(-90 * DAY) });
const SIGNED = { items: [{ user_id: ME, status: "signed", signed_at: after(-20 * DAY), reason: null }, { user_id: JONAS, status: "signed", signed_at: after(-20 * DAY), reason: null }], next_cursor: null };
const HALF = { items: [{ user_id: ME, status: "pending", signed_at: null, reason: null }, { user_id: JONAS, status: "signed", signed_at: after(-3600), reason: null }], next_cursor: null };

/** @param {readonly Contract[]} all @returns {Answers} */
function contracts(...all) {
  return {
    [`GET ${AT}/contracts`]: { items: all, next_cursor: null },
    ...Object.fromEntries(all.flatMap((each) => [
      [`GET ${AT}/contracts/${each.id}`, each],
      [`GET ${AT}/contracts/${each.id}/signatures`, each.status === "draft" ? EMPTY : each.status === "pending_signature" ? HALF : SIGNED],
      [`GET ${AT}/contracts/${each.id}/diff`, DIFF],
    ])),
  };
}
const GONE = "without a task in between";
const DIFF = {
  title: [{ op: "same", text: "Our Sundays" }],
  content: [
    { op: "same", text: TEXT.slice(0, TEXT.indexOf(GONE)) },
    { op: "removed", text: GONE },
    { op: "added", text: "over breakfast, and nothing is planned before noon" },
    { op: "same", text: TEXT.slice(TEXT.indexOf(GONE) + GONE.length) },
  ],
};

/** @param {Partial<Scene>} changes @returns {Scene} */
function scene(changes) {
  return {
    id: "00000000-0000-4000-8000-00000005ce01",
    version: 4,
    title: "The blue scarf",
    scene_date: after(2 * DAY),
    duration_minutes: 90,
    activities: [
      { name: "A blindfold, and a slow undressing", keys: [], with: [ME, JONAS], notes: "Music first. Nothing in a hurry." },
      { name: "Reading aloud", keys: [], with: [JONAS] },
    ],
    consent_details: "The door stays open. We look at each other before anything new begins.",
    notes: null,
    status: "planned",
    created_by: ME,
    aftercare_provided: false,
    aftercare_notes: null,
    logged_at: null,
    created_at: after(-DAY),
    held: false,
    participants: [ME, JONAS],
    confirmed_by: [JONAS],
    debriefs: [],
    ...changes,
  };
}
const PLANNED = scene({});
const AGREED = scene({ status: "agreed", confirmed_by: [ME, JONAS], scene_date: after(-3600) });
const DONE = scene({ id: "00000000-0000-4000-8000-00000005ce02", title: "Rain", status: "done", scene_date: after(-DAY), logged_at: after(-DAY), debriefs: [{ user_id: JONAS, text: "I felt held the whole time. The music was a good beginning.", shared: true }] });
const TOLD = { ...DONE, aftercare_provided: true, aftercare_notes: "Tea, and an hour under the blanket.", debriefs: [{ user_id: ME, text: "Softer than I thought I would like.", shared: false }, ...DONE.debriefs] };
const OFF = scene({ id: "00000000-0000-4000-8000-00000005ce03", title: "Late on Friday", status: "called_off", confirmed_by: [] });

/** @param {readonly Scene[]} all @returns {Answers} */
function scenes(...all) {
  return { [`GET ${AT}/scenes`]: { items: all, next_cursor: null }, ...Object.fromEntries(all.map((each) => [`GET ${AT}/scenes/${each.id}`, each])) };
}

/** A moment of this month, which the gallery is looked at in. @param {number} days from today @param {number} hour @returns {string} */
function at(days, hour) {
  const then = new Date();
  then.setDate(then.getDate() + days);
  then.setHours(hour, 0, 0, 0);
  return then.toISOString();
}

/** @param {number} n @param {string} title @param {Partial<Event>} changes @returns {Event} */
function event(n, title, changes) {
  return {
    id: `00000000-0000-4000-8000-00000000da${String(n).padStart(2, "0")}`,
    version: 1,
    title,
    event_type: "important_date",
    start_date: at(0, 20),
    end_date: null,
    all_day: false,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    rrule: null,
    exdates: [],
    description: null,
    location: null,
    reminder_minutes: null,
    task_id: null,
    created_by: ME,
    ...changes,
  };
}
const RITUAL = event(1, "Sunday talk", { event_type: "ritual", rrule: "FREQ=WEEKLY", start_date: at(0, 10), end_date: at(0, 11), description: "Tea first. Then each says one good thing and one that was hard.", location: "The kitchen", reminder_minutes: 30 });
const DATES = [
  RITUAL,
  event(2, "The blue scarf", { event_type: "scene", start_date: at(0, 21) }),
  event(3, "Water the plants", { event_type: "task_deadline", start_date: at(0, 22), task_id: "00000000-0000-4000-8000-0000000007a5", created_by: JONAS }),
  event(4, "How are we?", { event_type: "check_in", start_date: at(0, 23) }),
  event(5, "By the sea", { all_day: true, start_date: at(2, 0), end_date: at(5, 0) }),
  { ...RITUAL, start_date: at(7, 10), end_date: at(7, 11) },
];
const CALENDAR = {
  [`GET ${AT}/calendar`]: { items: DATES, next_cursor: null },
  [`GET ${AT}/calendar/${RITUAL.id}`]: RITUAL,
  [`POST ${AT}/calendar/import`]: { created: 3, updated: 0, unchanged: 1, refused: [{ uid: "made-up@example.org", reason: "It comes again in a way that is not known here." }] },
  [`POST ${AT}/calendar/feed`]: { url: "http://localhost/calendar/made-up-made-up-made-up.ics" },
};
const AGENDA = { "attuned.calendar.look": "agenda" };

/** @type {readonly State[]} */
export const BOND_WORDS = [
  words("messages", "/messages", { answers: MESSAGES, sees: "message" }),
  words("messages-new", "/messages", { answers: NEWS, sees: "first-new" }),
  words("messages-nothing", "/messages", { answers: { [`GET ${AT}/messages`]: listed([]) }, sees: "nothing-yet" }),
  words("messages-many", "/messages", { answers: MANY, sees: "message" }),
  words("messages-acts", "/messages", { answers: MESSAGES, press: ["message-more"], sees: "message-acts" }),
  words("messages-changing", "/messages", { answers: MESSAGES, press: ["message-more", "edit-message"], sees: "editing" }),
  words("messages-waiting", "/messages", { answers: MESSAGES, kept: WAITING, sees: "not-taken" }),
  words("messages-search", "/messages", { answers: MESSAGES, press: ["find"], sees: "find-words" }),
  words("messages-picture", "/messages", { answers: MESSAGES, press: ["picture-open"], sees: "picture" }),
  words("messages-unreachable", "/messages", { answers: { [`GET ${AT}/messages`]: "offline" }, sees: "try-again" }),
  words("contracts", "/contracts", { answers: contracts(ACTIVE, DRAFT, WAITS, OVER), sees: "contracts" }),
  words("contracts-none", "/contracts", { answers: contracts(), sees: "nothing-yet" }),
  words("contract-new", "/contracts/new", { sees: "contract-form" }),
  words("contract-draft", `/contracts/${DRAFT.id}`, { answers: contracts(DRAFT, ACTIVE), sees: "ask-signatures" }),
  words("contract-asking", `/contracts/${DRAFT.id}`, { answers: contracts(DRAFT, ACTIVE), press: ["ask-signatures"], sees: "request-signatures" }),
  words("contract-diff", `/contracts/${DRAFT.id}`, { answers: contracts(DRAFT, ACTIVE), press: ["compare"], sees: "diff" }),
  words("contract-to-sign", `/contracts/${WAITS.id}`, { answers: contracts(WAITS), sees: "to-be-signed" }),
  words("contract-signing", `/contracts/${WAITS.id}`, { answers: contracts(WAITS), press: ["sign"], sees: "signing" }),
  words("contract-declining", `/contracts/${WAITS.id}`, { answers: contracts(WAITS), press: ["decline"], sees: "declining" }),
  words("contract-active", `/contracts/${ACTIVE.id}`, { answers: contracts(ACTIVE), sees: "ending" }),
  words("contract-ended", `/contracts/${OVER.id}`, { answers: contracts(OVER), sees: "contract-page" }),
  words("scenes", "/scenes", { answers: scenes(PLANNED, DONE, OFF), sees: "scenes" }),
  words("scenes-none", "/scenes", { answers: scenes(), sees: "nothing-yet" }),
  words("scene-new", "/scenes/new", { sees: "scene-form" }),
  words("scene-planned", `/scenes/${PLANNED.id}`, { answers: scenes(PLANNED), sees: "scene-page" }),
  words("scene-editing", `/scenes/${PLANNED.id}`, { answers: scenes(PLANNED), press: ["edit-scene"], sees: "scene-form" }),
  words("scene-agreed", `/scenes/${AGREED.id}`, { answers: scenes(AGREED), sees: "unconfirm" }),
  words("scene-held", `/scenes/${PLANNED.id}`, { answers: scenes({ ...PLANNED, held: true }), sees: "scene-page" }),
  words("scene-done", `/scenes/${DONE.id}`, { answers: scenes(DONE), sees: "care" }),
  words("scene-told", `/scenes/${TOLD.id}`, { answers: scenes(TOLD), sees: "care-given" }),
  words("scene-called-off", `/scenes/${OFF.id}`, { answers: scenes(OFF), sees: "scene-page" }),
  words("scene-many", `/scenes/${PLANNED.id}`, { answers: { ...MANY, ...scenes({ ...PLANNED, participants: [ME, JONAS, KIM] }) }, sees: "scene-page" }),
  words("calendar", "/calendar", { answers: CALENDAR, sees: "event" }),
  words("calendar-list", "/calendar", { answers: CALENDAR, kept: AGENDA, sees: "agenda" }),
  words("calendar-none", "/calendar", { answers: { [`GET ${AT}/calendar`]: EMPTY }, kept: AGENDA, sees: "nothing-yet" }),
  words("calendar-others", "/calendar", { answers: CALENDAR, press: ["other-calendars"], sees: "import-line" }),
  words("calendar-feed", "/calendar", { answers: CALENDAR, press: ["feed", "make-feed"], sees: "feed-url" }),
  words("date-new", "/calendar/new", { sees: "event-form" }),
  words("date", `/calendar/${RITUAL.id}`, { answers: CALENDAR, sees: "event-page" }),
  words("date-editing", `/calendar/${RITUAL.id}`, { answers: CALENDAR, press: ["edit-event"], sees: "event-form" }),
  words("date-deleting", `/calendar/${RITUAL.id}`, { answers: CALENDAR, press: ["delete-event"], sees: "deleting" }),
];
