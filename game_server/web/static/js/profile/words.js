/**
 * What a profile's terms are called on the screen. No number of them is better or worse than another.
 * @module
 */

import { _ } from "../ui/tongue.js";

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
  ["sensation", _("Sensation"), _("Clear, strong touch on the skin")],
  ["connection", _("Connection"), _("Closeness, slow hands, true words")],
  ["power", _("Power"), _("Giving and holding control")],
  ["exploration", _("Exploration"), _("New things, roles, being seen")],
  ["verbal", _("Words"), _("What is said, asked for and whispered")],
]);

const OPEN = _("You are open: who leads matters little.");

/** @type {Readonly<Record<string, string>>} */
const ORIENTATIONS = { Switch: _("You like both, leading and following.") };

/** By the orientation and how strong it is. @type {Readonly<Record<string, Readonly<Record<string, string>>>>} */
const LEANINGS = {
  Top: {
    "": _("You like to lead."),
    "Low confidence": _("You like to lead – a slight leaning."),
    "Moderate confidence": _("You like to lead – a clear leaning."),
    "High confidence": _("You like to lead – a strong leaning."),
    "Very high confidence": _("You like to lead – a very strong leaning."),
  },
  Bottom: {
    "": _("You like to follow."),
    "Low confidence": _("You like to follow – a slight leaning."),
    "Moderate confidence": _("You like to follow – a clear leaning."),
    "High confidence": _("You like to follow – a strong leaning."),
    "Very high confidence": _("You like to follow – a very strong leaning."),
  },
};

/** What a leaning that nothing was rather agreed with is: a direction, if there is one. @type {Readonly<Record<string, string>>} */
const FAINT = {
  Top: _("Neither stands out for you; if anything, leading."),
  Bottom: _("Neither stands out for you; if anything, following."),
};

/** @param {Power} power @returns {string} */
export function powerWords({ orientation, confidence_band: band, answered, faint }) {
  if (answered === false) return _("You have not answered these questions, and you do not have to.");
  if (faint) return FAINT[orientation ?? ""] ?? _("Neither leading nor following stands out for you.");
  const leanings = LEANINGS[orientation ?? ""];
  return leanings?.[band ?? ""] ?? leanings?.[""] ?? ORIENTATIONS[orientation ?? ""] ?? OPEN;
}

/** @param {string} name @param {{orientation?: string | null}} power @returns {string} the same about a partner */
export function partnerPowerWords(name, { orientation }) {
  switch (orientation) {
    case "Top":
      return _("{name} likes to lead.", { name });
    case "Bottom":
      return _("{name} likes to follow.", { name });
    case "Switch":
      return _("{name} likes both, leading and following.", { name });
    default:
      return _("{name} is open about who leads.", { name });
  }
}

/** The three scores of the dual control model, as questions that a band answers. */
const AROUSALS = /** @type {const} */ ([
  ["se", _("How easily desire wakes")],
  ["sis_p", _("How much worry about doing well holds you back")],
  ["sis_c", _("How much worry about what may follow holds you back")],
]);

