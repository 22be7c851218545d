"""The tagging guide made executable: which words of a text force which tag, and which phrasings no card may have.

It is a second opinion on tags that people, an AI or a couple wrote, and the only one on free texts. It reads the languages of
LANGUAGES and knows phrases, not meaning: it stops oversight, not malice. In doubt it finds rather than misses.

Its phrases stand in `phrases` (boundaries), `practices` (preference keys), `talk` (topics and levels) and `forbidden`, as two
people say the same in plain prose in `prose` and `prose_practices`, and for German in the modules of the same names with `_de`,
all in the notation of `notation`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from rooms.activities import (
    forbidden,
    forbidden_de,
    phrases,
    phrases_de,
    practices,
    practices_de,
    prose,
    prose_de,
    prose_practices,
    prose_practices_de,
    talk,
    talk_de,
    taxonomy,
)
from rooms.activities.card import ACTIVE, Card
from rooms.activities.language import ENGLISH, primary_of
from rooms.activities.letters import read_out
from rooms.activities.notation import Kind, Phrases, Rules, rules

LANGUAGES = (ENGLISH, "de")
"""Texts in other languages are not understood: nothing found in them means nothing."""

LANGUAGE = ENGLISH
"""The one in which an AI may be asked for cards: for no other are there the rules of `english` and `blunt`."""


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


def compile_all() -> None:
    """What the first texts would wait a second for, done before they come."""
    for lexicon in _READ.values():
        for phrases_ in (lexicon.harmless, *(words for _, _, words in lexicon.always + lexicon.beside_intimacy)):
            phrases_.compiled  # noqa: B018 - kept from here on


def _found(text: str, lexicon: "_Lexicon") -> set[Finding]:
    plain, places = _instead(_plain(text), lexicon.partner)
    plain = lexicon.harmless.compiled.sub(lambda match: "#" * len(match[0]), plain)
    findings = set(_search(text, plain, places, lexicon.always))
    told, where = _instead((plain, places), lexicon.somebody)
    if told != plain:
        findings.update(_search(text, told, where, lexicon.of_anybody))
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


def plain(text: str) -> str:
    """The text as every phrase sees it: small letters without accents and invisible signs."""
    return _plain(text)[0]


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in lower case without accents, invisible signs and typographer's quotes, and where each character of it stood."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        small = character.lower()
        for part in read_out(_SAME.get(small, small), "NFKD").lower():
            if unicodedata.category(part) not in ("Mn", "Cf"):
                characters.append(part)
                places.append(place)
    return "".join(characters), places


def _instead(said: tuple[str, list[int]], words: Mapping[str, str]) -> tuple[str, list[int]]:
    """The text with other words in the place of these, and where each of its characters stands in what was written."""
    if not words:
        return said
    plain, places = said
    parts: list[str] = []
    spots: list[int] = []
    end = 0
    for match in re.finditer("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words), plain):
        new = words[match[0]]
        parts += (plain[end : match.start()], new)
        spots += (*places[end : match.start()], *[places[match.start()]] * (len(new) - 1), places[match.end() - 1])
        end = match.end()
    return "".join((*parts, plain[end:])), spots + places[end:]


def _search(text: str, plain: str, places: list[int], rules: Rules) -> Iterator[Finding]:
    for kind, tag, words in rules:
        for match in words.compiled.finditer(plain):
            start, end = places[match.start()], places[match.end() - 1] + 1
            yield Finding(start, end, kind, tag, text[start:end])


_SAME = {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00df": "ss"} | dict(
    zip("авеікмнорѕстухјԁһ", "abeikmhopsctyxjdh", strict=True)  # Cyrillic letters that look like ours
)


# --- the languages ---------------------------------------------------------------------------------------------------


class _Lexicon(msgspec.Struct, frozen=True):
    """One language: what is looked past, what is looked for, and what only beside something intimate.

    `partner`: how its phrases say the placeholder. `somebody`: words for whoever is meant, by how its phrases say it, for a
    second look at what can be done to anybody.
    """

    harmless: Phrases
    always: Rules
    beside_intimacy: Rules
    partner: Mapping[str, str] = {}
    somebody: Mapping[str, str] = {}

    @property
    def of_anybody(self) -> Rules:
        return tuple(rule for rule in self.always if rule[0] in ("boundary", "preference"))


_AT_HOME = prose.HARMLESS + prose_de.HARMLESS
"""For every language: what is harmless in one may look like a phrase of another."""

_READ = {
    ENGLISH: _Lexicon(
        harmless=Phrases(phrases.HARMLESS + _AT_HOME),
        always=(
            *rules("boundary", phrases.BOUNDARIES, prose.BOUNDARIES),
            *rules("preference", practices.PREFERENCES, prose_practices.PREFERENCES),
            *rules("topic", talk.TOPICS),
            *rules("level", talk.LEVELS, prose.LEVELS),
            *rules("forbidden", forbidden.IN_DARES, forbidden.ANYWHERE),
            *rules("direction", forbidden.WRONG_WAY),
        ),
        beside_intimacy=(
            *rules("boundary", phrases.BOUNDARIES_BESIDE_INTIMACY),
            *rules("forbidden", forbidden.BESIDE_INTIMACY),
        ),
        partner={"{partner}": "your partner"},
        somebody={"me": "them", "him": "them", "us": "them", "my": "their", "his": "their", "our": "their"},
    ),
    "de": _Lexicon(
        harmless=Phrases(phrases_de.HARMLESS + _AT_HOME),
        always=(
            *rules("boundary", phrases_de.BOUNDARIES, prose_de.BOUNDARIES),
            *rules("preference", practices_de.PREFERENCES, prose_practices_de.PREFERENCES),
            *rules("topic", talk_de.TOPICS),
            *rules("level", talk_de.LEVELS, prose_de.LEVELS),
            *rules("forbidden", forbidden_de.IN_DARES, forbidden_de.ANYWHERE),
            *rules("direction", forbidden_de.WRONG_WAY),
        ),
        beside_intimacy=(
            *rules("boundary", phrases_de.BOUNDARIES_BESIDE_INTIMACY),
            *rules("forbidden", forbidden_de.BESIDE_INTIMACY),
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
