"""Secrets that travel in a link: made here, shown once as link and QR code, stored only as their SHA-256.

Connections (partners) and open seats (sessions) both use them. 256 random bits need no slow hash and no salt.
"""

from hashlib import sha256

import msgspec
import segno

from game_server.services import Services
from game_server.settings import Settings

LANDING = "/j/"


class Link(msgspec.Struct, frozen=True):
    """A fresh secret in every form it is shown in, and the hash that is stored. Never log or store the others."""

    token: str
    token_hash: str
    link: str
    qr_svg: str

    def __repr__(self) -> str:
        """Only the hash: a link that slips into a log must not open anything."""
        return f"Link(token_hash={self.token_hash!r})"


def new_link(services: Services, settings: Settings) -> Link:
    """A new token of 256 random bits, its deep link and the link as an inline SVG QR code."""
    token = services.dice.token()
    link = f"{settings.base_url}{LANDING}{token}"
    return Link(token=token, token_hash=hash_token(token), link=link, qr_svg=qr_svg(link))


def hash_token(token: str) -> str:
    """SHA-256 of a token in hex. Any text will do, however wrong: it hashes to something that is not stored."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def qr_svg(link: str) -> str:
    """The QR code as one `<svg>` element without styles or scripts; light behind it, so that it also reads in the dark."""
    return segno.make(link, error="m", micro=False).svg_inline(scale=4, light="#fff", svgclass="qr", lineclass=None)
