/**
 * After signing in: games to return to, and a new one.
 * @module
 */

import { eraseForm } from "../account/erase.js";
import { ApiError } from "../api.js";
import { readProgress, surveyCard } from "../survey/card.js";
import { h, render } from "../ui/dom.js";
import { explain, presses } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { polling } from "../ui/polling.js";
import { hero } from "./hero.js";
import { newGameForm } from "./newgame.js";
import { newsCard, unread } from "./news.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/**
 * @typedef {object} Listed a session as the list has it
 * @property {string} session_id
 * @property {"waiting" | "active" | "completed" | "stopped" | "abandoned"} status
 * @property {import("../room/protocol.js").Seat} seat
 * @property {boolean} joined has the seat been taken, or were they only asked?
 * @property {string | null} partner_name
 * @property {number} current_step
 * @property {number} target_activities
 */
/** @typedef {{user_id: string, name: string}} Partner */

const POLL_MS = 5000;

/** @type {Screen} */
export const homeScreen = (root, app) => {
  /** @type {Listed[] | null} */
  let sessions = null;
  let reachable = true;
  /** @type {import("./news.js").News[]} */
  let news = [];
  /** @type {Partner[]} */
  let partners = [];
  /** @type {import("../survey/card.js").Progress | null} */
  let progress = null;
  const leave = leaving(app);
  const draw = () =>
    render(
      root,
      greeting(app, leave),
      reachable ? null : notReached(sessions !== null),
      newsCard(app, news, reload),
      openGames(app, sessions ?? [], reload),
      sessions?.length === 0 ? hero(app, partners) : null,
      surveyCard(progress, app.saving),
      newGameForm(app, partners, draw),
      eraseForm(app),
    );
  const reload = async () => {
    const [found, told] = await Promise.all([listed(app, "/api/sessions"), unread(app)]);
    news = told ?? news;
    reachable = found !== null;
    sessions = found?.filter((each) => each.status === "waiting" || each.status === "active") ?? sessions;
    draw();
  };
  const more = async () => {
    if (partners.length === 0) partners = await knownPartners(app);
    if (progress === null) await app.saving.flush();
    progress ??= await readProgress(app);
    draw();
  };
  draw();
  void more();
  return polling(POLL_MS, async () => {
    const missed = !reachable;
    await reload();
    if (missed && reachable) await more();
  });
};

/** @param {boolean} known have the games been listed before? */
function notReached(known) {
  return h(
    "p",
    { class: "problem", role: "status", testid: "not-reached" },
    known
      ? "The server cannot be reached. What you see here may be old."
      : "The server cannot be reached, so your open games cannot be shown. We keep trying.",
  );
}

/** @param {App} app @returns {() => Promise<void>} sign out; whoever would lose answers is warned first */
function leaving(app) {
  let warned = false;
  return async () => {
    if (!warned && (app.saving.state === "failing" || !(await app.saving.flush()))) {
      warned = true;
      void app.saving.flush();
      return notify("Your last answers are not saved yet and would be lost. Press again to leave all the same.");
    }
    await app.signOut();
  };
}

/** @param {App} app @param {() => Promise<void>} leave */
function greeting(app, leave) {
  const identity = app.identities.current();
  return h(
    "header",
    null,
    h("h1", { testid: "hello" }, `Hello ${identity?.name ?? ""}`),
    h(
      "nav",
      null,
      identity?.kind === "user"
        ? h("a", { class: "button plain", href: "/partners", testid: "partners" }, "Partners")
        : null,
      h("a", { class: "button plain", href: "/you", testid: "you" }, "You"),
      h("a", { class: "button plain", href: "/limits", testid: "my-limits" }, "My limits"),
      h("a", { class: "button plain", href: "/plan", testid: "my-plan" }, "My plan"),
      h(
        "button",
        { class: "plain", testid: "sign-out", onclick: presses(leave) },
        identity?.kind === "user" ? "Sign out" : "Forget me here",
      ),
    ),
  );
}

/** @param {App} app @param {Listed[]} sessions @param {() => Promise<void>} reload */
function openGames(app, sessions, reload) {
  if (sessions.length === 0) return null;
  return h(
    "section",
    { class: "card-like", testid: "open-games" },
    h("h2", null, "Open games"),
    sessions.map((each) => openGame(app, each, reload)),
  );
}

/** @param {App} app @param {Listed} session @param {() => Promise<void>} reload */
function openGame(app, session, reload) {
  const { session_id: id } = session;
  const path = encodeURIComponent(id);
  const asked = session.seat === "B" && !session.joined;
  const decline = presses(async () => {
    try {
      await app.api.post(`/api/sessions/${path}/decline`);
    } catch (error) {
      notify(explain(error));
    }
    await reload();
  });
  return h(
    "div",
    { class: "row", "data-key": id },
    h(
      "a",
      { class: "button grows", testid: "open-game", href: `/room/${path}` },
      asked ? `${session.partner_name ?? "A partner"} asks you to play` : titleOf(session),
    ),
    asked ? h("button", { class: "plain", testid: "decline-game", onclick: decline }, "No, thank you") : null,
  );
}

/** @param {Listed} session */
function titleOf(session) {
  const waiting = session.status === "waiting";
  const name = session.partner_name ?? (waiting ? null : "your partner");
  const who = name ? `With ${name}` : "Waiting for a partner";
  return who + (waiting ? " · not started" : ` · ${session.current_step} of ${session.target_activities}`);
}

/** @param {App} app @returns {Promise<Partner[]>} */
async function knownPartners(app) {
  if (app.identities.current()?.kind !== "user") return [];
  const remembered = (await listed(app, "/api/partners/remembered")) ?? [];
  return remembered.map((each) => ({ user_id: each.user_id, name: each.name ?? each.partner_name ?? "Your partner" }));
}

/** @param {App} app @param {string} path @returns {Promise<any[] | null>} null while the server cannot be reached */
async function listed(app, path) {
  try {
    return (await app.api.get(path)).items;
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}
