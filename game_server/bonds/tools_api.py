"""One factory for the routes of every tool: list, create, get, PATCH, DELETE and the tool's commands, in a bond; for some tools
also of one's own, without a bond.
"""

import inspect
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
from game_server.bonds import answers, own, shapes, texts, tool_filters
from game_server.bonds.answers import Act
from game_server.bonds.commands import Beside, Hand, asked, held, writing
from game_server.bonds.doing import mine
from game_server.bonds.life import Command, Life, Written
from game_server.bonds.live.bells import Op, touch
from game_server.bonds.search import Search, page_of
from game_server.http.bodies import AnyRequest
from game_server.http.examples import EXAMPLE
from game_server.http.paging import Limit, Page, read_cursor
from game_server.http.refusals import REFUSES
from game_server.http.text import clean_uuid
from game_server.services import Services
from rooms import errors
from rooms.bonds.permissions import ACTS
from rooms.errors import Invalid
from storage.bond_rows import Row

Words = Annotated[str | None, QueryParameter(min_length=1, max_length=200, description="words that the texts hold")]
OfVersion = Annotated[
    int | None, QueryParameter(ge=1, le=2**31 - 1, description="only where the row is still that version")
]

REFUSED = (
    errors.AdultRequired, errors.NotFound, errors.NotPermitted, errors.Changed, errors.WrongState, errors.PersonPaused,
    errors.BondPaused, errors.NotEnoughPoints, errors.Limit, errors.ProofRequired, errors.Invalid, errors.KeyReused,
    errors.KeysUnavailable,
)  # fmt: skip
"""What any of them may refuse: what is called on a tool's life is not followed by who describes the API."""


def routes_of(life: Life) -> list[HTTPRouteHandler]:
    """The handlers of one tool."""
    made = _Routes(life, in_bond=True).all() if life.tool.in_bonds else []
    if life.tool.personal:
        made += _Routes(life, in_bond=False).all()
    return made


