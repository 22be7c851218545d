/**
 * What was said, as it is shown: by day and by person, one's own on the right.
 * @module
 */

import { h } from "../../ui/dom.js";
import { icon } from "../../ui/icon.js";
import { serverNow } from "../../ui/servertime.js";
import { openSheet } from "../../ui/sheet.js";
import { dayOf } from "../../ui/time.js";
import { _, locale } from "../../ui/tongue.js";
import { face } from "../faces.js";
import { days, isChangeable } from "./thread.js";

/** @typedef {import("../../account/written.js").Waiting} Waiting */
/** @typedef {import("../../ui/picture.js").Pictures} Pictures */
/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("./chat.js").Chat} Chat */
/** @typedef {import("./thread.js").Message} Message */
/** @typedef {import("./thread.js").Run} Run */
/**
 * @typedef {object} Acts
 * @property {(message: Message) => void} edit
 * @property {(message: Message) => void} unsend
 * @property {(one: Waiting) => void} again
 * @property {(one: Waiting) => void} drop
 * @property {(message: Message, file: string) => void} withdraw
 */

/** @param {Chat} chat @param {Pictures} pictures @param {Acts} acts */
export function daysView(chat, pictures, acts) {
  const { all } = chat.thread;
  const lastOwn = all.filter(({ from_user_id: by, unsent_at: gone }) => by === chat.me && gone === null).at(-1) ?? null;
  return days(all).map(({ day, runs }) =>
    h(
      "section",
      { class: "chat-day", "data-key": day },
      h("h2", { class: "day-mark" }, dayWords(runs)),
      runs.map((run) => runView(chat, run, pictures, acts, lastOwn)),
    ),
  );
}

/** @param {Run[]} runs */
function dayWords(runs) {
  const at = runs[0]?.messages[0]?.created_at ?? "";
  const now = serverNow();
  const today = new Date(now).toDateString();
  const yesterday = new Date(now - 86_400_000).toDateString();
  const that = new Date(at).toDateString();
  return that === today ? _("Today") : that === yesterday ? _("Yesterday") : dayOf(at, now);
}

/** @param {Chat} chat @param {Run} run @param {Pictures} pictures @param {Acts} acts @param {Message | null} lastOwn */
function runView(chat, { by, messages }, pictures, acts, lastOwn) {
  const mine = by === chat.me;
  const name = chat.bond.nameOf(by);
  const many = chat.bond.members.length > 2;
  return h(
    "div",
    { class: mine ? "run mine" : "run", "data-key": messages[0]?.id },
    mine ? null : h("p", { class: many ? "run-name" : "unseen" }, face(name, "B"), h("span", null, name)),
    messages.map((message) => [
      message.id === chat.firstNew ? h("p", { class: "new-mark", "data-key": "new", testid: "first-new" }, _("New")) : null,
      bubble(chat, message, mine, pictures, acts, message === lastOwn),
    ]),
  );
}

/** @param {Chat} chat @param {Message} message @param {boolean} mine @param {Pictures} pictures @param {Acts} acts @param {boolean} isLast */
function bubble(chat, message, mine, pictures, acts, isLast) {
  const { id, content, created_at: at, edited_at: edited, unsent_at: unsent, attachments = [] } = message;
  const gone = unsent !== null || (content === null && attachments.length === 0);
  const name = chat.bond.nameOf(message.from_user_id);
  const changeable = isChangeable(message, chat.me, serverNow());
  return h(
    "article",
    {
      class: "said-row",
      id: `message-${id}`,
      "data-key": id,
      testid: "message",
      tabindex: -1,
      "aria-label": mine ? _("You, {time}", { time: clockOf(at) }) : _("{name}, {time}", { name, time: clockOf(at) }),
    },
    h(
      "div",
      { class: gone ? "bubble gone" : "bubble" },
      gone
        ? h("p", { class: "quiet", testid: "unsent" }, unsent === null ? _("This message is not there any more.") : mine ? _("You took this back.") : _("{name} took this back.", { name }))
        : [attachments.map((each) => attached(message, each, { name, mine, pictures, acts })), content ? h("p", { class: "words-said", testid: "content" }, content) : null],
      h(
        "p",
        { class: "when" },
        h("time", { datetime: at }, clockOf(at)),
        edited === null || gone ? null : h("span", { testid: "edited" }, _("changed")),
        mine && isLast ? h("span", { testid: "receipt" }, message.read_at === null ? _("sent") : _("read")) : null,
      ),
    ),
    changeable ? moreButton(message, acts) : null,
  );
}

