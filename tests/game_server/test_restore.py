"""A backup and what comes back of it: all of one moment, but nobody who was erased since, and nothing half.

People live in a house; it is backed up, some of them are erased, and the backup is brought into an empty database, which a second
house then serves with the same keys.
"""

import asyncio
import base64
import json
import sqlite3
import subprocess
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
import pytest_asyncio

from game_server.keeping import checks, keys
from game_server.keeping.checks import Allowed, NotRestored, Seen, Source
from game_server.keeping.reading import contents
from game_server.process.keys import Keys
from game_server.profiles.person_key import check_keys
from game_server.settings import Settings
from storage import pg_tools
from storage.backup_archive import Dumped, Lying
from storage.key_file import KeyFile
from storage.person_keys import PersonKeys
from storage.restore_carefully import A_YES
from storage.restore_target import Target
from tests.support import databases
from tests.support.bonds_in_house import Home, moved_in
from tests.support.databases import SECRET
from tests.support.house import Guest, House, Person, come_anonymously, let_in, open_house
from tests.support.pictures import seen, uploaded
from tests.support.server_process import game_server

pytestmark = pytest.mark.long

FREE = {"limit_other": "100000/60", "limit_files": "100000/60", "access_token_s": 10**7, "refresh_token_s": 10**7}


KEYS = "person-keys.sqlite"
STATS = dict.fromkeys(("dominance", "submission", "charisma", "stamina", "creativity", "control"), 10)


class Lived(msgspec.Struct):
    """Who lives there: a bond of Ana and Ben, another of two that will be deleted, and Cleo, who has sealed nothing."""

    settings: Settings
    home: Home
    other: Home
    cleo: Person
    guest: Guest
    photo: str
    gone_photo: str

    @property
    def gone(self) -> list[str]:
        """Who is erased after the backup."""
        return [f"user:{self.home.people[0].id}", f"user:{self.cleo.id}", f"anon:{self.guest.id}"]


class Brought(msgspec.Struct):
    """The backup, what restoring it said, and the database that it came into."""

    file: Path
    backed_up: dict[str, Any]
    restored: dict[str, Any]
    settings: Settings


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("house")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, folder: Path) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, folder, secret_key=SECRET, **FREE) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def lived(house: House, database_url: str, redis_url: str, folder: Path) -> Lived:
    settings = Settings(database_url=database_url, redis_url=redis_url, data_dir=folder, secret_key=SECRET)
    await check_keys(house.services)
    home, other = await moved_in(house, ["dominant", "submissive"]), await moved_in(house, ["switch", "switch"])
    cleo, guest = await let_in(house), await come_anonymously(house)
    for person in (*home.people, guest):
        answer = await person.client.patch("/api/survey/progress", json={"answers": {"A1": 5}})
        assert answer.status_code == 200, answer.text
    await home.post(0, "tasks", {"title": "Water the plants", "assigned_to": home.people[1].id}, expect=201)
    await said_yes(home)
    photo, gone_photo = [await uploaded(one.client) for one in reversed(home.people)]
    await uploaded(home.people[1].client)
    named = {"name": "Rowan", "age_range": "31-40", "stats": STATS}
    made = await home.people[1].client.post("/api/kinksters", json=named)
    assert made.status_code == 201, made.text
    connected = "INSERT INTO notion_connections (user_id, connected_by, sealed) VALUES ($1, 'token', 'v1.of.before')"
    await house.database.execute(connected, UUID(home.people[1].id))
    async with house.database.transaction():
        await house.database.execute("SET LOCAL session_replication_role = replica")
        await house.database.execute(
            "UPDATE kinksters SET avatar_urls = ARRAY[$2::text] WHERE id = $1",
            UUID(made.json()["id"]),
            f"/api/files/{photo}",
        )
    return Lived(settings, home, other, cleo, guest, photo, gone_photo)


async def said_yes(home: Home) -> None:
    """Ben to what he wants and shows, both to a contract and to a scene."""
    for name, rating in (("Candles", "yes"), ("Feathers", "maybe"), ("Hot wax", "hard_no")):
        made = await home.post(1, "boundaries", {"activity_name": name}, expect=201)
        rated = await home.ask(1, "PUT", f"boundaries/{made['id']}/rating", {"rating": rating, "shown": True})
        assert rated.status_code == 200, rated.text
    await home.post(1, "journal", {"title": "A day", "content": "Long", "is_shared": True}, expect=201)
    pact = await home.post(0, "contracts", {"title": "Ours", "content": "We talk."}, expect=201)
    asked = await home.post(0, f"contracts/{pact['id']}/request-signatures", {})
    scene = await home.post(0, "scenes", {"title": "An evening"}, expect=201)
    for who in (0, 1):
        await home.post(who, f"contracts/{pact['id']}/sign", {"content_sha256": asked["content_sha256"]})
        now = await home.get(who, f"scenes/{scene['id']}")
        done = await home.post(who, f"scenes/{scene['id']}/confirm", {"version": now["version"]})
    assert done["status"] == "agreed"


