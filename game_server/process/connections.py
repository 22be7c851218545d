"""Every open connection: how many there may be, how many of one address, and who goes when a newcomer needs the place.

A connection that has not brought a whole request, or waits for its next one, costs its owner nothing and us a descriptor. When
all places are taken the one that has waited longest goes; where everybody is being answered the newcomer does.
"""

import resource
from collections import Counter
from typing import Protocol

import structlog

from game_server.process import addresses, gauges
from game_server.settings import Settings

log = structlog.get_logger()

WANTED_FILES = 65_536
KEPT_FILES = 160
"""Descriptors that connections leave to the stores, files and whatever else."""
FEWEST = 32


class Waiting(Protocol):
    """A connection that can be cut."""

    def cut(self) -> None: ...


class Connections:
    """The table of one server: at most `most`, and `settings.connections_per_address` of one address or household.

    Only of a public one that is no configured proxy: behind a private address a router may bring everybody.
    """

    def __init__(self, most: int, settings: Settings) -> None:
        self.most = most
        self.is_closing = False  # each connection gets one more answer at most
        self._settings = settings
        self._open = 0
        self._of: Counter[str] = Counter()
        self._waiting: dict[Waiting, None] = {}  # in the order in which they began to wait

    def enter(self, address: str) -> bool:
        """One more connection; False when there is no place for it (it counts all the same, until it leaves)."""
        self._open += 1
        self._of[addresses.network(address)] += 1
        if self._of[addresses.network(address)] > self._settings.connections_per_address and self._is_one(address):
            gauges.CONNECTIONS_REFUSED.labels("address").inc()
            return False
        if self._open > self.most:
            gauges.CONNECTIONS_REFUSED.labels("all").inc()
            longest = next(iter(self._waiting), None)
            if longest is None:
                return False
            self._waiting.pop(longest)
            longest.cut()
        return True

    def leave(self, address: str, connection: Waiting) -> None:
        """It is gone."""
        self._open -= 1
        household = addresses.network(address)
        self._of[household] -= 1
        if not self._of[household]:
            del self._of[household]
        self._waiting.pop(connection, None)

    def _is_one(self, address: str) -> bool:
        """Is it one person's or one household's?"""
        found = addresses.parse(address)
        return found is not None and found.is_global and not addresses.is_proxy(address, self._settings)

    def waits(self, connection: Waiting) -> None:
        """It has not brought a request, or not the next one."""
        self._waiting.setdefault(connection, None)

    def works(self, connection: Waiting) -> None:
        """It is being answered, or has become a socket."""
        self._waiting.pop(connection, None)


def raise_file_limit() -> int:
    """As many descriptors as the system lets this process have, up to a bound; how many that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_FILES if hard == resource.RLIM_INFINITY else min(hard, WANTED_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (ValueError, OSError) as error:  # a sandbox may refuse what the numbers allow
            log.info("file_limit_not_raised", kind=type(error).__name__)
    now = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return WANTED_FILES if now == resource.RLIM_INFINITY else now


def places(files: int) -> int:
    """How many connections that many descriptors allow."""
    return max(files - KEPT_FILES, files // 4, FEWEST)
