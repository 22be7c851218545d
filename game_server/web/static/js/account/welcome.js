/**
 * The first screen: adults only, then play without an account, sign in or register.
 * @module
 */

import { field, form, problemPlace, text, tick } from "../ui/forms.js";
import { h, render } from "../ui/dom.js";
import { announce, notify } from "../ui/notices.js";
import { _ } from "../ui/tongue.js";
import { languageChoice } from "./language.js";
import { playAnonymously } from "./anonymous.js";
import { login, register, requestReset } from "./login.js";
import { privacy } from "./privacy.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {"anonymous" | "login" | "register" | "forgotten"} Way */
/** @typedef {(way: Way, told?: string | null) => void} Choose told: what stays on the screen until another way is chosen */

/**
 * @param {boolean} invited somebody's link brought them here
 * @returns {Screen}
 */
export function welcomeScreen(invited) {
  return (root, app) => {
    /** @type {Way} */
    let way = app.first ?? (app.identities.ended?.kind === "user" ? "login" : "anonymous");
    app.first = null;
    /** What has to be done in the mail first. @type {string | null} */
    let mailed = null;
    const draw = () =>
      render(
        root,
        h(
          "div",
          { class: "welcome", "data-way": way },
          greeting(invited),
          h("div", { class: "stack" }, signedOut(app), sent(mailed), formOf(way, app, choose), ways(way, choose), privacy(), languageChoice(app)),
        ),
      );
    /** @type {Choose} */
    const choose = (next, told = null) => {
      way = next;
      mailed = told;
      draw();
      /** @type {HTMLElement | null} */ (root.querySelector("form input"))?.focus(); // the button that was pressed is gone
      announce(told ?? "");
    };
    draw();
    return () => {};
  };
}

/** @param {boolean} invited */
function greeting(invited) {
  return h(
    "header",
    { class: "greeting", testid: "greeting" },
    h("div", { class: "fan", "aria-hidden": true }, h("i", null), h("i", null)),
    h("h1", null, "Attuned"),
    h("p", { class: "motto" }, invited ? _("Somebody would like to play with you.") : _("Closer, one card at a time.")),
    h(
      "p",
      { class: "quiet" },
      _("For two consenting adults, on two phones or one. Either of you may pause or stop at any moment, without a reason."),
    ),
  );
}

/** Whoever is here again without having left hears why, and what became of their answers. @param {App} app */
function signedOut({ identities: { ended } }) {
  if (ended === null) return null;
  const again =
    ended.kind === "user" ? _("Your login has ended. Please sign in again.") : _("The server no longer knows you.");
  const waits = ended.waits
    ? [" ", _("Your last answers were not saved yet; they wait for you in this browser, for a week.")]
    : null;
  return h("p", { class: "card-like", role: "status", testid: "signed-out" }, again, waits);
}

/** It stays: nobody reads a mail in the seconds that a notice is shown. @param {string | null} told */
function sent(told) {
  return told === null ? null : h("p", { class: "card-like", testid: "about-mails" }, told);
}

/** The other ways to come in. @param {Way} way @param {Choose} choose */
function ways(way, choose) {
  const shown = way === "forgotten" ? "login" : way;
  const options = /** @type {{value: Way, label: string}[]} */ ([
    { value: "anonymous", label: _("Without an account") },
    { value: "login", label: _("Sign in") },
    { value: "register", label: _("Make an account") },
  ]);
  return h(
    "div",
    { class: "doors", role: "group", "aria-label": _("Other ways to come in"), testid: "ways" },
    options
      .filter(({ value }) => value !== shown)
      .map(({ value, label }) =>
        h("button", { class: "plain", type: "button", testid: `way-${value}`, onclick: () => choose(value) }, label),
      ),
  );
}

/** @param {Way} way @param {App} app @param {Choose} choose */
function formOf(way, app, choose) {
  switch (way) {
    case "anonymous":
      return anonymousForm(app);
    case "login":
      return loginForm(app, choose);
    case "register":
      return registerForm(app, choose);
    case "forgotten":
      return forgottenForm(app, choose);
  }
}

const adultTick = () => tick("adult", _("I am an adult (18 or older, and of full age where I live)."));

/** @param {App} app */
function anonymousForm(app) {
  return form(
    { class: "card-like", "data-key": "anonymous" },
    async () => {
      await playAnonymously(app.api);
      app.show();
    },
    adultTick(),
    h("p", { class: "quiet" }, _("No e-mail, no password. Only this browser can come back as you.")),
    problemPlace(),
    h("button", { class: "primary", testid: "play-anonymously" }, _("Begin without an account")),
  );
}

/** @param {App} app @param {Choose} choose */
function loginForm(app, choose) {
  return form(
    { class: "card-like", "data-key": "login" },
    async (data) => {
      await login(app.api, text(data, "email"), String(data.get("password")), data.has("remember"));
      app.show();
    },
    emailField(),
    field(_("Password"), { name: "password", type: "password", autocomplete: "current-password", required: true }),
    tick("remember", _("Keep me signed in on this browser"), { required: false }),
    problemPlace(),
    h("button", { class: "primary", testid: "sign-in" }, _("Sign in")),
    h(
      "button",
      { class: "plain", type: "button", testid: "forgotten", onclick: () => choose("forgotten") },
      _("Forgotten the password?"),
    ),
  );
}

/** @param {App} app @param {Choose} choose */
function registerForm(app, choose) {
  return form(
    { class: "card-like", "data-key": "register" },
    async (data) => {
      const done = await register(app.api, text(data, "email"), String(data.get("password")), data.has("remember"));
      if (!done.here) return choose("login", done.notice);
      if (done.notice) notify(done.notice, "about-mails");
      app.show();
    },
    emailField(),
    field(
      _("Password"),
      { name: "password", type: "password", autocomplete: "new-password", minlength: 8, required: true },
      _("At least 8 characters."),
    ),
    adultTick(),
    tick("remember", _("Keep me signed in on this browser"), { required: false }),
    problemPlace(),
    h("button", { class: "primary", testid: "register" }, _("Make the account")),
  );
}

/** @param {App} app @param {Choose} choose */
function forgottenForm(app, choose) {
  return form(
    { class: "card-like", "data-key": "forgotten" },
    async (data) => {
      choose("login", await requestReset(app.api, text(data, "email")));
    },
    emailField(),
    problemPlace(),
    h("button", { class: "primary", testid: "send-reset" }, _("Send me a mail to choose a new password")),
    h("button", { class: "plain", type: "button", onclick: () => choose("login") }, _("Back")),
  );
}

function emailField() {
  return field(_("E-mail"), { name: "email", type: "email", autocomplete: "email", required: true });
}
