/**
 * The cards of an evening as they lie on the table afterwards: small, in their order, with hearts; and one of them opened.
 * @module
 */

import { heat } from "../room/card.js";
import { disc } from "../room/people.js";
import { isReader, nameOf } from "../room/seats.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../room/protocol.js").Feedback} Feedback */
/** @typedef {import("../room/protocol.js").RoomState} RoomState */
/** @typedef {import("../room/protocol.js").Seat} Seat */
/** @typedef {import("../ui/dom.js").Child} Child */
/**
 * @typedef {object} Turn one kept card, as the turn log tells it
 * @property {number} seq the turn
 * @property {number | null} activity_id
 * @property {"truth" | "dare"} type
 * @property {import("../room/protocol.js").Level} rating
 * @property {{steps: {actor: Seat, do: string}[]}} script
 * @property {{active_player?: Seat} | null} roles
 * @property {string} created_at
 */

/** "both" where each gave a heart, "mine" where only the reader did, or nobody has told. @typedef {"none" | "mine" | "both"} Love */

/**
 * A heart of both is known only where the reader gave one as well: whether the other did alone is nobody's business.
 * @param {Feedback | null | undefined} mine
 * @param {number | null} activity
 * @param {ReadonlySet<number>} favourites ids of the cards that both liked
 * @returns {Love}
 */
export function loveOf(mine, activity, favourites) {
  if (mine !== "like") return "none";
  return activity !== null && favourites.has(activity) ? "both" : "mine";
}

/** Those that were played to their end: what was left on the table is none of the evening's. @param {readonly Turn[]} turns @param {number} kept */
export function played(turns, kept) {
  return turns.filter(({ seq }) => seq <= kept);
}

/** @param {"truth" | "dare"} type */
export function kind(type) {
  return type === "truth" ? _("Truth") : _("Dare");
}

/** What a heart on a small card says to who cannot see it. @param {Love} love */
function spoken(love) {
  if (love === "none") return "";
  return love === "both" ? _("loved by both of you") : _("loved by you");
}

/** @param {Love} love */
export function hearts(love) {
  if (love === "none") return null;
  const full = Array.from({ length: love === "both" ? 2 : 1 }, () => icon("heart-full"));
  return h("span", { class: "loved", "data-key": `loved-${love}`, "aria-hidden": true }, full);
}

/**
 * @param {readonly Turn[]} turns
 * @param {(turn: Turn) => Love} love
 * @param {{opened: number | null, open: (seq: number | null) => void, name: (seat: Seat) => string}} table
 */
export function spread(turns, love, { opened, open, name }) {
  return h(
    "ul",
    { class: "spread", testid: "spread" },
    turns.map((turn) => {
      const seat = turn.roles?.active_player ?? "A";
      const isOpen = turn.seq === opened;
      const words = [_("Card {n}", { n: turn.seq }), kind(turn.type), name(seat), spoken(love(turn))].filter(Boolean);
      return h(
        "li",
        { "data-key": `mini-${turn.seq}` },
        h(
          "button",
          {
            type: "button",
            class: "mini",
            testid: `mini-${turn.seq}`,
            "data-seat": seat,
            "aria-expanded": isOpen,
            "aria-label": words.join(", "),
            onclick: () => open(isOpen ? null : turn.seq),
          },
          icon(turn.type),
          hearts(love(turn)),
        ),
      );
    }),
  );
}

/**
 * One card face up, with what one may say of it.
 * @param {RoomState} state whose seats have the names
 * @param {Turn} turn
 * @param {...Child} below
 */
export function faceUp(state, turn, ...below) {
  return h(
    "article",
    { class: "card-like face-up", testid: "face-up", "data-key": `face-${turn.seq}`, "data-seat": turn.roles?.active_player ?? "A" },
    h("header", null, h("h2", null, icon(turn.type), kind(turn.type)), heat(turn.rating)),
    h(
      "ol",
      null,
      turn.script.steps.map((step) =>
        h(
          "li",
          null,
          h("strong", { "data-seat": step.actor }, disc(state, step.actor, "small"), isReader(state, step.actor) ? _("You") : nameOf(state, step.actor)),
          h("p", null, step.do),
        ),
      ),
    ),
    ...below,
  );
}

/** What both loved, said once. @param {readonly Turn[]} turns @param {(turn: Turn) => Love} love */
export function bothLoved(turns, love) {
  const found = turns.filter((turn) => love(turn) === "both");
  if (found.length === 0) return null;
  return h(
    "section",
    { class: "card-like both-loved", testid: "both-loved" },
    h("h2", null, icon("heart-full"), found.length === 1 ? _("You both loved this one") : _("You both loved these")),
    found.map((turn) => h("p", { class: "quote", "data-key": `quote-${turn.seq}` }, turn.script.steps.map((step) => step.do).join(" "))),
  );
}
