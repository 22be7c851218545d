/**
 * One room on this phone: what is known of it, what was asked and not answered, who is there, and whether content must
 * be hidden.
 *
 * A halt hides the card before anything is saved. It stays hidden until the log says paused or stopped; if the
 * connection broke in between and the log does not, this phone asks for the same halt itself.
 *
 * No command waits for a silent line: it is sent again with its id, and after two of those the line is tested.
 * @module
 */

import { ServerClock } from "../ui/time.js";
import { backoff } from "./backoff.js";
import { Fold } from "./fold.js";
import { isHalt, Outbox } from "./outbox.js";
import { RoomSocket } from "./socket.js";

/** @typedef {import("./protocol.js").Command} Command */
/** @typedef {import("./protocol.js").EventMessage} EventMessage */
/** @typedef {import("./protocol.js").HaltKind} HaltKind */
/** @typedef {import("./protocol.js").PresenceStatus} PresenceStatus */
/** @typedef {import("./protocol.js").Refusal} Refusal */
/** @typedef {import("./protocol.js").Seat} Seat */
/** @typedef {import("./protocol.js").ServerMessage} ServerMessage */
/** @typedef {import("./outbox.js").Waiting} Waiting */
/** @typedef {import("./socket.js").Connection} Connection */
/** @typedef {import("./socket.js").Wiring} Wiring */
/**
 * @typedef {Omit<Wiring, "heard" | "changed" | "position"> & {
 *   id: () => string, drawn: () => void, told: (event: EventMessage) => void,
 *   refused: (refusal: Refusal) => void}} RoomWiring
 *   drawn: something to see has changed; told: an event came live or was caught up with
 */

const SESSION_OVER = 4410;
const REPLACED = 4409;
const RESEND_MS = 1700; // three of them make the five seconds that a silent line gets
const RESENDS = 2;
const UNFOLLOWED_MS = 5000; // a halt waits so long for its event before another line is asked
const MOST_WAIT_MS = 3000; // of a pause or stop that was refused for the moment
const MOST_TRIES = 6; // of any other command that was refused for the moment only
export const SENDING_MS = 2000;
export const UNSENT_MS = 8000;

export class Room {
  fold = new Fold();
  outbox = new Outbox();
  /** @type {Connection} */
  connection = { status: "stopped", code: null, reason: null };
  /** @type {Partial<Record<Seat, PresenceStatus>>} */
  presence = {};
  /** @type {HaltKind | null} heard, and not yet seen in the log */
  #halted = null;
  #clock;
  /** @type {string | null} */
  #epoch = null;
  #cancelFollow = () => {};

  /** @param {RoomWiring} wiring */
  constructor(wiring) {
    this.wiring = wiring;
    this.#clock = new ServerClock(wiring.now);
    this.socket = new RoomSocket({
      ...wiring,
      position: () => this.fold.position(),
      heard: (message, at) => this.#heard(message, at),
      changed: (connection) => this.#changed(connection),
    });
  }

  /** The server's time, milliseconds. */
  now() {
    return this.#clock.now();
  }

  /** Must everything be hidden now? @returns {HaltKind | null} */
  get halted() {
    return this.#halted ?? this.outbox.halt();
  }

  /**
   * How the oldest press fares that nobody has answered: worth a word after a while.
   * @returns {"sending" | "unsent" | null}
   */
  get sending() {
    const since = this.outbox.oldest();
    const waited = since === null ? 0 : this.wiring.now() - since;
    if (waited >= UNSENT_MS) return "unsent";
    return waited >= SENDING_MS ? "sending" : null;
  }

  /** Say goodbye and close. */
  leave() {
    this.socket.send({ t: "leave", id: this.wiring.id() });
    this.outbox.rest();
    this.#cancelFollow();
    this.socket.stop();
  }

  /** @param {Command} command */
  send(command) {
    const waiting = this.outbox.add({ ...command, id: this.wiring.id() }, this.wiring.now());
    for (const ms of [SENDING_MS, UNSENT_MS]) this.wiring.after(this.wiring.drawn, ms);
    if (!this.#deliver(waiting)) {
      if (this.connection.code === SESSION_OVER) this.socket.start();
      else this.socket.hurry();
    }
    this.wiring.drawn();
  }

