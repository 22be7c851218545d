"""The tagging guide made executable: which words of a text force which tag, and which phrasings no card may have.

It is a second opinion on tags that people, an AI or a couple wrote, and the only one on free texts. It reads the languages of
LANGUAGES and knows phrases, not meaning: it stops oversight, not malice. In doubt it finds rather than misses.

Its phrases stand in `phrases` (boundaries), `practices` (preference keys), `talk` (topics and levels) and `forbidden`, for German
in the modules of the same names with `_de`, in this notation: a phrase ends with ";", a space is any run of other characters in
a sentence, " ?" an optional one, " .. " a gap of at most six words, "~" stands for the endings of an English word, <name> for a
class of `CLASSES`; the rest is a regular expression. A line break is nothing, so that a long phrase may go on in the next line.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from rooms.activities import (
    forbidden,
    forbidden_de,
    phrases,
    phrases_de,
    practices,
    practices_de,
    talk,
    talk_de,
    taxonomy,
)
from rooms.activities.card import ACTIVE, Card
from rooms.activities.language import ENGLISH, primary_of

LANGUAGES = (ENGLISH, "de")
"""Texts in other languages are not understood: nothing found in them means nothing."""

LANGUAGE = ENGLISH
"""The one in which an AI may be asked for cards: for no other are there the rules of `english` and `blunt`."""

Kind = Literal["boundary", "preference", "topic", "level", "forbidden", "direction"]


class Finding(msgspec.Struct, frozen=True, order=True):
    """What a text says, and where: `text[start:end]` is the phrase as it stands there.

    `tag` by kind: boundary: a boundary key. preference: the stem of preference keys (`keys_of` names them). topic: a truth
    topic. level: the lowest rating ("R", "X") it may have. forbidden: the rule of the guide that it breaks: "open_ended",
    "no_stop", "silenced", "no_taken_away", "stolen" or "held_still" (dares only), "graphic", "harm", "minors" or
    "others_drawn_in". direction: "receives": in a dare of which this is the active player's step the active would receive.
    """

    start: int
    end: int
    kind: Kind
    tag: str
    words: str


class Lack(msgspec.Struct, frozen=True):
    """A finding that a card does not answer for. `step` is its index in the script."""

    step: int
    finding: Finding
    message: str


def keys_of(stem: str) -> tuple[str, ...]:
    """The preference keys of a stem, every direction: "massage" has massage_receive and massage_give."""
    return _KEYS_OF[stem]


def found(text: str, languages: Iterable[str] = LANGUAGES) -> tuple[Finding, ...]:
    """Everything that the text says, by place. Whether it matters depends on the card: `missing` knows.

    Nobody knows in which language people write to each other, so without `languages` it is read in all of them.
    """
    findings = {finding for language in languages for finding in _found(text, _READ[language])}
    return tuple(sorted(findings))


def read_of(card: Card) -> tuple[str, ...]:
    """The languages in which a card's words are read: its own, if we know it, and all where two people wrote it."""
    if card.source == taxonomy.COUPLES_OWN:
        return LANGUAGES
    return tuple(language for language in LANGUAGES if language == primary_of(card.language))


def missing(card: Card) -> tuple[Lack, ...]:
    """What the card's words force and its tags lack, and what it may not say at all. `direction` knows which way keys point."""
    languages = read_of(card)
    return tuple(
        Lack(number, finding, message)
        for number, step in enumerate(card.steps)
        for finding in found(step.do, languages)
        if (message := _complaint(card, step.actor, finding))
    )


def _found(text: str, lexicon: "_Lexicon") -> set[Finding]:
    plain, places = _plain(text)
    plain = lexicon.harmless.sub(lambda match: "#" * len(match[0]), plain)
    findings = set(_search(text, plain, places, lexicon.always))
    if any(
        finding.kind == "level" or (finding.kind == "preference" and finding.tag != "massage") for finding in findings
    ):
        findings.update(_search(text, plain, places, lexicon.beside_intimacy))
    return findings


def _complaint(card: Card, actor: str, finding: Finding) -> str:
    """Why the finding is a fault of this card, empty when it is none."""
    words, tag, is_dare = finding.words, finding.tag, card.type == "dare"
    match finding.kind:
        case "boundary" if tag not in card.boundaries:
            said = f'"{words}" falls under {tag}, which the card does not name.'
        case "preference" if not set(keys_of(tag)).intersection(card.preference_keys):
            said = f'"{words}" is about {tag}: name {" or ".join(keys_of(tag))}.'
        case "topic" if not is_dare and tag not in card.tags.topics:
            said = f'"{words}" asks about {tag}, which the card does not name as a topic.'
        case "level" if taxonomy.RATINGS.index(card.rating) < taxonomy.RATINGS.index(tag):
            said = f'"{words}" has no place below {tag}.'
        case "direction" if is_dare and actor == ACTIVE:
            said = f'"{words}": in a dare the active player gives. Swap the roles of the steps.'
        case "forbidden" if is_dare or tag in forbidden.ANYWHERE or tag in forbidden.BESIDE_INTIMACY:
            said = f'"{words}" is a phrasing that no card may have ({tag}).'
        case _:
            said = ""
    return said


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in lower case without accents, invisible signs and typographer's quotes, and where each character of it stood."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for part in unicodedata.normalize("NFKD", _SAME.get(character, character)).lower():
            if unicodedata.category(part) not in ("Mn", "Cf"):
                characters.append(part)
                places.append(place)
    return "".join(characters), places


