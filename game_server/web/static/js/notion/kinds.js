/**
 * The fifteen kinds: whether each goes, with words or without, and how it stands.
 * @module
 */

import { h } from "../ui/dom.js";
import { explain, form, presses, problemPlace } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { serverNow } from "../ui/servertime.js";
import { openSheet, told } from "../ui/sheet.js";
import { ago, listed } from "../ui/time.js";
import { _, ngettext } from "../ui/tongue.js";
import { KINDS, whyWords } from "./words.js";

/** @typedef {import("./mirror.js").Kind} Kind */
/** @typedef {import("./mirror.js").Mirror} Mirror */
/** @typedef {import("./mirror.js").Way} Way */

/** So many of what did not go are called by their names. */
const NAMED = 5;

/** @type {readonly {way: Way, label: string}[]} */
const WAYS = [
  { way: "off", label: _("Off") },
  { way: "plain", label: _("Without words") },
  { way: "words", label: _("With words") },
];

/** @param {Mirror} mirror */
export function kindsBox(mirror) {
  return h(
    "section",
    { class: "box", testid: "notion-kinds" },
    h("h2", null, _("What goes to Notion")),
    h("p", { class: "quiet" }, _("Without words: states, dates and numbers. With words: texts, tags and names too, which can be read there.")),
    h(
      "ul",
      { class: "rows" },
      Object.keys(KINDS).map((name) => kindRow(mirror, name)),
    ),
  );
}

/** @param {Mirror} mirror @param {string} name */
function kindRow(mirror, name) {
  const kind = mirror.status.kinds[name];
  const words = KINDS[name];
  if (kind === undefined || words === undefined) return null;
  const title = `kind-title-${name}`;
  return h(
    "li",
    { class: "notion-kind", "data-key": name, "data-way": mirror.wayOf(name), testid: `kind-${name}` },
    h("h3", { id: title }, words.label),
    h("p", { class: "quiet" }, words.holds),
    kind.database_id === null
      ? h("p", { class: "quiet" }, _("There is no database for it yet: look under “Your databases”."))
      : h("div", { class: "segments ways", role: "group", "aria-labelledby": title }, WAYS.map((each) => wayButton(mirror, name, each))),
    kind.on ? standing(mirror, name, kind) : null,
  );
}

/** @param {Mirror} mirror @param {string} name @param {{way: Way, label: string}} each */
function wayButton(mirror, name, { way, label }) {
  const chosen = mirror.wayOf(name) === way;
  const act = async (/** @type {Event} */ event) => {
    if (chosen) return;
    if (way === "words" && !mirror.flowing.some(([, kind]) => kind.texts)) wordsSheet(mirror, name, event);
    else await pressed(event);
  };
  const pressed = presses(async () => {
    try {
      await switched(mirror, name, way);
    } catch (error) {
      notify(explain(error));
    }
  });
  return h("button", { type: "button", testid: `${name}-${way}`, "aria-pressed": chosen, onclick: act }, label);
}

/** Throws ApiError. @param {Mirror} mirror @param {string} name @param {Way} way */
async function switched(mirror, name, way) {
  await mirror.flow(name, way);
  const kind = KINDS[name]?.label ?? "";
  if (way === "off") notify(_("{kind}: off. What stands in Notion stays there.", { kind }));
  else notify(way === "words" ? _("{kind}: on, with words.", { kind }) : _("{kind}: on, without words.", { kind }));
}

/** Before the first words go out. @param {Mirror} mirror @param {string} name @param {Event} event */
function wordsSheet(mirror, name, { currentTarget }) {
  const title = _("Let words out?");
  openSheet(/** @type {Element} */ (currentTarget), { testid: "notion-words", title, no: _("Keep them here") }, (close) => [
    told(_("What you say yes to"), [
      _("Words that are sealed here can be read in Notion, by Notion and by whoever is in your workspace."),
      _("What your partner wrote in what you share is among them, as you may read it."),
      _("Switched off again, no more words go out. Those that are there stay there."),
    ]),
    form(
      { class: "stack" },
      async () => {
        await switched(mirror, name, "words");
        close();
      },
      problemPlace(),
      h("button", { class: "primary", testid: "notion-words-yes" }, _("Let them out")),
    ),
  ]);
}

/** @param {Mirror} mirror @param {string} name @param {Kind} kind */
function standing(mirror, name, kind) {
  const { synced, pending, conflicts, failed, archived } = kind;
  const none = synced + pending + conflicts + failed + archived === 0;
  const counts = [
    none ? _("Nothing of it yet") : ngettext("{n} is the same on both sides", "{n} are the same on both sides", kind.synced),
    kind.pending === 0 ? null : ngettext("{n} is waiting", "{n} are waiting", kind.pending),
    kind.conflicts === 0 ? null : ngettext("{n} is for you to decide", "{n} are for you to decide", kind.conflicts),
    kind.archived === 0 ? null : ngettext("{n} is in the trash there", "{n} are in the trash there", kind.archived),
  ].filter(Boolean);
  return [
    kind.error === null ? null : h("p", { class: "problem", testid: "kind-problem" }, databaseWords(kind.error)),
    h(
      "ul",
      { class: "notion-counts", testid: "kind-counts" },
      counts.map((each) => h("li", null, each)),
    ),
    kind.failed === 0 ? null : failedLines(mirror, name, kind.failed),
    h("p", { class: "quiet", testid: "kind-times" }, timesOf(kind)),
  ];
}

/** @param {Kind} kind */
function timesOf({ last_pull_at: read, last_push_at: written }) {
  const now = serverNow();
  if (read === null) return written === null ? _("Not looked at yet.") : _("Written there {written}.", { written: ago(written, now) });
  if (written === null) return _("Looked at {read}, nothing written yet.", { read: ago(read, now) });
  return _("Looked at {read}, last written {written}.", { read: ago(read, now), written: ago(written, now) });
}

/** What could not go, by why. @param {Mirror} mirror @param {string} name @param {number} all */
function failedLines(mirror, name, all) {
  const pages = mirror.failed.filter(({ kind }) => kind === name).map(({ error, title }) => ({ why: whyWords(error), title }));
  const reasons = [...new Set(pages.map(({ why }) => why))];
  return h(
    "details",
    { class: "notion-failed", testid: "kind-failed" },
    h("summary", null, ngettext("{n} could not go", "{n} could not go", all)),
    h(
      "ul",
      { class: "promises" },
      reasons.map((why) => failedLine(why, pages.filter((each) => each.why === why).map(({ title }) => title))),
    ),
  );
}

/** @param {string} why @param {(string | null)[]} titles of those that it is so of; null: nobody can tell */
function failedLine(why, titles) {
  const known = titles.filter((title) => title !== null).slice(0, NAMED);
  return h(
    "li",
    { "data-key": why },
    ngettext("{n} time: {why}", "{n} times: {why}", titles.length, { why }),
    known.length === 0 ? null : h("small", { testid: "failed-titles" }, listed(known)),
  );
}

/** @param {string} code */
function databaseWords(code) {
  if (code === "object_not_found" || code === "not_there" || code === "in_trash") return _("Its database is not there any more, or not shared with us. Take it out of the trash, or make it again under “Your databases”.");
  return whyWords(code);
}
