"""The cards of the last resort: small, always allowed, outside the bank. They need no tags, and may repeat."""

from rooms.activities.card import Card, Step, Tags
from rooms.sessions.commands import Kind


def _neutral(type_: Kind, *texts: str) -> tuple[Card, ...]:
    return tuple(
        Card(uid="", type=type_, rating="G", intensity=1, steps=(Step("A", text),), tags=Tags(("connection",)))
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


def neutral_cards(type_: Kind, *, apart: bool) -> tuple[Card, ...]:
    """What may always come."""
    return (NEUTRAL_APART if apart else NEUTRAL)[type_]
