"""How it is said of a table what an export shows of it, and the reasons that come again."""

import msgspec


class Shown(msgspec.Struct, frozen=True):
    """A table of which the caller's own rows are shown: these columns, and for each other one why not."""

    columns: tuple[str, ...]
    left_out: dict[str, str] = {}


OWNER = "Whose row it is: yours."
NUMBER = "A number by which the server finds the row."
SECRET = "A secret, or the hash of one."  # noqa: S105 - a sentence about secrets
KEPT_TWICE = "The same stands elsewhere in here."
BOOKS = "Bookkeeping of the server, which says nothing about you."
PARTNERS = "About your partner, or would tell something of theirs."
SERVICE = "About the server, not about people."
