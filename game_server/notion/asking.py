"""What came from Notion, asked for as its person would: by the same commands, with their rights, limits and pauses.

What is refused is said by its code, never whose limit it is, and changes nothing. What could not be asked now is raised.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import answers, boundaries_api, own, shapes, texts
from game_server.bonds.commands import Asked, held, run
from game_server.bonds.life import Life, Written
from game_server.bonds.live.bells import touch
from game_server.bonds.tools import LIVES
from game_server.characters import characters, images
from game_server.characters.shapes import ChangeCharacter, NewCharacter
from game_server.notion.reading import Row
from game_server.services import Services
from rooms.errors import Changed, Invalid, Refused
from rooms.notion import taking
from rooms.notion.property import Around, Kind, Value
from rooms.notion.taking import Step
from storage.key_rows import KeyGone

Values = Mapping[str, Value]


class NotNow(Exception):
    """It may go through later: the keys are away, the row was changed meanwhile, the server is busy."""


class Answered(msgspec.Struct, frozen=True):
    """What became of it: the properties that are so now, and by property the code of why another is not."""

    taken: frozenset[str]
    refused: Mapping[str, str]


class Asking(msgspec.Struct, frozen=True):
    """Somebody on whose behalf is asked, and what their Notion calls people and bonds."""

    services: Services
    caller: Caller
    around: Around


async def change(  # noqa: PLR0917 - a row, and both sides of it
    by: Asking, kind: Kind, row: Row, ours: Values, theirs: Values, keys: Iterable[str], around: Around
) -> Answered:
    """Bring these properties of a row to what its page says. Raises NotNow."""
    taken: set[str] = set()
    refused: dict[str, str] = {}
    wanted = list(keys)
    whole = taking.changes(kind, ours, theirs, wanted, around)
    refused.update(whole.faults)
    plain = [key for key in wanted if key not in whole.faults and key not in {step.key for step in whole.commands}]
    version: int = row["version"]
    for some in _tries(plain):
        if taken.issuperset(some):
            continue
        asked_for = taking.changes(kind, ours, theirs, some, around)
        try:
            version = await _patch(by, kind, {**row, "version": version}, asked_for.values)
        except (Refused, KeyGone) as error:
            if len(_apart(some)) == 1:
                refused.update(dict.fromkeys(some, _code_of(error)))
        else:
            taken.update(some)
    for step in whole.commands:
        try:
            await _command(by, kind, row, step)
        except (Refused, KeyGone) as error:
            refused[step.key] = _code_of(error)
        else:
            taken.add(step.key)
    return Answered(frozenset(taken), refused)


def _tries(plain: list[str]) -> list[list[str]]:
    """All at once, and where that is refused each by itself: one word that touches a limit keeps no date from being changed."""
    apart = _apart(plain)
    return [plain, *apart] if len(apart) > 1 else [plain] if plain else []


def _apart(plain: list[str]) -> list[list[str]]:
    """Each by itself, but those that count together."""
    together: dict[str, list[str]] = {}
    for key in plain:
        together.setdefault(key.partition(".")[0], []).append(key)
    return list(together.values())


async def create(by: Asking, kind: Kind, values: Mapping[str, Any], page_id: str) -> UUID:
    """A new row of what a page says, once for that page. Raises Refused, NotNow."""
    once = Asked(f"notion:{page_id}", f"NOTION {kind.name}", None)
    try:
        if kind.table == "kinksters":
            given = _said(_typed(NewCharacter, values))
            made = await characters.create(by.services, by.caller, once, given)
            return made.id
        life = LIVES[str(kind.tool)]
        bond = UUID(str(values["bond_id"])) if values.get("bond_id") is not None else None
        draft = shapes.draft(life.tool, life.drafted)
        given = _said(_typed(draft, {name: value for name, value in values.items() if name != "bond_id"}))
        return await _create(by, life, bond, given, once)
    except (Refused, KeyGone) as error:
        raise _later(error) from error


async def _create(by: Asking, life: Life, bond: UUID | None, given: dict[str, Any], once: Asked) -> UUID:
    services, caller = by.services, by.caller
    await _ready(by, life, bond, given)

    async def act(db: asyncpg.Connection, at: datetime) -> Written:
        if bond is None:
            return await own.create(services, db, caller, life, given)
        await life.before(db, caller, bond, given)
        async with held(services, db, caller, bond, at) as hand:
            return await life.create(hand, given)

    made = await run(services, caller, once, act, _same)
    if life.tool.audience == "own":
        touch(services, caller.id, life.tool.table, made, "insert")
    return made


async def _patch(by: Asking, kind: Kind, row: Row, values: Mapping[str, Any]) -> int:
    """The row's version then. Raises Refused, KeyGone."""
    services, caller = by.services, by.caller
    if kind.table == "kinksters":
        given = _said(_typed(ChangeCharacter, {**values, "version": row["version"]}))
        return (await characters.change(services, caller, _unkeyed(kind), row["id"], given)).version
    life = LIVES[str(kind.tool)]
    changes = _said(_typed(shapes.patch(life.tool), {**values, "version": row["version"]}))
    bond = row.get("bond_id")
    versions: list[int] = []
    await _ready(by, life, bond, changes)

    async def act(db: asyncpg.Connection, at: datetime) -> Written:
        if bond is None:
            written = await own.change(services, db, caller, life, row["id"], dict(changes))
        else:
            await life.before(db, caller, bond, changes)
            async with held(services, db, caller, bond, at) as hand:
                found = await answers.find(db, life.tool, bond, row["id"])
                written = await life.change(hand, found, dict(changes))
        versions.append(written[1] or row["version"])
        return written

    await run(services, caller, _unkeyed(kind), act, _same)
    if life.tool.audience == "own":
        touch(services, caller.id, life.tool.table, row["id"], "update")
    return versions[-1]


