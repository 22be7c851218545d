/**
 * What the browser shows of a room when its page is not looked at: whose turn it is, and nothing of a card.
 * @module
 */

import { curtain } from "../shell/curtain.js";
import { appIcon, appName, look } from "../shell/look.js";
import { _ } from "../ui/tongue.js";
import { onTurn, speaksFor } from "./seats.js";

/** @typedef {import("./room.js").Room} Room */

const ICON_OF_TURN = "/static/icon-turn.svg";

export class Tab {
  /** @param {Room} room */
  show(room) {
    const { state } = room.fold;
    const active = state?.phase === "choosing" ? onTurn(room, state) : null;
    const mine = !curtain.down && look() === "attuned" && state !== null && active !== null && speaksFor(state, active);
    this.#set(mine ? _("Your turn · {page}", { page: appName() }) : appName(), mine && document.visibilityState === "hidden" ? ICON_OF_TURN : appIcon());
  }

  /** As on every other page. */
  rest() {
    this.#set(appName(), appIcon());
  }

  /** @param {string} title @param {string} address */
  #set(title, address) {
    if (document.title !== title) document.title = title;
    const link = document.querySelector('link[rel="icon"]');
    if (link !== null && link.getAttribute("href") !== address) link.setAttribute("href", address);
  }
}
