/**
 * Asking the server again and again while a screen is open: never twice at once, so that no old answer comes after a
 * newer one.
 * @module
 */

/**
 * Ask now, and then some time after each answer.
 * @param {number} ms between an answer and the next question
 * @param {() => Promise<void>} ask
 * @returns {() => void} stop
 */
export function polling(ms, ask) {
  let here = true;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const next = async () => {
    await ask();
    if (here) timer = setTimeout(next, ms);
  };
  void next();
  return () => {
    here = false;
    clearTimeout(timer);
  };
}