async def _command(by: Asking, kind: Kind, row: Row, step: Step) -> None:
    services, caller, what = by.services, by.caller, _unkeyed(kind)
    if (kind.name, step.command) == ("kinksters", "primary"):
        await characters.make_primary(services, caller, what, row["id"], None)
        return
    if (kind.name, step.command) == ("image_generations", "choose"):
        await images.choose(services, caller.id, row["kinkster_id"], row["file_id"], services.clock.now())
        touch(services, caller.id, "kinksters", row["kinkster_id"], "update")
        return
    bond = row["bond_id"]
    if (kind.name, step.command) == ("boundaries", "rating"):
        # What is shown by choice stays so: only what is said changes.
        rate = _typed(boundaries_api.Rate, {**step.body, "shown": bool(row.get("shown"))})
        await boundaries_api.rated(services, caller, bond, row["id"], rate, what)
        return
    life = LIVES[str(kind.tool)]
    command = life.commands[step.command]
    body = _typed(command.body, step.body)
    await life.ready(services, caller, _said(body))

    async def act(db: asyncpg.Connection, at: datetime) -> Written:
        async with held(services, db, caller, bond, at, dissolved=command.dissolved) as hand:
            return await command.act(hand, await answers.find(db, life.tool, bond, row["id"]), body)

    await run(services, caller, what, act, _same)


async def _ready(by: Asking, life: Life, bond: UUID | None, given: Mapping[str, Any]) -> None:
    await life.ready(by.services, by.caller, given)
    if bond is None and life.tool.audience == "shared":
        await texts.ready(by.services, by.caller)


def _code_of(error: Refused | KeyGone) -> str:
    """Why it is refused for good. Raises NotNow where it is not."""
    later = _later(error)
    if isinstance(later, Refused):
        return later.code
    raise later from error


def _later(error: Refused | KeyGone) -> Exception:
    """What is refused for good stays so; else it is asked again later."""
    if isinstance(error, KeyGone) or (isinstance(error, Refused) and (error.retryable or isinstance(error, Changed))):
        return NotNow(type(error).__name__)
    return error


def _typed(kind: type[msgspec.Struct], values: Mapping[str, Any]) -> Any:
    """As a request's body would be read. Raises Invalid."""
    try:
        return msgspec.convert(msgspec.to_builtins(dict(values)), kind, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid from error


def _said(data: msgspec.Struct) -> dict[str, Any]:
    """What of it was given."""
    found = {name: getattr(data, name) for name in data.__struct_fields__}
    return {name: value for name, value in found.items() if value is not msgspec.UNSET}


def _unkeyed(kind: Kind) -> Asked:
    return Asked(None, f"NOTION {kind.name}", None)


async def _same(row_id: UUID) -> UUID:
    return row_id
