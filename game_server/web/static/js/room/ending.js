/**
 * How an evening comes to rest: stopped, over for today, ended. After a stop there is care first, and nothing else beside it.
 * @module
 */

import { playAgain, rememberEachOther, sameAgain } from "../evening/again.js";
import { cardsOf } from "../evening/cards.js";
import { noteButton, noteView } from "../evening/note.js";
import { attempts } from "../ui/attempt.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { clock, secondsLeft } from "../ui/time.js";
import { _, heard } from "../ui/tongue.js";
import { calm, resumeButtons, said } from "./calm.js";
import { ring } from "./clock.js";
import { facesOf } from "./faces.js";
import { feedbackPanel, opinions } from "./feedback.js";
import { heading, press } from "./press.js";
import { isGone, nameOf, otherSeat } from "./seats.js";
import { counted, ENDINGS, LIMIT_TITLE, within } from "./words.js";

/** @typedef {import("../evening/keepsake.js").Keepsake} Keepsake */
/** @typedef {import("../ui/dom.js").Child} Child */
/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("./screen.js").Aside} Aside */

const LONGER_MINUTES = 10;
const COOL_DOWN_S = 600;

/** @type {readonly string[]} */
const CARE_SIGNS = ["hand", "water", "talk"];

/** @param {readonly string[]} sentences */
function care(sentences) {
  return h(
    "ul",
    { class: "aftercare", testid: "aftercare" },
    sentences.map((each, place) => h("li", null, icon(CARE_SIGNS[place] ?? "warm"), h("span", null, each))),
  );
}

/** What stays when the room itself says no more. */
function stayingCare() {
  return care([
    _("Stay close or take space: whatever feels good now."),
    _("Drink some water, get warm."),
    _("Ask each other what you need. Nobody has to explain."),
  ]);
}

/** @param {Room} room @param {RoomState} state */
export function stopped(room, state) {
  const left = secondsLeft(state.cool_down_until, room.now());
  return [
    calm(
      heading(_("Stopped")),
      h("p", null, _("Nothing more comes unless both of you want it.")),
      care((state.aftercare ?? []).map(heard)),
      left > 0 ? coolDown(room, left) : [h("p", { class: "quiet" }, _("The time is over. There is no hurry.")), said(state)],
    ),
    left > 0 ? null : goOnOrEnd(room, state),
  ];
}

/** @param {Room} room @param {number} left seconds */
function coolDown(room, left) {
  const lengthen = () => room.send({ t: "lengthen", minutes: LONGER_MINUTES });
  return [
    h(
      "div",
      { class: "clock-face cool-down" },
      ring(Math.max(COOL_DOWN_S, left), left),
      h("div", null, h("time", { testid: "cool-down" }, clock(left)), h("small", null, _("for each other"))),
    ),
    press({ testid: "lengthen", onclick: lengthen }, _("{n} minutes longer", { n: LONGER_MINUTES })),
  ];
}

/** To end it weighs as much as to go on. @param {Room} room @param {RoomState} state */
function goOnOrEnd(room, state) {
  return h(
    "div",
    { class: "act" },
    press({ testid: "end-here", off: room.outbox.has("end"), onclick: () => room.send({ t: "end" }) }, _("End the evening here")),
    resumeButtons(room, state, ""),
  );
}

/** @param {Room} room @param {RoomState} state */
export function limit(room, state) {
  const left = secondsLeft(state.resets_at, room.now());
  return [
    calm(
      h("div", { class: "card-back rest", "aria-hidden": true }),
      heading(LIMIT_TITLE),
      h("p", null, _("All of today’s cards are played. The evening stays open, right here.")),
      h("p", { class: "quiet" }, _("New cards in"), " ", h("time", { testid: "resets-in" }, clock(left))),
    ),
    h(
      "div",
      { class: "act" },
      h("a", { class: "button primary", href: "/", testid: "leave-for-tomorrow" }, _("Leave it for tomorrow")),
      h(
        "div",
        { class: "side-by-side" },
        h("a", { class: "button plain", href: "/plan", testid: "to-plan" }, _("More cards today")),
        press({ class: "plain", testid: "try-again", onclick: () => room.send({ t: "ready" }) }, _("Look again")),
      ),
    ),
    feedbackPanel(room, state),
  ];
}

