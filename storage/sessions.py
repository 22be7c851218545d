"""Rooms in PostgreSQL: the session's row, its seats, its log, and what a draw has to know as committed now."""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from rooms.activities.card import Card
from rooms.seats import SeatName
from rooms.sessions.events import AnyEvent
from rooms.sessions.flow import Allowance
from rooms.sessions.fold import fold
from rooms.sessions.limits import Player
from rooms.sessions.state import Settings, State, opening
from storage.activities import load_own_cards
from storage.commits import Account
from storage.database import SLOW_S
from storage.players import player_of

_EVENT = msgspec.json.Decoder(AnyEvent)


class SeatRow(msgspec.Struct, frozen=True, kw_only=True):
    """Who sits there: `actor` is "user:…", "anon:…", "hosted", or None while the seat is open."""

    seat: SeatName
    actor: str | None
    user_id: str | None
    anonymous_session_id: str | None
    display_name: str | None
    hosted: bool
    joined: bool


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A room as a process knows it: the state at some head, and who sits where."""

    state: State
    epoch: str
    status: str
    seats: dict[SeatName, SeatRow]

    @property
    def names(self) -> dict[SeatName, str | None]:
        """Display names by seat."""
        return {name: row.display_name for name, row in self.seats.items()}

    @property
    def account(self) -> Account:
        """Who pays: whoever opened the room."""
        opener = self.seats["A"]
        return Account(user_id=opener.user_id, anonymous_session_id=opener.anonymous_session_id)

    def seat_of(self, actor: str) -> SeatName | None:
        """The seat of this person, if any."""
        return next((name for name, row in self.seats.items() if row.actor == actor), None)


class Logged(msgspec.Struct, frozen=True):
    """One event of the log with its place and time."""

    seq: int
    at: datetime
    event: AnyEvent


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """A room at the log's head with the whole log. `unchecked`: limits have changed since its card was last looked at."""

    room: Room
    log: list[Logged]
    unchecked: bool


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """What a process has to know of a room with phones here, whether or not anybody told it. `unchecked` as in `Loaded`, while
    the room is open.
    """

    head: int
    unchecked: bool
    seats: dict[SeatName, SeatRow]
    fences: dict[SeatName, int]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a draw read in one statement; `limits_rev` makes the commit refuse a card drawn on older limits.

    `unchecked` as in `Loaded`; `extra_today` is how many cards after a turn's first the two had on this UTC day. `own_cards` are
    those that only this room may see, of either type: they are drawn beside the bank's, by the same rules.
    """

    session_id: str
    limits_rev: int
    unchecked: bool
    extra_today: int
    bank_revision: int
    allowance: Allowance
    players: dict[SeatName, Player]
    own_cards: tuple[Card, ...] = ()


_SEAT = """
    t.seat, t.actor, t.user_id::text, t.anonymous_session_id, t.hosted, t.joined_at IS NOT NULL AS joined,
    CASE WHEN t.hosted THEN s.partner_anonymous_name ELSE t.display_name END AS display_name
