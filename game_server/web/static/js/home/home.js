/**
 * After signing in: one thing to press, and below it what else there is.
 * @module
 */

import { ApiError } from "../api.js";
import { broughtAsks } from "../bonds/entry.js";
import { areOffered } from "../characters/offers.js";
import { readProgress, surveyCard } from "../survey/card.js";
import { h, render } from "../ui/dom.js";
import { polling } from "../ui/polling.js";
import { box, goto } from "../ui/rows.js";
import { Sheets } from "../ui/sheets.js";
import { _, language } from "../ui/tongue.js";
import { USUAL } from "./evening.js";
import { openGames, roomPath } from "./games.js";
import { guestPage } from "./guest.js";
import { hero } from "./hero.js";
import { cardLanguages, ENGLISH, firstLanguage } from "./languages.js";
import { greetingAt, leadOf } from "./lead.js";
import { newsCard, stillNews, unread } from "./news.js";
import { onePhone, othersSheet } from "./others.js";
import { Scan } from "./scan.js";
import { eveningSheet } from "./settings.js";
import { yours } from "./yours.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/**
 * @typedef {object} Listed a session as the list has it
 * @property {string} session_id
 * @property {"waiting" | "active" | "completed" | "stopped" | "abandoned"} status
 * @property {import("../room/protocol.js").Seat} seat
 * @property {boolean} joined has the seat been taken, or were they only asked?
 * @property {string | null} partner_name
 * @property {import("../room/protocol.js").Level} intimacy_level
 * @property {number} current_step
 * @property {number} target_activities
 */
/** @typedef {{user_id: string, name: string}} Partner */
/**
 * @typedef {object} Home the start page as its parts see it
 * @property {App} app
 * @property {import("./evening.js").Evening} evening what the next game will be
 * @property {string[]} languages there are cards in
 * @property {"evening" | "others" | "scan" | null} sheet what lies over it
 * @property {"others" | null} under what the settings were opened from
 * @property {boolean} guest are they telling who shares this phone?
 * @property {Scan} scan
 * @property {(changes: Partial<Pick<Home, "evening" | "sheet" | "under" | "guest">>) => void} change
 * @property {() => Promise<void>} reload
 */
/**
 * @typedef {object} Known what the server has said
 * @property {Listed[] | null} sessions open ones; null: not heard yet
 * @property {Partner[] | null} partners
 * @property {boolean} reachable
 * @property {import("./news.js").News[]} news
 * @property {import("../survey/card.js").Progress | null} progress
 * @property {boolean} characters does anybody play them here?
 * @property {number} asks bonds from another app that wait for an answer
 */

const POLL_MS = 5000;

/** @type {Screen} */
export const homeScreen = (root, app) => {
  /** @type {Known} */
  const known = { sessions: null, partners: null, reachable: true, news: [], progress: null, characters: false, asks: 0 };
  const sheets = new Sheets(root);
  const draw = () => sheets.around(home.guest ? "guest" : home.sheet, () => render(root, page(home, known)));
  /** @type {Home} */
  const home = {
    app,
    evening: USUAL,
    languages: [ENGLISH],
    sheet: null,
    under: null,
    guest: false,
    scan: new Scan((path) => app.navigate(path), () => draw()),
    change: (changes) => {
      Object.assign(home, changes);
      if (home.sheet !== "scan") home.scan.stop();
      draw();
      if (changes.guest) scrollTo(0, 0); // a page of its own, and not at the place where the other one was left
    },
    reload: () => load(app, known, draw),
  };
  sheets.close = () => home.change({ sheet: null, guest: false });
  draw();
  void more(app, known, draw);
  void speak(home, draw);
  const rest = [sheets.watch(), () => home.scan.stop()];
  const stop = polling(POLL_MS, async () => {
    const missed = !known.reachable;
    await home.reload();
    if (missed && known.reachable) await more(app, known, draw);
  });
  return () => [stop, ...rest].forEach((each) => each());
};

/** What changes by itself. @param {App} app @param {Known} known @param {() => void} draw */
async function load(app, known, draw) {
  const [found, told] = await Promise.all([listed(app, "/api/sessions"), unread(app)]);
  known.news = told ?? known.news;
  known.reachable = found !== null;
  known.sessions = found?.filter((each) => each.status === "waiting" || each.status === "active") ?? known.sessions;
  draw();
}

