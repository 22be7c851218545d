/**
 * Without a connection there is little to see: the page says so, looks again by itself, and leads to the questions, which
 * go on without one.
 * @module
 */

import { h, render } from "../ui/dom.js";
import { _, ngettext } from "../ui/tongue.js";

/** @typedef {import("../app.js").Screen} Screen */

const LOOKS_AFTER_S = [8, 15, 30, 60];
const LOOK_PATIENCE_MS = 5000;

/** Does the browser know for certain that there is no network? */
export function isOffline() {
  return navigator.onLine === false;
}

/** @type {Screen} */
export const offlineScreen = (root, app) => {
  let looks = 0;
  let left = LOOKS_AFTER_S[0] ?? 0;
  let looking = false;
  const look = async () => {
    looking = true;
    draw();
    const there = await reachable();
    looking = false;
    if (!here) return;
    if (there) return app.show();
    left = LOOKS_AFTER_S[Math.min(++looks, LOOKS_AFTER_S.length - 1)] ?? 0;
    draw();
  };
  const draw = () => render(root, view(left, looking, () => void look()));
  const timer = setInterval(() => {
    if (looking) return;
    left -= 1;
    if (left <= 0) void look();
    else draw();
  }, 1000);
  let here = true;
  const now = () => void look();
  addEventListener("online", now);
  draw();
  return () => {
    here = false;
    clearInterval(timer);
    removeEventListener("online", now);
  };
};

/** @param {number} left @param {boolean} looking @param {() => void} look */
function view(left, looking, look) {
  return h(
    "section",
    { class: "fill", testid: "offline" },
    h(
      "div",
      { class: "calm" },
      h("div", { class: "card-back rest", "aria-hidden": true }),
      h("h1", { tabindex: -1 }, _("No connection just now")),
      h("p", null, _("Your evening is safe and waits. This page looks again by itself.")),
      h(
        "p",
        { class: "quiet" },
        looking ? _("Looking …") : ngettext("Next look in {n} second", "Next look in {n} seconds", left),
      ),
    ),
    h(
      "div",
      { class: "stack" },
      h("button", { type: "button", class: "primary", testid: "look-now", onclick: look }, _("Look now")),
      h("a", { class: "button plain", href: "/survey", testid: "questions-offline" }, _("Go on with the questions")),
    ),
  );
}

/** Any answer of the server's will do. @returns {Promise<boolean>} */
async function reachable() {
  try {
    await fetch("/health/live", { cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(LOOK_PATIENCE_MS) });
    return true;
  } catch {
    return false;
  }
}
