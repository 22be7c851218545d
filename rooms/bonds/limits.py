"""What a text names, and whether it touches a limit of whoever it is for: the same limits as those of a card in a game.

A text says seldom who does what to whom. Where it speaks of somebody else ("my back", "for your partner") or begins with what is
to be done, its reader may be the one who gives; else it is read as what is done to them. `lexicon` says what it does not know.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import timedelta

import msgspec

from rooms.activities import lexicon, taxonomy
from rooms.activities.letters import read_out
from rooms.activities.lexicon import Finding
from rooms.activities.named import Named, named, read
from rooms.sessions.limits import MAYBE, NEVER_ASKED, NO, Player

HARDER = {"spanking_moderate": "spanking_hard"}
"""Who never wants the one never wants the other."""

GENERAL = {
    "impact": taxonomy.IMPACT,
    "breath": taxonomy.BREATH,
    "public": taxonomy.PUBLIC,
    "anal": taxonomy.ANAL,
    "bondage": taxonomy.RESTRAIN,
    "watersports": taxonomy.WATERSPORTS,
}
"""Names of a boundary itself: all that falls under it, and not only the practices that the word makes one think of."""

MOST_ANSWERS, ANSWERS_WITHIN = 12, timedelta(hours=24)
"""So often within so long an author is told of a limit in a bond; from then on every text that names anything touches one."""

MOST_AT_ALL = 2 * MOST_ANSWERS
"""So often of limits that only their words guard, too, which no lexicon knows; from then on every text touches one."""


class Limits(msgspec.Struct, frozen=True):
    """Somebody's limits in a bond. `hard` and `soft` are boundary and preference keys, `words` those of limits that have no key:
    each the words that a text has to have.
    """

    hard: frozenset[str] = frozenset()
    soft: frozenset[str] = frozenset()
    words: tuple[frozenset[str], ...] = ()


class Said(msgspec.Struct, frozen=True):
    """What texts say: preference keys as they concern whoever it is for, and every boundary that these fall under; whether they
    name `anything` that the lexicon knows; whether it is what nobody may ask of anybody.
    """

    keys: frozenset[str]
    anything: bool
    is_forbidden: bool


def limits_of(player: Player, rated: Iterable[str] = (), names: Iterable[str] = ()) -> Limits:
    """`rated` are the keys of what they rated maybe or no in the bond, `names` activities that they never want and that no key
    stands for.
    """
    answers = {key: answer for key, answer in (player.answers or {}).items() if key not in NEVER_ASKED}
    declined = (key for key, answer in answers.items() if answer <= NO)
    unsure = (key for key, answer in answers.items() if NO < answer <= MAYBE)
    hard = player.hard.union(player.never, declined)
    return Limits(hard, player.soft.union(unsure, rated) - hard, tuple(content_words(name) for name in names))


def is_hit(limits: Limits, keys: Iterable[str], texts: Iterable[str]) -> bool:
    """Does a text that names these keys touch a hard limit?"""
    if not limits.hard.isdisjoint(keys):
        return True
    if not limits.words:
        return False
    said = {word for text in texts for word in _words(text)}
    return any(all(_is_said(word, said) for word in words) for words in limits.words)


def keys_of_name(name: str) -> tuple[str, ...]:
    """What an activity's name says to the limits: preference keys in every direction, else boundary keys; maybe nothing."""
    found = named(name)
    keys = set(found.preference_keys)
    for one, harder in HARDER.items():
        if not keys.isdisjoint(lexicon.keys_of(one)):
            keys.update(lexicon.keys_of(harder))
    outright = {GENERAL[word] for word in _words(name) if word in GENERAL}
    return tuple(sorted(keys | outright or found.boundary_keys))


def said_in(texts: Iterable[str]) -> Said:
    """What texts say to the limits of whoever they are for."""
    said = [(text, *read(text)) for text in texts]
    return Said(
        frozenset().union(*(_keys_in(*one) for one in said)),
        any(found.anything for _, found, _ in said),
        any(found.forbidden for _, found, _ in said),
    )


def content_words(name: str) -> frozenset[str]:
    """The words by which an activity is known again in a text."""
    words = frozenset(_words(name))
    return frozenset(word for word in words if len(word) > SHORT and word not in EMPTY) or words


def _keys_in(text: str, found: Named, findings: Iterable[Finding]) -> frozenset[str]:
    practices = [one for one in findings if one.kind == "preference"]
    in_any_direction = {key for one in practices for key in lexicon.keys_of(one.tag)}
    directed = set(_directed(text, practices))
    alone = {key for boundary in found.boundary_keys for key in _ONLY.get(boundary, ()) if key not in in_any_direction}
    return (found.preference_keys - in_any_direction).union(directed, alone, found.boundary_keys)


def _directed(text: str, practices: Iterable[Finding]) -> Iterator[str]:
    """Every sentence is looked through once, however often it names something: a long text without a full stop is one."""
    ends = [one.start() for one in _END.finditer(text)]
    speaks: dict[tuple[int, int], bool] = {}
    for one in practices:
        before, after = bisect_left(ends, one.start), bisect_left(ends, one.end)
        begun = ends[before - 1] + 1 if before else 0
        ended = ends[after] if after < len(ends) else len(text)
        keys = lexicon.keys_of(one.tag)
        if any(key.endswith("_receive") for key in keys) and text[begun : one.start].strip():
            if (begun, ended) not in speaks:
                speaks[begun, ended] = _SOMEBODY.search(text[begun:ended]) is not None
            if not speaks[begun, ended]:
                keys = tuple(key for key in keys if key.endswith("_receive"))
        yield from keys


def _practices_of(boundary: str) -> tuple[str, ...]:
    return tuple(key for key in taxonomy.PREFERENCE_KEYS if boundary in taxonomy.boundaries_of(key))


_ONLY = {
    boundary: keys
    for boundary in taxonomy.BOUNDARY_KEYS
    if len(keys := _practices_of(boundary)) == len(("give", "receive"))
}
"""A boundary under which there is one practice alone → its keys: to name the one is to name the other."""

_END = re.compile(r"[.!?;\n]")
_SOMEBODY = re.compile(
    r"\b(?:me|my|mine|us|him|his|her|hers|them|their|theirs|partner\w*|gives?|giving|gave"
    r"|mich|mir|mein\w*|uns|ihn|ihm|ihr\w*|sein\w*|gib|gibst|geben|partner\w*|me|mí|mi|mis|nos|su|sus)\b",
    re.IGNORECASE,
)
"""Somebody beside the reader, to whom it may be done."""

SHORT = 2
EMPTY = frozenset(
    "the and with for from into onto over your you our any all some not being very much about play playing games game"  # noqa: SIM905 - read as words
    " der die das den dem des ein eine einen einem einer und mit von vom zum zur bei auf aus auch nicht sehr spiel spiele"
    " los las una con por para sin".split()
)
"""Words that make no activity."""

_WORD = re.compile(r"\w+")
_ENDINGS = ("s", "es", "n", "en", "e", "er", "ed", "ing")


def _words(text: str) -> list[str]:
    plain = read_out(text.casefold(), "NFKD")
    return _WORD.findall("".join(one for one in plain if unicodedata.category(one) not in ("Mn", "Cf")))


def _is_said(word: str, said: set[str]) -> bool:
    """The word itself, or the same with another ending."""
    return word in said or any(
        word + ending in said
        or (word.endswith(ending) and len(word) > len(ending) + SHORT and word[: -len(ending)] in said)
        for ending in _ENDINGS
    )
