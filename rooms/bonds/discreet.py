"""What dates are called where others may see them: on a lock screen, in another program."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "scene": "An evening for us",
    "task_deadline": "To do",
    "important_date": "A day to remember",
    "ritual": "A habit",
    "check_in": "A quiet moment",
}
"""By the kind of an event, in English."""


def word(event_type: str) -> str:
    """What such a date is called."""
    return WORDS.get(event_type, WORDS["important_date"])
