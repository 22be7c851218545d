/**
 * Every message of a room's socket, version attuned.v1, as types. Nothing here runs but two constants.
 * @module
 */

export const VERSION = "attuned.v1";
/** @type {readonly Seat[]} */
export const SEATS = ["A", "B"];

/** @typedef {"A" | "B"} Seat */
/** @typedef {"G" | "R" | "X"} Level */
/** @typedef {"truth" | "dare"} CardType */
/** @typedef {"lobby" | "choosing" | "card" | "paused" | "stopped" | "limit" | "ended"} Phase */
/** @typedef {"present" | "away" | "left"} PresenceStatus */
/** @typedef {"like" | "dislike" | "neutral"} Feedback */
/** @typedef {"target" | "ended" | "stopped" | "abandoned" | "declined"} EndReason */

/**
 * @typedef {object} Settings
 * @property {Level} intimacy_level
 * @property {"random" | CardType} activity_type
 * @property {"player" | "spin"} type_choice
 * @property {"alternate" | "spin"} turn_order
 * @property {number} target_activities
 * @property {{apart?: unknown, favourites?: unknown, language?: unknown}} [rules] whatever the opener wrote, these three among it
 */
/**
 * @typedef {object} Card
 * @property {number | null} activity_id
 * @property {CardType} type
 * @property {Level} rating
 * @property {number} intensity
 * @property {{steps: {actor: Seat, do: string, duration_s?: number}[]}} script one step at most has the card's clock
 * @property {Seat} active
 * @property {Seat} partner
 * @property {string[]} tags
 * @property {string} source
 * @property {"warmup" | "build" | "peak" | "afterglow"} phase
 * @property {number} seq_no
 */
/** @typedef {{name: string | null, hosted: boolean, ready: boolean}} SeatState */
/** @typedef {{level: Level, by: Seat, until: string, seq: number}} Proposal seq: what an answer belongs to */
/** @typedef {{turn: number, until: string}} Timer the card's clock, as it was started last */
/** @typedef {{kept: number, truth: number, dare: number, minutes: number}} Summary */
/** @typedef {{feedback?: Feedback | null, executed?: boolean | null}} MyFeedback */

/**
 * @typedef {object} RoomState
 * @property {string} session_id
 * @property {Seat} seat
 * @property {Phase} phase
 * @property {Settings} settings
 * @property {Level} level
 * @property {Proposal | null} proposal
 * @property {Record<Seat, SeatState | null>} seats
 * @property {string[] | null} words
 * @property {number} step
 * @property {number} target
 * @property {number} turn
 * @property {number | null} turn_seq of its turn_began: what a choose belongs to
 * @property {Seat | null} active
 * @property {CardType | null} type
 * @property {Card | null} card
 * @property {number | null} card_seq what a complete, skip or timer belongs to
 * @property {Timer | null | undefined} timer missing: the snapshot is of a server that knows no clocks
 * @property {number} consecutive_skips
 * @property {Seat[]} resume_wanted
 * @property {number | null} halt_seq of the latest paused or stopped: what a resume belongs to
 * @property {string | null} cool_down_until
 * @property {string[] | null} aftercare
 * @property {number | null} remaining
 * @property {string | null} resets_at
 * @property {Record<string, MyFeedback>} my_feedback
 * @property {Summary | null} summary
 * @property {EndReason | null} reason why it ended
 */

/**
 * @typedef {{t: "joined", seat: Seat, name: string} | {t: "ready", by: Seat} | {t: "started"}
 *   | {t: "turn_began", turn: number, active: Seat, type: CardType | null}
 *   | {t: "type_chosen", turn: number, type: CardType, by: "player" | "spin"}
 *   | {t: "card_shown", turn: number, card: Card, remaining: number | null}
 *   | {t: "card_replaced", turn: number, card: Card, consecutive_skips: number}
 *   | {t: "card_withdrawn", turn: number}
 *   | {t: "nudged", options: ("lower_level" | "review_boundaries" | "continue")[]}
 *   | {t: "completed", turn: number}
 *   | {t: "feedback_given", turn: number, by: Seat, feedback?: Feedback, executed?: boolean}
 *   | {t: "level_proposed", level: Level, by: Seat, until: string} | {t: "level_declined"}
 *   | {t: "level_changed", level: Level}
 *   | {t: "paused"} | {t: "stopped", until: string, aftercare: string[]} | {t: "cool_down_set", until: string}
 *   | {t: "resume_wanted", by: Seat} | {t: "resumed"}
 *   | {t: "limit_reached", resets_at: string} | {t: "limit_lifted"}
 *   | {t: "timer_started", turn: number, until: string} | {t: "timer_stopped", turn: number}
 *   | {t: "ended", reason: EndReason, summary: Summary}} RoomEvent
 */

/**
 * @typedef {{t: "welcome", seat: Seat, epoch: string, head: number, mode: "replay" | "snapshot" | "closed",
 *   now: string, ping_ms: number, dead_ms: number}} Welcome
 */
/** @typedef {{t: "snapshot", seq: number, state: RoomState}} Snapshot */
/** @typedef {{t: "event", seq: number, at: string, e: RoomEvent, set: Partial<RoomState>}} EventMessage */
/**
 * @typedef {{t: "refused", id: string | null, code: string, message: string, head: number,
 *   retryable: boolean}} Refusal
 */
/** @typedef {"pause" | "stop"} HaltKind */
/**
 * @typedef {Welcome | Snapshot | EventMessage | Refusal | {t: "live"}
 *   | {t: "ack", id: string, seq: number} | {t: "halt", kind: HaltKind} | {t: "beat", head: number, now: string}
 *   | {t: "presence", seat: Seat, status: PresenceStatus, until: string | null}
 *   | {t: "draining", reconnect_within_ms: number}} ServerMessage
 */

/** @typedef {{seat?: Seat}} ForSeat the hosted seat B may be spoken for by A */
/**
 * @typedef {ForSeat & ({t: "ready"} | {t: "choose", on: number, type: CardType | "random"}
 *   | {t: "complete", on: number}
 *   | {t: "skip", on: number} | {t: "feedback", turn: number, feedback: Feedback, executed: boolean}
 *   | {t: "propose_level", level: Level} | {t: "accept_level", on: number} | {t: "decline_level", on: number}
 *   | {t: HaltKind} | {t: "resume", on: number} | {t: "lengthen", minutes: number} | {t: "leave"}
 *   | {t: "timer", on: number, action: "start" | "stop"}
 *   | {t: "end"})} Command
 */
/** @typedef {Command & {id: string}} SentCommand */
