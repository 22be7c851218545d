"""One factory for the routes of every tool: list, create, get, PATCH, DELETE and the tool's commands, in a bond, and for some tools
also without one.
"""

import inspect
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds import shapes, texts
from game_server.bonds.commands import Hand, asked, held, require_version, run
from game_server.bonds.life import Command, Life, Written
from game_server.bonds.search import page_of
from game_server.http.bodies import AnyRequest
from game_server.http.paging import Limit, Page, read_cursor
from game_server.http.refusals import REFUSES
from game_server.http.text import clean_uuid
from game_server.services import Services
from rooms import errors
from rooms.bonds.permissions import ACTS
from rooms.bonds.tool import Tool
from rooms.errors import NotFound
from storage import bond_rows, bonds
from storage.bond_rows import Row

Words = Annotated[str | None, QueryParameter(min_length=1, max_length=200, description="words that the texts hold")]
Whole = Annotated[
    int | None, QueryParameter(ge=1, le=2**31 - 1, description="only where the row is still that version")
]

REFUSED = (
    errors.AdultRequired, errors.NotFound, errors.NotPermitted, errors.Changed, errors.WrongState, errors.PersonPaused,
    errors.BondPaused, errors.NotEnoughPoints, errors.Limit, errors.ProofRequired, errors.Invalid, errors.KeyReused,
    errors.KeysUnavailable,
)  # fmt: skip
"""What any of them may refuse: what is called on a tool's life is not followed by who describes the API."""

_OPT = {REFUSES: REFUSED}


def routes_of(life: Life) -> list[HTTPRouteHandler]:
    """The handlers of one tool."""
    tool = life.tool
    answer = shapes.row(tool, life.extras)
    base = f"/api/bonds/{{bond_id:str}}/{tool.name}"
    found = [_listed(life, answer, base, in_bond=True), _got(life, answer, base)]
    if f"{tool.name}.create" in ACTS:
        found.append(_created(life, answer, base))
    if tool.editable:
        found.append(_patched(life, answer, base))
    if tool.removable:
        found.append(_deleted(life, base))
    return [*found, *(_commanded(life, answer, base, name, one) for name, one in life.commands.items())]


def _listed(life: Life, answer: type[msgspec.Struct], path: str, *, in_bond: bool) -> HTTPRouteHandler:
    tool = life.tool

    async def handler(**given: Any) -> Any:
        services, user = given["services"], given["user"]
        require_adult(user)
        bond_id = await _bond_of_mine(services, user, given["bond_id"]) if in_bond else None
        page = await page_of(
            life,
            services,
            user,
            bond_id,
            asked={one.name: given[one.name] for one in tool.filters if given.get(one.name) is not None},
            words=given.get("q"),
            after=read_cursor(given["cursor"], UUID),
            limit=given["limit"],
        )
        return Page([msgspec.convert(row, answer, strict=False) for row in page.items], page.next_cursor)

    wanted: dict[str, tuple[Any, Any]] = {
        "user": (NamedDependency[Caller], inspect.Parameter.empty),
        "services": (NamedDependency[Services], inspect.Parameter.empty),
        **({"bond_id": (FromPath[str], inspect.Parameter.empty)} if in_bond else {}),
        **{one.name: (FromQuery[_asked_type(one.how)], None) for one in tool.filters},
        **({"q": (Words, None)} if tool.searched else {}),
        "limit": (Limit, 50),
        "cursor": (FromQuery[str | None], None),
    }
    _sign(
        handler,
        f"list_{tool.table}",
        f"{tool.label}: those that the caller may see, newest first.",
        wanted,
        Page[answer],
    )  # type: ignore[valid-type]  # made from a declaration
    return get(path, opt=_OPT, operation_id=f"list_{tool.table}")(handler)


def _got(life: Life, answer: type[msgspec.Struct], base: str) -> HTTPRouteHandler:
    async def handler(
        bond_id: FromPath[str],
        row_id: FromPath[str],
        user: NamedDependency[Caller],
        services: NamedDependency[Services],
    ) -> answer:  # type: ignore[valid-type]  # made from a declaration
        require_adult(user)
        return await read(life, services, user, UUID(clean_uuid(bond_id)), UUID(clean_uuid(row_id)), answer)

    return _named(get, life.tool, base + "/{row_id:str}", handler, "get", "One row.")


def _created(life: Life, answer: type[msgspec.Struct], base: str) -> HTTPRouteHandler:
    draft = shapes.draft(life.tool)

    async def handler(
        bond_id: FromPath[str],
        data: JSONBody[draft],  # type: ignore[valid-type]  # made from a declaration
        user: NamedDependency[Caller],
        services: NamedDependency[Services],
        request: AnyRequest,
    ) -> answer:  # type: ignore[valid-type]  # made from a declaration
        require_adult(user)
        bond = UUID(clean_uuid(bond_id))

        async def act(db: asyncpg.Connection, at: datetime) -> Written:
            async with held(services, db, user, bond, at) as hand:
                return await life.create(hand, _given(data))

        return await run(services, user, asked(request, data), act, _reader(life, services, user, bond, answer))

    return _named(post, life.tool, base, handler, "create", "A new row.", status_code=201)


