/**
 * Commands without an answer yet. They keep their id until they are answered, so sending one again does nothing twice.
 * @module
 */

/** @typedef {import("./protocol.js").SentCommand} SentCommand */
/** @typedef {import("./protocol.js").HaltKind} HaltKind */
/**
 * @typedef {object} Waiting
 * @property {SentCommand} command
 * @property {number} since when it was pressed, by the phone's own clock
 * @property {number} tries refused for the moment, so often
 * @property {number} resends on this line, without a word of the server
 * @property {() => void} cancel what was to come if nobody answers
 */

/** @param {{t: string}} command */
export function isHalt(command) {
  return command.t === "pause" || command.t === "stop";
}

export class Outbox {
  /** @type {Map<string, Waiting>} in the order they were given */
  #waiting = new Map();

  /** @param {SentCommand} command @param {number} now @returns {Waiting} */
  add(command, now) {
    const waiting = { command, since: now, tries: 0, resends: 0, cancel: () => {} };
    this.#waiting.set(command.id, waiting);
    return waiting;
  }

  /** @param {string | null} id @returns {Waiting | undefined} */
  find(id) {
    return id === null ? undefined : this.#waiting.get(id);
  }

  /** @param {string} id @returns {Waiting | undefined} what was answered */
  settle(id) {
    const waiting = this.#waiting.get(id);
    waiting?.cancel();
    this.#waiting.delete(id);
    return waiting;
  }

  /** What to send after a resume: pause and stop first, the rest in order. */
  waiting() {
    const all = [...this.#waiting.values()];
    return [...all.filter((each) => isHalt(each.command)), ...all.filter((each) => !isHalt(each.command))];
  }

  /** The same without how they fare. @returns {SentCommand[]} */
  unanswered() {
    return this.waiting().map((each) => each.command);
  }

  /** When the one that waits longest was pressed. @returns {number | null} */
  oldest() {
    const [first] = this.#waiting.values();
    return first?.since ?? null;
  }

  forgetAllButHalts() {
    for (const { command } of this.waiting()) if (!isHalt(command)) this.settle(command.id);
  }

  /** Nobody is there any more who could send. */
  rest() {
    for (const waiting of this.#waiting.values()) waiting.cancel();
  }

  /** @param {string} kind @param {string} [seat] */
  has(kind, seat) {
    return this.unanswered().some((command) => command.t === kind && (seat === undefined || command.seat === seat));
  }

  /** The strongest halt this phone has asked for and not heard back of. @returns {HaltKind | null} */
  halt() {
    if (this.has("stop")) return "stop";
    return this.has("pause") ? "pause" : null;
  }
}
