/**
 * One connection to a room: a fresh ticket, hello, and what the server says from `live` on.
 *
 * Until `live` it is an attempt with an end: what is not let in within the patience it was given gives up by itself.
 * What arrives before `live` is handed over together with it: an attempt beside a line that works changes nothing.
 * @module
 */

import { actionOn } from "./closecodes.js";
import { VERSION } from "./protocol.js";

/** @typedef {import("./protocol.js").ServerMessage} ServerMessage */
/** @typedef {import("./socket.js").Wiring} Wiring */
/** @typedef {import("./closecodes.js").CloseAction} CloseAction */
/**
 * @typedef {object} Ending why a line is over, and what follows from it
 * @property {CloseAction} action
 * @property {number | null} code of the close
 * @property {string | null} reason of a refused ticket
 * @property {number} afterMs not before
 */
/**
 * @typedef {object} Listener
 * @property {(line: Line, said: Heard[]) => void} live let in; everything said up to `live`
 * @property {(line: Line, said: Heard) => void} heard anything after that
 * @property {(line: Line, ending: Ending) => void} ended not by us
 */
/** @typedef {{message: ServerMessage, at: number}} Heard at: this phone's own clock, milliseconds */

const OPEN = 1; // of a WebSocket's readyState
const ASK_AGAIN_MS = 500;
const MOST_ASKED = 4; // browsers keep six connections to a server, and perhaps each of them has died

export class Line {
  /** @type {"asking" | "greeting" | "live" | "over"} a ticket is asked for, hello is on its way, live, given up */
  stage = "asking";
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {Heard[]} */
  #said = [];
  #cancelPatience = () => {};

  /**
   * @param {Wiring} wiring
   * @param {Listener} listener
   */
  constructor(wiring, listener) {
    this.wiring = wiring;
    this.listener = listener;
    this.since = wiring.now();
  }

  /** @param {number} patienceMs @param {boolean} doubtful is it a test of a line that has fallen silent? */
  async open(patienceMs, doubtful) {
    this.#cancelPatience = this.wiring.after(() => this.#fail(null), patienceMs);
    let ticket = "";
    try {
      ticket = await this.#ticket(patienceMs, doubtful ? MOST_ASKED : 1);
    } catch (error) {
      if (this.stage === "over") return;
      const { again, reason, afterMs } = this.wiring.verdict(error);
      this.#end(1000);
      this.listener.ended(this, { action: again ? "reconnect" : "stop", code: null, reason, afterMs });
      return;
    }
    if (this.stage !== "over") this.#attach(this.wiring.open([VERSION, `ticket.${ticket}`]));
  }

  /**
   * Asked for again beside a request that is not answered: that one may have taken a connection that died with the
   * line.
   * @param {number} patienceMs
   * @param {number} most
   * @returns {Promise<string>} the first answer
   */
  async #ticket(patienceMs, most) {
    let cancel = () => {};
    const answer = new Promise((resolve, reject) => {
      const ask = (/** @type {number} */ left) => {
        if (this.stage !== "asking") return;
        if (left > 1) cancel = this.wiring.after(() => ask(left - 1), ASK_AGAIN_MS);
        this.wiring.ticket(patienceMs).then(resolve, reject);
      };
      ask(most);
    });
    return answer.finally(() => cancel());
  }

  /** @param {object} message @returns {boolean} false: it did not even leave the phone */
  send(message) {
    if (this.stage !== "live" || this.#socket?.readyState !== OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Give it up; the listener hears no more of it. @param {number} code */
  end(code) {
    this.#end(code);
  }

  /** @param {WebSocket} socket */
  #attach(socket) {
    this.stage = "greeting";
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ t: "hello", ...this.wiring.position() }));
    socket.onmessage = (event) => {
      if (this.stage !== "over") this.#hear(JSON.parse(event.data));
    };
    socket.onclose = (event) => {
      if (this.stage !== "over") this.#fail(event.code);
    };
  }

  /** @param {ServerMessage} message */
  #hear(message) {
    const heard = { message, at: this.wiring.now() };
    if (this.stage === "live") return this.listener.heard(this, heard);
    this.#said.push(heard);
    if (message.t !== "live") return;
    this.#cancelPatience();
    this.stage = "live";
    this.listener.live(this, this.#said.splice(0));
  }

  /** @param {number | null} code null: nobody answered in time */
  #fail(code) {
    this.#end(1000);
    const action = code === null ? "reconnect" : actionOn(code);
    this.listener.ended(this, { action, code, reason: null, afterMs: 0 });
  }

  /** @param {number} code */
  #end(code) {
    this.stage = "over";
    this.#cancelPatience();
    if (this.#socket !== null && this.#socket.readyState <= OPEN) this.#socket.close(code);
    this.#socket = null;
  }
}
