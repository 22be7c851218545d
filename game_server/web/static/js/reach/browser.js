/**
 * This browser as a device that the server can reach while the page is closed: subscribed by its own push service, and
 * registered with the account that is here.
 * @module
 */

import { ApiError } from "../api.js";
import { drop, read, shelf, write } from "../ui/kept.js";

/** @typedef {import("../app.js").App} App */

const SCOPE = "/static/js/reach/";
const WORKER = `${SCOPE}worker.js`;
/** For whom this browser is reached. */
const KEPT = "attuned.reached";

/** Has this browser what it takes? On iPhones only a page on the home screen has. */
export function canBeReached() {
  return "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;
}

/** @param {App} app @returns {Promise<string | null>} what to subscribe with; null: the server reaches no browsers */
export async function serverKey(app) {
  const { public_key: key } = await app.api.get("/api/devices/web-key");
  return key;
}

/** Is it reached for whoever is here? @param {App} app */
export async function isReached(app) {
  return keptOwner() === app.identities.owner() && (await subscription()) !== null;
}

/**
 * Ask the person, subscribe and register.
 * @param {App} app
 * @param {string} key of the server
 * @returns {Promise<boolean>} false: the person, or the browser for them, said no
 */
export async function reach(app, key) {
  if ((await Notification.requestPermission()) !== "granted") return false;
  const worker = await navigator.serviceWorker.register(WORKER, { scope: SCOPE });
  await activated(worker);
  const old = await worker.pushManager.getSubscription();
  if (old !== null && !isFor(old, key)) await old.unsubscribe();
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  await registered(app, made);
  write(shelf("localStorage"), KEPT, app.identities.owner());
  return true;
}

/** No more, here and on the server. @param {App} app */
export async function leaveAlone(app) {
  const made = await subscription();
  drop(shelf("localStorage"), KEPT);
  if (made === null) return;
  const { id } = await registered(app, made); // the same device again: that is how it is found
  await app.api.delete(`/api/devices/${id}`);
  await made.unsubscribe();
}

/**
 * When the page opens, or somebody else is here: the server is told again what may have changed meanwhile, and nobody is
 * reached by what was meant for who was here before.
 * @param {App} app
 */
export async function settle(app) {
  if (keptOwner() === null || !canBeReached()) return;
  const made = await subscription();
  if (keptOwner() !== app.identities.owner() || made === null) {
    drop(shelf("localStorage"), KEPT);
    await made?.unsubscribe();
    return;
  }
  try {
    const key = await serverKey(app);
    if (key !== null && isFor(made, key)) await registered(app, made);
    else if (key !== null && Notification.permission === "granted") await reach(app, key);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error; // another time
  }
}

function keptOwner() {
  return read(shelf("localStorage"), KEPT);
}

/** @param {App} app @param {PushSubscription} made @returns {Promise<{id: number}>} */
function registered(app, made) {
  return app.api.post("/api/devices", { platform: "web", token: made.toJSON() });
}

/** @returns {Promise<PushSubscription | null>} */
async function subscription() {
  const worker = canBeReached() ? await navigator.serviceWorker.getRegistration(SCOPE) : undefined;
  return (await worker?.pushManager.getSubscription()) ?? null;
}

/** @param {ServiceWorkerRegistration} worker @returns {Promise<void>} when it runs: before that it cannot subscribe */
async function activated(worker) {
  const coming = worker.installing ?? worker.waiting;
  if (worker.active !== null || coming === null) return;
  await new Promise((resolve) => {
    coming.addEventListener("statechange", () => coming.state === "activated" && resolve(null));
  });
}

/** @param {PushSubscription} made @param {string} key */
function isFor(made, key) {
  const { applicationServerKey: its } = made.options;
  return its !== null && String([...new Uint8Array(its)]) === String([...bytes(key)]);
}

/** @param {string} base64url */
function bytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (each) => each.charCodeAt(0));
}
