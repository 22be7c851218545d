/**
 * A bond's own page. Safety first: how I am, how the others are; then what waits for me, what today brings, and the ways to all else.
 * @module
 */

import { h, render } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { box, goto } from "../ui/rows.js";
import { _, ngettext } from "../ui/tongue.js";
import { beginningBox, stepsIn } from "./beginning.js";
import { called } from "./bond.js";
import { dateOf } from "./calendar/agenda.js";
import { hoursOf, SIGNS } from "./calendar/words.js";
import { colourSign, colourWord } from "./checkin.js";
import { Inviting } from "./invite.js";
import { linksBox } from "./links.js";
import { partCalled } from "./parts.js";
import { stateChoice } from "./safety.js";
import { when } from "./tools/facts.js";
import { waitsIn } from "./waits.js";
import { roleWord, STATE_OF } from "./words.js";

/** @typedef {import("./bond.js").Bond} Bond */
/** @typedef {import("./bond.js").Member} Member */
/** @typedef {import("./parts.js").Here} Here */
/** @typedef {import("./parts.js").PartScreen} PartScreen */
/** @typedef {import("./waits.js").Waits} Waits */

const LINES = 3;
const SOON_MS = 600;

/** @type {PartScreen} */
export const homePart = (place, here) => {
  let left = false;
  /** @type {Waits | null} */
  let waits = null;
  /** @type {import("./beginning.js").Step[] | null} */
  let steps = null;
  const inviting = new Inviting(here, () => draw());
  const draw = () => {
    if (!left) render(place, page(here, waits, steps, inviting));
  };
  const read = async () => {
    [waits, steps] = await Promise.all([waitsIn(here.bond), stepsIn(here.bond)]);
    draw();
  };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;
  here.heard(({ table }) => {
    draw();
    if (table === "presence" || table === "typing") return;
    clearTimeout(soon);
    soon = setTimeout(() => void read(), SOON_MS); // several changes that come together are asked for once
  });
  draw();
  void read();
  return () => {
    left = true;
    clearTimeout(soon);
  };
};

/** @param {Here} here @param {Waits | null} waits null: not heard yet @param {import("./beginning.js").Step[] | null} steps @param {Inviting} inviting */
function page(here, waits, steps, inviting) {
  const { bond } = here;
  return h(
    "div",
    { class: "two", testid: "bond-home" },
    bond.over ? null : howIAm(here, waits),
    howTheyAre(bond, waits),
    waits === null ? null : [waitingBox(bond, waits), todayBox(bond, waits)],
    bond.others.length === 0 && !bond.over ? inviting.box() : null,
    beginningBox(bond, steps),
    linksBox(bond),
  );
}

/** @param {Here} here @param {Waits | null} waits */
function howIAm({ bond, changed }, waits) {
  const said = waits?.said?.find((each) => each.user_id === bond.me.user_id);
  return h(
    "section",
    { class: "box", testid: "how-i-am" },
    h("h2", null, _("How are you?")),
    stateChoice(bond, changed),
    partCalled("check-in") === null
      ? null
      : h(
          "ul",
          { class: "rows" },
          goto({
            testid: "to-check-in",
            sign: "heart",
            title: said === undefined ? _("Check in for today") : _("Today you said: {colour}", { colour: colourWord(said.status) }),
            href: bond.to("check-in"),
          }),
        ),
  );
}

/** @param {Bond} bond @param {Waits | null} waits */
function howTheyAre(bond, waits) {
  if (bond.others.length === 0) return null;
  return h(
    "section",
    { class: "box", testid: "how-they-are" },
    h("h2", null, _("How they are")),
    h(
      "ul",
      { class: "rows" },
      bond.others.map((each) => theirs(bond, each, waits)),
    ),
  );
}

