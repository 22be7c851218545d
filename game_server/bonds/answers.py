"""What a tool's routes answer: a row as its caller sees it now, by itself or after a command."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import shapes, texts
from game_server.bonds.commands import Asked, Beside, run
from game_server.bonds.life import Life, Written
from game_server.services import Services
from rooms.bonds.tool import Tool
from rooms.errors import NotFound
from storage import bond_rows
from storage.bond_rows import Row

Act = Callable[[asyncpg.Connection, datetime], Awaitable[Written]]


def kind_of(life: Life) -> Any:
    """The type of a row as it is answered: the same by every route."""
    return shapes.row(life.tool, life.extras)


async def find(
    db: asyncpg.Connection, tool: Tool, bond_id: UUID | None, row_id: UUID, *, archived: bool = False
) -> Row:
    """A row of this bond, or of nobody's bond, that the caller sees; `archived`: also one that is in no list any more. Raises
    NotFound.
    """
    row = await bond_rows.find(db, tool, row_id)
    if row is None or row.get("bond_id") != bond_id:
        raise NotFound
    if tool.archived is not None and row[tool.archived] is not None and not archived:
        raise NotFound
    return row


async def read(
    life: Life,
    services: Services,
    caller: Caller,
    bond_id: UUID | None,
    row_id: UUID,
    *,
    without: bool = False,
    archived: bool = False,
) -> Any:
    """The row as the caller sees it; `without` its texts while keys are away. Raises NotFound, KeysAway."""
    async with services.database.as_user(caller.id) as db:
        row = await find(db, life.tool, bond_id, row_id, archived=archived)
        around = await life.around(db, [row])
    opened = await texts.opened(services, life.tool, [row], without=without)
    [seen] = await life.seen(services, caller, opened, around)
    return msgspec.convert(seen, kind_of(life), strict=False)


async def answered(  # noqa: PLR0917 - what a command is, and where its row is
    life: Life,
    services: Services,
    caller: Caller,
    what: Asked,
    bond_id: UUID | None,
    act: Act,
    *,
    beside: Beside | None = None,
    archived: bool = False,
    at_once: bool = False,
) -> Any:
    """Do it once for its key, and answer the row: with what it left to be talked about, and also where keys are away, because it
    was done. `at_once`, and what it raises: as `commands.run`.
    """
    said = beside or Beside()

    async def reader(row_id: UUID) -> Any:
        row = await read(life, services, caller, bond_id, row_id, without=True, archived=archived)
        return row if said.prompt is None else msgspec.structs.replace(row, prompt=said.prompt)

    return await run(services, caller, what, act, reader, said, at_once=at_once)
