"""The closed vocabularies of the activity bank: ratings, boundaries, the survey's 53 preference keys and domains."""

from collections.abc import Iterable

TYPES = ("truth", "dare")
RATINGS = ("G", "R", "X")
AUDIENCES = ("couples", "groups", "all")
POWER_ROLES = ("top", "bottom", "switch", "neutral")
BODY_PARTS = ("penis", "vagina", "breasts")
ANY_BODY = ("any", "all")
AI = "ai_generated"
COUPLES_OWN = "user_submitted"
SOURCES = ("bank", AI, COUPLES_OWN)
DOMAINS = ("connection", "exploration", "sensual", "sensation", "power", "verbal", "playful", "edge")

# What a card is about, for the draw's variety; its first theme is the primary one. `docs/tagging-guide.md` says what is which.
THEMES = (
    "care",
    "closeness",
    "desire",
    "dreams",
    "fantasy",
    "flirting",
    "games",
    "gaze",
    "gratitude",
    "home",
    "imagination",
    "kissing",
    "laughter",
    "limits",
    "massage",
    "memories",
    "music",
    "pleasure",
    "power",
    "senses",
    "teasing",
    "touch",
    "trust",
    "undressing",
    "words",
)

# The one thing that is mainly done on a card.
ACTS = {
    "truth": ("appreciate", "ask", "choose", "confess", "explain", "imagine", "remember", "wish"),
    "dare": (
        "act",
        "ask",
        "bind",
        "bite",
        "breathe",
        "dance",
        "draw",
        "edge",
        "feel",
        "gaze",
        "hands",
        "hear",
        "hold",
        "impact",
        "kiss",
        "lead",
        "make",
        "massage",
        "mouth",
        "move",
        "play",
        "serve",
        "show",
        "sing",
        "stroke",
        "tease",
        "tell",
        "throat",
        "undress",
        "whisper",
        "words",
    ),
}

# What a truth may ask about (the survey's B29 to B36, in its order): a No to one of them keeps such a card away.
TOPICS = (
    "past_experiences",
    "fantasies",
    "turn_ons",
    "turn_offs",
    "insecurities",
    "boundaries",
    "future_fantasies",
    "feeling_desired",
)

# What a domain of the bank counts as where a player's five domain scores are asked; playful has no score and counts halfway.
SCORED_AS = {"sensual": "sensation", "edge": "power"}

IMPACT = "hardBoundaryImpact"
RESTRAIN = "hardBoundaryRestrain"
BREATH = "hardBoundaryBreath"
DEGRADE = "hardBoundaryDegrade"
PUBLIC = "hardBoundaryPublic"
RECORD = "hardBoundaryRecord"
ANAL = "hardBoundaryAnal"
WATERSPORTS = "hardBoundaryWatersports"
BOUNDARY_KEYS = (IMPACT, RESTRAIN, BREATH, DEGRADE, PUBLIC, RECORD, ANAL, WATERSPORTS)

# The intensities that mean something for a rating. G is the platonic level and its window is 1 to 1 (a 2 may
# still serve R's afterglow); an X card below 2 would never meet a window.
INTENSITIES = {"G": range(1, 3), "R": range(1, 6), "X": range(2, 6)}


def _both_ways(*stems: str) -> tuple[str, ...]:
    return tuple(f"{stem}_{way}" for stem in stems for way in ("receive", "give"))


# The six categories in the survey's order.
PREFERENCE_CATEGORIES = {
    "physical_touch": _both_ways(
        "massage",
        "hair_pull_gentle",
        "biting_moderate",
        "spanking_moderate",
        "hands_genitals",
        "spanking_hard",
        "slapping",
        "choking",
        "spitting",
        "watersports",
    ),
    "oral": _both_ways("oral_sex", "oral_body"),
    "anal": _both_ways("anal_fingers_toys", "rimming"),
    "power_exchange": _both_ways("restraints", "blindfold", "orgasm_control", "protocols"),
    "verbal_roleplay": ("dirty_talk", "moaning", "roleplay", *_both_ways("commands", "begging")),
    "display_performance": (
        "stripping_self",
        "watching_strip",
        "solo_pleasure_self",
        "watching_solo_pleasure",
        "posing_self",
        "posing_watching",
        "dancing_self",
        "dancing_watching",
        "revealing_clothing_self",
        "revealing_clothing_watching",
    ),
}
PREFERENCE_KEYS = tuple(key for keys in PREFERENCE_CATEGORIES.values() for key in keys)
_KNOWN_PREFERENCES = frozenset(PREFERENCE_KEYS)

