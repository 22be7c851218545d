/**
 * The survey from the choice of its length to handing it in. Nobody has to: it can be left at any moment.
 * @module
 */

import { ApiError } from "../api.js";
import { h, render } from "../ui/dom.js";
import { wereAsked } from "../account/boundaries.js";
import { announce, notify } from "../ui/notices.js";
import { choiceOfForm, choiceToRetake } from "./begin.js";
import { catalog, keptCatalog } from "./catalog.js";
import { questionView } from "./question.js";
import { allQuestions, HARD_LIMITS, openOnes } from "./questions.js";
import { reviewView } from "./review.js";
import { Sitting } from "./sitting.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("./questions.js").Answer} Answer */
/** @typedef {import("./questions.js").Answers} Answers */
/** @typedef {import("./questions.js").Form} Form */
/** @typedef {import("./questions.js").Progress} Progress */
/** @typedef {import("./questions.js").Survey} Survey */
/** @typedef {"loading" | "unreachable" | "form" | "retake" | "question" | "review"} View */

const SEEN_MS = 220; // long enough to see what was chosen before the next question comes
const SAVE_WORDS = {
  saved: _("Everything is saved"),
  saving: _("Saving …"),
  failing: _("Not saved yet. We keep trying; your answers are kept in this browser meanwhile."),
};
const NOT_KEPT = _("Not saved yet, and this browser can keep nothing. Leave this page open; we keep trying.");

/** @type {Screen} */
export const surveyScreen = (root, app) => {
  const screen = new SurveyScreen(root, app);
  void screen.load();
  return () => screen.leave();
};

class SurveyScreen {
  /** @type {View} */
  #view = "loading";
  /** @type {Sitting | null} */
  #sitting = null;
  /** @type {string[]} */
  #inForce = [];
  #surveyed = false;
  /** Have they said what their limits are, in an earlier survey or on the page of limits? */
  #asked = false;
  /** Has it been said that something is not saved? */
  #failed = false;
  /** @type {Map<string, string>} */
  #faults = new Map();
  #touched = false;
  /** Begun without a connection: what the server has is not known, and nothing can be handed in. */
  #apart = false;
  #goesOn = 0;
  #here = true;

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.root = root;
    this.app = app;
    this.saving = app.saving;
    this.saving.changed = (saved) => this.#heard(saved);
    root.addEventListener("pointerdown", () => (this.#touched = true));
    root.addEventListener("keydown", () => (this.#touched = false));
    this.#draw();
  }

  async load() {
    this.#show("loading");
    this.#apart = false;
    try {
      await this.saving.flush();
      const [survey, progress, profile] = await Promise.all([
        catalog(this.app.api),
        this.app.api.get("/api/survey/progress"),
        this.app.api.get("/api/profile"),
      ]);
      this.#inForce = profile.boundaries.hard_limits;
      this.#asked = wereAsked(profile.boundaries);
      this.#surveyed = profile.power !== null;
      this.#begin(survey, progress);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      await this.#goOnApart(error);
    }
  }

  /** The questions are kept on this device, the answers that the server has are not. @param {ApiError} error */
  async #goOnApart(error) {
    const survey = error.status === 0 ? await keptCatalog() : null;
    if (survey === null) return this.#show("unreachable");
    this.#apart = true;
    this.#sitting = new Sitting(survey, { answers: this.saving.over({}), at: this.saving.unsent().at });
    notify(_("No connection just now. What you answered before is safe, and is shown again when it is back."));
    this.#show(this.saving.empty ? "form" : "question");
  }

  leave() {
    this.#here = false;
    clearTimeout(this.#goesOn);
    this.saving.changed = () => {};
    void this.saving.flush();
  }

  /** @param {Survey} survey @param {Progress} progress */
  #begin(survey, progress) {
    const answers = this.saving.over(progress.answers);
    const at = this.saving.unsent().at ?? progress.current_question;
    this.#sitting = new Sitting(survey, { answers, at });
    this.#takeRefused(this.#sitting);
    const started = progress.started_at !== null || !this.saving.empty;
    if (progress.status === "completed" && this.saving.empty) this.#show("retake");
    else this.#show(started ? "question" : "form");
  }

  /** @param {Form} form */
  #choose(form) {
    this.#sitting?.choose(form);
    this.#stand({});
    this.#show("question");
  }

  /** The answers of the last time, with the limits of today. @param {Sitting} sitting */
  #change(sitting) {
    const known = allQuestions(sitting.survey).map((each) => each.id);
    const before = Object.entries(sitting.answers).filter(([id]) => known.includes(id));
    /** @type {Answers} */
    const answers = {
      ...Object.fromEntries(before),
      ...(this.#inForce.length > 0 ? { [HARD_LIMITS]: this.#inForce } : {}),
    };
    this.#sitting = new Sitting(sitting.survey, { answers, at: null, form: "full" });
    this.#stand({ ...answers });
    this.#show("review");
  }

  /** @param {Sitting} sitting */
  #anew(sitting) {
    this.#sitting = new Sitting(sitting.survey, { answers: {}, at: null });
    this.#show("form");
  }