def _patched(life: Life, answer: type[msgspec.Struct], base: str) -> HTTPRouteHandler:
    change = shapes.patch(life.tool)

    async def handler(
        bond_id: FromPath[str],
        row_id: FromPath[str],
        data: JSONBody[change],  # type: ignore[valid-type]  # made from a declaration
        user: NamedDependency[Caller],
        services: NamedDependency[Services],
        request: AnyRequest,
    ) -> answer:  # type: ignore[valid-type]  # made from a declaration
        require_adult(user)
        bond, which = UUID(clean_uuid(bond_id)), UUID(clean_uuid(row_id))
        given = {name: value for name, value in _given(data).items() if value is not msgspec.UNSET}

        async def act(db: asyncpg.Connection, at: datetime) -> Written:
            async with held(services, db, user, bond, at) as hand:
                return await life.change(hand, await _row(life, hand, which), given)

        return await run(services, user, asked(request, data), act, _reader(life, services, user, bond, answer))

    return _named(patch, life.tool, base + "/{row_id:str}", handler, "change", "Change some fields.")


def _deleted(life: Life, base: str) -> HTTPRouteHandler:
    async def handler(
        bond_id: FromPath[str],
        row_id: FromPath[str],
        user: NamedDependency[Caller],
        services: NamedDependency[Services],
        *,
        version: Whole = None,
    ) -> None:
        require_adult(user)
        bond, which = UUID(clean_uuid(bond_id)), UUID(clean_uuid(row_id))
        try:
            async with services.database.as_member(user.id, services.clock.now()) as db:
                async with held(services, db, user, bond, services.clock.now()) as hand:
                    await life.remove(hand, await _row(life, hand, which), version)
        except errors.Changed as stale:
            stale.current = await read(life, services, user, bond, which, shapes.row(life.tool, life.extras))
            raise

    return _named(delete, life.tool, base + "/{row_id:str}", handler, "delete", "Delete a row.", status_code=204)


def _commanded(life: Life, answer: type[msgspec.Struct], base: str, name: str, command: Command) -> HTTPRouteHandler:
    async def handler(
        bond_id: FromPath[str],
        row_id: FromPath[str],
        user: NamedDependency[Caller],
        services: NamedDependency[Services],
        request: AnyRequest,
        data: JSONBody[command.body],  # type: ignore[valid-type,name-defined]  # made from a declaration
    ) -> answer:  # type: ignore[valid-type]  # made from a declaration
        require_adult(user)
        bond, which = UUID(clean_uuid(bond_id)), UUID(clean_uuid(row_id))

        async def act(db: asyncpg.Connection, at: datetime) -> Written:
            async with held(services, db, user, bond, at, alone=command.alone, dissolved=command.dissolved) as hand:
                row = await _row(life, hand, which)
                require_version(getattr(data, "version", None), row["version"], which)
                return await command.act(hand, row, data)

        return await run(services, user, asked(request, data), act, _reader(life, services, user, bond, answer))

    path = f"{base}/{{row_id:str}}/{name}"
    return _named(post, life.tool, path, handler, name.replace("-", "_"), f"The command “{name}”.", status_code=200)


async def read(
    life: Life, services: Services, user: Caller, bond_id: UUID | None, row_id: UUID, answer: type[msgspec.Struct]
) -> Any:
    """A row as the caller sees it now. Raises NotFound."""
    async with services.database.as_user(user.id) as db:
        found = await bond_rows.find(db, life.tool, row_id)
    if found is None or found["bond_id"] != bond_id:
        raise NotFound
    [row] = await life.seen(services, user, await texts.opened(services, life.tool, [found]))
    return msgspec.convert(row, answer, strict=False)


def _reader(
    life: Life, services: Services, user: Caller, bond_id: UUID | None, answer: type[msgspec.Struct]
) -> Callable[[UUID], Awaitable[Any]]:
    async def reader(row_id: UUID) -> Any:
        return await read(life, services, user, bond_id, row_id, answer)

    return reader


async def _row(life: Life, hand: Hand, row_id: UUID) -> Row:
    """The row that a command is about, under the bond's lock. Raises NotFound."""
    found = await bond_rows.find(hand.db, life.tool, row_id)
    if found is None or found["bond_id"] != hand.bond.id:
        raise NotFound
    return found


async def _bond_of_mine(services: Services, user: Caller, bond_id: str) -> UUID:
    """The bond of a path. Raises NotFound for who is no member."""
    wanted = UUID(clean_uuid(bond_id))
    async with services.database.as_user(user.id) as db:
        if await bonds.find(db, wanted) is None:
            raise NotFound
    return wanted


def _given(data: msgspec.Struct) -> Row:
    return {name: getattr(data, name) for name in data.__struct_fields__}


def _asked_type(how: str) -> Any:
    return datetime | None if how in ("from", "until") else str | None


def _sign(handler: Any, name: str, says: str, wanted: dict[str, tuple[Any, Any]], answers: Any) -> None:
    """Give a function the parameters that a declaration wants, where they cannot be written down."""
    handler.__name__, handler.__doc__ = name, says
    handler.__annotations__ = {one: kind for one, (kind, _) in wanted.items()} | {"return": answers}
    handler.__signature__ = inspect.Signature(
        [
            inspect.Parameter(one, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for one, (kind, default) in wanted.items()
        ],
        return_annotation=answers,
    )


def _named(verb: Any, tool: Tool, path: str, handler: Any, act: str, says: str, **more: Any) -> HTTPRouteHandler:
    name = f"{act}_{tool.table}"
    handler.__name__, handler.__doc__ = name, f"{tool.label}: {says[0].lower()}{says[1:]}"
    made: HTTPRouteHandler = verb(path, opt=_OPT, operation_id=name, **more)(handler)
    return made