# A massage may be platonic; every other key of the survey is about sex and has no place at G.
SEXUAL_KEYS = _KNOWN_PREFERENCES - {"massage_receive", "massage_give"}

# Keys of a dare in which somebody is watched or has to do something on command, in words or in a role.
PERFORMED = frozenset(PREFERENCE_CATEGORIES["display_performance"])
SPOKEN_FOR = frozenset({"moaning", "roleplay", *_both_ways("commands", "begging")})
PERFORMING_ACTS = frozenset({"act", "dance", "show", "sing", "undress"})

_STEM_ALIASES = {
    "spanking": "spanking_moderate",
    "biting": "biting_moderate",
    "hair_pull": "hair_pull_gentle",
    "hands_on_genitals": "hands_genitals",
    "anal": "anal_fingers_toys",
}

# Which parts of a preference key put it under which boundary.
_BOUNDARY_STEMS = {
    IMPACT: ("spanking", "slapping", "biting"),
    RESTRAIN: ("restraints", "blindfold"),
    BREATH: ("choking",),
    ANAL: ("anal", "rimming"),
    WATERSPORTS: ("watersports",),
    DEGRADE: ("degradation", "humiliation"),
    PUBLIC: ("exhibitionism", "voyeurism", "public_play"),
    RECORD: ("recording", "photos", "videos"),
}


def canonical_preference(key: str) -> str:
    """The survey's name of a preference key: lower case, aliases resolved with their direction kept."""
    key = key.strip().lower()
    for way in ("_receive", "_give"):
        stem = key.removesuffix(way)
        if stem != key and stem in _STEM_ALIASES:
            return _STEM_ALIASES[stem] + way
    return key


def _halves() -> dict[str, tuple[str, str]]:
    given = [(key, f"{key.removesuffix('_give')}_receive") for key in PREFERENCE_KEYS if key.endswith("_give")]
    shown = [
        (key, _WATCHED.get(key, f"{key.removesuffix('_self')}_watching"))
        for key in PREFERENCE_KEYS
        if key.endswith("_self")
    ]
    return {half: pair for pair in (*given, *shown) for half in pair}


_WATCHED = {"stripping_self": "watching_strip", "solo_pleasure_self": "watching_solo_pleasure"}

HALVES = _halves()
"""A key with a direction → the two halves of what it names: giving (or showing) first, then receiving (or watching)."""

ASKED_OF_WATCHERS = frozenset(_WATCHED.values())
"""The keys of watching that the survey has a question for."""


def counterpart(key: str) -> str:
    """The other half of what the key names, which is the partner's; a key without a direction is its own."""
    giving, receiving = HALVES.get(key, (key, key))
    return receiving if key == giving else giving


def body_parts(given: Iterable[str], *, or_any: bool = False) -> tuple[str, ...]:
    """The body parts among these words, in their order; `or_any`: one of ANY_BODY names all of them."""
    named = {word.strip().lower() for word in given}
    return tuple(part for part in BODY_PARTS if part in named or (or_any and not named.isdisjoint(ANY_BODY)))


def is_preference(key: str) -> bool:
    """Whether the key is one of the survey's 53 (aliases are not: resolve them first)."""
    return key in _KNOWN_PREFERENCES


def _find_boundaries(preference_key: str) -> frozenset[str]:
    return frozenset(
        boundary for boundary, stems in _BOUNDARY_STEMS.items() if any(stem in preference_key for stem in stems)
    )


_BOUNDARIES_OF = {key: _find_boundaries(key) for key in PREFERENCE_KEYS}


def boundaries_of(preference_key: str) -> frozenset[str]:
    """The boundary keys a preference key falls under; keys outside the survey are read the same way."""
    known = _BOUNDARIES_OF.get(preference_key)
    return _find_boundaries(preference_key) if known is None else known
