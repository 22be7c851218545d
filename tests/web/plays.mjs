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

export class Timers {
  constructor() {
    this.waiting = new Set();
  }

  after = (act, ms) => {
    const timer = { act, ms };
    this.waiting.add(timer);
    return () => this.waiting.delete(timer);
  };

  /** Let the soonest one run; answers how long it had to wait. */
  run() {
    const timer = [...this.waiting].sort((a, b) => a.ms - b.ms)[0];
    this.waiting.delete(timer);
    timer.act();
    return timer.ms;
  }
}

/** A room whose outside is in the test's hands. `tickets` may be replaced by one that throws. */
export function play(options = {}) {
  const scene = {
    sockets: [],
    timers: new Timers(),
    told: [],
    refused: [],
    tickets: 0,
    now: Date.parse("2030-01-01T00:00:00Z"),
  };
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
    drawn: () => {},
    told: (message) => scene.told.push(message.e.t),
    refused: (refusal) => scene.refused.push(refusal.code),
  });
  scene.socket = () => scene.sockets.at(-1);
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
