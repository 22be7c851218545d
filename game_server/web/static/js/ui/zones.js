/**
 * Moments as clocks on a wall show them, in whatever time zone: "2026-11-30T20:15" there, RFC 3339 everywhere else.
 * @module
 */

const PARTS = /** @type {const} */ ({
  calendar: "iso8601",
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** The one that this browser lives in. */
export function ownZone() {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** @param {string} name @returns {boolean} does this browser know it? */
export function isZone(name) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** @param {string} at RFC 3339 @param {string} [zone] @returns {string} such as 2026-11-30T20:15 */
export function wallOf(at, zone = ownZone()) {
  return shown(Date.parse(at), zone).slice(0, 16);
}

/** @param {string} at RFC 3339 @param {string} [zone] @returns {string} such as 2026-11-30 */
export function dayIn(at, zone = ownZone()) {
  return wallOf(at, zone).slice(0, 10);
}

/**
 * The moment at which a clock there shows this. One that no clock shows, because it is put forward over it, is the moment it would have been;
 * of one that comes twice it is the first.
 * @param {string} wall such as 2026-11-30T20:15 @param {string} [zone]
 * @returns {string} RFC 3339
 */
export function instantOf(wall, zone = ownZone()) {
  const plain = Date.parse(`${wall}${wall.length === 10 ? "T00:00" : ""}Z`);
  const [before, after] = [plain - 86_400_000, plain + 86_400_000].map((each) => aheadMs(each, zone));
  const found = [before, after].map((ahead) => plain - (ahead ?? 0)).filter((each) => each + aheadMs(each, zone) === plain);
  return new Date(found[0] ?? plain - (before ?? 0)).toISOString();
}

/** How far the clocks there are ahead of UTC at this moment. @param {number} ms @param {string} zone */
function aheadMs(ms, zone) {
  return Date.parse(`${shown(ms, zone)}Z`) - Math.floor(ms / 1000) * 1000;
}

/** @param {number} ms @param {string} zone @returns {string} such as 2026-11-30T20:15:00 */
function shown(ms, zone) {
  const of = Object.fromEntries(
    new Intl.DateTimeFormat("en", { ...PARTS, timeZone: isZone(zone) ? zone : "UTC" }).formatToParts(ms).map(({ type, value }) => [type, value]),
  );
  return `${String(of["year"]).padStart(4, "0")}-${of["month"]}-${of["day"]}T${of["hour"]}:${of["minute"]}:${of["second"]}`;
}
