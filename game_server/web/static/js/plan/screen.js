/**
 * "Your plan": what is used and left today, the plans, what premium changes, what is never paid for, and where to buy.
 *
 * A purchase is made in the app, at the phone's own store; this page shows what the server knows of it.
 * @module
 */

import { ApiError } from "../api.js";
import { backLink } from "../ui/back.js";
import { h } from "../ui/dom.js";
import { explain, presses } from "../ui/forms.js";
import { loading } from "../ui/loading.js";
import { notify } from "../ui/notices.js";
import { polling } from "../ui/polling.js";
import { promises } from "../ui/promises.js";
import { BOTH, COUNTED, day, FREE_FOR_ALL, NO_LIMIT, periodOf, price, PREMIUM, STORES } from "./words.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/**
 * @typedef {object} Subscription
 * @property {"free" | "premium"} tier
 * @property {string | null} expires_at
 * @property {"ios" | "android" | null} platform
 * @property {number} used
 * @property {number} limit
 * @property {number | null} remaining null: no limit
 * @property {string} resets_at
 * @property {boolean} billing_issue
 */
/** @typedef {import("./words.js").Plan} Plan */
/** @typedef {{mine: Subscription, plans: Plan[]}} Loaded */

const POLL_MS = 5000;

/** @type {Screen} */
export const planScreen = (root, app) => {
  if (app.identities.current()?.kind !== "user") return loading(root, heading, async () => withoutAccount());
  /** @type {() => Promise<void>} */
  let again = async () => {};
  const leave = loading(root, heading, async (draw) => {
    const { items } = await app.api.get("/api/subscription/plans");
    const now = async () => page(app, { mine: await app.api.get("/api/subscription"), plans: items }, again);
    again = async () => draw(await now());
    return now();
  });
  const stop = polling(POLL_MS, () => again().catch(ignoredApiError)); // the store may tell the server later than the buyer
  return () => {
    stop();
    leave();
  };
};

/** @param {unknown} error what is shown may be old for a moment */
function ignoredApiError(error) {
  if (!(error instanceof ApiError)) throw error;
}

function heading() {
  return h("header", null, backLink(), h("h1", null, "Your plan"));
}

/** @param {App} app @param {Loaded} loaded @param {() => Promise<void>} again */
function page(app, { mine, plans }, again) {
  const premium = mine.tier === "premium";
  return h(
    "div",
    { testid: "plan" },
    mine.billing_issue ? billing(mine) : null,
    today(mine),
    premium ? yours(mine) : null,
    offer(plans, premium),
    never(),
    restore(app, again),
  );
}

/** @param {Subscription} mine */
function today({ used, limit, remaining, resets_at: resets }) {
  const left = remaining === null ? NO_LIMIT : `${remaining} of ${limit} left`;
  return h(
    "section",
    { class: "card-like", testid: "today" },
    h("h2", null, "Today"),
    h("p", { testid: "left-today" }, remaining === null ? NO_LIMIT : `${used} played, ${left}.`),
    remaining === null
      ? null
      : h("progress", { max: limit, value: Math.min(used, limit), "aria-label": `Cards of today: ${left}` }),
    remaining === null ? null : h("p", { class: "quiet", testid: "resets" }, `New cards from ${day(resets)}. ${COUNTED}`),
  );
}

/** @param {Subscription} mine */
function yours({ expires_at: until, platform, billing_issue: unpaid }) {
  const lasts = unpaid ? "Without a payment it ends" : "Paid until";
  return h(
    "section",
    { class: "card-like", testid: "premium" },
    h("h2", null, "You have premium"),
    h("p", null, until === null ? "It has no end." : `${lasts} ${day(until)}.`),
    h("p", null, BOTH),
    platform === null ? null : h("p", { class: "quiet" }, STORES[platform].change),
  );
}

/** @param {Subscription} mine */
function billing({ platform, tier }) {
  return h(
    "p",
    { class: "problem", role: "status", testid: "billing-issue" },
    "The store could not take the last payment. ",
    tier === "premium" ? "You keep premium for now. " : "Premium rests until it can. ",
    platform === null ? "Please look into your store's settings." : STORES[platform].pay,
  );
}

/** @param {Plan[]} plans @param {boolean} premium */
function offer(plans, premium) {
  return h(
    "section",
    { class: "card-like", testid: "plans" },
    h("h2", null, premium ? "The plans" : "Premium"),
    promises(PREMIUM),
    h(
      "dl",
      { class: "settings" },
      plans.map((plan) =>
        h("div", { testid: `plan-${plan.product_id}` }, h("dt", null, periodOf(plan)), h("dd", null, price(plan))),
      ),
    ),
    h("p", { class: "quiet" }, STORES.ios.buy),
    h("p", { class: "quiet" }, STORES.android.buy),
  );
}

function never() {
  return h(
    "section",
    { class: "card-like", testid: "never-paid" },
    h("h2", null, "Never paid for"),
    promises(FREE_FOR_ALL),
  );
}

/** @param {App} app @param {() => Promise<void>} again */
function restore(app, again) {
  const ask = presses(async () => {
    try {
      const { tier } = await app.api.post("/api/subscription/restore");
      notify(tier === "premium" ? "Found: you have premium." : "The stores know of no purchase that still runs.");
      await again();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      notify(explain(error));
    }
  });
  return h(
    "section",
    { class: "card-like" },
    h("p", null, "Bought it already, on another phone or before?"),
    h("button", { testid: "restore", onclick: ask }, "Look for my purchases"),
  );
}

function withoutAccount() {
  return [
    h(
      "section",
      { class: "card-like", testid: "plan-without-account" },
      h("p", null, "You play without an account: each day has its free cards. With a partner who has premium there is no limit for you either."),
      h("p", { class: "quiet" }, "To buy premium yourself, sign up first: a purchase belongs to an account."),
    ),
    never(),
  ];
}