  /** @param {Waiting} waiting @returns {boolean} did it leave? Otherwise the next live line takes it */
  #deliver(waiting) {
    waiting.cancel();
    if (!this.socket.send(waiting.command)) return false;
    waiting.cancel = this.wiring.after(() => this.#silent(waiting), RESEND_MS);
    return true;
  }

  /** @param {Waiting} waiting nobody answered it */
  #silent(waiting) {
    if (++waiting.resends > RESENDS) this.socket.doubt();
    this.#deliver(waiting);
  }

  /** @param {Connection} connection */
  #changed(connection) {
    this.connection = connection;
    if (connection.status !== "live" && connection.status !== "unsure") this.presence = {};
    if (connection.code === REPLACED) this.outbox.forgetAllButHalts(); // pressed here, it must not happen much later
    this.wiring.drawn();
  }

  /** @param {ServerMessage} message @param {number} at */
  #heard(message, at) {
    switch (message.t) {
      case "welcome":
        this.#clock.set(message.now, at);
        this.#epoch = message.epoch;
        return;
      case "snapshot":
        this.fold.replace(message, this.#epoch ?? "");
        this.#settleHalt();
        break;
      case "event":
        this.#clock.hear(message.at, at); // what runs from now on must not seem to have begun in the future
        return this.#event(message);
      case "live":
        this.#resend();
        break;
      case "ack":
        this.#acknowledged(message.id);
        break;
      case "refused":
        this.#refused(message);
        break;
      case "halt":
        this.#halt(message.kind);
        break;
      case "beat":
        this.#clock.hear(message.now, at);
        return;
      case "presence":
        this.presence = { ...this.presence, [message.seat]: message.status };
        break;
      case "draining":
        return;
    }
    this.wiring.drawn();
  }

  /** @param {EventMessage} message */
  #event(message) {
    const outcome = this.fold.apply(message);
    if (outcome === "gap") return this.socket.restart();
    if (outcome === "known") return;
    this.#settleHalt();
    this.wiring.told(message);
    this.wiring.drawn();
  }

  /** Both phones hide the card; the log will say why. @param {HaltKind} kind */
  #halt(kind) {
    for (const waiting of this.outbox.waiting()) if (waiting.command.t === kind) waiting.resends = 0; // it was heard
    this.#halted = kind === "stop" || this.#halted === "stop" ? "stop" : "pause";
    this.#settleHalt();
    this.#cancelFollow();
    if (this.#halted !== null) this.#cancelFollow = this.wiring.after(() => this.#unfollowed(), UNFOLLOWED_MS);
  }

  /** A halt that nothing follows: another line brings the event, or shows that there is none. */
  #unfollowed() {
    if (this.#halted !== null) this.socket.doubt();
  }

  /** The log says what the halt announced. */
  #settleHalt() {
    const phase = this.fold.state?.phase;
    const satisfied = phase === "stopped" || phase === "ended" || (phase === "paused" && this.#halted === "pause");
    if (satisfied) this.#halted = null;
  }

  #resend() {
    for (const waiting of this.outbox.waiting()) {
      waiting.resends = 0;
      this.#deliver(waiting);
    }
    if (this.#halted !== null && !this.outbox.has(this.#halted)) this.send({ t: this.#halted });
  }

  /** @param {string} id */
  #acknowledged(id) {
    const waiting = this.outbox.settle(id);
    if (waiting === undefined || !isHalt(waiting.command)) return;
    // every event up to the ack has been folded: what the halt announced is in the log, or was there already
    if (waiting.command.t === "stop" || this.#halted === "pause") this.#halted = null;
  }

  /** @param {Refusal} refusal */
  #refused(refusal) {
    const waiting = this.outbox.find(refusal.id);
    if (waiting === undefined || refusal.id === null) return this.wiring.refused(refusal);
    if (refusal.code === "replaced") return; // by our own next line, which takes it; or the close says by whom
    const insisting = isHalt(waiting.command) && refusal.code !== "session_over";
    if (refusal.retryable && (insisting || waiting.tries < MOST_TRIES)) {
      const wait = backoff(waiting.tries++, this.wiring.dice());
      waiting.cancel();
      waiting.cancel = this.wiring.after(() => this.#deliver(waiting), Math.min(wait, MOST_WAIT_MS));
      return;
    }
    this.outbox.settle(refusal.id);
    if (isHalt(waiting.command)) this.#halted = null;
    this.wiring.refused(refusal);
  }
}
