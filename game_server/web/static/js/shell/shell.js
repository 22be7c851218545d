/**
 * What is around the page on a phone: locked or open, left in a hurry, without a connection, in its newest version.
 * @module
 */

import { renewIfOld } from "../account/anonymous.js";
import { LOCK_KEY } from "./lock.js";
import { SEALED } from "./vault.js";
import { curtain } from "./curtain.js";
import { exit, watchForExit } from "./exit.js";
import { watchForInstall } from "./install.js";
import { Keeper } from "./keeper.js";
import { LockScreen } from "./lockscreen.js";
import { dress, LOOK_KEY } from "./look.js";
import { isOffline, offlineScreen } from "./offline.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("../router.js").Route} Route */
/** @typedef {import("./lock.js").Lock} Lock */

/** Screens that go on without a connection, or say themselves how it is. */
const GO_ON = new Set(["survey", "room", "phone", "lost"]);
/** As long as an answer may be on its way that has to be sealed, such as new tokens. */
const ANSWERS_MS = 30_000;

/** @type {Screen} Nothing: the lock lies over it. */
const emptyScreen = () => () => {};

export class Shell {
  #hiddenAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** Called when another tab has changed what is kept of who is here. */
  heard = () => {};

  /** @param {App} app @param {Lock} lock */
  constructor(app, lock) {
    this.app = app;
    this.lock = lock;
    this.screen = new LockScreen(lock, { opened: () => this.#opened(), dropped: () => this.drop() });
    this.exits = new BroadcastChannel("attuned.exit");
    this.keeper = new Keeper({ open: (link) => app.navigate(link), idle: () => !isTyping() });
  }

  /** Is nothing of anybody to be seen? */
  get locked() {
    return this.lock.locked || curtain.down;
  }

  start() {
    dress();
    watchForInstall();
    watchForExit(() => this.leaveInAHurry());
    this.exits.onmessage = () => this.#leave();
    addEventListener("storage", ({ key }) => void this.#otherTab(key));
    document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? this.#away() : this.#back()));
    this.keeper.start();
    this.lock.ended(); // it may have been, since this page was last here
  }

  /** Another screen comes. @param {Route} route @returns {Screen | null} what is shown in its place */
  instead(route) {
    if (curtain.down) this.#shut(); // they went away from the room without having proved who they are
    this.#follow();
    this.keeper.game(route.name === "room");
    void this.keeper.settle({ moved: !this.lock.on || this.locked }); // who is let in is not asked again for a newer version
    if (this.lock.locked) {
      if (!this.screen.root.isConnected) this.screen.show();
      return emptyScreen;
    }
    return isOffline() && !GO_ON.has(route.name) && this.app.identities.current() !== null ? offlineScreen : null;
  }

  /** The lock is its person's: it goes with them, and knows whether they have an account. */
  #follow() {
    const kept = this.lock.kept();
    if (kept === null || this.locked) return;
    const { kind } = this.app.identities.current() ?? {};
    if (kind !== undefined && kind !== kept.kind) this.lock.describe(kind);
    if (kind === undefined && this.lock.empty) this.lock.forget();
  }

  /** Now, by the person or by the clock. */
  lockNow() {
    if (!this.lock.on || this.locked) return;
    if (!curtain.hangs) this.#shut(); // a game goes on behind it
    this.#cover();
  }

  #cover() {
    document.documentElement.classList.toggle("locked-up", true);
    for (const each of ["notices", "announcer"]) document.getElementById(each)?.replaceChildren(); // they speak of people
    if (curtain.hangs) {
      curtain.set(true);
      this.screen.show();
      return;
    }
    this.app.show();
  }

  #shut() {
    this.lock.shut();
    setTimeout(() => this.lock.settle(), ANSWERS_MS);
  }

  #opened() {
    this.screen.hide();
    document.documentElement.classList.toggle("locked-up", false);
    if (curtain.down) return curtain.set(false);
    void renewIfOld(this.app.api);
    void this.app.saving.flush();
    this.app.show();
  }

  /** The PIN is forgotten, or was tried too often. */
  drop() {
    const kind = this.lock.kept()?.kind ?? "user";
    this.screen.hide();
    document.documentElement.classList.toggle("locked-up", false);
    this.lock.forget();
    this.app.identities.clear();
    this.app.identities.ended = { kind, waits: false };
    this.app.show();
  }

  /** From every tab of this browser: whoever stands behind one would see the next. */
  leaveInAHurry() {
    this.#leave(() => this.exits.postMessage(null));
  }

  /** @param {() => void} tell the others */
  #leave(tell = () => {}) {
    exit(() => {
      tell();
      this.app.part();
      this.lock.shut();
      this.lock.settle();
    });
  }

  #away() {
    const kept = this.lock.kept();
    if (kept === null || this.locked) return;
    this.#hiddenAt = Date.now();
    this.#timer = setTimeout(() => this.lockNow(), kept.after * 1000);
  }

  /** A phone that slept has stopped the timer too. */
  #back() {
    clearTimeout(this.#timer);
    const kept = this.lock.kept();
    const away = Date.now() - this.#hiddenAt;
    if (this.#hiddenAt > 0 && kept !== null && (away >= kept.after * 1000 || away < 0)) this.lockNow(); // the clock was set back
    this.#hiddenAt = 0;
  }

  /** @param {string | null} key what another tab has written; null: everything is gone */
  async #otherTab(key) {
    if (key === LOOK_KEY || key === null) dress();
    if (key === null || key === LOCK_KEY) {
      this.lock.ended();
      if (!this.lock.on && this.screen.root.isConnected) this.#opened();
      if (this.lock.locked && !this.screen.root.isConnected) return this.#cover(); // also over another account's
      this.heard();
    }
    if (key === null || !key.startsWith(SEALED)) return;
    await this.lock.vault.heard(key);
    this.heard();
  }
}

/** Would something typed be lost? */
function isTyping() {
  const { activeElement: at } = document;
  return at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement;
}
