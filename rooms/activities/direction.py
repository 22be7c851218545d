"""Who does it and who receives it: whether a card's words and its preference keys say the same (decision 32).

The limits read a dare's keys with the active player as the giver (who shows, commands, hears begging) and the partner as the
receiver; a truth's keys are the active player's own. A card written the other way round would ask the wrong person. What
stands in the keys and steps is checked exactly; what stands only in the words is looked for by the phrases that cards use, in
English, so that nothing found is no proof that all is well.
"""

import re
from collections.abc import Iterable, Iterator

from rooms.activities import taxonomy
from rooms.activities.card import ACTIVE, PARTNER, Card, Problem

_BODY = (
    "back|behind|body|breasts?|cheeks?|chest|ears?|earlobes?|eyes|face|feet|fingers?|hair|hands?|hips?|knees?|legs?|lips?|lap"
    "|mouth|nape|neck|shoulders?|sides?|skin|spine|stomach|thighs?|throat|waist|wrists?"
)
_TOOLS = "breath|command|commands|fingers?|fingertips|hands?|kiss|kisses|lips?|mouth|orders?|rhythm|tongue|touch|voice|weight"

# The partner does it to the active player: "your partner's hands", "like to be kept", "kissed you", "at your throat".
_RECEIVES = re.compile(
    rf"""\byour\ partner's\ (?:{_TOOLS})\b
    | \b(?:to\ be|being|be|get|getting)\ (?:\w+ly\ )?(?:\w+ed|held|kept|led|bound|bitten|made|told|undone)\b
    | \byour\ partner\ (?:(?!(?:would|do|did|should|can|could|will|and|or)\b)[\w']+\ ){{0,3}}(?:you\b|your\ (?:{_BODY})\b)
    | \byour\ partner\ (?:decided|decides)\b
    | \bshould\ your\ partner\ do\b
    | \b(?:on|over|at|down|along|around|across|behind)\ your\ (?:own\ )?(?:{_BODY})\b
    | \b(?:undoes|undo|melts|melt)\ you\b
    | \bfollowing\b""",
    re.IGNORECASE | re.VERBOSE,
)
# The active player does it to the partner: "kissing your partner", "on your partner", "your partner's skin", "lead".
_GIVES = re.compile(
    r"""\b(?:bind|bite|blindfold|cover|giv|hold|kiss|lead|mak|massag|pull|spank|spoil|strok|tast|teas|tie|touch|ty|undress)
        (?:e|ing)?\ (?:your\ partner|them|(?:the\ )?(?:orders?|commands?))\b
    | \b(?:on|over|at|down|along|around|across)\ your\ partner(?!'s\ (?:hands?|mouth|lips?)\ (?:go|take|be))\b
    | \byour\ partner\ (?:to\ be|being)\b
    | \blead\b | \bgiving\b""",
    re.IGNORECASE | re.VERBOSE,
)
_SHOWS = re.compile(
    r"\bwatch(?:es|ed|ing)? you\b|\bshow(?:ing)? (?:your partner|them)\b|\bfor your partner's eyes\b", re.IGNORECASE
)
_WATCHES = re.compile(r"\b(?:watch|see)(?:ing)? your partner\b", re.IGNORECASE)
_MUTUAL = re.compile(
    r"\b(?<!known )(?<!loved )(?:each other|one another)\b|\b(?:tak(?:e|ing) turns|in turns?|swap|trade places|both of you)\b",
    re.IGNORECASE,
)
_LETS = re.compile(
    rf"""\b(?:let|have|ask|invite|allow)\ (?:your\ partner|\{{partner\}})\ (?:to\ )?
        (?!(?:decide|choose|say|tell|know|name|show|see|hear)\b)(?:\w+\ ){{1,4}}?(?:you\b|your\ (?:{_BODY})\b)
    | \bbe(?:ing)?\ (?:massaged|kissed|tied|held|spanked|undressed|blindfolded|touched)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_OBEYS = re.compile(
    r"\b(?:do|follow|obey) (?:exactly )?(?:(?:what|whatever|everything) (?:your partner|they)|your partner's)\b",
    re.IGNORECASE,
)
_BEGS = re.compile(r"\b(?:beg|plead with|ask) your partner (?:for|nicely|sweetly)\b", re.IGNORECASE)

# What the giver of it does, as a step says it.
_DOES = {
    "massage": "massage|rub|knead",
    "oral_body": "kiss|lick|nibble|worship",
    "oral_sex": "kiss|lick|taste|use your mouth",
    "hands_genitals": "touch|stroke|caress",
    "hair_pull_gentle": "pull|gather|hold",
    "biting_moderate": "bite|nibble",
    "spanking_moderate": "spank",
    "spanking_hard": "spank",
    "restraints": "tie|bind|hold",
    "blindfold": "cover|blindfold",
    "commands": "command|order|instruct",
    "stripping": "undress|take off|strip",
    "dancing": "dance",
    "posing": "pose",
}


def breaches(card: Card) -> list[Problem]:
    """Where the card's keys, steps or words do not say the same of who gives and who receives; empty when nothing was found."""
    directed = [key for key in card.preference_keys if key in taxonomy.HALVES]
    if not directed:
        return []
    return list(_of_a_truth(card, directed) if card.type == "truth" else _of_a_dare(card, directed))


def _of_a_dare(card: Card, directed: list[str]) -> Iterator[Problem]:
    for key in directed:
        giving, receiving = taxonomy.HALVES[key]
        if key == receiving and giving not in directed:
            yield Problem(
                "preference_keys", f"In a dare the active player gives: name {giving}, or swap the steps' roles."
            )
    by_active = [step.do for step in card.steps if step.actor == ACTIVE]
    by_partner = [step.do for step in card.steps if step.actor == PARTNER]
    if not by_active:
        yield Problem(
            "script", "Only the partner does something here: in a dare the active player gives, swap the roles."
        )
    for text in (step.do for step in card.steps):
        if _MUTUAL.search(text):
            yield Problem(
                "script", "Both give and both receive here, and a dare is checked one way: let the active player give."
            )
    for text in by_active:
        if any(words.search(text) for words in _receiving_words(directed)):
            yield Problem("script", "The active player receives here: swap the roles of the steps.")
    yield from _done_by_the_partner(directed, by_active, by_partner)


def _receiving_words(directed: list[str]) -> Iterator[re.Pattern[str]]:
    """The phrases in which the active player would be at the other end of these keys."""
    stems = set(_stems(directed))
    if "commands" in stems:
        yield _OBEYS
    if "begging" in stems:
        yield _BEGS
    if stems - {"commands", "begging"}:
        yield _LETS


def _done_by_the_partner(directed: list[str], by_active: list[str], by_partner: list[str]) -> Iterator[Problem]:
    for stem in _stems(directed):
        does = (
            re.compile(rf"(?:^|[.;,:]\s*|\bthen\s+|\band\s+)(?:{_DOES[stem]})\b", re.IGNORECASE)
            if stem in _DOES
            else None
        )
        if does and _any(does, by_partner) and not _any(does, by_active):
            yield Problem("script", f"The partner gives here ({stem}): swap the roles, the active player gives.")


def _of_a_truth(card: Card, directed: list[str]) -> Iterator[Problem]:
    text = " ".join(step.do for step in card.steps)
    for giving, receiving in dict.fromkeys(taxonomy.HALVES[key] for key in directed):
        shown = giving in taxonomy.PERFORMED
        gives, receives = (bool(words.search(text)) for words in ((_SHOWS, _WATCHES) if shown else (_GIVES, _RECEIVES)))
        own, other = (receiving, giving) if receives else (giving, receiving)
        if gives != receives and other in directed:  # else it asks about both, or the words do not tell
            yield Problem("preference_keys", f"The words are about {own}: name it alone, without {other}.")


def _stems(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.sub(r"_(?:give|receive|self|watching)$|^watching_", "", key) for key in keys))


def _any(pattern: re.Pattern[str], texts: list[str]) -> bool:
    return any(pattern.search(text) for text in texts)
