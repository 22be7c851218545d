"""The second phone: this machine's address in the local network, and a QR code of it for the terminal."""

import io
import socket

import segno

from game_server.process.exits import CannotRunError


class NoNetworkError(CannotRunError):
    """This machine has no address that another device could reach; the message says what to do."""


def address() -> str:
    """The address other devices in the local network reach this machine by."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: only asks which interface leads out (RFC 5737 address)
            found: str = probe.getsockname()[0]
        except OSError:
            found = "127.0.0.1"
    if found.startswith("127."):
        raise NoNetworkError(
            "This machine seems to be in no network. Join one, or name its address: --lan --host 192.168.…"
        )
    return found


def qr(text: str) -> str:
    """A QR code drawn with block characters, dark on light whatever the terminal's colours."""
    out = io.StringIO()
    segno.make(text, error="m").terminal(out, compact=True)
    return out.getvalue()
