"""The texts of bonds: sealed with the key of whose row it is, a person's or the bond's, and opened for who may see the row.

A key is fetched once for any number of rows. What cannot be opened any more, because its person was erased meanwhile, is null.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from game_server.accounts.callers import Caller
from game_server.profiles.person_key import hold_key
from game_server.services import Services
from rooms.bonds.tool import Tool
from storage.key_rows import KeyGone, KeysAway
from storage.person_keys import DataKey

Row = dict[str, Any]

AT_ONCE = 50
"""So many rows are opened without leaving the loop."""


def bond_owner(bond_id: UUID | str) -> str:
    """A bond's name in the key store."""
    return f"bond:{bond_id}"


async def ready(services: Services, caller: Caller) -> None:
    """Before a command in which the caller seals something with their own key. Not inside it, where they hold a bond: this asks
    the database by another connection. Raises KeyGone, KeysAway.
    """
    await hold_key(services, caller)


async def own_key(services: Services, caller: Caller) -> DataKey:
    """The caller's key, made at the first time, inside a command for which they are `ready`. Raises KeyGone, KeysAway."""
    return await services.person_keys.key(caller.actor, make=True)


async def ready_key(services: Services, caller: Caller) -> DataKey:
    """Both at once, before a command that seals a text of the caller's. Raises KeyGone, KeysAway."""
    await ready(services, caller)
    return await own_key(services, caller)


async def key_if_any(services: Services, caller: Caller) -> DataKey | None:
    """The same where the command does not wait for a key: None while keys are away, and where the caller's is lost."""
    try:
        return await ready_key(services, caller)
    except (KeyGone, KeysAway):
        return None


async def bond_key(services: Services, bond_id: UUID | str) -> DataKey:
    """The bond's key, which was made with it. Raises KeyGone, KeysAway."""
    return await services.person_keys.key(bond_owner(bond_id))


async def bond_key_if_any(services: Services, bond_id: UUID) -> DataKey | None:
    """The same before it is known whether there is such a bond: None where there is none. Raises KeysAway."""
    try:
        return await bond_key(services, bond_id)
    except KeyGone:
        return None


def sealed_by(key: DataKey | None, value: Any) -> Row | None:
    """A text as it is kept; null stays null. Raises KeyGone where its bond is there, and its key is not."""
    if value is None:
        return None
    if key is None:
        raise KeyGone
    return key.seal(value)


async def key_for(services: Services, tool: Tool, caller: Caller, bond_id: UUID | None) -> DataKey:
    """What a new row of the caller's is sealed with. Raises KeyGone, KeysAway."""
    if tool.audience == "shared" and bond_id is not None:
        return await bond_key(services, bond_id)
    return await own_key(services, caller)


def sealed(tool: Tool, key: DataKey, values: Mapping[str, Any]) -> Row:
    """The values as they are kept."""
    hidden = set(tool.sealed)
    return {name: key.seal(value) if name in hidden and value is not None else value for name, value in values.items()}


async def opened(services: Services, tool: Tool, rows: Sequence[Row], *, without: bool = False) -> list[Row]:
    """The rows with their texts, off the event loop where they are many. Raises KeysAway, but where it goes `without`: then texts
    are null while keys are away.
    """
    try:
        keys = await _keys(services, {_owner(tool, row) for row in rows})
    except KeysAway:
        if not without:
            raise
        keys = {}
    if len(rows) > AT_ONCE:
        return await asyncio.to_thread(lambda: [_opened(tool, keys, row) for row in rows])
    return [_opened(tool, keys, row) for row in rows]


async def opened_columns(services: Services, tool: Tool, rows: Sequence[Row], names: Sequence[str]) -> list[Row]:
    """Rows of which only some columns were read, with those texts. Raises KeysAway."""
    keys = await _keys(services, {_owner(tool, row) for row in rows})
    return [row | {name: _text(keys.get(_owner(tool, row)), row[name]) for name in names} for row in rows]


async def open_each(services: Services, owner: str, envelopes: Iterable[dict[str, Any] | None]) -> list[Any]:
    """What one owner's envelopes hold; null for none, and where the key is gone. Raises KeysAway."""
    envelopes = list(envelopes)
    keys = await _keys(services, {owner} if any(envelopes) else set())
    return [_text(keys.get(owner), envelope) for envelope in envelopes]


async def _keys(services: Services, owners: set[str]) -> dict[str, DataKey]:
    found = {}
    for owner in owners:
        try:
            found[owner] = await services.person_keys.key(owner)
        except KeyGone:
            continue
    return found


def _owner(tool: Tool, row: Row) -> str:
    if tool.audience == "shared" and row["bond_id"] is not None:
        return bond_owner(row["bond_id"])
    return f"user:{row[tool.owner]}"


def _opened(tool: Tool, keys: Mapping[str, DataKey], row: Row) -> Row:
    key = keys.get(_owner(tool, row))
    return row | {name: _text(key, row[name]) for name in tool.sealed}


def _text(key: DataKey | None, envelope: dict[str, Any] | None) -> Any:
    if envelope is None or key is None:
        return None
    try:
        return key.unseal(envelope)
    except KeyGone:
        return None