def said(settings: Settings, *arguments: str, code: int = 0, **variables: str) -> dict[str, Any]:
    done = game_server(settings, *arguments, "--json", **variables)
    assert done.returncode == code, done.stderr
    return dict(json.loads(done.stdout))


def refused(settings: Settings, *arguments: str, **variables: str) -> str:
    done = game_server(settings, *arguments, **variables)
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    return str(done.stderr)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def brought(lived: Lived, house: House, folder: Path, admin_url: str, tmp_path_factory) -> AsyncIterator[Brought]:
    shelf = tmp_path_factory.mktemp("shelf")
    backed_up = said(lived.settings, "backup", "--to", str(shelf))
    for one in (lived.home.people[0], lived.cleo):
        assert (await one.client.delete("/api/me")).status_code == 204
    assert (await lived.guest.client.delete("/api/anonymous-sessions")).status_code == 204
    async with house.database.transaction():
        await house.database.execute("SET LOCAL ROLE game_owner")
        await house.database.execute("DELETE FROM bonds WHERE id = $1", UUID(lived.other.bond))
    await house.services.person_keys.forget(f"bond:{lived.other.bond}")
    url = await databases.made(admin_url, "restored_here")
    settings = msgspec.structs.replace(
        lived.settings, database_url=url, data_dir=tmp_path_factory.mktemp("again"), person_keys=str(folder / KEYS)
    )
    file = shelf / backed_up["name"]
    yield Brought(file, backed_up, said(settings, "restore", str(file)), settings)
    await databases.gone(url, admin_url)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def after(brought: Brought) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(brought.settings.database_url)
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
def whole(brought: Brought) -> Seen:
    return checks.look_through(Source(str(brought.file)), keys.opening(brought.settings), None)


@pytest.fixture
def empty(whole: Seen) -> Target:
    return Target(
        server=whole.about.postgres // 10_000, now=whole.taken_at + timedelta(hours=1), things=0,
        foreign_auth=False, logged_in=0,
    )  # fmt: skip


async def test_a_backup_says_what_it_is_and_what_opens_it(brought):
    assert brought.backed_up["objects"] == 3
    assert brought.backed_up["with_objects"]
    assert brought.backed_up["missing"] == 0
    assert "ATTUNED_SECRET_KEY" in brought.backed_up["opens"]
    assert brought.file.stat().st_size == brought.backed_up["bytes"]
    assert brought.file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in brought.file.parent.iterdir()] == [brought.file.name]


