/**
 * The room as this phone knows it: events folded onto a snapshot, in order and without a gap.
 *
 * The state at a seq is `state.update(set)` of every event up to it.
 * @module
 */

/** @typedef {import("./protocol.js").RoomState} RoomState */
/** @typedef {import("./protocol.js").EventMessage} EventMessage */
/** @typedef {import("./protocol.js").Snapshot} Snapshot */

/** @typedef {"applied" | "known" | "gap"} Outcome */
export class Fold {
  /** @type {string | null} */
  epoch = null;
  seq = 0;
  /** @type {RoomState | null} */
  state = null;

  /** What a hello says. */
  position() {
    return { epoch: this.epoch, last_seq: this.epoch === null ? 0 : this.seq };
  }

  /** @param {Snapshot} snapshot @param {string} epoch */
  replace(snapshot, epoch) {
    this.epoch = epoch;
    this.seq = snapshot.seq;
    this.state = snapshot.state;
  }

  /**
   * @param {EventMessage} message
   * @returns {Outcome} gap: something is missing before it, the room has to be resumed
   */
  apply(message) {
    if (message.seq <= this.seq) return "known";
    if (message.seq !== this.seq + 1) return "gap";
    this.seq = message.seq;
    this.state = /** @type {RoomState} */ ({ ...this.state, ...message.set });
    return "applied";
  }
}
