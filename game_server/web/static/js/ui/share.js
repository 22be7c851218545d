/**
 * Handing a link over: the phone's share sheet or the clipboard, which exist on https only; else the text is selected.
 * @module
 */

import { h } from "./dom.js";
import { notify } from "./notices.js";
import { _ } from "./tongue.js";

/** @returns {boolean} */
export function canShare() {
  return typeof navigator.share === "function";
}

/** @param {string} link */
export async function share(link) {
  try {
    await navigator.share({ title: "Attuned", url: link });
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "AbortError"))
      notify(_("Sharing did not work. Copy the link instead."));
  }
}

/**
 * @param {string} link
 * @param {HTMLInputElement | null} field shows the link; selected when there is no clipboard
 */
export async function copy(link, field) {
  try {
    await navigator.clipboard.writeText(link);
    notify(_("Link copied."));
  } catch {
    field?.focus();
    field?.select();
    notify(_("The link is selected. Copy it with your keyboard or a long press."));
  }
}

/**
 * The server's QR code as an image: nothing inside it can run.
 * @param {string} svg
 * @param {string} label
 */
export function qrImage(svg, label) {
  // inline SVG may leave out its namespace, an image may not
  const image = svg.includes("xmlns=") ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
  return h("img", {
    class: "qr",
    testid: "qr",
    alt: label,
    src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(image)}`,
  });
}
