/**
 * How somebody wants to be told while the app is closed: what may stand on a lock screen, and when nothing may come.
 * @module
 */

import { h } from "../ui/dom.js";
import { choice, field, form, problemPlace, text, tick } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../app.js").App} App */
/**
 * @typedef {object} Preferences
 * @property {"discreet" | "normal" | "off" | null} [push]
 * @property {{from: string, to: string} | null} [quiet_hours]
 * @property {string | null} [time_zone]
 */

const PUSH = [
  {
    value: "discreet",
    label: _("Discreetly"),
    hint: _("“Something is waiting for you.” Never what, never from whom."),
  },
  {
    value: "normal",
    label: _("With what it is about"),
    hint: _("“It is your turn.” No names, no cards, nothing of your answers."),
  },
  { value: "off", label: _("Not at all"), hint: _("You find everything here when you come back.") },
];
const NIGHT = { from: "22:00", to: "07:00" };

/** @param {App} app @param {Preferences} preferences as they are kept */
export function reachForm(app, preferences) {
  const quiet = preferences.quiet_hours ?? null;
  const { from, to } = quiet ?? NIGHT;
  return form(
    { class: "card-like", testid: "reach" },
    (data) => save(app, data),
    h("h2", null, _("While the app is closed")),
    h("p", { class: "quiet" }, _("Your phone may tell you, if you allowed it there.")),
    h("div", { class: "single" }, choice("radio", "push", _("Tell me"), PUSH, [preferences.push ?? "discreet"])),
    tick("quiet", _("Not in these hours"), { required: false, checked: quiet !== null }),
    h(
      "div",
      { class: "row" },
      field(_("From"), { name: "from", type: "time", value: from, required: true }),
      field(_("To"), { name: "to", type: "time", value: to, required: true }),
    ),
    problemPlace(),
    h("button", { class: "primary", testid: "save-reach" }, _("Save")),
  );
}

/** @param {App} app @param {FormData} data */
async function save(app, data) {
  const quiet = data.get("quiet") === null ? null : { from: text(data, "from"), to: text(data, "to") };
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  await app.api.patch("/api/me", {
    notification_preferences: { push: text(data, "push"), quiet_hours: quiet, time_zone: timeZone },
  });
  notify(_("Saved. It holds from now on."));
}
