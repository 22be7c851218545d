"""Making backups: by the timetable and by hand, whole or not at all, and for as long as they may live."""

import json
import subprocess
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from game_server.keeping import keys, schedule
from game_server.keeping.making import Ground, NoBackup, Wish, make
from game_server.keeping.reading import contents
from game_server.keeping.shelves import Folder, InBucket, Lying, expired, name_of, shelf
from game_server.services import Services
from game_server.settings import Settings, SettingsError
from storage import backups, pg_tools
from storage.backup_archive import About
from storage.store_errors import BinariesMissing
from tests.support.house import MovableClock
from tests.support.object_store import BUCKET, ObjectStore
from tests.support.server_process import PROGRAM, ROOT, environment, game_server

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def admin(database_url):
    connection = await asyncpg.connect(database_url)
    await connection.execute("TRUNCATE backups")
    yield connection
    await connection.close()


@pytest.fixture
def ground(services: Services) -> Ground:
    return Ground(services.settings, services.person_keys, services.objects)


def silent(_text: str) -> None:
    pass


def lying(*days: int) -> list[Lying]:
    """Backups that are so many days old, oldest first."""
    return [Lying(name_of(NOW - age * DAY, str(UUID(int=age)), sealed=True), 1) for age in sorted(days, reverse=True)]


def ages(names: list[str]) -> list[int]:
    return [(NOW - Lying(name, 1).taken_at).days for name in names]


@pytest.mark.parametrize(
    ("there", "good", "gone"),
    [
        ((1, 5, 9, 11), (1, 5, 9, 11), (11,)),
        ((9, 10, 20), (20,), (10,)),  # the last good one stays, however many came after it
        ((1, 20, 34), (20, 34), (34,)),
        ((1, 35), (35,), (35,)),  # but none for longer than that
        ((36, 40), (36, 40), (36, 40)),
        ((), (), ()),
    ],
)
def test_what_is_too_old_goes_and_the_last_good_one_stays_but_none_for_longer_than_35_days(there, good, gone):
    all_of_them = lying(*there)
    names = {one.name for one in all_of_them if (NOW - one.taken_at).days in good}
    found = expired(all_of_them, names, NOW, keep=10 * DAY, longest=backups.LIVE_FOR)
    assert sorted(ages(found)) == sorted(gone)


async def test_the_timetable_makes_them_in_their_time_and_lets_go_of_them(services, admin, tmp_path):
    clock = MovableClock()
    settings = msgspec.structs.replace(
        services.settings, backup_to=str(tmp_path), backup_every_hours=6, backup_keep_days=3
    )
    timed = msgspec.structs.replace(services, settings=settings, clock=clock)
    await schedule.back_up_when_due(services)  # nothing is set there
    assert not list(tmp_path.iterdir())
    await schedule.back_up_when_due(timed)
    await schedule.back_up_when_due(timed)
    [first] = tmp_path.iterdir()
    [row] = await backups.newest(admin, 9)
    assert (row.outcome, row.file_name, row.bytes, row.objects) == ("done", first.name, first.stat().st_size, 0)
    assert row.place_name == str(tmp_path)
    clock.ahead = timedelta(hours=7)
    await schedule.back_up_when_due(timed)
    both = {one.name for one in tmp_path.iterdir()}
    assert len(both) == 2
    clock.ahead = 4 * DAY
    (tmp_path / "somebody elses.txt").touch()
    blocked = tmp_path / "no folder"
    blocked.touch()
    with pytest.raises(NoBackup):
        await make(Ground(settings, timed.person_keys, timed.objects), Wish(Folder(blocked)), uuid4(), silent)
    [gone] = await schedule.let_go(timed, shelf(str(tmp_path)))  # the newest good one stays, or either of one second
    assert both - {one.name for one in tmp_path.iterdir()} == {gone}
    clock.ahead = 36 * DAY
    assert len(await schedule.let_go(timed, shelf(str(tmp_path)))) == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == ["no folder", "somebody elses.txt"]
    assert await backups.newest(admin, 9) == []


async def test_the_only_one_stays_though_the_database_does_not_know_of_it(services, tmp_path):
    """As after a restore: the backup it came from had not ended when it was taken."""
    settings = msgspec.structs.replace(services.settings, backup_to=str(tmp_path), backup_keep_days=3)
    timed = msgspec.structs.replace(services, settings=settings)
    name = name_of(services.clock.now() - 5 * DAY, str(uuid4()), sealed=True)
    (tmp_path / name).touch()
    assert await schedule.let_go(timed, shelf(str(tmp_path))) == []
    assert [one.name for one in tmp_path.iterdir()] == [name]


async def test_one_that_fails_is_tried_again_later_and_says_why(services, admin, tmp_path):
    clock = MovableClock()
    settings = msgspec.structs.replace(services.settings, backup_to=str(tmp_path / "file" / "folder"))
    timed = msgspec.structs.replace(services, settings=settings, clock=clock)
    (tmp_path / "file").touch()
    with pytest.raises(NoBackup) as refused:
        await schedule.back_up_when_due(timed)
    assert refused.value.code == "place_away"
    [row] = await backups.newest(admin, 9)
    assert (row.outcome, row.bytes) == ("ShelfAway", None)
    (tmp_path / "file").unlink()
    await schedule.back_up_when_due(timed)
    assert len(await backups.newest(admin, 9)) == 1
    clock.ahead = timedelta(hours=1, minutes=1)
    await schedule.back_up_when_due(timed)
    assert [one.outcome for one in await backups.newest(admin, 9)] == ["done", "ShelfAway"]


