"""`game-server room`: what operators may see of a room. Its course and its connections, never its content.

Masked: names, texts of cards, feedback, words, and which limits a card touches. What the log does not hold (who skipped,
paused or stopped) nobody can show.
"""

from typing import Any

import msgspec

from game_server.live.presence import PresenceErrors, read, reads
from game_server.services import Services
from rooms.errors import NotFound
from rooms.seats import SEATS, SeatName
from rooms.sessions import events as e
from storage import sessions as store
from storage.sessions import Logged, Room


async def inspect(services: Services, session_id: str) -> dict[str, Any]:
    """State, log, seats with their connections, presence; JSON-ready. Raises NotFound."""
    async with services.database.as_service() as connection:
        loaded = await store.load(connection, session_id)
        fences = await store.fences(connection, [session_id])
    if loaded is None:
        raise NotFound
    room, logged = loaded.room, loaded.log
    return {
        "session_id": session_id,
        "status": room.status,
        "epoch": room.epoch,
        "state": _state(room),
        "seats": {seat: _seat(room, seat, fences[session_id, seat]) for seat in SEATS},
        "sockets": await _sockets(services, session_id),
        "log": [_logged(item) for item in logged],
    }


def _state(room: Room) -> dict[str, Any]:
    state = room.state
    return {
        "head": state.head,
        "phase": state.phase,
        "level": state.level,
        "turn": state.turn,
        "target": state.settings.target_activities,
        "active": state.active,
        "type": state.type,
        "card": state.card and _card(state.card),
        "kept": state.kept,
        "consecutive_skips": state.consecutive_skips,
        "resume_wanted": state.resume_wanted,
        "cool_down_until": state.cool_down_until,
        "remaining": state.remaining,
    }


def _card(card: e.ShownCard) -> dict[str, Any]:
    return {
        "activity_id": card.activity_id,
        "type": card.type,
        "rating": card.rating,
        "intensity": card.intensity,
        "source": card.source,
        "phase": card.phase,
        "relaxed": card.relaxed,
    }


def _seat(room: Room, seat: SeatName, fence: int) -> dict[str, Any]:
    row = room.seats[seat]
    kind = (row.actor or "open").partition(":")[0]
    return {"kind": kind, "joined": row.joined, "hosted": row.hosted, "fence": fence}


async def _sockets(services: Services, session_id: str) -> dict[str, Any]:
    """What Redis says of the connections; "unknown" while it is away."""
    try:
        marks = (await read(services.redis, [session_id]))[session_id]
    except PresenceErrors:
        return dict.fromkeys(SEATS, "unknown")
    now = services.clock.now().timestamp()
    return {
        seat: {
            **msgspec.to_builtins(reads(marks.get(seat), now, services.settings.away_s)),
            "connection": marks[seat].connection if seat in marks else None,
        }
        for seat in SEATS
    }


def _logged(item: Logged) -> dict[str, Any]:
    """An event without its content: type, turn, card by number."""
    event: dict[str, Any] = msgspec.to_builtins(item.event)
    shown: dict[str, Any] = {key: event[key] for key in ("t", "turn", "type", "level", "reason", "by") if key in event}
    if isinstance(item.event, e.FeedbackGiven):
        shown.pop("by", None)
    if isinstance(item.event, e.CardShown | e.CardReplaced):
        shown["card"] = _card(item.event.card)
    return {"seq": item.seq, "at": item.at, **shown}
