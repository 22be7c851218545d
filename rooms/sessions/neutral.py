"""The cards of the last resort: small, always allowed, outside the bank. They need no tags, and may repeat."""

from collections.abc import Mapping

from rooms.activities.card import Card, Step, Tags
from rooms.activities.language import ENGLISH, primary_of
from rooms.sessions.commands import Kind


def _neutral(type_: Kind, *texts: str, language: str = ENGLISH) -> tuple[Card, ...]:
    tags = Tags(("connection",))
    return tuple(
        Card(uid="", type=type_, language=language, rating="G", intensity=1, steps=(Step("A", text),), tags=tags)
        for text in texts
    )


NEUTRAL: dict[Kind, tuple[Card, ...]] = {
    "truth": _neutral(
        "truth",
        "Tell your partner one thing about today that you are glad about.",
        "Tell your partner about a moment this week when you thought of them.",
        "Say one thing that your partner does that makes you feel at home.",
        "Tell your partner what you would like more time for together.",
    ),
    "dare": _neutral(
        "dare",
        "Hold your partner's hand and take three slow breaths together.",
        "Look at your partner for half a minute and smile when you feel like it.",
        "Give your partner a hug that lasts for five slow breaths.",
        "Give your partner a sincere compliment.",
    ),
}

NEUTRAL_APART: dict[Kind, tuple[Card, ...]] = {
    "truth": NEUTRAL["truth"],
    "dare": _neutral(
        "dare",
        "Close your eyes, both of you, and take three slow breaths at the same time.",
        "Look around where you are and tell your partner about one thing that you like there.",
        "Hum one line of a song that makes you think of your partner.",
        "Give your partner a sincere compliment.",
    ),
}
"""For two who are not in one room: nobody touches, nobody has to be seen."""


_GERMAN: dict[Kind, tuple[Card, ...]] = {
    "truth": _neutral(
        "truth",
        "Nenn {partner} etwas an diesem Tag, worüber du froh bist.",
        "Erzähl {partner} von einem Moment dieser Woche, in dem ihr euch in deinen Gedanken begegnet seid.",
        "Nenn etwas, das {partner} tut und das sich für dich nach Zuhause anfühlt.",
        "Sag {partner}, wofür du gern mehr gemeinsame Zeit hättest.",
        language="de",
    ),
    "dare": _neutral(
        "dare",
        "Nimm {partner} an der Hand und macht zusammen drei langsame Atemzüge.",
        "Schau {partner} eine halbe Minute lang an und lächle, wenn dir danach ist.",
        "Umarme {partner} für fünf langsame Atemzüge.",
        "Mach {partner} ein ehrliches Kompliment.",
        language="de",
    ),
}
_GERMAN_APART: dict[Kind, tuple[Card, ...]] = {
    "truth": _GERMAN["truth"],
    "dare": _neutral(
        "dare",
        "Schließt beide die Augen und macht im selben Augenblick drei langsame Atemzüge.",
        "Sieh dich um, wo du bist, und erzähl {partner} von etwas, das dir dort gefällt.",
        "Summ eine Zeile aus einem Lied, das dich an {partner} denken lässt.",
        "Mach {partner} ein ehrliches Kompliment.",
        language="de",
    ),
}

IN_LANGUAGES: Mapping[str, tuple[dict[Kind, tuple[Card, ...]], dict[Kind, tuple[Card, ...]]]] = {
    ENGLISH: (NEUTRAL, NEUTRAL_APART),
    "de": (_GERMAN, _GERMAN_APART),
}
"""By language those for two in one room, and those for two who are apart."""


def neutral_cards(type_: Kind, *, apart: bool, language: str = ENGLISH) -> tuple[Card, ...]:
    """What may always come; in English where there is none in this language."""
    together, far = IN_LANGUAGES.get(primary_of(language), IN_LANGUAGES[ENGLISH])
    return (far if apart else together)[type_]
