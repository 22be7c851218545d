/**
 * Leaving in a hurry: the corner tapped twice, or Escape pressed twice, and there is a page with nothing of ours. What was
 * to be seen is gone in the same frame; going back does not return.
 * @module
 */

export const NEUTRAL = "/lists";
/** There, in this tab, after somebody has left in a hurry. */
const GONE_KEY = "attuned.gone";
const TWICE_MS = 500;
export const CORNER_PX = 72;

/** Has it been done twice? @param {number} [withinMs] @returns {(at: number) => boolean} */
export function twice(withinMs = TWICE_MS) {
  let last = -Infinity;
  return (at) => {
    const again = at - last <= withinMs;
    last = again ? -Infinity : at;
    return again;
  };
}

/** @param {{x: number, y: number}} point @param {number} width of the page, in its own pixels */
export function inCorner({ x, y }, width) {
  return y <= CORNER_PX && x >= width - CORNER_PX;
}

/** Before anything else hears of it. @param {() => void} leave */
export function watchForExit(leave) {
  const [escaped, tapped] = [twice(), twice()];
  const first = { capture: true };
  addEventListener(
    "keydown",
    ({ key, repeat, isComposing, timeStamp }) => {
      if (key === "Escape" && !repeat && !isComposing && escaped(timeStamp)) leave();
    },
    first,
  );
  addEventListener(
    "pointerdown",
    ({ clientX: x, clientY: y, isPrimary, timeStamp }) => {
      if (isPrimary && inCorner({ x, y }, innerWidth) && tapped(timeStamp)) leave();
    },
    first,
  );
}

/**
 * Go, at once. The page is emptied before anything else is done; what is still running may fail.
 * @param {() => void} part close what is open, and forget
 */
export function exit(part) {
  document.documentElement.classList.toggle("gone", true);
  document.body.replaceChildren();
  try {
    part();
  } finally {
    plain();
    remember();
    location.replace(NEUTRAL);
  }
}

/** Nothing of ours in the tab either. */
function plain() {
  document.title = "Lists"; // the neutral page's own, in a moment
  document.querySelector('link[rel="icon"]')?.setAttribute("href", "/static/icon-discreet.svg");
}

function remember() {
  try {
    sessionStorage.clear();
    sessionStorage.setItem(GONE_KEY, "1");
  } catch {
    // a browser that keeps nothing has nothing to forget
  }
}

/** Did somebody who had left go back in the browser? Then away again. @returns {boolean} the page must not be shown */
export function goneBack() {
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted && hasGone()) exit(() => {});
  });
  const [came] = performance.getEntriesByType("navigation");
  const back = came instanceof PerformanceNavigationTiming && came.type === "back_forward";
  if (hasGone() && back) {
    location.replace(NEUTRAL);
    return true;
  }
  forgetGone(); // they came by themselves
  return false;
}

function hasGone() {
  try {
    return sessionStorage.getItem(GONE_KEY) !== null;
  } catch {
    return false;
  }
}

function forgetGone() {
  try {
    sessionStorage.removeItem(GONE_KEY);
  } catch {
    // then it is not there
  }
}