class _Routes:
    """The routes of one tool, in a bond or of one's own."""

    def __init__(self, life: Life, *, in_bond: bool) -> None:
        self.life, self.tool, self.in_bond = life, life.tool, in_bond
        self.answer = answers.kind_of(life)
        self.base = f"/api/bonds/{{bond_id:str}}/{self.tool.name}" if in_bond else f"/api/{self.tool.name}"

    def all(self) -> list[HTTPRouteHandler]:
        found = [self._listed(), self._got()]
        if not self.tool.in_bonds or f"{self.tool.name}.create" in ACTS:
            found.append(self._created())
        if self.tool.editable:
            found.append(self._patched())
        if self.tool.removable:
            found.append(self._deleted())
        if self.in_bond:
            found += [self._commanded(name, command) for name, command in self.life.commands.items()]
        return found

    def _listed(self) -> HTTPRouteHandler:
        tool, answer, beside = self.tool, self.answer, self.life.listed_beside
        pages: Any = shapes.page(tool, answer, beside) if beside else _page_of(answer)

        async def handler(**given: Any) -> Any:
            services, user = given["services"], given["user"]
            require_adult(user)
            bond_id = UUID(clean_uuid(given["bond_id"])) if self.in_bond else None
            try:
                search = Search(
                    bond_id=bond_id,
                    asked=tool_filters.plain(tool, given),
                    words=given.get("q"),
                    sifted=tool_filters.computed(tool, given),
                    span=tool_filters.span(tool, given),
                )
                after = read_cursor(given["cursor"], UUID)
            except Invalid:
                if bond_id is not None:  # who is no member is told that first
                    async with services.database.as_user(user.id) as db:
                        await mine(db, bond_id)
                raise
            page = await page_of(self.life, services, user, search, after=after, limit=given["limit"])
            items = [msgspec.convert(row, answer, strict=False) for row in page.items]
            if search.bond_id is None or not beside:
                return Page(items, page.next_cursor)
            more = await self.life.beside(services, user, search.bond_id)
            return pages(items=items, next_cursor=page.next_cursor, **more)

        wanted: dict[str, tuple[Any, Any]] = {
            "user": (NamedDependency[Caller], inspect.Parameter.empty),
            "services": (NamedDependency[Services], inspect.Parameter.empty),
            **({"bond_id": (FromPath[str], inspect.Parameter.empty)} if self.in_bond else {}),
            **tool_filters.parameters(tool),
            **({"q": (Words, None)} if tool.searched else {}),
            "limit": (Limit, 50),
            "cursor": (FromQuery[str | None], None),  # type: ignore[misc]  # a type, as a value
        }
        _sign(handler, wanted, pages)
        return self._route(get, "", handler, "list", "those that the caller may see, newest first.")

    def _got(self) -> HTTPRouteHandler:
        async def handler(**given: Any) -> Any:
            services, user = given["services"], given["user"]
            require_adult(user)
            return await answers.read(self.life, services, user, _bond(given), UUID(clean_uuid(given["row_id"])))

        _sign(handler, {**_PLACES, **self._path(row=True)}, self.answer)
        return self._route(get, "/{row_id:str}", handler, "get", "one row.")

    def _created(self) -> HTTPRouteHandler:
        async def handler(**given: Any) -> Any:
            services, user, data, bond = given["services"], given["user"], given["data"], _bond(given)
            require_adult(user)

            await self._ready(services, user, bond, _values(data))

            async def act(db: asyncpg.Connection, at: datetime) -> Written:
                if bond is None:
                    return await own.create(services, db, user, self.life, _values(data))
                await self.life.before(db, user, bond, _values(data))
                async with held(services, db, user, bond, at) as hand:
                    return _told(given, hand, await self.life.create(hand, _values(data)))

            return await self._answered(given, bond, act, "insert", at_once=self.life.halts(_values(data)))

        draft = shapes.draft(self.tool, self.life.drafted)
        body = {"data": (JSONBody[draft], inspect.Parameter.empty)}  # type: ignore[misc, valid-type]
        _sign(handler, {**_PLACES, **_ASKED, **self._path(row=False), **body}, self.answer)
        return self._route(
            post, "", handler, "create", "a new row.", example=shapes.example(self.tool), status_code=201
        )

    def _patched(self) -> HTTPRouteHandler:
        async def handler(**given: Any) -> Any:
            services, user, bond = given["services"], given["user"], _bond(given)
            require_adult(user)
            which = UUID(clean_uuid(given["row_id"]))
            changes = {name: value for name, value in _values(given["data"]).items() if value is not msgspec.UNSET}

            await self._ready(services, user, bond, changes)

            async def act(db: asyncpg.Connection, at: datetime) -> Written:
                if bond is None:
                    return await own.change(services, db, user, self.life, which, changes)
                await self.life.before(db, user, bond, changes)
                async with held(services, db, user, bond, at) as hand:
                    changed = await self.life.change(hand, await answers.find(db, self.tool, bond, which), changes)
                    return _told(given, hand, changed)

            return await self._answered(given, bond, act, at_once=self.life.halts(changes))

        body = {"data": (JSONBody[shapes.patch(self.tool)], inspect.Parameter.empty)}  # type: ignore[misc]
        _sign(handler, {**_PLACES, **_ASKED, **self._path(row=True), **body}, self.answer)
        return self._route(
            patch,
            "/{row_id:str}",
            handler,
            "change",
            "change some fields.",
            example=shapes.example(self.tool, changes=True),
        )

    def _deleted(self) -> HTTPRouteHandler:
        async def handler(**given: Any) -> None:
            services, user, bond, version = given["services"], given["user"], _bond(given), given["version"]
            require_adult(user)
            which, at = UUID(clean_uuid(given["row_id"])), services.clock.now()
            try:
                async with writing(services, user, at) as db:
                    if bond is None:
                        await own.remove(db, self.life, which, version)
                    else:
                        async with held(services, db, user, bond, at) as hand:
                            await self.life.remove(hand, await answers.find(db, self.tool, bond, which), version)
            except errors.Changed as stale:
                stale.current = await answers.read(self.life, services, user, bond, which)
                raise
            self._touch(services, user, which, "delete")

        wanted = {**_PLACES, **self._path(row=True), "version": (OfVersion, None)}
        _sign(handler, wanted, None)
        return self._route(delete, "/{row_id:str}", handler, "delete", "delete a row.", status_code=204)

    def _commanded(self, name: str, command: Command) -> HTTPRouteHandler:
        async def handler(**given: Any) -> Any:
            services, user = given["services"], given["user"]
            require_adult(user)
            data = given["data"] = given["data"] or command.body()
            bond = UUID(clean_uuid(given["bond_id"]))
            which = UUID(clean_uuid(given["row_id"]))

            await self.life.ready(services, user, _values(data))

            async def act(db: asyncpg.Connection, at: datetime) -> Written:
                async with held(services, db, user, bond, at, dissolved=command.dissolved) as hand:
                    row = await answers.find(db, self.tool, bond, which)
                    try:
                        return _told(given, hand, await command.act(hand, row, data))
                    except errors.Changed as stale:
                        if (
                            answering is not self
                        ):  # what is stale is a row of this tool, and not one of what is answered
                            stale.current = await answers.read(self.life, services, user, bond, which)
                        raise

            return await answering._answered(  # noqa: SLF001 - another of the same class
                given, bond, act, at_once=command.at_once
            )

        answering = self if command.answers is None else _Routes(command.answers, in_bond=True)
        alias: Any = JSONBody
        needed = _needs(command.body)
        kind = alias[command.body] if needed else alias[command.body | None]
        body = {"data": (kind, inspect.Parameter.empty if needed else None)}
        _sign(handler, {**_PLACES, **_ASKED, **self._path(row=True), **body}, answering.answer)
        act, says = name.replace("-", "_"), f"the command “{name}”."
        path = f"/{{row_id:str}}/{name}"
        return self._route(post, path, handler, act, says, example=command.example, status_code=200)

    async def _ready(self, services: Services, user: Caller, bond: UUID | None, values: Row) -> None:
        await self.life.ready(services, user, values)
        if bond is None and self.tool.audience == "shared":
            await texts.ready(services, user)  # at home a shared tool's rows are one's own

    async def _answered(
        self, given: dict[str, Any], bond: UUID | None, act: Act, op: Op = "update", *, at_once: bool = False
    ) -> Any:
        services, user, beside = given["services"], given["user"], Beside()
        given["beside"] = beside
        what = asked(given["request"], given["data"])
        answer = await answers.answered(self.life, services, user, what, bond, act, beside=beside, at_once=at_once)
        self._touch(services, user, answer.id, op)
        return answer

    def _touch(self, services: Services, user: Caller, row_id: UUID, op: Op) -> None:
        """What is its author's alone is in no feed: their own phones are told."""
        if self.tool.audience == "own":
            touch(services, user.id, self.tool.table, row_id, op)

    def _path(self, *, row: bool) -> dict[str, tuple[Any, Any]]:
        names = (*(["bond_id"] if self.in_bond else []), *(["row_id"] if row else []))
        return dict.fromkeys(names, (FromPath[str], inspect.Parameter.empty))

    def _route(
        self, verb: Any, path: str, handler: Any, act: str, says: str, *, example: Any = None, **more: Any
    ) -> HTTPRouteHandler:
        name = f"{act}_{'bond' if self.in_bond else 'own'}_{self.tool.table}"
        handler.__name__, handler.__doc__ = name, f"{self.tool.label}: {says}"
        opt = {REFUSES: REFUSED} | ({} if example is None else {EXAMPLE: dict(example)})
        made: HTTPRouteHandler = verb(self.base + path, opt=opt, operation_id=name, **more)(handler)
        return made


