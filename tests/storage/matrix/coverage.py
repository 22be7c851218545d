"""Is everything in the matrix that there is? Relations by their rules, functions by their calls, rows by the world."""

from collections.abc import Iterator

import asyncpg

from tests.storage.matrix import calls, deeds, ledger, strays, tables
from tests.storage.matrix.attempts import BARRED, DENIED, NO_CALL, NO_RIGHT, NO_SCHEMA, NO_TABLE, REFUSED, Attempt
from tests.storage.matrix.calls import CALLS
from tests.storage.matrix.identities import ALL, MEMBERS, OF_EACH_ROLE, PERSONS, WORKER, Identity
from tests.storage.matrix.rules import RULES, SEQUENCES, SEQUENCES_OF_NOBODY, WHERE_TO_WRITE
from tests.storage.matrix.survey import RELATIONS
from tests.storage.matrix.world import World

_DENIALS = {BARRED, DENIED, NO_RIGHT, NO_CALL, NO_TABLE, NO_SCHEMA, REFUSED, "="}
KINDS = {
    "r": "table",
    "p": "partitioned table",
    "v": "view",
    "m": "materialised view",
    "f": "foreign table",
    "S": "sequence",
}


async def missing(connection: asyncpg.Connection) -> list[str]:
    """A sentence for everything that is in the database or in the rules alone."""
    relations = {row["name"]: KINDS[row["kind"]] for row in await connection.fetch(RELATIONS)}
    functions = {row["name"]: row["of_a_trigger"] for row in await connection.fetch(calls.FUNCTIONS)}
    known = set(RULES) | SEQUENCES | SEQUENCES_OF_NOBODY
    return [
        *(
            f"The {kind} {name} is not in the matrix: {WHERE_TO_WRITE['sequence' if kind == 'sequence' else 'table']}."
            for name, kind in relations.items()
            if name not in known
        ),
        *(
            f"The function {name} is not in the matrix: {WHERE_TO_WRITE['function']}."
            for name, of_a_trigger in functions.items()
            if not of_a_trigger and name not in CALLS
        ),
        *(f"{name} is in the rules of the matrix, and not in the database." for name in known - set(relations)),
        *(f"{name} is in the calls of the matrix, and not in the database." for name in set(CALLS) - set(functions)),
    ]


def poor(world: World) -> Iterator[str]:
    """Whoever may read a table and has no row of it; and tables without a row."""
    for name, rule in RULES.items():
        there = world.tables[name].rows.values()
        if not there:
            yield f"{name} has no row in the world"
        for who in PERSONS + MEMBERS:
            granted = rule.granted(who.role) + rule.would(who.role)
            if "S" in granted and not any(who.person in row.seen for row in there):
                yield f"{who.name} has no row of {name} in the world"


def uncontrolled(world: World) -> set[tuple[str, str]]:
    """What somebody is denied, and nobody is ever let do: (of, what)."""
    denied: set[tuple[str, str]] = set()
    let: set[tuple[str, str]] = set()
    for who in ALL:
        for one in _attempts(world, who):
            (denied if one.expected in _DENIALS else let).add((one.of, one.what))
    return {(of, what) for of, what in denied - let if not _is_controlled_elsewhere(what)}


def _attempts(world: World, who: Identity) -> Iterator[Attempt]:
    for name in RULES:
        yield from tables.as_it_is(world.tables[name], who)
        if who is not WORKER:
            yield from tables.as_if_granted(world.tables[name], who)
    yield from calls.of_others(who, frozenset())
    yield from deeds.of_bonds(who)
    if who in OF_EACH_ROLE:
        yield from strays.of_a_role(who)
        yield from ledger.of_the_ledger(who)


def _is_controlled_elsewhere(what: str) -> bool:
    """Giving away is refused only to whoever is seen to change the same rows; an entry that fits is let in; TRUNCATE, and what
    roles make and become, have a test of their own; a function that is nobody's is the owner's; a file of one's own hangs.
    """
    is_given_away = "UPDATE" in what and " to " in what
    return is_given_away or what == "TRUNCATE" or what.startswith(("entry", "make", "become", "hang")) or "call" in what
