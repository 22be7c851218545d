"""Presets, which come with the program, and system characters, which an operator brings: both are nobody's, and written by the
server alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

Db = asyncpg.Connection


class Preset(msgspec.Struct, frozen=True):
    """A character to begin with. `config` has what it says, by language."""

    id: UUID
    preset_key: str
    name: str
    role: str
    stats: Mapping[str, int]
    config: Mapping[str, Any]
    avatar_urls: Sequence[str]


class SystemCharacter(msgspec.Struct, frozen=True):
    """A line of an operator's list."""

    system_key: str
    name: str
    role: str
    age_range: str
    provider: str
    version: int
    updated_at: datetime


_READ = "id, preset_key, name, role::text AS role, stats, config, avatar_urls"


async def listed(db: Db) -> list[Preset]:
    """Those that there are, by their names."""
    rows = await db.fetch(f"SELECT {_READ} FROM preset_config WHERE active ORDER BY created_at, preset_key")
    return [Preset(**row) for row in rows]


async def find(db: Db, preset_id: UUID) -> Preset | None:
    """One that there is."""
    row = await db.fetchrow(f"SELECT {_READ} FROM preset_config WHERE active AND id = $1", preset_id)
    return Preset(**row) if row else None


async def put_all(db: Db, presets: Sequence[Mapping[str, Any]]) -> int:
    """These are all there are: {preset_key, name, role, stats, config} each. How many were written; one that is not among them any
    more is switched off, and stays where characters name it.
    """
    written: int = await db.fetchval(
        "WITH given AS (SELECT * FROM jsonb_to_recordset($1::jsonb)"
        " AS g (preset_key text, name text, role text, stats jsonb, config jsonb)),"
        " written AS (INSERT INTO preset_config AS p (preset_key, name, role, stats, config)"
        " SELECT g.preset_key, g.name, g.role::dynamic_role_enum, g.stats, g.config FROM given g"
        " ON CONFLICT (preset_key) DO UPDATE SET name = excluded.name, role = excluded.role, stats = excluded.stats,"
        " config = excluded.config, active = true WHERE (p.name, p.role, p.stats, p.config, p.active)"
        " IS DISTINCT FROM (excluded.name, excluded.role, excluded.stats, excluded.config, true) RETURNING 1),"
        " gone AS (UPDATE preset_config p SET active = false"
        " WHERE p.active AND p.preset_key NOT IN (SELECT g.preset_key FROM given g) RETURNING 1)"
        " SELECT (SELECT count(*) FROM written) + (SELECT count(*) FROM gone)",
        list(presets),
    )
    return written


async def put_system(db: Db, key: str, said: Mapping[str, Any]) -> bool:
    """This system character says this from now on: was that another than before?"""
    return bool(await db.fetchval("SELECT app.put_system_character($1, $2::jsonb)", key, dict(said)))


async def list_system(db: Db) -> list[SystemCharacter]:
    """Every system character, by its key."""
    return [SystemCharacter(**row) for row in await db.fetch("SELECT * FROM app.system_characters()")]


async def drop_system(db: Db, key: str) -> bool:
    """Was there one?"""
    found: bool = await db.fetchval("SELECT app.drop_system_character($1)", key)
    return found
