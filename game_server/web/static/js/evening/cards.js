/**
 * The cards of an evening as they lie on the table afterwards: small, in their order, with hearts; and one of them opened.
 * @module
 */

import { h } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../room/protocol.js").Feedback} Feedback */
/** @typedef {import("../room/protocol.js").RoomState} RoomState */
/** @typedef {import("../room/protocol.js").Seat} Seat */
/** @typedef {import("../ui/dom.js").Child} Child */
/** @typedef {import("./keepsake.js").Keepsake} Keepsake */
/**
 * @typedef {object} Faces what whoever lays the cards out knows of the game
 * @property {(seat: Seat) => string} name
 * @property {(seat: Seat) => Child} who acts: a disc, and "You" or the name
 * @property {(level: import("../room/protocol.js").Level) => Child} heat
 */
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

/**
 * All of an evening's cards: laid out, the one that lies open, what both loved. Nothing without a card.
 * @param {Keepsake} kept
 * @param {RoomState} state
 * @param {Faces} faces
 * @param {{told: (turn: number) => Feedback | null | undefined, hint: string, below: (turn: Turn) => Child}} own what is the reader's: told: what
 *   they said of a card; hint: what can be done with one; below: what stands under the open one
 */
export function cardsOf(kept, state, faces, { told, hint, below }) {
  const turns = played(kept.turns ?? [], state.summary?.kept ?? 0);
  if (turns.length === 0) return null;
  const love = (/** @type {Turn} */ turn) => loveOf(told(turn.seq), turn.activity_id, kept.favourites);
  const opened = turns.find((turn) => turn.seq === kept.opened);
  return h(
    "section",
    { class: "evening", "aria-label": _("The cards of this evening") },
    spread(turns, love, kept, faces),
    opened === undefined ? h("p", { class: "quiet", "data-key": "hint" }, hint) : faceUp(opened, faces, below(opened)),
    bothLoved(turns, love),
  );
}

/** Those that were played to their end: what was left on the table is none of the evening's. @param {readonly Turn[]} turns @param {number} kept */
export function played(turns, kept) {
  return turns.filter(({ seq }) => seq <= kept);
}

/** @param {"truth" | "dare"} type */
function kind(type) {
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

/** @param {readonly Turn[]} turns @param {(turn: Turn) => Love} love @param {Keepsake} kept @param {Faces} faces */
function spread(turns, love, kept, { name }) {
  return h(
    "ul",
    { class: "spread", testid: "spread" },
    turns.map((turn) => {
      const seat = turn.roles?.active_player ?? "A";
      const isOpen = turn.seq === kept.opened;
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
            onclick: () => kept.open(isOpen ? null : turn.seq),
          },
          icon(turn.type),
          hearts(love(turn)),
        ),
      );
    }),
  );
}

/** One card face up, with what one may say of it. @param {Turn} turn @param {Faces} faces @param {Child} below */
function faceUp(turn, { who, heat }, below) {
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
          h("strong", { "data-seat": step.actor }, who(step.actor)),
          h("p", null, step.do),
        ),
      ),
    ),
    below,
  );
}

/** What both loved, said once. @param {readonly Turn[]} turns @param {(turn: Turn) => Love} love */
function bothLoved(turns, love) {
  const found = turns.filter((turn) => love(turn) === "both");
  if (found.length === 0) return null;
  return h(
    "section",
    { class: "card-like both-loved", testid: "both-loved" },
    h("h2", null, icon("heart-full"), found.length === 1 ? _("You both loved this one") : _("You both loved these")),
    found.map((turn) => h("p", { class: "quote", "data-key": `quote-${turn.seq}` }, turn.script.steps.map((step) => step.do).join(" "))),
  );
}
