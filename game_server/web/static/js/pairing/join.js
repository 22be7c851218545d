/**
 * Where a link leads: looking at it uses nothing up, the button does.
 * @module
 */

import { ApiError } from "../api.js";
import { h, render } from "../ui/dom.js";
import { problemPlace, submits } from "../ui/forms.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {{requester_name: string, expires_at: string}} Preview */

/** @param {string} token @returns {Screen} */
export function joinScreen(token) {
  return (root, app) => {
    let here = true;
    render(root, h("p", { class: "quiet" }, "One moment …"));
    void preview(app, token).then((found) => {
      if (here) render(root, ...(found === null ? gameLink(app, token) : connectionLink(app, token, found)));
    });
    return () => {
      here = false;
    };
  };
}

/**
 * Is it a link between two accounts? Everything else is tried as a link into a game.
 * @param {App} app
 * @param {string} token
 * @returns {Promise<Preview | null>}
 */
async function preview(app, token) {
  try {
    return await app.api.postAsNobody("/api/partners/connections/preview", { token });
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}

/** @param {App} app @param {string} token */
function gameLink(app, token) {
  const onsubmit = submits(async () => {
    const answer = await app.api.post("/api/sessions/join", { token });
    app.navigate(`/room/${encodeURIComponent(answer.session_id)}`, { replace: true });
  });
  return [
    h("h1", null, "You are invited"),
    h(
      "p",
      null,
      "You will see your partner's name and three words first. Nothing starts before both of you are ready.",
    ),
    h(
      "form",
      { class: "card-like", onsubmit },
      problemPlace(),
      h("button", { class: "primary", testid: "join" }, "Join the game"),
      h("a", { class: "button plain", href: "/" }, "Not now"),
    ),
  ];
}

/** @param {App} app @param {string} token @param {Preview} found */
function connectionLink(app, token, found) {
  const user = app.identities.current()?.kind === "user";
  const onsubmit = submits(async () => {
    await app.api.post("/api/partners/connections/claim", { token });
    app.navigate("/partners", { replace: true });
  });
  return [
    h("h1", null, "Connect accounts"),
    h(
      "p",
      null,
      h("strong", null, found.requester_name),
      " would like to connect with you and remember you as a partner.",
    ),
    user
      ? null
      : h(
          "p",
          { testid: "needs-account" },
          "This needs an account. Sign out of anonymous play and register, then open the link again.",
        ),
    h(
      "form",
      { class: "card-like", onsubmit },
      problemPlace(),
      user ? h("button", { class: "primary", testid: "claim" }, "Look at the words") : null,
      h("a", { class: "button plain", href: "/" }, "Not now"),
    ),
  ];
}
