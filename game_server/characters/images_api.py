"""The routes of pictures of characters."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds import waiting
from game_server.bonds.commands import asked, run
from game_server.bonds.live.bells import touch
from game_server.bonds.places import row_place
from game_server.bonds.tools_api import routes_of
from game_server.bonds.waiting import Known, Wait
from game_server.characters import compositions, generations, images
from game_server.characters.images import Order, Reader
from game_server.files import sweeps
from game_server.http.bodies import AnyRequest
from game_server.http.limits import spend
from game_server.http.paging import Limit, Page, Place, read_cursor, write_cursor
from game_server.http.text import clean_uuid
from game_server.services import Services
from rooms.bonds.tool import Tool
from rooms.characters.compositions import COMPOSITIONS, POSES
from rooms.characters.pictures import USUAL, Style, Subject
from storage import image_generations
from storage.image_generations import Generation, Status


class AskedFor(msgspec.Struct, frozen=True):
    """A picture will be drawn: what becomes of it stands at /api/generations/{id}."""

    generation_id: UUID


class FaceAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of which character, and in which style."""

    kinkster_id: UUID
    style: Style = USUAL


class PictureAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In which style."""

    style: Style = USUAL


class FaceChosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which of a character's pictures."""

    file_id: UUID


class GenerationView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a picture. `reason`: why there is none, as a code. `cost_micros`: what it cost, or may have."""

    id: UUID
    status: Status
    subject: Subject
    kinkster_id: UUID | None
    style: str | None
    file_id: UUID | None
    reason: str | None
    cost_micros: int
    finished_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int


@post("/api/kinksters/generate-avatar", status_code=202)
async def ask_for_face(
    data: JSONBody[FaceAsked], user: NamedDependency[Caller], services: NamedDependency[Services], request: AnyRequest
) -> AskedFor:
    """Have a face drawn for a character. It joins the character's `avatar_urls` when it is done."""
    require_adult(user)

    async def order(db: asyncpg.Connection, reader: Reader) -> Order:
        return await images.avatar(db, reader, data.kinkster_id, data.style)

    return await _asked(services, user, request, data, order)


@post("/api/scene-compositions/{row_id:str}/generate", status_code=202)
async def ask_for_composition(
    row_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    data: JSONBody[PictureAsked | None] = None,
) -> AskedFor:
    """Have a composition drawn, with whoever stands in it. Its `generation_id` names the newest."""
    require_adult(user)
    which, style = UUID(clean_uuid(row_id)), (data or PictureAsked()).style

    async def order(db: asyncpg.Connection, reader: Reader) -> Order:
        return await compositions.of_composition(db, reader, which, style)

    return await _asked(services, user, request, data, order, of=(COMPOSITIONS, which))


@post("/api/character-poses/{row_id:str}/generate", status_code=202)
async def ask_for_pose(
    row_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    data: JSONBody[PictureAsked | None] = None,
) -> AskedFor:
    """Have a pose drawn. Its `generation_id` names the newest."""
    require_adult(user)
    which, style = UUID(clean_uuid(row_id)), (data or PictureAsked()).style

    async def order(db: asyncpg.Connection, reader: Reader) -> Order:
        return await compositions.of_pose(db, reader, which, style)

    return await _asked(services, user, request, data, order, of=(POSES, which))


async def _asked(  # noqa: PLR0917 - a request, and what it asks for
    services: Services,
    user: Caller,
    request: AnyRequest,
    body: object,
    order: Callable[[asyncpg.Connection, Reader], Awaitable[Order]],
    of: tuple[Tool, UUID] | None = None,
) -> AskedFor:
    """A new picture, once for the request's key; it is told, and begun."""
    await spend(services, request, user, "pictures")
    reader = await images.ready(services, user)

    async def act(db: asyncpg.Connection, at: datetime) -> tuple[UUID, int | None]:  # noqa: ARG001 - it is the database's moment
        made, version = await images.ask(db, reader, await order(db, reader))
        if of is not None:
            await compositions.shown_by(db, *of, made)
        return made, version

    made = await run(services, user, asked(request, body), act, _same)
    touch(services, user.id, generations.TABLE, made, "insert")
    if of is not None:
        touch(services, user.id, of[0].table, of[1], "update")
    generations.soon(services)
    return AskedFor(made)


async def _same(row_id: UUID) -> UUID:
    return row_id


@get("/api/generations")
async def list_generations(
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    kinkster_id: FromQuery[UUID | None] = None,
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Page[GenerationView]:
    """The pictures that the caller asked for, newest first; of one character, where that is named."""
    require_adult(user)
    after = read_cursor(cursor, UUID)
    async with services.database.as_user(user.id) as db:
        found = await image_generations.listed(db, kinkster_id, after=row_place(after), limit=limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    return Page(
        [_view(one) for one in found[:limit]], write_cursor(Place(last.created_at, str(last.id))) if last else None
    )


@get("/api/generations/{generation_id:str}")
async def find_generation(
    generation_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    wait: Wait = 0,
    version: Known = None,
) -> GenerationView:
    """What became of one; with `wait` as soon as that changes, at the latest after so many seconds."""
    require_adult(user)
    which = UUID(clean_uuid(generation_id))

    async def read() -> Generation:
        return await images.find(services, user.id, which)

    return _view(await waiting.changed(services, user.id, read, version, wait, _is_open))


@delete("/api/generations/{generation_id:str}", status_code=204)
async def take_generation_back(
    generation_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> None:
    """Take one back, with its picture, also while it is drawn: then what is drawn is thrown away."""
    require_adult(user)
    which = UUID(clean_uuid(generation_id))
    await images.take_back(services, user.id, which, services.clock.now())
    touch(services, user.id, generations.TABLE, which, "delete")
    sweeps.soon(services)


@post("/api/kinksters/{kinkster_id:str}/avatar", status_code=204)
async def choose_face(
    kinkster_id: FromPath[str],
    data: JSONBody[FaceChosen],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
) -> None:
    """One of a character's pictures is its face from now on: the first of its `avatar_urls`."""
    require_adult(user)
    which = UUID(clean_uuid(kinkster_id))
    await images.choose(services, user.id, which, data.file_id, services.clock.now())
    touch(services, user.id, "kinksters", which, "update")


def _is_open(found: Generation) -> bool:
    return found.status in ("pending", "running")


def _view(found: Generation) -> GenerationView:
    return GenerationView(
        id=found.id,
        status=found.status,
        subject=found.subject,
        kinkster_id=found.kinkster_id,
        style=found.style,
        file_id=found.file_id,
        reason=found.failed_reason,
        cost_micros=found.cost_micros,
        finished_at=found.finished_at,
        created_at=found.created_at,
        updated_at=found.updated_at,
        version=found.version,
    )


def routes() -> list[HTTPRouteHandler]:
    """The handlers."""
    tools = [handler for life in compositions.LIVES for handler in routes_of(life)]
    drawn = [ask_for_face, ask_for_composition, ask_for_pose]
    return [*tools, *drawn, list_generations, find_generation, take_generation_back, choose_face]