/** @param {string} at RFC 3339 @returns {string} such as 21:05 */
export function clockOf(at) {
  return new Date(at).toLocaleTimeString(locale(), { hour: "numeric", minute: "2-digit" });
}

/**
 * @param {Message} message @param {import("./thread.js").Attachment} attachment
 * @param {{name: string, mine: boolean, pictures: Pictures, acts: Acts}} about whose it is
 */
function attached(message, { file_id: file }, { name, mine, pictures, acts }) {
  if (file === null) return h("p", { class: "quiet" }, _("A picture was here. It was taken back."));
  const alt = _("Picture from {name}", { name });
  const open = (/** @type {Event} */ event) =>
    openSheet(/** @type {Element} */ (event.currentTarget), { testid: "picture", title: alt, no: _("Close") }, (close) => [
      pictures.view(file, alt),
      mine
        ? h("button", { type: "button", class: "plain", testid: "withdraw-picture", onclick: closing(close, () => acts.withdraw(message, file)) }, _("Take this picture back"))
        : null,
    ]);
  return h(
    "button",
    { class: "picture-button", type: "button", testid: "picture-open", "data-key": file, "aria-label": _("{picture}, larger", { picture: alt }), onclick: open },
    pictures.view(file, ""),
  );
}

/** @param {Message} message @param {Acts} acts */
function moreButton(message, acts) {
  const ask = (/** @type {Event} */ event) => {
    openSheet(/** @type {Element} */ (event.currentTarget), { testid: "message-acts", title: _("This message"), no: _("Leave it as it is") }, (close) => [
      h("p", { class: "quiet" }, _("For a quarter of an hour you can change it or take it back. A mark stays, so that nobody wonders.")),
      message.content === null
        ? null
        : h("button", { type: "button", testid: "edit-message", onclick: closing(close, () => acts.edit(message)) }, _("Change it")),
      h("button", { type: "button", testid: "unsend-message", onclick: closing(close, () => acts.unsend(message)) }, _("Take it back")),
    ]);
  };
  return h("button", { class: "plain said-more", type: "button", testid: "message-more", "aria-label": _("Change or take back"), onclick: ask }, icon("more"));
}

/** The sheet goes, and then something happens. @param {() => void} close @param {() => void} act */
function closing(close, act) {
  return () => {
    close();
    act();
  };
}

/** What the server has not got yet. @param {readonly Waiting[]} waiting @param {Pictures} pictures @param {boolean} trying @param {Acts} acts */
export function waitingView(waiting, pictures, trying, acts) {
  if (waiting.length === 0) return null;
  return h(
    "div",
    { class: "run mine", "data-key": "waiting" },
    waiting.map((one) =>
      h(
        "article",
        { class: "said-row", "data-key": one.key, testid: "waiting-message", "aria-label": _("You, not sent yet") },
        h(
          "div",
          { class: "bubble unsent" },
          one.attachments.map((file) => pictures.view(file, _("Your picture"))),
          one.content === "" ? null : h("p", { class: "words-said" }, one.content),
          one.refused === undefined
            ? h("p", { class: "when", testid: "waits" }, icon("clock"), h("span", null, trying ? _("on its way …") : _("waits for a connection")))
            : refusedView(one, acts),
        ),
      ),
    ),
  );
}

/** @param {Waiting} one @param {Acts} acts */
function refusedView(one, acts) {
  return [
    h("p", { class: "problem", testid: "not-taken" }, one.refused),
    h(
      "div",
      { class: "row" },
      h("button", { type: "button", testid: "send-again", onclick: () => acts.again(one) }, _("Send it once more")),
      h("button", { type: "button", class: "plain", testid: "drop-message", onclick: () => acts.drop(one) }, _("Back to the draft")),
    ),
  ];
}
