/**
 * The words of "Your plan".
 * @module
 */

import { _, locale } from "../ui/tongue.js";

/**
 * @typedef {object} Plan
 * @property {string} product_id
 * @property {string} tier
 * @property {string} period
 * @property {number} price
 * @property {string} currency
 */

export const NO_LIMIT = _("No daily limit");
export const COUNTED = _("A card counts for whoever opened the game.");
export const BOTH = _("One purchase covers both of you, in every game you play together.");

export const PREMIUM = [
  NO_LIMIT,
  _("For both players of a game, as soon as one of you has it, also in the middle of one"),
];

export const FREE_FOR_ALL = [
  _("Pause, stop and every limit"),
  _("Who may see what, and blocking somebody"),
  _("Your data: to read it, to take it with you, to erase it"),
];

/** What each store's owner has to know. */
export const STORES = {
  ios: {
    buy: _("On an iPhone: in the app, by the App Store."),
    change: _("Bought in the App Store: change or end it in the iPhone's settings, under your name, Subscriptions."),
    pay: _("Please look into the iPhone's settings, under your name, Payment."),
  },
  android: {
    buy: _("On Android: in the app, by Google Play."),
    change: _("Bought in Google Play: change or end it in Google Play, under Payments and subscriptions."),
    pay: _("Please look into Google Play, under Payments and subscriptions."),
  },
};

const PERIODS = new Map([
  ["week", _("A week")],
  ["month", _("A month")],
  ["quarter", _("Three months")],
  ["half_year", _("Half a year")],
  ["year", _("A year")],
]);

/** @param {Plan} plan */
export function periodOf({ product_id: id, period }) {
  return PERIODS.get(period) ?? id;
}

/** @param {Plan} plan */
export function price({ price, currency }) {
  return new Intl.NumberFormat(locale(), { style: "currency", currency }).format(price);
}
