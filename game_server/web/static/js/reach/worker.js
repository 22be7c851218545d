/**
 * What runs beside the page. While the page is closed it shows what was pushed, and leads to where a tap goes; without a
 * connection it answers with the page as it was kept.
 *
 * It keeps the page and its files as the server lists them (`SHELL`, written in front of this by web/shell.py), under their
 * version, and nothing else: no answer of the API, no address of a person's. What is shown of a push is what came, or neutral
 * words. A newer version waits until the page says that it may come (js/shell/keeper.js): never in the middle of a game.
 */

/**
 * @typedef {{title: string, body: string, link: string, tag: string}} PushedWords
 * @typedef {{focus(): Promise<unknown>, postMessage(message: unknown): void, url: string, visibilityState: string}} OpenPage
 * @typedef {Event & {waitUntil(work: Promise<unknown>): void}} LastingEvent
 * @typedef {LastingEvent & {data: {json(): any} | null}} PushedEvent
 * @typedef {LastingEvent & {notification: Notification}} TapEvent
 * @typedef {Event & {data: {t?: string} | null}} TakeEvent
 * @typedef {Event & {request: Request, respondWith(answer: Promise<Response>): void}} AskedEvent
 * @typedef {{version: string, files: string[], pages: string[], words?: Record<string, {title: string, body: string}>}} Shell
 *   pages: the first parts of the page's addresses; words: what is said of a push that cannot be read, by language
 */

/** A worker's own self, which the types of pages do not know. */
const worker = /** @type {any} */ (self);

/** @type {Shell} */
const SHELL = worker.SHELL ?? { version: "", files: [], pages: [] };
/** A browser does not forgive a push without a message. */
const SAID = SHELL.words?.[navigator.language.slice(0, 2)] ?? SHELL.words?.en ?? { title: "…", body: "" };
const NEUTRAL = { ...SAID, link: "/", tag: "news" };
const KEPT = "shell-";
const CACHE = KEPT + SHELL.version;
const FILES = new Set(SHELL.files);
/** There while the discreet name and icon are chosen (js/shell/look.js). */
const DISCREET = "look-lists";

worker.addEventListener("install", (/** @type {LastingEvent} */ event) => event.waitUntil(keep()));
worker.addEventListener("activate", (/** @type {LastingEvent} */ event) => event.waitUntil(begin()));
worker.addEventListener("message", (/** @type {TakeEvent} */ { data }) => data?.t === "take" && worker.skipWaiting());

worker.addEventListener("fetch", (/** @type {AskedEvent} */ event) => {
  const path = keptPath(event.request);
  if (path !== null) event.respondWith(answer(path, event.request));
});

worker.addEventListener("push", (/** @type {PushedEvent} */ event) => event.waitUntil(show(told(event.data))));

worker.addEventListener("notificationclick", (/** @type {TapEvent} */ event) => {
  event.notification.close();
  event.waitUntil(open(address(event.notification.data?.link)));
});

/** All of it or nothing: a page of two versions would not work. */
async function keep() {
  const answers = await Promise.all(SHELL.files.map(got));
  const cache = await caches.open(CACHE);
  await Promise.all(answers.map(([path, answer]) => cache.put(path, answer)));
}

/**
 * While two releases run behind one proxy, another one's process answers for what it has not with what it has, marked as not to be
 * kept: then the worker comes another time.
 * @param {string} path @returns {Promise<[string, Response]>}
 */
async function got(path) {
  const answer = await fetch(new Request(path, { cache: "no-cache", credentials: "omit" }));
  if (!answer.ok || answer.headers.get("Cache-Control") === "no-store") throw new Error(`${path} is of another version`);
  return [path, answer];
}

/** From now on it answers, also for pages that were there before it; older versions go. */
async function begin() {
  const names = await caches.keys();
  await Promise.all(names.filter((each) => each.startsWith(KEPT) && each !== CACHE).map((each) => caches.delete(each)));
  await worker.clients.claim();
}

/** @param {Request} request @returns {string | null} the file that answers; null: that is the server's business */
function keptPath({ method, mode, url }) {
  const { origin, pathname, search } = new URL(url);
  if (method !== "GET" || origin !== worker.location.origin) return null;
  if (FILES.has(pathname + search)) return pathname + search;
  if (FILES.has(pathname) && mode === "navigate") return pathname;
  return mode === "navigate" && SHELL.pages.includes(pathname.split("/")[1] ?? "") ? "/" : null;
}

/** @param {string} path @param {Request} request @returns {Promise<Response>} */
async function answer(path, request) {
  const kept = await (await caches.open(CACHE)).match(path, { ignoreVary: true });
  if (kept === undefined) return fetch(request); // the browser needed the room
  return path === "/" && (await caches.has(DISCREET)) ? dressed(kept) : kept;
}

/** The page under its discreet name and icon, before any of it is seen. @param {Response} page */
async function dressed(page) {
  const headers = new Headers(page.headers);
  headers.delete("content-encoding"); // it is plain by now
  headers.delete("content-length");
  const text = (await page.text())
    .replace(/(href|content)="[^"]*"( data-attuned="[^"]*" data-lists="([^"]*)")/g, '$1="$3"$2')
    .replace(/<title>[^<]*<\/title>/, "<title>Lists</title>");
  return new Response(text, { status: page.status, headers });
}

/** @param {PushedEvent["data"]} data @returns {PushedWords} something in any case: a browser does not forgive a push without a message */
function told(data) {
  try {
    const { title, body, link, tag } = data?.json() ?? NEUTRAL;
    const words = [title, body, link, tag].every((each) => typeof each === "string" && each !== "");
    return words ? { title, body, link, tag } : NEUTRAL;
  } catch {
    return NEUTRAL;
  }
}

/** @param {PushedWords} told */
async function show({ title, body, link, tag }) {
  const icon = (await caches.has(DISCREET)) ? "/static/img/lists-192.png" : "/static/img/icon-192.png";
  return worker.registration.showNotification(title, { body, tag, icon, data: { link } });
}

/** @param {unknown} link @returns {string} an address of ours, whatever was sent */
function address(link) {
  const { origin } = worker.location;
  try {
    const found = new URL(String(link ?? "/"), origin);
    return found.origin === origin ? found.href : `${origin}/`;
  } catch {
    return `${origin}/`;
  }
}

/**
 * In a page that is open, which goes there by itself (an app on a home screen has but one); else in a new one.
 * @param {string} url
 */
async function open(url) {
  /** @type {OpenPage[]} */
  const pages = (await worker.clients.matchAll({ type: "window", includeUncontrolled: true })).filter(
    (/** @type {OpenPage} */ each) => new URL(each.url).pathname !== "/lists",
  );
  const there = pages.find((each) => each.url === url) ?? pages.find((each) => each.visibilityState === "visible") ?? pages[0];
  if (there === undefined) return worker.clients.openWindow(url);
  there.postMessage({ t: "open", link: new URL(url).pathname });
  return there.focus();
}
