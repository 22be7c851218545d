/**
 * Commands without an answer yet. They keep their id until they are answered, so sending one again does nothing twice.
 * @module
 */

/** @typedef {import("./protocol.js").SentCommand} SentCommand */
/** @typedef {import("./protocol.js").HaltKind} HaltKind */
/** @typedef {{command: SentCommand, tries: number}} Waiting */

/** @param {{t: string}} command */
export function isHalt(command) {
  return command.t === "pause" || command.t === "stop";
}

export class Outbox {
  /** @type {Map<string, Waiting>} in the order they were given */
  #waiting = new Map();

  /** @param {SentCommand} command */
  add(command) {
    this.#waiting.set(command.id, { command, tries: 0 });
  }

  /** @param {string | null} id @returns {Waiting | undefined} */
  find(id) {
    return id === null ? undefined : this.#waiting.get(id);
  }

  /** @param {string} id @returns {Waiting | undefined} what was answered */
  settle(id) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  /** What to send after a resume: pause and stop first, the rest in order. @returns {SentCommand[]} */
  unanswered() {
    const commands = [...this.#waiting.values()].map((each) => each.command);
    return [...commands.filter(isHalt), ...commands.filter((command) => !isHalt(command))];
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
