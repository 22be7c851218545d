/**
 * A talk as it is shown: bubbles, one's own on the right; a card where safety comes before play; and a line for each in lists.
 * @module
 */

import { h } from "../../ui/dom.js";
import { goto } from "../../ui/rows.js";
import { serverNow } from "../../ui/servertime.js";
import { ago } from "../../ui/time.js";
import { _, locale } from "../../ui/tongue.js";
import { GONE, nameOf, pathOf } from "../character.js";
import { safetyCard } from "./safety.js";

/** @typedef {import("../../ui/picture.js").Pictures} Pictures */
/** @typedef {import("../character.js").Character} Character */
/** @typedef {import("./list.js").Conversation} Conversation */
/** @typedef {import("./talk.js").Asked} Asked */
/** @typedef {import("./talk.js").Coming} Coming */
/** @typedef {import("./talk.js").Message} Message */

/** One talk in a list. @param {Conversation} talk @param {Character | null} character @param {{named?: boolean}} [how] named: it says with whom */
export function talkLine({ id, title, last_message_at: last, created_at: begun }, character, { named = false } = {}) {
  const name = character === null ? null : nameOf(character);
  const at = ago(last ?? begun, serverNow());
  return goto({
    testid: "talk-line",
    key: id,
    sign: "talk",
    title: title || name || _("A talk with somebody who is gone"),
    hint: named && title && name ? `${name} · ${at}` : at,
    href: pathOf(character?.id ?? GONE, "talk", id),
  });
}

/** @param {readonly Message[]} messages @param {string} name @param {Pictures} pictures */
export function saidView(messages, name, pictures) {
  return messages.filter(({ status }) => status !== "streaming").map((each) => (each.safety ? safetyCard(each.content ?? "", each.id) : bubble(each, name, pictures)));
}

/** @param {Message} message @param {string} name @param {Pictures} pictures */
function bubble({ id, role, content, status, created_at: at, attachments = [] }, name, pictures) {
  const mine = role === "user";
  const time = new Date(at).toLocaleTimeString(locale(), { hour: "numeric", minute: "2-digit" });
  const cut = role === "assistant" && status === "partial" && Boolean(content);
  return h(
    "div",
    { class: mine ? "run mine" : "run", "data-key": id },
    h(
      "article",
      { class: "said-row", testid: "message", tabindex: -1, "aria-label": mine ? _("You, {time}", { time }) : _("{name}, {time}", { name, time }) },
      h(
        "div",
        { class: "bubble" },
        attachments.map(({ file_id: file }) => (file === null ? h("p", { class: "quiet" }, _("A picture was here. It was taken back.")) : pictures.view(file, _("Your picture")))),
        content ? h("p", { class: "words-said", testid: "content" }, content) : mine ? null : h("p", { class: "quiet" }, _("Nothing was said to this.")),
        h("p", { class: "when" }, h("time", { datetime: at }, time), cut ? h("span", { testid: "partial" }, _("stopped here")) : null),
      ),
    ),
  );
}

/** What is said just now: seen as it comes, heard by sentences elsewhere. @param {Coming} coming @param {string} name */
export function comingView({ text, safety }, name) {
  if (safety) return safetyCard(text, "coming");
  return h(
    "div",
    { class: "run", "data-key": "coming" },
    h(
      "article",
      { class: "said-row", testid: "coming", "aria-busy": true, "aria-label": _("{name} is answering", { name }) },
      h("div", { class: "bubble coming" }, text === "" ? h("p", { class: "thinks", testid: "thinks" }, h("span", { class: "unseen" }, _("{name} is thinking …", { name })), h("i", null), h("i", null), h("i", null)) : h("p", { class: "words-said", "data-key": "words" }, text)),
    ),
  );
}

/** What the server may not have. @param {Asked} asked @param {boolean} busy @param {Pictures} pictures @param {{again: () => void, back: () => void}} acts */
export function askedView({ words, files, problem }, busy, pictures, acts) {
  return h(
    "div",
    { class: "run mine", "data-key": "asked" },
    h(
      "article",
      { class: "said-row", testid: "asked", "aria-label": _("You, just now") },
      h(
        "div",
        { class: busy ? "bubble" : "bubble unsent" },
        files.map((file) => pictures.view(file, _("Your picture"))),
        h("p", { class: "words-said" }, words),
        busy || problem === null
          ? null
          : [
              problem === "offline" ? h("p", { class: "problem", role: "status", testid: "not-sure" }, _("It is not certain that this arrived. Sent once more, it is still said only once.")) : null,
              problem === "wrong_state" ? h("p", { class: "quiet", testid: "came-between" }, _("Another answer was being written just then. Now this can be said.")) : null,
              h("div", { class: "row" }, h("button", { type: "button", testid: "send-again", onclick: acts.again }, _("Send it once more")), h("button", { type: "button", class: "plain", testid: "drop-message", onclick: acts.back }, _("Back to the draft"))),
            ],
      ),
    ),
  );
}
