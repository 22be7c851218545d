"""A table of states: from where a command leads where. What is not in it is refused; what already holds is done once."""

from collections.abc import Mapping

import msgspec

from rooms.errors import WrongState


class Move(msgspec.Struct, frozen=True):
    """A command: legal in these states, and where it leads (None: it stays). `again` names the states in which it already holds
    and is answered with nothing changed.
    """

    sources: frozenset[str]
    to: str | None
    again: frozenset[str] = frozenset()


def move(sources: str, to: str | None = None, again: str = "") -> Move:
    """The states as words in a line."""
    return Move(frozenset(sources.split()), to, frozenset(again.split()))


def holds(moves: Mapping[str, Move], command: str, status: str) -> bool:
    """Does it hold already? Raises WrongState where it is neither legal nor done."""
    if status in moves[command].sources:
        return False
    if status in moves[command].again:
        return True
    raise WrongState
