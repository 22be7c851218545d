/**
 * Talking with a character: the newest at the bottom, the line to write in below, and everything kept by the server.
 * @module
 */

import { ApiError } from "../../api.js";
import { h, render } from "../../ui/dom.js";
import { explain, presses } from "../../ui/forms.js";
import { icon } from "../../ui/icon.js";
import { notify } from "../../ui/notices.js";
import { Pictures } from "../../ui/picture.js";
import { polling } from "../../ui/polling.js";
import { openSheet, told } from "../../ui/sheet.js";
import { _ } from "../../ui/tongue.js";
import { LIST, nameOf, pathOf } from "../character.js";
import { portrait } from "../portrait.js";
import { Aloud } from "./aloud.js";
import { Compose } from "./compose.js";
import { askedView, comingView, saidView, talkLine } from "./lines.js";
import { talksOf } from "./list.js";
import { Talk } from "./talk.js";

/** @typedef {import("../character.js").Character} Character */
/** @typedef {import("../frame.js").Here} Here */
/** @typedef {import("../frame.js").PartScreen} PartScreen */

const NEAR_PX = 160;
/** So often it is looked whether anything was said on another phone. */
const LOOKS_MS = 10_000;
const OPENINGS = [_("Good evening. How was your day?"), _("Tell me something about yourself."), _("I would like to try something out with you.")];

/** @type {PartScreen} */
export const talkPart = (root, here) => {
  const screen = new TalkScreen(root, here);
  void screen.begin();
  return () => screen.leave();
};

class TalkScreen {
  #here = true;
  /** @type {string | null} why nothing could be read */
  #problem = null;
  /** @type {Compose | null} */
  #compose = null;
  /** @type {(() => void)[]} */
  #rest = [];
  #wasBusy = false;

