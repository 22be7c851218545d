"""Who is in a bond: what a member says of themselves, who goes, and what the members halt or end together."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

import asyncpg

Db = asyncpg.Connection
Ended = Literal["none", "forbidden", "last", "done"]


async def change(db: Db, bond_id: UUID, user_id: UUID, values: Mapping[str, Any]) -> int:
    """These columns of a member, texts as envelopes; the member's version then."""
    casts = {"role_in_bond": "::text::dynamic_role_enum"}
    changes = ", ".join(f"{name} = ${place}{casts.get(name, '')}" for place, name in enumerate(values, 3))
    version: int = await db.fetchval(
        f"UPDATE bond_members SET {changes} WHERE bond_id = $1 AND user_id = $2 RETURNING version",
        *(bond_id, user_id, *values.values()),
    )
    return version


async def end(db: Db, bond_id: UUID, user_id: UUID) -> Ended:
    """Somebody leaves, or is removed by who manages. The bond and they are held."""
    done: Ended = await db.fetchval("SELECT app.end_membership($1, $2)", bond_id, user_id)
    return done


async def transfer(db: Db, bond_id: UUID, user_id: UUID) -> bool:
    """The founder hands the bond on; False for who is not."""
    done: bool = await db.fetchval("SELECT app.transfer_bond($1, $2)", bond_id, user_id)
    return done


async def pause(db: Db, bond_id: UUID, *, stands: bool) -> bool:
    """The caller pauses the bond, or takes their pause back; False where it is over."""
    done: bool = await db.fetchval("SELECT app.pause_bond($1, $2)", bond_id, stands)
    return done


async def vote(db: Db, bond_id: UUID, *, dissolve: bool) -> bool:
    """The caller's vote that the bond ends, or that they take it back; False where it is over."""
    done: bool = await db.fetchval("SELECT app.vote_to_dissolve($1, $2)", bond_id, dissolve)
    return done
