/**
 * An invitation as the inviting phone shows it: QR code, link to hand over, time left, a new one when it has run out.
 * @module
 */

import { h } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { canShare, copy, qrImage, share } from "../ui/share.js";
import { clock, secondsLeft } from "../ui/time.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("./joins.js").Invitation} Invitation */

/**
 * @param {Invitation | null} invitation null: made on another browser
 * @param {number} now the server's time, milliseconds
 * @param {(event: Event) => unknown} renew
 */
export function invitationCard(invitation, now, renew) {
  const left = secondsLeft(invitation?.expires_at, now);
  if (invitation === null || hasRunOut(invitation, now)) {
    return h(
      "section",
      { class: "card-like invitation", testid: "invitation" },
      h("p", null, invitation === null ? _("A link lets your partner in.") : _("The link has run out.")),
      h("button", { class: "primary", testid: "renew-link", onclick: renew }, _("Make a new link")),
    );
  }
  return h(
    "section",
    { class: "invitation", testid: "invitation" },
    h("p", { class: "quiet" }, _("Let your partner scan this, or send the link. It works once.")),
    qrImage(invitation.qr_svg, _("The invitation as a code to scan")),
    h("p", { class: "quiet center" }, _("Runs out in"), " ", h("time", { testid: "link-left" }, clock(left))),
    linkField(invitation.link),
    ...waysToSend(invitation.link, renew),
  );
}

/** Of one that another browser made that is not known. @param {Invitation | null} invitation @param {number} now the server's time, milliseconds */
export function hasRunOut(invitation, now) {
  return invitation !== null && secondsLeft(invitation.expires_at, now) === 0;
}

/** One of them is the filled one: to send it where the phone can, else to copy it. @param {string} link @param {(event: Event) => unknown} renew */
export function waysToSend(link, renew) {
  const copies = () => void copy(link, shownLink());
  const again = h("button", { class: "plain signed", testid: "renew-link", onclick: renew }, icon("another"), h("span", null, _("New link")));
  const copying = (/** @type {string} */ kind) =>
    h("button", { class: `${kind} signed`, testid: "copy-link", onclick: copies }, icon("copy"), h("span", null, _("Copy the link")));
  if (!canShare()) return [copying("primary"), again];
  return [
    h(
      "button",
      { class: "primary signed", testid: "share-link", onclick: () => void share(link) },
      icon("share"),
      h("span", null, _("Send the link")),
    ),
    h("div", { class: "evenly" }, copying("plain"), again),
  ];
}

/** @param {string} link */
export function linkField(link) {
  const field = h("input", { class: "link", testid: "link", readonly: true, value: link, "aria-label": _("The link") });
  field.onfocus = () => field.select();
  return field;
}

/** @returns {HTMLInputElement | null} */
function shownLink() {
  return document.querySelector("input.link");
}

/** @param {string[]} words */
export function wordsCard(words) {
  return h(
    "section",
    { class: "words", testid: "words", "aria-label": _("Words to compare") },
    words.map((word) => h("strong", null, word)),
  );
}
