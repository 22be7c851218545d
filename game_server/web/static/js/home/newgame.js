/**
 * A new game: how far, what kind, how long, and with whom.
 * @module
 */

import { anatomyChoices, nameField } from "../account/demographics.js";
import { keepAsked, keepInvitation } from "../pairing/joins.js";
import { LEVELS } from "../room/words.js";
import { h } from "../ui/dom.js";
import { choice, field, form, problemPlace, text, texts, tick } from "../ui/forms.js";
import { notify } from "../ui/notices.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./home.js").Partner} Partner */

const KINDS = [
  { value: "random", label: "Truth and dare" },
  { value: "truth", label: "Truth only" },
  { value: "dare", label: "Dare only" },
];
const DECIDERS = [
  { value: "player", label: "Whoever's turn it is" },
  { value: "spin", label: "Chance" },
];
const PLACES = [
  { value: "together", label: "In one place" },
  { value: "apart", label: "Far apart", hint: "Cards for two who see or hear each other" },
];
const ORDERS = [
  { value: "alternate", label: "Take turns" },
  { value: "spin", label: "Chance" },
];

/**
 * Open a game and go into it, when `place` is still what the person looks at.
 * @param {App} app
 * @param {Element} place
 * @param {{settings: object, partner: object}} game as the API takes it
 * @param {Partner | undefined} asked who was asked by name
 */
export async function openGame(app, place, game, asked) {
  const answer = await app.api.create("/api/sessions", game);
  if (answer.join) keepInvitation(answer.session_id, answer.join);
  if (asked) keepAsked(answer.session_id, asked.name);
  if (!place.isConnected) notify("Your new game is open. You find it on the start page.");
  app.goOn(place, `/room/${encodeURIComponent(answer.session_id)}`);
}

/**
 * @param {App} app
 * @param {Partner[]} partners
 * @param {() => void} draw
 */
export function newGameForm(app, partners, draw) {
  const act = async (/** @type {FormData} */ data, /** @type {HTMLFormElement} */ sent) => {
    const asked = partners.find((each) => text(data, "partner") === `user:${each.user_id}`);
    await openGame(app, sent, { settings: settings(data), partner: partner(data) }, asked);
  };
  const known = partners.map((each) => ({ value: `user:${each.user_id}`, label: each.name }));
  const ways = [
    { value: "link", label: "Invite by link", hint: "Two phones. Your partner needs no account." },
    { value: "hosted", label: "One phone for both", hint: "You share this one." },
    ...known,
  ];
  return form(
    { class: "card-like", testid: "new-game", onchange: draw },
    act,
    h("h2", null, "Another kind of evening"),
    choice("radio", "partner", "With whom?", ways, ["link"]),
    chosen("partner") === "hosted" ? hosted() : choice("radio", "place", "Where are the two of you?", PLACES, ["together"]),
    choice(
      "radio",
      "intimacy_level",
      "How far?",
      Object.entries(LEVELS).map(([value, { name, hint }]) => ({ value, label: name, hint })),
      ["R"],
    ),
    more(),
    problemPlace(),
    h("button", { testid: "start" }, "Open the game"),
  );
}

function more() {
  return h(
    "details",
    { testid: "more-settings" },
    h("summary", null, "Cards and turns"),
    choice("radio", "activity_type", "Which cards?", KINDS, ["random"]),
    (chosen("activity_type") ?? "random") === "random"
      ? choice("radio", "type_choice", "Who decides truth or dare?", DECIDERS, ["player"])
      : null,
    choice("radio", "turn_order", "Whose turn is next?", ORDERS, ["alternate"]),
    field(
      "How many cards?",
      { name: "target_activities", type: "number", min: 5, max: 50, value: 25, inputmode: "numeric", required: true },
      "5 to 50",
    ),
    partnerAsked() ? tick("favourites", "Begin with what we both liked.", { required: false }) : null,
  );
}

/** Somebody who is known here, so that there may be cards that both liked. */
function partnerAsked() {
  return chosen("partner")?.startsWith("user:") === true;
}

function hosted() {
  return h(
    "div",
    { testid: "hosted", "data-key": "hosted" },
    h("p", { class: "quiet" }, "About your partner, for this game only:"),
    nameField(""),
    anatomyChoices("your partner"),
    tick("adult", "My partner is an adult too (18 or older, and of full age where we are)."),
  );
}

/** What is ticked in the form on the page. @param {string} name */
function chosen(name) {
  const input = document.querySelector(`input[name="${name}"]:checked`);
  return input instanceof HTMLInputElement ? input.value : null;
}

/** @param {FormData} data */
function settings(data) {
  return {
    intimacy_level: text(data, "intimacy_level"),
    activity_type: text(data, "activity_type"),
    type_choice: text(data, "type_choice") || "player",
    turn_order: text(data, "turn_order"),
    target_activities: Number(text(data, "target_activities")),
    rules: {
      ...(text(data, "place") === "apart" ? { apart: true } : {}),
      ...(data.has("favourites") ? { favourites: true } : {}),
    },
  };
}

/** @param {FormData} data */
function partner(data) {
  const way = text(data, "partner");
  if (way.startsWith("user:")) return { user_id: way.slice("user:".length) };
  if (way !== "hosted") return { link: true };
  return {
    hosted: {
      name: text(data, "name"),
      anatomy_self: texts(data, "anatomy_self"),
      anatomy_preference: texts(data, "anatomy_preference"),
      adult: true,
    },
  };
}