/** After a stop care comes first; else what the evening was, without a count of either of them. @param {Room} room @param {RoomState} state @param {Aside} aside */
export function ended(room, state, aside) {
  const kept = state.summary?.kept ?? 0;
  if (state.reason === "stopped") return endedByStop(room, state, aside.evening, kept);
  if (kept === 0) return endedWithoutPlay(state);
  return [
    h(
      "header",
      { class: "farewell" },
      heading(ENDINGS[state.reason ?? "ended"].title),
      state.summary === null ? null : h("p", { class: "quiet", testid: "summary" }, evening(state.summary)),
    ),
    cards(room, state, aside.evening),
    onward(state, aside.evening),
    noteView(aside.evening.note),
    h("p", { class: "closing", testid: "ending" }, _("Stay close a while. There is nothing left to do.")),
    ways(),
  ];
}

/** @param {Room} room @param {RoomState} state @param {Keepsake} evening @param {number} kept */
function endedByStop(room, state, evening, kept) {
  return [
    calm(
      heading(ENDINGS.stopped.title),
      h("div", { class: "with-care", testid: "ending" }, h("p", null, _("Stopping was right, whatever the reason.")), stayingCare()),
    ),
    kept === 0
      ? null
      : h("details", { testid: "evening-cards" }, h("summary", null, _("The cards of this evening")), cards(room, state, evening)),
    noteView(evening.note),
    h("div", { class: "side-by-side" }, noteButton(evening.note)),
    ways(),
  ];
}

/** @param {RoomState} state */
function endedWithoutPlay(state) {
  const { title, text } = ENDINGS[state.reason ?? "ended"];
  return [calm(heading(title), h("p", { testid: "ending" }, text)), ways()];
}

/** @param {Room} room @param {RoomState} state @param {Keepsake} evening */
function cards(room, state, evening) {
  if (evening.turns === null) {
    if (evening.problem === null) return h("p", { class: "quiet", "data-key": "waits" }, _("One moment …"));
    const again = () => void evening.read();
    return [
      h("p", { class: "problem", role: "alert" }, evening.problem),
      press({ testid: "read-again", onclick: again }, _("Try again")),
    ];
  }
  return cardsOf(evening, state, facesOf(state), {
    told: (turn) => toldOf(room, state, turn),
    hint: _("Touch a card to see it again and give it a heart."),
    below: ({ seq }) => opinions(room, state, seq),
  });
}

/** What this seat said of a card: what was pressed just now counts already. @param {Room} room @param {RoomState} state @param {number} turn */
function toldOf(room, state, turn) {
  const pressed = room.outbox.unanswered().filter((each) => each.t === "feedback" && each.turn === turn).pop();
  return pressed?.t === "feedback" ? pressed.feedback : state.my_feedback[String(turn)]?.feedback;
}

/** Remember each other, and again. @param {RoomState} state @param {Keepsake} evening */
function onward(state, evening) {
  const { app, partner } = evening;
  const seat = otherSeat(state);
  const hosted = state.seats[seat]?.hosted === true;
  const gone = isGone(state, seat);
  const account = app.identities.current()?.kind === "user";
  const mayRemember = account && evening.turns !== null && partner === null && !hosted && !gone;
  const name = nameOf(state, seat);
  const again = attempts(".phase", (place) => playAgain(app, place, sameAgain(state.settings), partner === null ? null : { user_id: partner, name }));
  return h(
    "div",
    { class: "onward" },
    mayRemember
      ? [
          h(
            "button",
            { type: "button", class: "primary", testid: "remember", onclick: attempts(".phase", (place) => rememberEachOther(app, place)) },
            icon("keep"),
            _("Remember each other"),
          ),
          h("small", { class: "quiet" }, _("For two accounts. One of you shows a code, the other opens it, and both say yes.")),
        ]
      : null,
    partner === null ? null : h("p", { class: "quiet", testid: "remembered" }, icon("check"), _("You and {name} remember each other.", { name })),
    h(
      "div",
      { class: "side-by-side" },
      hosted || gone
        ? h("a", { class: "button", href: "/", testid: "again" }, icon("again"), _("Another evening"))
        : h("button", { type: "button", class: mayRemember ? "" : "primary", testid: "again", onclick: again }, icon("again"), _("Again")),
      noteButton(evening.note),
    ),
  );
}

/** Where one goes from here. */
function ways() {
  return h(
    "nav",
    { class: "ways", "aria-label": _("From here") },
    h("a", { class: "button plain", href: "/", testid: "home" }, _("To the start")),
    h("a", { class: "button plain", href: "/evenings", testid: "evenings" }, _("Our evenings")),
  );
}

/** The only numbers of an evening. @param {import("./protocol.js").Summary} summary */
function evening({ kept, minutes }) {
  const cards = counted(kept, "card");
  return minutes === 0 ? `${cards}.` : `${cards}, ${within(counted(minutes, "minute"))}.`;
}
