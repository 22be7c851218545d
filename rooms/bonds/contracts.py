"""What a contract goes through, what its parties sign, and when its time is up."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from rooms.bonds.states import Move, move

Status = Literal["draft", "pending_signature", "active", "withdrawn", "expired", "superseded"]

STATUSES: tuple[Status, ...] = ("draft", "pending_signature", "active", "withdrawn", "expired", "superseded")

MOVES: Mapping[str, Move] = {
    "edit": move("draft"),
    "remove": move("draft"),
    "request-signatures": move("draft", "pending_signature", again="pending_signature"),
    "sign": move("pending_signature"),
    "decline": move("pending_signature", "draft", again="draft"),
    "withdraw": move("pending_signature active", again="draft withdrawn"),
    "new-version": move("pending_signature active withdrawn expired superseded"),
}
"""`withdraw` leads from pending_signature to draft, from active to withdrawn; the last `sign` leads to active."""

NOTICE = "No legal force. Either of you ends it at once, alone and without a reason."
"""Stands in every view of every contract."""

LEAST_PARTIES = 2


def withdrawn(status: str) -> Status:
    """Where taking back leads to from here."""
    return "draft" if status == "pending_signature" else "withdrawn"


def status_now(status: str, expires_at: datetime | None, now: datetime) -> str:
    """What holds now, whether or not the timetable has come by: one whose time is up is not in force."""
    over = status == "active" and expires_at is not None and expires_at <= now
    return "expired" if over else status


def digest(
    *, title: str, content: str, version_number: int, expires_at: datetime | None, parties: Iterable[str]
) -> str:
    """The SHA-256 of what is signed, in hex: of canonical JSON, which has its keys sorted, no spaces, and text as UTF-8. The
    parties are their ids in order; the moment is in UTC, as the API writes it.
    """
    signed: dict[str, Any] = {
        "title": title,
        "content": content,
        "version_number": version_number,
        "expires_at": expires_at,
        "parties": sorted(parties),
    }
    return hashlib.sha256(msgspec.json.encode(signed, order="deterministic")).hexdigest()
