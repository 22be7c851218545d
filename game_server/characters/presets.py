"""Presets: characters to begin with, which come with the program (`presets.json`) and stand in the database as the program has them.

Each says what it says in every language of the page, and is shown in its reader's.
"""

from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.characters.shapes import PresetList, PresetView
from game_server.languages import choice
from game_server.services import Services
from rooms.errors import Invalid
from storage import accounts, kinkster_presets
from storage.kinkster_presets import Preset

_FILE = Path(__file__).with_name("presets.json")


@cache
def shipped() -> list[dict[str, Any]]:
    """Those of the file: {preset_key, name, role, stats, config} each, `config` {said, words: {language: …}}."""
    found: list[dict[str, Any]] = msgspec.json.decode(_FILE.read_bytes())
    return found


async def bring(db: asyncpg.Connection) -> int:
    """The database has those of this program: how many were written for that."""
    return await kinkster_presets.put_all(db, shipped())


async def listed(services: Services, user: Caller) -> PresetList:
    """All there are, in the caller's language."""
    language = await _language(services, user)
    async with services.database.as_user(user.id) as db:
        found = await kinkster_presets.listed(db)
    return PresetList([_view(preset, language) for preset in found])


async def character(services: Services, user: Caller, preset_id: UUID) -> dict[str, Any]:
    """What a character says that is made from it, in the caller's language. Raises Invalid where there is none."""
    language = await _language(services, user)
    async with services.database.as_user(user.id) as db:
        preset = await kinkster_presets.find(db, preset_id)
    if preset is None:
        raise Invalid(fields={"preset_id": "There is no such preset."})
    return {"name": preset.name, "role": preset.role, "stats": dict(preset.stats), **_said(preset, language)}


def _view(preset: Preset, language: str) -> PresetView:
    values = {"config": _said(preset, language)} | {
        name: getattr(preset, name) for name in PresetView.__struct_fields__ if name != "config"
    }
    return msgspec.convert(values, PresetView, strict=False)


def _said(preset: Preset, language: str) -> dict[str, Any]:
    """What it says in this language, or in English."""
    words = preset.config.get("words", {})
    return {**preset.config.get("said", {}), **(words.get(language) or words.get("en") or {})}


async def _language(services: Services, user: Caller) -> str:
    async with services.database.as_user(user.id) as db:
        return choice.of_account(await accounts.language_of(db, user.id) or "en")