"""
"""The columns of a SeatRow, of `session_seats t` and `sessions s`; a hosted guest's name is the session's."""


async def load_seats(connection: asyncpg.Connection, session_id: str) -> dict[SeatName, SeatRow]:
    """Both seats."""
    rows = await connection.fetch(
        f"SELECT {_SEAT} FROM session_seats t JOIN sessions s USING (session_id) WHERE t.session_id = $1", session_id
    )
    return {row["seat"]: SeatRow(**dict(row)) for row in rows}


async def watch(connection: asyncpg.Connection, session_ids: list[str]) -> dict[str, Watched]:
    """These rooms as they are now, in one statement; a room that is gone is not in it."""
    rows = await connection.fetch(
        f"""
        SELECT s.session_id, s.head, t.fence, {_SEAT},
            s.status IN ('waiting', 'active') AND s.limits_rev <> s.checked_rev AS unchecked
        FROM sessions s JOIN session_seats t USING (session_id)
        WHERE s.session_id = ANY ($1)
        """,
        session_ids,
    )
    found: dict[str, Watched] = {}
    for row in rows:
        fields = dict(row)
        session_id, head, unchecked, fence = (fields.pop(name) for name in ("session_id", "head", "unchecked", "fence"))
        room = found.setdefault(session_id, Watched(head=head, unchecked=unchecked, seats={}, fences={}))
        room.seats[row["seat"]] = SeatRow(**fields)
        room.fences[row["seat"]] = fence
    return found


async def unchecked_rooms(connection: asyncpg.Connection, most: int = 200) -> list[str]:
    """Open rooms that the server has to look at: limits have changed since, or an upgrade goes on where the day had ended."""
    rows = await connection.fetch(
        """
        SELECT s.session_id FROM sessions s
        WHERE s.status IN ('waiting', 'active') AND s.limits_rev <> s.checked_rev
        UNION
        SELECT s.session_id FROM sessions s
        JOIN session_seats t USING (session_id) JOIN users u ON u.id = t.user_id
        WHERE s.status IN ('waiting', 'active') AND s.at_limit
            AND u.subscription_tier = 'premium' AND coalesce(u.subscription_expires_at > now(), true)
        LIMIT $1
        """,
        most,
    )
    return [row["session_id"] for row in rows]


async def rooms_opened_by(connection: asyncpg.Connection, user_ids: list[str]) -> list[str]:
    """Open rooms that stand at the day's limit although one of these people, who sit there, is premium now."""
    rows = await connection.fetch(
        """
        SELECT DISTINCT s.session_id FROM sessions s
        JOIN session_seats t USING (session_id) JOIN users u ON u.id = t.user_id
        WHERE s.status IN ('waiting', 'active') AND s.at_limit AND u.id = ANY ($1::uuid[])
            AND u.subscription_tier = 'premium' AND coalesce(u.subscription_expires_at > now(), true)
        """,
        user_ids,
    )
    return [row["session_id"] for row in rows]


async def load(connection: asyncpg.Connection, session_id: str) -> Loaded | None:
    """The room at the log's head and the whole log; None when there is no such session."""
    row = await connection.fetchrow(
        "SELECT rules, epoch, status, limits_rev <> checked_rev AS unchecked FROM sessions WHERE session_id = $1",
        session_id,
    )
    if row is None:
        return None
    seats = await load_seats(connection, session_id)
    if set(seats) != {"A", "B"}:
        return None  # a row of the older system, without a room
    log = await read_log(connection, session_id)
    start = opening(session_id, msgspec.convert(row["rules"], Settings), hosted=seats["B"].hosted)
    state = fold(start, (logged.event for logged in log))
    room = Room(state=state, epoch=row["epoch"], status=row["status"], seats=seats)
    return Loaded(room=room, log=log, unchecked=row["unchecked"])


def start_of(room: Room) -> State:
    """The room's state before its first event."""
    return opening(room.state.session_id, room.state.settings, hosted=room.seats["B"].hosted)


async def read_log(connection: asyncpg.Connection, session_id: str, after: int = 0) -> list[Logged]:
    """The events with seq > after, in order."""
    rows = await connection.fetch(
        "SELECT seq, at, event::text FROM session_events WHERE session_id = $1 AND seq > $2 ORDER BY seq",
        session_id,
        after,
    )
    return [Logged(row["seq"], row["at"], _EVENT.decode(row["event"])) for row in rows]


async def read_causes(
    connection: asyncpg.Connection, session_id: str
) -> list[tuple[int, str | None, dict[str, Any] | None]]:
    """For a replay: seq, seat and cause of every event."""
    rows = await connection.fetch(
        "SELECT seq, seat, cause FROM session_events WHERE session_id = $1 ORDER BY seq", session_id
    )
    return [(row["seq"], row["seat"], row["cause"]) for row in rows]


async def replied(connection: asyncpg.Connection, session_id: str, command_id: str) -> int | None:
    """The seq that this command was answered with; None when it was not."""
    _, seq, _ = await head_and_reply(connection, session_id, command_id)
    return seq


async def head_and_reply(
    connection: asyncpg.Connection, session_id: str, command_id: str
) -> tuple[int | None, int | None, str | None]:
    """The log's head, and the first reply's seq and body hash when this command has been answered."""
    row = await connection.fetchrow(
        """
        SELECT s.head, r.seq, encode(r.body_hash, 'hex') AS body_hash
        FROM sessions s LEFT JOIN session_replies r ON r.session_id = s.session_id AND r.command_id = $2::uuid
        WHERE s.session_id = $1
        """,
        session_id,
        command_id,
    )
    return (row["head"], row["seq"], row["body_hash"]) if row else (None, None, None)


