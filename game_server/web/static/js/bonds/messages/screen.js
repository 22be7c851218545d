/**
 * The messages of a bond: the newest at the bottom, older ones on scrolling up, and what one writes below.
 * @module
 */

import { ApiError } from "../../api.js";
import { h, render } from "../../ui/dom.js";
import { explain } from "../../ui/forms.js";
import { notify } from "../../ui/notices.js";
import { Pictures } from "../../ui/picture.js";
import { listed } from "../../ui/time.js";
import { _, ngettext } from "../../ui/tongue.js";
import { say } from "../line.js";
import { daysView, waitingView } from "./bubbles.js";
import { Chat } from "./chat.js";
import { Compose } from "./compose.js";
import { Finding, findView } from "./find.js";

/** @typedef {import("../parts.js").Here} Here */
/** @typedef {import("../parts.js").PartScreen} PartScreen */
/** @typedef {import("./bubbles.js").Acts} Acts */
/** @typedef {import("./thread.js").Message} Message */

const NEAR_PX = 160;
const TICKS_MS = 30_000;
/** Somebody who typed a moment ago. */
const WRITES_MS = 6000;
/** So often it is said. */
const TELLS_MS = 3000;
const TABLES = new Set(["messages", "ai_message_attachments", null]);

/** @type {PartScreen} */
export const messagesPart = (place, here) => {
  const screen = new ChatScreen(place, here);
  void screen.begin();
  return () => screen.leave();
};

class ChatScreen {
  /** @type {Compose | null} */
  #compose = null;
  #here = true;
  /** @type {string | null} why nothing could be read */
  #problem = null;
  /** How many of others' came while one was reading further up. */
  #below = 0;
  #finding;
  /** @type {(() => void)[]} */
  #rest = [];

  /** @param {HTMLElement} place @param {Here} here */
  constructor(place, here) {
    this.place = place;
    this.here = here;
    this.chat = new Chat(here, () => this.draw());
    this.pictures = new Pictures(here.app.api, () => {
      this.draw();
      this.#compose?.draw(); // one of them may be on its way ahead there
    });
    this.#finding = new Finding(this.chat, () => this.draw(), (message) => void this.#leadTo(message));
    this.acts = this.#acts();
  }

