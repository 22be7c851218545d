/**
 * The way to a room that comes back by itself: it tests its line whenever there is doubt, waits twice as long after
 * every attempt that failed, and keeps the law of the close codes.
 *
 * A doubted line is kept until another one is live, or it speaks again: a line that only seemed dead still brings the
 * other phone's pause. What messages mean is the room's business (room.js); here only welcome, beat and draining are
 * looked at.
 * @module
 */

import { backoff } from "./backoff.js";
import { Line } from "./line.js";

/** @typedef {import("./line.js").Ending} Ending */
/** @typedef {import("./line.js").Heard} Heard */
/** @typedef {import("./protocol.js").ServerMessage} ServerMessage */
/**
 * @typedef {"connecting" | "live" | "unsure" | "waiting" | "stopped"} Status
 *   unsure: the line that was live is silent, and no other could be had yet
 */
/** @typedef {{status: Status, code: number | null, reason: string | null}} Connection code: of the close */
/**
 * @typedef {object} Wiring what the connection needs from outside
 * @property {(patienceMs: number) => Promise<string>} ticket throws what `verdict` judges; given up after the patience
 * @property {(protocols: string[]) => WebSocket} open
 * @property {(error: unknown) => {again: boolean, reason: string, afterMs: number}} verdict
 * @property {() => {epoch: string | null, last_seq: number}} position
 * @property {(message: ServerMessage, at: number) => void} heard at: by `now`
 * @property {(connection: Connection) => void} changed
 * @property {(act: () => void, ms: number) => () => void} after a timer; the answer cancels it
 * @property {() => number} dice in [0, 1)
 * @property {() => number} now milliseconds of a clock that never jumps
 */

const PING_MS = 15_000;
const SILENCE_MS = 45_000;
const OVERDUE = 1.5; // beats that did not come before the line is tested
const PATIENCE_MS = 2500; // of the first attempt, doubling: its request may have taken a dead connection
const MOST_PATIENCE_MS = 20_000;
const DOUBT_MS = 2000; // a test that takes longer is shown
const DEAD = 4001;
const REPLACED = 4409;

export class RoomSocket {
  /** @type {Line | null} the live one */
  #line = null;
  /** @type {Line | null} on its way, first or beside the live one */
  #next = null;
  #attempt = 0;
  #secondTicket = false;
  #silenceMs = SILENCE_MS;
  #pingMs = PING_MS;
  #waiting = false;
  #cancelWait = () => {};
  #cancelOverdue = () => {};
  #cancelSilence = () => {};
  #cancelDrain = () => {};
  #cancelDoubt = () => {};
  /** @type {Status} */
  status = "stopped";

  /** @param {Wiring} wiring */
  constructor(wiring) {
    this.wiring = wiring;
  }

  /** Connect now; also the way back after a stop. */
  start() {
    this.#giveUp(1000);
    this.#attempt = 0;
    this.#secondTicket = false;
    this.#connect();
  }

  /** Close and stay closed. */
  stop() {
    this.#giveUp(1000);
    this.#change("stopped");
  }

