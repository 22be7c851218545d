"""Turns that began lately and were not told yet, of players who have an account: the sweep asks whether they saw it.

From the log alone, so that a command costs nothing for it. Which rooms moved lately is read from the open rooms' index and their
rows: an index on the moment of the last move would have to be touched by every move. Of a log the end is enough: what began
before that began long ago.
"""

from datetime import datetime

import asyncpg
import msgspec

from rooms.seats import SeatName
from storage.database import SLOW_S


class TurnBegun(msgspec.Struct, frozen=True):
    """Whose turn it is since `began_at`; `seq` is the event's, `from_user_id` the other player, if with an account."""

    session_id: str
    seat: SeatName
    user_id: str
    from_user_id: str | None
    seq: int
    began_at: datetime


async def lately(connection: asyncpg.Connection, moved_after: datetime, also: list[str]) -> list[TurnBegun]:
    """In rooms that somebody moved after that, and in some others; not where the turn is done, halted or over the day's limit,
    nor where one of the two has parted from the other since: their room may go on, and calls nobody.
    """
    rows = await connection.fetch(_LATELY, moved_after, also, timeout=SLOW_S)
    return [TurnBegun(**row) for row in rows]


_LATELY = """
    SELECT s.session_id, t.seat, t.user_id::text, other.user_id::text AS from_user_id, e.seq, e.at AS began_at
    FROM sessions s
    CROSS JOIN LATERAL (
        SELECT seq, at, type, event ->> 'active' AS active FROM session_events
        WHERE session_id = s.session_id AND seq > s.head - 40
            AND type IN ('turn_began', 'completed', 'limit_reached', 'paused', 'stopped', 'ended')
        ORDER BY seq DESC LIMIT 1
    ) e
    JOIN session_seats t ON t.session_id = s.session_id AND t.seat = e.active
    LEFT JOIN session_seats other ON other.session_id = s.session_id AND other.seat <> t.seat
    WHERE s.status = 'active' AND (s.last_active_at > $1 OR s.session_id = ANY ($2))
        AND e.type = 'turn_began' AND t.user_id IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM notifications n
            WHERE n.user_id = t.user_id AND n.about = 'turn:' || s.session_id AND n.version >= e.seq)
        AND NOT EXISTS (
            SELECT FROM partner_connections c
            WHERE c.status = 'disconnected' AND c.updated_at >= s.created_at
                AND (c.requester_user_id, c.recipient_user_id) IN ((t.user_id, other.user_id), (other.user_id, t.user_id)))
"""
