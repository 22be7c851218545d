"""What we say ourselves where a character may not: in each of our languages, English where there is none."""

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")

OTHERWISE: Mapping[str, str] = {
    "en": "Let us talk about something else.",
    "de": "Lass uns von etwas anderem reden.",
    "es": "Hablemos de otra cosa.",
}
"""In the place of a sentence that is not let out."""

NOTHING_TO_DO: Mapping[str, str] = {
    "en": "There is nothing that you have to do.",
    "de": "Du musst gerade nichts tun.",
    "es": "No tienes que hacer nada.",
}
"""Where a whole answer would have asked something of somebody who has paused."""

STOPPED: Mapping[str, str] = {
    "en": "We stop here. Nothing goes on, and you owe nobody a reason. Take the time that you need.",
    "de": "Wir hören hier auf. Nichts geht weiter, und du schuldest niemandem einen Grund. Nimm dir die Zeit, die du brauchst.",
    "es": "Paramos aquí. Nada sigue, y no le debes una razón a nadie. Tómate el tiempo que necesites.",
}
"""After a safeword."""

NOT_ALONE: Mapping[str, str] = {
    "en": (
        "I stop playing now, because you matter more. This is a program and cannot help as people can: please talk to somebody"
        " today. If you are in danger right now, call the emergency number."
    ),
    "de": (
        "Ich höre jetzt auf zu spielen, denn du bist wichtiger. Das hier ist ein Programm und kann nicht helfen wie Menschen:"
        " Bitte sprich heute mit jemandem. Wenn du gerade in Gefahr bist, ruf den Notruf an."
    ),
    "es": (
        "Dejo de jugar ahora, porque tú importas más. Esto es un programa y no puede ayudar como las personas: por favor, habla"
        " hoy con alguien. Si estás en peligro ahora mismo, llama a emergencias."
    ),
}
"""After words of a crisis."""


def in_language(words: Mapping[str, T], language: str) -> T:
    """What there is in this language, else in English."""
    return words.get(language, words["en"])
