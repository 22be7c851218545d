"""What Notion tells by itself: that something changed, never what. Signed, late, twice, in any order.

First it sends a word, once, by which everything after is signed; an operator sets it (`ATTUNED_NOTION_WEBHOOK_TOKEN`), it is
never taken from a request.
"""

import hashlib
import hmac
from collections.abc import Mapping

import msgspec

LARGEST = 64 * 1024
HEADER = "x-notion-signature"


class Handshake(msgspec.Struct, frozen=True):
    """The word that an operator is to set."""

    verification_token: str


class Event(msgspec.Struct, frozen=True):
    """Something changed. `id` is told again with the same event, `authors` are `person` or `bot` by id."""

    id: str
    type: str
    entity_id: str
    entity_type: str
    workspace_id: str
    authors: Mapping[str, str]
    timestamp: str
    attempt: int


class _Who(msgspec.Struct):
    id: str
    type: str = ""


class _Told(msgspec.Struct):
    verification_token: str | None = None
    id: str = ""
    type: str = ""
    workspace_id: str = ""
    timestamp: str = ""
    attempt_number: int = 1
    entity: _Who | None = None
    authors: list[_Who] = []


def is_signed(token: str, body: bytes, signature: str) -> bool:
    """Did who knows that word send exactly these bytes?"""
    right = f"sha256={hmac.new(token.encode(), body, hashlib.sha256).hexdigest()}"
    return hmac.compare_digest(right.encode(), signature.lower().encode())


def read(body: bytes) -> Handshake | Event | None:
    """What was sent; None where it is neither."""
    try:
        told = msgspec.json.decode(body, type=_Told)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    if told.verification_token is not None:
        return Handshake(told.verification_token)
    if not told.id or not told.type or told.entity is None:
        return None
    return Event(
        told.id,
        told.type,
        told.entity.id,
        told.entity.type,
        told.workspace_id,
        {one.id: one.type for one in told.authors},
        told.timestamp,
        told.attempt_number,
    )
