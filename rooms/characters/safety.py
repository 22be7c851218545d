"""When somebody does not need play: a safeword, or words of a crisis, in what they write. Read before anything is asked of an AI.

It knows phrases in three languages, not meaning. In doubt it finds: a safety card too much costs a message.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from rooms.activities import lexicon
from rooms.activities.named import as_said
from rooms.activities.notation import Phrases
from rooms.characters.crisis import CRISIS, STOP, Crisis
from rooms.characters.person import Person, SafetyCard
from rooms.characters.words import NOT_ALONE, STOPPED, in_language

Kind = Crisis | Literal["safeword"]


class Help(msgspec.Struct, frozen=True):
    """What was read: a safeword, or that somebody wants to die or hurt themselves, is hurt by somebody, or is not safe."""

    kind: Kind


class Resource(msgspec.Struct, frozen=True):
    """Somebody who helps, and the number at which they do; `where`: in which country."""

    name: str
    number: str
    where: str


class Answer(msgspec.Struct, frozen=True):
    """What is answered instead of play: our words, what the person said of themselves in their bonds, and who helps."""

    kind: Kind
    text: str
    cards: tuple[SafetyCard, ...]
    resources: tuple[Resource, ...]


def asks_for_help(text: str, safewords: Iterable[str] = ()) -> Help | None:
    """Does what the person wrote ask for something else than play? `safewords` are their own, beside everybody's."""
    said = [_straight(lexicon.plain(one)) for one in as_said(text)]
    for kind, phrases in _CRISIS.items():
        if any(phrases.compiled.search(one) for one in said):
            return Help(kind)
    if any(_FOR_HELP.fullmatch(one.strip(_AROUND)) for one in said):
        return Help("unsafe")
    if any(_is_safeword(one, safewords) for one in said):
        return Help("safeword")
    return None


def answer(found: Help, person: Person) -> Answer:
    """What to answer."""
    if found.kind == "safeword":
        return Answer(found.kind, in_language(STOPPED, person.language), person.cards, ())
    words = in_language(NOT_ALONE, person.language)
    return Answer(found.kind, words, person.cards, in_language(RESOURCES, person.language))


def in_words(help_: Answer) -> str:
    """The safety card and who helps, as it stands in a talk."""
    parts = [help_.text]
    for card in help_.cards:
        parts += [one for one in (card.slow, card.stop, card.nonverbal, card.aftercare_needs) if one]
    parts += [f"{one.name}: {one.number} ({one.where})" for one in help_.resources]
    return "\n".join(parts)


def _is_safeword(said: str, own: Iterable[str]) -> bool:
    """Everybody's words stand alone or are said outright; one's own also within a sentence."""
    alone = said.strip(_AROUND)
    if _EVERYBODYS.fullmatch(alone) or _OUTRIGHT.compiled.search(said):
        return True
    if _CALLED.fullmatch(alone) and "?" not in said:
        return True
    words = (_straight(lexicon.plain(word)).strip(_AROUND) for word in own)
    return any(_is_own(word, alone) for word in words if word)


def _is_own(word: str, said: str) -> bool:
    if word in _COMMON:  # "stop teasing me so well" is none where "stop" is: what is said every day has to stand alone
        return re.fullmatch(rf"(?:{re.escape(word)}[\W_]*)+", said) is not None
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said) is not None


def _straight(plain: str) -> str:
    said = _WITHOUT_APOSTROPHE.sub(r"\1't", re.sub(r"\s+", " ", plain).strip())
    return _SPOKEN.sub(lambda match: {"wanna": "want to", "gonna": "going to"}[match[0]], said)


_WITHOUT_APOSTROPHE = re.compile(r"\b(don|can|won|doesn|isn|didn)t\b")
_SPOKEN = re.compile(r"\b(?:wanna|gonna)\b")


_AROUND = " \t\n.,;:!?*_~\"'()[]\u2026\u00a1\u00bf-"
_COMMON = frozenset(
    ("stop", "halt", "no", "nein", "red", "rot", "rojo", "yellow", "gelb", "amarillo", "stopp", "alto", "para")
)
_EVERYBODYS = re.compile(
    r"(?:(?:please|bitte|por favor|no|i said|just)[\s,]+)?"
    r"(?:(?:red|rot|rojo|stop|stopp|halt|alto|para|basta|safe ?word|yellow|gelb|amarillo|palabra de seguridad|sicherheitswort"
    r"|stoppwort|pause|enough|that's enough|no more|i need a break|aufhoren|hoer auf|schluss|genug|es reicht|ich kann nicht mehr"
    r"|detente|(?:ya )?no puedo mas)"
    r"(?:[\W_]+(?:now|please|it|jetzt|bitte|ya|por favor))*[\W_]*)+"
)
_CALLED = re.compile(r"(?:safe ?word|stoppwort|sicherheitswort|palabra de seguridad)(?:[\W_]+\w+){1,2}")
"""With the word that was agreed on, which nobody else knows."""
_FOR_HELP = re.compile(r"help(?: me)?|i need help|hilfe|hilf mir|helft mir|(?:me )?ayuda|ayudame|socorro|sos")
"""Where it stands alone: "help me choose a name" is talk."""
_OUTRIGHT = Phrases(STOP)

_CRISIS: Mapping[Crisis, Phrases] = {kind: Phrases(lines) for kind, lines in CRISIS.items()}
"""What is said of oneself in earnest; the first that fits says which it is."""

RESOURCES: Mapping[str, tuple[Resource, ...]] = {
    "en": (
        Resource("Emergency", "112", "EU"),
        Resource("Emergency", "999", "UK"),
        Resource("Emergency", "911", "US, Canada"),
        Resource("Suicide and Crisis Lifeline, call or text", "988", "US, Canada"),
        Resource("Samaritans", "116 123", "UK, Ireland"),
        Resource("National Domestic Violence Hotline", "1-800-799-7233", "US"),
        Resource("National Domestic Abuse Helpline", "0808 2000 247", "UK"),
    ),
    "de": (
        Resource("Notruf", "112", "EU"),
        Resource("Polizei", "110", "DE"),
        Resource("TelefonSeelsorge", "0800 111 0 111", "DE"),
        Resource("Hilfetelefon Gewalt gegen Frauen", "116 016", "DE"),
        Resource("Hilfetelefon Gewalt an Männern", "0800 123 99 00", "DE"),
        Resource("TelefonSeelsorge", "142", "AT"),
        Resource("Die Dargebotene Hand", "143", "CH"),
    ),
    "es": (
        Resource("Emergencias", "112", "UE"),
        Resource("Línea de atención a la conducta suicida", "024", "ES"),
        Resource("Violencia de género", "016", "ES"),
        Resource("Teléfono de la Esperanza", "717 003 717", "ES"),
        Resource("Línea de la Vida", "800 911 2000", "MX"),
        Resource("988, opción 2 en español", "988", "EE. UU."),
    ),
}
"""Who helps, by language; the numbers are looked after by `docs/characters.md`."""