  /** @param {HTMLElement} root @param {Here} here */
  constructor(root, here) {
    this.root = root;
    this.here = here;
    this.character = here.character;
    this.name = here.character === null ? _("Somebody who is gone") : nameOf(here.character);
    this.pictures = new Pictures(here.app.api, () => {
      this.draw();
      this.#compose?.draw(); // one of them may be on its way ahead there
    });
    this.aloud = new Aloud();
    this.talk = new Talk(here.app.api, here.character?.id ?? null, here.row, () => this.#changed());
  }

  async begin() {
    this.draw();
    const place = /** @type {HTMLElement | null} */ (this.root.querySelector(".writing"));
    if (place !== null) this.#compose = new Compose(place, this.here.app, this.talk, this.pictures, this.name);
    const scrolled = () => this.#scrolled();
    addEventListener("scroll", scrolled, { passive: true });
    const looked = () => void this.#look();
    document.addEventListener("visibilitychange", looked);
    this.#rest.push(() => removeEventListener("scroll", scrolled), () => document.removeEventListener("visibilitychange", looked));
    await this.#load();
    if (this.#here) this.#rest.push(polling(LOOKS_MS, () => this.#look()));
  }

  leave() {
    this.#here = false;
    this.talk.leave();
    for (const each of this.#rest) each();
  }

  async #load() {
    try {
      await this.talk.load();
      this.#problem = null;
    } catch (error) {
      this.#problem = explain(error);
    }
    this.draw();
    this.#toEnd();
  }

  /** Has anything been said on another phone? */
  async #look() {
    if (document.visibilityState === "hidden") return;
    try {
      await this.talk.catchUp();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // looked at again in a moment
    }
  }

  #changed() {
    if (!this.#here) return;
    const { talk } = this;
    if (talk.busy && !this.#wasBusy) this.aloud.begin();
    if (talk.coming !== null && !talk.coming.safety) this.aloud.hear(talk.coming.text, false);
    if (!talk.busy && this.#wasBusy) this.aloud.hear(lastAnswer(talk.messages), true);
    const turned = talk.busy !== this.#wasBusy;
    this.#wasBusy = talk.busy;
    if (talk.id !== null && this.here.row === null && this.character !== null) {
      this.here.row = talk.id; // a reload comes back to this one
      history.replaceState(history.state, "", pathOf(this.character.id, "talk", talk.id));
    }
    const end = this.#atEnd();
    this.draw();
    if (turned) this.#compose?.draw();
    if (end || (turned && talk.busy)) this.#toEnd();
  }

  #atEnd() {
    const page = document.scrollingElement;
    return page === null || page.scrollHeight - page.scrollTop - page.clientHeight < NEAR_PX;
  }

  #toEnd() {
    const page = document.scrollingElement;
    if (this.#here && page !== null) page.scrollTop = page.scrollHeight;
  }

  #scrolled() {
    const page = document.scrollingElement;
    if (page !== null && page.scrollTop < NEAR_PX && page.scrollHeight > page.clientHeight + NEAR_PX && this.talk.heard && !this.talk.whole) void this.#older();
  }

  #leafing = false;

  async #older() {
    if (this.#leafing) return;
    this.#leafing = true;
    const page = document.scrollingElement;
    const below = page === null ? 0 : page.scrollHeight - page.scrollTop;
    try {
      await this.talk.older();
      if (page !== null) page.scrollTop = page.scrollHeight - below;
    } catch (error) {
      notify(explain(error));
    } finally {
      this.#leafing = false;
    }
  }

  draw() {
    if (!this.#here) return;
    render(this.root, this.#bar(), h("div", { class: "part", "data-key": "part" }, this.#log(), this.aloud.place.isConnected ? h("div", { class: "unseen", "aria-live": "polite", "data-live": true, "data-key": "aloud", testid: "aloud" }) : this.aloud.place, this.#floor()));
  }

  #bar() {
    const { character } = this;
    return h(
      "header",
      { class: "bond-bar talk-bar", "data-key": "bar" },
      h("a", { class: "back", testid: "back", href: character === null ? LIST : pathOf(character.id), "aria-label": character === null ? _("Back to the characters") : _("Back to {name}", { name: this.name }) }, "‹"),
      character === null ? null : portrait(character, this.pictures, "small"),
      h("h1", { testid: "talk-name" }, this.name),
      h("button", { type: "button", class: "plain", testid: "talk-more", "aria-label": _("This talk, and others"), onclick: (/** @type {Event} */ event) => void this.#more(event) }, icon("more")),
    );
  }

  #log() {
    const { talk } = this;
    const asked = talk.asked;
    return h(
      "div",
      { class: "chat", role: "log", "aria-live": "off", "data-key": "log", testid: "chat", "aria-label": _("What you two say"), "aria-busy": talk.busy || !talk.heard },
      talk.heard && !talk.whole ? h("button", { class: "plain earlier", type: "button", testid: "earlier", onclick: () => void this.#older() }, _("Earlier ones")) : null,
      !talk.heard && this.#problem === null ? h("p", { class: "quiet" }, _("One moment …")) : null,
      talk.heard && talk.whole ? this.#beginning() : null,
      saidView(talk.messages, this.name, this.pictures),
      asked === null ? null : askedView(asked, talk.busy, this.pictures, { again: () => void talk.again(), back: () => this.#backToDraft() }),
      talk.coming === null ? null : comingView(talk.coming, this.name),
      talk.problem === null || talk.busy ? null : h("p", { class: "came-to-nothing", role: "status", "data-key": "problem", testid: "answer-problem" }, kindly(talk.problem)),
      this.#sayAgain(),
      this.#problem === null ? null : h("div", { class: "stack" }, h("p", { class: "problem", role: "alert" }, this.#problem), h("button", { type: "button", testid: "try-again", onclick: () => void this.#load() }, _("Try again"))),
    );
  }

  /** To what nothing came, the way back to one's words. */
  #sayAgain() {
    const { problem, busy, asked, messages } = this.talk;
    const words = messages.at(-2)?.content ?? null;
    if (problem === null || busy || asked !== null || words === null || messages.at(-1)?.role !== "assistant" || messages.at(-1)?.content) return null;
    return h("button", { type: "button", class: "plain say-again", "data-key": "say-again", testid: "say-again", onclick: () => this.#compose?.restore(words) }, _("Back to the draft"));
  }

  #backToDraft() {
    const { words, files } = this.talk.takeBack() ?? { words: "", files: [] };
    this.#compose?.restore(words, files);
  }

  /** Said once, where a talk begins. */
  #beginning() {
    return h(
      "div",
      { class: "talk-begins", "data-key": "begins", testid: "talk-begins" },
      this.character === null ? null : portrait(this.character, this.pictures, "large"),
      h("p", { class: "quiet", testid: "not-a-person" }, _("An AI writes what {name} says. It is not a person, and it can be wrong. Your limits count here; your word to stop does too.", { name: this.name })),
      this.character === null || this.talk.messages.length > 0 || this.talk.asked !== null ? null : this.#openings(),
    );
  }

  /** Words to begin with, for whoever has none. */
  #openings() {
    return h(
      "div",
      { class: "openings", "data-key": "openings", role: "group", "aria-label": _("Words to begin with") },
      OPENINGS.map((words) => h("button", { type: "button", testid: "opening", "data-key": words, onclick: () => this.#compose?.restore(words) }, words)),
    );
  }

  #floor() {
    return this.character === null
      ? h("p", { class: "quiet", "data-key": "writing", testid: "talk-over" }, _("This character is gone, so nothing new can be said here."))
      : h("div", { class: "writing", "data-key": "writing", "data-live": true });
  }

  /** @param {Event} event */
  async #more({ currentTarget }) {
    const near = /** @type {Element} */ (currentTarget);
    /** @type {import("./list.js").Conversation[]} */
    let others = [];
    const { talk, character } = this;
    const draw = openSheet(near, { testid: "talk-sheet", title: _("This talk, and others"), no: _("Close") }, (close) => [
      others.length === 0 ? null : h("ul", { class: "rows", testid: "other-talks" }, others.map((each) => talkLine(each, character))),
      character === null || talk.id === null ? null : h("a", { class: "button", testid: "new-talk", href: pathOf(character.id, "talk") }, _("Begin a new talk")),
      talk.id === null ? h("p", { class: "quiet" }, _("Nothing has been said in this one yet.")) : h("button", { type: "button", class: "grave", testid: "delete-talk", onclick: () => { close(); this.#askToDelete(near); } }, _("Delete this talk")),
    ]);
    try {
      others = (await talksOf(this.here.app.api)).filter(({ id, kinkster_id: of }) => id !== talk.id && of === (character?.id ?? null));
      draw();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // the rest can be done all the same
    }
  }

  /** @param {Element} near */
  #askToDelete(near) {
    openSheet(near, { testid: "delete-talk-sheet", title: _("Delete this talk?"), no: _("Keep it") }, (close) => [
      told(_("What goes"), [_("everything you two said in it, and the pictures you sent")]),
      told(_("What stays"), [_("{name}, and your other talks", { name: this.name })]),
      h(
        "button",
        {
          type: "button",
          class: "grave",
          testid: "delete-talk-yes",
          onclick: presses(async () => {
            try {
              await this.here.app.api.delete(`/api/conversations/${encodeURIComponent(this.talk.id ?? "")}`);
              close();
              notify(_("It is gone."));
              this.here.app.navigate(this.character === null ? LIST : pathOf(this.character.id), { replace: true });
            } catch (error) {
              notify(explain(error));
            }
          }),
        },
        _("Delete it"),
      ),
    ]);
  }
}

/** What was answered last; nothing, where it was one's own words that came last. @param {readonly import("./talk.js").Message[]} messages */
function lastAnswer(messages) {
  const last = messages.at(-1);
  return last?.role === "assistant" ? (last.content ?? "") : "";
}

/** @param {ApiError} error */
function kindly(error) {
  if (error.code === "budget_used") return _("That was all for today: what characters may cost on one day is used up. After midnight (UTC) it goes on; what you wrote is still here.");
  if (error.code === "rate_limited") return explain(error);
  if (error.code === "provider_refused") return _("Whoever answers here did not want to say anything to that. It is not about you: try other words, or another subject.");
  return explain(error);
}
