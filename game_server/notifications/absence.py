"""Whose turn began while they were away: found in the log and in what the processes say of their phones, every few seconds.

A command costs nothing for it. What a process that dies knew is not needed: the log has the turn, Redis when the phone was last
here. While Redis is away nobody is called: who is here then, only their own process knows.
"""

from datetime import datetime, timedelta

import structlog

from game_server.live import presence
from game_server.live.presence import Mark
from game_server.notifications.actions import room
from game_server.notifications.sending import send_soon
from game_server.services import Services
from rooms.notifications.absence import Verdict, verdict
from rooms.notifications.kinds import KINDS
from storage import notifications, turns_begun
from storage.notifications import Told
from storage.turns_begun import TurnBegun

log = structlog.get_logger()

LOOKED_BACK_AT_FIRST = timedelta(minutes=10)
"""What began before a process took over the timetable, and was not told by the one before."""

LOOKED_BACK = timedelta(seconds=30)
"""Longer than anybody stays unsure, and than a commit may take."""


async def call_back(services: Services) -> int:
    """Tell everybody whose turn began while they were away, once a turn; how many."""
    if not services.hub.connected:
        return 0
    before, now = services.push.turns_looked_at, services.clock.now()
    async with services.database.reading() as connection:
        begun = await turns_begun.lately(connection, before - LOOKED_BACK if before else now - LOOKED_BACK_AT_FIRST)
    try:
        marks = await presence.read(services.redis, [turn.session_id for turn in begun]) if begun else {}
    except presence.PresenceErrors as error:
        log.debug("presence_unread", kind=type(error).__name__)
        return 0
    told = 0
    for turn in begun:
        if _seen(marks[turn.session_id].get(turn.seat), turn, now) == "away":
            async with services.database.as_service() as connection:
                told += await notifications.tell(connection, _told(turn))
    services.push.turns_looked_at = now
    if told:
        send_soon(services)
    return told


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
        worth_s=KINDS["your_turn"].worth_s,
        session_id=turn.session_id,
    )
