/**
 * What somebody was told while they were not looking: each line leads to what it is about, and is read then.
 * @module
 */

import { ApiError } from "../api.js";
import { h } from "../ui/dom.js";
import { explain, presses } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../app.js").App} App */
/**
 * @typedef {object} News
 * @property {number} id
 * @property {string} title
 * @property {string} body
 * @property {string} link
 * @property {string} created_at
 * @property {string | null} read_at
 */

const MOST_SHOWN = 5;
const LEADS_TO = /^\/(partners(\/[^/]+\/cards)?$|room\/|bonds\/)/;

/** @param {App} app @returns {Promise<News[] | null>} the unread ones, newest first; null while they cannot be asked for */
export async function unread(app) {
  if (app.identities.current()?.kind !== "user") return [];
  try {
    const { items } = await app.api.get("/api/notifications?limit=20");
    return items.filter((/** @type {News} */ each) => each.read_at === null);
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}

/**
 * Whoever is where a line leads has seen it, also without having pressed it.
 * @param {App} app
 * @param {string} path
 */
export async function seenAt(app, path) {
  if (!LEADS_TO.test(path)) return;
  const ids = ((await unread(app)) ?? []).filter(({ link }) => link === path).map(({ id }) => id);
  if (ids.length === 0) return;
  await app.api.post("/api/notifications/read", { ids }).catch((error) => {
    if (!(error instanceof ApiError)) throw error; // then it is told once more
  });
}

/** Without what is told of games that are over: it would lead nowhere. @param {News[]} news @param {string[]} rooms addresses of open ones */
export function stillNews(news, rooms) {
  return news.filter(({ link }) => !link.startsWith("/room/") || rooms.includes(link));
}

/** @param {App} app @param {News[]} news @param {() => Promise<void>} reload */
export function newsCard(app, news, reload) {
  if (news.length === 0) return null;
  const read = (/** @type {number[] | undefined} */ ids) =>
    app.api.post("/api/notifications/read", ids === undefined ? {} : { ids });
  const dismiss = presses(async () => {
    try {
      await read(undefined);
    } catch (error) {
      notify(explain(error));
    }
    await reload();
  });
  return h(
    "section",
    { class: "card-like", testid: "news" },
    h("h2", null, _("News")),
    news.slice(0, MOST_SHOWN).map((each) => line(each, () => void read([each.id]).catch(() => {}))),
    h("button", { class: "plain", testid: "news-read", onclick: dismiss }, _("I have seen it")),
  );
}

/** @param {News} news @param {() => void} opened */
function line({ id, title, body, link }, opened) {
  return h(
    "div",
    { class: "row", "data-key": `news-${id}` },
    h(
      "a",
      { class: "button grows news-line", href: link, testid: "news-line", onclick: opened },
      title,
      h("small", null, body),
    ),
  );
}
