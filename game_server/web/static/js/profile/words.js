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
 * @property {boolean} [answered] false: nothing was said about it
 * @property {boolean} [faint] nothing of it was rather agreed with
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

/** What a leaning that nothing was rather agreed with is: a direction, if there is one. @type {Readonly<Record<string, string>>} */
const FAINT = {
  Top: "Neither stands out for you; if anything, leading.",
  Bottom: "Neither stands out for you; if anything, following.",
};

/** @param {Power} power @returns {string} */
export function powerWords({ orientation, confidence_band: band, answered, faint }) {
  if (answered === false) return "You have not answered these questions, and you do not have to.";
  if (faint) return FAINT[orientation ?? ""] ?? "Neither leading nor following stands out for you.";
  const words = ORIENTATIONS[orientation ?? ""] ?? "You are open: who leads matters little";
  // Who likes both leans to neither.
  const leaning = orientation === "Switch" ? undefined : LEANINGS[band ?? ""];
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
 * @returns {{key: string, label: string, band: string, percent: number}[]} what was answered of it
 */
export function arousalWords(arousal) {
  return AROUSALS.flatMap(([key, label]) => {
    const { score = null, band = null } = arousal[key] ?? {};
    if (score === null) return [];
    return [{ key, label, band: BANDS[band ?? ""] ?? band ?? "", percent: Math.round(score * 100) }];
  });
}

/** What stands behind a score, as the page calls it. */
export const BREAKDOWN = /** @type {const} */ ([
  ["power", "Leading and following"],
  ["domains", "What draws you both"],
  ["activities", "What you both enjoy"],
  ["topics", "What you both talk about"],
]);

const LEVELS = ["A beginning", "Something", "A good deal", "Much", "Very much"];

/** @param {number} level 1 to 5 */
export function levelWords(level) {
  return LEVELS[level - 1] ?? "";
}

/** Who does what where one of the two gives: [give, receive] in the first and the third person. */
const DEEDS = /** @type {const} */ ({
  give: ["give", "gives", "receive", "receives"],
  show: ["show", "shows", "watch", "watches"],
  lead: ["lead", "leads", "follow", "follows"],
  hear: ["listen", "listens", "beg", "begs"],
});

/** @type {Readonly<Record<string, keyof typeof DEEDS>>} */
const DEEDS_OF = { commands_give: "lead", protocols_give: "lead", begging_give: "hear" };

/** @type {Readonly<Record<string, string>>} */
const WATCHED = { stripping_self: "watching_strip", solo_pleasure_self: "watching_solo_pleasure" };

/**
 * Something both said yes to, as it is for the reader: the key of their own side, and who does what.
 * @param {{key: string, gives: "me" | "partner" | "both"}} mutual
 * @param {string} name the partner's
 * @returns {{key: string, note: string | null}}
 */
export function mutualWords({ key, gives }, name) {
  if (gives === "both") return { key, note: null };
  const deed = DEEDS_OF[key] ?? (key.endsWith("_self") ? "show" : "give");
  const [give, gives3, receive, receives3] = DEEDS[deed];
  if (gives === "me") return { key, note: `You ${give}, ${name} ${receives3}` };
  return { key: counterpart(key), note: `${name} ${gives3}, you ${receive}` };
}

/** @param {string} key of the one who gives or shows */
function counterpart(key) {
  return WATCHED[key] ?? key.replace(/_give$/, "_receive").replace(/_self$/, "_watching");
}

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
    label: "What both of us say Yes to",
    hint: "Only things you both said Yes to, and how well you fit.",
  },
  {
    value: "all_responses",
    label: "Everything I say Yes to",
    hint: "Each Yes, what draws you by these, leading and following, and how well you fit. Never a Maybe or a No.",
  },
  {
    value: "demographics_only",
    label: "Only who I am",
    hint: "Gender, orientation and relationship, if you told them. No answers, and no score of how well you fit.",
  },
];
