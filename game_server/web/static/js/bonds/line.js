/**
 * What changes in a bond while somebody looks at it: over its socket, and, while none can be had, asked for again and again.
 *
 * One line serves all parts: it outlives the way from one to the next by a moment.
 * @module
 */

import { ApiError } from "../api.js";
import { RoomSocket } from "../room/socket.js";
import { browserWiring, onDoubt } from "../room/wiring.js";
import { polling } from "../ui/polling.js";

/** @typedef {import("./bond.js").Bond} Bond */
/**
 * @typedef {object} Change a row that came, changed or went; or `presence` and `typing`, of whom `id` names
 * @property {string | null} table null: more may have changed than is told, and all of it is to be read anew
 * @property {string | null} id
 * @property {"insert" | "update" | "delete" | null} op
 * @property {Record<string, unknown> | null} [row] as this member sees it in a list; left out: ask for it
 * @property {string | null} [by] whose doing it was
 */
/** @typedef {(change: Change) => void} Told */

const POLL_MS = 5000;
const LINGERS_MS = 3000;
/** @type {Change} */
const ANYTHING = { table: null, id: null, op: null };

/** The one that is open. @type {BondLine | null} */
let open = null;

/**
 * Tell every change from now on.
 * @param {Bond} bond
 * @param {Told} onChange
 * @returns {() => void} stop
 */
export function follow(bond, onChange) {
  if (open?.bond !== bond) {
    open?.end();
    open = new BondLine(bond);
  }
  const line = open;
  line.listen(onChange);
  return () =>
    line.leave(onChange, () => {
      if (open === line) open = null;
    });
}

/**
 * Say something to the bond's line, such as `{t: "typing"}`.
 * @param {Bond} bond
 * @param {object} message
 * @returns {boolean} false: there is no line that takes it now
 */
export function say(bond, message) {
  return open?.bond === bond && open.socket.send(message);
}

class BondLine {
  /** @type {Set<Told>} */
  #told = new Set();
  /** @type {string | null} */
  #epoch = null;
  /** The newest line of the feed that is known; -1: none yet. */
  #seq = -1;
  #live = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #going;

  /** @param {Bond} bond */
  constructor(bond) {
    this.bond = bond;
    this.socket = new RoomSocket({
      ...browserWiring(bond.app, `/ws/bonds/${encodeURIComponent(bond.id)}`, { bond_id: bond.id }),
      position: () => ({ epoch: this.#epoch, last_seq: Math.max(0, this.#seq) }),
      heard: (message) => this.#heard(message),
      changed: ({ status }) => this.#changed(status === "live"),
    });
    this.socket.start();
    const rest = [onDoubt(() => this.socket.hurry()), polling(POLL_MS, () => this.#poll())];
    this.end = () => {
      clearTimeout(this.#going);
      rest.forEach((each) => each());
      this.socket.stop();
    };
  }

  /** @param {Told} told */
  listen(told) {
    clearTimeout(this.#going);
    this.#told.add(told);
  }

  /** @param {Told} told @param {() => void} gone */
  leave(told, gone) {
    this.#told.delete(told);
    if (this.#told.size > 0) return;
    this.#going = setTimeout(() => {
      this.end();
      gone();
    }, LINGERS_MS);
  }

  /** @param {Change} change */
  #tell(change) {
    for (const each of [...this.#told]) each(change);
  }

  /** @param {boolean} live */
  #changed(live) {
    this.#live = live;
    if (live) return;
    this.bond.presence.clear();
  }

  /** @param {any} message of the bond's, whose types are the server's (game_server/bonds/live/messages.py) */
  #heard(message) {
    switch (message.t) {
      case "welcome":
        this.#epoch = message.epoch;
        return;
      case "snapshot":
        return this.#replaced(message.seq);
      case "event":
        return this.#event(message.seq, message.e);
      case "own":
        return this.#tell({ table: message.table, id: message.id, op: message.op });
      case "presence":
        this.bond.presence.set(message.user_id, message.status);
        return this.#tell({ table: "presence", id: message.user_id, op: "update" });
      case "typing":
        return this.#tell({ table: "typing", id: message.user_id, op: "update" });
    }
  }

  /** @param {number} seq */
  #replaced(seq) {
    const first = this.#seq < 0;
    this.#seq = seq;
    if (!first) this.#tell(ANYTHING);
  }

  /** @param {number} seq @param {{table: string, id: string, op: "insert" | "update" | "delete", row: Record<string, unknown> | null, by: string | null}} e */
  #event(seq, { table, id, op, row, by }) {
    if (seq <= this.#seq) return;
    this.#seq = seq;
    this.#tell({ table, id, op, row, by });
  }

  /** While there is no line. */
  async #poll() {
    if (this.#live || document.visibilityState === "hidden") return;
    const known = this.#seq;
    try {
      const { items, head, reset = false } = await this.bond.app.api.get(this.bond.api(known < 0 ? "/changes?after=0&limit=1" : `/changes?after=${known}`));
      if (this.#live || this.#seq !== known) return; // a line was faster
      if (known < 0 || reset) return this.#replaced(head);
      for (const { seq, table, id, op, by } of items) {
        this.#seq = seq;
        this.#tell({ table, id, op, by });
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // asked again in a moment
      if (error.status === 404) this.#tell(ANYTHING); // perhaps one is in it no more
    }
  }
}
