/**
 * A choice of few words, side by side.
 * @module
 */

import { h } from "./dom.js";

/**
 * @template {string} Value
 * @param {{class: string, name: string, legend: string}} about name: the field's
 * @param {readonly {value: Value, label: string}[]} options
 * @param {string} chosen
 * @param {(value: Value) => void} [pick] what is touched counts at once; without it a form asks
 */
export function segments({ legend, name, ...about }, options, chosen, pick) {
  return h(
    "fieldset",
    { ...about, "data-key": name },
    h("legend", null, legend),
    h(
      "div",
      { class: "segments" },
      options.map(({ value, label }) =>
        h(
          "label",
          null,
          h("input", {
            type: "radio",
            name,
            value,
            testid: `${name}-${value}`,
            checked: value === chosen,
            onchange: pick === undefined ? null : () => pick(value),
          }),
          h("span", null, label),
        ),
      ),
    ),
  );
}