async def test_a_bucket_keeps_them_too(ground, tmp_path):
    with ObjectStore() as store:
        place = shelf(store.files_url)
        assert isinstance(place, InBucket)
        made = await make(ground, Wish(place), uuid4(), silent)
        assert [one.name for one in place.lying()] == [made.name]
        with place.read(made.name) as file:
            about = next(contents(file, keys.opening(ground.settings)))
        assert isinstance(about, About)
        assert about.id == made.id
        place.delete(made.name)
        with suppress(RuntimeError), place.put(made.name) as out:
            out.write(b"the beginning of one")
            raise RuntimeError
        assert place.lying() == []
        with pytest.raises(NoBackup, match="There is no bucket s3://elsewhere") as refused:
            await make(ground, Wish(shelf(store.files_url.replace(f"@{BUCKET}", "@elsewhere"))), uuid4(), silent)
        assert refused.value.code == "place_away"
        store.fails = 503
        with pytest.raises(NoBackup) as refused:
            await make(ground, Wish(place), uuid4(), silent)
        assert refused.value.code == "place_away"
        assert "secret" not in str(refused.value).lower()


async def test_it_lies_neither_with_the_keys_nor_among_the_pictures(ground, admin):
    files = ground.settings.files_place
    assert isinstance(files, Path)
    for folder, code in (
        (ground.settings.data_dir, "beside_keys"),
        (files, "among_files"),
        (files / "x", "among_files"),
    ):
        with pytest.raises(NoBackup) as refused:
            await make(ground, Wish(Folder(folder)), uuid4(), silent)
        assert refused.value.code == code
    assert await backups.newest(admin, 9) == []


def test_programs_older_than_the_server_are_refused_by_name():
    with pytest.raises(
        BinariesMissing, match=r"The server is of PostgreSQL 99, .* ATTUNED_PG_BIN=/usr/lib/postgresql/99/bin"
    ):
        pg_tools.fitting(None, 99, "The server")


def test_a_password_goes_to_no_command_line():
    url = "postgresql://ada:se%20cret@db.example:5433/game?sslmode=require&database=x"
    assert "se" + "cret" not in pg_tools.address(url).replace("%20", "")
    assert pg_tools.address(url) == "postgresql://ada@db.example:5433/game?sslmode=require&dbname=x"
    assert pg_tools.environment(url, {})["PGPASSWORD"] == "se cret"


def test_settings_of_backups_say_what_is_wrong_with_them():
    for variables, told in (
        ({"ATTUNED_BACKUP_KEEP_DAYS": "36"}, "from 1 to 35"),
        ({"ATTUNED_BACKUP_KEY": "short"}, "32 characters or more"),
        ({"ATTUNED_BACKUP_TO": "ftp://x"}, "expected file:///"),
        ({"ATTUNED_BACKUP_TO": "backups"}, "expected the full path of a folder"),
        (
            {
                "ATTUNED_BACKUP_TO": "/b",
                "DATABASE_WEB_URL": "postgresql://a@h/d",
                "DATABASE_WORKER_URL": "postgresql://b@h/d",
            },
            "needs DATABASE_URL",
        ),
    ):
        with pytest.raises(SettingsError, match=told):
            Settings.from_environment(variables)


def test_a_key_of_its_own_seals_it_and_older_ones_open_still():
    one, other = "a secret of nobody, and long enough", "another secret, which is long enough too"
    without = Settings(secret_key=one)
    own = Settings(secret_key=one, backup_key=other)
    name, _ = keys.sealing(own)
    assert name.startswith(keys.OWN)
    assert {*keys.opening(own)} == {name, keys.sealing(without)[0]}
    assert {*keys.opening(Settings(backup_key=other))} == {name}
    rolled = Settings(secret_keys=(other, one))
    assert keys.sealing(without)[0] in keys.opening(rolled)
    assert keys.sealing(rolled)[0] != keys.sealing(without)[0]


@pytest.mark.long
async def test_one_that_dies_or_finds_no_room_leaves_nothing_that_looks_whole(settings, admin, tmp_path):
    died = game_server(settings, "backup", "--to", str(tmp_path), ATTUNED_CRASH_AT="backup_dumped")
    assert died.returncode == -9
    [left] = tmp_path.iterdir()
    assert left.name.startswith(".")
    assert Folder(tmp_path).lying() == []
    [row] = await backups.newest(admin, 9)
    assert (row.finished_at, row.outcome) == (None, None)

    full = subprocess.run(  # noqa: ASYNC221 - nothing else runs on this loop
        ["sh", "-c", 'ulimit -f 300; exec "$@"', "sh", *PROGRAM, "backup", "--to", str(tmp_path)],
        cwd=ROOT, env=environment(settings), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert full.returncode == 2, full.stderr
    assert f"There is no room in {tmp_path}" in full.stderr
    assert "Traceback" not in full.stderr
    assert list(tmp_path.iterdir()) == []  # what the dead one left went, too
    assert [one.outcome for one in await backups.newest(admin, 9)] == ["ShelfFull", None]

    made = json.loads(game_server(settings, "backup", "--to", str(tmp_path), "--json").stdout)
    assert [one.name for one in tmp_path.iterdir()] == [made["name"]]
