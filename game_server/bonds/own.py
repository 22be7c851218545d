"""Rows of one's own, without a bond: nobody else sees them, and nothing but their owner is asked."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg

from game_server.accounts.callers import Caller
from game_server.bonds import texts
from game_server.bonds.commands import require_version
from game_server.bonds.life import Life, Written, new_in
from game_server.services import Services
from rooms.errors import NotFound
from storage import bond_rows
from storage.bond_rows import Row


async def create(
    services: Services, db: asyncpg.Connection, caller: Caller, life: Life, given: Mapping[str, Any]
) -> Written:
    """A new row of the caller's."""
    values = {
        life.tool.owner: UUID(caller.id),
        **({"bond_id": None} if life.tool.in_bonds else {}),
        **await life.own_values(db, caller, None, None, given),
    }
    made = await bond_rows.add(db, life.tool, await life.sealed(services, caller, None, values))
    return made["id"], made["version"]


async def change(  # noqa: PLR0917 - what a transaction needs, and what is changed
    services: Services, db: asyncpg.Connection, caller: Caller, life: Life, row_id: UUID, given: dict[str, Any]
) -> Written:
    """Change a row of the caller's. Raises NotFound, Changed."""
    version = given.pop("version", None)
    row = await _own(db, life, row_id)
    require_version(version, row["version"], row_id)
    [plain] = await texts.opened(services, life.tool, [row], without=True)
    new = new_in(row, plain, given)
    if not new:
        return row_id, row["version"]
    values = await life.own_values(db, caller, None, row, new)
    changed = await bond_rows.change(db, life.tool, row_id, await life.sealed(services, caller, None, values))
    if changed is None:
        raise NotFound
    return changed["id"], changed["version"]


async def remove(db: asyncpg.Connection, life: Life, row_id: UUID, version: int | None) -> None:
    """Delete a row of the caller's. Raises NotFound, Changed."""
    row = await _own(db, life, row_id)
    require_version(version, row["version"], row_id)
    await life.own_removed(db, row)
    if not await bond_rows.remove(db, life.tool, row_id):
        raise NotFound


async def _own(db: asyncpg.Connection, life: Life, row_id: UUID) -> Row:
    found = await bond_rows.find(db, life.tool, row_id)
    if found is None or found.get("bond_id") is not None:
        raise NotFound
    return found