  /** @param {Record<string, Answer | null>} answers to be saved, together with the present place */
  #stand(answers) {
    this.saving.put(answers, this.#sitting?.at);
  }

  /** @param {Sitting} sitting @param {Answer | null} answer @param {boolean} goOn */
  #answer(sitting, answer, goOn) {
    const { id } = sitting.question;
    clearTimeout(this.#goesOn);
    sitting.answer(id, answer);
    this.#faults.delete(id);
    this.#stand({ [id]: answer });
    this.#draw();
    if (goOn) this.#goesOn = setTimeout(() => this.#step(sitting, 1), SEEN_MS);
  }

  /** "None of these" to the checklist of limits, from the overview. @param {Sitting} sitting */
  #noLimits(sitting) {
    sitting.answer(HARD_LIMITS, []);
    this.#stand({ [HARD_LIMITS]: [] });
    this.#draw();
  }

  /** @param {Sitting} sitting @param {number} steps */
  #step(sitting, steps) {
    clearTimeout(this.#goesOn);
    if (!sitting.step(steps)) return this.#show("review");
    this.#stand({});
    this.#show("question");
  }

  /** @param {Sitting} sitting @param {string} id */
  #jump(sitting, id) {
    sitting.jump(id);
    this.#stand({});
    this.#show("question");
  }

  /** Would handing in leave open what shall never come up? @param {Sitting} sitting */
  #limitsOpen(sitting) {
    return !this.#asked && !(HARD_LIMITS in sitting.answers);
  }

  /** @param {Sitting} sitting @param {FormData} data @param {HTMLFormElement} sent */
  async #submit(sitting, data, sent) {
    if (this.#apart) return this.load(); // first what the server has: limits that hold are part of it
    if (!(await this.saving.flush())) throw new ApiError(0, "offline", _("The last answers are not saved yet."));
    const never = sitting.answers[HARD_LIMITS];
    const kept =
      data.has("keep-limits") && Array.isArray(never) ? [...never, ...sitting.endingLimits(this.#inForce)] : null;
    try {
      await this.app.api.create("/api/survey/submit", {
        ...(kept === null ? {} : { answers: { [HARD_LIMITS]: kept } }),
        retake: this.#surveyed,
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 422) return this.#refuse(sitting, error);
      if (error.code === "wrong_state") return this.load();
      throw error;
    }
    notify(_("Thank you. This is what you told us."));
    this.app.goOn(sent, "/you", { replace: true });
  }

  /** @param {Sitting} sitting @param {ApiError} error */
  #refuse(sitting, error) {
    for (const [field, sentence] of Object.entries(error.fields ?? {})) {
      const id = field.replace(/^answers\./, "");
      this.#faults.set(id, sentence);
      sitting.answer(id, null);
    }
    this.#draw();
  }

  /** @param {Progress | null} saved */
  #heard(saved) {
    if (this.#apart && saved !== null) return void this.load(); // it is back
    const sitting = this.#sitting;
    if (sitting !== null) {
      if (saved !== null) sitting.answers = this.saving.over(saved.answers);
      this.#takeRefused(sitting);
    }
    this.#draw();
  }

  /** Answers that the saving had to give up. @param {Sitting} sitting */
  #takeRefused(sitting) {
    for (const [id, sentence] of this.saving.refused) {
      if (!this.#faults.has(id)) notify(_("One answer could not be taken. The overview shows which."));
      this.#faults.set(id, sentence);
      sitting.answer(id, null);
    }
  }

  /** Another view, read from its top. @param {View} view */
  #show(view) {
    this.#view = view;
    this.#draw();
    if (!this.#here || (view !== "question" && view !== "review")) return;
    scrollTo(0, 0);
    this.root.querySelector("h1")?.focus({ preventScroll: true });
  }

  #draw() {
    if (this.#here) render(this.root, this.#heading(), this.#content());
  }

  #heading() {
    const busy = this.#view === "question" || this.#view === "review";
    return h(
      "header",
      { class: "survey-head" },
      h("a", { class: "back", href: "/", testid: "leave-survey" }, busy ? _("‹ Leave for now") : _("‹ To the start")),
      busy ? this.#savingState() : h("h1", null, _("What you enjoy")),
    );
  }

  /** Read aloud when something is wrong and when it is right again, not at each answer. */
  #savingState() {
    const { state, kept } = this.saving;
    const words = state === "failing" && !kept ? NOT_KEPT : SAVE_WORDS[state];
    if (state === "failing") this.#failed = true;
    if (state === "saved" && this.#failed) announce(words);
    if (state === "saved") this.#failed = false;
    return h(
      "div",
      { class: "saving", testid: "save-state", "data-state": state },
      h("p", { role: state === "failing" ? "status" : null }, words),
      state === "failing"
        ? h(
            "button",
            { class: "plain small", testid: "save-now", onclick: () => void this.saving.flush() },
            _("Save now"),
          )
        : null,
    );
  }

  #content() {
    const sitting = this.#sitting;
    if (this.#view === "unreachable") return this.#unreachable();
    if (this.#view === "loading" || sitting === null) return h("p", { class: "quiet" }, _("One moment …"));
    const all = allQuestions(sitting.survey);
    switch (this.#view) {
      case "form":
        return choiceOfForm(sitting.survey, all.length, (form) => this.#choose(form));
      case "retake":
        return choiceToRetake({
          rest: openOnes(all, sitting.answers).length,
          change: () => this.#change(sitting),
          anew: () => this.#anew(sitting),
        });
      case "question":
        return questionView(sitting, this.#inForce, this.#faults.get(sitting.question.id), {
          answer: (answer, goOn) => this.#answer(sitting, answer, goOn),
          touched: () => this.#touched,
          next: () => this.#step(sitting, 1),
          back: () => this.#step(sitting, -1),
          review: () => this.#show("review"),
        });
      case "review":
        return reviewView(sitting, {
          retake: this.#surveyed,
          ending: sitting.endingLimits(this.#inForce),
          faults: this.#faults,
          jump: (id) => this.#jump(sitting, id),
          goOn: () => this.#choose("full"),
          limitsOpen: this.#limitsOpen(sitting),
          noLimits: () => this.#noLimits(sitting),
          submit: (data, sent) => this.#submit(sitting, data, sent),
        });
    }
  }

  #whatWaits() {
    if (this.saving.empty) return _("What you answered before is saved.");
    return this.saving.kept ? SAVE_WORDS.failing : NOT_KEPT;
  }

  #unreachable() {
    return h(
      "section",
      { class: "card-like", testid: "unreachable" },
      h(
        "p",
        { role: "alert" },
        _("The survey cannot be loaded just now."), " ", this.#whatWaits(),
      ),
      h("button", { class: "primary", testid: "try-again", onclick: () => void this.load() }, _("Try again")),
    );
  }
}
