/**
 * What a profile's terms are called on the screen. No number of them is better or worse than another.
 * @module
 */

/**
 * @typedef {object} Power
 * @property {string | null} orientation
 * @property {number | null} top_score
 * @property {number | null} bottom_score
 * @property {string | null} confidence_band
 */
/** @typedef {{score: number | null, band: string | null}} Arousal */

/** The rays of the radar, in their order. */
export const DOMAINS = /** @type {const} */ ([
  ["sensation", "Sensation", "Clear, strong touch on the skin"],
  ["connection", "Connection", "Closeness, slow hands, true words"],
  ["power", "Power", "Giving and holding control"],
  ["exploration", "Exploration", "New things, roles, being seen"],
  ["verbal", "Words", "What is said, asked for and whispered"],
]);

/** @type {Readonly<Record<string, string>>} */
const ORIENTATIONS = {
  Top: "You like to lead",
  Bottom: "You like to follow",
  Switch: "You like both, leading and following",
  "Versatile/Undefined": "You are open: who leads matters little",
};

/** @type {Readonly<Record<string, string>>} */
const LEANINGS = {
  "Low confidence": "a slight leaning",
  "Moderate confidence": "a clear leaning",
  "High confidence": "a strong leaning",
  "Very high confidence": "a very strong leaning",
};

/** @param {Power} power @returns {string} */
export function powerWords({ orientation, confidence_band: band }) {
  const words = ORIENTATIONS[orientation ?? ""] ?? "You are open: who leads matters little";
  const leaning = LEANINGS[band ?? ""];
  return leaning === undefined ? `${words}.` : `${words} – ${leaning}.`;
}

/** @param {string} name @param {{orientation?: string | null}} power @returns {string} the same about a partner */
export function partnerPowerWords(name, { orientation }) {
  switch (orientation) {
    case "Top":
      return `${name} likes to lead.`;
    case "Bottom":
      return `${name} likes to follow.`;
    case "Switch":
      return `${name} likes both, leading and following.`;
    default:
      return `${name} is open about who leads.`;
  }
}

/** The three scores of the dual control model, as questions that a band answers. */
const AROUSALS = /** @type {const} */ ([
  ["se", "How easily desire wakes"],
  ["sis_p", "How much worry about doing well holds you back"],
  ["sis_c", "How much worry about what may follow holds you back"],
]);

/** @type {Readonly<Record<string, string>>} */
const BANDS = {
  Low: "Little",
  "Moderate-Low": "Somewhat",
  "Moderate-High": "Rather much",
  High: "Much",
};

/**
 * @param {Readonly<Record<string, Arousal>>} arousal
 * @returns {{key: string, label: string, band: string, percent: number}[]} empty where none of it was answered
 */
export function arousalWords(arousal) {
  // What is left open counts as 0: three zeros are somebody who answered only the ten questions.
  if (AROUSALS.every(([key]) => !arousal[key]?.score)) return [];
  return AROUSALS.map(([key, label]) => {
    const { score = 0, band = "" } = arousal[key] ?? {};
    return { key, label, band: BANDS[band ?? ""] ?? band ?? "", percent: Math.round((score ?? 0) * 100) };
  });
}

/** What stands behind a score, as the page calls it. */
export const BREAKDOWN = /** @type {const} */ ([
  ["power_complement", "Leading and following"],
  ["domain_similarity", "What draws you"],
  ["activity_overlap", "What you enjoy"],
  ["truth_overlap", "What you talk about"],
]);

export const LIMITS = /** @type {const} */ ([
  ["hardBoundaryImpact", "Spanking, slapping, biting"],
  ["hardBoundaryRestrain", "Being tied or blindfolded"],
  ["hardBoundaryBreath", "Anything at the throat"],
  ["hardBoundaryDegrade", "Degrading words"],
  ["hardBoundaryPublic", "Being seen by others"],
  ["hardBoundaryRecord", "Photos and recordings"],
  ["hardBoundaryAnal", "Anal play"],
  ["hardBoundaryWatersports", "Watersports"],
]);

/** @param {readonly string[]} keys @returns {string[]} in words; a key that the page does not know stays as it is */
export function limitWords(keys) {
  const words = new Map(/** @type {[string, string][]} */ (LIMITS.map(([key, label]) => [key, label])));
  return keys.map((key) => words.get(key) ?? key);
}

/** What each setting opens to a connected partner. */
export const SHARING = [
  {
    value: "overlapping_only",
    label: "What both of us are open to",
    hint: "Only things you both said Yes or Maybe to, not who said which, and how well you fit.",
  },
  {
    value: "all_responses",
    label: "Everything I say Yes to",
    hint: "Each Yes, and so what is none; your five scores; leading and following; how well you fit. Never a Maybe.",
  },
  {
    value: "demographics_only",
    label: "Only who I am",
    hint: "Gender, orientation and relationship, if you told them. No answers, and no score of how well you fit.",
  },
];
