/**
 * One room on this phone: what is known of it, what was asked and not answered, who is there, and whether content must
 * be hidden.
 *
 * A halt hides the card before anything is saved. It stays hidden until the log says paused or stopped; if the
 * connection broke in between and the log does not, this phone asks for the same halt itself.
 * @module
 */

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
/** @typedef {import("./socket.js").Connection} Connection */
/** @typedef {import("./socket.js").Wiring} Wiring */
/**
 * @typedef {Omit<Wiring, "heard" | "changed" | "position"> & {
 *   id: () => string, drawn: () => void, told: (event: EventMessage) => void,
 *   refused: (refusal: Refusal) => void}} RoomWiring
 *   drawn: something to see has changed; told: an event came live or was caught up with
 */

const SESSION_OVER = 4410;
const INSIST_MS = 3000; // a pause or stop is sent again until it is answered
const MOST_TRIES = 6; // of any other command that was refused for the moment only

export class Room {
  fold = new Fold();
  outbox = new Outbox();
  /** @type {Connection} */
  connection = { status: "stopped", code: null, reason: null };
  /** @type {Partial<Record<Seat, PresenceStatus>>} */
  presence = {};
  /** @type {HaltKind | null} heard, and not yet seen in the log */
  #halted = null;
  #skewMs = 0;
  /** @type {string | null} */
  #epoch = null;
  #cancelInsist = () => {};

  /** @param {RoomWiring} wiring */
  constructor(wiring) {
    this.wiring = wiring;
    this.socket = new RoomSocket({
      ...wiring,
      position: () => this.fold.position(),
      heard: (message) => this.#heard(message),
      changed: (connection) => this.#changed(connection),
    });
  }

  /** The server's time, milliseconds. */
  now() {
    return this.wiring.now() + this.#skewMs;
  }

  /** Must everything be hidden now? @returns {HaltKind | null} */
  get halted() {
    return this.#halted ?? this.outbox.halt();
  }

  /** Say goodbye and close. */
  leave() {
    this.socket.send({ t: "leave", id: this.wiring.id() });
    this.#cancelInsist();
    this.socket.stop();
  }

  /** @param {Command} command */
  send(command) {
    const sent = { ...command, id: this.wiring.id() };
    this.outbox.add(sent);
    if (!this.socket.send(sent) && this.connection.code === SESSION_OVER) this.socket.start();
    if (isHalt(sent)) this.#insist();
    this.wiring.drawn();
  }

  /** @param {Connection} connection */
  #changed(connection) {
    this.connection = connection;
    if (connection.status !== "live") this.presence = {};
    this.wiring.drawn();
  }

  /** @param {ServerMessage} message */
  #heard(message) {
    switch (message.t) {
      case "welcome":
        this.#skewMs = Date.parse(message.now) - this.wiring.now();
        this.#epoch = message.epoch;
        return;
      case "snapshot":
        this.fold.replace(message, this.#epoch ?? "");
        // in the middle of a connection it says that the last halt led to nothing: it was an old one, said again
        if (this.connection.status === "live") this.#halted = null;
        this.#settleHalt();
        break;
      case "event":
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
        this.#halted = message.kind === "stop" || this.#halted === "stop" ? "stop" : "pause";
        this.#settleHalt();
        break;
      case "beat":
        this.#skewMs = Date.parse(message.now) - this.wiring.now();
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

  /** The log says what the halt announced. */
  #settleHalt() {
    const phase = this.fold.state?.phase;
    const satisfied = phase === "stopped" || phase === "ended" || (phase === "paused" && this.#halted === "pause");
    if (satisfied) this.#halted = null;
  }

  #resend() {
    for (const command of this.outbox.unanswered()) this.socket.send(command);
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
    const insisting = isHalt(waiting.command) && refusal.code !== "session_over";
    if (refusal.retryable && (insisting || waiting.tries < MOST_TRIES)) {
      const wait = backoff(waiting.tries++, this.wiring.dice());
      this.wiring.after(() => this.#again(waiting.command.id), Math.min(wait, INSIST_MS));
      return;
    }
    this.outbox.settle(refusal.id);
    if (isHalt(waiting.command)) this.#halted = null;
    this.wiring.refused(refusal);
  }

  /** @param {string} id */
  #again(id) {
    const waiting = this.outbox.find(id);
    if (waiting !== undefined) this.socket.send(waiting.command);
  }

  #insist() {
    this.#cancelInsist();
    this.#cancelInsist = this.wiring.after(() => {
      const halts = this.outbox.unanswered().filter(isHalt);
      for (const command of halts) this.socket.send(command);
      if (halts.length > 0) this.#insist();
    }, INSIST_MS);
  }
}