/** @type {Readonly<Record<string, string>>} */
const BANDS = {
  Low: _("Little"),
  "Moderate-Low": _("Somewhat"),
  "Moderate-High": _("Rather much"),
  High: _("Much"),
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

/** Where two meet, as the page calls it. */
export const BREAKDOWN = /** @type {const} */ ([
  ["activities", _("What you both enjoy")],
  ["domains", _("What draws you both")],
  ["topics", _("What you both talk about")],
  ["power", _("Who leads")],
]);

const LEVELS = [_("A beginning"), _("Something"), _("A good deal"), _("Much"), _("Very much")];

/** @param {number} level 1 to 5 */
export function levelWords(level) {
  return LEVELS[level - 1] ?? "";
}

/** @typedef {{me: string, partner: string}} Roles what each of the two does */

/**
 * Who does what where one of the two gives. @type {Readonly<Record<string, {me: (name: string) => Roles, partner: (name: string) => Roles}>>}
 */
const DEEDS = {
  give: {
    me: (name) => ({ me: _("You give"), partner: _("{name} receives", { name }) }),
    partner: (name) => ({ me: _("You receive"), partner: _("{name} gives", { name }) }),
  },
  show: {
    me: (name) => ({ me: _("You show"), partner: _("{name} watches", { name }) }),
    partner: (name) => ({ me: _("You watch"), partner: _("{name} shows", { name }) }),
  },
  lead: {
    me: (name) => ({ me: _("You lead"), partner: _("{name} follows", { name }) }),
    partner: (name) => ({ me: _("You follow"), partner: _("{name} leads", { name }) }),
  },
  hear: {
    me: (name) => ({ me: _("You listen"), partner: _("{name} begs", { name }) }),
    partner: (name) => ({ me: _("You beg"), partner: _("{name} listens", { name }) }),
  },
};

/** @type {Readonly<Record<string, string>>} */
const DEEDS_OF = { commands_give: "lead", protocols_give: "lead", begging_give: "hear" };

/** @type {Readonly<Record<string, string>>} */
const WATCHED = { stripping_self: "watching_strip", solo_pleasure_self: "watching_solo_pleasure" };

/** @typedef {{key: string, gives: "me" | "partner" | "both"}} Mutual as the server says it */
/** @typedef {{key: string, roles: Roles | null}} MutualWords null: both of them */

/**
 * Something both said yes to, as it is for the reader: the key of their own side, and who does what.
 * @param {Mutual} mutual
 * @param {string} name the partner's
 * @returns {MutualWords}
 */
export function mutualWords({ key, gives }, name) {
  if (gives === "both") return { key, roles: null };
  const deed = DEEDS[DEEDS_OF[key] ?? (key.endsWith("_self") ? "show" : "give")];
  return { key: gives === "me" ? key : counterpart(key), roles: deed?.[gives](name) ?? null };
}

/**
 * All of them, each key once. A key may be there for two reasons: both receive, and the one gives what the other receives. The one who
 * gives is said.
 * @param {readonly Mutual[]} mutual
 * @param {string} name
 * @returns {Map<string, Roles | null>}
 */
export function rolesByKey(mutual, name) {
  /** @type {Map<string, Roles | null>} */
  const found = new Map();
  for (const each of mutual) {
    const { key, roles } = mutualWords(each, name);
    found.set(key, roles ?? found.get(key) ?? null);
  }
  return found;
}

/** @param {string} key of the one who gives or shows */
function counterpart(key) {
  return WATCHED[key] ?? key.replace(/_give$/, "_receive").replace(/_self$/, "_watching");
}

export const LIMITS = /** @type {const} */ ([
  ["hardBoundaryImpact", _("Spanking, slapping, biting")],
  ["hardBoundaryRestrain", _("Being tied or blindfolded")],
  ["hardBoundaryBreath", _("Anything at the throat")],
  ["hardBoundaryDegrade", _("Degrading words")],
  ["hardBoundaryPublic", _("Being seen by others")],
  ["hardBoundaryRecord", _("Photos and recordings")],
  ["hardBoundaryAnal", _("Anal play")],
  ["hardBoundaryWatersports", _("Watersports")],
]);

/** @param {readonly string[]} keys @returns {string[]} in words; a key that the page does not know stays as it is */
export function limitWords(keys) {
  const words = new Map(/** @type {[string, string][]} */ (LIMITS.map(([key, label]) => [key, label])));
  return keys.map((key) => words.get(key) ?? key);
}

/** What each setting opens to a connected partner, from the least to the most. */
export const SHARING = [
  {
    value: "demographics_only",
    label: _("Only who I am"),
    hint: _("Gender, orientation and relationship, if you told them. No answers, and nothing about how you fit."),
  },
  {
    value: "overlapping_only",
    label: _("What both of us say Yes to"),
    hint: _("Only things you both said Yes to, and how well you fit."),
  },
  {
    value: "all_responses",
    label: _("Everything I say Yes to"),
    hint: _("Each Yes, what draws you by these, leading and following, and how well you fit. Never a Maybe or a No."),
  },
];

/** The same in two words, for a list. @type {Readonly<Record<string, string>>} */
export const SHARED = {
  demographics_only: _("Who I am"),
  overlapping_only: _("What we share"),
  all_responses: _("Every Yes"),
};
