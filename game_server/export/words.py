"""How an export speaks to the person who reads it: titles, a line for each section, and the survey's own questions."""

from collections.abc import Mapping
from typing import Any

from rooms.profiles.questions import SCALES
from rooms.profiles.survey import QUESTIONS

TITLES: dict[str, tuple[str, str]] = {
    "account": ("Your account", "What stands in it, and what is kept about signing in."),
    "consent": ("What you have stated", "As it holds now."),
    "consents": (
        "What you have agreed to, and when",
        "Each entry is yours; nobody changes one any more. That a game was paused or stopped stands in its log, without a name.",
    ),
    "profile": (
        "Your profile and limits",
        "What follows from your answers, to choose cards by; nobody else sees it so. A 0 may stand for a question left open.",
    ),
    "survey_handed_in": ("Your answers, as handed in", "Kept sealed with a key of your own, and opened for you here."),
    "survey_begun": ("Your answers, as saved", "Kept sealed too."),
    "games": (
        "Your games",
        "With the cards that were kept, and the log as your phone was told it. Who skipped, paused or stopped is not kept.",
    ),
    "notes": ("Your notes to yourself", "Kept sealed with a key of your own, and opened for you here."),
    "history": (
        "The cards you were shown",
        "And how you found them. Your partner sees only, while you are connected, which of them both of you liked.",
    ),
    "partners": ("The partners you remember", ""),
    "connections": (
        "Requests and connections",
        "As your list of them shows them. With each partner stands what they let you see at this moment.",
    ),
    "blocked": ("Whom you have blocked", ""),
    "cards_written_together": ("Cards you wrote together", "Yours, and your partner's while you are connected."),
    "notifications": ("What you were told", ""),
    "pushes": ("What was sent to your devices", ""),
    "devices": ("Your devices", "By number and kind. By what they are reached is the server's secret."),
    "logins": ("Where you were signed in", ""),
    "mails": ("Mails to your address", "What they said is not kept."),
    "mailed_links": ("Links that were mailed to you", ""),
    "purchases": ("What you bought", ""),
    "transactions": ("Payments", ""),
    "refunds": ("Refunds", ""),
    "left_out": (
        "What is not in here, and why",
        "Everything else that the server keeps, by the name of the table and the column.",
    ),
}
"""By section."""

_BY_VALUE = {kind: {option.value: option.label for option in options} for kind, options in SCALES.items()}


def label(name: str) -> str:
    """A name of the database as words."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def answers(given: Mapping[str, Any]) -> dict[str, Any]:
    """Answers by the question they are to, in its own words."""
    return dict(_answer(name, value) for name, value in given.items())


def _answer(name: str, value: Any) -> tuple[str, Any]:
    question = QUESTIONS.get(name)
    if question is None:
        return name, value
    known = _BY_VALUE.get(question.kind) or {option.value: option.label for option in question.options}
    said = [_said(known, one) for one in value] if isinstance(value, list) else _said(known, value)
    return f"{name}: {question.text}", said


def _said(known: Mapping[Any, str], value: Any) -> Any:
    return known.get(value, value) if isinstance(value, str | int | float) else value
