"""A word that was agreed on within a talk ("our safeword is pineapple"): where it stands alone later in it, it means stop.

It knows how that is said in three languages, not meaning. In doubt it finds, as `safety` does.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from rooms.activities import lexicon
from rooms.activities.named import as_said

MOST_WORDS = 6
"""So many words may stand around it, or it does not stand alone."""

AROUND = 80
MOST_HINTS = 20
"""So many characters before and behind are read, and so often in a text."""


def may_be_agreed(text: str) -> bool:
    """Is it so short that it could be such a word? Then it is worth reading what was said before."""
    return any(0 < len(re.findall(r"\w+", one)) <= MOST_WORDS for one in as_said(text))


def agreed_in(texts: Iterable[str]) -> frozenset[str]:
    """Which words these say are safewords, whoever says so."""
    return frozenset(word for text in texts for piece in _pieces(text) for word in _named(_plain(piece)))


def is_agreed(text: str, agreed: Iterable[str]) -> bool:
    """Is this one of them, and nothing else?"""
    said = [_plain(one).strip(_MARKS) for one in as_said(text)]
    return any(
        re.fullmatch(rf"{_BEFORE}(?:{re.escape(word)}{_AFTER}[\W_]*)+", one) is not None
        for word in agreed
        for one in said
    )


def _pieces(text: str) -> Iterator[str]:
    """Where it might be said: most of a talk is not read any closer."""
    end = -1
    for found in islice(_HINT.finditer(text), MOST_HINTS):
        if found.start() >= end:
            end = found.end() + AROUND
            yield text[max(0, found.start() - AROUND) : end + AROUND]


def _named(said: str) -> Iterator[str]:
    for pattern in (*_AGREED, *_AGREED_AHEAD):
        for found in pattern.finditer(said):
            if found["quoted"]:
                yield from _if_any(found["quoted"].strip(_MARKS))
                continue
            words = found["plain"].split()
            ahead = pattern in _AGREED_AHEAD
            if _EVERYDAY.fullmatch(words[-1 if ahead else 0]) is None:
                for count in range(1, 1 + len(words)):
                    yield from _if_any(" ".join(words[-count:] if ahead else words[:count]).strip(_MARKS))


def _if_any(word: str) -> Iterator[str]:
    if len(word) > 1 and _EVERYDAY.fullmatch(word) is None:
        yield word


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", lexicon.plain(text)).strip()


_MARKS = " \t\n.,;:!?*_~\"'\u201c\u201d\u201e\u00ab\u00bb()[]\u2026\u00a1\u00bf-"
_BEFORE = r"(?:(?:please|bitte|por favor|i said|ich sagte)[\s,]+)?"
_AFTER = r"(?:[\W_]+(?:please|now|bitte|jetzt|por favor|ya))*"
_MEANS = r"(?:means|hei(?:\u00df|ss)t|bedeutet|significa|quiere decir)"
_HINT = re.compile(
    rf"safe|stopp?wort|sicherheitswort|seguridad|\b{_MEANS} |\b(?:say|write|type|sag|schreib|ruf|di[gc]|dec|escrib)",
    re.IGNORECASE,
)
"""What does not say this agrees on nothing."""

_QUOTED = r"[\"'*\u201c\u201e\u00ab](?P<quoted>[^\"'*\u201c\u201d\u00bb]{2,40})[\"'*\u201c\u201d\u00bb]"
_WORD = rf"(?:{_QUOTED}|(?P<plain>[^\W_][\w-]*(?: [^\W_][\w-]*){{0,2}}))"
"""Without marks around it nobody knows where it ends: of three words each beginning counts, or each end where it stands ahead."""
_SAFEWORD = r"(?:safe ?-?wor[dt]|stopp?wort|sicherheitswort|palabra de seguridad)"
_WHOSE = r"(?:(?:our|my|the|your|a|unser|mein|dein|das|ein|nuestra|mi|tu|la|una) )?"
_THE_WORD = r"(?:(?:(?:the|das|la) (?:word|wort|palabra)|an?|the|ein|eine|der|die|das|una?|el|la) )?"
_IS = r"is|be|will be|shall be|should be|could be|ist|sei|lautet|wird|heisst|hei\u00dft|soll|ware|es|sera|sea|seria"
_FOR = r"(?: for (?:us|tonight|today|this)| fur (?:uns|heute)| para (?:nosotros|hoy))?"
_IF_SAID = (
    r"\b(?:if|when|whenever|once) (?:i|you|we|one of us|either of us|anybody) (?:ever )?(?:say|says|write|writes|type) "
)
_STOPS = r",? (?:then )?(?:(?:i|you|we|it|everything|please) )?(?:\w+ ){0,2}(?:stops?|pauses?|slows?|halts?)\b"
_WENN = r"\b(?:wenn|sobald|falls) (?:ich|du|wir|eine[rs]? von uns) "
_GESAGT = r" (?:sag\w*|schreib\w*|ruf\w*),? (?:dann )?(?:\w+ ){0,3}(?:stopp\w*|hor\w*|halt\w*|auf\w*|pause|schluss)\b"
_SI = r"\b(?:si|cuando) (?:yo |tu )?(?:digo|diga|dices|digas|decimos|digamos|escribo|escriba) "
_PARA = r",? (?:\w+ ){0,3}(?:para\w*|deten\w*|pausa\w*|alto)\b"
_AGREED = (
    re.compile(rf"\b{_SAFEWORD}{_FOR}(?: ?[:=] ?|['\u2019]s | (?:{_IS}) ){_THE_WORD}{_WORD}"),  # our safeword is X
    re.compile(rf"{_IF_SAID}{_THE_WORD}{_WORD}{_STOPS}"),  # if I say X, we stop
    re.compile(rf"{_WENN}{_THE_WORD}{_WORD}{_GESAGT}"),
    re.compile(rf"{_SI}{_THE_WORD}{_WORD}{_PARA}"),
)
"""By small letters without accents: what comes ahead of the word."""

_AGREED_AHEAD = (
    re.compile(rf"{_WORD} (?:as|for|als|como|to be|{_IS}) {_WHOSE}{_SAFEWORD}"),  # take X as our safeword
    re.compile(rf"{_WORD} {_MEANS} (?:that (?:we|you) )?(?:stop|stopp|halt|alto|parar)\b"),
)
"""The same where the word comes first."""

_EVERYDAY = re.compile(
    r"what|which|who|this|that|these|it|there|here|he|she|they|we|you|and|or|but|so|not|yes|ok|okay|fine|good|great|sure|still"
    r"|always|never|now|only|just|also|too|very|important|needed|used|known|word|one|something|anything|nothing|for|to|in|on"
    r"|if|when|whatever|up|like|was|wer|welches|welche|dies|es|du|wir|ihr|sie|und|oder|aber|nicht|ja|gut|noch|immer|nie|jetzt"
    r"|nur|auch|wichtig|wort|etwas|nichts|im|wenn|wie|que|cual|esto|eso|yo|pero|si|bien|vale|aun|siempre|nunca|ahora|solo"
    r"|tambien|importante|palabra|algo|nada|en|como|cuando|safeword|stoppwort|sicherheitswort"
)
"""What is no word that anybody agrees on."""
