/**
 * "Our cards": what one of the two wrote and the other answers, what both said yes to, and the cards that both liked.
 * @module
 */

import { ApiError } from "../api.js";
import { LEVELS } from "../room/words.js";
import { notConnected } from "../pairing/partner.js";
import { h } from "../ui/dom.js";
import { explain, presses } from "../ui/forms.js";
import { loading } from "../ui/loading.js";
import { notify } from "../ui/notices.js";
import { polling } from "../ui/polling.js";
import { KINDS, plain, touching, WHO } from "./words.js";
import { fillIn, writeForm } from "./write.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("../room/words.js").Level} Level */
/** @typedef {{actor: string, do: string}} Step */
/**
 * @typedef {object} OwnCard
 * @property {number} id
 * @property {"truth" | "dare"} type
 * @property {Level} rating
 * @property {Step[]} steps
 * @property {string[]} tags
 * @property {"me" | "partner"} written_by
 * @property {"waiting" | "approved"} status
 */
/** @typedef {{activity_id: number, type: "truth" | "dare", rating: Level, script: {steps: Step[]}}} Liked */
/** @typedef {{partner: {id: string, name: string}, cards: OwnCard[], liked: Liked[]}} Loaded */

const POLL_MS = 5000;
const ABOUT_YES = _(
  "A Yes changes none of your limits, and nobody has to say why it is a No. What a card touches is read out of its words too: wide words count for all that they could mean.",
);
const MOST_SHOWN = 100;
const FORM_IN_USE = _("There are words in the form already. Propose them or take them out first.");

/** @param {string} id @returns {Screen} */
export function cardsScreen(id) {
  return (root, app) => {
    /** @type {() => Promise<void>} */
    let again = async () => {};
    const heading = () =>
      h(
        "header",
        null,
        h("a", { class: "back", href: `/partners/${encodeURIComponent(id)}` }, _("‹ Partner")),
        h("h1", null, _("Our cards")),
      );
    const leave = loading(root, heading, async (draw) => {
      const now = () => read(app, id).then((loaded) => page(app, loaded, again), orNotConnected);
      again = async () => draw(await now());
      return now();
    });
    const stop = polling(POLL_MS, () => again().catch(ignoredApiError)); // the other one reads and answers meanwhile
    return () => {
      stop();
      leave();
    };
  };
}

/** One of the two may disconnect while the other looks at their cards. @param {unknown} error */
function orNotConnected(error) {
  if (error instanceof ApiError && error.status === 404) return notConnected();
  throw error;
}

/** @param {unknown} error what is shown may be old for a moment */
function ignoredApiError(error) {
  if (!(error instanceof ApiError)) throw error;
}

/** @param {App} app @param {string} id @returns {Promise<Loaded>} */
async function read(app, id) {
  const path = `/api/partners/${encodeURIComponent(id)}`;
  const [{ name }, cards, liked] = await Promise.all([
    app.api.get(`${path}/profile`),
    all(app, `/api/cards?partner_user_id=${encodeURIComponent(id)}`),
    app.api.get(`${path}/favourites?limit=${MOST_SHOWN}`),
  ]);
  return { partner: { id, name }, cards, liked: liked.items };
}

/** Every page: what waits must not hide behind what is agreed. @param {App} app @param {string} path @returns {Promise<OwnCard[]>} */
async function all(app, path) {
  const found = [];
  for (let cursor = ""; ;) {
    const { items, next_cursor: more } = await app.api.get(`${path}&limit=${MOST_SHOWN}${cursor}`);
    found.push(...items);
    if (more === null) return found;
    cursor = `&cursor=${encodeURIComponent(more)}`;
  }
}

