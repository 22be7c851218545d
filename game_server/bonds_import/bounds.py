"""How much of a file is read. What is more is refused: a dump of many people's years is far below."""

MOST_LINE = 4 << 20
"""Bytes of one row."""

MOST_TEXT = 8 << 30
"""Bytes of all text, as it is when it is unpacked."""

MOST_ROWS = 2_000_000
MOST_FILES = 200
MOST_PACKED = 200
"""So many times its packed size a file of an archive may be."""


class TooMuch(Exception):
    """The file is larger than any that is read; the message says of what there is too much."""


class NotRead(Exception):
    """The file cannot be read at all; the message says why."""
