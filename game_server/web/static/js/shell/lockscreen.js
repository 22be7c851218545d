/**
 * Where somebody proves that this phone is theirs. Nothing of anybody stands on it: no name, no game, and with the discreet
 * icon no word of ours.
 * @module
 */

import { h, render } from "../ui/dom.js";
import { presses } from "../ui/forms.js";
import { icon } from "../ui/icon.js";
import { everySecond } from "../ui/time.js";
import { _, ngettext } from "../ui/tongue.js";
import { appIcon, look } from "./look.js";

/** @typedef {import("./lock.js").Lock} Lock */
/** @typedef {import("./lock.js").Outcome} Outcome */

const SECOND_MS = 1000;
const MINUTE_S = 60;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

export class LockScreen {
  #digits = "";
  #busy = false;
  #sure = false;
  #said = "";
  root = h("section", { id: "lock", class: "lock", role: "dialog", "aria-modal": true, testid: "lock" });
  #stopTick = () => {};

  /**
   * @param {Lock} lock
   * @param {{opened: () => void, dropped: () => void}} then
   */
  constructor(lock, then) {
    this.lock = lock;
    this.then = then;
    this.root.setAttribute("aria-label", _("Locked"));
    this.root.addEventListener("keydown", (event) => this.#typed(event));
  }

  show() {
    this.#draw();
    document.body.append(this.root);
    this.#stopTick = everySecond(() => this.#draw());
    this.root.querySelector("h1")?.focus({ preventScroll: true });
  }

  hide() {
    this.#stopTick();
    this.root.remove();
    this.#digits = this.#said = "";
    this.#sure = false;
  }

  #draw() {
    const kept = this.lock.kept();
    if (kept === null) return;
    render(
      this.root,
      h(
        "div",
        { class: "locked" },
        h(
          "div",
          { class: "locked-head" },
          h("img", { src: look() === "lists" ? appIcon() : "/static/img/mark.svg", alt: "", width: 64, height: 64 }),
          h("h1", { tabindex: -1 }, this.#sure ? _("Forgotten the PIN?") : _("Welcome back")),
          this.#sure ? null : pins(this.#digits.length, kept.digits),
          this.#sure
            ? null
            : h(
                "div",
                { class: "said-of-pin" },
                h("p", { role: "alert", testid: "lock-said" }, this.#busy ? "" : this.#said),
                h("p", { testid: "lock-waits" }, this.#waiting()),
              ),
        ),
        this.#sure ? this.#forgotten(kept.kind) : this.#keys(),
        kept.passkey === null || this.#sure ? null : this.#passkey(),
      ),
    );
  }

  /** How long one has to wait: seen, and not read aloud each second. */
  #waiting() {
    const seconds = Math.ceil(this.lock.chance.waitMs / SECOND_MS);
    if (this.#busy || seconds === 0) return null;
    if (seconds > MINUTE_S) return _("Next try in {minutes} min", { minutes: Math.ceil(seconds / MINUTE_S) });
    return _("Next try in {seconds} s", { seconds });
  }

  #keys() {
    const off = this.#busy || this.lock.chance.waitMs > 0;
    const key = (/** @type {string} */ digit) =>
      h(
        "button",
        { type: "button", testid: `key-${digit}`, "aria-disabled": off ? true : null, onclick: () => this.#press(digit) },
        digit,
      );
    const ask = () => {
      this.#sure = true;
      this.#draw();
      this.root.querySelector("h1")?.focus();
    };
    return h(
      "div",
      { class: "keys", "data-key": "keys" },
      KEYS.map(key),
      h("button", { type: "button", class: "plain", testid: "forgot-pin", onclick: ask }, _("Forgot")),
      key("0"),
      h(
        "button",
        { type: "button", class: "plain", testid: "delete-digit", "aria-label": _("Delete one"), onclick: () => this.#back() },
        icon("back"),
      ),
    );
  }

  #passkey() {
    const press = presses(async () => {
      if (await this.lock.openByPasskey()) return this.then.opened();
      this.#said = _("That did not work. Please use the PIN.");
      this.#draw();
    });
    return h("button", { type: "button", class: "plain wide", testid: "use-passkey", onclick: press }, icon("lock"), _("Use face or finger"));
  }

  /** @param {"anonymous" | "user"} kind */
  #forgotten(kind) {
    const back = () => {
      this.#sure = false;
      this.#draw();
    };
    const words =
      kind === "user"
        ? _("You sign in again with your e-mail address and password. Your account keeps everything.")
        : _("You play without an account: nobody can let you in again. Your games and answers would be lost.");
    return h(
      "div",
      { class: "stack", "data-key": "forgotten" },
      h("p", null, words),
      h("button", { type: "button", testid: "forgot-no", onclick: back }, _("Back to the PIN")),
      h("button", { type: "button", class: "plain", testid: "forgot-yes", onclick: () => this.then.dropped() }, kind === "user" ? _("Sign in again") : _("Begin anew")),
    );
  }

  /** @param {KeyboardEvent} event */
  #typed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^\d$/.test(event.key)) this.#press(event.key);
    else if (event.key === "Backspace") this.#back();
  }

  #back() {
    this.#digits = this.#digits.slice(0, -1);
    this.#draw();
  }

  /** @param {string} digit */
  #press(digit) {
    if (this.#busy || this.#sure || this.lock.chance.waitMs > 0) return;
    this.#digits += digit;
    this.#said = "";
    if (this.#digits.length >= (this.lock.kept()?.digits ?? 0)) void this.#try();
    this.#draw();
  }

  async #try() {
    this.#busy = true;
    const outcome = await this.lock.open(this.#digits);
    this.#busy = false;
    this.#digits = "";
    if (outcome.t === "open") return this.then.opened();
    if (outcome.t === "dropped") return this.then.dropped();
    this.#said = outcome.t === "wrong" ? wrong(outcome.left) : "";
    this.#draw();
  }
}

/** @param {number} left */
export function wrong(left) {
  return ngettext(
    "That was not it. {n} more try, then what is kept here is dropped.",
    "That was not it. {n} more tries, then what is kept here is dropped.",
    left,
  );
}

/** @param {number} typed @param {number} all */
function pins(typed, all) {
  const dots = Array.from({ length: all }, (_each, place) => h("i", { class: place < typed ? "on" : null }));
  return h("div", { class: "pins", role: "img", "aria-label": _("{typed} of {all} digits", { typed, all }) }, dots);
}
