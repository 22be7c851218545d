"""Databases that the migrations made before they were squashed (kept in tests/data): `migrate up` takes them over as they are."""

import gzip
import json
import re
from pathlib import Path

import asyncpg
import pytest

from storage import migrate, migration_errors, migration_files
from tests.storage import rows
from tests.storage.everything import everything
from tests.support.databases import login_url

KEPT = Path(__file__).parent.parent / "data/migrations_before.json.gz"
OLD: dict[str, str] = json.loads(gzip.decompress(KEPT.read_bytes()))


def _folder(path: Path, files: dict[str, str]) -> Path:
    (path / "rollback").mkdir(parents=True)
    for name, sql in files.items():
        (path / f"{name}.sql").write_text(sql)
        (path / "rollback" / f"{name}.sql").write_text("")
    return path


@pytest.fixture
async def old(empty_database_url, tmp_path):
    """A database of all the old migrations with a game in it, as its administrator."""
    await migrate.up(empty_database_url, folder=_folder(tmp_path / "old", OLD))
    connection = await asyncpg.connect(empty_database_url)
    await _play(connection)
    yield connection
    await connection.close()


async def _play(connection: asyncpg.Connection) -> None:
    people = [await rows.user(connection, number) for number in (1, 2)]
    await rows.session(connection, "game", status="active")
    for seat, person in zip("AB", people, strict=True):
        profile = await rows.profile(connection, user_id=person)
        await rows.seat(connection, "game", seat, user_id=person, profile_id=profile)
    await connection.execute(
        "INSERT INTO session_events (session_id, seq, at, type, event) VALUES ('game', 1, now(), 'opened', '{}')"
    )


LATER = [
    "from_supabase",
    *("dynamic_role", "submission_state", "bond_id", "kink_identity", "time_zone", "bonds_onboarded"),  # 0032
]
"""Columns that migrations after these give to tables with rows: each row has its default."""


async def _rows(connection: asyncpg.Connection) -> dict[str, list[str]]:
    """Every row of every table but the records of migrations, as text."""
    tables = await connection.fetch(
        "SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    return {
        name: [
            row[0]
            for row in await connection.fetch(
                f"SELECT (to_jsonb(x) - $1::text[])::text FROM {name} x ORDER BY 1", LATER
            )
        ]
        for (name,) in tables
        if name != "schema_migrations"
    }


def _described(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same, whatever the order in which rights were given; old rows were never checked against later bounds."""

    def in_order(rights: re.Match[str]) -> str:
        return ",".join(sorted(rights[1].split(",")))

    rights = re.compile(r"\{([^{}]*=[^{}]*)\}")
    return sorted((kind, rights.sub(in_order, what).removesuffix(" NOT VALID")) for kind, what in lines)


async def test_it_is_recorded_anew_and_nothing_else_changes(old, empty_database_url, database_url):
    before = await _rows(old)
    assert len(before["users"]) == 2
    assert await migrate.up(empty_database_url) == migration_files.load()[migrate.squashed.LAST :]
    after = await _rows(old)
    after["users"] = [row.replace('"language": "en", ', "") for row in after["users"]]  # 0030
    assert {table: after[table] for table in before} == before
    assert (await migrate.status(empty_database_url)).at_head
    assert _described(await everything(empty_database_url)) == _described(await everything(database_url))
    assert await migrate.up(empty_database_url) == []


async def test_its_way_back_and_forth_is_that_of_every_other(old, empty_database_url, database_url):
    await migrate.up(empty_database_url)
    assert await migrate.down(empty_database_url, steps=99) == migration_files.load()[::-1]
    assert await migrate.up(empty_database_url) == migration_files.load()
    assert await everything(empty_database_url) == await everything(database_url)


async def test_until_then_it_is_behind(old, empty_database_url):
    service = await asyncpg.connect(login_url(empty_database_url, "game_worker"))
    with pytest.raises(migration_errors.SchemaBehind):
        await migrate.refuse_behind(service)
    assert await migrate.standing(service) == "behind"
    status = await migrate.status(empty_database_url)
    assert [one.state for one in status.migrations[1:]] == ["pending"] * (len(migration_files.load()) - 1)
    assert status.unknown == ()
    with pytest.raises(migration_errors.SchemaBehind):
        await migrate.down(empty_database_url)
    await migrate.up(empty_database_url)
    await migrate.refuse_behind(service)
    assert await migrate.standing(service) == "ok"
    await service.close()


async def test_the_first_of_the_old_files_alone_is_the_first_of_todays(empty_database_url, tmp_path):
    first = {name: sql for name, sql in OLD.items() if name == "0001_roles"}
    await migrate.up(empty_database_url, folder=_folder(tmp_path / "first", first))
    assert await migrate.up(empty_database_url) == migration_files.load()[1:]


@pytest.mark.parametrize("files", [2, 8, 13, 15])
@pytest.mark.parametrize("move", [migrate.up, migrate.down])
async def test_one_with_other_than_all_of_them_is_left_alone(empty_database_url, tmp_path, files, move):
    with_one_more = OLD | {"0016_later": "SET ROLE game_owner; RESET ROLE;"}
    await migrate.up(empty_database_url, folder=_folder(tmp_path / "some", dict(list(with_one_more.items())[:files])))
    before = await everything(empty_database_url)
    with pytest.raises(migration_errors.MigrationsSquashed, match="last version that has them all"):
        await move(empty_database_url)
    assert await everything(empty_database_url) == before
    assert not (await migrate.status(empty_database_url)).at_head
    service = await asyncpg.connect(login_url(empty_database_url, "game_worker"))
    with pytest.raises(migration_errors.SchemaBehind):
        await migrate.refuse_behind(service)
    await service.close()
