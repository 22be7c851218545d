"""Which addresses are the internet's own. No I/O."""

import ipaddress
from urllib.parse import urlsplit

HTTPS_PORT = 443
ANYWHERE_HERE = "http://127.0.0.1"
"""In place of a stand-in's origin: any port of this machine."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_stand_in(stand_in: str | None, scheme: str, host: str | None, port: int | None) -> bool:
    """Is that the one address on this machine that may be sent to, or one of those?"""
    if stand_in == ANYWHERE_HERE:
        return scheme == "http" and host in ("127.0.0.1", "::1", "localhost") and port is not None
    own = urlsplit(stand_in or "")
    return stand_in is not None and (scheme, host, port) == (own.scheme, own.hostname, own.port)


def is_public(address: Address) -> bool:
    """Is it one of the internet's, and does it stand for no other (IPv4 in IPv6) that is not?"""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and not address.is_reserved
    if address in _NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
    # What was made to carry IPv4 addresses inside leads where they lead.
    inner = address.ipv4_mapped or address.sixtofour or address.teredo
    return inner is None and address.is_global and address in _GLOBAL_UNICAST
