/**
 * One's own Notion: what goes there is said first, then it is connected, then each kind is switched on; and what both sides say
 * differently is decided here.
 * @module
 */

import { h } from "../ui/dom.js";
import { explain, presses } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { day } from "../ui/time.js";
import { _, ngettext } from "../ui/tongue.js";
import { conflictsBox } from "./conflicts.js";
import { brokenBox, connectBox, leaveBox } from "./connecting.js";
import { placeBox, templateBox } from "./databases.js";
import { heading } from "./heading.js";
import { kindsBox } from "./kinds.js";
import { Mirror } from "./mirror.js";
import { again, before } from "./promises.js";
import { kindWords, restWords } from "./words.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../ui/dom.js").Child} Child */

/** @param {App} app @param {(content: Child) => void} draw @param {AbortSignal} until somebody leaves @returns {Promise<Child>} */
export async function notionPage(app, draw, until) {
  const said = comeBack();
  const mirror = await Mirror.load(app.api, () => draw(page(mirror)), until);
  mirror.said = said;
  if (said === "connected" && mirror.status.connected) notify(_("Connected. Nothing goes out yet."));
  return page(mirror);
}

/** How signing in at Notion went is read once: who loads the page again is not told it again. */
function comeBack() {
  const said = new URLSearchParams(location.search).get("said");
  if (said !== null) history.replaceState(history.state, "", location.pathname);
  return said;
}

/** @param {Mirror} mirror */
function page(mirror) {
  const { offered, connected, broken } = mirror.status;
  if (!connected && !broken) {
    if (!offered) return notOffered();
    const told = mirror.said !== null; // whoever comes back has read it, and looks for how it went
    return told ? [connectBox(mirror), before()] : [before(), connectBox(mirror)];
  }
  if (!offered) return [notOffered(), leaveBox(mirror)];
  if (broken) return [brokenBox(mirror), connectBox(mirror), again(), leaveBox(mirror)];
  if (!mirror.placed) return [connectedBox(mirror), placeBox(mirror), before(), leaveBox(mirror)];
  return [connectedBox(mirror), conflictsBox(mirror), again(), kindsBox(mirror), templateBox(mirror), leaveBox(mirror)];
}

function notOffered() {
  return h(
    "section",
    { class: "box", testid: "notion-not-offered" },
    h("h2", null, _("Not here")),
    h("p", null, _("Whoever runs this server does not offer Notion. Everything you have here can be taken along all the same.")),
    h("a", { class: "button", href: "/you/data" }, _("Take my data with me")),
  );
}

/** @param {Mirror} mirror */
function connectedBox(mirror) {
  const { workspace, connected_at: since, waits_until: waits, error } = mirror.status;
  return h(
    "section",
    { class: "box", testid: "notion-connected" },
    heading(workspace === null ? _("Connected with your Notion") : _("Connected with “{workspace}”", { workspace })),
    since === null ? null : h("p", { class: "quiet" }, _("Since {day}", { day: day(since) })),
    waits === null || error === null ? null : h("p", { class: "standing", role: "status", testid: "notion-rests" }, restWords(error)),
    mirror.placed ? gathering(mirror) : h("p", null, _("Next: a place for it.")),
  );
}

/** @param {Mirror} mirror */
function gathering(mirror) {
  if (mirror.flowing.length === 0) return h("p", { testid: "nothing-flows" }, _("Nothing goes out yet. Choose below what is to go."));
  if (mirror.under !== undefined) return running(mirror, mirror.under[0]);
  const gather = presses(async () => {
    try {
      await mirror.gather();
    } catch (error) {
      notify(explain(error));
    }
  });
  return [
    h("p", { testid: "what-flows" }, ngettext("{n} kind goes, both ways where it can. Changes follow by themselves.", "{n} kinds go, both ways where they can. Changes follow by themselves.", mirror.flowing.length)),
    h("button", { class: "primary", type: "button", testid: "gather", onclick: gather }, _("Bring together now")),
  ];
}

/** @param {Mirror} mirror @param {string} name of the kind that is gone through */
function running(mirror, name) {
  const run = mirror.run?.kind === name ? mirror.run : null;
  const kind = kindWords(name).label;
  const left = mirror.kinds.filter(([, each]) => each.running).length - 1;
  const total = run?.total ?? null;
  return h(
    "div",
    { class: "progress", testid: "notion-running" },
    h(
      "p",
      null,
      h("span", null, _("Bringing together: {kind}", { kind })),
      total === null ? null : h("span", null, _("{done} of {total}", { done: run?.done ?? 0, total })),
    ),
    h("progress", { "aria-label": kind, ...(total === null || total === 0 ? {} : { max: total, value: Math.min(run?.done ?? 0, total) }) }),
    h("p", null, left === 0 ? _("It goes on when you leave. Long lists take their time.") : ngettext("Then {n} kind more. It goes on when you leave.", "Then {n} kinds more. It goes on when you leave.", left)),
  );
}
