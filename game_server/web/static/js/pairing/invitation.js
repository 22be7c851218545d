/**
 * An invitation as the inviting phone shows it: QR code, link to hand over, time left, a new one when it has run out.
 * @module
 */

import { h } from "../ui/dom.js";
import { canShare, copy, qrImage, share } from "../ui/share.js";
import { clock, secondsLeft } from "../ui/time.js";

/** @typedef {import("./joins.js").Invitation} Invitation */

/**
 * @param {Invitation | null} invitation null: made on another browser
 * @param {number} now the server's time, milliseconds
 * @param {(event: Event) => unknown} renew
 */
export function invitationCard(invitation, now, renew) {
  const left = secondsLeft(invitation?.expires_at, now);
  if (invitation === null || left === 0) {
    const text = invitation === null ? "A link lets your partner in." : "The link has run out.";
    return h(
      "section",
      { class: "card-like", testid: "invitation" },
      h("p", null, text),
      h("button", { class: "primary", testid: "renew-link", onclick: renew }, "Make a new link"),
    );
  }
  return h(
    "section",
    { class: "card-like", testid: "invitation" },
    h("p", null, "Let your partner scan this, or send them the link. It works once."),
    qrImage(invitation.qr_svg, "QR code of the link below"),
    linkRow(invitation.link),
    h("p", { class: "quiet" }, "Runs out in ", h("time", { testid: "link-left" }, clock(left))),
    h("button", { class: "plain", testid: "renew-link", onclick: renew }, "Make a new link"),
  );
}

/** @param {string} link */
function linkRow(link) {
  const field = h("input", { class: "link", testid: "link", readonly: true, value: link, "aria-label": "The link" });
  field.onfocus = () => field.select();
  return h(
    "div",
    { class: "row" },
    field,
    h("button", { testid: "copy-link", onclick: () => void copy(link, shownLink()) }, "Copy"),
    canShare() ? h("button", { testid: "share-link", onclick: () => void share(link) }, "Share") : null,
  );
}

/** @returns {HTMLInputElement | null} */
function shownLink() {
  return document.querySelector("input.link");
}

/** @param {string[]} words */
export function wordsCard(words) {
  return h(
    "section",
    { class: "words", testid: "words", "aria-label": "Words to compare" },
    words.map((word) => h("strong", null, word)),
  );
}