/** @param {App} app @param {Loaded} loaded @param {() => Promise<void>} reload */
function page(app, { partner, cards, liked }, reload) {
  const waiting = cards.filter(({ status }) => status === "waiting");
  const mine = waiting.filter(({ written_by: by }) => by === "me");
  const theirs = waiting.filter(({ written_by: by }) => by === "partner");
  const agreed = cards.filter(({ status }) => status === "approved");
  const acts = doing(app, reload);
  const removing = (/** @type {string} */ label) => (/** @type {OwnCard} */ card) =>
    h("button", { class: "plain", testid: "remove-card", onclick: acts.remove(card) }, label);
  return h(
    "div",
    { testid: "our-cards" },
    list("for-you", _("{name} wrote for you", { name: partner.name }), theirs, (card) => [
      h("button", { class: "primary", testid: "approve-card", onclick: acts.approve(card) }, _("Yes, to our cards")),
      removing(_("No, thank you"))(card),
    ]),
    theirs.length > 0 ? h("p", { class: "quiet", testid: "about-yes" }, ABOUT_YES) : null,
    list("for-partner", _("Waiting for {name}", { name: partner.name }), mine, (card) => [
      h("button", { testid: "change-card", onclick: acts.change(card) }, _("Change it")),
      removing(_("Take it back"))(card),
    ]),
    list("agreed", _("You both said yes"), agreed, removing(_("Take it out"))),
    agreed.length > 0
      ? h(
          "p",
          { class: "quiet" },
          _("They come now and then when the two of you play, and only inside both your limits."),
        )
      : null,
    writeForm(app, partner, cards.length === 0, reload),
    favourites(liked),
  );
}

/** @param {App} app @param {() => Promise<void>} reload */
function doing(app, reload) {
  const does = (/** @type {() => Promise<unknown>} */ act, /** @type {(found: unknown) => string} */ done) =>
    presses(async () => {
      try {
        notify(done(await act()));
      } catch (error) {
        notify(explain(error));
      }
      await reload().catch(ignoredApiError);
    });
  return {
    approve: (/** @type {OwnCard} */ { id }) =>
      does(
        () => app.api.post(`/api/cards/${id}/approve`),
        () => _("It is one of your cards now."),
      ),
    change: (/** @type {OwnCard} */ card) =>
      does(
        async () => fillIn(card) && app.api.delete(`/api/cards/${card.id}`),
        (/** @type {unknown} */ filled) =>
          filled === false ? FORM_IN_USE : _("Here it is: change it, and propose it again."),
      ),
    remove: (/** @type {OwnCard} */ { id }) =>
      does(
        () => app.api.delete(`/api/cards/${id}`),
        () => _("It is gone for both of you."),
      ),
  };
}

/**
 * @param {string} name
 * @param {string} title
 * @param {OwnCard[]} cards
 * @param {(card: OwnCard) => import("../ui/dom.js").Child} buttons
 */
function list(name, title, cards, buttons) {
  if (cards.length === 0) return null;
  return h(
    "section",
    { class: "card-like", testid: name },
    h("h2", null, title),
    cards.map((card) =>
      h(
        "article",
        { class: "own-card stack", "data-key": `card-${card.id}`, testid: "own-card" },
        words(card.type, card.rating, card.steps),
        card.tags.length === 0 ? null : h("p", { class: "quiet" }, _("Touches: {tags}", { tags: touching(card.tags) })),
        h("div", { class: "row" }, buttons(card)),
      ),
    ),
  );
}

/** @param {Liked[]} liked */
function favourites(liked) {
  return h(
    "section",
    { class: "card-like", testid: "favourites" },
    h("h2", null, _("You both liked")),
    liked.length === 0
      ? h("p", { class: "quiet" }, _("After a card each of you may say how it was. What you both liked stands here."))
      : liked.map(({ activity_id: id, type, rating, script }) =>
          h("article", { class: "own-card stack", "data-key": `liked-${id}` }, words(type, rating, script.steps)),
        ),
  );
}

/** @param {"truth" | "dare"} type @param {Level} rating @param {Step[]} steps */
function words(type, rating, steps) {
  const kind = KINDS.find(({ value }) => value === type)?.label ?? type;
  return [
    h("p", { class: "quiet" }, `${kind} · ${LEVELS[rating].name}`),
    steps.map((step) => h("p", null, h("small", null, `${WHO[step.actor] ?? step.actor}: `), plain(step.do))),
  ];
}
