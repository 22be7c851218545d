/**
 * What is done with a row of a bond by one press: said, done once, and what it left to be talked about told gently.
 * @module
 */

import { ApiError } from "../api.js";
import { explain, presses } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { _ } from "../ui/tongue.js";

/** What an answer may ask its person to think of: never whose it is. @type {Readonly<Record<string, string>>} */
const PROMPTS = {
  talk_first: _("Something in it is worth a talk first. Take a moment for it together."),
  low_energy: _("Somebody has little energy today. Go gently."),
  two_yellow_days: _("Your second yellow day. The others are told so in words that say nothing: it may be worth a talk, or a pause."),
  aftercare: _("Now is the time for each other: water, warmth, closeness or space."),
};

/** @param {{prompt?: string | null} | null} answer of a command */
export function tellPrompt(answer) {
  const words = PROMPTS[answer?.prompt ?? ""];
  if (words !== undefined) notify(words, "prompt");
}

/**
 * A button's handler. What did not work is said, and either way the row is read again: it may be another than it seemed.
 * @param {() => Promise<unknown>} reload
 * @param {() => Promise<any>} act throws ApiError
 * @param {string} [done] said afterwards
 */
export function commands(reload, act, done = "") {
  return presses(async () => {
    try {
      tellPrompt(await act());
      if (done !== "") notify(done);
    } catch (error) {
      notify(explain(error));
    }
    await reload().catch(gentle);
  });
}

/** What is shown may be old for a moment. @param {unknown} error */
export function gentle(error) {
  if (!(error instanceof ApiError)) throw error;
}

/** Every page of a list, up to so many rows. Throws ApiError. @param {import("./bond.js").Bond} bond @param {string} path with its filters @param {number} [most] */
export async function allRows(bond, path, most = 400) {
  /** @type {any[]} */
  const found = [];
  const joins = path.includes("?") ? "&" : "?";
  for (let cursor = ""; found.length < most; ) {
    const { items, next_cursor: next } = await bond.app.api.get(bond.api(`${path}${joins}limit=100${cursor}`));
    found.push(...items);
    if (next === null || next === undefined) break;
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
  return found;
}
