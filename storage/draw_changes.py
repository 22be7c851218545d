"""What may have changed in rooms since a draw there: enough to tell whether what was read for that one still holds."""

from datetime import datetime

import asyncpg
import msgspec

from rooms.sessions.flow import Allowance


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """A room's row of it. `whose`, `profiles` and `latest` (when they saw a card last, in whatever room) are by seat, A first; a
    guest without a phone is nobody.
    """

    limits_rev: int
    unchecked: bool
    bank_revision: int
    allowance: Allowance
    own_cards: bool
    whose: tuple[str | None, ...]
    profiles: tuple[int, ...]
    latest: tuple[datetime | None, ...]


async def load_changes(connection: asyncpg.Connection, session_ids: list[str], daily_limit: int) -> dict[str, Changes]:
    """As committed now, in one statement; a room that is gone is not in it."""
    return {row["session_id"]: _changes(row, daily_limit) for row in await connection.fetch(_CHANGES, session_ids)}


def _changes(row: asyncpg.Record, daily_limit: int) -> Changes:
    return Changes(
        limits_rev=row["limits_rev"],
        unchecked=row["unchecked"],
        bank_revision=row["bank_revision"],
        allowance=Allowance(
            used=row["used"],
            limit=daily_limit,
            unlimited=row["premium"],
            day=row["day"],
            resets_at=row["resets_at"],
        ),
        own_cards=row["own_cards"],
        whose=tuple(row["whose"]),
        profiles=tuple(row["profiles"]),
        latest=tuple(row["latest"]),
    )


_CHANGES = "SELECT * FROM app.draw_changes($1)"
