"""What people do with their characters: make, change, copy and delete them, and say which is the primary one.

All texts of one are read together before they are kept: a character is an adult, in every word. Those of system characters are
an operator's (`system.py`): everybody reads and copies them, and the database lets nobody change them here.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import texts
from game_server.bonds.commands import Asked, require_version, run, writing
from game_server.bonds.life import Written
from game_server.bonds.live.bells import Op, touch
from game_server.bonds.places import row_place
from game_server.characters import presets
from game_server.characters.shapes import GIVEN, LISTS, NEEDED, CharacterView
from game_server.http.paging import Page, Place, write_cursor
from game_server.services import Services
from rooms.characters import adults
from rooms.characters.character import MOST_CHARACTERS, TEXTS, Character, Stats, are_dealt_out, character_of
from rooms.errors import AdultsOnly, Changed, Invalid, NotFound, NotPermitted, Unauthorized, WrongState
from storage import kinksters
from storage.kinksters import Row
from storage.person_keys import DataKey

TABLE = "kinksters"

Given = dict[str, Any]


async def read(services: Services, user: Caller, kinkster_id: UUID) -> CharacterView:
    """One of the caller's, or a system character. Raises NotFound, KeysAway."""
    return view(await opened(services, user, kinkster_id))


async def opened(services: Services, user: Caller, kinkster_id: UUID) -> Row:
    """Its row with its texts. Raises NotFound, KeysAway."""
    async with services.database.as_user(user.id) as db:
        found = await kinksters.find(db, kinkster_id)
    if found is None:
        raise NotFound
    [row] = await _opened(services, user, [found])
    return row


async def played(services: Services, user: Caller, kinkster_id: UUID) -> tuple[Character, int]:
    """A character as an AI plays it for the caller, and its version. Raises NotFound, KeysAway."""
    row = await opened(services, user, kinkster_id)
    return character_of(row), row["version"]


async def listed(
    services: Services, user: Caller, *, mine: bool | None, after: Place | None, limit: int
) -> Page[CharacterView]:
    """The caller's own and system characters, newest first. Raises KeysAway."""
    place = row_place(after)
    async with services.database.as_user(user.id) as db:
        found = await kinksters.listed(db, mine=mine, after=place, limit=limit + 1)
    rows = await _opened(services, user, found[:limit])
    last = rows[-1] if len(found) > limit else None
    more = write_cursor(Place(last["created_at"], str(last["id"]))) if last else None
    return Page([view(row) for row in rows], more)


async def create(services: Services, user: Caller, asked: Asked, given: Mapping[str, Any]) -> CharacterView:
    """A new one. Raises Invalid, AdultsOnly, WrongState, KeyGone, KeysAway."""
    values = await whole(services, user, given)
    key = await texts.ready_key(services, user)
    return await _run(services, user, asked, lambda db, _: make(db, user, key, values), "insert")


async def whole(services: Services, user: Caller, given: Mapping[str, Any]) -> Given:
    """All that a new character says, with what its preset says where nothing is given. Raises Invalid, AdultsOnly."""
    said = {name: value for name, value in given.items() if name in GIVEN and value is not None}
    if "preset_id" in said:
        said = {**await presets.character(services, user, said["preset_id"]), **said}
    if missing := [name for name in NEEDED if name not in said]:
        raise Invalid(fields=dict.fromkeys(missing, "A character needs this."))
    await check(services, said)
    return said


async def check(services: Services, said: Mapping[str, Any], beside: Mapping[str, Any] | None = None) -> None:
    """Are the points dealt out, and is everybody an adult, read `beside` what it says already? Raises Invalid, AdultsOnly."""
    if "stats" in said and not are_dealt_out(_stats(said["stats"])):
        raise Invalid(fields={"stats": "From 1 to 20 each, and 60 in all."})
    await require_adults(services, said, beside)


async def require_adults(services: Services, said: Mapping[str, Any], beside: Mapping[str, Any] | None = None) -> None:
    """Raises AdultsOnly, with the field."""
    field = await asyncio.to_thread(adults.fault_in, dict(said), services.clock.now().year, beside)
    if field is not None:
        raise AdultsOnly(fields={field: "Everybody here is an adult. Please say this in another way."})


async def make(db: asyncpg.Connection, user: Caller, key: DataKey, values: Mapping[str, Any]) -> Written:
    """A new row of the caller's, in their transaction. Raises WrongState where they have as many as there may be."""
    if not await kinksters.hold(db, user.id):
        raise Unauthorized
    if await kinksters.count(db) >= MOST_CHARACTERS:
        raise WrongState(f"You have {MOST_CHARACTERS} characters, which is the most. Delete one first.")
    return await kinksters.add(db, user.id, kept(key, values))


