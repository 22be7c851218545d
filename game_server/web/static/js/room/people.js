/**
 * Who is here and whose turn it is: seen from across the bed by the colour and shape of a seat, read nearer.
 * @module
 */

import { disc as discOf } from "../pairing/pair.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { press } from "./press.js";
import { isCleared, isGone, isReader, nameOf, nameWithin, onTurn, speaksFor } from "./seats.js";
import { PRESENCE, turnOf } from "./words.js";
import { listed } from "../ui/time.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./protocol.js").Seat} Seat */
/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("./screen.js").Aside} Aside */

/** @type {readonly import("./protocol.js").Phase[]} */
const NAMED = ["paused", "stopped", "limit", "ended"];

/** The seat in its colour and shape, with the first letter of its name. @param {RoomState} state @param {Seat} seat @param {"small" | ""} [size] */
export function disc(state, seat, size = "") {
  return discOf(seat, isCleared(state, seat) ? "" : (state.seats[seat]?.name ?? ""), size);
}

/** @param {Room} room @param {RoomState} state @param {Aside} aside */
export function people(room, state, aside) {
  const active = onTurn(room, state);
  const seats = /** @type {Seat[]} */ (active === "B" ? ["B", "A"] : ["A", "B"]);
  const over = state.phase === "ended";
  return h(
    "header",
    { class: "people" },
    h(
      "div",
      { class: "row", role: "group", "aria-label": _("Players") },
      seats.map((seat) => place(room, state, seat, seat === active)),
      active === null && NAMED.includes(state.phase)
        ? h("strong", { "aria-hidden": true }, names(state))
        : null,
    ),
    over
      ? null
      : press(
          {
            class: "plain more",
            testid: "more",
            "aria-label": _("More: level, the way home, the end"),
            "aria-expanded": aside.sheet === "more",
            onclick: () => aside.change({ sheet: aside.sheet === "more" ? null : "more" }),
          },
          icon("more"),
        ),
  );
}

/** Who plays, without whoever is gone for good. @param {RoomState} state */
function names(state) {
  const seats = /** @type {Seat[]} */ (["A", "B"]);
  const here = seats.filter((seat) => !isGone(state, seat));
  return listed(here.map((seat, at) => (at === 0 ? nameOf : nameWithin)(state, seat)));
}

/** @param {Room} room @param {RoomState} state @param {Seat} seat @param {boolean} active */
function place(room, state, seat, active) {
  const who = state.seats[seat];
  const status = who?.hosted ? "present" : isGone(state, seat) ? "left" : room.presence[seat];
  const shown = room.connection.status === "live" && who?.name ? status : undefined;
  const name = nameOf(state, seat);
  const mine = isReader(state, seat);
  const begins = active && state.phase === "choosing"; // then it is the heading: whose turn it is, is what this phase says
  const turn = begins ? { testid: speaksFor(state, seat) ? "your-turn" : "their-turn" } : {};
  return h(
    "div",
    { class: "seat", testid: `seat-${seat}`, "data-presence": shown ?? "unknown", "data-active": active },
    disc(state, seat),
    active
      ? h(begins ? "h1" : "span", { ...turn, tabindex: begins ? -1 : null }, turnOf(name, mine))
      : null,
    h("small", { class: "unseen" }, `${mine ? _("You") : name}, ${shown ? PRESENCE[shown] : _("presence unknown")}`),
  );
}
