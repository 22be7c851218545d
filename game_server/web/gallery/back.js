/**
 * The states of looking back on a bond.
 * @module
 */

import { BOND, bondView, forming, JONAS_IN_IT, ME } from "./bond.js";
import { ofBond } from "./bonds.js";
import { after, JONAS } from "./cast.js";

/** @typedef {import("./answers.js").Answers} Answers */
/** @typedef {import("./states.js").State} State */
/** @typedef {import("../static/js/bonds/back/screen.js").Stretch} Stretch */

const WEEKS = 13;
const NUMBERS = `GET /api/bonds/${BOND}/analytics`;
const ALL = `GET /api/bonds/${BOND}/achievements`;

/** @param {number} done @param {number} open @param {number} onTime */
function tasks(done, open, onTime) {
  const rate = (/** @type {number} */ some, /** @type {number} */ all) => (all === 0 ? null : Math.round((100 * some) / all));
  return { done, still_open: open, completion_rate: rate(done, done + open), with_date: done, on_time: onTime, on_time_rate: rate(onTime, done) };
}

/** @param {number} begins days from now @param {number} length @param {number} n @returns {Stretch} */
function stretch(begins, length, n) {
  const date = (/** @type {number} */ days) => after(86_400 * days).slice(0, 10);
  return {
    begins: date(begins),
    ends: date(begins + length - 1),
    tasks: tasks((n * 5) % 9, n % 3 === 0 ? 1 : 0, (n * 4) % 8),
    moods: { green: 3 + (n % 4), yellow: n % 3, red: n % 6 === 4 ? 1 : 0 },
    points_given: ((n * 7) % 10) * 15,
    points_spent: n % 4 === 2 ? 80 : 0,
    journal: n % 3,
    messages: 20 + n,
  };
}

const QUIET = { ...stretch(0, 7, 0), tasks: tasks(0, 0, 0), moods: { green: 0, yellow: 0, red: 0 }, points_given: 0, points_spent: 0, journal: 0, messages: 0 };
const DAYS = { from: after(-86_400 * 90).slice(0, 10), to: after(0).slice(0, 10), bond_id: BOND, time_zone: "Europe/Berlin" };
const MINE = { user_id: ME, tasks: tasks(6, 0, 6), moods: { green: 31, yellow: 4, red: 1 }, points: { given: 0, spent: 0, balance: 0 }, rules_in_force: 1, messages: 214 };
const HIS = { user_id: JONAS, tasks: tasks(48, 3, 42), moods: { green: 22, yellow: 9, red: 0 }, points: { given: 640, spent: 320, balance: 320 }, rules_in_force: 3, messages: 190 };

const FULL = {
  ...DAYS,
  together: { tasks: tasks(54, 3, 48), moods: { green: 53, yellow: 13, red: 1 }, points_given: 640, points_spent: 320, messages: 404 },
  members: [MINE, HIS],
  journal: { own: 12, shared: 4 },
  streaks: { check_ins: { now: 9, longest: 23 }, on_time: { now: 6, longest: 6 } },
  weeks: Array.from({ length: WEEKS }, (_each, n) => stretch(7 * (n - WEEKS + 1), 7, n)),
  months: Array.from({ length: 12 }, (_each, n) => stretch(30 * (n - 11), 30, n + 1)),
};
const NOTHING = {
  ...DAYS,
  together: { tasks: tasks(0, 0, 0), moods: QUIET.moods, points_given: 0, points_spent: 0, messages: 0 },
  members: [MINE, HIS].map((each) => ({ ...each, tasks: tasks(0, 0, 0), moods: QUIET.moods, points: { given: 0, spent: 0, balance: 0 }, rules_in_force: 0, messages: 0 })),
  journal: { own: 0, shared: 0 },
  streaks: { check_ins: { now: 0, longest: 0 }, on_time: { now: 0, longest: 0 } },
  weeks: [QUIET],
  months: [QUIET],
};

/** @param {string} code @param {string} title @param {string} description @param {readonly string[]} [who] */
function achievement(code, title, description, who = []) {
  return { id: code, code, category: "tasks", threshold: 1, title, description, reached: who.map((user_id, n) => ({ user_id, reached_at: after(-86_400 * (9 + n)) })), version: 1 };
}

/** @param {boolean} some @param {readonly string[]} [others] */
const achievements = (some, others = []) => ({
  items: [
    achievement("together_month", "A month together", "One month in this bond, side by side.", some ? [ME, JONAS, ...others] : []),
    achievement("check_in_week", "A week of check-ins", "Seven days in a row, pauses aside.", some ? [JONAS] : []),
    achievement("scene_first", "A scene with aftercare", "Planned, lived, and looked after.", some ? [ME] : []),
    achievement("contract_again", "Agreed once more", "You talked again, and wrote it down anew."),
    achievement("gratitude_ten", "Ten thank-yous, shared", "Ten times you said what is good."),
  ],
  next_cursor: null,
});

/** @type {Answers} */
const LIVED = { [NUMBERS]: FULL, [ALL]: achievements(true) };
/** @type {Answers} */
const FRESH = { [NUMBERS]: NOTHING, [ALL]: achievements(false) };
const ALONE = { ...FRESH, [`GET /api/bonds/${BOND}`]: forming(), [NUMBERS]: { ...NOTHING, members: NOTHING.members.slice(0, 1), journal: { own: 3, shared: 0 } } };

const FIVE = ["Alexandra-Magdalena von und zu Hohenfels", "Bo", "Kim"].map((display_name, n) => ({ ...HIS, user_id: `00000000-0000-4000-8000-0000000000e${n}`, display_name, moods: { green: n, yellow: 0, red: n } }));
const MANY = {
  [`GET /api/bonds/${BOND}`]: bondView({ bond_type: "household", members: [...bondView().members, ...FIVE.map(({ user_id, display_name }) => ({ ...JONAS_IN_IT, user_id, display_name }))] }),
  [NUMBERS]: { ...FULL, members: [MINE, HIS, ...FIVE.map(({ display_name: _called, ...each }) => each)] },
  [ALL]: achievements(true, FIVE.map(({ user_id }) => user_id)),
};

/** @type {readonly State[]} */
export const BACK = [
  ofBond("looking-back", "/looking-back", { answers: LIVED, sees: "bars-points" }),
  ofBond("looking-back-year", "/looking-back", { answers: LIVED, press: ["span-365", "more-to-reach"], sees: "reached" }),
  ofBond("looking-back-empty", "/looking-back", { answers: FRESH, sees: "back-quiet" }),
  ofBond("looking-back-paused", "/looking-back", { answers: { ...LIVED, [`GET /api/bonds/${BOND}`]: bondView({ status: "paused" }) }, sees: "bars-points" }),
  ofBond("looking-back-of-five", "/looking-back", { answers: MANY, press: ["more-to-reach"], sees: "reached" }),
  ofBond("looking-back-alone", "/looking-back", { answers: ALONE, sees: "back-alone" }),
];