_PLACES: dict[str, tuple[Any, Any]] = {
    "user": (NamedDependency[Caller], inspect.Parameter.empty),
    "services": (NamedDependency[Services], inspect.Parameter.empty),
}
_ASKED: dict[str, tuple[Any, Any]] = {"request": (AnyRequest, inspect.Parameter.empty)}


def _page_of(row: Any) -> Any:
    """The type of a page of rows whose type is made here: a checker cannot follow that."""
    alias: Any = Page
    return alias[row]


def _bond(given: dict[str, Any]) -> UUID | None:
    return UUID(clean_uuid(given["bond_id"])) if "bond_id" in given else None


def _told(given: dict[str, Any], hand: Hand, written: Written) -> Written:
    """What a command left to be talked about goes into its answer."""
    if hand.prompts:
        given["beside"].prompt = hand.prompts[0]
    return written


def _values(data: msgspec.Struct) -> Row:
    return {name: getattr(data, name) for name in data.__struct_fields__}


def _needs(body: type[msgspec.Struct]) -> bool:
    """Has a body something that must be said? Else it may be left out."""
    return any(field.required for field in msgspec.structs.fields(body))


def _sign(handler: Any, wanted: dict[str, tuple[Any, Any]], answers: Any) -> None:
    """Give a function the parameters that a declaration wants, which cannot be written down."""
    handler.__annotations__ = {one: kind for one, (kind, _) in wanted.items()} | {"return": answers}
    handler.__signature__ = inspect.Signature(
        [
            inspect.Parameter(one, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for one, (kind, default) in wanted.items()
        ],
        return_annotation=answers,
    )
