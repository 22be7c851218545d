/**
 * What the browser shows of a room when its page is not looked at: whose turn it is, and nothing of a card.
 * @module
 */

import { onTurn, speaksFor } from "./seats.js";

/** @typedef {import("./room.js").Room} Room */

const TITLE = document.title;
const ICON = "/static/icon.svg";
const ICON_OF_TURN = "/static/icon-turn.svg";

export class Tab {
  /** @param {Room} room */
  show(room) {
    const { state } = room.fold;
    const active = state?.phase === "choosing" ? onTurn(room, state) : null;
    const mine = state !== null && active !== null && speaksFor(state, active);
    this.#set(mine ? `Your turn · ${TITLE}` : TITLE, mine && document.visibilityState === "hidden" ? ICON_OF_TURN : ICON);
  }

  /** As on every other page. */
  rest() {
    this.#set(TITLE, ICON);
  }

  /** @param {string} title @param {string} address */
  #set(title, address) {
    if (document.title !== title) document.title = title;
    const link = document.querySelector('link[rel="icon"]');
    if (link !== null && link.getAttribute("href") !== address) link.setAttribute("href", address);
  }
}
