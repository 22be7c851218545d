/**
 * What runs while the page is closed: it shows what was pushed, and opens the page where a tap leads. It keeps nothing,
 * answers no request of the page's, and knows nobody's login; what is shown is what came, or neutral words.
 *
 * Its scope is this folder, so no page is ever under its control.
 */

/**
 * @typedef {{title: string, body: string, link: string, tag: string}} PushedWords
 * @typedef {{focus(): Promise<unknown>, url: string}} OpenPage
 * @typedef {Event & {waitUntil(work: Promise<unknown>): void}} LastingEvent
 * @typedef {LastingEvent & {data: {json(): any} | null}} PushedEvent
 * @typedef {LastingEvent & {notification: Notification}} TapEvent
 */

const NEUTRAL = { title: "Something is waiting for you.", body: "Have a look when it suits you.", link: "/", tag: "news" };

/** A worker's own self, which the types of pages do not know. */
const worker = /** @type {any} */ (self);

worker.addEventListener("push", (/** @type {PushedEvent} */ event) => event.waitUntil(show(told(event.data))));

worker.addEventListener("notificationclick", (/** @type {TapEvent} */ event) => {
  event.notification.close();
  event.waitUntil(open(address(event.notification.data?.link)));
});

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
function show({ title, body, link, tag }) {
  return worker.registration.showNotification(title, { body, tag, icon: "/static/icon.svg", data: { link } });
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

/** The window that shows it already, or a new one. @param {string} url */
async function open(url) {
  /** @type {OpenPage[]} */
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((each) => each.url === url);
  return there ? there.focus() : worker.clients.openWindow(url);
}