async def change(services: Services, user: Caller, asked: Asked, kinkster_id: UUID, given: Given) -> CharacterView:
    """Change some of it. Raises NotFound, NotPermitted, Changed, Invalid, AdultsOnly."""
    version = given.pop("version", None)
    before = await opened(services, user, kinkster_id)
    _require_own(before)
    new = {name: value for name, value in given.items() if plain(value) != _comparable(before, name)}
    key = await texts.ready_key(services, user)

    async def act(db: asyncpg.Connection, _: datetime) -> Written:
        row = await _own(db, kinkster_id)
        require_version(version, row["version"], kinkster_id)
        if row["version"] == before["version"] and not new:
            return row["id"], row["version"]
        await check(services, given, before)
        written = await kinksters.change(
            db, kinkster_id, kept(key, given if row["version"] != before["version"] else new)
        )
        if written is None:
            raise NotFound
        return written

    return await _run(services, user, asked, act, "update")


async def remove(services: Services, user: Caller, kinkster_id: UUID, version: int | None) -> None:
    """It goes; what was talked about with it stays, without it. Raises NotFound, NotPermitted, Changed."""
    try:
        async with writing(services, user, services.clock.now()) as db:
            row = await _own(db, kinkster_id)
            require_version(version, row["version"], kinkster_id)
            if not await kinksters.remove(db, kinkster_id):
                raise NotFound
    except Changed as stale:
        stale.current = await read(services, user, kinkster_id)
        raise
    touch(services, user.id, TABLE, kinkster_id, "delete")


async def make_primary(
    services: Services, user: Caller, asked: Asked, kinkster_id: UUID, version: int | None
) -> CharacterView:
    """It is the caller's primary one, and no other is. Raises NotFound, NotPermitted, Changed."""
    others: list[UUID] = []

    async def act(db: asyncpg.Connection, _: datetime) -> Written:
        if not await kinksters.hold(db, user.id):
            raise Unauthorized
        row = await _own(db, kinkster_id)
        require_version(version, row["version"], kinkster_id)
        written, before = await kinksters.make_primary(db, kinkster_id)
        others.extend([before] if before else [])
        return written

    answer = await _run(services, user, asked, act, "update")
    for other in others:
        touch(services, user.id, TABLE, other, "update")
    return answer


async def duplicate(
    services: Services, user: Caller, asked: Asked, kinkster_id: UUID, name: str | None
) -> CharacterView:
    """Another one like it, of the caller's own: without its pictures, which hang where they hang. Raises NotFound, AdultsOnly,
    WrongState.
    """
    key = await texts.ready_key(services, user)

    async def act(db: asyncpg.Connection, _: datetime) -> Written:
        found = await kinksters.find(db, kinkster_id)
        if found is None:
            raise NotFound
        [row] = await _opened(services, user, [found])
        values = {one: row[one] for one in GIVEN if row[one] and one != "is_public"} | {
            "name": name or row["name"] or "?"
        }
        await check(services, values)
        return await make(db, user, key, values)

    return await _run(services, user, asked, act, "insert")


def kept(key: DataKey, values: Mapping[str, Any]) -> Given:
    """The values as they are kept: texts sealed, an empty list as none."""
    return {name: _kept(key, name, value) for name, value in values.items()}


def view(row: Row) -> CharacterView:
    """A row with its texts as it is answered."""
    said = {**row, "is_system": row["user_id"] is None, **{name: row[name] or [] for name in LISTS}}
    return msgspec.convert(said, CharacterView, strict=False)


def plain(value: Any) -> Any:
    """A value as JSON has it, to be compared."""
    return msgspec.to_builtins(value)


def _kept(key: DataKey, name: str, value: Any) -> Any:
    if name in TEXTS:
        return key.seal(value) if value else None
    return plain(value) if name == "stats" else value


def _comparable(row: Row, name: str) -> Any:
    return row[name] or [] if name in LISTS else plain(row[name])


def _stats(value: Any) -> Stats:
    return msgspec.convert(plain(value), Stats)


async def _opened(services: Services, user: Caller, rows: Sequence[Row]) -> list[Row]:
    """Rows with their texts: those of a system character nothing seals."""
    own = [row for row in rows if row["user_id"] is not None]
    envelopes = [row[name] for row in own for name in TEXTS]
    found = iter(await texts.open_each(services, user.actor, envelopes))
    texts_of = {row["id"]: {name: next(found) for name in TEXTS} for row in own}
    return [row | texts_of.get(row["id"], {}) for row in rows]


def _require_own(row: Row) -> None:
    if row["user_id"] is None:
        raise NotPermitted("This character is everybody's. Duplicate it, and change your own.", fields=_OWNER)


async def _own(db: asyncpg.Connection, kinkster_id: UUID) -> Row:
    row = await kinksters.find(db, kinkster_id)
    if row is None:
        raise NotFound
    _require_own(row)
    return row


_OWNER = {"permission": "owner"}


async def _run(services: Services, user: Caller, asked: Asked, act: Any, op: Op) -> CharacterView:
    answer = await run(services, user, asked, act, lambda row_id: read(services, user, row_id))
    touch(services, user.id, TABLE, answer.id, op)
    return answer