async def heads(connection: asyncpg.Connection, session_ids: list[str]) -> dict[str, int]:
    """The heads of these rooms."""
    rows = await connection.fetch("SELECT session_id, head FROM sessions WHERE session_id = ANY ($1)", session_ids)
    return {row["session_id"]: row["head"] for row in rows}


async def attach(connection: asyncpg.Connection, session_id: str, seat: SeatName) -> int:
    """A new connection takes the seat: raise the fence, and return it. The session's row is locked first, as commits do."""
    fence: int = await connection.fetchval(
        """
        WITH room AS MATERIALIZED (SELECT session_id FROM sessions WHERE session_id = $1 FOR UPDATE)
        UPDATE session_seats t SET fence = t.fence + 1 FROM room
        WHERE t.session_id = room.session_id AND t.seat = $2
        RETURNING t.fence
        """,
        session_id,
        seat,
    )
    return fence


async def fences(connection: asyncpg.Connection, session_ids: list[str]) -> dict[tuple[str, SeatName], int]:
    """The fences of these rooms' seats."""
    rows = await connection.fetch(
        "SELECT session_id, seat, fence FROM session_seats WHERE session_id = ANY ($1)", session_ids
    )
    return {(row["session_id"], row["seat"]): row["fence"] for row in rows}


async def load_facts(connection: asyncpg.Connection, session_ids: list[str], daily_limit: int) -> dict[str, Facts]:
    """Everything that draws in these rooms may depend on, as committed now: one statement, so that it is of one moment. A room
    that is gone is not in it.

    Only cards of a room's own are read after it: when one is taken back in between, `limits_rev` has moved on, and the commit
    refuses what was drawn.
    """
    rooms: dict[str, list[asyncpg.Record]] = {}
    for row in await connection.fetch(_FACTS, session_ids):
        rooms.setdefault(row["session_id"], []).append(row)
    with_own = [session_id for session_id, rows in rooms.items() if any(row["has_own_cards"] for row in rows)]
    own = await load_own_cards(connection, with_own) if with_own else {}
    return {
        session_id: _facts(rows, daily_limit, own.get(session_id, ()))
        for session_id, rows in rooms.items()
        if len(rows) == len("AB")
    }


def _facts(rows: list[asyncpg.Record], daily_limit: int, own_cards: tuple[Card, ...]) -> Facts:
    room = rows[0]
    unlimited = any(row["premium"] for row in rows)
    players: dict[SeatName, Player] = {row["seat"]: player_of(row, recent=row["recent"][::-1]) for row in rows}
    return Facts(
        session_id=room["session_id"],
        limits_rev=room["limits_rev"],
        unchecked=room["unchecked"],
        extra_today=room["extra_today"],
        bank_revision=room["bank_revision"],
        allowance=Allowance(
            used=room["used"] or 0, limit=daily_limit, unlimited=unlimited, day=room["day"], resets_at=room["resets_at"]
        ),
        players=players,
        own_cards=own_cards,
    )


# Beside the older function, not in it: what it returns may not change while programs that have prepared it are running.
_FACTS = """
    SELECT f.*, f.seat = 'A' AND app.has_own_cards(f.session_id) AS has_own_cards,
        app.limits_in_seat(f.session_id, f.seat) AS personal_limits
    FROM app.draw_facts($1) f
"""


async def idle_sessions(connection: asyncpg.Connection, idle_s: int, most: int = 200) -> list[str]:
    """Open sessions that nobody has moved for so long."""
    rows = await connection.fetch(
        """
        SELECT session_id FROM sessions
        WHERE status IN ('waiting', 'active') AND last_active_at < now() - make_interval(secs => $1)
            AND EXISTS (SELECT FROM session_seats t WHERE t.session_id = sessions.session_id)
        ORDER BY last_active_at LIMIT $2
        """,
        idle_s,
        most,
        timeout=SLOW_S,
    )
    return [row["session_id"] for row in rows]


async def open_rooms_of(connection: asyncpg.Connection, profile_id: int) -> list[str]:
    """Open sessions in which this profile sits."""
    return [
        row["session_id"]
        for row in await connection.fetch(
            """
            SELECT session_id FROM sessions JOIN session_seats USING (session_id)
            WHERE profile_id = $1 AND profile_id <> 0 AND status IN ('waiting', 'active')
            """,
            profile_id,
        )
    ]
