/**
 * Where a link leads: looking at it uses nothing up, the button does.
 *
 * Whether a link still works, and what it opens, is what the server says. While it says nothing, the page says so too,
 * and takes the link for neither one thing nor the other.
 * @module
 */

import { ApiError } from "../api.js";
import { h, render } from "../ui/dom.js";
import { form, presses, problemPlace } from "../ui/forms.js";
import { sentence } from "../ui/sentences.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("../ui/dom.js").Child} Child */
/**
 * @typedef {object} Preview
 * @property {string} requester_name
 * @property {string} expires_at
 * @property {"connection" | "game"} [kind] a connection when it is not said
 * @property {boolean} [own] the caller has made it
 * @property {string | null} [session_id] of an own game
 */
/** @typedef {{app: App, token: string, load: () => Promise<void>, dead: () => void}} Opening */

/** @param {string} token @returns {Screen} */
export function joinScreen(token) {
  return (root, app) => {
    let here = true;
    const draw = (/** @type {Child[]} */ ...content) => here && render(root, ...content);
    const load = async () => {
      try {
        draw(...opened(opening, await app.api.post("/api/partners/connections/preview", { token })));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.code === "invalid_token") draw(...deadLink());
        else draw(...notLookedAt(error, load));
      }
    };
    const opening = { app, token, load, dead: () => void draw(...deadLink()) };
    draw(h("p", { class: "quiet" }, _("One moment …")));
    void load();
    return () => {
      here = false;
    };
  };
}

/** @param {Opening} opening @param {Preview} found */
function opened(opening, found) {
  if (found.own) return ownLink(found);
  return found.kind === "game" ? gameLink(opening, found) : connectionLink(opening, found);
}

/** @param {ApiError} error @param {() => Promise<void>} again */
function notLookedAt(error, again) {
  return [
    h("h1", null, _("Your link")),
    h(
      "section",
      { class: "card-like", testid: "link-not-looked-at" },
      h("p", { role: "alert" }, sentence(error), " ", _("Your link is not used up by trying.")),
      h("button", { class: "primary", testid: "try-again", onclick: presses(again) }, _("Try again")),
      h("a", { class: "button plain", href: "/" }, _("Not now")),
    ),
  ];
}

function deadLink() {
  return [
    h("h1", null, _("This link no longer works")),
    h(
      "section",
      { class: "card-like", testid: "dead-link" },
      h("p", { role: "alert" }, _("It was used, has run out after five minutes, or lost a piece on its way.")),
      h("p", null, _("Ask your partner for a new one. If you are in the game already, you find it on the start page.")),
      h("a", { class: "button primary", href: "/" }, _("To the start")),
    ),
  ];
}

/** @param {Preview} found */
function ownLink({ kind, session_id: id }) {
  const game = kind === "game";
  const path = game ? (id ? `/room/${encodeURIComponent(id)}` : "/") : "/partners";
  return [
    h("h1", null, _("This is your own link")),
    h(
      "section",
      { class: "card-like", testid: "own-link" },
      h("p", null, _("It works, and it is for your partner: send it to them, or let them scan it. It is not used up.")),
      h("a", { class: "button primary", href: path, testid: "to-own" }, game ? _("To your game") : _("To your partners")),
    ),
  ];
}

/**
 * The button's act: what the link opens, or that it has died meanwhile.
 * @param {Opening} opening
 * @param {(sent: HTMLFormElement) => Promise<void>} act
 */
function using({ dead }, act) {
  return async (/** @type {FormData} */ _data, /** @type {HTMLFormElement} */ sent) => {
    try {
      await act(sent);
    } catch (error) {
      if (!(error instanceof ApiError && (error.code === "invalid_token" || error.code === "expired"))) throw error;
      dead();
    }
  };
}

/** @param {Opening} opening @param {Preview} found */
function gameLink(opening, found) {
  const { app, token } = opening;
  const act = using(opening, async (sent) => {
    const answer = await app.api.post("/api/sessions/join", { token });
    app.goOn(sent, `/room/${encodeURIComponent(answer.session_id)}`, { replace: true });
  });
  const { requester_name: name } = found;
  return called(
    _("{name} would like to play with you", { name }),
    _("You will see three words to compare first. Nothing starts before both of you are ready."),
    form(
      { class: "stack" },
      act,
      problemPlace(),
      h("button", { class: "primary", testid: "join" }, _("Join the game")),
      h("a", { class: "button plain", href: "/" }, _("Not now")),
    ),
  );
}

/** Somebody calls, and it is this page that says so. @param {string} title @param {string} text @param {...Child} inside */
function called(title, text, ...inside) {
  return [h("section", { class: "hero", testid: "call" }, h("h1", null, title), h("p", null, text), ...inside)];
}

/** @param {Opening} opening @param {Preview} found */
function connectionLink(opening, found) {
  const { app, token } = opening;
  const user = app.identities.current()?.kind === "user";
  const act = using(opening, async (sent) => {
    await app.api.post("/api/partners/connections/claim", { token });
    app.goOn(sent, "/partners", { replace: true });
  });
  const { requester_name: name } = found;
  return called(
    _("{name} would like to connect with you", { name }),
    _("Then you find each other here for every evening. You will see three words to compare first."),
    user
      ? null
      : h("p", { testid: "needs-account" }, _("This needs an account. Sign out of anonymous play and register, then open the link again.")),
    form(
      { class: "stack" },
      act,
      problemPlace(),
      user ? h("button", { class: "primary", testid: "claim" }, _("Look at the words")) : null,
      h("a", { class: "button plain", href: "/" }, _("Not now")),
    ),
  );
}
