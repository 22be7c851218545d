"""What a task goes through, and when it is late."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from rooms.bonds.people import Member
from rooms.bonds.states import Move, move

Status = Literal["pending", "in_progress", "completed", "approved", "cancelled"]

STATUSES: tuple[Status, ...] = ("pending", "in_progress", "completed", "approved", "cancelled")
OPEN = frozenset({"pending", "in_progress"})
"""In which something is still asked of somebody."""

MOVES: Mapping[str, Move] = {
    "start": move("pending", "in_progress", again="in_progress"),
    "submit": move("pending in_progress", "completed", again="completed"),
    "approve": move("completed", "approved"),
    "revise": move("completed", "in_progress"),
    "ask-extension": move("pending in_progress"),
    "answer-extension": move("pending in_progress"),
    "edit": move("pending in_progress"),
    "cancel": move("pending in_progress completed", "cancelled", again="cancelled"),
    "remove": move("pending"),
}


def is_overdue(
    *, status: str, due: datetime | None, now: datetime, held: bool, person: Member | None, paused: bool
) -> bool:
    """Is it late? Not while its person or the bond (`paused`) pauses, not where a limit holds it, and nobody's task never."""
    if due is None or status not in OPEN or held or paused or person is None or person.is_paused:
        return False
    return due < now
