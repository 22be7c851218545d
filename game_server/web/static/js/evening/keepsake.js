/**
 * What stays of one evening: its cards as this seat saw them, who it was with while the two are connected, what both loved, the note.
 * @module
 */

import { explain } from "../ui/forms.js";
import { OwnNote } from "./note.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../room/protocol.js").RoomState} RoomState */
/** @typedef {import("./cards.js").Turn} Turn */

const MOST = 100;
const SETTLES_MS = 1500; // several hearts in a row are looked up once

export class Keepsake {
  /** @type {Turn[] | null} null: not read yet */
  turns = null;
  /** @type {RoomState | null} as the server told it last */
  state = null;
  /** @type {string | null} of the partner, while the two are connected */
  partner = null;
  /** Ids of the cards that both like. @type {ReadonlySet<number>} */
  favourites = new Set();
  /** Which card lies open, by its turn. @type {number | null} */
  opened = null;
  /** @type {string | null} what went wrong */
  problem = null;
  #began = false;
  #seen = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #looking;

  /** @param {App} app @param {string} id of the session @param {() => void} drawn */
  constructor(app, id, drawn) {
    this.app = app;
    this.path = `/api/sessions/${encodeURIComponent(id)}`;
    this.drawn = drawn;
    this.note = new OwnNote(app.api, id, drawn);
  }

  /** The room has come to its end, or something was said in it since. @param {number} seq of the room's last event */
  hear(seq) {
    if (!this.#began) void this.read();
    else if (seq !== this.#seen) this.#lookAgain();
    this.#seen = seq;
  }

  /** Everything, from the beginning. */
  async read() {
    this.#began = true;
    this.problem = null;
    try {
      const [log, own] = await Promise.all([
        this.app.api.get(`${this.path}/activities?limit=${MOST}`),
        this.app.api.get(`${this.path}?partner=true`),
        this.note.read(),
      ]);
      this.turns = log.items;
      this.state = own.state;
      this.partner = own.partner_user_id;
      await this.#readFavourites();
    } catch (error) {
      this.problem = explain(error);
    }
    this.drawn();
  }

  async #readFavourites() {
    if (this.partner === null) return;
    const path = `/api/partners/${encodeURIComponent(this.partner)}/favourites?limit=${MOST}`;
    this.favourites = new Set((await this.app.api.get(path)).items.map((/** @type {{activity_id: number}} */ each) => each.activity_id));
  }

  /** A heart may have met another. */
  #lookAgain() {
    clearTimeout(this.#looking);
    this.#looking = setTimeout(async () => {
      await this.#readFavourites().catch(() => {}); // what is shown is still true
      this.drawn();
    }, SETTLES_MS);
  }

  /** @param {number | null} seq */
  open(seq) {
    this.opened = seq;
    this.drawn();
  }

  /** Nobody looks any more. */
  rest() {
    clearTimeout(this.#looking);
  }
}
