"""Another database has taken the place of the one before: a replica that lacked something, a restore. Phones and memory start
over from what is in its log.
"""

from collections.abc import Iterable

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from game_server.live.feed import Feed
from game_server.live.phone import Close
from game_server.live.rooms import Rooms
from game_server.process import tasks
from storage import hot
from storage.sessions import Logged, Room

log = structlog.get_logger(__name__)

AT_ONCE = 500


def start_over(rooms: Rooms[Room, Logged], connection: Redis, epochs: dict[str, str]) -> None:
    """Nothing remembered of these open rooms, or of those with a phone here, counts any more: the phones are sent away, to come
    back by a snapshot under the new epochs.
    """
    log.warning("another_database", rooms=len(epochs))
    feeds = {room_id: feed for room_id in epochs if (feed := rooms.known(room_id))} | dict(rooms.attended())
    for room_id, feed in feeds.items():
        _forget(rooms, feed, epochs.get(room_id, feed.room.epoch))
        for seated in tuple(feed.seated):
            seated.phone.close(Close.RESTARTING)
    tasks.start(_drop_copies(connection, [*epochs.keys() | feeds.keys()]), name="drop copies")


def _forget(rooms: Rooms[Room, Logged], feed: Feed[Room, Logged], epoch: str) -> None:
    """Back to the room's beginning: whoever needs it reads the whole log."""
    feed.room = msgspec.structs.replace(feed.room, state=rooms.kind.rules.start(feed.room), epoch=epoch)
    feed.stale = True


async def _drop_copies(connection: Redis, room_ids: list[str]) -> None:
    try:
        for ids in _batches(room_ids):
            async with connection.pipeline(transaction=False) as pipeline:
                for room_id in ids:
                    pipeline.unlink(hot.key(room_id))
                await pipeline.execute()
    except (RedisError, OSError, TimeoutError) as error:
        log.warning("copies_not_dropped", kind=type(error).__name__)


def _batches(ids: list[str]) -> Iterable[list[str]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
