"""Whose turn began while they were away: found in the log and in what the processes say of their phones, every few seconds.

A command costs nothing for it. What a process that dies knew is not needed: the log has the turn, Redis when the phone was last
here. While Redis is away nobody is called: who is here then, only their own process knows.
"""

from datetime import datetime, timedelta

import structlog

from game_server.live import presence
from game_server.live.presence import Mark
from game_server.looked import AtTurns
from game_server.notifications.actions import room
from game_server.notifications.sending import send_soon
from game_server.services import Services
from rooms.notifications.absence import Verdict, verdict
from storage import notifications, turns_begun
from storage.notifications import Told
from storage.turns_begun import TurnBegun

log = structlog.get_logger()

LOOKED_BACK_AT_FIRST = timedelta(minutes=10)
"""What began before a process took over the timetable, and was not told by the one before."""

LOOKED_BACK = timedelta(seconds=6)
"""A move is seen when it is committed, which may be a while after its moment."""


async def call_back(services: Services) -> int:
    """Tell everybody whose turn began while they were away, once a turn; how many."""
    if not services.hub.connected:
        return 0
    looked, now = services.looked.turns, services.clock.now()
    since = looked.until - LOOKED_BACK if looked.until else now - LOOKED_BACK_AT_FIRST
    async with services.database.reading() as connection:
        begun = await turns_begun.lately(connection, since, looked.again)
    try:
        marks = await presence.read(services.redis, [turn.session_id for turn in begun]) if begun else {}
    except presence.PresenceErrors as error:
        log.debug("presence_unread", kind=type(error).__name__)
        return 0
    found = [(turn, _seen(marks[turn.session_id].get(turn.seat), turn, now)) for turn in begun]
    told = [await _tell(services, turn) for turn, seen in found if seen == "away"]
    services.looked.turns = AtTurns(now, [turn.session_id for turn, seen in found if seen == "unsure"])
    if any(told):
        send_soon(services)
    return sum(told)


async def _tell(services: Services, turn: TurnBegun) -> bool:
    async with services.database.as_service() as connection:
        return await notifications.tell(connection, _told(turn))


def _seen(mark: Mark | None, turn: TurnBegun, now: datetime) -> Verdict:
    moment = now.timestamp()
    here = presence.reads(mark, moment, presence.STALE_S).status == "present"
    seen_at = None if mark is None else mark.beat if mark.status == "present" else mark.at
    return verdict(here=here, seen_at=seen_at, began_at=turn.began_at.timestamp(), now=moment)


def _told(turn: TurnBegun) -> Told:
    return Told(
        kind="your_turn",
        user_id=turn.user_id,
        from_user_id=turn.from_user_id,
        about=f"turn:{turn.session_id}",
        version=turn.seq,
        link=room(turn.session_id),
        session_id=turn.session_id,
    )
