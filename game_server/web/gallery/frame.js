/**
 * One screen of the gallery: the page itself, on a browser that knows nobody and a server that is made up.
 *
 * `?state=NAME`, and if wanted `&theme=dark`, `&text=200` (percent), `&language=de`. Once it stands there, the document says so in data-shown.
 * @module
 */

import { replaceOutside } from "./outside.js";
import { STATES } from "./states.js";

/** @typedef {import("./states.js").State} State */

const LOOKS_EVERY_MS = 20;
const PATIENCE_MS = 10_000;

const asked = new URLSearchParams(location.search);
const state = STATES.find(({ name }) => name === asked.get("state"));
if (state === undefined) document.body.textContent = `No such state. There are: ${STATES.map(({ name }) => name).join(", ")}`;
else await begin(state);

/** @param {State} shown */
async function begin(shown) {
  const root = document.documentElement;
  root.style.colorScheme = asked.get("theme") ?? "";
  root.style.fontSize = asked.has("text") && asked.get("text") !== "100" ? `${asked.get("text")}%` : "";
  replaceOutside(shown, asked.get("language"));
  history.replaceState(null, "", shown.path);
  // The page's modules look for what is outside when they are loaded, so they come after it was replaced.
  const [{ App }, { IdentityStore }, { IDENTITY_KEY }, { Lock }] = await Promise.all([
    import("../static/js/app.js"),
    import("../static/js/account/identity.js"),
    import("../static/js/account/identity.js"),
    import("../static/js/shell/lock.js"),
  ]);
  if (shown.who !== null) localStorage.setItem(IDENTITY_KEY, JSON.stringify(shown.who));
  const place = document.getElementById("app");
  if (place === null) return;
  new App(place, new IdentityStore(localStorage, sessionStorage), new Lock(localStorage)).start();
  for (const testid of shown.press ?? []) (await there(testid)).click();
  if (shown.sees !== undefined) await there(shown.sees, (found) => found.childNodes.length > 0 || found instanceof HTMLInputElement);
  root.dataset.shown = shown.name;
}

/**
 * @param {string} testid
 * @param {(found: HTMLElement) => boolean} [ready]
 * @returns {Promise<HTMLElement>} once it is on the page, and ready
 */
async function there(testid, ready = (found) => found.getAttribute("aria-disabled") !== "true") {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOKS_EVERY_MS) {
    const found = document.querySelector(`[data-testid="${testid}"]`);
    if (found instanceof HTMLElement && ready(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOKS_EVERY_MS));
  }
  throw new Error(`There is no ${testid} in this state.`);
}
