/**
 * Partners of an account: who is connected, requests on their way, and a new link to connect.
 * @module
 */

import { ApiError } from "../api.js";
import { h, render } from "../ui/dom.js";
import { explain } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { everySecond } from "../ui/time.js";
import { blockedPeople } from "./blocked.js";
import { invitationCard, wordsCard } from "./invitation.js";
import { dropInvitation, invitationOf, keepInvitation } from "./joins.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/**
 * @typedef {object} Connection
 * @property {number} id
 * @property {"pending" | "accepted" | "declined" | "expired" | "cancelled" | "disconnected"} status
 * @property {"requester" | "recipient"} role
 * @property {string[]} words
 * @property {boolean} claimed
 * @property {boolean} accepted_by_me
 * @property {string | null} partner_name
 * @property {string | null} partner_user_id
 * @property {string | null} session_id
 * @property {string} expires_at
 */

const POLL_MS = 2000;

/** @type {Screen} */
export const partnersScreen = (root, app) => {
  /** @type {Connection[]} */
  let connections = [];
  const draw = () => render(root, heading(), page(app, connections, reload), blocked.view());
  const blocked = blockedPeople(app, () => draw());
  const reload = async () => {
    try {
      connections = (await app.api.get("/api/partners/connections")).items;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
    draw();
  };
  draw();
  void reload();
  void blocked.load();
  const poll = setInterval(() => void reload(), POLL_MS);
  const stopTick = everySecond(draw);
  return () => {
    clearInterval(poll);
    stopTick();
  };
};

function heading() {
  return h("header", null, h("a", { class: "back", href: "/" }, "‹ Back"), h("h1", null, "Partners"));
}

/** @param {App} app @param {Connection[]} connections @param {() => Promise<void>} reload */
function page(app, connections, reload) {
  if (app.identities.current()?.kind !== "user") return h("p", null, "Partners are remembered for accounts only.");
  const open = connections.filter((each) => each.status === "pending");
  const known = connections.filter((each) => each.status === "accepted");
  const connect = attempt(reload, () => invite(app));
  return h(
    "div",
    null,
    open.map((each) => pendingCard(app, each, reload)),
    known.map((each) => knownCard(app, each, reload)),
    known.length + open.length === 0 ? h("p", { class: "quiet" }, "Nobody yet.") : null,
    h("button", { class: "primary", testid: "connect", onclick: connect }, "Connect with somebody"),
  );
}

/** @param {App} app */
async function invite(app) {
  const made = await app.api.create("/api/partners/connections", {});
  keepInvitation(String(made.id), made);
}

/** @param {App} app @param {Connection} connection @param {() => Promise<void>} reload */
function pendingCard(app, connection, reload) {
  const { id, role, partner_name: name, words } = connection;
  const key = String(id);
  const act = (/** @type {string} */ verb) =>
    attempt(reload, async () => {
      await app.api.post(`/api/partners/connections/${id}/${verb}`);
      dropInvitation(key);
    });
  const again = attempt(reload, async () => {
    await app.api.post(`/api/partners/connections/${id}/cancel`);
    await invite(app);
  });
  const invitation = invitationOf(key);
  if (role === "requester" && !connection.claimed) {
    return h(
      "section",
      { class: "stack", "data-key": key, testid: "pending" },
      invitationCard(invitation, Date.now(), again),
      h("button", { class: "plain", testid: "cancel", onclick: act("cancel") }, "Cancel this request"),
    );
  }
  return h(
    "section",
    { class: "card-like", "data-key": key, testid: "pending" },
    h("h2", null, name ?? "Somebody"),
    h("p", null, "Do both of you see the same three words?"),
    wordsCard(words),
    connection.accepted_by_me
      ? h("p", { testid: "waiting" }, "You said yes. Waiting for the other side …")
      : h("button", { class: "primary", testid: "accept", onclick: act("accept") }, "Same words – connect"),
    role === "requester"
      ? h("button", { class: "plain", testid: "cancel", onclick: act("cancel") }, "Cancel")
      : h("button", { class: "plain", testid: "decline", onclick: act("decline") }, "Decline"),
  );
}

/** @param {App} app @param {Connection} connection @param {() => Promise<void>} reload */
function knownCard(app, connection, reload) {
  const disconnect = attempt(reload, () => app.api.post(`/api/partners/connections/${connection.id}/disconnect`));
  return h(
    "section",
    { class: "card-like", "data-key": String(connection.id), testid: "connected" },
    h("h2", null, connection.partner_name ?? "Your partner"),
    connection.session_id === null
      ? null
      : h("a", { class: "button primary", href: `/room/${encodeURIComponent(connection.session_id)}` }, "To the game"),
    connection.partner_user_id === null
      ? null
      : h(
          "a",
          {
            class: "button",
            testid: "how-we-fit",
            href: `/partners/${encodeURIComponent(connection.partner_user_id)}`,
          },
          "How you fit",
        ),
    h(
      "details",
      null,
      h("summary", null, "More"),
      h("button", { class: "plain", testid: "disconnect", onclick: disconnect }, "Disconnect"),
    ),
  );
}

/**
 * @param {() => Promise<void>} reload
 * @param {() => Promise<unknown>} act
 * @returns {() => Promise<void>}
 */
function attempt(reload, act) {
  return async () => {
    try {
      await act();
    } catch (error) {
      notify(explain(error));
    }
    await reload();
  };
}
