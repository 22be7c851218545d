/**
 * The room on the page: puts the connection, the browser and the view together.
 * @module
 */

import { ApiError } from "../api.js";
import { askedFor, dropInvitation, invitationOf, keepInvitation } from "../pairing/joins.js";
import { render } from "../ui/dom.js";
import { explain } from "../ui/forms.js";
import { announce, notify } from "../ui/notices.js";
import { everySecond } from "../ui/time.js";
import { uuid } from "../ui/uuid.js";
import { keepAwake } from "../ui/awake.js";
import { Focus } from "./focus.js";
import { headline } from "./headline.js";
import { Room } from "./room.js";
import { roomView } from "./view.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("./protocol.js").EventMessage} EventMessage */
/** @typedef {import("./protocol.js").Refusal} Refusal */
/** @typedef {import("../pairing/joins.js").Invitation} Invitation */

/**
 * What the view shows besides the room itself.
 * @typedef {object} Aside
 * @property {Invitation | null} invitation
 * @property {string | null} asked the partner who was asked by name
 * @property {boolean} nudged three cards in a row were not for them
 * @property {boolean} asking about to stop or end: sure?
 * @property {() => void} renewLink
 * @property {(changes: Partial<Pick<Aside, "nudged" | "asking">>) => void} change
 */

/** When a line may have died without a word: the network changed, or the phone was elsewhere. */
const DOUBTS = /** @type {const} */ (["online", "offline", "pageshow", "focus"]);

/** @param {string} id @returns {Screen} */
export function roomScreen(id) {
  return (root, app) => {
    /** @type {Aside} */
    const aside = {
      invitation: invitationOf(id),
      asked: askedFor(id),
      nudged: false,
      asking: false,
      renewLink: () => void renewLink(),
      change: (changes) => {
        Object.assign(aside, changes);
        draw();
      },
    };
    const renewLink = async () => {
      try {
        aside.invitation = await app.api.create(`/api/sessions/${encodeURIComponent(id)}/link`, {});
        keepInvitation(id, /** @type {Invitation} */ (aside.invitation));
      } catch (error) {
        notify(explain(error));
      }
      draw();
    };
    const focus = new Focus(root);
    const draw = () => focus.around(room, () => render(root, roomView(room, aside)));
    const room = new Room({
      ...browserWiring(app, id),
      drawn: draw,
      told: (event) => told(id, event, room, aside),
      refused: (refusal) => notify(refusalText(refusal)),
    });
    const leave = watch(room, draw);
    room.socket.start();
    return () => {
      leave();
      room.leave();
    };
  };
}

/**
 * @param {App} app
 * @param {string} id
 */
function browserWiring(app, id) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const address = `${scheme}//${location.host}/ws/sessions/${encodeURIComponent(id)}`;
  return {
    ticket: async (/** @type {number} */ patienceMs) =>
      (await app.api.post("/api/ws-tickets", { session_id: id }, patienceMs)).ticket,
    open: (/** @type {string[]} */ protocols) => new WebSocket(address, protocols),
    verdict,
    after: (/** @type {() => void} */ act, /** @type {number} */ ms) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
    dice: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
    id: uuid,
    now: () => performance.now(),
  };
}

/** Is another try for a ticket worth it? @param {unknown} error */
function verdict(error) {
  if (!(error instanceof ApiError)) throw error;
  return { again: error.passing, reason: error.code, afterMs: error.retryAfter * 1000 };
}

/**
 * Everything that happens to the page while it shows a room.
 * @param {Room} room
 * @param {() => void} draw
 * @returns {() => void}
 */
function watch(room, draw) {
  const test = () => room.socket.hurry();
  const seen = () => {
    if (document.visibilityState === "visible") test();
  };
  for (const event of DOUBTS) addEventListener(event, test);
  document.addEventListener("visibilitychange", seen);
  const stopTick = everySecond(draw);
  const sleep = keepAwake();
  return () => {
    for (const event of DOUBTS) removeEventListener(event, test);
    document.removeEventListener("visibilitychange", seen);
    stopTick();
    sleep();
  };
}

/** @param {string} id @param {EventMessage} message @param {Room} room @param {Aside} aside */
function told(id, message, room, aside) {
  const event = message.e;
  if (event.t === "nudged") aside.nudged = true;
  if (event.t === "completed" || event.t === "level_changed" || event.t === "ended") aside.nudged = false;
  if (event.t === "joined" || event.t === "started") {
    aside.invitation = null;
    dropInvitation(id);
  }
  // what is caught up with is seen, not told one by one
  if (room.fold.state !== null && room.connection.status === "live") announce(headline(event, room.fold.state));
}

/** What the server would say with times of its own, or for programs. @type {Readonly<Record<string, string>>} */
const REFUSALS = {
  stale: "That had changed a moment before. Please look again.",
  limit_reached: "There is no new card yet.",
};

/** @param {Refusal} refusal */
function refusalText(refusal) {
  return REFUSALS[refusal.code] ?? refusal.message;
}
