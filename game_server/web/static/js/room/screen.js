/**
 * The room on the page: puts the connection, the browser and the view together.
 * @module
 */

import { OwnLimits } from "../account/ownlimits.js";
import { Keepsake } from "../evening/keepsake.js";
import { askedFor, dropInvitation, invitationOf, keepInvitation } from "../pairing/joins.js";
import { curtain } from "../shell/curtain.js";
import { render } from "../ui/dom.js";
import { explain } from "../ui/forms.js";
import { announce, notify } from "../ui/notices.js";
import { shelf } from "../ui/kept.js";
import { Sound } from "../ui/sound.js";
import { everySecond } from "../ui/time.js";
import { Tab } from "./tab.js";
import { keepAwake } from "../ui/awake.js";
import { entry, hold, leave as leaves, LEAD_MS, turn } from "../ui/motion.js";
import { Focus } from "./focus.js";
import { Hands } from "./hands.js";
import { putDown } from "./handover.js";
import { headline } from "./headline.js";
import { declinedWords, OwnQuestion } from "./level.js";
import { Room } from "./room.js";
import { RoomSounds } from "./sounds.js";
import { roomView } from "./view.js";
import { browserWiring, onDoubt } from "./wiring.js";
import { _ } from "../ui/tongue.js";

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
 * @property {"limits" | "more" | null} sheet what this phone's person has opened over the room
 * @property {OwnLimits} limits as the sheet shows them
 * @property {Hands} hands who holds a phone that two people share
 * @property {RoomSounds} sounds
 * @property {OwnQuestion} question about the level
 * @property {boolean} differs the words were not the same: this phone closes the room
 * @property {Keepsake} evening what stays of it when it has ended
 * @property {() => void} renewLink
 * @property {(changes: Partial<Pick<Aside, "nudged" | "asking" | "sheet" | "differs">>) => void} change
 */

const HALTS = ["paused", "stopped"];
const FOLLOWS_WITHIN_MS = 300;

/** @param {string} id @returns {Screen} */
export function roomScreen(id) {
  return (root, app) => {
    /** @type {Aside} */
    const aside = {
      invitation: invitationOf(id),
      asked: askedFor(id),
      nudged: false,
      asking: false,
      sheet: null,
      limits: new OwnLimits(app.api, () => draw()),
      hands: new Hands(),
      sounds: new RoomSounds(new Sound(shelf("localStorage")), () => draw()),
      question: new OwnQuestion(),
      differs: false,
      evening: new Keepsake(app, id, () => draw()),
      renewLink: () => void renewLink(),
      change: (changes) => {
        if (changes.sheet === "limits" && aside.sheet !== "limits") void aside.limits.read();
        if ("sheet" in changes) aside.asking = aside.hands.owner = false; // asked anew, should it be opened again
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
    const tab = new Tab();
    let between = false; // a card is done, and whose turn is next comes in the same moment: the last one's is not shown again
    const draw = () => {
      if (between && room.halted === null) return;
      if (room.halted !== null || aside.sheet !== null) hold();
      putDown(room, aside);
      aside.sounds.drawn(room);
      aside.question.drawn(room.fold.state);
      if (room.fold.state?.phase === "ended") aside.evening.hear(room.fold.seq);
      focus.around(room, () => render(root, roomView(room, aside)));
      tab.show(room);
    };
    const room = new Room({
      ...browserWiring(app, `/ws/sessions/${encodeURIComponent(id)}`, { session_id: id }),
      drawn: draw,
      told: (event) => {
        told(id, event, room, aside);
        between = event.e.t === "completed";
        if (between) room.wiring.after(goOn, FOLLOWS_WITHIN_MS);
        // once what came of it is drawn; what is caught up with is seen, not told one by one
        if (room.fold.state === null || room.connection.status !== "live") return;
        if (room.halted !== null && HALTS.includes(event.e.t)) return; // the heading that takes the focus then says it
        const text = aside.question.declined && event.e.t === "level_declined" ? declinedWords(room.fold.state) : headline(event.e, room.fold.state);
        queueMicrotask(() => focus.tells(text) || announce(text));
      },
      refused: (refusal) => notify(refusalText(refusal)),
    });
    const goOn = () => {
      between = false;
      draw();
    };
    const leave = watch(room, draw, aside);
    const unhang = curtain.hang(() => draw());
    room.socket.start();
    return () => {
      aside.evening.rest();
      unhang();
      leave();
      tab.rest();
      hold();
      aside.sounds.rest();
      room.leave();
    };
  };
}

/**
 * Everything that happens to the page while it shows a room.
 * @param {Room} room
 * @param {() => void} draw
 * @param {Aside} aside
 * @returns {() => void}
 */
function watch(room, draw, aside) {
  const escape = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    if (aside.sheet !== null) aside.change({ sheet: null });
    else if (aside.nudged) aside.change({ nudged: false });
  };
  addEventListener("keydown", escape);
  const stopDoubts = onDoubt(() => room.socket.hurry());
  const stopTick = everySecond(draw);
  const sleep = keepAwake();
  return () => {
    removeEventListener("keydown", escape);
    stopDoubts();
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
  aside.question.told(event, room);
  moves(message, room);
  aside.sounds.told(message, room);
}

const AFTER_DONE_MS = 300; // the next card turns when the last one has come to rest

/** The card on the table moves as its event says, once what came of it is drawn. @param {EventMessage} message @param {Room} room */
function moves({ e: event, at }, room) {
  if (event.t === "card_withdrawn" || event.t === "paused" || event.t === "stopped") hold();
  if (room.connection.status !== "live") return;
  const card = document.querySelector(".game-card[data-card-seq]");
  if (event.t === "completed" && card) leaves(card, document.querySelector(".arc .now"));
  if (event.t === "card_replaced" && card) leaves(card, null);
  if (event.t !== "card_shown" && event.t !== "card_replaced" && event.t !== "resumed") return;
  const late = document.querySelector(".leaving-card") ? AFTER_DONE_MS : 0;
  queueMicrotask(() => {
    const turner = document.querySelector(".turner");
    if (turner) turn(turner, entry(Date.parse(at), room.now(), LEAD_MS + late));
  });
}

/** What the server would say with times of its own, or for programs. @type {Readonly<Record<string, string>>} */
const REFUSALS = {
  stale: _("That had changed a moment before. Please look again."),
  limit_reached: _("There is no new card yet."),
};

/** @param {Refusal} refusal */
function refusalText(refusal) {
  return REFUSALS[refusal.code] ?? refusal.message;
}
