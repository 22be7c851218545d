/**
 * Partners of an account: who is connected, requests on their way, and a new link to connect.
 * @module
 */

import { ApiError } from "../api.js";
import { h, render } from "../ui/dom.js";
import { explain, presses } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { polling } from "../ui/polling.js";
import { serverNow } from "../ui/servertime.js";
import { everySecond } from "../ui/time.js";
import { _ } from "../ui/tongue.js";
import { box, goto } from "../ui/rows.js";
import { signUp } from "../account/signup.js";
import { blockedPeople } from "./blocked.js";
import { invitationCard, wordsCard } from "./invitation.js";
import { dropInvitation, invitationOf, keepInvitation } from "./joins.js";
import { pairOf } from "./pair.js";

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
  /** @type {Connection[] | null} */
  let connections = null;
  let reachable = true;
  const draw = () =>
    render(root, heading(), reachable ? null : notReached(), page(app, connections, reload), blocked.view());
  const blocked = blockedPeople(app, () => draw());
  const reload = async () => {
    if (app.identities.current()?.kind !== "user") return;
    try {
      connections = (await app.api.get("/api/partners/connections")).items;
      reachable = true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      reachable = false;
    }
    draw();
  };
  draw();
  void blocked.load();
  const stopPoll = polling(POLL_MS, reload);
  const stopTick = everySecond(draw);
  return () => {
    stopPoll();
    stopTick();
  };
};

function notReached() {
  return h(
    "p",
    { class: "problem", role: "status", testid: "not-reached" },
    _("The server cannot be reached. What you see here may be old; we keep trying."),
  );
}

function heading() {
  return h("header", null, h("h1", null, _("Partners")));
}

/** @param {App} app @param {Connection[] | null} connections null: not heard yet @param {() => Promise<void>} reload */
function page(app, connections, reload) {
  if (app.identities.current()?.kind !== "user")
    return signUp(app, _("Partners are remembered for accounts only: with one the two of you find each other here for every evening."));
  if (connections === null) return h("p", { class: "quiet" }, _("One moment …"));
  const open = connections.filter((each) => each.status === "pending");
  const known = connections.filter((each) => each.status === "accepted");
  const connect = attempt(reload, () => invite(app));
  return h(
    "div",
    null,
    open.map((each) => pendingCard(app, each, reload)),
    known.map((each) => knownCard(app, each)),
    known.length + open.length === 0 ? h("p", { class: "quiet" }, _("Nobody yet.")) : null,
    h(
      "button",
      { class: known.length + open.length === 0 ? "primary" : "", testid: "connect", onclick: connect },
      _("Connect with somebody"),
    ),
    box("lasting", null, [goto({ testid: "to-bonds", href: "/bonds", sign: "us", title: _("Bonds"), hint: _("What lasts: agreements, plans, words") })]),
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
    await app.api.post(`/api/partners/connections/${id}/cancel`).catch(unlessOver);
    await invite(app);
  });
  const invitation = invitationOf(key);
  if (role === "requester" && !connection.claimed) {
    return h(
      "section",
      { class: "stack", "data-key": key, testid: "pending" },
      invitationCard(invitation, serverNow(), again),
      h("button", { class: "plain", testid: "cancel", onclick: act("cancel") }, _("Cancel this request")),
    );
  }
  return h(
    "section",
    { class: "box", "data-key": key, testid: "pending" },
    h("h2", null, name ?? _("Somebody")),
    h("p", null, _("Do both of you see the same three words?")),
    wordsCard(words),
    connection.accepted_by_me
      ? h("p", { testid: "waiting" }, _("You said yes. Waiting for the other side …"))
      : h("button", { class: "primary", testid: "accept", onclick: act("accept") }, _("Same words – connect")),
    role === "requester"
      ? h("button", { class: "plain", testid: "cancel", onclick: act("cancel") }, _("Cancel"))
      : h("button", { class: "plain", testid: "decline", onclick: act("decline") }, _("Decline")),
  );
}

/** What has run out or is over needs no cancelling. @param {unknown} error */
function unlessOver(error) {
  if (!(error instanceof ApiError && (error.status === 410 || error.status === 409))) throw error;
}

/** @param {App} app @param {Connection} connection */
function knownCard(app, { id, partner_name, partner_user_id: partner, session_id: session }) {
  const name = partner_name ?? _("Your partner");
  return h(
    "section",
    { class: "box", "data-key": String(id), testid: "connected" },
    h("header", { class: "with-pair" }, pairOf(app.identities.current()?.name ?? "", name), h("h2", null, name)),
    session === null
      ? null
      : h("a", { class: "button primary", href: `/room/${encodeURIComponent(session)}` }, _("To the game")),
    partner === null
      ? null
      : h(
          "ul",
          { class: "rows" },
          goto({
            testid: "how-we-fit",
            href: `/partners/${encodeURIComponent(partner)}`,
            sign: "us",
            title: _("You and {name}", { name }),
            hint: _("What you both say yes to, your cards, and how to part"),
          }),
        ),
  );
}

/**
 * A button's act, and then the list anew; what did not work is said.
 * @param {() => Promise<void>} reload
 * @param {() => Promise<unknown>} act
 */
function attempt(reload, act) {
  return presses(async () => {
    try {
      await act();
    } catch (error) {
      notify(explain(error));
    }
    await reload();
  });
}
