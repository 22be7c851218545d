"""What one process tells the others about a room, and on which channel."""

from typing import Generic

import msgspec

from game_server.live.messages import HaltKind
from game_server.live.room import L
from rooms.seats import SeatName


class Bell(msgspec.Struct, Generic[L], frozen=True, kw_only=True, omit_defaults=True):
    """Every field but the process's name may be absent, and all of it may be lost."""

    by: str
    events: tuple[L, ...] = ()
    halt: HaltKind | None = None
    halt_number: int = 0
    lifted: int | None = None
    fence: tuple[SeatName, int] | None = None
    presence: bool = False
    renamed: bool = False
    head: int = 0


def channel(room_id: str) -> str:
    """The room's bell; tagged, so that a cluster keeps one room on one node."""
    return f"bell:{{{room_id}}}"
