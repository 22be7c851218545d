"""Is the database what the migrations make, and closed as it must be? Are its rows, people's keys and their pictures as they must
be? What `verify` asks.
"""

import tempfile
import time
from collections.abc import Collection, Sequence

import asyncpg
import msgspec

from game_server.commands import checks, proving
from game_server.commands.checks import Check
from game_server.commands.migrating import bring_schema
from game_server.commands.opening import administrator, database_only, database_problems, owners_url, run
from game_server.commands.proving import Progress
from game_server.process.database_logins import with_logins
from game_server.process.keys import SecretMissing
from game_server.settings import Settings
from storage import catalog, catalog_rules, migrate, sizes
from storage.catalog import Finding, Table
from storage.catalog_rules import Fact
from storage.database import Database, UnsafeDatabase
from storage.embedded import Step
from storage.proof_groups import GROUPS, Group
from storage.proofs import NotTheOwner, snapshot

QUICK: tuple[Group, ...] = ("schema", "rights")
"""What takes a moment, however much there is in the tables."""


class Verified(msgspec.Struct, frozen=True):
    """The tables of the database; everything that is off, the gravest kind first (nothing is, where that is empty); what is as it
    may be and should be known; and all that was looked at.
    """

    tables: list[Table]
    findings: list[Finding]
    facts: list[Fact] = []
    checks: list[Check] = []


def verify(
    settings: Settings, *, step: Step, groups: Collection[Group] = GROUPS, progress: Progress = proving.silently
) -> Verified:
    """Look at every table, policy, right and function, and at the two logins; at rows, keys and pictures. Changes nothing."""
    with database_only(settings, step) as opened:
        return run(_verified(opened, step, groups, progress))


def write_catalog(*, step: Step) -> int:
    """Keep what the migrations make of an empty database as what `verify` expects; how many lines that is."""
    with tempfile.TemporaryDirectory() as folder:
        empty = Settings.from_environment({"ATTUNED_DATA_DIR": folder})
        with database_only(empty, step) as opened:
            return run(_written(opened, step))


LENDING = "definer"
"""Facts of this kind are functions that act as their owner."""


def lines(verified: Verified, *, every: bool = False) -> list[str]:
    """For people: a line a table, what should be known, a line a check, then what is off and what mends it. `~`: about so many
    rows. `every`: also each function that lends the owner's rights, which are many and all of them ours; else their number.
    """
    width = max((len(table.name) for table in verified.tables), default=0)
    told = [_line(table, width) for table in verified.tables]
    lent = [one for one in verified.facts if one.kind == LENDING]
    known = [f"{one.of} {one.said}" for one in verified.facts if every or one.kind != LENDING]
    if lent and not every:
        known.append(f"{len(lent)} functions act as their owner: -v names them.")
    looked = [*told, "", *known, *checks.lines(verified.checks)]
    counted = f"{len(told)} tables, {len(verified.checks)} checks"
    if not verified.findings:
        return [*looked, "", f"{counted}, everything as it must be."]
    off = [line for one in verified.findings for line in _off(one)]
    return [*looked, "", *off, "", f"{counted}, {_counted(len(verified.findings))} off."]


def _counted(number: int) -> str:
    return "1 thing is" if number == 1 else f"{number} things are"


def _off(one: Finding) -> list[str]:
    return [f"{one.check}: {one.of}: {one.wrong}", *([f"    {one.mend}"] if one.mend else [])]


def _line(table: Table, width: int) -> str:
    state = "forced" if table.secured and table.forced else "OPEN"
    rights = "; ".join(f"{role} {_short(kinds)}" for role, kinds in table.grants.items())
    rows = "?" if table.rows is None else f"~{table.rows}"
    return f"{table.name:{width}}  {rows:>10} rows  {state}  {len(table.policies):>2} policies  {rights}"


def _short(rights: list[str]) -> str:
    """`read`, or `read, insert, update, delete`; of rights to single columns only the kind."""
    kinds = dict.fromkeys(right.partition(" ")[0].lower() for right in rights)
    return ", ".join("read" if kind == "select" else kind for kind in kinds)


