"""What is kept of bonds and of characters, page by page, its texts opened with whose key they are sealed.

What cannot be opened any more (its person was erased, a key is lost) is null, and its row names it.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from game_server.export.reader import Reader
from storage import bonds, export_bonds
from storage.bonds import Person
from storage.export import Item
from storage.export_bonds import SECTIONS, Told
from storage.key_rows import KeyGone
from storage.person_keys import DataKey

LOST = "cannot_be_opened"
_ENVELOPE = {"key_id", "nonce", "ciphertext"}
MOST_KEYS = 64


class _Keys:
    """Keys by owner, fetched once; None where it is gone."""

    def __init__(self, reader: Reader) -> None:
        self._reader, self._known = reader, dict[str, DataKey | None]()

    async def of(self, owner: str) -> DataKey | None:
        if owner not in self._known:
            if len(self._known) >= MOST_KEYS:
                self._known.clear()
            try:
                self._known[owner] = await self._reader.services.person_keys.key(owner)
            except KeyGone:
                self._known[owner] = None
        return self._known[owner]


async def section(reader: Reader, name: str) -> AsyncIterator[list[Item]]:
    """The rows of one section. Raises KeysAway."""
    told, keys = SECTIONS[name], _Keys(reader)
    async for rows in reader.pages(told.rows):
        if told.sealed is None:
            yield rows
            continue
        ready = [(row, await keys.of(_owner(reader, told, row))) for row in rows]
        yield await asyncio.to_thread(lambda some: [_opened(row, key) for row, key in some], ready)


async def all_bonds(reader: Reader) -> AsyncIterator[list[Item]]:
    """The caller's bonds, with their settings and who is in them, as every member sees it. Raises KeysAway."""
    keys = _Keys(reader)
    async for rows in reader.pages(export_bonds.BONDS):
        yield [await _bond(reader, keys, row) for row in rows]


async def _bond(reader: Reader, keys: _Keys, row: Item) -> Item:
    async with reader.own() as db:
        people = await bonds.people(db, row["id"])
        settings = await export_bonds.settings(db, row["id"])
    key = await keys.of(f"bond:{row['id']}")
    return {
        **_opened(row, key),
        "settings": settings,
        "members": [await _member(keys, key, row, one) for one in people],
    }


async def _member(keys: _Keys, key: DataKey | None, bond: Item, person: Person) -> Item:
    lost: list[str] = []
    return {
        "user_id": person.user_id,
        "display_name": person.display_name,
        "nickname": _walked(person.nickname, key, lost),
        "role_in_bond": person.role_in_bond,
        "dynamic_role": person.dynamic_role,
        "submission_state": person.submission_state,
        "kink_identity": _walked(person.kink_identity, await keys.of(f"user:{person.user_id}"), lost),
        "can_invite": person.can_invite,
        "can_manage": person.can_manage,
        "is_founder": person.user_id == bond["founder_id"],
        "joined_at": person.joined_at,
        "safewords": _walked(person.safewords, key, lost),
        "aftercare_needs": _walked(person.aftercare_needs, key, lost),
    }


def _owner(reader: Reader, told: Told, row: Item) -> str:
    if told.sealed == "bond" and row["bond_id"] is not None:
        return f"bond:{row['bond_id']}"
    return f"user:{row[told.owner]}" if told.owner else reader.caller.actor


def _opened(row: Item, key: DataKey | None) -> Item:
    opened, lost = {}, list[str]()
    for name, value in row.items():
        missing: list[str] = []
        opened[name] = _walked(value, key, missing)
        if missing:
            lost.append(name)
    return opened | {LOST: lost}


def _walked(value: Any, key: DataKey | None, lost: list[str]) -> Any:
    """A value with every envelope in it opened; null, and a mark in `lost`, where its key does not open it."""
    if isinstance(value, list):
        return [_walked(one, key, lost) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() != _ENVELOPE:
        return {name: _walked(one, key, lost) for name, one in value.items()}
    try:
        if key is not None:
            return key.unseal(value)
    except KeyGone:
        pass
    lost.append("")
    return None
