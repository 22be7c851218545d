/**
 * A calendar and other programs: a file in, a file out, and an address by which another program keeps reading.
 * @module
 */

import { h } from "../../ui/dom.js";
import { explain, presses } from "../../ui/forms.js";
import { save } from "../../ui/files.js";
import { notify } from "../../ui/notices.js";
import { doing } from "../../ui/rows.js";
import { copy } from "../../ui/share.js";
import { openSheet } from "../../ui/sheet.js";
import { _, ngettext } from "../../ui/tongue.js";
import { uuid } from "../../ui/uuid.js";

/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("../parts.js").Here} Here */
/** @typedef {{created: number | unknown[], updated: number | unknown[], unchanged: number | unknown[], refused: {uid: string | null, reason: string}[]}} Imported */

/** Why a date of a file is not taken. @type {Readonly<Record<string, string>>} */
const REASONS = {
  unreadable: _("it could not be read"),
  no_uid: _("it has no name by which it would be known again"),
  no_start: _("it does not say when it begins"),
  time_zone: _("its time zone is unknown"),
  rule: _("it comes again by a rule that is not kept here"),
  too_long: _("it takes too long, or leaves out too much"),
  too_many: _("there are too many of them"),
  too_far: _("it is too far away"),
  twice: _("it stands in the file twice"),
  cancelled: _("it was called off"),
  not_yours: _("somebody else here keeps it"),
  task: _("it is a task’s, and is changed there"),
};

const FILE_NAME = "calendar.ics";
const TYPE = "text/calendar";

/** @param {Here} here @param {() => Promise<unknown>} reload */
export function exchangeBox({ bond }, reload) {
  return h(
    "details",
    { class: "box", testid: "exchange", "data-key": "exchange" },
    h("summary", { testid: "other-calendars" }, _("Other calendars")),
    h(
      "ul",
      { class: "rows" },
      doing({ testid: "export-calendar", sign: "out", title: _("Take it along as a file"), hint: _("For any calendar program. Titles are as you wrote them."), onclick: exports(bond) }),
      bond.may("calendar.create") ? importLine(bond, reload) : null,
      doing({
        testid: "feed",
        sign: "share",
        title: _("An address for your calendar program"),
        hint: _("Yours alone. It shows when, and what only in a word like “Date”."),
        onclick: (event) => feedSheet(bond, /** @type {Element} */ (event.currentTarget)),
      }),
    ),
  );
}

/** @param {Bond} bond */
function exports(bond) {
  return presses(async () => {
    try {
      save(await bond.app.api.file(bond.api("/calendar.ics")), FILE_NAME);
    } catch (error) {
      notify(explain(error));
    }
  });
}

/** @param {Bond} bond @param {() => Promise<unknown>} reload */
function importLine(bond, reload) {
  const take = async (/** @type {Event} */ { target }) => {
    const input = /** @type {HTMLInputElement} */ (target);
    const [file] = input.files ?? [];
    if (file === undefined) return;
    const near = /** @type {Element} */ (input.closest("li"));
    try {
      const told = await bond.app.api.createAs(bond.api("/calendar/import"), new Blob([file], { type: TYPE }), uuid());
      resultSheet(near, told);
      await reload();
    } catch (error) {
      notify(explain(error));
    }
    input.value = "";
  };
  return h(
    "li",
    { "data-key": "import-calendar", testid: "import-line" },
    h(
      "label",
      { class: "goto file-line" },
      h("input", { class: "unseen", type: "file", accept: `.ics,${TYPE}`, name: "calendar", testid: "import-calendar", onchange: take }),
      h("span", { class: "about" }, h("span", null, _("Bring dates in from a file"), h("small", null, _("An .ics file. What comes twice is changed, not doubled.")))),
    ),
  );
}

/** @param {number | readonly unknown[]} many */
function count(many) {
  return typeof many === "number" ? many : many.length;
}

/** @param {Element} near @param {Imported} told */
function resultSheet(near, { created, updated, unchanged, refused }) {
  openSheet(near, { testid: "imported", title: _("Brought in"), no: _("Good") }, () => [
    h(
      "ul",
      { class: "promises" },
      h("li", { testid: "imported-new" }, ngettext("{n} date is new", "{n} dates are new", count(created))),
      h("li", null, ngettext("{n} date was changed", "{n} dates were changed", count(updated))),
      h("li", null, ngettext("{n} date was known as it is", "{n} dates were known as they are", count(unchanged))),
    ),
    refused.length === 0
      ? null
      : h(
          "div",
          { class: "stack", testid: "import-refused" },
          h("p", null, ngettext("{n} date could not be taken:", "{n} dates could not be taken:", refused.length)),
          h("ul", { class: "promises" }, refused.map(({ uid, reason }) => h("li", null, _("{date}: {reason}", { date: uid ?? _("without a name"), reason: REASONS[reason] ?? REASONS["unreadable"] ?? "" })))),
        ),
  ]);
}

/** @param {Bond} bond @param {Element} near */
function feedSheet(bond, near) {
  /** @type {string | null} shown once, as it is made */
  let url = null;
  let titles = false;
  let again = () => {};
  const make = presses(async () => {
    try {
      url = (await bond.app.api.create(bond.api("/calendar/feed"), { titles })).url;
      again();
    } catch (error) {
      notify(explain(error));
    }
  });
  const end = presses(async () => {
    try {
      await bond.app.api.delete(bond.api("/calendar/feed"));
      url = null;
      again();
      notify(_("No address of yours leads here any more."));
    } catch (error) {
      notify(explain(error));
    }
  });
  again = openSheet(near, { testid: "feed", title: _("An address for your calendar program"), no: _("Done") }, () => {
    const field = () => /** @type {HTMLInputElement | null} */ (document.querySelector("[data-testid='feed-url']"));
    const made = url;
    return [
      h("p", null, _("Who has this address can read when your dates are, without signing in. A new address ends the one before.")),
      made === null
        ? [
            h(
              "label",
              { class: "tick" },
              h("input", { type: "checkbox", testid: "feed-titles", checked: titles, onchange: (/** @type {Event} */ { target }) => void (titles = /** @type {HTMLInputElement} */ (target).checked) }),
              h("span", null, _("With what your dates are called"), h("small", null, _("Else each says only a word like “Date”, and none of yours is in it."))),
            ),
            h("button", { type: "button", class: "primary", testid: "make-feed", onclick: make }, _("Make an address")),
          ]
        : [
            h("input", { class: "link", readonly: true, value: made, testid: "feed-url", "aria-label": _("The address") }),
            h("button", { type: "button", class: "primary", testid: "copy-feed", onclick: () => void copy(made, field()) }, _("Copy it")),
            h("small", null, _("It is shown this once. Keep it where only you look.")),
          ],
      h("button", { type: "button", class: "plain", testid: "end-feed", onclick: end }, _("End every address")),
    ];
  });
}
