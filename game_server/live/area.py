"""What an area brings so that its rooms can be live: all of it is declared here.

A `Kind` says what its rooms are: rules, what a phone may say, and where rooms are kept. A `Play` does what is asked of them, with
the services. How a phone's command gets its straight way is the engine's matter (`engine.Area`), which a `Play` hands it to.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, Protocol

import asyncpg
import msgspec
from redis.asyncio import Redis

from game_server.live.bell import Bell
from game_server.live.feed import Feed
from game_server.live.messages import HaltKind
from game_server.live.room import Command, L, R, Rules
from rooms.errors import Refused
from rooms.seats import SeatName

Fence = tuple[SeatName, int]
"""A connection's seat, and its number among those that have had it."""


class Loaded(Protocol):
    """A room at the log's head with the whole log. `unchecked`: limits have changed since it was last looked at."""

    @property
    def room(self) -> Any: ...
    @property
    def log(self) -> list[Any]: ...
    @property
    def unchecked(self) -> bool: ...


class Watched(Protocol):
    """What a process has to know of a room with phones here, whether or not anybody told it."""

    @property
    def head(self) -> int: ...
    @property
    def unchecked(self) -> bool: ...
    @property
    def seats(self) -> dict[SeatName, Any]: ...
    @property
    def fences(self) -> dict[SeatName, int]: ...


class Said(msgspec.Struct, frozen=True):
    """A command, and its id as the phone wrote it: a reply repeats that, byte for byte."""

    command: Command
    id: str


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """What a phone may say: `decoder` knows every command beside `messages.Heard`. Some mean the same in every area:
    those that halt a room, and the goodbye. Of `unattributed` ones nothing that is kept says whose they were.
    """

    decoder: msgspec.json.Decoder[Any]
    halts: Mapping[type, HaltKind]
    goodbye: type
    unattributed: tuple[type, ...]


class Kept(msgspec.Struct, Generic[R, L], frozen=True, kw_only=True):
    """Where rooms are kept. What takes a connection raises STORE_ERRORS.

    `load`, `read_log` (after a seq), `seats`, `watch` and `unchecked` (rooms to be looked at, wherever their phones are) read;
    `attach` raises a seat's fence, `fences` reads them; `replied` is the seq that a command was answered with. `opened`: the room
    with what is sealed in it. `copy`, `save(pipeline, room)` and `copy_key`: the room in Redis, which may be lost.
    """

    load: Callable[[asyncpg.Connection, str], Awaitable[Loaded | None]]
    read_log: Callable[[asyncpg.Connection, str, int], Awaitable[list[L]]]
    seats: Callable[[asyncpg.Connection, str], Awaitable[dict[SeatName, Any]]]
    watch: Callable[[asyncpg.Connection, list[str]], Awaitable[Mapping[str, Watched]]]
    unchecked: Callable[[asyncpg.Connection], Awaitable[list[str]]]
    attach: Callable[[asyncpg.Connection, str, SeatName], Awaitable[int]]
    fences: Callable[[asyncpg.Connection, list[str]], Awaitable[dict[tuple[str, SeatName], int]]]
    replied: Callable[[asyncpg.Connection, str, str], Awaitable[int | None]]
    opened: Callable[[R], Awaitable[R]]
    copy: Callable[[Redis, str], Awaitable[R | None]]
    save: Callable[..., None]
    copy_key: Callable[[str], str]


class Kind(msgspec.Struct, Generic[R, L], frozen=True, kw_only=True):
    """What the rooms of an area are; known before there is anything to do in them."""

    rules: Rules[R, L]
    spoken: Spoken
    kept: Kept[R, L]
    bell: msgspec.json.Decoder[Bell[L]]


class Play(Protocol[R, L]):
    """What is done in the rooms of an area."""

    def arrived(
        self,
        feed: Feed[R, L],
        seat: SeatName,
        command: Any,
        *,
        fence: Fence,
        played: Callable[[int], None],
        refused: Callable[[Refused], None],
    ) -> None:
        """A phone asks: one of the two is called once, `played` with the seq of the acknowledgement."""

    async def play(self, room_id: str, seat: SeatName, command: Any, *, fence: Fence) -> int:
        """The same for one who waits, as a halt does; the seq. Raises Refused (Unavailable: the outcome is unknown)."""

    async def checked(self, room_id: str) -> tuple[Feed[R, L], list[L]]:
        """The room at the log's head and the whole log, with nothing on it that may not stay. Raises Refused, STORE_ERRORS."""