def _search(text: str, plain: str, places: list[int], rules: "_Rules") -> Iterator[Finding]:
    for kind, tag, pattern in rules:
        for match in pattern.finditer(plain):
            start, end = places[match.start()], places[match.end() - 1] + 1
            yield Finding(start, end, kind, tag, text[start:end])


# --- the notation ------------------------------------------------------------------------------------------------------

_Rules = tuple[tuple[Kind, str, re.Pattern[str]], ...]

_SAME = {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00df": "ss"}
_BETWEEN = r"[^\w.!?;]+"
_GAP = rf"(?:{_BETWEEN}[\w']+){{0,6}}?{_BETWEEN}"
_ENDINGS = r"(?:\w?(?:s|es|d|ed|ing|ings|er|ers))?"
_TOKENS = re.compile(r" \.\. |<(\w+)>| \?| |~")


def _pattern(lines: str) -> re.Pattern[str]:
    listed = [phrase.strip() for phrase in _joined(lines).split(";")]
    wanted = "|".join(_TOKENS.sub(_expanded, phrase) for phrase in listed if phrase)
    return re.compile(rf"(?<!\w)(?:{wanted})(?!\w)")


def _joined(lines: str) -> str:
    return re.sub(r"\n\s*", "", lines)


def _expanded(token: re.Match[str]) -> str:
    if token[1]:
        return f"(?:{_TOKENS.sub(_expanded, _joined(_CLASSES[token[1]]))})"
    return {" .. ": _GAP, " ": _BETWEEN, " ?": f"(?:{_BETWEEN})?", "~": _ENDINGS}[token[0]]


def _rules(kind: Kind, tables: Iterable[Mapping[str, str]]) -> _Rules:
    return tuple((kind, tag, _pattern(lines)) for table in tables for tag, lines in table.items())


class _Lexicon(msgspec.Struct, frozen=True):
    """One language: what is looked past, what is looked for, and what only beside something intimate."""

    harmless: re.Pattern[str]
    always: _Rules
    beside_intimacy: _Rules


_CLASSES = {**phrases.CLASSES, **phrases_de.CLASSES}

_READ = {
    ENGLISH: _Lexicon(
        harmless=_pattern(phrases.HARMLESS),
        always=(
            *_rules("boundary", [phrases.BOUNDARIES]),
            *_rules("preference", [practices.PREFERENCES]),
            *_rules("topic", [talk.TOPICS]),
            *_rules("level", [talk.LEVELS]),
            *_rules("forbidden", [forbidden.IN_DARES, forbidden.ANYWHERE]),
            *_rules("direction", [forbidden.WRONG_WAY]),
        ),
        beside_intimacy=(
            *_rules("boundary", [phrases.BOUNDARIES_BESIDE_INTIMACY]),
            *_rules("forbidden", [forbidden.BESIDE_INTIMACY]),
        ),
    ),
    "de": _Lexicon(
        harmless=_pattern(phrases_de.HARMLESS),
        always=(
            *_rules("boundary", [phrases_de.BOUNDARIES]),
            *_rules("preference", [practices_de.PREFERENCES]),
            *_rules("topic", [talk_de.TOPICS]),
            *_rules("level", [talk_de.LEVELS]),
            *_rules("forbidden", [forbidden_de.IN_DARES, forbidden_de.ANYWHERE]),
            *_rules("direction", [forbidden_de.WRONG_WAY]),
        ),
        beside_intimacy=(
            *_rules("boundary", [phrases_de.BOUNDARIES_BESIDE_INTIMACY]),
            *_rules("forbidden", [forbidden_de.BESIDE_INTIMACY]),
        ),
    ),
}

_DISPLAYS = {
    "stripping": ("stripping_self", "watching_strip"),
    "solo_pleasure": ("solo_pleasure_self", "watching_solo_pleasure"),
    **{stem: (f"{stem}_self", f"{stem}_watching") for stem in ("posing", "dancing", "revealing_clothing")},
}
_KEYS_OF = {
    stem: _DISPLAYS.get(stem)
    or tuple(key for key in taxonomy.PREFERENCE_KEYS if key in (stem, f"{stem}_receive", f"{stem}_give"))
    for stem in practices.PREFERENCES
}
