/**
 * Everything that moves because something happened. What breathes by itself is in the styles.
 *
 * Two phones stay in step by the server's time alone: a motion begins LEAD_MS after its event's `at` on both. A phone that hears of it
 * later does not wait and is not waited for: it enters the same motion where the other phone is by now.
 * @module
 */

export const LEAD_MS = 240; // most events are on both phones by then; the pressed button answers meanwhile
export const TURN_MS = 640;
const LEAVE_MS = 320;
const REST_MS = 420;

const EASE_TURN = "cubic-bezier(0.45, 0.05, 0.2, 1)";
const EASE_OUT = "cubic-bezier(0.2, 0.8, 0.2, 1)";
const EASE_IN = "cubic-bezier(0.5, 0, 0.9, 0.4)";

/** Does this person want nothing to move? */
export function still() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches || document.visibilityState === "hidden";
}

/**
 * Where a motion is by now: negative, it begins in so many milliseconds; positive, so many are over.
 * @param {number} at the event's time, milliseconds
 * @param {number} now the server's time as this phone knows it
 * @param {number} [lead] how long after the event it begins
 */
export function entry(at, now, lead = LEAD_MS) {
  return now - (at + lead);
}

/**
 * The card turns face up. Too late for it, or still: it simply lies there.
 * @param {Element} turner
 * @param {number} over as `entry` says
 */
export function turn(turner, over) {
  if (still() || over >= TURN_MS) return;
  const turning = turner.animate(
    [
      { transform: "translateY(0) rotateZ(0) rotateY(180deg)" },
      { transform: "translateY(-0.75rem) rotateZ(-2deg) rotateY(120deg)", offset: 0.35 },
      { transform: "translateY(-0.5rem) rotateZ(1.5deg) rotateY(40deg)", offset: 0.7 },
      { transform: "none" },
    ],
    { duration: TURN_MS, easing: EASE_TURN, fill: "backwards" },
  );
  turning.currentTime = over; // a negative time is a delay that the animation itself counts down
  turning.finished.then(() => tap(8), () => {});
}

/**
 * What this phone shows of a card leaves: it slides off, or comes to rest where `to` is. It is a picture of the card, that nobody can
 * press and nothing reads aloud.
 * @param {Element} card
 * @param {Element | null} to
 */
export function leave(card, to) {
  if (still()) return;
  const from = card.getBoundingClientRect();
  const picture = /** @type {HTMLElement} */ (card.cloneNode(true));
  for (const each of [picture, ...picture.querySelectorAll("[data-testid], [id]")]) {
    each.removeAttribute("data-testid");
    each.removeAttribute("id");
  }
  picture.classList.toggle("leaving-card", true);
  picture.setAttribute("aria-hidden", "true");
  picture.inert = true;
  Object.assign(picture.style, {
    left: `${from.left}px`, top: `${from.top}px`, width: `${from.width}px`, height: `${from.height}px`,
  });
  document.body.append(picture);
  const leaving = to === null ? slide(picture) : rest(picture, from, to.getBoundingClientRect());
  const gone = () => picture.remove();
  leaving.finished.then(gone, gone);
}

/** @param {Element} picture */
function slide(picture) {
  return picture.animate([{ opacity: 1 }, { transform: "translateX(-115%) rotate(-14deg)", opacity: 0 }], {
    duration: LEAVE_MS,
    easing: EASE_IN,
    fill: "forwards",
  });
}

/** @param {Element} picture @param {DOMRect} from @param {DOMRect} to */
function rest(picture, from, to) {
  const x = to.x + to.width / 2 - (from.x + from.width / 2);
  const y = to.y + to.height / 2 - (from.y + from.height / 2);
  return picture.animate([{ opacity: 1 }, { transform: `translate(${x}px, ${y}px) scale(0.08)`, opacity: 0.2 }], {
    duration: REST_MS,
    easing: EASE_OUT,
    fill: "forwards",
  });
}

/** A pause, a stop, a withdrawal: whatever moves is gone in this frame. */
export function hold() {
  for (const picture of document.querySelectorAll(".leaving-card")) picture.remove();
  for (const turner of document.querySelectorAll(".turner")) {
    for (const each of turner.getAnimations()) each.cancel();
  }
}

/** Felt, where the device can and somebody has touched it. @param {number | number[]} pattern milliseconds */
export function tap(pattern) {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(pattern);
}
