"""Is the database what the migrations make, and closed as it must be? What `verify` asks."""

import tempfile

import asyncpg
import msgspec

from game_server.commands.migrating import bring_schema
from game_server.commands.opening import administrator, database_only, database_problems, run
from game_server.process.database_logins import with_logins
from game_server.process.keys import SecretMissing
from game_server.settings import Settings
from storage import catalog, catalog_rules, consents, migrate
from storage.catalog import Finding, Table
from storage.catalog_rules import Fact
from storage.database import Database, UnsafeDatabase
from storage.embedded import Step


class Verified(msgspec.Struct, frozen=True):
    """The tables of the database; everything that is off, the gravest kind first (nothing is, where that is empty); and what is
    as it may be and should be known.
    """

    tables: list[Table]
    findings: list[Finding]
    facts: list[Fact] = []


def verify(settings: Settings, *, step: Step) -> Verified:
    """Look at every table, policy, right and function, and at the two logins. Changes nothing."""
    with database_only(settings, step) as opened:
        return run(_verified(opened, step))


def write_catalog(*, step: Step) -> int:
    """Keep what the migrations make of an empty database as what `verify` expects; how many lines that is."""
    with tempfile.TemporaryDirectory() as folder:
        empty = Settings.from_environment({"ATTUNED_DATA_DIR": folder})
        with database_only(empty, step) as opened:
            return run(_written(opened, step))


def lines(verified: Verified) -> list[str]:
    """For people: a line a table, what should be known, then what is off and what mends it."""
    width = max((len(table.name) for table in verified.tables), default=0)
    told = [_line(table, width) for table in verified.tables]
    known = [f"{one.of} {one.said}" for one in verified.facts]
    if not verified.findings:
        return [*told, "", *known, "", f"{len(told)} tables, everything as it must be."]
    off = [line for one in verified.findings for line in _off(one)]
    return [*told, "", *known, "", *off, "", f"{len(told)} tables, {_counted(len(verified.findings))} off."]


def _counted(number: int) -> str:
    return "1 thing is" if number == 1 else f"{number} things are"


def _off(one: Finding) -> list[str]:
    return [f"{one.check}: {one.of}: {one.wrong}", *([f"    {one.mend}"] if one.mend else [])]


def _line(table: Table, width: int) -> str:
    state = "forced" if table.secured and table.forced else "OPEN"
    rights = "; ".join(f"{role} {_short(kinds)}" for role, kinds in table.grants.items())
    return f"{table.name:{width}}  {table.rows:>9} rows  {state}  {len(table.policies):>2} policies  {rights}"


def _short(rights: list[str]) -> str:
    """`read`, or `read, insert, update, delete`; of rights to single columns only the kind."""
    kinds = dict.fromkeys(right.partition(" ")[0].lower() for right in rights)
    return ", ".join("read" if kind == "select" else kind for kind in kinds)


async def _verified(settings: Settings, step: Step) -> Verified:
    url = settings.database_url or settings.database_worker_url or administrator(settings)
    with step("Reading the catalog"), database_problems(url):
        connection = await asyncpg.connect(url)
        try:
            standing = await migrate.standing(connection)
            if standing != "ok":
                return Verified([], [Finding(check="schema", of="schema_migrations", wrong=migrate.MEANING[standing])])
            found = await catalog.lines(connection)
            findings = [*await catalog_rules.off(connection), *catalog.differences(found, catalog.expected())]
            verified = Verified(await catalog.tables(connection), findings, await catalog_rules.facts(connection))
        finally:
            await connection.close()
    with step("Trying the logins"), database_problems(url):
        return msgspec.structs.replace(verified, findings=[*await _as_server(settings), *verified.findings])


async def _as_server(settings: Settings) -> list[Finding]:
    """What `serve` would refuse: logins that are too mighty, commits that are not durable. And, with its rights, the ledger and
    rows that must be there.
    """
    try:
        known = await with_logins(settings)
        database = await Database.open(
            str(known.database_web_url), str(known.database_worker_url), web_pool=1, worker_pool=2
        )
        try:
            await database.verify()
            async with database.as_service() as connection:
                gone = await catalog_rules.rows_gone(connection)
                broken = await consents.broken(connection)
        finally:
            await database.close()
    except (UnsafeDatabase, SecretMissing) as refused:
        return [Finding(check="logins", of="database", wrong=str(refused))]
    return gone + [
        Finding(check="consent_ledger", of=one.chain, wrong=f"Entry {one.number} does not follow from the one before.")
        for one in broken
    ]


async def _written(settings: Settings, step: Step) -> int:
    await bring_schema(settings, step)
    connection = await asyncpg.connect(administrator(settings))
    try:
        found = await catalog.lines(connection)
    finally:
        await connection.close()
    catalog.write(found)
    return len(found)
