"""Who of a bond is here: marks in Redis, one a connection and one a member who went, never part of the feed and never a rule.

While Redis is away each process knows its own phones only. Who switched presence off reads as away, always.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import msgspec
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from game_server.bonds.live.follower import Follower
from game_server.live.presence import STALE_S, Mark, Presence, key

HIDDEN = Presence("away")
"""How a member reads who does not show whether they are here."""

FORGOTTEN_S = 600
"""So old a connection's mark is of a process that died: it is deleted. Nothing of a bond that nobody has open is kept for longer:
who left it, or is erased, is not named here for a day."""

_MARK = msgspec.json.Decoder(Mark)


class Marks(msgspec.Struct, frozen=True):
    """What is said of one bond: connections of members by number, and when a member went."""

    connections: Mapping[str, Mapping[str, Mark]]
    went: Mapping[str, Mark]


def room(bond_id: object) -> str:
    """The bond's name among rooms."""
    return f"bond:{bond_id}"


def say(pipeline: Pipeline, follower: Follower, now: float) -> None:
    """Queue: this connection is here, and came when it came."""
    mark = Mark(follower.phone.number, "present", follower.since, now)
    where = key(room(follower.bond_id))
    pipeline.hset(where, _field(follower), msgspec.json.encode(mark))
    pipeline.expire(where, FORGOTTEN_S)


def depart(pipeline: Pipeline, follower: Follower, now: float) -> None:
    """Queue: it is gone; its member is away from now on, where no other connection of theirs is here."""
    where = key(room(follower.bond_id))
    mark = Mark(follower.phone.number, "away", now, now)
    pipeline.hdel(where, _field(follower))
    pipeline.hset(where, follower.user_id, msgspec.json.encode(mark))
    pipeline.expire(where, FORGOTTEN_S)


def forget_who_went(pipeline: Pipeline, bond_id: object, people: Iterable[str]) -> None:
    """Queue: when these went matters no more."""
    pipeline.hdel(key(room(bond_id)), *people)


def forget(pipeline: Pipeline, bond_id: object, user_id: str, numbers: Iterable[str]) -> None:
    """Queue: these connections were of processes that died."""
    pipeline.hdel(key(room(bond_id)), *(f"{user_id}/{number}" for number in numbers))


async def read(redis: Redis, bond_ids: list[object]) -> dict[object, Marks]:
    """What is said of these bonds. Raises RedisError, OSError, TimeoutError."""
    async with redis.pipeline(transaction=False) as pipeline:
        for bond_id in bond_ids:
            pipeline.hgetall(key(room(bond_id)))
        answers = await pipeline.execute()
    return {bond_id: _marks(answer) for bond_id, answer in zip(bond_ids, answers, strict=True)}


def reads(marks: Marks, user_id: str, now: float, away_s: float) -> Presence:
    """How a member reads at this moment."""
    connections = marks.connections.get(user_id, {}).values()
    if any(now - mark.beat <= STALE_S for mark in connections):
        return Presence("present")
    went = marks.went.get(user_id)
    since = max([*(mark.beat for mark in connections), *([went.at] if went else [])], default=None)
    if since is None or now - since >= away_s:
        return Presence("left")
    return Presence("away", datetime.fromtimestamp(since + away_s, UTC))


def _marks(answer: Mapping[bytes, bytes]) -> Marks:
    connections: dict[str, dict[str, Mark]] = {}
    went: dict[str, Mark] = {}
    for field, value in answer.items():
        user_id, _, number = field.decode().partition("/")
        if number:
            connections.setdefault(user_id, {})[number] = _MARK.decode(value)
        else:
            went[user_id] = _MARK.decode(value)
    return Marks(connections, went)


def _field(follower: Follower) -> str:
    return f"{follower.user_id}/{follower.phone.number}"
