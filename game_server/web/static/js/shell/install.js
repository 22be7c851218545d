/**
 * Putting the page on the home screen. Some browsers let the page ask, the others want the person to find it in a menu.
 * @module
 */

/** @typedef {Event & {prompt(): Promise<{outcome: "accepted" | "dismissed"}>}} InstallEvent */

/** What the browser gave us to ask with; it may be used once. @type {InstallEvent | null} */
let offered = null;
/** Called when that changes. */
let changed = () => {};

/** Before the browser asks by itself, at a moment of its own choosing. */
export function watchForInstall() {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offered = /** @type {InstallEvent} */ (event);
    changed();
  });
  addEventListener("appinstalled", () => {
    offered = null;
    changed();
  });
}

/** @param {() => void} act @returns {() => void} no more */
export function whenInstallChanges(act) {
  changed = act;
  return () => {
    changed = () => {};
  };
}

export function canAsk() {
  return offered !== null;
}

/** Is it open from the home screen? iPhones say so in a way of their own. */
export function isInstalled() {
  return matchMedia("(display-mode: standalone)").matches || /** @type {any} */ (navigator).standalone === true;
}

export async function install() {
  const asking = offered;
  offered = null;
  await asking?.prompt();
  changed();
}
