"""What belongs to contracts beside their rows: who is to sign, who did, and the versions of a line."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

Db = asyncpg.Connection
Envelope = dict[str, Any]


class Signature(msgspec.Struct, frozen=True):
    """A party of a contract. `user_id` is None of who was erased; `reason` is an envelope of the bond's key."""

    contract_id: UUID
    user_id: UUID | None
    status: str
    content_sha256: str | None
    reason: Envelope | None
    signed_at: datetime | None


_SIGNATURE = "contract_id, user_id, status::text, content_sha256, reason, signed_at"


async def signatures(db: Db, contract_ids: Sequence[UUID]) -> list[Signature]:
    """The parties of these contracts, as far as the caller may see them, in the order of their ids."""
    rows = await db.fetch(
        f"SELECT {_SIGNATURE} FROM contract_signatures WHERE contract_id = ANY ($1) ORDER BY contract_id, user_id",
        list(contract_ids),
    )
    return [Signature(**row) for row in rows]


async def ask(db: Db, contract_id: UUID, bond_id: UUID, parties: Iterable[str]) -> None:
    """These are to sign a draft; what was said to it before is void."""
    await void(db, contract_id)
    await db.execute(
        "INSERT INTO contract_signatures (contract_id, bond_id, user_id) SELECT $1, $2, unnest($3::uuid[])",
        *(contract_id, bond_id, [UUID(party) for party in parties]),
    )


async def sign(db: Db, contract_id: UUID, user_id: str, content_sha256: str) -> None:
    """The caller signs this text."""
    await db.execute(
        "UPDATE contract_signatures SET status = 'signed', content_sha256 = $3, signed_at = app.moment()"
        " WHERE contract_id = $1 AND user_id = $2",
        *(contract_id, UUID(user_id), content_sha256),
    )


async def decline(db: Db, contract_id: UUID, user_id: str, reason: Envelope | None) -> None:
    """The caller, who has not signed, does not sign this."""
    await db.execute(
        "UPDATE contract_signatures SET status = 'declined', reason = $3"
        " WHERE contract_id = $1 AND user_id = $2 AND status = 'pending'",
        *(contract_id, UUID(user_id), reason),
    )


async def void(db: Db, contract_id: UUID, *, but_declined: bool = False) -> None:
    """Of a draft nobody has signed anything; `but_declined`: that somebody declined stands until it is asked for again."""
    await db.execute(
        "DELETE FROM contract_signatures WHERE contract_id = $1 AND NOT ($2 AND status = 'declined')",
        *(contract_id, but_declined),
    )


async def conclude(db: Db, contract_id: UUID) -> bool:
    """Bring it into force where the caller's signature was the last, in place of the version before. Was it?"""
    concluded: bool = await db.fetchval("SELECT app.conclude_contract($1)", contract_id)
    return concluded


async def next_version(db: Db, line_id: UUID) -> int | None:
    """The number of a line's next version; None where it has a draft."""
    row = await db.fetchrow(
        "SELECT max(version_number) AS last, bool_or(status = 'draft') AS drafted FROM contracts WHERE line_id = $1",
        line_id,
    )
    return None if row is None or row["drafted"] or row["last"] is None else int(row["last"]) + 1


async def version_before(db: Db, contract_id: UUID) -> UUID | None:
    """The last version before this one in its line, of those that the caller sees."""
    found: UUID | None = await db.fetchval(
        "SELECT b.id FROM contracts c JOIN contracts b ON b.bond_id = c.bond_id AND b.line_id = c.line_id"
        " AND b.version_number < c.version_number WHERE c.id = $1 ORDER BY b.version_number DESC LIMIT 1",
        contract_id,
    )
    return found


# --- jobs --------------------------------------------------------------------------------------------------------------


async def with_expired(db: Db, now: datetime) -> Sequence[UUID]:
    """Bonds in which the time of a contract is up."""
    rows = await db.fetch(
        "SELECT DISTINCT bond_id FROM contracts WHERE status = 'active' AND expires_at <= $1 ORDER BY bond_id", now
    )
    return [row["bond_id"] for row in rows]


async def expire(db: Db, bond_id: UUID) -> int:
    """Contracts of a bond whose time is up; how many."""
    expired: int = await db.fetchval("SELECT app.expire_contracts($1)", bond_id)
    return expired
