"""Who is here: a hash a room in Redis, refreshed by the process that holds the phone; never part of the log, never a rule.

A field a seat: `{connection, status, at, beat}` in epoch seconds. A phone whose process died stops being refreshed and reads as
away after STALE_S; away reads as left after the grace. While Redis is away each process knows only its own phones.
"""

from datetime import UTC, datetime

import msgspec
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import RedisError

from game_server.live.messages import Status
from rooms.seats import SeatName

BEAT_S = 4.0
STALE_S = 9.0
KEPT_S = 86_400


class Mark(msgspec.Struct, frozen=True):
    """What a process last said of a seat."""

    connection: str
    status: Status
    at: float
    beat: float


class Presence(msgspec.Struct, frozen=True):
    """How a seat reads now; `until` is when away becomes left."""

    status: Status
    until: datetime | None = None


_MARK = msgspec.json.Decoder(Mark)

# A late goodbye of an old connection must not mark the new one absent.
_UNLESS_NEWER = """
local now = redis.call('HGET', KEYS[1], ARGV[1])
if now and cjson.decode(now)['connection'] ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
"""


def key(room_id: str) -> str:
    """The room's hash."""
    return f"presence:{{{room_id}}}"


def arrive(pipeline: Pipeline, room_id: str, seat: SeatName, connection: str, now: float) -> None:
    """Queue: this connection holds the seat now, whoever held it before."""
    pipeline.hset(key(room_id), seat, msgspec.json.encode(Mark(connection, "present", now, now)))
    pipeline.expire(key(room_id), KEPT_S)


def refresh(pipeline: Pipeline, room_id: str, seat: SeatName, connection: str, now: float) -> None:
    """Queue: still here."""
    _say(pipeline, room_id, seat, Mark(connection, "present", now, now))


def depart(pipeline: Pipeline, room_id: str, seat: SeatName, mark: Mark) -> None:
    """Queue: dropped (away) or gone on purpose (left)."""
    _say(pipeline, room_id, seat, mark)


def _say(pipeline: Pipeline, room_id: str, seat: SeatName, mark: Mark) -> None:
    pipeline.eval(_UNLESS_NEWER, 1, key(room_id), seat, mark.connection, msgspec.json.encode(mark), KEPT_S)


async def read(connection: Redis, room_ids: list[str]) -> dict[str, dict[SeatName, Mark]]:
    """What is said of these rooms, in one round trip; a room is missing where its node of a cluster cannot say. Raises
    RedisError, OSError, TimeoutError.
    """
    async with connection.pipeline(transaction=False) as pipeline:
        for room_id in room_ids:
            pipeline.hgetall(key(room_id))
        answers = await pipeline.execute(raise_on_error=False)
    failed = [answer for answer in answers if isinstance(answer, Exception)]
    if failed and len(failed) == len(answers):
        raise failed[0]
    return {
        room_id: {field.decode(): _MARK.decode(value) for field, value in answer.items()}
        for room_id, answer in zip(room_ids, answers, strict=True)
        if not isinstance(answer, Exception)
    }


def reads(mark: Mark | None, now: float, away_s: float) -> Presence:
    """How a mark reads at this moment."""
    if mark is None or mark.status == "left":
        return Presence("left")
    if mark.status == "present" and now - mark.beat <= STALE_S:
        return Presence("present")
    since = mark.at if mark.status == "away" else mark.beat
    if now - since >= away_s:
        return Presence("left")
    return Presence("away", datetime.fromtimestamp(since + away_s, UTC))


PresenceErrors = (RedisError, OSError, TimeoutError)
