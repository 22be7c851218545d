"""The hot copy of rooms in Redis: it can be lost without losing a fact.

Keys are tagged by room (`{id}`), so that a cluster keeps one room on one node.
"""

import msgspec
import redis.asyncio as redis

from storage.game_rules import free_words
from storage.sessions import Room

HOT_FOR_S = 6 * 3600

_ROOM = msgspec.json.Decoder(Room)

# Only ever forward: a slower process must not put an older state over a newer one.
_SAVE = """
if tonumber(redis.call('HGET', KEYS[1], 'head') or '-1') < tonumber(ARGV[1]) then
    redis.call('HSET', KEYS[1], 'head', ARGV[1], 'room', ARGV[2])
    redis.call('EXPIRE', KEYS[1], ARGV[3])
end
return 1
"""


def key(session_id: str) -> str:
    """The room's hash."""
    return f"room:{{{session_id}}}"


def save(pipeline: "redis.client.Pipeline", room: Room) -> None:
    """Queue the room's state; an older head than the stored one changes nothing. Names stay in the database, and so does a room
    whose rules hold words of its opener: it is read from the log where this process does not know it.
    """
    if free_words(room.state.settings.rules):
        return
    seats = {seat: msgspec.structs.replace(row, display_name=None) for seat, row in room.seats.items()}
    room = msgspec.structs.replace(room, seats=seats)
    pipeline.eval(_SAVE, 1, key(room.state.session_id), room.state.head, msgspec.json.encode(room), HOT_FOR_S)


async def load(connection: "redis.Redis", session_id: str) -> Room | None:
    """The hot copy; None when there is none or it was written by another version of the program."""
    blob = await connection.hget(key(session_id), "room")
    try:
        return _ROOM.decode(blob) if blob else None
    except msgspec.DecodeError:
        return None