  async begin() {
    const { bond, app } = this.here;
    const { outbox } = app;
    this.draw();
    const writing = /** @type {HTMLElement | null} */ (this.place.querySelector(".writing"));
    if (writing !== null)
      this.#compose = new Compose(writing, {
        bond: bond.id,
        outbox,
        pictures: this.pictures,
        edit: (message, content) => this.chat.edit(message, content),
        typed: () => this.#typed(),
        sent: () => this.#toEnd(),
      });
    outbox.changed = (changed, arrived) => {
      if (changed !== bond.id) return;
      if (arrived !== null) this.chat.thread.hear([arrived]);
      this.draw();
    };
    this.here.heard(({ table, id, op, row }) => {
      if (table === "typing") {
        this.chat.types(String(id), WRITES_MS);
        this.#after(WRITES_MS);
        return;
      }
      if (TABLES.has(table)) void this.chat.hear(table === "messages" ? id : null, op, /** @type {Message | null} */ (row ?? null));
    });
    this.#watch();
    await this.#load();
    void outbox.flush();
  }

  leave() {
    this.#here = false;
    this.here.app.outbox.changed = () => {};
    for (const each of this.#rest) each();
  }

  #watch() {
    const seen = () => void this.#seen();
    const scrolled = () => this.#scrolled();
    document.addEventListener("visibilitychange", seen);
    addEventListener("scroll", scrolled, { passive: true });
    const timer = setInterval(() => this.draw(), TICKS_MS); // what may be changed becomes what may not
    this.#rest.push(() => document.removeEventListener("visibilitychange", seen), () => removeEventListener("scroll", scrolled), () => clearInterval(timer));
  }

  async #load() {
    try {
      await this.chat.load();
      this.#problem = null;
      this.draw();
      if (this.chat.firstNew === null) this.#toEnd();
      else this.place.querySelector("[data-testid='first-new']")?.scrollIntoView({ block: "center" });
      await this.#seen();
    } catch (error) {
      this.#problem = explain(error);
      this.draw();
    }
  }

  /** What is true for a moment is drawn away. @param {number} ms */
  #after(ms) {
    const timer = setTimeout(() => this.draw(), ms + 50);
    this.#rest.push(() => clearTimeout(timer));
  }

  /** Is the newest in sight? */
  #atEnd() {
    const page = document.scrollingElement;
    return page === null || page.scrollHeight - page.scrollTop - page.clientHeight < NEAR_PX;
  }

  #toEnd() {
    const page = document.scrollingElement;
    if (this.#here && page !== null) page.scrollTop = page.scrollHeight;
    this.#below = 0;
  }

  #scrolled() {
    const page = document.scrollingElement;
    const near = page !== null && page.scrollTop < NEAR_PX && page.scrollHeight > page.clientHeight + NEAR_PX;
    if (near && this.chat.heard && !this.#finding.open) void this.#older();
    if (!this.#atEnd()) return;
    const had = this.#below > 0;
    this.#below = 0;
    if (had) this.draw();
    void this.#seen();
  }

  async #seen() {
    if (this.#here && this.chat.heard && document.visibilityState === "visible" && this.#atEnd()) await this.chat.read();
  }

  draw() {
    if (!this.#here) return;
    const page = document.scrollingElement;
    const [atEnd, height, newest] = [this.#atEnd(), page?.scrollHeight ?? 0, this.chat.thread.newestFrom(this.chat.me)?.id];
    const [first] = this.place.querySelectorAll(".said-row");
    const top = first?.getBoundingClientRect().top ?? 0;
    render(this.place, this.#view());
    if (newest !== this.#newest && this.#newest !== undefined && !atEnd) this.#below += 1;
    if (newest !== this.#newest) this.#newest = newest;
    if (!this.chat.heard || page === null) return;
    if (atEnd && page.scrollHeight !== height && !this.#finding.open) this.#toEnd();
    else if (first?.isConnected) page.scrollTop += first.getBoundingClientRect().top - top; // older ones came above it
    if (atEnd) void this.#seen();
  }

  #toldAt = -TELLS_MS;

  /** Whoever looks is told that one is writing, now and then. */
  #typed() {
    if (performance.now() - this.#toldAt < TELLS_MS) return;
    if (say(this.here.bond, { t: "typing" })) this.#toldAt = performance.now();
  }

  /** @type {string | undefined} of others */
  #newest = undefined;

  #view() {
    const { bond, app } = this.here;
    const { chat } = this;
    const may = bond.may("messages.create");
    const { waiting } = app.outbox.of(bond.id);
    return [
      findView(this.#finding),
      h(
        "div",
        { class: "chat", role: "log", "data-key": "log", testid: "chat", "aria-label": _("Messages"), "aria-busy": !chat.heard },
        this.#problem === null ? null : this.#tryAgain(this.#problem),
        !chat.heard && this.#problem === null ? h("p", { class: "quiet" }, _("One moment …")) : null,
        chat.heard && !chat.whole ? this.#earlier() : null,
        chat.heard && chat.thread.oldest === null && waiting.length === 0 ? nothingYet(bond.others.length) : null,
        daysView(chat, this.pictures, this.acts),
        waitingView(waiting, this.pictures, navigator.onLine !== false, this.acts),
      ),
      h("p", { class: "quiet typing", role: "status", "data-key": "typing", testid: "typing" }, writersWords(chat.writers())),
      this.#below > 0 ? this.#newBelow() : null,
      may
        ? h("div", { class: "writing", "data-key": "writing", "data-live": true })
        : h("p", { class: "quiet", "data-key": "writing" }, _("Nothing can be written here any more.")),
    ];
  }

  /** @param {string} problem */
  #tryAgain(problem) {
    return h(
      "div",
      { class: "stack", "data-key": "problem" },
      h("p", { class: "problem", role: "alert" }, problem),
      h("button", { type: "button", testid: "try-again", onclick: () => void this.#load() }, _("Try again")),
    );
  }

  #earlier() {
    return h("button", { class: "plain earlier", type: "button", testid: "earlier", onclick: () => void this.#older() }, _("Earlier ones"));
  }

  async #older() {
    try {
      await this.chat.older();
    } catch (error) {
      notify(explain(error));
    }
  }

  #newBelow() {
    return h(
      "button",
      { class: "new-below signed", type: "button", testid: "new-below", onclick: () => this.#toEnd() },
      ngettext("{n} new message", "{n} new messages", this.#below),
    );
  }

  /** @returns {Acts} */
  #acts() {
    const { outbox } = this.here.app;
    const { id } = this.here.bond;
    return {
      edit: (message) => this.#compose?.edit(message),
      unsend: (message) => void this.chat.unsend(message).catch((error) => notify(explain(error))),
      withdraw: (message, file) => void this.chat.withdraw(message, file).catch((error) => notify(explain(error))),
      again: (one) => outbox.again(id, one.key),
      drop: (one) => {
        outbox.drop(id, one.key);
        this.#compose?.restore(one.content, one.attachments);
      },
    };
  }

  /** @param {Message} message */
  async #leadTo(message) {
    try {
      if (!(await this.chat.find(message.id))) return notify(_("It is too far back to be shown in its place."));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return notify(explain(error));
    }
    this.#finding.close();
    const found = document.getElementById(`message-${message.id}`);
    found?.scrollIntoView({ block: "center" });
    found?.focus({ preventScroll: true });
  }
}

/** @param {readonly string[]} names */
function writersWords(names) {
  if (names.length === 0) return null;
  return names.length === 1 ? _("{name} is writing …", { name: names[0] ?? "" }) : _("{names} are writing …", { names: listed(names) });
}

/** @param {number} others */
function nothingYet(others) {
  return h(
    "p",
    { class: "quiet nothing-yet", "data-key": "nothing", testid: "nothing-yet" },
    others === 0 ? _("Whoever comes into this bond reads what is written from then on.") : _("Nothing has been written yet. A good morning is a good beginning."),
  );
}
