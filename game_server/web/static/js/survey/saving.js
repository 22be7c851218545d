/**
 * Answers on their way to the server. Each is kept in the browser until it has arrived, is sent together with what else
 * waits, and is sent again until the server has it; what the server refuses is told by question.
 *
 * It waits where the person's own token waits, which could read it back anyway, and is sent by nobody else. What the
 * browser does not take waits here, as long as the page is open: `kept` says which of the two it is.
 * @module
 */

import { isNothing, keepUnsent, unsentOf } from "../account/unsent.js";
import { ApiError } from "../api.js";
import { backoff } from "../room/backoff.js";

/** @typedef {import("../account/unsent.js").Unsent} Unsent */
/** @typedef {import("../ui/kept.js").Shelf} Shelf */
/** @typedef {import("./questions.js").Answer} Answer */
/** @typedef {import("./questions.js").Answers} Answers */
/** @typedef {import("./questions.js").Progress} Progress */
/** @typedef {"saved" | "saving" | "failing"} SavingState */
/**
 * @typedef {object} Outside
 * @property {(body: object) => Promise<Progress>} send
 * @property {() => Shelf} shelf where the present person's things are kept
 * @property {() => string} [owner] who that is
 * @property {(act: () => void, ms: number) => () => void} after a timer, and how to stop it
 * @property {() => number} dice
 */

const SETTLES_MS = 400;
const PREFIX = "answers.";

export class Saving {
  /** @type {SavingState} */
  state = "saved";
  /** Does the browser keep what waits, also when the page is closed? */
  kept = true;
  /** What the server did not take, by question, in its words. @type {Map<string, string>} */
  refused = new Map();
  /** Called when anything here has changed; with what the server has, when it said so. */
  changed = (/** @type {Progress | null} */ _saved) => {};

  #failures = 0;
  /** @type {Promise<boolean> | null} */
  #sending = null;
  #stopTimer = () => {};

  /** @param {Outside} outside */
  constructor(outside) {
    this.outside = outside;
  }

  /** Who is here. */
  get #owner() {
    return this.outside.owner?.() ?? "";
  }

  /** @returns {Unsent} */
  unsent() {
    return unsentOf(this.outside.shelf(), this.#owner);
  }

  /** Does nothing wait? */
  get empty() {
    return isNothing(this.unsent());
  }

  /**
   * @param {Record<string, Answer | null>} answers null clears one
   * @param {string | null} [at] where the person stands
   */
  put(answers, at = null) {
    const unsent = this.unsent();
    this.#keep({ answers: { ...unsent.answers, ...answers }, at: at ?? unsent.at });
    for (const question of Object.keys(answers)) this.refused.delete(question);
    if (this.state === "saved") this.state = "saving";
    this.#in(SETTLES_MS);
    this.changed(null);
  }

  /** What waits over what the server has. @param {Answers} saved @returns {Answers} */
  over(saved) {
    const all = Object.entries({ ...saved, ...this.unsent().answers });
    return Object.fromEntries(all.flatMap(([question, answer]) => (answer === null ? [] : [[question, answer]])));
  }

  /** Send now what waits. @returns {Promise<boolean>} has the server got everything? */
  async flush() {
    this.#stopTimer();
    while (!this.empty) if (!(await this.#once())) return false;
    this.state = "saved";
    return true;
  }

  /** Nobody is here any more; what waited went with them. */
  forget() {
    this.#stopTimer();
    this.#failures = 0;
    this.refused.clear();
    this.state = "saved";
    this.kept = true;
  }

  /** Never two at a time: the later one would have to win. */
  #once() {
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async #send() {
    const sent = this.unsent();
    const owner = this.#owner;
    try {
      const saved = await this.outside.send({
        answers: sent.answers,
        ...(sent.at === null ? {} : { current_question: sent.at }),
      });
      if (owner !== this.#owner) return false;
      this.#arrived(sent);
      this.#failures = 0;
      this.state = this.empty ? "saved" : "saving";
      this.changed(saved);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return owner === this.#owner && this.#failed(error, sent);
    }
  }

  /** @param {ApiError} error @param {Unsent} sent @returns {boolean} is there something to send at once? */
  #failed(error, sent) {
    const faults = this.#faults(error, sent);
    const nowhere = error.status === 422 && error.fields?.["current_question"] !== undefined;
    if (faults.length > 0 || nowhere) {
      for (const [question, sentence] of faults) this.refused.set(question, sentence);
      const answers = Object.fromEntries(faults.map(([id]) => [id, sent.answers[id] ?? null]));
      this.#arrived({ answers, at: nowhere ? sent.at : null });
      this.state = this.empty ? "saved" : "saving";
      this.changed(null);
      return true;
    }
    this.state = "failing";
    this.#in(Math.max(backoff(this.#failures++, this.outside.dice()), error.retryAfter * 1000));
    this.changed(null);
    return false;
  }

  /** @param {ApiError} error @param {Unsent} sent @returns {[string, string][]} answers that are refused for good */
  #faults(error, sent) {
    if (error.status !== 422) return [];
    return Object.entries(error.fields ?? {})
      .filter(([field]) => field.startsWith(PREFIX) && field.slice(PREFIX.length) in sent.answers)
      .map(([field, sentence]) => [field.slice(PREFIX.length), sentence]);
  }

  /** Nothing waits any more of what was sent, unless it has been changed since. @param {Unsent} sent */
  #arrived(sent) {
    const now = this.unsent();
    const left = Object.entries(now.answers).filter(
      ([question, answer]) => !(question in sent.answers) || !same(answer, sent.answers[question] ?? null),
    );
    this.#keep({ answers: Object.fromEntries(left), at: now.at === sent.at ? null : now.at });
  }

  /** @param {Unsent} unsent */
  #keep(unsent) {
    this.kept = keepUnsent(this.outside.shelf(), this.#owner, unsent);
  }

  /** @param {number} ms */
  #in(ms) {
    this.#stopTimer();
    this.#stopTimer = this.outside.after(() => void this.flush(), ms);
  }
}

/** @param {Answer | null} one @param {Answer | null} other */
function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
