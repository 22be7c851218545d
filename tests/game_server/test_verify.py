"""`verify`: whatever is off about rows, keys and pictures is found by the check that is for it, and by no other."""

import asyncio
import json
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

import asyncpg
import msgspec
import pytest
import pytest_asyncio
from click.testing import CliRunner, Result

from game_server.cli import group
from game_server.commands import proving, proving_keys, verifying
from game_server.commands.checks import Check
from game_server.settings import Settings
from storage import references, sealed_rows
from storage.key_rows import Wrapped
from storage.person_keys import PersonKeys
from storage.proof_groups import GROUPS, Group
from storage.proofs import Proof, Proved, prove
from storage.proofs_of_files import HOLDERS
from tests.storage import rows
from tests.support.bonds_in_house import Home
from tests.support.databases import login_url
from tests.support.house import House, open_house
from tests.support.lived_in import ANA, BEN, lived_in
from tests.support.planted_faults import PLANTED
from tests.support.private_columns import COLUMNS
from tests.support.server_process import environment

SEALED_OTHERWISE = {
    "idempotency_keys.response", "logins.earlier", "mail_outbox.params", "run_time_logins.sealed", "session_notes.words",
    "sessions.rules", "survey_submissions.payload_json", "notion_pages.base", "notion_pages.refused",
}  # fmt: skip
"""Secret JSON that no person's key seals, or whose key stands beside it; or hashes."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), limit_other="100000/60") as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def home(house: House) -> Home:
    return await lived_in(house)


@pytest.fixture(scope="module")
def settings(house: House, home: Home, database_url: str, redis_url: str) -> Settings:
    """Of a command beside the house."""
    logins = {f"database_{kind}_url": login_url(database_url, f"game_{kind}") for kind in ("web", "worker")}
    return msgspec.structs.replace(house.services.settings, database_url=database_url, redis_url=redis_url, **logins)


def silent(_text: str) -> nullcontext[None]:
    return nullcontext()


async def off(settings: Settings, *groups: Group) -> dict[str, Check]:
    """What is off, by name."""
    verified = await asyncio.to_thread(verifying.verify, settings, step=silent, groups=groups or GROUPS)
    found = {check.name: check for check in verified.checks if not check.ok}
    assert bool(found) == bool(verified.findings)
    return found


async def test_of_what_people_do_nothing_is_off(settings):
    verified = await asyncio.to_thread(verifying.verify, settings, step=silent)
    assert verified.findings == []
    assert [check for check in verified.checks if not check.ok or check.count] == []
    names = [check.name for check in verified.checks]
    assert len(names) == len(set(names))
    assert {check.group for check in verified.checks} == set(GROUPS)
    passed_over = {check.name for check in verified.checks if check.passed_over}
    assert passed_over <= {"notion_pages", "notion_conflicts"}
    told = verifying.lines(verified)
    assert not [line for line in told if "acts as its owner" in line]
    [lent] = [line for line in told if "functions act as their owner" in line]
    every = [line for line in verifying.lines(verified, every=True) if "acts as its owner" in line]
    assert lent == f"{len(every)} functions act as their owner: -v names them."
    assert set(GROUPS) <= set(told)
    assert told[-1].endswith("everything as it must be.")


class TestRows:
    @pytest.fixture
    async def admin(self, settings: Settings, database_url: str) -> AsyncIterator[asyncpg.Connection]:
        assert settings.database_url == database_url
        async with rows.undone(database_url) as connection:
            yield connection

    @pytest.mark.parametrize("fault", PLANTED)
    async def test_each_fault_is_found_by_its_check_alone_and_mended_as_that_says(self, admin, fault):
        name, planted = PLANTED[fault]
        await admin.execute(f"SET LOCAL session_replication_role = replica; {planted}")
        referring = await references.proofs(admin) if "uuid" in planted or "DELETE" in planted else []
        found = await all_proven(admin, *await declared(admin), *referring)
        assert {one.proof.name for one in found} == {name}, found
        [one] = found
        assert one.count >= len(one.sample) >= 1
        assert one.unproven is None
        await admin.execute("SET LOCAL session_replication_role = origin")
        for mend in mends(one):
            await admin.execute(mend)
        if one.proof.mend.startswith("SET ROLE"):
            assert await all_proven(admin, one.proof) == []

    async def test_an_avatar_hangs_on_its_character_where_how_it_was_drawn_is_gone(self, admin):
        """As after `restore --kinksters`. Else it would be told to delete what was just brought back."""
        await admin.execute("DELETE FROM image_generations")
        assert await all_proven(admin, *await declared(admin)) == []

    async def test_every_declared_proof_has_a_fault_that_it_finds(self, admin):
        every = {proof.name for proof in [*await declared(admin), *await references.proofs(admin)]}
        assert every - {name for name, _ in PLANTED.values()} <= {"notion_pages", "notion_conflicts"}

    async def test_what_does_not_fit_what_stands_in_notion_is_found_and_looked_at_anew(self, admin):
        if not await admin.fetchval("SELECT to_regclass('notion_pages') IS NOT NULL"):
            pytest.skip("this database knows no Notion")
        await admin.execute(
            "SET LOCAL session_replication_role = replica;"
            " INSERT INTO notion_databases (user_id, kind) SELECT id, 'tasks' FROM users LIMIT 1;"
            " INSERT INTO notion_pages (user_id, kind, page_id, state) SELECT user_id, kind, state, state"
            " FROM notion_databases, unnest(ARRAY['synced', 'conflict']) AS state"
        )
        found = await all_proven(admin, *await declared(admin))
        assert {one.proof.name: one.count for one in found} == {"notion_pages": 1, "notion_conflicts": 1}
        for mend in [mend for one in found for mend in mends(one)]:
            await admin.execute(mend)
        assert await all_proven(admin, *await declared(admin)) == []

    async def test_of_rows_ids_are_told_and_nothing_else(self, admin):
        told = re.compile(r"([a-z_]+ )?[0-9a-f-]{36}")
        for planted in ("a journal can be read", "a tag is no word", "a balance is lost", "an avatar is nowhere"):
            savepoint = admin.transaction()
            await savepoint.start()
            await admin.execute(f"SET LOCAL session_replication_role = replica; {PLANTED[planted][1]}")
            [found] = await all_proven(admin, *await declared(admin))
            await savepoint.rollback()
            assert all(map(told.fullmatch, found.sample)), found

    async def test_what_takes_too_long_or_cannot_be_asked_proves_nothing_and_the_next_is_asked(self, admin):
        slow = Proof(name="slow", proves="", mend="", sql="SELECT pg_sleep(60)::text AS id")
        odd = Proof(name="odd", proves="", mend="", sql="SELECT id FROM nowhere")
        assert "more than" in str((await prove(admin, slow, within_s=0.02)).unproven)
        assert "UndefinedTableError" in str((await prove(admin, odd)).unproven)
        assert (await prove(admin, Proof(name="well", proves="", mend="", sql="SELECT 1 AS id"))).count == 1
        absent = Proof(name="absent", proves="", mend="", sql="SELECT id FROM nowhere", needs=("nowhere",))
        assert (await prove(admin, absent)).passed_over == "there is no table nowhere"

    async def test_every_column_that_is_sealed_is_known_with_its_owner(self, admin):
        columns = {
            f"{row['relname']}.{row['attname']}"
            for row in await admin.fetch(
                "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
                " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0"
                " AND a.atttypid = 'jsonb'::regtype"
            )
        }
        secret = {f"{table}.{column}" for table, kinds in COLUMNS.items() for column in kinds.secret.split()} & columns
        known = {f"{one.table}.{column}" for one in sealed_rows.SEALED for column in one.columns}
        assert secret - known <= SEALED_OTHERWISE
        assert {one for one in known if not one.startswith("notion_")} <= secret

    async def test_every_table_that_pictures_hang_on_is_known(self, admin):
        refer = await admin.fetch(
            "SELECT conrelid::regclass::text AS name FROM pg_constraint WHERE confrelid = 'files'::regclass"
        )
        assert {row["name"] for row in refer} == set(HOLDERS)


class TestKeys:
    async def test_a_key_that_is_lost(self, house, home, settings):
        store, person = house.services.person_keys.store, f"user:{home.people[BEN].id}"
        key = await store.find(person)
        await store.forget([person])
        try:
            found = await off(settings)
            assert found.keys() == {"keys_of_rows"}
            assert (found["keys_of_rows"].count, found["keys_of_rows"].sample) == (1, [person])
            await store.add(Wrapped(person, "another", key.nonce, key.wrapped))
            assert {"keys_of_rows", "key_secrets"} == (await off(settings, "keys")).keys()
        finally:
            await store.forget([person])
            await store.add(key)

    async def test_a_key_of_nobody(self, house, settings):
        person, services = f"user:{uuid.uuid4()}", house.services
        await PersonKeys(services.person_keys.store, services.keys.wrapping_keys()).key(person, make=True)
        found = await off(settings)
        assert found.keys() == {"keys_of_nobody"}
        assert found["keys_of_nobody"].sample == [person]
        await house.database.execute(str(found["keys_of_nobody"].mend).replace("…", person).partition("  (")[0])
        assert await off(settings, "keys") == {}, "it is noted, and about to go"
        await services.person_keys.store.forget([person])

    async def test_a_secret_that_is_not_set(self, settings):
        other = msgspec.structs.replace(settings, secret_key="another secret that is long enough for this")
        found = await off(other, "keys")
        assert found.keys() == {"key_secrets"}

    async def test_a_contract_whose_text_was_changed_after_it_was_given(self, house, home, settings):
        [sealed] = await house.services.person_keys.seal(f"bond:{home.bond}", "Another title")
        contract = "(SELECT id FROM contracts WHERE status = 'active' LIMIT 1)"
        async with kept(house, "contracts", contract, "title", sealed) as row_id:
            found = await off(settings)
            assert found.keys() == {"contract_hashes"}
            assert found["contract_hashes"].sample == [row_id]

    async def test_an_address_that_is_of_no_page(self, house, home, settings):
        [sealed] = await house.services.person_keys.seal(f"user:{home.people[ANA].id}", "javascript:alert(1)")
        async with kept(house, "resources", "(SELECT id FROM resources LIMIT 1)", "url", sealed) as row_id:
            found = await off(settings)
            assert found.keys() == {"resource_urls"}
            assert found["resource_urls"].sample == [row_id]

    async def test_a_store_that_is_not_there_or_is_another(self, settings, tmp_path):
        nowhere = msgspec.structs.replace(settings, person_keys=str(tmp_path / "keys"))
        assert (await off(nowhere, "keys")).keys() == {"keys_of_rows"}
        assert not (tmp_path / "keys").exists(), "whoever looks makes nothing"
        away = msgspec.structs.replace(settings, person_keys="postgresql://nobody:no@127.0.0.1:1/keys")
        found = await off(away, "keys")
        assert found.keys() == {proof.name for proof in proving_keys.PROOFS}
        assert all("does not answer" in str(check.passed_over) for check in found.values())


class TestFiles:
    async def test_bytes_that_are_lost_and_bytes_of_nobody(self, house, settings):
        folder = settings.files_place
        assert isinstance(folder, Path)
        row = await house.database.fetchrow("SELECT id, place FROM files ORDER BY id LIMIT 1")
        (folder / row["place"]).rename(folder / row["place"][:2] / "moved")
        found = await off(settings)
        assert found.keys() == {"bytes_of_files", "stray_objects"}
        assert found["bytes_of_files"].sample == [str(row["id"])]
        assert found["stray_objects"].sample == [f"{row['place'][:2]}/moved"]
        (folder / row["place"][:2] / "moved").rename(folder / row["place"])
        assert await off(settings, "files") == {}

    async def test_a_folder_that_is_not_there_is_not_made(self, settings, tmp_path):
        elsewhere = msgspec.structs.replace(settings, files_url=f"file://{tmp_path}/nothing")
        assert (await off(elsewhere, "files")).keys() == {"bytes_of_files", "stray_objects"}
        assert not (tmp_path / "nothing").exists()


async def commanded(settings: Settings, *options: str) -> Result:
    """`game-server verify` with these."""
    with_settings = {"env": environment(settings), "catch_exceptions": False}
    return await asyncio.to_thread(CliRunner().invoke, group, ["verify", *options], **with_settings)


class TestTheCommand:
    async def test_it_says_what_is_off_by_group_and_as_json_and_fails(self, settings):
        folder = settings.files_place
        (folder / "aa").mkdir(exist_ok=True)
        (folder / "aa" / "of-nobody").write_bytes(b"x")
        try:
            said = await commanded(settings, "--only", "files", "--only", "sync")
            told = await commanded(settings, "--json")
        finally:
            (folder / "aa" / "of-nobody").unlink()
        assert (said.exit_code, told.exit_code) == (1, 1)
        assert "  OFF  stray_objects" in said.stdout
        assert "row_security" not in said.stdout
        answer = json.loads(told.stdout.splitlines()[-1])
        assert answer.keys() == {"ok", "tables", "findings", "facts", "checks"}
        [stray] = [check for check in answer["checks"] if not check["ok"]]
        assert {"name", "group", "ok", "count", "sample", "mend", "seconds"} <= stray.keys()
        assert (stray["group"], stray["count"], stray["sample"]) == ("files", 1, ["aa/of-nobody"])
        assert [one["check"] for one in answer["findings"]] == ["stray_objects"]

    async def test_quickly_it_looks_at_the_schema_and_the_rights(self, settings):
        quick = await commanded(settings, "--quick", "--json")
        assert {check["group"] for check in json.loads(quick.stdout.splitlines()[-1])["checks"]} == {"schema", "rights"}
        assert (await commanded(settings, "--quick", "--only", "data")).exit_code == 2

    async def test_with_the_servers_logins_alone_it_says_what_it_could_not_look_at(self, settings):
        servers = msgspec.structs.replace(settings, database_url=None)
        verified = await asyncio.to_thread(verifying.verify, servers, step=silent, groups=("data", "keys", "files"))
        assert verified.findings == []
        looked = {check.name for check in verified.checks if not check.passed_over}
        assert looked == {"consent_ledger", "bytes_of_files", "stray_objects"}


async def declared(connection: asyncpg.Connection) -> list[Proof]:
    """All that are asked in the database, but for the foreign keys."""
    return [*proving.DECLARED, sealed_rows.envelopes(await sealed_rows.present(connection))]


async def all_proven(connection: asyncpg.Connection, *proofs: Proof) -> list[Proved]:
    """Those that found something, with the tables' owner's rights; the connection goes on as it was."""
    async with connection.transaction():
        await connection.execute("SET LOCAL ROLE game_owner; SET LOCAL search_path = public, pg_temp")
        found = [await prove(connection, proof) for proof in proofs]
        await connection.execute("RESET ROLE; RESET search_path")
    return [one for one in found if one.count or one.unproven]


def mends(found: Proved) -> list[str]:
    """The statements that it comes with, for each row."""
    if not found.proof.mend.startswith("SET ROLE"):
        return []
    statements = found.proof.mend.partition("  (")[0].replace("BEGIN;", "").replace("COMMIT;", "")
    return [statements.replace("…", name.rpartition(" ")[2]) for name in found.sample]


@asynccontextmanager
async def kept(house: House, table: str, which: str, column: str, value: object) -> AsyncIterator[str]:
    """Inside, this stands in a column of a row, written past every trigger; the row's id."""
    db = house.database
    await db.execute("SET session_replication_role = replica")
    row = await db.fetchrow(f"SELECT id, {column}::text AS before FROM {table} WHERE id = {which}")
    write = f"UPDATE {table} SET {column} = $2::text::jsonb WHERE id = $1"
    try:
        await db.execute(write, row["id"], json.dumps(value))
        yield str(row["id"])
    finally:
        await db.execute(write, row["id"], row["before"])
        await db.execute("SET session_replication_role = origin")
