"""Text frames on the straight way, past the parser of websockets, which takes several times as long for them.

Only where both ways come to the same: a whole masked text frame that arrives by itself between two others, and whole text frames
to a peer that is not being closed. Everything else, also all that is broken, goes the parser's way.

Depends on internals of websockets (pinned; `tests/game_server/test_frames.py` holds both ways against each other): what of its
protocol says that a frame begins, or may be sent.
"""

from typing import Any

from websockets.frames import apply_mask  # type: ignore[attr-defined]  # the fast one, where there is one
from websockets.protocol import OPEN
from websockets.server import ServerProtocol
from websockets.streams import StreamReader

FINAL_TEXT = 0x81
MASKED = 0x80
SHORTEST = 6
"""Bytes of a masked frame without text."""
TWO_BYTES, EIGHT_BYTES = 126, 127
"""What stands for a length that follows."""

_BETWEEN_FRAMES = StreamReader.at_eof.__code__
_SHORT = tuple(bytes((FINAL_TEXT, length)) for length in range(TWO_BYTES))


def whole_text(conn: ServerProtocol, data: bytes, longest: int) -> bytes | None:
    """The text, where these bytes are one frame with nothing else; None is for the parser."""
    size = len(data)
    if not SHORTEST <= size <= longest or data[0] != FINAL_TEXT or data[1] < MASKED:
        return None
    length, at = data[1] - MASKED, 2
    if length == TWO_BYTES:
        length, at = int.from_bytes(data[2:4]), 4
    elif length == EIGHT_BYTES:
        return None
    if size != at + 4 + length or not _begins(conn):
        return None
    return apply_mask(data[at + 4 :], data[at : at + 4])


def text_frames(conn: ServerProtocol, texts: list[bytes]) -> bytes | None:
    """The frames of these texts, one after the other; None is for the parser."""
    if conn.state is not OPEN or conn.expect_continuation_frame or conn.writes or conn.extensions:
        return None
    parts = []
    for text in texts:
        length = len(text)
        if length < TWO_BYTES:
            parts.append(_SHORT[length])
        elif length < 1 << 16:
            parts.append(bytes((FINAL_TEXT, TWO_BYTES)) + length.to_bytes(2))
        else:
            return None
        parts.append(text)
    return b"".join(parts)


def _begins(conn: ServerProtocol) -> bool:
    """Is the parser between two frames, and between two messages?"""
    if conn.state is not OPEN or conn.current_size is not None or conn.extensions:
        return False
    parser: Any = conn.parser
    parsing = parser.gi_yieldfrom  # that of a server's protocol; in it the one of both sides
    waiting = parsing.gi_yieldfrom if parsing else None
    return waiting is not None and waiting.gi_code is _BETWEEN_FRAMES