  /** The network came or went, somebody looks at the page or presses something: test the line, and wait no longer. */
  hurry() {
    if (this.status === "stopped") return;
    if (this.#next !== null && this.wiring.now() - this.#next.since < DOUBT_MS) return;
    this.#next?.end(1000); // it hangs, perhaps on a network that is no more
    this.#stopWaiting();
    this.#connect();
  }

  /** Something should have been heard by now: test the line, unless that is under way. */
  doubt() {
    if (this.#line !== null && this.#next === null && !this.#waiting) this.#connect();
  }

  /** Resume on a new connection and drop this one: something is missing, or it is certainly dead. */
  restart() {
    this.#giveUp(DEAD);
    this.#connect();
  }

  /** @param {object} message @returns {boolean} false: there is no connection that takes it now */
  send(message) {
    if (this.#line === null) return false;
    if (this.#line.send(message)) return true;
    this.restart();
    return false;
  }

  #connect() {
    const next = new Line(this.wiring, {
      live: (line, said) => this.#arrived(line, said),
      heard: (_, said) => this.#hear(said),
      ended: (line, ending) => this.#ended(line, ending),
    });
    this.#next = next;
    if (this.#line === null) this.#change("connecting");
    else this.#cancelDoubt = this.wiring.after(() => this.#change("unsure"), DOUBT_MS);
    void next.open(Math.min(MOST_PATIENCE_MS, PATIENCE_MS * 2 ** this.#attempt), this.#line !== null);
  }

  /** @param {Line} line @param {Heard[]} said */
  #arrived(line, said) {
    this.#next = null;
    this.#giveUp(1000);
    this.#line = line;
    this.#attempt = 0;
    this.#secondTicket = false;
    this.#listen();
    for (const { message, at } of said) {
      if (this.#line !== line) return; // given up over what it said
      if (message.t === "welcome") this.#silenceMs = message.dead_ms;
      if (message.t === "welcome") this.#pingMs = message.ping_ms;
      if (message.t === "live") this.#change("live");
      this.wiring.heard(message, at);
    }
  }

  /** @param {Heard} said */
  #hear({ message, at }) {
    this.#trust();
    this.#listen();
    if (message.t === "draining") this.#drain(message.reconnect_within_ms);
    this.wiring.heard(message, at);
    if (message.t === "beat") this.#line?.send({ t: "beat", seq: this.wiring.position().last_seq });
  }

  /** The line speaks: a test that has not said hello yet is not needed. */
  #trust() {
    if (this.#next?.stage === "greeting") return;
    this.#next?.end(1000);
    this.#next = null;
    this.#stopWaiting();
    this.#cancelDoubt();
    this.#attempt = 0;
    if (this.status !== "live") this.#change("live");
  }

  /** @param {Line} line @param {Ending} ending */
  #ended(line, ending) {
    const tested = line === this.#next;
    if (tested) this.#next = null;
    else if (this.#moved(ending)) return;
    else this.#drop();
    if (ending.action === "reconnect") return this.#again(ending);
    if (ending.action === "new_ticket" && !this.#secondTicket) {
      this.#secondTicket = true;
      return this.#connect();
    }
    this.#giveUp(1000);
    this.#change("stopped", ending.code, ending.reason);
  }

  /** Did the live line end because our own next one took the seat, or while another is on its way anyway? */
  #moved(/** @type {Ending} */ ending) {
    if (this.#next === null) return false;
    const ours = ending.code === REPLACED && this.#next.stage === "greeting";
    if (!ours && ending.action !== "reconnect") return false;
    this.#drop();
    this.#change("connecting");
    return true;
  }

  /** @param {Ending} ending */
  #again({ afterMs, code, reason }) {
    this.#cancelDoubt();
    if (!this.#waiting) {
      this.#waiting = true;
      const ms = Math.max(afterMs, backoff(this.#attempt++, this.wiring.dice()));
      this.#cancelWait = this.wiring.after(() => {
        this.#waiting = false;
        this.#connect();
      }, ms);
    }
    this.#change(this.#line === null ? "waiting" : "unsure", code, reason);
  }

  /** @param {number} withinMs */
  #drain(withinMs) {
    this.#cancelDrain();
    this.#cancelDrain = this.wiring.after(() => this.hurry(), withinMs * this.wiring.dice());
  }

  /** A beat that does not come is a doubt; silence for as long as the server would wait for us is a dead line. */
  #listen() {
    this.#cancelOverdue();
    this.#cancelSilence();
    this.#cancelOverdue = this.wiring.after(() => this.doubt(), OVERDUE * this.#pingMs);
    this.#cancelSilence = this.wiring.after(() => this.restart(), this.#silenceMs);
  }

  #stopWaiting() {
    this.#waiting = false;
    this.#cancelWait();
  }

  /** Only the live line. */
  #drop() {
    this.#cancelOverdue();
    this.#cancelSilence();
    this.#cancelDrain();
    this.#cancelDoubt();
    this.#line?.end(1000);
    this.#line = null;
  }

  /** Everything. @param {number} code */
  #giveUp(code) {
    this.#stopWaiting();
    this.#next?.end(code);
    this.#next = null;
    this.#line?.end(code);
    this.#drop();
  }

  /** @param {Status} status @param {number | null} [code] @param {string | null} [reason] */
  #change(status, code = null, reason = null) {
    this.status = status;
    this.wiring.changed({ status, code, reason });
  }
}
