"""Counting in Redis: how often something happened in its window, for several at a time."""

import msgspec
from redis.asyncio import Redis

from storage.batches import Batches, Spawn

BEGUN_WITHIN_S = 0.5

_COUNT = """
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
local left = redis.call('PTTL', KEYS[1])
if left < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) left = tonumber(ARGV[1]) end
return {n, left}
"""


class Counted(msgspec.Struct, frozen=True):
    """How many there were in the window, and how long it still lasts."""

    count: int
    left_ms: int


class Counts:
    """Windows in Redis; requests at the same moment share a round trip."""

    def __init__(self, connection: Redis, spawn: Spawn) -> None:
        self._connection = connection
        self._batches = Batches("counts of use", self._counted, spawn, begun_within_s=BEGUN_WITHIN_S)

    async def one_more(self, key: str, seconds: int) -> Counted:
        """Count one more in a window of so many seconds. Raises RedisError, OSError, TimeoutError."""
        counted = await self._batches.ask((key, seconds))
        if isinstance(counted, Exception):
            raise counted
        return counted

    async def _counted(self, batch: list[tuple[str, int]]) -> list[Counted | Exception]:
        async with self._connection.pipeline(transaction=False) as pipeline:
            # one key a script: a cluster spreads them
            for key, seconds in batch:
                pipeline.eval(_COUNT, 1, key, str(seconds * 1000))
            found = await pipeline.execute(raise_on_error=False)
        return [one if isinstance(one, Exception) else Counted(int(one[0]), int(one[1])) for one in found]
