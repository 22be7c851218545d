"""The games of one person as rows, to be taken away: what of a room is theirs to see, newest first."""

from datetime import datetime

import asyncpg
import msgspec

from rooms.sessions.events import AnyEvent
from storage.export import Item
from storage.export_catalog import columns
from storage.profiles import OWNER, Kind

GAMES, WITH_LOGS = 100, 5
"""At a time, without and with their cards and logs."""

_EVENT = msgspec.json.Decoder(AnyEvent)

_OPEN = "('waiting', 'active')"

# Rows of the older system have no seats, and name their people themselves.
_MINE: dict[Kind, str] = {
    "user": (
        "SELECT seats.session_id FROM session_seats seats WHERE seats.user_id = $1::text::uuid"
        " UNION SELECT s.session_id FROM sessions s WHERE s.primary_user_id = $1::text::uuid"
        " UNION SELECT s.session_id FROM sessions s WHERE s.partner_user_id = $1::text::uuid"
    ),
    "anonymous": "SELECT seats.session_id FROM session_seats seats WHERE seats.anonymous_session_id = $1::text",
}
_SEAT: dict[Kind, str] = {kind: f"mine.{owner}" for kind, owner in OWNER.items()}


class Told(msgspec.Struct, frozen=True):
    """An event of the log, as it is kept."""

    seq: int
    at: datetime
    kept: str

    @property
    def event(self) -> AnyEvent:
        """What happened. Read when it is told: the logs of several games at once would hold up everybody else."""
        found: AnyEvent = _EVENT.decode(self.kept)
        return found


async def games(
    connection: asyncpg.Connection, kind: Kind, owner: str, before: tuple[datetime, str] | None
) -> list[Item]:
    """The next games, those before (created_at, session_id) where that is given. Runs with the caller's rights."""
    at, session_id = before or (None, None)
    rows = await connection.fetch(
        f"SELECT {columns('sessions', 's')}, {columns('session_seats', 'mine')}"
        f" FROM sessions s LEFT JOIN session_seats mine ON mine.session_id = s.session_id AND {_SEAT[kind]}"
        f" WHERE s.session_id IN ({_MINE[kind]})"
        " AND ($2::timestamptz IS NULL OR (s.created_at, s.session_id::text) < ($2, $3))"
        f" ORDER BY s.created_at DESC, s.session_id::text DESC LIMIT {GAMES}",
        *(owner, at, session_id),
    )
    return [dict(row) for row in rows]


async def cards(connection: asyncpg.Connection, session_ids: list[str]) -> dict[str, list[Item]]:
    """The cards kept, by game; of an open game not that of the turn under way, which may not be on any phone now.

    Runs with the caller's rights.
    """
    rows = await connection.fetch(
        f"SELECT t.session_id, {columns('session_activities', 't')}"
        " FROM session_activities t JOIN sessions s ON s.session_id = t.session_id"
        f" WHERE t.session_id = ANY ($1) AND (s.status NOT IN {_OPEN} OR t.seq < s.current_step)"
        " ORDER BY t.session_id, t.seq",
        session_ids,
    )
    return _by_game(rows)


async def links(connection: asyncpg.Connection, session_ids: list[str]) -> dict[str, list[Item]]:
    """The links to these games' open seats, each the opener's."""
    rows = await connection.fetch(
        f"SELECT t.session_id, {columns('session_links', 't')} FROM session_links t WHERE t.session_id = ANY ($1)",
        session_ids,
    )
    return _by_game(rows)


async def openers(connection: asyncpg.Connection, session_ids: list[str]) -> dict[str, str]:
    """Who opened these games, with whose key the words of their rules are sealed."""
    rows = await connection.fetch(
        "SELECT session_id, actor FROM session_seats WHERE session_id = ANY ($1) AND seat = 'A'", session_ids
    )
    return {row["session_id"]: row["actor"] for row in rows}


async def logs(connection: asyncpg.Connection, session_ids: list[str]) -> dict[str, list[Told]]:
    """The logs, by game, as they were written: who sees what of them is for `rooms.sessions.views` to say. Of an open game
    what was before the turn under way.
    """
    rows = await connection.fetch(
        "SELECT t.session_id, t.seq, t.at, t.event::text FROM session_events t"
        " JOIN sessions s ON s.session_id = t.session_id CROSS JOIN LATERAL ("
        " SELECT max(b.seq) AS began FROM session_events b WHERE b.session_id = t.session_id AND b.type = 'turn_began'"
        f") AS turn WHERE t.session_id = ANY ($1) AND (s.status NOT IN {_OPEN} OR t.seq < coalesce(turn.began, t.seq + 1))"
        " ORDER BY t.session_id, t.seq",
        session_ids,
    )
    found: dict[str, list[Told]] = {}
    for row in rows:
        found.setdefault(row["session_id"], []).append(Told(row["seq"], row["at"], row["event"]))
    return found


async def sealed_rules(connection: asyncpg.Connection, kind: Kind, owner: str) -> list[Item]:
    """Of the words in the rules of games that this person opened one envelope for each key they are sealed with."""
    rows = await connection.fetch(
        "SELECT DISTINCT ON (sealed ->> 'key_id') s.rules #> '{rules,sealed}' AS sealed"
        f" FROM session_seats mine JOIN sessions s ON s.session_id = mine.session_id,"
        " LATERAL (SELECT s.rules #> '{rules,sealed}' AS sealed) AS words"
        f" WHERE {_SEAT[kind]} AND mine.seat = 'A' AND jsonb_typeof(sealed) = 'object' AND sealed ? 'key_id'",
        owner,
    )
    return [row["sealed"] for row in rows]


def _by_game(rows: list[asyncpg.Record]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for row in rows:
        item = dict(row)
        found.setdefault(item.pop("session_id"), []).append(item)
    return found
