"""The whole matrix over the world, or the part of it that is about some tables or functions."""

from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import msgspec

from tests.storage import rows
from tests.storage.matrix import astray, bond_rows, calls, coverage, deeds, ledger, strays, tables
from tests.storage.matrix.attempts import MAKE, Attempt, Wrong, tried
from tests.storage.matrix.identities import ALL, CLIENTS, OF_EACH_ROLE, OWNER, SERVICE, WEB, Identity
from tests.storage.matrix.rules import RULES
from tests.storage.matrix.survey import survey
from tests.storage.matrix.world import World, build

CONNECTED = frozenset(map(frozenset, (("anna", "bea"), ("cleo", "dora"), ("dora", "eve"))))


class _Enough(Exception):
    """One fault was all that was asked for."""


class Verdict(msgspec.Struct):
    """How many attempts there were, by kind, and those that came out wrong."""

    until_wrong: bool = False
    wrong: list[Wrong] = []
    counts: dict[str, int] = {}

    def add(self, who: Identity, attempts: list[Attempt], wrong: list[Wrong]) -> None:
        self.wrong += wrong
        for one in attempts:
            kind = f"{one.what.rpartition(': ')[0] or 'as it is'} {who.role}"
            self.counts[kind] = self.counts.get(kind, 0) + 1
        if self.until_wrong and self.wrong:
            raise _Enough

    def summary(self) -> Iterator[str]:
        """How many attempts of each kind there were, for people."""
        yield f"{self.attempts} attempts, {len(self.wrong)} of them wrong"
        yield from (f"{count:>7} {kind}" for kind, count in sorted(self.counts.items()))

    @property
    def attempts(self) -> int:
        return sum(self.counts.values())


@asynccontextmanager
async def standing(url: str) -> AsyncIterator[World]:
    """The world in a transaction of its own, of which nothing stays."""
    async with rows.undone(url) as connection:
        world = await build(connection)
        await bond_rows.build(world)
        # Keys that are looked at at the end are looked at now: while some wait, no mutant may alter their tables.
        await connection.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        await survey(connection, world)
        await connection.execute(MAKE + astray.SHADOWS + astray.OF_JSON)
        await connection.execute("SELECT app.close_database()")  # a copy is open, as PostgreSQL makes it
        yield world


async def judged(world: World, of: Collection[str] | None = None, *, until_wrong: bool = False) -> Verdict:
    """Try everything (that is about these tables and functions). `until_wrong`: the first fault is enough."""
    verdict = Verdict(until_wrong=until_wrong)
    with suppress(_Enough):
        for part in PARTS:
            await part(world, of, verdict)
    return verdict


def chosen(world: World, of: Collection[str] | None) -> list[str]:
    """The tables that have a rule, or those of them that are asked for."""
    return [name for name in world.tables if name in RULES and (of is None or name in of)]


async def _tables_as_they_are(world: World, of: Collection[str] | None, verdict: Verdict) -> None:
    await _try(world, ALL, verdict, lambda who: [
        one for name in chosen(world, of) for one in world.once(tables.as_it_is, name, who)
    ])  # fmt: skip


async def _tables_as_if_granted(world: World, of: Collection[str] | None, verdict: Verdict) -> None:
    names = chosen(world, of)
    if not names:
        return
    async with undone(world.connection):
        await world.connection.execute(
            f"GRANT ALL ON {', '.join(f'public.{name}' for name in names)} TO {tables.GRANTEES}"
        )
        await _try(world, (WEB, SERVICE, OWNER, *CLIENTS), verdict, lambda who: [
            one for name in names for one in world.once(tables.as_if_granted, name, who)
        ])  # fmt: skip


async def _tables_of_the_owner(world: World, of: Collection[str] | None, verdict: Verdict) -> None:
    await _try(world, (OWNER,), verdict, lambda _who: [
        one for name in chosen(world, of) for one in tables.as_the_owner(world.tables[name])
    ])  # fmt: skip


async def _calls(world: World, of: Collection[str] | None, verdict: Verdict) -> None:
    found = await world.connection.fetch(calls.FUNCTIONS)
    if of is not None and not {row["name"] for row in found} & set(of):
        return
    await _try(world, OF_EACH_ROLE, verdict, lambda who: [
        one for row in found if of is None or row["name"] in of for one in calls.as_it_is(row["name"], row["call"], who)
    ])  # fmt: skip
    await _try(world, CLIENTS, verdict, lambda who: [
        one for one in calls.of_others(who, CONNECTED) if of is None or one.of in of
    ])  # fmt: skip


async def _calls_with_nothing(world: World, of: Collection[str] | None, verdict: Verdict) -> None:
    names = [name for name in calls.CALLS if of is None or name in of]
    if not names:
        return
    async with undone(world.connection):
        await world.connection.execute(
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM authenticated, anon, game_service, bond_writer"
        )
        await _try(world, OF_EACH_ROLE, verdict, lambda who: [
            one for name in names if who is not OWNER for one in calls.with_nothing_granted(name, who)
        ])  # fmt: skip


async def _strays(world: World, of: Collection[str] | None, verdict: Verdict) -> None:
    await _try(world, OF_EACH_ROLE, verdict, lambda who: [
        one for one in strays.of_a_role(who) if of is None or one.of in of
    ])  # fmt: skip


async def _ledger(world: World, of: Collection[str] | None, verdict: Verdict) -> None:
    await _try(world, OF_EACH_ROLE, verdict, lambda who: [
        one for one in (*ledger.of_the_ledger(who), *astray.forgetting(who)) if of is None or one.of in of
    ])  # fmt: skip


async def _deeds(world: World, of: Collection[str] | None, verdict: Verdict) -> None:
    await _try(world, ALL, verdict, lambda who: [
        one for one in deeds.of_bonds(who) if of is None or one.of in of
    ])  # fmt: skip


async def _coverage(world: World, of: Collection[str] | None, verdict: Verdict) -> None:
    if of is None or strays.DATABASE in of:
        verdict.wrong += [
            Wrong("the matrix", strays.DATABASE, "cover", "in the rules and there", one)
            for one in await coverage.missing(world.connection)
        ]


PARTS = (
    _tables_as_they_are, _tables_as_if_granted, _tables_of_the_owner, _calls, _calls_with_nothing, _strays, _ledger, _deeds,
    _coverage,
)  # fmt: skip


async def _try(
    world: World, who: Collection[Identity], verdict: Verdict, attempts: Callable[[Identity], list[Attempt]]
) -> None:
    for one in who:
        made = attempts(one)
        verdict.add(one, made, await tried(world.connection, one, made))


@asynccontextmanager
async def undone(connection: asyncpg.Connection) -> AsyncIterator[None]:
    """Nothing that happens inside stays."""
    savepoint = connection.transaction()
    await savepoint.start()
    try:
        yield
    finally:
        await savepoint.rollback()


def sentences(wrong: list[Wrong], most: int = 40) -> Iterator[str]:
    """For people."""
    yield from map(str, wrong[:most])
    if len(wrong) > most:
        yield f"… and {len(wrong) - most} more"
