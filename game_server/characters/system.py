"""System characters: an operator's, for everybody who is signed in. They come from a file, which is all of each; nobody changes
them here.
"""

from typing import Annotated, Any

import asyncpg
import msgspec
from msgspec import Meta

from game_server.characters.shapes import NEEDED, NewCharacter
from rooms.characters import adults
from rooms.characters.character import Stats, are_dealt_out
from storage import kinkster_presets
from storage.kinkster_presets import SystemCharacter

Key = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,62}$")]
MOST = 200
"""So many a file may have."""


class Refusal(msgspec.Struct, frozen=True):
    """A character of a file that is not taken: which (its key, or its place in the file), and why."""

    key: str
    reason: str


class Brought(msgspec.Struct, frozen=True):
    """What an import did: with any that was refused nothing."""

    written: int
    unchanged: int
    refused: list[Refusal]


class Character(msgspec.Struct, frozen=True):
    """One of a file, looked at."""

    key: str
    said: dict[str, Any]


def read(data: bytes, year: int) -> tuple[list[Character], list[Refusal]]:
    """The characters of a file: a JSON list of objects, each with a `key` and the fields of POST /api/kinksters."""
    try:
        rows = msgspec.json.decode(data, type=list[dict[str, Any]])
    except (msgspec.MsgspecError, RecursionError) as error:
        return [], [Refusal("the file", f"It is no JSON list of objects: {error}.")]
    if len(rows) > MOST:
        return [], [Refusal("the file", f"It has {len(rows)} characters; {MOST} at most.")]
    found: list[Character] = []
    refused: list[Refusal] = []
    for number, row in enumerate(rows, 1):
        key = row.pop("key", None)
        named = key if isinstance(key, str) and key else f"number {number}"
        match _read(key, row, year, {one.key for one in found}):
            case str() as reason:
                refused.append(Refusal(named, reason))
            case character:
                found.append(character)
    return found, refused


async def bring(db: asyncpg.Connection, characters: list[Character]) -> Brought:
    """They say this from now on; others that are there stay."""
    async with db.transaction():
        written = [await kinkster_presets.put_system(db, one.key, one.said) for one in characters]
    return Brought(sum(written), len(written) - sum(written), [])


async def listed(db: asyncpg.Connection) -> list[SystemCharacter]:
    """Every one that is there."""
    return await kinkster_presets.list_system(db)


async def remove(db: asyncpg.Connection, key: str) -> bool:
    """Was there one? What people talked about with it stays theirs."""
    return await kinkster_presets.drop_system(db, key)


def _read(key: object, row: dict[str, Any], year: int, before: set[str]) -> Character | str:
    """The character, or why it is none."""
    try:
        named = msgspec.convert(key, Key)
        said = {
            name: value
            for name, value in msgspec.to_builtins(msgspec.convert(row, NewCharacter)).items()
            if value is not None
        }
    except msgspec.ValidationError as error:
        return f"{error}."
    if named in before:
        return "Another one in the file has this key."
    missing = [name for name in NEEDED if name not in said]
    if missing or "preset_id" in said:
        return f"It needs {', '.join(missing)}." if missing else "It has a preset_id, which is for people's own."
    if not are_dealt_out(msgspec.convert(said["stats"], Stats)):
        return "stats: from 1 to 20 each, and 60 in all."
    if (field := adults.fault_in(said, year)) is not None:
        return f"{field}: this suggests somebody who is no adult."
    return Character(named, {name: value for name, value in said.items() if value != []})