/** @param {Bond} bond @param {Member} member @param {Waits | null} waits */
function theirs(bond, member, waits) {
  const said = waits?.said?.find((each) => each.user_id === member.user_id);
  const role = roleWord(member.role_in_bond);
  const present = bond.presence.get(member.user_id) === "present";
  return h(
    "li",
    { "data-key": member.user_id },
    h(
      "a",
      { class: "goto", testid: "how-they-are-line", href: bond.to("people", member.user_id) },
      h(
        "span",
        { class: "about" },
        h("span", null, called(member), h("small", null, present ? _("{role} · online", { role }) : role)),
        h(
          "span",
          { class: "value" },
          STATE_OF[member.submission_state],
          said === undefined ? null : [" · ", colourSign(said.status), " ", colourWord(said.status)],
        ),
      ),
      icon("next"),
    ),
  );
}

/** @param {Bond} bond @param {Waits} waits */
function waitingBox(bond, waits) {
  const { requests, mine, toApprove, moreTime, rules, contracts, scenes, wishes } = waits;
  const some = (/** @type {string} */ part, /** @type {string} */ sign, /** @type {{id: string, title: string | null}[]} */ rows, /** @type {(n: number) => string} */ words) =>
    rows.length === 0 || partCalled(part) === null
      ? null
      : goto({
          testid: `waiting-${part}`,
          key: words(rows.length),
          sign,
          title: words(rows.length),
          hint: rows.length === 1 ? (rows[0]?.title ?? null) : null,
          href: rows.length === 1 && part !== "people" ? bond.to(part, rows[0]?.id) : bond.to(part),
        });
  const asking = requests.map(({ id, display_name: title }) => ({ id, title }));
  const lines = [
    some("people", "us", asking, (n) => ngettext("Somebody asks to be let in", "{n} people ask to be let in", n)),
    some("scenes", "moon", scenes, (n) => ngettext("A scene waits for your yes or no", "{n} scenes wait for your yes or no", n)),
    some("contracts", "note", contracts, (n) => ngettext("A contract waits to be read and signed", "{n} contracts wait to be read and signed", n)),
    some("rules", "check", rules, (n) => ngettext("A rule waits for your yes or no", "{n} rules wait for your yes or no", n)),
    some("tasks", "check", toApprove, (n) => ngettext("A task is done: look at it", "{n} tasks are done: look at them", n)),
    some("tasks", "clock", moreTime, (n) => ngettext("More time is asked for", "More time is asked for {n} tasks", n)),
    some("rewards", "heart", wishes, (n) => ngettext("A reward is wished for", "{n} rewards are wished for", n)),
    ...mine.slice(0, LINES).map((task) =>
      partCalled("tasks") === null
        ? null
        : goto({ testid: "waiting-task", key: task.id, sign: "check", title: task.title ?? _("A task"), hint: dueOf(task), href: bond.to("tasks", task.id) }),
    ),
  ].filter((line) => line !== null);
  if (lines.length === 0) return h("p", { class: "quiet", testid: "nothing-waits" }, _("Nothing waits for you."));
  return box("waiting", _("Waiting for you"), lines);
}

/** What is to be known of it before it is opened. @param {import("./waits.js").Task} task */
function dueOf({ due_date: due, all_day: allDay, overdue, revise_reason: again }) {
  const at = when(due, allDay);
  const until = at === null ? null : overdue ? _("was due {moment}: talk, or ask for more time", { moment: at }) : _("due {moment}", { moment: at });
  const words = [again === null ? null : _("for another go"), until].filter((each) => each !== null);
  return words.length === 0 ? null : words.join(" · ");
}

/** @param {Bond} bond @param {Waits} waits */
function todayBox(bond, { events, unread }) {
  const lines = [
    unread === 0 || partCalled("messages") === null
      ? null
      : goto({ testid: "unread", sign: "talk", title: ngettext("{n} new message", "{n} new messages", unread), href: bond.to("messages") }),
    ...events.slice(0, LINES).map((event) =>
      partCalled("calendar") === null
        ? null
        : goto({
            testid: "today-event",
            key: `${event.id}-${event.start_date}`,
            sign: SIGNS[event.event_type],
            title: event.title ?? _("Something planned"),
            hint: hoursOf(event),
            href: event.task_id === null ? dateOf(bond, event) : bond.to("tasks", event.task_id),
          }),
    ),
  ];
  return box("today", _("Today"), lines);
}
