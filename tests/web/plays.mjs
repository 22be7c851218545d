/** Stand-ins for what a browser gives the room: a socket that the test speaks through, and timers it lets run. */

import { Room } from "../../game_server/web/static/js/room/room.js";

export class FakeSocket {
  constructor(protocols) {
    this.protocols = protocols;
    this.readyState = 1;
    this.sent = [];
    this.closed = null;
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close(code) {
    this.readyState = 3;
    this.closed = code;
  }

  /** The server says something. */
  say(...messages) {
    for (const message of messages) this.onmessage({ data: JSON.stringify(message) });
  }

  /** The line is cut, or the server closes. */
  cut(code = 1006) {
    this.readyState = 3;
    this.onclose({ code });
  }

  /** Commands of this kind. */
  heard(kind) {
    return this.sent.filter((message) => message.t === kind);
  }
}

/** Timers on a clock that only the test moves. */
export class Timers {
  constructor(scene = { now: 0 }) {
    this.scene = scene;
    this.waiting = new Set();
  }

  after = (act, ms) => {
    const timer = { act, due: this.scene.now + ms };
    this.waiting.add(timer);
    return () => this.waiting.delete(timer);
  };

  /** Let the soonest one run; answers how long it had to wait. */
  run() {
    const timer = [...this.waiting].sort((a, b) => a.due - b.due)[0];
    const ms = Math.max(0, timer.due - this.scene.now);
    this.waiting.delete(timer);
    this.scene.now += ms;
    timer.act();
    return ms;
  }

  /** Let so much time go by, and what has been asked for meanwhile happen. */
  async pass(ms) {
    const end = this.scene.now + ms;
    while ([...this.waiting].some((timer) => timer.due <= end)) {
      this.run();
      await settled();
    }
    this.scene.now = end;
  }
}

/** A room whose outside is in the test's hands. `tickets` may be replaced by one that throws. */
export function play(options = {}) {
  const scene = {
    sockets: [],
    told: [],
    refused: [],
    tickets: 0,
    now: Date.parse("2030-01-01T00:00:00Z"),
  };
  scene.timers = new Timers(scene);
  let ids = 0;
  scene.room = new Room({
    ticket: async () => {
      scene.tickets++;
      if (options.ticket) return options.ticket(scene.tickets);
      return `secret-${scene.tickets}`;
    },
    open: (protocols) => {
      const socket = new FakeSocket(protocols);
      scene.sockets.push(socket);
      return socket;
    },
    verdict: (error) => ({ again: error.again === true, reason: error.message, afterMs: 0 }),
    after: scene.timers.after,
    dice: () => 0,
    id: () => `id-${++ids}`,
    now: () => scene.now,
    drawn: () => scene.drawn++,
    told: (message) => scene.told.push(message.e.t),
    refused: (refusal) => scene.refused.push(refusal.code),
  });
  scene.socket = () => scene.sockets.at(-1);
  scene.drawn = 0;
  return scene;
}

export const settled = () => new Promise((resolve) => setImmediate(resolve));

export const welcome = (mode, head) => ({
  t: "welcome",
  seat: "A",
  epoch: "first",
  head,
  mode,
  now: "2030-01-01T00:00:05Z",
  ping_ms: 15000,
  dead_ms: 45000,
});
export const snapshot = (seq, state) => ({ t: "snapshot", seq, state: { phase: "card", ...state } });
export const event = (seq, t, set = {}) => ({ t: "event", seq, at: "2030-01-01T00:00:00Z", e: { t }, set });

/** Connected and live at a snapshot with seq 7. */
export async function live(options) {
  const scene = play(options);
  scene.room.socket.start();
  await settled();
  scene.socket().onopen();
  scene.socket().say(welcome("snapshot", 7), snapshot(7), { t: "live" });
  return scene;
}

/** The next connection, resumed without anything missed. */
export async function resume(scene, ...missed) {
  await settled();
  scene.socket().onopen();
  scene.socket().say(welcome("replay", 7 + missed.length), ...missed, { t: "live" });
}

/** A storage with so much room: beyond it, or while it is `shut`, it throws as a browser's does. */
export function storage(room = Infinity) {
  const kept = new Map();
  return {
    kept,
    shut: false,
    getItem: (key) => kept.get(key) ?? null,
    setItem(key, value) {
      const others = [...kept].filter(([each]) => each !== key);
      const used = others.reduce((sum, [each, text]) => sum + each.length + text.length, 0);
      if (this.shut || used + key.length + value.length > room) throw new DOMException("full", "QuotaExceededError");
      kept.set(key, value);
    },
    removeItem: (key) => void kept.delete(key),
    key: (place) => [...kept.keys()][place] ?? null,
    get length() {
      return kept.size;
    },
  };
}