async def test_who_was_erased_since_stays_erased_with_a_key_or_without(brought, lived, after):
    assert brought.restored["restored"]["erased"] == {"people": 3, "bonds": 1}
    assert await after.fetchval("SELECT count(*) FROM users") == 3
    assert await after.fetchval("SELECT count(*) FROM anonymous_sessions") == 0
    tables = await after.fetch(
        "SELECT oid::regclass::text AS t FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    )
    for table in tables:
        text = "\n".join(row[0] for row in await after.fetch(f"SELECT t::text FROM {table['t']} t"))
        for person in lived.gone:
            assert person.partition(":")[2] not in text, table["t"]
    assert await after.fetchval("SELECT count(*) FROM bonds") == 1


async def test_what_was_there_is_there_and_opens(brought, lived, redis_url):
    ben, here = lived.home.people[1], brought.settings
    assert brought.restored["restored"]["objects"] == 2
    settings = {"secret_key": SECRET, "person_keys": here.person_keys, **FREE}
    async with open_house(str(here.database_url), redis_url, here.data_dir, **settings) as again:
        client = again.client(ben.access)
        assert (await client.get("/api/survey/progress")).json()["answers"] == {"A1": 5}
        tasks = (await client.get(f"/api/bonds/{lived.home.bond}/tasks")).json()["items"]
        assert [task["title"] for task in tasks] == ["Water the plants"]
        assert (await seen(client, lived.photo)).headers["content-type"] == "image/jpeg"
        assert (await seen(client, lived.gone_photo)).status_code == 404


async def test_the_restored_database_is_closed_to_others(after):
    open_to = "FROM pg_database d, aclexplode(d.datacl) a WHERE d.datname = current_database() AND a.grantee = 0"
    assert await after.fetchval(f"SELECT count(*) {open_to} AND a.privilege_type = 'CONNECT'") == 0


async def test_no_notion_flows_until_its_person_connects_it_again(lived, house, after):
    stands = "SELECT state, error FROM notion_connections WHERE user_id = $1"
    person = UUID(lived.home.people[1].id)
    assert tuple(await house.database.fetchrow(stands, person)) == ("connected", None)
    assert tuple(await after.fetchrow(stands, person)) == ("broken", "restored")


async def test_the_restored_database_is_what_it_must_be(brought):
    found = said(brought.settings, "verify")
    assert found["findings"] == []
    assert not [fact for fact in found["facts"] if "lets every login of the server connect" in fact["said"]]


class TestSomeTables:
    """Into the database that was restored, where rows were lost since."""

    def added(self, brought: Brought, *arguments: str) -> tuple[dict[str, tuple[int, ...]], int]:
        found = said(brought.settings, "restore", str(brought.file), *arguments)
        names = ("backed_up", "came", "there", "erased", "alone")
        return {one["table"]: tuple(one[name] for name in names) for one in found["tables"]}, found["objects"]

    async def test_characters_come_back_with_their_avatars_and_no_other_picture(self, brought, lived, after):
        files = await after.fetch("SELECT id::text, place FROM files")
        await after.execute("DELETE FROM kinksters")
        await after.execute("DELETE FROM files")
        for one in files:
            (brought.settings.data_dir / "files" / one["place"]).unlink()
        came, objects = self.added(brought, "--kinksters")
        assert came["kinksters"] == (1, 1, 0, 0, 0)
        assert came["files"] == (1, 1, 0, 0, 0)
        assert objects == 1
        assert await after.fetchval("SELECT count(*) FROM files JOIN files_to_delete USING (place)") == 0
        assert await after.fetchval("SELECT id::text FROM files") == lived.photo
        assert await after.fetchval("SELECT avatar_urls FROM kinksters") == [f"/api/files/{lived.photo}"]

    async def test_rows_come_in_behind_what_they_hang_on_as_if_that_had_been_deleted_since(self, brought, lived, after):
        epoch = await after.fetchval("SELECT restored FROM database_lineage")
        bond = UUID(lived.home.bond)
        await after.execute("DELETE FROM bonds WHERE id = $1", bond)
        assert await after.fetchval("SELECT count(*) FROM tasks") == 0
        came, _ = self.added(brought, "--tables", "tasks,bond_members,bonds,task_templates")
        assert came["bonds"] == (2, 1, 0, 1, 0)
        assert came["bond_members"] == (4, 1, 0, 0, 3)  # Ana was erased since, the other bond too
        assert came["tasks"] == (1, 1, 0, 0, 0)
        task = await after.fetchrow("SELECT assigned_by, assigned_to::text FROM tasks")
        assert (task["assigned_by"], task["assigned_to"]) == (None, lived.home.people[1].id)
        assert await after.fetchval("SELECT founder_id FROM bonds") is None
        assert await after.fetchval("SELECT restored FROM database_lineage") != epoch

    async def test_what_was_said_yes_to_is_asked_anew(self, brought, lived, after):
        bond, ben = UUID(lived.home.bond), UUID(lived.home.people[1].id)
        await after.execute("DELETE FROM bonds WHERE id = $1", bond)
        await after.execute("DELETE FROM journal_entries")
        tables = "bonds,bond_members,bond_settings,tasks,boundaries,boundary_ratings,journal_entries,contracts,scenes"
        came, _ = self.added(brought, "--tables", tables)
        assert came["boundary_ratings"] == (1, 1, 0, 0, 0)
        rated = await after.fetch("SELECT user_id, rating::text, shown FROM boundary_ratings")
        assert [tuple(one) for one in rated] == [(ben, "hard_no", False)]
        derived = "SELECT count(*) FROM boundaries WHERE is_hard_limit OR is_soft_limit OR my_rating IS NOT NULL"
        assert (await after.fetchval("SELECT count(*) FROM boundaries"), await after.fetchval(derived)) == (3, 0)
        assert await after.fetchval("SELECT is_shared FROM journal_entries") is False
        assert await after.fetchval("SELECT status::text FROM contracts") == "draft"
        assert await after.fetchval("SELECT status::text FROM scenes") == "planned"
        assert await after.fetchval("SELECT accepts_from FROM bond_members WHERE bond_id = $1", bond) == []
        done = game_server(brought.settings, "verify", "--only", "data", "--json")
        off = [one["check"] for one in json.loads(done.stdout)["findings"]]
        assert off == ["bond_members"]  # its founder was erased since: nothing else

    @pytest.mark.parametrize("table", A_YES)
    def test_what_is_a_yes_and_no_more_comes_with_the_whole_database_only(self, brought, table):
        told = refused(brought.settings, "restore", str(brought.file), "--tables", f"tasks,{table}")
        assert f"{table}: a row of it is somebody's yes" in told

    async def test_what_is_there_stays_and_nobody_erased_comes(self, brought, after):
        await after.execute("UPDATE tasks SET priority = 'high'")
        came, _ = self.added(brought, "--tables", "users,tasks")
        assert came == {"users": (5, 0, 3, 2, 0), "tasks": (1, 0, 1, 0, 0)}
        assert await after.fetchval("SELECT priority::text FROM tasks") == "high"

    async def test_who_left_a_bond_since_is_no_member_again(self, brought, lived, after):
        bond, ben = UUID(lived.home.bond), UUID(lived.home.people[1].id)
        log = "INSERT INTO bond_activity_log (bond_id, user_id, action) VALUES ($1, $2, 'left')"
        async with after.transaction():
            await after.execute("SET LOCAL session_replication_role = replica")  # the bond stays, without anybody
            await after.execute("DELETE FROM bond_members WHERE bond_id = $1 AND user_id = $2", bond, ben)
            await after.execute(log, bond, ben)
        came, _ = self.added(brought, "--tables", "bond_members")
        assert came["bond_members"][1] == 0
        await after.execute("DELETE FROM bond_activity_log WHERE action = 'left' AND user_id = $1", ben)
        came, _ = self.added(brought, "--tables", "bond_members")
        assert came["bond_members"][1] == 1  # lost otherwise: nobody says that he went

    def test_a_game_comes_with_the_whole_database_or_not_at_all(self, brought):
        told = refused(brought.settings, "restore", str(brought.file), "--tables", "tasks,session_events")
        assert "session_events: no table that is restored by itself" in told


class TestWhatSpeaksAgainstIt:
    def test_nothing_against_an_empty_database_of_the_same_kind(self, whole, empty):
        assert checks.of_target(whole, empty) == []
        assert checks.of_schema(whole) == []
        assert checks.of_age(whole, empty.now, Allowed()) == []

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"server": 14}, "restore it into one that is no older"),
            ({"things": 3}, "The database is not empty"),
            ({"things": 3, "stage": "begun", "backup_id": "another"}, "Another backup's restore into this database"),
            ({"logged_in": 2}, "2 connections of servers or workers are open"),
        ],
    )
    def test_a_database_that_is_not_for_it(self, whole, empty, change, told):
        [problem] = checks.of_target(whole, msgspec.structs.replace(empty, **change))
        assert told in problem

    def test_the_same_restore_goes_on_where_its_rows_are_in(self, whole, empty):
        going_on = msgspec.structs.replace(empty, things=900, stage="loaded", backup_id=whole.about.id)
        assert checks.of_target(whole, going_on) == []

    def test_a_schema_that_is_newer_or_another(self, whole):
        for version, told in ((9_999, "migration 9999 is not known here"), (max(whole.about.schema), "is not the one")):
            schema = {**whole.about.schema, version: "another"}
            other = msgspec.structs.replace(whole, about=msgspec.structs.replace(whole.about, schema=schema))
            assert told in checks.of_schema(other)[0]

    def test_one_that_is_older_than_backups_live(self, whole):
        later = whole.taken_at + timedelta(days=36)
        assert "36 days old" in checks.of_age(whole, later, Allowed())[0]
        assert checks.of_age(whole, later, Allowed(expired=True)) == []

    def test_too_little_room(self, whole, tmp_path):
        large = msgspec.structs.replace(whole, about=msgspec.structs.replace(whole.about, database_bytes=10**18))
        assert "MB, and this needs" in checks.of_room(large, Settings(data_dir=tmp_path))[0]
        assert checks.of_room(whole, Settings(data_dir=tmp_path)) == []

    async def test_keys_that_do_not_go_with_it(self, whole, folder, tmp_path):
        wrapping = Keys(SECRET).wrapping_keys()
        copy = tmp_path / "older" / KEYS
        copy.parent.mkdir()
        with sqlite3.connect(folder / KEYS) as now, sqlite3.connect(copy) as then:
            now.backup(then)
            then.execute("DELETE FROM backups")
        now.close()
        then.close()
        for path, keyed, allowed, told in (
            (folder / KEYS, wrapping, Allowed(), None),
            (tmp_path / "new" / KEYS, wrapping, Allowed(), "is not the one that goes with this backup"),
            (tmp_path / "new" / KEYS, wrapping, Allowed(keys_lost=True), None),
            (copy, wrapping, Allowed(), "is an older copy than this backup"),
            (copy, wrapping, Allowed(older_keys=True), None),
            (
                copy,
                Keys("another secret that is long enough too").wrapping_keys(),
                Allowed(),
                "wrapped with another secret",
            ),
        ):
            store = PersonKeys(KeyFile(path), keyed)
            problems = await checks.of_keys(whole, store, allowed)
            assert (told in problems[0]) if told else problems == []
            await store.close()

    def test_a_file_that_is_none_or_does_not_open(self, brought, tmp_path):
        data_of = brought.file.read_bytes()
        for data, told in (
            (data_of[:-1], "no whole backup: it was cut off, or changed"),
            (data_of[: len(data_of) // 2], "no whole backup"),
            (b"", "it is empty"),
            (b"PGDMP" * 1000, "no whole backup"),
        ):
            (tmp_path / "file").write_bytes(data)
            with pytest.raises(NotRestored, match=told):
                checks.look_through(Source(str(tmp_path / "file")), keys.opening(brought.settings), None)
        with pytest.raises(NotRestored, match=r"`game-server keys status` calls .* which is not among those"):
            checks.look_through(
                Source(str(brought.file)), Keys("another secret that is long enough too").backup_keys(), None
            )
        with pytest.raises(NotRestored, match="cannot be read"):
            checks.look_through(Source(str(tmp_path / "nowhere")), {}, None)

    async def test_all_of_it_is_said_at_once_and_nothing_is_touched(self, brought, lived, house, tmp_path):
        count = "SELECT count(*) FROM users"
        before = await house.database.fetchval(count)
        told = refused(lived.settings, "restore", str(brought.file))
        assert "The database is not empty" in told
        assert "connections of servers or workers are open" in told
        assert await house.database.fetchval(count) == before
        bare = msgspec.structs.replace(lived.settings, data_dir=tmp_path)
        assert "There are no people's keys at" in refused(bare, "restore", str(brought.file))
        assert list(tmp_path.iterdir()) == []


async def test_after_a_recovery_by_other_means_who_was_erased_since_is_taken_out(brought, lived, house, after):
    gone = lived.other.people[0]
    assert await after.fetchval("SELECT count(*) FROM users") == 3
    await house.services.person_keys.forget(f"user:{gone.id}")
    assert said(brought.settings, "restore", "--recovered") == {"people": 1, "bonds": 0}
    assert await after.fetchval("SELECT count(*) FROM users WHERE id = $1", UUID(gone.id)) == 0
    assert await after.fetchval("SELECT count(*) FROM users") == 2


async def test_nothing_of_peoples_keys_is_in_a_backup(lived, folder, tmp_path, house):
    made = said(lived.settings, "backup", "--to", str(tmp_path), "--plain")
    assert made["opens"].startswith("It is not sealed")
    with sqlite3.connect(folder / KEYS) as file_of_keys:
        wrapped = [row[0] for row in file_of_keys.execute("SELECT wrapped FROM person_keys")]
    file_of_keys.close()
    assert wrapped
    raw = [(await house.services.person_keys.key(person))._key for person in await house.services.person_keys.people()]
    with (tmp_path / made["name"]).open("rb") as file:
        parts = list(contents(file, {}))
    dump = b"".join(part.data for part in parts if isinstance(part, Dumped))
    script = await asyncio.to_thread(script_of, dump)
    assert b"COPY public.users" in script
    everything = script + b"".join(part.data for part in parts if isinstance(part, Lying))
    for key in wrapped + raw:
        for spelt in (key, key.hex().encode(), base64.b64encode(key).rstrip(b"=")):
            assert spelt not in everything


def script_of(dump: bytes) -> bytes:
    """What a dump is as SQL."""
    command = [pg_tools.fitting(None, 15, "").program("pg_restore"), "--file=-"]
    return subprocess.run(command, input=dump, capture_output=True, check=True).stdout
