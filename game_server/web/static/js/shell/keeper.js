/**
 * The page's worker, as the page sees it: registered once the page stands, told when a newer version may come, and heard
 * when a tap on a notification leads somewhere.
 * @module
 */

import { h } from "../ui/dom.js";
import { _ } from "../ui/tongue.js";
import { decide } from "./update.js";

/** @typedef {import("./update.js").Decision} Decision */

export const WORKER = "/worker.js";
/** Held by every tab in which a game is open. */
const GAME = "attuned.game";
const LOOKS_EVERY_MS = 3_600_000;

/** Do browsers have workers here? Only on https, and on this machine. */
export function hasWorkers() {
  return "serviceWorker" in navigator && globalThis.isSecureContext;
}

/** @returns {Promise<ServiceWorkerRegistration | null>} null: the browser does not let us */
export async function registered() {
  if (!hasWorkers()) return null;
  try {
    return (await navigator.serviceWorker.register(WORKER, { scope: "/", updateViaCache: "none" })) ?? null;
  } catch {
    return null; // private windows, full disks: the page goes on without
  }
}

export class Keeper {
  /** @type {ServiceWorkerRegistration | null} */
  #kept = null;
  #taken = false;
  #asked = false;
  #lookedAt = 0;
  /** @type {(() => void) | null} gives back what says that a game is open here */
  #leaveGame = null;
  /** @type {Promise<unknown>} when it is given back */
  #gameLeft = Promise.resolve();

  /**
   * @param {object} outside
   * @param {(link: string) => void} outside.open an address that a notification leads to
   * @param {() => boolean} outside.idle may the page be loaded again without anybody losing anything?
   */
  constructor(outside) {
    this.outside = outside;
  }

  /** After the page: its first look is not kept waiting. */
  start() {
    if (!hasWorkers()) return;
    const begin = () => void this.#begin();
    if (document.readyState === "complete") begin();
    else addEventListener("load", begin, { once: true });
  }

  async #begin() {
    let controlled = navigator.serviceWorker.controller !== null;
    navigator.serviceWorker.addEventListener("controllerchange", () => {
      if (controlled) this.#changed();
      controlled = true; // the first one changes nothing
    });
    navigator.serviceWorker.addEventListener("message", ({ data }) => {
      if (data?.t === "open" && typeof data.link === "string") this.outside.open(data.link);
    });
    this.#kept = await registered();
    this.#lookedAt = Date.now();
    this.#kept?.addEventListener("updatefound", () => {
      const coming = this.#kept?.installing;
      coming?.addEventListener("statechange", () => coming.state === "installed" && void this.settle());
    });
    document.addEventListener("visibilitychange", () => this.#look());
    void this.settle({ moved: this.outside.idle() });
  }

  /** A phone may leave the page open for weeks. */
  #look() {
    if (document.visibilityState !== "visible" || Date.now() - this.#lookedAt < LOOKS_EVERY_MS) return;
    this.#lookedAt = Date.now();
    this.#kept?.update().catch(() => {}); // another time
  }

  /** Is a newer version there that this page is not? */
  get #newer() {
    return { waiting: Boolean(this.#kept?.waiting), taken: this.#taken };
  }

  /** The person opened or left a game. @param {boolean} open */
  game(open) {
    if (open === (this.#leaveGame !== null) || !navigator.locks) return;
    this.#leaveGame?.();
    this.#leaveGame = null;
    if (!open) return;
    const held = new Promise((resolve) => (this.#leaveGame = () => resolve(null)));
    this.#gameLeft = navigator.locks.request(GAME, { mode: "shared" }, () => held);
    this.#offer(false);
  }

  /** See whether a newer version may come now. @param {{moved?: boolean}} [now] */
  async settle({ moved = false } = {}) {
    const { waiting, taken } = this.#newer;
    if (!waiting && !taken) return;
    if (this.#leaveGame === null) await this.#gameLeft; // our own must not be taken for another tab's
    const room = this.#leaveGame !== null;
    const elsewhere = !room && (await gameElsewhere());
    const decision = decide({ waiting, taken, room, elsewhere, asked: this.#asked, moved });
    this.#offer(decision === "offer");
    if (decision === "reload") location.reload();
    if (decision === "take") await this.#take();
  }

  /** Nobody may open a game in the moment between the look and the deed. */
  async #take() {
    await navigator.locks.request(GAME, { ifAvailable: true }, async (lock) => {
      if (lock === null) return;
      this.#asked = true; // the page is loaded again once the newer one runs
      this.#kept?.waiting?.postMessage({ t: "take" });
    });
  }

  #changed() {
    if (this.#asked && this.#leaveGame === null) return location.reload();
    this.#taken = true;
    void this.settle();
  }

  /** @param {boolean} shown */
  #offer(shown) {
    const there = document.getElementById("newer");
    if (!shown) return there?.remove();
    if (there !== null) return;
    const take = () => {
      this.#asked = true;
      void this.settle();
    };
    document.body.prepend(
      h(
        "div",
        { id: "newer", class: "newer", role: "status", testid: "newer" },
        h("p", null, _("A newer version is here.")),
        h("button", { type: "button", testid: "take-newer", onclick: take }, _("Use it now")),
      ),
    );
  }
}

/** @returns {Promise<boolean>} */
async function gameElsewhere() {
  const { held = [] } = await navigator.locks.query();
  return held.some(({ name }) => name === GAME);
}
