/**
 * This browser as a device that the server can reach while the page is closed: subscribed by its own push service, and
 * registered with the account that is here.
 * @module
 */

import { ApiError } from "../api.js";
import { registered as worker } from "../shell/keeper.js";
import { drop, read, shelf, write } from "../ui/kept.js";

/** @typedef {import("../app.js").App} App */

/** Where the worker that only told was registered, before there was one for everything. */
const OLD_SCOPE = "/static/js/reach/";
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
  const here = await worker();
  if (here === null) return false;
  await activated(here);
  const old = await here.pushManager.getSubscription();
  if (old !== null && !isFor(old, key)) await old.unsubscribe();
  const made = await here.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
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
  const moved = await leaveOldWorker();
  const made = await subscription();
  if (keptOwner() !== app.identities.owner() || (made === null && !moved)) {
    drop(shelf("localStorage"), KEPT);
    await made?.unsubscribe();
    return;
  }
  try {
    const key = await serverKey(app);
    if (key !== null && made !== null && isFor(made, key)) await registered(app, made);
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
  const here = canBeReached() ? await navigator.serviceWorker.getRegistration("/") : undefined;
  return (await here?.pushManager.getSubscription()) ?? null;
}

/** What it had subscribed goes with it. @returns {Promise<boolean>} was it there? */
async function leaveOldWorker() {
  const old = await navigator.serviceWorker.getRegistration(OLD_SCOPE);
  return old !== undefined && new URL(old.scope).pathname === OLD_SCOPE && (await old.unregister());
}

/** @param {ServiceWorkerRegistration} here @returns {Promise<void>} when it runs: before that it cannot subscribe */
async function activated(here) {
  const coming = here.installing ?? here.waiting;
  if (here.active !== null || coming === null) return;
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
