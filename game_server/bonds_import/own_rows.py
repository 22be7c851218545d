"""Rows that are one person's alone, without a bond: entries, dates, check-ins and characters."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import own, texts
from game_server.bonds.tools import LIVES
from game_server.bonds_import.left import Left
from game_server.bonds_import.rows import drafted, event_given, event_name, unshared
from game_server.bonds_import.staging import Row
from game_server.characters import characters
from game_server.characters.shapes import NewCharacter
from game_server.notifications import zones
from game_server.services import Services
from rooms.bonds.dump.values import json_of, list_of, moment_of, text_of
from rooms.characters.character import TEXTS, Several
from storage import bond_calendar, bond_rows

_CHOICES = ("role", "experience_level", "age_range")
Made = tuple[UUID, tuple[str, ...]]


async def take(services: Services, db: asyncpg.Connection, caller: Caller, row: Row) -> Made:
    """Make it, in their transaction. Raises what the tool refuses."""
    match row.table:
        case "journal_entries":
            return await _plain(services, db, caller, "journal", unshared("journal", row.values))
        case "resources":
            return await _plain(services, db, caller, "resources", unshared("resources", row.values))
        case "calendar_events":
            return await _event(services, db, caller, row)
        case "check_ins":
            return await _check_in(services, db, caller, row)
        case "kinksters":
            return await _character(services, db, caller, row)
        case _:
            raise Left("bond_unknown")


async def _plain(
    services: Services, db: asyncpg.Connection, caller: Caller, tool: str, given: Mapping[str, Any]
) -> Made:
    return (await own.create(services, db, caller, LIVES[tool], given))[0], ()


async def _event(services: Services, db: asyncpg.Connection, caller: Caller, row: Row) -> Made:
    life = LIVES["calendar"]
    kept = await life.own_values(db, caller, None, None, event_given(row.values))
    owned = {"created_by": UUID(caller.id), "bond_id": None, **kept, **event_name(row.values)}
    made = await bond_rows.add(db, life.tool, await life.sealed(services, caller, None, owned))
    return made["id"], ()


async def _check_in(services: Services, db: asyncpg.Connection, caller: Caller, row: Row) -> Made:
    """How somebody was on a day that is over is theirs: it pauses nobody, and tells nobody."""
    when = moment_of(row.at)
    if when is None:
        raise Left("invalid", "created_at")
    life = LIVES["check-ins"]
    given = drafted("check-ins", row.values, ("status", "notes"))
    zone = await bond_calendar.zone_of(db, caller.id)
    day = when.astimezone(zones.of(zone)).date()
    said = {"status": given["status"], "notes": given["notes"], "timezone": zone, "local_date": day}
    owned = {"user_id": UUID(caller.id), "bond_id": None, **said}
    made = await bond_rows.add(db, life.tool, await life.sealed(services, caller, None, owned))
    return made["id"], ()


async def _character(services: Services, db: asyncpg.Connection, caller: Caller, row: Row) -> Made:
    """With its words and points; which provider plays it is said anew, and pictures are not fetched."""
    said: dict[str, Any] = {
        name: (list_of if isinstance(kind, Several) else text_of)(row.values[name])
        for name, kind in TEXTS.items()
        if row.values.get(name)
    }
    said |= {name: row.values[name] for name in _CHOICES if row.values.get(name)}
    if row.values.get("stats"):
        said["stats"] = json_of(row.values["stats"])
    data = msgspec.convert(said, NewCharacter, strict=False)
    given = {name: getattr(data, name) for name in data.__struct_fields__}
    values = await characters.whole(services, caller, given)
    made, _ = await characters.make(db, caller, await texts.own_key(services, caller), values)
    pictures = row.values.get("avatar_urls") or row.values.get("avatar_url")
    return made, ("pictures",) if pictures and list_of(pictures) else ()


def moment_for(row: Row, now: datetime) -> datetime:
    """When it was written: what is one person's alone keeps its day."""
    when = moment_of(row.at)
    is_known = when is not None and datetime(2000, 1, 1, tzinfo=UTC) <= when <= now
    return when if when is not None and is_known and row.table in _DATED else now


_DATED = ("journal_entries", "resources", "check_ins", "kinksters")
