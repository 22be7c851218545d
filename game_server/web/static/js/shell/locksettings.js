/**
 * Switching the app lock on and off.
 * @module
 */

import { ApiError } from "../api.js";
import { h } from "../ui/dom.js";
import { choice, field, form, problemPlace, text } from "../ui/forms.js";
import { icon } from "../ui/icon.js";
import { notify } from "../ui/notices.js";
import { _, ngettext } from "../ui/tongue.js";
import { canSeal } from "./lock.js";
import { wrong } from "./lockscreen.js";
import { fault, LONGEST } from "./pin.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./lock.js").Kept} Kept */
/** @typedef {import("./lock.js").Outcome} Outcome */

const MINUTE_S = 60;
const AFTER_S = [0, MINUTE_S, 2 * MINUTE_S, 5 * MINUTE_S, 15 * MINUTE_S];
const USUAL_S = 2 * MINUTE_S;

/** @param {App} app @param {boolean} passkeys @param {() => void} draw */
export function lockSection(app, passkeys, draw) {
  const { lock } = app.shell;
  const kept = lock.kept();
  return h(
    "section",
    { class: "card-like", id: "lock-settings", testid: "lock-settings" },
    h("h2", null, icon("lock"), _("App lock")),
    kept !== null ? on(app, kept, passkeys, draw) : canSeal() ? off(app, draw) : h("p", { testid: "cannot-lock" }, _("This browser can lock only pages that come over https.")),
  );
}

/** @param {App} app @param {() => void} draw */
function off(app, draw) {
  const identity = app.identities.current();
  if (identity === null) return null;
  const anonymous = identity.kind === "anonymous";
  return form(
    { class: "stack", "data-key": "lock-off", testid: "lock-form" },
    async (data) => {
      const pin = text(data, "pin");
      judge(pin, text(data, "pin-again"));
      if (identity.kind === "user") app.identities.save({ ...identity, remember: true }); // what is sealed stays in this browser
      await app.shell.lock.set(pin, { kind: identity.kind, after: Number(data.get("after")) });
      notify(_("It is locked from now on."));
      draw();
    },
    h("p", null, _("A PIN, or your face or finger, opens what this browser keeps of you. It is asked for at the start, and when you come back.")),
    anonymous
      ? h("p", { class: "quiet", testid: "lock-warning" }, _("You play without an account: a PIN that is forgotten cannot be replaced, and your games and answers would be lost. With an account you could sign in again."))
      : h("p", { class: "quiet" }, _("If you forget the PIN you sign in again. You stay signed in on this phone while it is locked.")),
    pinField("pin", _("PIN"), "new-password", _("6 to 12 digits")),
    pinField("pin-again", _("The same again"), "new-password"),
    choice("radio", "after", _("Ask after"), AFTER_S.map((each) => ({ value: String(each), label: afterWords(each) })), [String(USUAL_S)]),
    problemPlace(),
    h("button", { class: "primary", testid: "lock-on" }, _("Lock with this PIN")),
  );
}

/** @param {App} app @param {Kept} kept @param {boolean} passkeys @param {() => void} draw */
function on(app, kept, passkeys, draw) {
  const { lock } = app.shell;
  const rest = (/** @type {Event} */ event) => {
    lock.wait(Number(/** @type {HTMLInputElement} */ (event.target).value));
    draw();
  };
  return h(
    "div",
    { class: "stack", "data-key": "lock-on" },
    h("p", { testid: "lock-state" }, kept.passkey === null ? _("Locked with a PIN.") : _("Locked with a PIN, and with your face or finger.")),
    choice("radio", "after", _("Ask after"), AFTER_S.map((each) => ({ value: String(each), label: afterWords(each) })), [String(kept.after)], rest),
    h("p", { class: "quiet" }, _("While a game is open, Pause and Stop work on the locked screen too.")),
    h("button", { type: "button", testid: "lock-now", onclick: () => app.shell.lockNow() }, _("Lock now")),
    kept.passkey === null ? (passkeys ? withPasskey(app, draw) : null) : withoutPasskey(app, draw),
    switchOff(app, draw),
  );
}

/** @param {App} app @param {() => void} draw */
function withPasskey(app, draw) {
  return h(
    "details",
    { "data-key": "passkey" },
    h("summary", null, _("Use face or finger")),
    form(
      { class: "stack", testid: "passkey-form" },
      async (data) => {
        const outcome = await app.shell.lock.addPasskey(text(data, "passkey-pin"));
        if (outcome.t === "unable") throw refused("passkey-pin", _("This phone’s passkeys cannot keep a secret for a page. The PIN stays."));
        judged(app, outcome, "passkey-pin");
        draw();
      },
      pinField("passkey-pin", _("Your PIN"), "current-password"),
      problemPlace(),
      h("button", { testid: "passkey-on" }, _("Make a passkey")),
    ),
  );
}

/** @param {App} app @param {() => void} draw */
function withoutPasskey(app, draw) {
  const drop = () => {
    app.shell.lock.dropPasskey();
    draw();
  };
  return h("button", { type: "button", class: "plain", testid: "passkey-off", onclick: drop }, _("The PIN alone, no face or finger"));
}

/** @param {App} app @param {() => void} draw */
function switchOff(app, draw) {
  return h(
    "details",
    { "data-key": "switch-off" },
    h("summary", { testid: "lock-off-open" }, _("Switch the lock off")),
    form(
      { class: "stack", testid: "lock-off-form" },
      async (data) => {
        judged(app, await app.shell.lock.off(text(data, "off-pin")), "off-pin");
        draw();
      },
      pinField("off-pin", _("Your PIN"), "current-password"),
      problemPlace(),
      h("button", { testid: "lock-off" }, _("Switch it off")),
    ),
  );
}

/** @param {string} name @param {string} label @param {string} autocomplete @param {string} [hint] */
function pinField(name, label, autocomplete, hint) {
  return field(label, { name, type: "password", inputmode: "numeric", autocomplete, maxlength: LONGEST, required: true }, hint);
}

/** @param {number} seconds */
function afterWords(seconds) {
  return seconds === 0 ? _("At once") : ngettext("{n} minute", "{n} minutes", seconds / MINUTE_S);
}

/** @param {string} pin @param {string} again */
function judge(pin, again) {
  const unfit = fault(pin);
  if (unfit === "easy") throw refused("pin", _("That is one of the first that anybody would try. Please take another."));
  if (unfit !== null) throw refused("pin", _("Please take 6 to 12 digits."));
  if (pin !== again) throw refused("pin-again", _("These two are not the same."));
}

/** @param {App} app @param {Outcome} outcome @param {string} name of the field */
function judged(app, outcome, name) {
  if (outcome.t === "dropped") return app.shell.drop();
  if (outcome.t === "later") throw refused(name, _("That was tried too often. Please wait a little."));
  if (outcome.t === "wrong") throw refused(name, wrong(outcome.left));
}

/** @param {string} name @param {string} words */
function refused(name, words) {
  return new ApiError(422, "invalid", words, { [name]: words });
}
