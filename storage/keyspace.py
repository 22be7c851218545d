"""Redis as this program uses it: keys that each stand alone, on one server or on a cluster of them.

What it is, is asked at every (re)connection of the bells, so that nobody has to say it in REDIS_URL. A single server is the
library's own client, without a step in between. All that is written of a room carries the room's tag (`{id}`), also the channel
of its bell: one node, and in order. Bells are ordinary PUBLISH: every node hears all of them, so one subscription is enough,
wherever it is.
"""

from contextlib import suppress
from typing import Any

import redis.asyncio as redis
from redis.asyncio.client import Pipeline, PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import MovedError, ResponseError

from storage.batches import Spawn
from storage.cluster import PROBE, Cluster
from storage.redis_connections import REDIS_ERRORS, connection_class, is_lost

ANSWER_WITHIN_S = 2


class Keyspace(redis.Redis):
    """Made by `at`."""

    def __init__(self, pool: redis.ConnectionPool, spawn: Spawn) -> None:
        super().__init__(connection_pool=pool)
        self._spawn = spawn
        self._cluster: Cluster | None = None

    @classmethod
    def at(cls, url: str, spawn: Spawn) -> "Keyspace":
        """The Redis at this URL; nothing is asked yet. `spawn` starts kept background tasks."""
        pool = redis.ConnectionPool.from_url(
            url,
            max_connections=64,
            socket_timeout=ANSWER_WITHIN_S,
            socket_connect_timeout=ANSWER_WITHIN_S,
            health_check_interval=15,
            retry=Retry(NoBackoff(), 1),
        )
        pool.connection_class = connection_class(url)
        return cls(pool, spawn)

    async def find(self) -> None:
        """Ask what is there, and where its keys are. Raises RedisError, OSError, TimeoutError where nobody answers."""
        if self._cluster is not None:
            with suppress(
                *REDIS_ERRORS
            ):  # all its nodes may have gone elsewhere: then whoever is named in the URL is asked
                await self._cluster.renew()
                return
        try:
            answer = await super().execute_command("CLUSTER SLOTS")  # type: ignore[no-untyped-call]
        except ResponseError:  # it is no cluster, or something before it that knows no such command
            await self._left()
            return
        known = self.connection_pool.connection_kwargs
        self._cluster = self._cluster or Cluster(self.connection_pool, self._spawn)
        self._cluster.learn(answer, (known.get("host", "127.0.0.1"), int(known.get("port", 6379))))

    @property
    def samples(self) -> tuple[str, ...]:
        """Keys that nothing else uses, one on each server: what can be written there, can be written everywhere."""
        return self._cluster.samples if self._cluster is not None else (f"{PROBE}0",)

    @property
    def answers_in_part(self) -> bool:
        """Is it a cluster of which other nodes may answer where one did not?"""
        return self._cluster is not None and self._cluster.answers

    async def execute_command(self, *command: Any, **options: Any) -> Any:
        """As the library's, wherever the key is. Raises RedisError, OSError, TimeoutError."""
        if self._cluster is None:
            try:
                return await super().execute_command(*command, **options)  # type: ignore[no-untyped-call]
            except MovedError:  # nobody has asked yet, or Redis did not answer then
                await self.find()
                if self._cluster is None:
                    raise
        return await self._cluster.run((command, options))

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:
        """Commands in as few round trips as there are servers; a transaction only where all is on one."""
        if self._cluster is None or transaction:
            return super().pipeline(transaction, shard_hint)
        return Spread(self, self._cluster)

    def pubsub(self, **options: Any) -> PubSub:
        """A subscription, at whichever server there is."""
        return super().pubsub(**options) if self._cluster is None else self._cluster.ear().pubsub(**options)

    async def aclose(self, close_connection_pool: bool | None = True) -> None:
        """Give every connection back."""
        await self._left()
        await super().aclose(close_connection_pool)

    async def _left(self) -> None:
        cluster, self._cluster = self._cluster, None
        if cluster is not None:
            await cluster.aclose()


class Spread(Pipeline):
    """A pipeline over the nodes of a cluster."""

    def __init__(self, keyspace: Keyspace, cluster: Cluster) -> None:
        super().__init__(keyspace.connection_pool, keyspace.response_callbacks, False, None)
        self._cluster = cluster

    async def execute(self, raise_on_error: bool = True) -> list[Any]:
        """The answers in order. Raises the first error; without `raise_on_error` only where every node asked is lost."""
        try:
            answers = await self._cluster.run_all([(command, dict(options)) for command, options in self.command_stack])
        finally:
            await self.reset()  # type: ignore[no-untyped-call]
        raised = [answer for answer in answers if isinstance(answer, Exception)]
        if raised and (raise_on_error or (len(raised) == len(answers) and all(map(is_lost, raised)))):
            raise raised[0]
        return answers