async def _verified(settings: Settings, step: Step, groups: Collection[Group], progress: Progress) -> Verified:
    url = owners_url(settings)
    with step("Reading the catalog"), database_problems(url):
        other = await _standing(url)
        if other is not None:
            return Verified([], [other], checks=checks.of_catalog([other], names=["migrations"]))
        verified = await _catalog(settings, url, progress) if set(groups) & set(QUICK) else Verified([], [])
    with step("Proving the rows"), database_problems(url):
        rows = await proving.prove(settings, url, groups, progress)
        sync = await _sync(url) if "sync" in groups else []
    looked = [check for check in verified.checks if check.group in groups]
    off = [found for check in rows for found in checks.findings(check)]
    return Verified(verified.tables, [*verified.findings, *off], [*verified.facts, *sync], [*looked, *rows])


async def _sync(url: str) -> list[Fact]:
    """How far what stands in Notion, too, is."""
    connection = await asyncpg.connect(url)
    try:
        async with snapshot(connection):
            found = await sizes.sync(connection)
    except NotTheOwner:  # then it is the server's own login, which may read this
        found = await sizes.sync(connection)
    finally:
        await connection.close()
    if found is None:
        return []
    when = "nothing was brought yet" if found.last_s_ago is None else f"the last {found.last_s_ago / 60:.0f} min ago"
    said = (
        f"is connected by {found.connected} people, broken for {found.broken}: {found.waiting} pages wait, {found.failed} failed,"
        f" {found.conflicts} are in conflict, {when}"
    )
    return [Fact(kind="sync", of="Notion", said=said)]


async def _standing(url: str) -> Finding | None:
    """Where the schema is none that this program could make: every difference would be one of releases. A newer one on which
    this program may run is none, either.
    """
    connection = await asyncpg.connect(url, timeout=migrate.CONTACT_WITHIN_S)
    try:
        standing, unknown = await migrate.standing(connection), await migrate.unknown(connection)
    finally:
        await connection.close()
    if standing in ("ok", "newer") and unknown:
        return Finding(check="schema", of="schema_migrations", wrong=_newer(unknown))
    if standing == "ok":
        return None
    return Finding(check="schema", of="schema_migrations", wrong=migrate.MEANING[standing])


def _newer(unknown: Sequence[int]) -> str:
    versions = ", ".join(f"{version:04}" for version in unknown)
    return (
        f"The schema of this database is newer than this program, which does not know what is right there (migrations"
        f" {versions}). Nothing more was looked at: run `game-server verify` of the release that brought them in."
    )


async def _catalog(settings: Settings, url: str, progress: Progress) -> Verified:
    progress("the catalog", 0, 0)
    began = time.monotonic()
    connection = await asyncpg.connect(url)
    try:
        found = await catalog.lines(connection)
        findings = [*await catalog_rules.off(connection), *catalog.differences(found, catalog.expected())]
        tables, facts = await catalog.tables(connection), await catalog_rules.facts(connection)
    finally:
        await connection.close()
    findings = [*await _as_server(settings), *findings]
    seconds = round(time.monotonic() - began, 3)
    return Verified(tables, findings, facts, checks.of_catalog(findings, seconds=seconds))


async def _as_server(settings: Settings) -> list[Finding]:
    """What `serve` would refuse: logins that are too mighty, commits that are not durable. And, with its rights, rows that must
    be there.
    """
    try:
        known = await with_logins(settings)
        database = await Database.open(
            str(known.database_web_url), str(known.database_worker_url), web_pool=1, worker_pool=2
        )
        try:
            await database.verify()
            async with database.as_service() as connection:
                return await catalog_rules.rows_gone(connection)
        finally:
            await database.close()
    except (UnsafeDatabase, SecretMissing) as refused:
        return [Finding(check="logins", of="database", wrong=str(refused))]


async def _written(settings: Settings, step: Step) -> int:
    await bring_schema(settings, step)
    connection = await asyncpg.connect(administrator(settings))
    try:
        found = await catalog.lines(connection)
    finally:
        await connection.close()
    catalog.write(found)
    return len(found)
