/**
 * After signing in: games to return to, and a new one.
 * @module
 */

import { ApiError } from "../api.js";
import { signOut } from "../account/login.js";
import { readProgress, surveyCard } from "../survey/card.js";
import { h, render } from "../ui/dom.js";
import { explain } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { newGameForm } from "./newgame.js";

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
  /** @type {Listed[]} */
  let sessions = [];
  /** @type {Partner[]} */
  let partners = [];
  /** @type {import("../survey/card.js").Progress | null} */
  let progress = null;
  const leave = leaving(app);
  const draw = () =>
    render(
      root,
      greeting(app, leave),
      openGames(app, sessions, reload),
      surveyCard(progress, !app.saving.empty),
      newGameForm(app, partners, draw),
    );
  const reload = async () => {
    sessions = (await listed(app, "/api/sessions")).filter(
      (each) => each.status === "waiting" || each.status === "active",
    );
    draw();
  };
  draw();
  void reload();
  void knownPartners(app).then((found) => {
    partners = found;
    draw();
  });
  void app.saving
    .flush()
    .then(() => readProgress(app))
    .then((found) => {
      progress = found;
      draw();
    });
  const poll = setInterval(() => void reload(), POLL_MS);
  return () => clearInterval(poll);
};

/** @param {App} app @returns {() => Promise<void>} sign out; whoever would lose answers is warned first */
function leaving(app) {
  let warned = false;
  return async () => {
    if (!warned && (app.saving.state === "failing" || !(await app.saving.flush()))) {
      warned = true;
      void app.saving.flush();
      return notify("Your last answers are not saved yet and would be lost. Press again to leave all the same.");
    }
    await signOut(app.api);
    app.navigate("/");
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
      h(
        "button",
        { class: "plain", testid: "sign-out", onclick: () => void leave() },
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
  const decline = async () => {
    try {
      await app.api.post(`/api/sessions/${path}/decline`);
    } catch (error) {
      notify(explain(error));
    }
    await reload();
  };
  return h(
    "div",
    { class: "row", "data-key": id },
    h(
      "a",
      { class: "button grows", testid: "open-game", href: `/room/${path}` },
      asked ? `${session.partner_name ?? "A partner"} asks you to play` : titleOf(session),
    ),
    asked
      ? h("button", { class: "plain", testid: "decline-game", onclick: () => void decline() }, "No, thank you")
      : null,
  );
}

/** @param {Listed} session */
function titleOf(session) {
  const who = session.partner_name ? `With ${session.partner_name}` : "Waiting for a partner";
  return (
    who +
    (session.status === "waiting" ? " · not started" : ` · ${session.current_step} of ${session.target_activities}`)
  );
}

/** @param {App} app @returns {Promise<Partner[]>} */
async function knownPartners(app) {
  if (app.identities.current()?.kind !== "user") return [];
  const remembered = await listed(app, "/api/partners/remembered");
  return remembered.map((each) => ({ user_id: each.user_id, name: each.name ?? each.partner_name ?? "Your partner" }));
}

/** @param {App} app @param {string} path @returns {Promise<any[]>} empty while the server cannot be reached */
async function listed(app, path) {
  try {
    return (await app.api.get(path)).items;
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}
