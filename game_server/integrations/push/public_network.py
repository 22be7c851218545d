"""Connections to addresses that somebody else has named: only to public ones, and to the very address that was looked at.

A name is resolved here and the connection is made to what came out of it, so that a name that means one thing when it is checked
and another when it is used gains nothing. TLS still asks for a certificate of the name.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import httpcore
import httpx

from game_server.integrations.push.public_address import HTTPS_PORT, Address, is_public, is_stand_in
from game_server.integrations.upstream import IDLE_S, MOST_AT_ONCE, trusted

MOST_TRIED = 3
RESOLVERS = MOST_AT_ONCE


class NotPublic(httpx.ConnectError):
    """The name means an address, or the address has a port, that no push service is reached at."""


class PublicNetwork(httpcore.AsyncNetworkBackend):
    """Resolves and connects, by TCP only. `stand_in` is one origin on this machine that may be reached too.

    It has threads of its own: a name server that takes its time holds nobody up but those who ask it.
    """

    def __init__(self, stand_in: str | None = None) -> None:
        self._stand_in = stand_in
        self._network = httpcore.AnyIOBackend()
        self._resolvers = ThreadPoolExecutor(RESOLVERS, thread_name_prefix="public-names")

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that answers. Raises NotPublic and httpcore's errors."""
        failed: httpcore.ConnectError | httpcore.ConnectTimeout = httpcore.ConnectError("no address")
        for address in (await self._allowed(host, port))[:MOST_TRIED]:
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed

    def close(self) -> None:
        """Give the threads back."""
        self._resolvers.shutdown(wait=False, cancel_futures=True)

    async def _allowed(self, host: str, port: int) -> list[str]:
        if any(is_stand_in(self._stand_in, scheme, host, port) for scheme in ("http", "https")):
            return [host]
        found = await asyncio.get_running_loop().run_in_executor(self._resolvers, _resolve, host, port)
        # One that is not public makes the others doubtful: nobody names a push service like that.
        if port != HTTPS_PORT or not found or not all(map(is_public, found)):
            raise NotPublic("not a public address")
        return [str(address) for address in found]


class PublicTransport(httpx.AsyncHTTPTransport):
    """httpx's own over a pool that connects by PublicNetwork: httpx has no parameter for that."""

    def __init__(self, stand_in: str | None = None) -> None:
        super().__init__(verify=trusted(), trust_env=False)
        self._network = PublicNetwork(stand_in)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=trusted(),
            max_connections=MOST_AT_ONCE,
            keepalive_expiry=IDLE_S,
            network_backend=self._network,
        )

    async def aclose(self) -> None:
        """Give the connections and the threads back."""
        await super().aclose()
        self._network.close()


def _resolve(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [ipaddress.ip_address(str(place[0]).partition("%")[0]) for *_, place in found]
