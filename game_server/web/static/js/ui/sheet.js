/**
 * A question in a sheet over the page, which waits behind it. Escape, the ground beside it and "no" leave everything as it is.
 * @module
 */

import { h } from "./dom.js";

/** @typedef {import("./dom.js").Child} Child */

/**
 * @param {Element} near what was pressed: the sheet goes with its screen
 * @param {{testid: string, title: string, no: string}} about no: what the way back is called
 * @param {(close: () => void) => Child} inside
 */
export function openSheet(near, { testid, title, no }, inside) {
  const id = `${testid}-title`;
  const close = () => sheet.close();
  const sheet = h(
    "dialog",
    {
      class: "sheet",
      testid,
      "aria-labelledby": id,
      onclick: (/** @type {Event} */ event) => {
        if (event.target === sheet) close(); // beside it: what is on it has its own words
      },
    },
    h(
      "div",
      { class: "stack" },
      h("h2", { id, tabindex: -1, autofocus: true }, title),
      inside(close),
      h("button", { type: "button", testid: `${testid}-no`, onclick: close }, no),
    ),
  );
  sheet.addEventListener("close", () => sheet.remove());
  const beside = near.closest(".screen")?.parentElement; // on the screen itself the next drawing would take it away
  (beside ?? document.body).append(sheet);
  sheet.showModal();
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
