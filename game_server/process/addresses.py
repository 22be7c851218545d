"""Whose request it is: addresses in one form, and what a proxy in front of this server is believed.

An IPv4 address is one address however the socket spells it (`::ffff:192.0.2.1` is 192.0.2.1). Forwarded headers count only
from a proxy that the settings name. From anybody else they prove one thing: something stands between, so that the peer's
being on this machine says nothing about who asks.
"""

import ipaddress
from functools import lru_cache

import structlog
from litestar.types import Scope

from game_server.settings import Settings

log = structlog.get_logger()

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

FORWARDED = frozenset({b"x-forwarded-for", b"forwarded", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip"})

_told: set[str] = set()


def parse(text: str) -> Address | None:
    """An address in its one form, without a zone; None when it is none (a unix socket has none)."""
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


def client(scope: Scope, settings: Settings) -> str:
    """The address a request comes from: the peer, or what a configured proxy says, read from the right as far as we trust."""
    peer = _peer(scope)
    if not is_proxy(peer, settings):
        return peer
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for").decode("latin-1")
    for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
        found = _without_port(hop)
        if found is None:
            return peer
        peer = str(found)
        if not is_proxy(peer, settings):
            break
    return peer


def scheme(scope: Scope, settings: Settings) -> str:
    """`http`, `https`, `ws` or `wss` as the client sees it: the last word of a configured proxy, else the connection's own."""
    own = str(scope["scheme"])
    if not is_proxy(_peer(scope), settings):
        return own
    told = [value for name, value in scope["headers"] if name == b"x-forwarded-proto"]
    secure = {b"https": True, b"wss": True, b"http": False, b"ws": False}.get(
        told[-1].rpartition(b",")[2].strip().lower() if told else b""
    )
    if secure is None:
        return own
    kind = "ws" if own.startswith("ws") else "http"
    return kind + ("s" if secure else "")


def is_local(scope: Scope, settings: Settings) -> bool:
    """Does somebody on this machine ask, and nobody through it?"""
    found = parse(client(scope, settings))
    return found is not None and found.is_loopback and not passed_on(scope, settings)


def passed_on(scope: Scope, settings: Settings) -> bool:
    """Does it carry a forwarded header from a peer that no setting names? The first from a near one is said in the log."""
    if not any(name in FORWARDED for name, _ in scope["headers"]):
        return False
    peer = _peer(scope)
    if is_proxy(peer, settings):
        return False
    found = parse(peer)
    if found is not None and found.is_private and not _told:
        _told.add(peer)
        log.warning(
            "forwarded_header_not_trusted",
            peer=peer,
            setting="ATTUNED_TRUSTED_PROXIES",
            meaning="A proxy seems to stand before this server. Name its address there; until then everybody behind it "
            "shares one address and its limits, and nobody counts as being on this machine.",
        )
    return True


def is_proxy(address: str, settings: Settings) -> bool:
    """Is it one of the configured proxies?"""
    found = parse(address)
    return found is not None and any(found in network for network in _networks(settings.trusted_proxies))


def network(address: str) -> str:
    """What is limited together: an IPv4 address, or the /64 that one household has of IPv6."""
    found = parse(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found or address)


@lru_cache(maxsize=8)
def _networks(proxies: tuple[str, ...]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(_one_form(ipaddress.ip_network(proxy, strict=False)) for proxy in proxies)


def _one_form(
    found: ipaddress.IPv4Network | ipaddress.IPv6Network,
) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    mapped = found.network_address.ipv4_mapped if isinstance(found, ipaddress.IPv6Network) else None
    return ipaddress.ip_network((mapped, max(found.prefixlen - 96, 0))) if mapped else found


def _peer(scope: Scope) -> str:
    given = scope.get("client")
    found = parse(given[0]) if given else None
    return str(found or (given[0] if given else ""))


def _without_port(hop: str) -> Address | None:
    """Some proxies write `192.0.2.1:4711` or `[2001:db8::1]:4711`."""
    if hop.startswith("["):
        return parse(hop[1:].partition("]")[0])
    return parse(hop) or (parse(hop.partition(":")[0]) if hop.count(":") == 1 else None)
