"""What can be told to somebody who is not looking, and in which words.

The words are fixed: nothing of what people are called, what a card says or what somebody answered can get into them. The
discreet ones are the same for everything, so that not even the kind of news stands on a lock screen. Both leave out what the
product is for.
"""

from typing import Literal

import msgspec

Style = Literal["discreet", "normal"]


class Words(msgspec.Struct, frozen=True):
    """What a screen shows."""

    title: str
    body: str


class Kind(msgspec.Struct, frozen=True):
    """One thing that can be told. `worth_s` is for how long a push of it is worth delivering, in seconds; where it `fades` the
    line in the list says nothing any more then, either.
    """

    name: str
    words: Words
    worth_s: int
    fades: bool = True


DISCREET = Words("Something is waiting for you.", "Have a look when it suits you.")

MINUTES, HOURS = 60, 3600

KINDS = {
    kind.name: kind
    for kind in (
        Kind("connection_request", Words("Somebody asks for you.", "Have a look within a few minutes."), 5 * MINUTES),
        Kind("connection_claimed", Words("Your link was opened.", "Compare the words and say yes."), 5 * MINUTES),
        Kind(
            "connection_accepted",
            Words("Both of you said yes.", "You are connected now."),
            12 * HOURS,
            fades=False,
        ),
        Kind(
            "connection_declined",
            Words("Your request has an answer.", "It was declined, and that is fine."),
            12 * HOURS,
            fades=False,
        ),
        Kind(
            "card_waiting",
            Words("Something was written for you.", "Read it when you have a quiet moment."),
            24 * HOURS,
            fades=False,
        ),
        Kind("task_due", DISCREET, 12 * HOURS),
        Kind("session_asked", Words("Somebody asks you to join.", "Come in when you have time."), 24 * HOURS),
        Kind(
            "bond_request",
            Words("Somebody asks to be let in.", "Have a look when it suits you."),
            24 * HOURS,
            fades=False,
        ),
        Kind("bond_joined", Words("You have been let in.", "Have a look around."), 24 * HOURS, fades=False),
        Kind(
            "bond_declined",
            Words("Your request has an answer.", "It was declined, and that is fine."),
            24 * HOURS,
            fades=False,
        ),
        Kind(
            "bond_changed",
            Words("Something you share has changed.", "Have a look when it suits you."),
            24 * HOURS,
            fades=False,
        ),
        Kind(
            "bond_check_in",
            Words("Somebody told you how they are.", "Have a look when it suits you."),
            24 * HOURS,
            fades=False,
        ),
        Kind("your_turn", Words("It is your turn.", "Everything waits until you are back."), 24 * HOURS),
    )
}
"""By name. More come with tasks: a name that this version does not know is told in the discreet words."""


def words(kind: str, style: Style) -> Words:
    """What is shown of it."""
    return DISCREET if style == "discreet" or kind not in KINDS else KINDS[kind].words
