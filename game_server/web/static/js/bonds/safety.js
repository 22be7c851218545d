/**
 * Pauses: of oneself, for all one's bonds, and of one bond. Who paused a bond is said nowhere.
 * @module
 */

import { h } from "../ui/dom.js";
import { explain, presses } from "../ui/forms.js";
import { icon } from "../ui/icon.js";
import { notify } from "../ui/notices.js";
import { openSheet } from "../ui/sheet.js";
import { _ } from "../ui/tongue.js";
import { STATES } from "./words.js";

/** @typedef {import("./bond.js").Bond} Bond */
/** @typedef {import("./bond.js").State} State */

/** The button that stands on every screen of a bond. @param {Bond} bond @param {() => Promise<void>} changed */
export function pauseButton(bond, changed) {
  const paused = isPaused(bond);
  return h(
    "button",
    {
      class: "pausing signed",
      type: "button",
      testid: "bond-pause",
      "data-on": paused,
      onclick: (/** @type {Event} */ event) => pauseSheet(bond, changed, /** @type {Element} */ (event.currentTarget)),
    },
    icon("pause"),
    h("span", null, paused ? _("Paused") : _("Pause")),
  );
}

/** @param {Bond} bond */
function isPaused(bond) {
  return bond.view.status === "paused" || bond.me.submission_state === "paused";
}

/** @param {Bond} bond @param {() => Promise<void>} changed @param {Element} near */
function pauseSheet(bond, changed, near) {
  openSheet(near, { testid: "pausing", title: _("Pause"), no: _("Back") }, (close) => {
    const done = async () => {
      close();
      await changed();
    };
    return [
      h(
        "section",
        { class: "stack" },
        h("h3", null, _("You, in all your bonds")),
        h("p", { class: "quiet" }, _("While you pause, nothing new is asked of you and nothing runs late. You need no reason.")),
        stateChoice(bond, done),
      ),
      bondPause(bond, done),
    ];
  });
}

/**
 * How one is just now, in one tap.
 * @param {Bond} bond
 * @param {() => Promise<void>} changed
 */
export function stateChoice(bond, changed) {
  const now = bond.me.submission_state;
  return h(
    "div",
    { class: "states", role: "group", "aria-label": _("How you are just now") },
    STATES.map(({ value, label, hint }) =>
      h(
        "button",
        {
          type: "button",
          testid: `state-${value}`,
          "data-key": value,
          "aria-pressed": value === now,
          onclick: acts(changed, () => declare(bond, value)),
        },
        label,
        h("small", null, hint),
      ),
    ),
  );
}

/** @param {Bond} bond @param {State} state */
async function declare(bond, state) {
  await bond.app.api.post("/api/me/submission-state", { state });
  bond.me.submission_state = state;
}

/** @param {Bond} bond @param {() => Promise<void>} changed */
function bondPause(bond, changed) {
  if (bond.over) return null;
  const mine = bond.me.paused_by_me === true;
  const standing = bond.view.status === "paused";
  const act = acts(changed, () => bond.app.api.post(bond.api(mine ? "/resume" : "/pause")));
  return h(
    "section",
    { class: "stack", testid: "bond-pausing" },
    h("h3", null, _("This bond, for everybody in it")),
    h("p", { class: "quiet" }, standing ? standingWords(mine) : _("Nothing new is asked of anybody here. It is not shown who paused.")),
    h(
      "button",
      { type: "button", testid: mine ? "bond-resume" : "bond-halt", onclick: act },
      mine ? _("Take my pause back") : standing ? _("Pause it, too") : _("Pause the bond"),
    ),
  );
}

/** @param {boolean} mine */
function standingWords(mine) {
  return mine
    ? _("The bond is paused. When nobody’s pause stands any more, it goes on.")
    : _("The bond is paused. It goes on when whoever paused it says so.");
}

/**
 * Said and done at once; what did not work is said, and everything around shows how it is.
 * @param {() => Promise<void>} changed
 * @param {() => Promise<unknown>} act
 */
export function acts(changed, act) {
  return presses(async () => {
    try {
      await act();
      await changed();
    } catch (error) {
      notify(explain(error));
    }
  });
}
