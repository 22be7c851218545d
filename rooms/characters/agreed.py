"""A word that was agreed on within a talk ("our safeword is pineapple"): where it stands alone later in it, it means stop.

It knows how that is said in three languages (`agreed_words`), not meaning. In doubt it finds, as `safety` does: a word too many
costs a message.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile

from rooms.activities import lexicon
from rooms.activities.named import as_said
from rooms.characters.agreed_words import (
    AHEAD,
    AHEAD_ALONE,
    ANSWERS,
    ANSWERS_BEHIND,
    ASK_HINT,
    ASKED,
    BEHIND,
    EITHER,
    EMOJI,
    EVERYDAY,
    FILLERS,
    HINTS,
    IF_SAID,
    LEADING,
    MADE,
    MAKES,
    NO,
    OFFERS,
    ONE_BY_ONE,
    PLURAL,
    SAFEWORD,
    TRAILING,
)

MOST_WORDS = 6
"""So many different words may stand around it, or it does not stand alone."""

AROUND = 80
MOST_HINTS = 25
"""So many characters before and behind are read, and so often in a text by each kind of hint: all that a person says at once."""

MOST_FOUND = 6
"""So often a phrase is looked at where it is said: the next piece begins in this one."""

LONGEST_NAME = 3
"""Words of a safeword without marks around it."""

SLIPS_FROM = 5
"""From so many letters on, a word is known again with one of them wrong."""


def may_be_agreed(text: str) -> bool:
    """Is it so short that it could be such a word? Then it is worth reading what was said before."""
    return any(0 < len(set(_tokens(_plain(one), MOST_TOKENS))) <= MOST_WORDS for one in as_said(text))


def agreed_in(texts: Iterable[str]) -> frozenset[str]:
    """Which words these say are safewords, whoever says so; the oldest first, as an answer names what was asked for."""
    found: set[str] = set()
    asked = False
    for text in texts:
        if asked:
            found.update(_answered(_plain(text[: 2 * AROUND]), whole=len(text) <= 2 * AROUND))
        for piece in pieces(text):
            found.update(_named(_plain(piece)))
        asked = _asks(text)
    return frozenset(found)


def is_agreed(text: str, agreed: Iterable[str]) -> bool:
    """Is this one of them, and nothing else? Said again and again, with a plea, or with a slip of a letter, it is."""
    said = [_Said(one) for one in as_said(text)]
    return any(one.is_word(word) for word in agreed for one in said)


def pieces(text: str) -> Iterator[str]:
    """Where it might be said: most of a talk is not read any closer."""
    for hint in HINTS:
        yield from islice(_beside(hint, text), MOST_HINTS)


def _beside(hint: re.Pattern[str], text: str) -> Iterator[str]:
    end = 0
    while (found := hint.search(text, end)) is not None:
        end = found.end() + 2 * AROUND
        yield text[max(0, found.start() - AROUND) : end + AROUND]


# --- what is agreed on -------------------------------------------------------------------------------------------------


def _named(said: str) -> Iterator[str]:
    for found in _found(AHEAD, said):
        if NO.search(said, max(0, found.start() - 12), found.start()) is None:
            yield from _each_after(found[0], said[found.end() :])
    for found in _found(AHEAD_ALONE, said):
        yield from _alone(said[found.end() :])
    for pattern, follows in IF_SAID:
        for found in islice(pattern.finditer(said), MOST_FOUND):
            if follows.match(said, found.end()):
                yield from _after(said[found.end() :])
    for found in _found(BEHIND, said):
        yield from _before(said[: found.start()])
    for found in _found((MADE,), said):
        if MAKES.search(said, max(0, found.start() - AROUND), found.start()):
            yield from _before(said[: found.start()])
    yield from _offered(said)


def _found(patterns: Iterable[re.Pattern[str]], said: str) -> Iterator[re.Match[str]]:
    return (found for pattern in patterns for found in islice(pattern.finditer(said), MOST_FOUND))


def _each_after(safewords: str, rest: str) -> Iterator[str]:
    split = ONE_BY_ONE if PLURAL.search(safewords) else EITHER
    yield from _after(rest)
    for one in islice(split.split(_SENTENCE.split(rest, maxsplit=1)[0]), 1, MOST_WORDS):
        yield from _after(one)


def _offered(said: str) -> Iterator[str]:
    """What is said of a safeword that was spoken of just before: "let's take X"; or only X, behind a question."""
    spoken = _SAFEWORD.search(said)
    if spoken is not None:
        for found in islice(OFFERS.finditer(said, spoken.end()), MOST_FOUND):
            yield from _after(said[found.end() :])
        asked = _QUESTION.match(said, spoken.end())
        if asked is not None:
            yield from _answered(said[asked.end() :], whole=True)


def _asks(text: str) -> bool:
    tail = text[-4 * AROUND :]
    return ASK_HINT.search(tail) is not None and ASKED.search(_plain(tail)) is not None


def _answered(said: str, *, whole: bool) -> Iterator[str]:
    """What an answer names: the first clause that is a word or a few, and no talk."""
    for found in _found((OFFERS, ANSWERS), said):
        yield from _after(said[found.end() :])
    for found in _found((ANSWERS_BEHIND,), said):
        yield from _before(said[: found.start()])
    clauses = [_tokens(one, LONGEST_NAME + MOST_WORDS) for one in islice(_CLAUSE.split(said), MOST_WORDS)]
    for place, clause in enumerate(clauses if whole else clauses[:-1]):
        words = [one for one in clause if one not in _SOUNDS]
        meant = [one for one in words if one not in FILLERS] or (words if place == 0 else [])
        if meant and not all(one in EVERYDAY for one in meant):
            if len(meant) <= LONGEST_NAME and _PEOPLE.isdisjoint(meant):
                yield from _if_any(meant)
            return


def _alone(rest: str) -> Iterator[str]:
    """The word that ends its clause, or stands between marks."""
    rest = LEADING.sub("", rest, count=1) if not _QUOTED.match(rest) else rest
    if (quoted := _QUOTED.match(rest)) is not None:
        yield from _between(quoted)
        return
    words = _tokens(_ALONE.split(rest, maxsplit=1)[0], LONGEST_NAME + 1)
    if words and len(words) <= LONGEST_NAME and words[0] not in EVERYDAY:
        yield from _if_any(words)


def _after(rest: str) -> Iterator[str]:
    """The word with which this begins: who knows where it ends? Of three words each beginning counts, and a whole clause."""
    rest = rest[: 2 * AROUND]
    lead = LEADING.match(rest)
    start = lead.end() if lead is not None else 0
    quoted = _QUOTED.search(rest, 0, start + 2 * AROUND)
    if quoted is not None and quoted.start() <= start:
        yield from _between(quoted)
        return
    words = _tokens(_CLAUSE.split(rest[start:], maxsplit=1)[0], LONGEST_NAME + MOST_WORDS)
    signs = list(takewhile(_is_sign, words))
    yield from _if_any(signs)
    words = [one for one in words if not _is_sign(one)]
    if words and words[0] not in EVERYDAY:
        for count in range(1, 1 + min(len(words), LONGEST_NAME)):
            yield from _if_any(words[:count])
        if len(words) <= MOST_WORDS:
            yield from _if_any(words)
    elif 0 < len(words) <= LONGEST_NAME and words[0] not in _JOINS:  # "good morning" may be one, "good" is none
        yield from _if_any(words)


def _before(rest: str) -> Iterator[str]:
    """The word with which this ends, as `_after`."""
    rest = rest[-AROUND:]
    rest = rest[: TRAILING.search(rest).start()]  # type: ignore[union-attr]  # it finds nothing, at the end
    quoted = _QUOTED_LAST.search(rest)
    if quoted is not None:
        yield from _between(quoted)
        return
    words = _tokens(_CLAUSE.split(rest)[-1], AROUND)
    signs = list(takewhile(_is_sign, reversed(words)))
    yield from _if_any(signs[::-1])
    words = [one for one in words if not _is_sign(one)][-LONGEST_NAME:]
    if words and words[-1] not in EVERYDAY:
        for count in range(1, 1 + len(words)):
            yield from _if_any(words[-count:])


def _between(quoted: re.Match[str]) -> Iterator[str]:
    """What stands between marks; a sign only where nothing else does."""
    words = _tokens(quoted[1] or quoted[2], MOST_WORDS)
    yield from _if_any([one for one in words if not _is_sign(one)] or words)


def _if_any(words: Sequence[str]) -> Iterator[str]:
    word = " ".join(words)
    if (len(word) > 1 or word.isdigit() or _is_sign(word)) and not all(one in EVERYDAY for one in words):
        yield word


# --- what is said ------------------------------------------------------------------------------------------------------


class _Said:
    """What somebody says now, read once for all the words that it may be."""

    def __init__(self, text: str) -> None:
        tokens = _tokens(_plain(text), MOST_TOKENS)
        self._signs = "".join(one for one in tokens if _is_sign(one))
        every = [one for one in tokens if not _is_sign(one)]
        meant = [one for one in every if one not in FILLERS]
        self._readings = [list(map(_folded, one)) for one in (every, meant) if one]
        self._only_signs = not meant

    def is_word(self, word: str) -> bool:
        """Nothing but the word?"""
        if _is_sign(word[0]):
            return self._only_signs and word.replace(" ", "") in self._signs
        parts = [_folded(one) for one in word.split()]
        whole = "".join(parts)
        return any(_is_again(said, whole, len(parts)) for said in self._readings)


def _is_again(said: list[str], word: str, count: int) -> bool:
    """Is it said here once or more, in words as they were agreed on, or written in one or apart?"""
    if _is_near("".join(said), word):
        return True
    if all(_is_near(one, word) for one in said):
        return True
    return len(said) % count == 0 and all(
        _is_near("".join(said[place : place + count]), word) for place in range(0, len(said), count)
    )


def _is_near(said: str, word: str) -> bool:
    """Is it meant? Short words have to be right."""
    if said == word or (len(said) > len(word) and not said.replace(word, "")):
        return True
    if said in EVERYDAY or abs(len(_short(said)) - len(_short(word))) > 1:
        return False
    if len(word) < SLIPS_FROM:
        return _DRAWN_OUT.search(said) is not None and _short(said) == _short(word)
    return _is_a_slip(_short(said), _short(word))


def _is_a_slip(said: str, word: str) -> bool:
    """One letter wrong, missing, too many, or two changed for one another."""
    start = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(said, word, strict=False)))
    said, word = said[start:][::-1], word[start:][::-1]
    end = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(said, word, strict=False)))
    said, word = said[end:], word[end:]
    return max(len(said), len(word)) <= 1 or (len(said) == len("ab") and said == word[::-1])


def _short(word: str) -> str:
    """Each letter once, however often it is said on end."""
    return _ON_END.sub(r"\1", word)


def _folded(word: str) -> str:
    """Without what stands for an umlaut: with or without it, the word is the same."""
    return _UMLAUT.sub(r"\1", word.replace("'", ""))


def _tokens(plain: str, most: int) -> list[str]:
    return [found[0] for found in islice(_TOKEN.finditer(plain), most)]


def _is_sign(token: str) -> bool:
    return _SIGN.match(token) is not None


def _plain(text: str) -> str:
    small = text.lower() if text.isascii() else lexicon.plain(text)  # the same there, and far sooner
    return _SPACE.sub(" ", small).strip()


MOST_TOKENS = 200
"""Of what is said now: more is no word alone."""

_SPACE = re.compile(r"\s{1,400}")
_TOKEN = re.compile(rf"[^\W_]{{1,40}}(?:'[^\W_]{{1,10}})?|{EMOJI}")
_SIGN = re.compile(EMOJI)
_SAFEWORD = re.compile(SAFEWORD)
_QUESTION = re.compile(r"[^.!?]{0,40}\? ?")
_CLAUSE = re.compile('[.,;:!?()\\[\\]\u2026\u00a1\u00bf"\u201c\u201d\u201e\u00ab\u00bb]| [-\u2013\u2014]{1,2} ')
_SENTENCE = re.compile(r"[.!?;]")
_ALONE = re.compile(r"[.,;:!?()\[\]\u2026]| (?:as|for|als|fur|como|para|geeinigt|verstandigt|if|wenn|si|ok|okay) ?")
_DOUBLE = '"\u201c\u201d\u201e\u00ab\u00bb*`'
_QUOTED = re.compile(
    rf"[{_DOUBLE}]{{1,3}} ?([^{_DOUBLE}]{{1,40}}?) ?[{_DOUBLE}]|[ ]?['\u201a\u2039]([^{_DOUBLE}'\u203a]{{1,40}})['\u203a]"
)
_QUOTED_LAST = re.compile(
    rf"[{_DOUBLE}] ?([^{_DOUBLE}]{{1,40}}?) ?[{_DOUBLE}]{{1,3}}$|(?<!\w)['\u201a\u2039]([^{_DOUBLE}'\u203a]{{1,40}})['\u203a]$"
)
_ON_END = re.compile(r"(\w)\1{1,40}")
_DRAWN_OUT = re.compile(r"(\w)\1\1")
_UMLAUT = re.compile(r"([aou])e")
_JOINS = frozenset(("or", "oder", "o", "u", "and", "und", "y"))
_SOUNDS = frozenset(("hm", "hmm", "uh", "um", "ah", "oh"))
_PEOPLE = frozenset(
    "i me us my you your ich mich mir du dich dir uns wir yo me te tu nos".split()  # noqa: SIM905 - read as words
)
"""Who answers with them says something else than a word."""
