"""The one code of a bond that is open: its keyed hash, and until when it is good."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

Db = asyncpg.Connection


async def put(db: Db, bond_id: UUID, code_hash: str | None, until: datetime | None) -> bool:
    """A new code in the place of the one before, or none; False for who may not invite."""
    done: bool = await db.fetchval("SELECT app.set_invite($1, $2, $3)", bond_id, code_hash, until)
    return done


async def stands(db: Db, bond_id: UUID, hashes: Sequence[str]) -> bool:
    """Is this, under any of the server's secrets, the code that is open?"""
    found: bool = await db.fetchval("SELECT app.invite_stands($1, $2)", bond_id, list(hashes))
    return found
