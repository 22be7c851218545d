/**
 * One connection to a room that comes back by itself: a fresh ticket and a hello per attempt, beats answered from the
 * message handler, a wait that doubles between attempts, and the law of the close codes.
 *
 * What messages mean is the room's business (room.js); here only welcome, live, beat and draining are looked at.
 * @module
 */

import { backoff } from "./backoff.js";
import { actionOn } from "./closecodes.js";
import { VERSION } from "./protocol.js";

/** @typedef {import("./protocol.js").ServerMessage} ServerMessage */
/** @typedef {"connecting" | "live" | "waiting" | "stopped"} Status */
/** @typedef {{status: Status, code: number | null, reason: string | null}} Connection code: of the close */
/**
 * @typedef {object} Wiring what the connection needs from outside
 * @property {() => Promise<string>} ticket throws what `verdict` judges
 * @property {(protocols: string[]) => WebSocket} open
 * @property {(error: unknown) => {again: boolean, reason: string, afterMs: number}} verdict
 * @property {() => {epoch: string | null, last_seq: number}} position
 * @property {(message: ServerMessage) => void} heard
 * @property {(connection: Connection) => void} changed
 * @property {(act: () => void, ms: number) => () => void} after a timer; the answer cancels it
 * @property {() => number} dice in [0, 1)
 * @property {() => number} now milliseconds
 */

const SILENCE_MS = 45_000;
const DEAD = 4001;

export class RoomSocket {
  /** @type {WebSocket | null} */
  #socket = null;
  #attempt = 0;
  #round = 0; // tells a connection that was given up from the present one
  #secondTicket = false;
  #silenceMs = SILENCE_MS;
  #pingMs = SILENCE_MS;
  #heardAt = 0;
  #cancelWait = () => {};
  #cancelSilence = () => {};
  #cancelDrain = () => {};
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
    void this.#connect();
  }

  /** Close and stay closed. */
  stop() {
    this.#giveUp(1000);
    this.#change("stopped");
  }

  /** The network is back, or somebody looks at the page: do not wait any longer, nor trust a line gone silent. */
  hurry() {
    if (this.status === "live" && this.wiring.now() - this.#heardAt > 2 * this.#pingMs) return this.restart();
    if (this.status !== "waiting") return;
    this.#cancelWait();
    void this.#connect();
  }

  /** Resume on a new connection: something is missing, or the server moves. */
  restart() {
    this.#giveUp(DEAD);
    void this.#connect();
  }

  /** @param {object} message @returns {boolean} false: there is no connection that takes it now */
  send(message) {
    if (this.status !== "live" || this.#socket === null) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  async #connect() {
    const round = ++this.#round;
    this.#change("connecting");
    let ticket = "";
    try {
      ticket = await this.wiring.ticket();
    } catch (error) {
      if (round !== this.#round) return;
      const { again, reason, afterMs } = this.wiring.verdict(error);
      if (again) this.#wait(afterMs, null, reason);
      else this.#change("stopped", null, reason);
      return;
    }
    if (round === this.#round) this.#attach(this.wiring.open([VERSION, `ticket.${ticket}`]), round);
  }

  /** @param {WebSocket} socket @param {number} round */
  #attach(socket, round) {
    this.#socket = socket;
    this.#listen();
    socket.onopen = () => socket.send(JSON.stringify({ t: "hello", ...this.wiring.position() }));
    socket.onmessage = (event) => {
      if (round === this.#round) this.#hear(JSON.parse(event.data));
    };
    socket.onclose = (event) => {
      if (round === this.#round) this.#closed(event.code);
    };
  }

  /** @param {ServerMessage} message */
  #hear(message) {
    this.#listen();
    if (message.t === "welcome") {
      this.#silenceMs = message.dead_ms;
      this.#pingMs = message.ping_ms;
    }
    if (message.t === "draining") this.#drain(message.reconnect_within_ms);
    if (message.t === "live") {
      this.#attempt = 0;
      this.#secondTicket = false;
      this.#change("live");
    }
    this.wiring.heard(message);
    if (message.t === "beat") this.#socket?.send(JSON.stringify({ t: "beat", seq: this.wiring.position().last_seq }));
  }

  /** @param {number} code */
  #closed(code) {
    this.#giveUp(1000);
    const action = actionOn(code);
    if (action === "reconnect") return this.#wait(0, code, null);
    if (action === "new_ticket" && !this.#secondTicket) {
      this.#secondTicket = true;
      void this.#connect();
      return;
    }
    this.#change("stopped", code);
  }

  /** @param {number} leastMs @param {number | null} code @param {string | null} reason */
  #wait(leastMs, code, reason) {
    const ms = Math.max(leastMs, backoff(this.#attempt++, this.wiring.dice()));
    this.#cancelWait = this.wiring.after(() => void this.#connect(), ms);
    this.#change("waiting", code, reason);
  }

  /** @param {number} withinMs */
  #drain(withinMs) {
    this.#cancelDrain();
    this.#cancelDrain = this.wiring.after(() => this.restart(), withinMs * this.wiring.dice());
  }

  /** Nothing heard for as long as the server would wait for us: the line is dead. */
  #listen() {
    this.#heardAt = this.wiring.now();
    this.#cancelSilence();
    this.#cancelSilence = this.wiring.after(() => this.restart(), this.#silenceMs);
  }

  /** @param {number} code */
  #giveUp(code) {
    this.#round++;
    this.#cancelWait();
    this.#cancelSilence();
    this.#cancelDrain();
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null && socket.readyState <= 1) socket.close(code);
  }

  /** @param {Status} status @param {number | null} [code] @param {string | null} [reason] */
  #change(status, code = null, reason = null) {
    this.status = status;
    this.wiring.changed({ status, code, reason });
  }
}
