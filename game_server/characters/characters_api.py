"""The routes of characters: one's own, those of everybody, presets, and the wizard that makes one."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds.commands import asked
from game_server.bonds.shapes import Plain, given
from game_server.bonds.tools_api import OfVersion
from game_server.characters import characters, creation, presets
from game_server.characters.shapes import (
    ChangeCharacter,
    CharacterView,
    CreationView,
    NewCharacter,
    NewName,
    PresetList,
    SavedSession,
)
from game_server.http.bodies import AnyRequest
from game_server.http.paging import Limit, Page, read_cursor
from game_server.http.text import clean_uuid
from game_server.services import Services

Mine = Annotated[bool | None, QueryParameter(description="only one's own, or with false only those of everybody")]


@get("/api/kinksters")
async def list_characters(
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    mine: Mine = None,
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Page[CharacterView]:
    """One's own characters and those of everybody, newest first."""
    require_adult(user)
    return await characters.listed(services, user, mine=mine, after=read_cursor(cursor, UUID), limit=limit)


@post("/api/kinksters", status_code=201)
async def create_character(
    data: JSONBody[NewCharacter],  # type: ignore[valid-type]  # made from a declaration
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> CharacterView:
    """Make a character: an adult in every word. 50 somebody may have."""
    require_adult(user)
    return await characters.create(services, user, asked(request, data), _fields(data))


@get("/api/kinksters/presets")
async def list_presets(user: NamedDependency[Caller], services: NamedDependency[Services]) -> PresetList:
    """Characters to begin with, in the language of the account."""
    require_adult(user)
    return await presets.listed(services, user)


@get("/api/kinksters/creation-session")
async def read_creation_session(user: NamedDependency[Caller], services: NamedDependency[Services]) -> CreationView:
    """How far one is with making a character."""
    require_adult(user)
    return await creation.read(services, user)


@put("/api/kinksters/creation-session")
async def save_creation_session(
    data: JSONBody[SavedSession],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> CreationView:
    """Keep how far one is, or with `finish` make the character."""
    require_adult(user)
    return await creation.save(services, user, asked(request, data), data)


@get("/api/kinksters/{kinkster_id:str}")
async def read_character(
    kinkster_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> CharacterView:
    """One of one's own, or of everybody's."""
    require_adult(user)
    return await characters.read(services, user, UUID(clean_uuid(kinkster_id)))


@patch("/api/kinksters/{kinkster_id:str}")
async def change_character(
    kinkster_id: FromPath[str],
    data: JSONBody[ChangeCharacter],  # type: ignore[valid-type]
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> CharacterView:
    """Change some of what one's character is."""
    require_adult(user)
    changes = given(data) | {"version": data.version}  # type: ignore[attr-defined]
    return await characters.change(services, user, asked(request, data), UUID(clean_uuid(kinkster_id)), changes)


@delete("/api/kinksters/{kinkster_id:str}")
async def delete_character(
    kinkster_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    version: OfVersion = None,
) -> None:
    """Delete one's character; what was talked about with it stays."""
    require_adult(user)
    await characters.remove(services, user, UUID(clean_uuid(kinkster_id)), version)


@post("/api/kinksters/{kinkster_id:str}/primary", status_code=200)
async def choose_primary_character(
    kinkster_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    data: JSONBody[Plain | None] = None,
) -> CharacterView:
    """It is the primary one from now on, and no other is."""
    require_adult(user)
    version = data.version if data else None
    which = UUID(clean_uuid(kinkster_id))
    return await characters.make_primary(services, user, asked(request, data), which, version)


@post("/api/kinksters/{kinkster_id:str}/duplicate", status_code=201)
async def duplicate_character(
    kinkster_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    data: JSONBody[NewName | None] = None,
) -> CharacterView:
    """Another one like it, of one's own: also of a character of everybody's. Without its pictures."""
    require_adult(user)
    name = data.name if data else None
    return await characters.duplicate(services, user, asked(request, data), UUID(clean_uuid(kinkster_id)), name)


def routes() -> list[HTTPRouteHandler]:
    """The handlers of characters."""
    return [
        list_characters,
        create_character,
        list_presets,
        read_creation_session,
        save_creation_session,
        read_character,
        change_character,
        delete_character,
        choose_primary_character,
        duplicate_character,
    ]


def _fields(data: msgspec.Struct) -> dict[str, Any]:
    return {name: getattr(data, name) for name in data.__struct_fields__}
