"""Connections to Redis: over TCP, TLS or a unix socket, each lost in one way only."""

from collections.abc import Iterable

import redis.asyncio as redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import MaxConnectionsError, RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError


class _LostInOneWay(redis.connection.AbstractConnection):
    """A connection that is lost in one way. Where the peer has reset it uvloop raises RuntimeError on the next write, and
    where another task has just noticed, the library finds no writer any more and raises AttributeError.
    """

    async def send_packed_command(self, command: bytes | str | Iterable[bytes], check_health: bool = True) -> None:
        """As the library does. Raises RedisError, OSError, TimeoutError."""
        try:
            await super().send_packed_command(command, check_health)
        except (RuntimeError, AttributeError) as error:
            raise RedisConnectionError("the connection was reset") from error


class Connection(_LostInOneWay, redis.Connection):
    """Over TCP."""


class SecureConnection(_LostInOneWay, redis.SSLConnection):
    """Over TLS."""


class LocalConnection(_LostInOneWay, redis.UnixDomainSocketConnection):
    """Over a unix socket."""


Kind = type[redis.Connection | redis.SSLConnection | redis.UnixDomainSocketConnection]


def connection_class(url: str) -> Kind:
    """How a server at this URL is reached."""
    classes: dict[str, Kind] = {"rediss": SecureConnection, "unix": LocalConnection}
    return classes.get(url.partition(":")[0], Connection)


REDIS_ERRORS = (RedisError, OSError, TimeoutError)
"""What a Redis that is away, or refuses, raises."""

TIMEOUTS = (RedisTimeoutError, TimeoutError)
"""Nothing came in time, for whatever reason."""


def is_lost(answer: object) -> bool:
    """Is this the sign of a server that could not be reached, as opposed to one that answered something?"""
    lost = (RedisConnectionError, RedisTimeoutError, OSError, TimeoutError)
    return isinstance(answer, lost) and not isinstance(answer, MaxConnectionsError | ResponseError)
