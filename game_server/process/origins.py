"""Which pages may open a socket here: those of this server's own addresses, and those that the settings name.

The client's `Host` header proves nothing: whoever makes a browser ask chooses it. What counts is the address the
connection really came in at (the kernel says it), the loopback names at that port, PUBLIC_URL and ALLOWED_ORIGINS.
"""

from functools import lru_cache
from urllib.parse import urlsplit

import structlog
from litestar.types import Scope

from game_server.process import addresses
from game_server.settings import Settings

log = structlog.get_logger()

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
DEFAULT_PORTS = {"http": 80, "https": 443}
MOST_TOLD = 100
LONGEST_TOLD = 200

_told: set[str] = set()


def allowed(scope: Scope, settings: Settings) -> bool:
    """May a page of the request's `Origin` talk to us? No page sent it: yes. A refused one is logged, once."""
    given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
    if not given:
        return True
    found = parse(given[0]) if len(given) == 1 else None
    if found is not None and (found in _named(settings) or found in _own(scope)):
        return True
    _tell(given[0][:LONGEST_TOLD])
    return False


def parse(text: str) -> str | None:
    """`scheme://host:port` in one form, the port always there; None for what is no origin of a page (`null` too)."""
    try:
        parts = urlsplit(text)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    host = (parts.hostname or "").rstrip(".")
    if (
        port is None
        or not host
        or parts.username is not None
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
    ):
        return None
    return f"{parts.scheme}://{_host(host)}:{port}"


@lru_cache(maxsize=8)
def _of_settings(base_url: str, more: tuple[str, ...]) -> frozenset[str]:
    public = urlsplit(base_url)
    return frozenset(found for text in (f"{public.scheme}://{public.netloc}", *more) if (found := parse(text)))


def _named(settings: Settings) -> frozenset[str]:
    return _of_settings(settings.base_url, settings.allowed_origins)


def _own(scope: Scope) -> frozenset[str]:
    """The address the connection came in at, and the names of this machine for itself, at that port."""
    server = scope.get("server")
    if not server or server[1] is None:  # a unix socket has no page of its own
        return frozenset()
    return frozenset(f"http://{host}:{server[1]}" for host in (*LOOPBACK_NAMES, _host(server[0])))


def _host(name: str) -> str:
    found = addresses.parse(name)
    return name if found is None else f"[{found}]" if found.version == 6 else str(found)  # noqa: PLR2004 - the protocol's


def _tell(origin: str) -> None:
    if origin in _told or len(_told) >= MOST_TOLD:
        return
    _told.add(origin)
    log.warning(
        "origin_refused",
        origin=origin,
        setting="ATTUNED_PUBLIC_URL or ATTUNED_ALLOWED_ORIGINS",
        meaning="A page at this address wanted to join a room. If it is yours, name it in one of these settings.",
    )
