"""Lists: newest first, `{items, next_cursor|null}`, by `limit` and `cursor` over (time, id)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

import msgspec
from litestar.params import QueryParameter

from rooms.errors import Invalid

T = TypeVar("T")

MOST = 100
Limit = Annotated[int, QueryParameter(ge=1, le=MOST, description="how many at most")]


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list."""

    items: list[T]
    next_cursor: str | None


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where the last page ended."""

    at: datetime
    id: str


def read_cursor(cursor: str | None, kind: type) -> Place | None:
    """The place a cursor names; None for the first page. Raises Invalid for what we never gave out.

    `kind` is what the list's ids are: UUID, or int.
    """
    if cursor is None:
        return None
    try:
        place = msgspec.json.decode(urlsafe_b64decode(cursor.encode("ascii")), type=Place)
        msgspec.convert(place.id, kind, strict=False)
        return Place(place.at.astimezone(UTC), place.id)
    except (ValueError, OverflowError, msgspec.MsgspecError) as error:
        raise Invalid(fields={"cursor": "Not a cursor of this list."}) from error


def write_cursor(place: Place) -> str:
    """A place as text that goes into a URL."""
    return urlsafe_b64encode(msgspec.json.encode(place)).decode()