/** What is asked once. @param {App} app @param {Known} known @param {() => void} draw */
async function more(app, known, draw) {
  if (!known.partners?.length) known.partners = await knownPartners(app);
  draw();
  if (known.progress === null) await app.saving.flush();
  known.progress ??= await readProgress(app);
  draw();
  [known.characters, known.asks] = await Promise.all([areOffered(app), broughtAsks(app)]);
  draw();
}

/** The next game is in the page's language where there are cards in it. @param {Home} home @param {() => void} draw */
async function speak(home, draw) {
  home.languages = await cardLanguages(home.app);
  home.evening = { ...home.evening, language: firstLanguage(home.languages, language()) };
  draw();
}

/** @param {Home} home @param {Known} known */
function page(home, known) {
  if (home.guest) return h("div", { class: "home", "data-key": "guest" }, guestPage(home));
  const { app } = home;
  const { sessions, partners, reachable } = known;
  const heard = (sessions !== null && partners !== null) || !reachable;
  const lead = leadOf(sessions ?? [], partners ?? []);
  const others = lead.kind === "nobody" ? [] : (partners ?? []).filter((each) => lead.kind !== "partner" || each !== lead.partner);
  const leading = "session" in lead ? lead.session : null;
  return [
    h(
      "div",
      { class: "home", "data-key": "home", inert: home.sheet !== null },
      h("header", null, h("h1", { testid: "hello" }, greetingAt(new Date().getHours(), app.identities.current()?.name ?? ""))),
      reachable ? null : notReached(sessions !== null),
      heard ? hero(home, lead) : h("section", { class: "hero waits", "aria-hidden": true }),
      newsCard(app, toldOf(known, leading), home.reload),
      openGames(home, (sessions ?? []).filter((each) => each !== leading)),
      ways(home, lead.kind === "nobody"),
      surveyCard(known.progress, app.saving),
      yours(known.characters, known.asks),
    ),
    home.sheet === "evening" ? eveningSheet(home, { known: lead.kind === "partner" }) : null,
    home.sheet === "others" ? othersSheet(home, others) : null,
    home.sheet === "scan" ? home.scan.view(() => home.change({ sheet: null })) : null,
  ];
}

/** Not of the game that the page leads with: that tells itself. @param {Known} known @param {Listed | null} leading */
function toldOf({ news, sessions }, leading) {
  if (sessions === null) return news;
  return stillNews(news, sessions.filter((each) => each !== leading).map(roomPath));
}

/** @param {Home} home @param {boolean} first nobody is known yet: the invitation is what the page leads with */
function ways(home, first) {
  const scan = () => {
    home.change({ sheet: "scan" });
    void home.scan.start();
  };
  return box("ways", null, [
    first
      ? onePhone(home)
      : goto({
          testid: "somebody-else",
          onclick: () => home.change({ sheet: "others" }),
          sign: "phones",
          title: _("Play with somebody else"),
          hint: _("Two phones, or one to hand over"),
        }),
    goto({ testid: "scan", onclick: scan, sign: "scan", title: _("Scan an invitation") }),
  ]);
}

/** @param {boolean} known have the games been listed before? */
function notReached(known) {
  return h(
    "p",
    { class: "problem", role: "status", testid: "not-reached" },
    known
      ? _("The server cannot be reached. What you see here may be old.")
      : _("The server cannot be reached, so your open games cannot be shown. We keep trying."),
  );
}

/** @param {App} app @returns {Promise<Partner[]>} */
async function knownPartners(app) {
  if (app.identities.current()?.kind !== "user") return [];
  const remembered = (await listed(app, "/api/partners/remembered")) ?? [];
  return remembered.map((each) => ({ user_id: each.user_id, name: each.name ?? each.partner_name ?? _("Your partner") }));
}

/** @param {App} app @param {string} path @returns {Promise<any[] | null>} null while the server cannot be reached */
async function listed(app, path) {
  try {
    return (await app.api.get(path)).items;
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}
