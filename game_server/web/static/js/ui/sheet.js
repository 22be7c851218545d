/**
 * A sheet over the page, which waits behind it: what one sets, or is asked. Its focus and its keys: sheets.js.
 * @module
 */

import { h, render } from "./dom.js";
import { Sheets } from "./sheets.js";
import { _ } from "./tongue.js";

/** @typedef {import("./dom.js").Child} Child */
/**
 * @typedef {object} About
 * @property {string} testid
 * @property {string} title
 * @property {() => void} [close] without it the sheet stays until it is answered
 * @property {string | null} [word] what closes it, at its top; null: it has a way back of its own
 * @property {string} [form] the id of one that this word sends
 * @property {boolean} [floor] Pause, My limits and Stop stay above it, and can be pressed: it ends where they begin
 */

/** @param {About} about @param {...Child} inside */
export function sheet({ testid, title, close, word = _("Done"), form, floor = false }, ...inside) {
  const id = `${testid}-title`;
  const does = form === undefined ? { type: "button", onclick: close } : { type: "submit", form };
  return [
    h("div", { class: "scrim", testid: `${testid}-scrim`, onclick: close ?? null }),
    h(
      "section",
      { class: floor ? "drawer" : "drawer sheet", testid, role: "dialog", "aria-modal": floor ? null : true, "aria-labelledby": id },
      h(
        "header",
        null,
        h("h2", { id, tabindex: -1 }, title),
        close && word !== null ? h("button", { class: "plain", testid: `${testid}-close`, ...does }, word) : null,
      ),
      ...inside,
    ),
  ];
}

/**
 * A question in one, over a screen that does not know of it. Escape, the ground beside it and "no" leave everything as it is.
 * @param {Element} near what was pressed: the sheet goes with its screen
 * @param {{testid: string, title: string, no: string}} about no: what the way back is called
 * @param {(close: () => void) => Child} inside
 * @returns {() => void} draws it again, when what is inside has changed
 */
export function openSheet(near, { testid, title, no }, inside) {
  const place = h("div", null);
  near.closest(".screen")?.after(place); // on the screen itself the next drawing would take it away
  const sheets = new Sheets(place);
  const rest = sheets.watch();
  const close = () => {
    rest();
    sheets.around(null, () => place.replaceChildren());
    place.remove();
  };
  sheets.close = close;
  const back = h("button", { type: "button", testid: `${testid}-no`, onclick: close }, no);
  const draw = () => render(place, sheet({ testid, title, close, word: null }, inside(close), back));
  sheets.around(testid, draw, near.getAttribute("data-testid"));
  return () => {
    if (place.isConnected) draw();
  };
}

/**
 * What goes and what stays, line by line.
 * @param {string} title @param {readonly Child[]} lines
 */
export function told(title, lines) {
  return h(
    "div",
    null,
    h("h3", null, title),
    h(
      "ul",
      { class: "promises" },
      lines.filter(Boolean).map((line) => h("li", null, line)),
    ),
  );
}
