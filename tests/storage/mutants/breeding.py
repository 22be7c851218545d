"""All mutants of the database as it stands, and what becomes of each."""

from collections.abc import Sequence

import asyncpg

from storage import catalog
from tests.storage.matrix import judge
from tests.storage.matrix.world import World
from tests.storage.mutants import bodies, equivalents, grants, objects, policies
from tests.storage.mutants.mutant import Fate, Mutant

SAMPLED = ("right to a column given", "right to a table given", "policy added", "function opened")
"""The kinds with many of a sort: by default one of so many is tried."""

ONE_OF = 8


async def bred(connection: asyncpg.Connection) -> list[Mutant]:
    """Every mutant of the catalog, in an order that does not change."""
    return [
        *await policies.of_policies(connection),
        *await objects.of_tables(connection),
        *await grants.of_tables(connection),
        *await grants.of_columns(connection),
        *await grants.of_sequences(connection),
        *grants.of_roles(),
        *await objects.of_functions(connection),
        *bodies.of_bodies(),
        *await objects.of_the_ledger(connection),
        *objects.of_new_things(),
    ]


def sample(mutants: Sequence[Mutant], one_of: int = ONE_OF) -> list[Mutant]:
    """All but of the kinds that have very many: of those every so many, evenly over the schema."""
    seen: dict[str, int] = {}
    chosen = []
    for mutant in mutants:
        place = seen[mutant.kind] = seen.get(mutant.kind, -1) + 1
        if mutant.kind not in SAMPLED or place % one_of == 0:
            chosen.append(mutant)
    return chosen


async def fate(world: World, mutant: Mutant, *, lines: list[str] | None = None) -> Fate:
    """Plant it, judge, and take it back. `lines` are those of the healthy catalog, where `verify` is to look too.

    The matrix looks where the mutant is first, and everywhere only if nothing is wrong there.
    """
    because = equivalents.reason(mutant)
    async with judge.undone(world.connection):
        await world.connection.execute(mutant.sql)
        wrong = (await judge.judged(world, mutant.of, until_wrong=True)).wrong
        if not wrong and not because:
            wrong = (await judge.judged(world, until_wrong=True)).wrong
        differing = len(await _differences(world, lines)) if lines is not None else -1
    return Fate(mutant, str(wrong[0]) if wrong else "", differing, "" if wrong else because)


async def lines_of(world: World) -> list[str]:
    """The lines of the catalog as it stands; the search path in which they are read ends with them."""
    async with judge.undone(world.connection):
        return await catalog.lines(world.connection)


async def _differences(world: World, lines: list[str]) -> list[catalog.Finding]:
    """What `game-server verify` would find in the catalog; it asks for the logins besides."""
    return catalog.differences(await lines_of(world), lines)
