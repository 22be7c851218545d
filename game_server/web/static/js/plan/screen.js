/**
 * "Your plan": what is used and left today, the plans, what premium changes, what is never paid for, and where to buy.
 *
 * A purchase is made in the app, at the phone's own store; this page shows what the server knows of it.
 * @module
 */

import { ApiError } from "../api.js";
import { signUp } from "../account/signup.js";
import { backLink } from "../ui/back.js";
import { h } from "../ui/dom.js";
import { explain, presses } from "../ui/forms.js";
import { loading } from "../ui/loading.js";
import { notify } from "../ui/notices.js";
import { polling } from "../ui/polling.js";
import { promises } from "../ui/promises.js";
import { moment } from "../ui/time.js";
import { BOTH, COUNTED, FREE_FOR_ALL, NO_LIMIT, periodOf, price, PREMIUM, STORES } from "./words.js";
import { _ } from "../ui/tongue.js";

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
  if (app.identities.current()?.kind !== "user") return loading(root, heading, async () => withoutAccount(app));
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
  return h("header", null, backLink(), h("h1", null, _("Your plan")));
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
  const counts = { used, limit, remaining: remaining ?? limit };
  return h(
    "section",
    { class: "card-like", testid: "today" },
    h("h2", null, _("Today")),
    h(
      "p",
      { testid: "left-today" },
      remaining === null ? NO_LIMIT : _("{used} played, {remaining} of {limit} left.", counts),
    ),
    remaining === null
      ? null
      : h("progress", {
          max: limit,
          value: Math.min(used, limit),
          "aria-label": _("Cards of today: {remaining} of {limit} left", counts),
        }),
    remaining === null
      ? null
      : h("p", { class: "quiet", testid: "resets" }, _("New cards from {day}.", { day: moment(resets) }), " ", COUNTED),
  );
}

/** @param {Subscription} mine */
function yours({ expires_at: until, platform, billing_issue: unpaid }) {
  return h(
    "section",
    { class: "card-like", testid: "premium" },
    h("h2", null, _("You have premium")),
    h("p", null, until === null ? _("It has no end.") : lasts(moment(until), unpaid)),
    h("p", null, BOTH),
    platform === null ? null : h("p", { class: "quiet" }, STORES[platform].change),
  );
}

/** @param {string} when @param {boolean} unpaid */
function lasts(when, unpaid) {
  return unpaid ? _("Without a payment it ends {day}.", { day: when }) : _("Paid until {day}.", { day: when });
}

/** @param {Subscription} mine */
function billing({ platform, tier }) {
  return h(
    "p",
    { class: "problem", role: "status", testid: "billing-issue" },
    _("The store could not take the last payment."),
    " ",
    tier === "premium" ? _("You keep premium for now.") : _("Premium rests until it can."),
    " ",
    platform === null ? _("Please look into your store's settings.") : STORES[platform].pay,
  );
}

/** @param {Plan[]} plans @param {boolean} premium */
function offer(plans, premium) {
  return h(
    "section",
    { class: "card-like", testid: "plans" },
    h("h2", null, premium ? _("The plans") : _("Premium")),
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
    h("h2", null, _("Never paid for")),
    promises(FREE_FOR_ALL),
  );
}

/** @param {App} app @param {() => Promise<void>} again */
function restore(app, again) {
  const ask = presses(async () => {
    try {
      const { tier } = await app.api.post("/api/subscription/restore");
      notify(tier === "premium" ? _("Found: you have premium.") : _("The stores know of no purchase that still runs."));
      await again();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      notify(explain(error));
    }
  });
  return h(
    "section",
    { class: "card-like" },
    h("p", null, _("Bought it already, on another phone or before?")),
    h("button", { testid: "restore", onclick: ask }, _("Look for my purchases")),
  );
}

/** @param {App} app */
function withoutAccount(app) {
  return [
    h(
      "section",
      { class: "card-like", testid: "plan-without-account" },
      h(
        "p",
        null,
        _(
          "You play without an account: each day has its free cards. With a partner who has premium there is no limit for you either.",
        ),
      ),
    ),
    signUp(app, _("To buy premium yourself, sign up first: a purchase belongs to an account.")),
    never(),
  ];
}
