"""Known holes of systems like this, each tried by name. The matrix tries everything; these are the attempts that people make.

HOLES names for each where it is tried, in the database and, where a request can do it, by a request.
"""

import re
from pathlib import Path

import asyncpg
import pytest

from storage.database import WEB_LOGIN, WORKER_LOGIN, Database
from tests.storage import rows
from tests.storage.matrix import coverage, judge
from tests.storage.matrix.attempts import NO_RIGHT, Attempt, tried
from tests.storage.matrix.identities import ANNA, BEA, CLEO, DORA, EVE, KIM, LOU, OF_EACH_ROLE, OWNER
from tests.support.databases import login_url

HERE = "storage/test_holes.py"
ACCESS = "storage/test_access.py"
MATRIX = "storage/test_matrix.py"
REFUSED = asyncpg.InsufficientPrivilegeError

HOLES: dict[str, tuple[str, ...]] = {
    "setting one's own tier": (f"{HERE}::test_nobody_gives_themselves_a_tier",),
    "a self-made remembered partner": (f"{HERE}::test_nobody_makes_themselves_a_remembered_partner",),
    "a forged accepted connection": (
        f"{HERE}::test_nobody_makes_or_turns_a_connection_into_an_accepted_one",
        f"{ACCESS}::test_a_connection_is_never_made_as_accepted_even_where_writing_were_granted",
    ),
    "claiming an invite meant for an unconfirmed e-mail": (
        f"{HERE}::test_an_invite_to_an_address_is_nobodys_until_they_confirm_it",
        "storage/test_partners.py::test_only_the_owner_of_a_confirmed_address_sees_and_accepts_a_request_without_its_token",
        "game_server/test_connections.py::test_an_unconfirmed_address_shows_and_opens_nothing",
    ),
    "writing into a stranger's history": (f"{HERE}::test_nobody_writes_into_anybodys_history",),
    "raising a session's level by UPDATE": (f"{HERE}::test_nobody_raises_a_level_by_update",),
    "reading a session as the owner of profile 0 or 1": (
        f"{HERE}::test_the_owner_of_profile_0_or_1_reads_no_session_by_it",
        f"{ACCESS}::test_the_holder_of_profile_0_or_1_reads_no_session_by_it",
    ),
    "naming a stranger's id as a hosted guest": (
        "game_server/test_sessions.py::test_a_hosted_guest_is_nobody_with_an_account_or_a_profile",
    ),
    "an anonymous id without its token": (
        f"{HERE}::test_an_anonymous_id_without_its_token_is_nobody",
        "game_server/test_anonymous.py::test_the_clients_own_id_is_kept_and_belongs_to_its_first_user",
    ),
    "SET ROLE or RESET inside a request": (
        f"{HERE}::test_a_request_that_takes_another_role_gains_nothing",
        f"{HERE}::test_the_server_itself_becomes_nobody_mightier",
    ),
    "definer functions with somebody else's id": (f"{HERE}::test_a_definer_function_tells_nothing_about_a_stranger",),
    "reading after a disconnect": (
        f"{HERE}::test_after_a_disconnect_or_a_block_nothing_of_the_other_is_read",
        "game_server/test_partner_views.py::test_only_who_is_connected_now",
    ),
    "TRUNCATE": (
        f"{HERE}::test_no_run_time_role_empties_a_table",
        f"{MATRIX}::test_what_the_roles_may_not_make_and_empty_can_be_made_and_emptied",
    ),
    "a partition read beside its table": (f"{HERE}::test_a_partition_is_closed_although_its_table_is_open",),
    "a view with its owner's rights": (f"{HERE}::test_a_view_that_forgets_security_invoker_does_not_get_past_the_matrix",),
    "a sequence that tells or is set": (f"{HERE}::test_no_client_counts_with_a_sequence",),
    "a claim left on a pooled connection": (
        f"{HERE}::test_nothing_of_a_request_stays_on_its_connection",
        f"{HERE}::test_a_request_that_was_broken_off_leaves_nothing_either",
    ),
}  # fmt: skip
"""By hole: the tests that try it."""


@pytest.fixture(scope="module")
async def whole(database_url):
    async with judge.standing(database_url) as world:
        yield world


@pytest.fixture
def world(whole):
    return whole.connection


@pytest.fixture(scope="module")
async def database(database_url):
    database = await Database.open(
        login_url(database_url, WEB_LOGIN), login_url(database_url, WORKER_LOGIN), web_pool=1, worker_pool=1
    )
    yield database
    await database.close()


def as_user(connection, who):
    return rows.acting(connection, "authenticated", {"sub": str(who), "role": "authenticated"})


async def refuses(connection, who, *attempts):
    """Every attempt is refused to this person."""
    for attempt in attempts:
        async with rows.refused(connection, REFUSED), as_user(connection, who):
            await connection.execute(attempt)


def test_every_hole_is_tried_by_tests_that_exist():
    root = Path(__file__).parents[1]
    named = [name.split("::") for names in HOLES.values() for name in names]
    there = {file: re.findall(r"def (test_\w+)", (root / file).read_text("utf-8")) for file, _ in named}
    assert [test for file, test in named if test not in there[file]] == []


async def test_nobody_gives_themselves_a_tier(world):
    await refuses(
        world, ANNA,
        "UPDATE users SET subscription_tier = 'premium'",
        "UPDATE users SET subscription_expires_at = 'infinity'",
        "UPDATE users SET display_name = 'Anna', subscription_tier = 'premium'",
        "INSERT INTO users (id, email, subscription_tier) VALUES (app.uid(), 'x@example.org', 'premium')"
        " ON CONFLICT (id) DO UPDATE SET subscription_tier = 'premium'",
        "UPDATE subscription_transactions SET expires_at = 'infinity'",
        "INSERT INTO subscription_transactions (user_id, platform, platform_transaction_id, subscription_tier, amount,"
        " started_at, expires_at) VALUES (app.uid(), 'ios', 'forged', 'premium', 0, now(), 'infinity')",
        "UPDATE subscription_lines SET state = 'active'",
    )  # fmt: skip
    async with as_user(world, ANNA):
        assert await world.execute("UPDATE users SET display_name = 'Anna'") == "UPDATE 1"


async def test_nobody_makes_themselves_a_remembered_partner(world):
    made = (
        "INSERT INTO remembered_partners (user_id, partner_user_id, partner_name, partner_email)"
        f" VALUES ('{ANNA}', '{DORA}', 'Dora', '')"
    )
    await refuses(world, ANNA, made, f"UPDATE remembered_partners SET partner_user_id = '{DORA}'")
    await world.execute("SAVEPOINT granted; GRANT ALL ON remembered_partners TO authenticated")
    await world.execute("GRANT USAGE ON SEQUENCE remembered_partners_id_seq TO authenticated")
    await refuses(world, ANNA, made)
    async with as_user(world, ANNA):
        assert await world.execute(f"UPDATE remembered_partners SET partner_user_id = '{DORA}'") == "UPDATE 0"
    await world.execute("ROLLBACK TO granted")


async def test_nobody_makes_or_turns_a_connection_into_an_accepted_one(world):
    await refuses(
        world, ANNA,
        "UPDATE partner_connections SET status = 'accepted'",
        f"UPDATE partner_connections SET recipient_user_id = '{DORA}'",
        "UPDATE partner_connections SET requester_accepted_at = now(), recipient_accepted_at = now()",
        "INSERT INTO partner_connections (requester_user_id, recipient_user_id, recipient_email, connection_token, status)"
        f" VALUES (app.uid(), '{DORA}', '', 't', 'accepted')",
        "DELETE FROM partner_connections",
    )  # fmt: skip


async def test_an_invite_to_an_address_is_nobodys_until_they_confirm_it(world):
    to_cleo = "SELECT count(*) FROM partner_connections WHERE recipient_email = 'cleo@example.org'"
    async with as_user(world, CLEO):
        assert await world.fetchval(to_cleo) == 0
    await refuses(
        world, CLEO, "UPDATE users SET email_confirmed_at = now()", "UPDATE users SET email = 'dora@example.org'"
    )
    async with judge.undone(world):
        await world.execute("UPDATE users SET email_confirmed_at = now() WHERE id = $1", CLEO)
        async with as_user(world, CLEO):
            assert await world.fetchval(to_cleo) == 1
            async with rows.refused(world, REFUSED):
                await world.fetchval("SELECT connection_token FROM partner_connections")


async def test_nobody_writes_into_anybodys_history(world):
    entry = "INSERT INTO user_activity_history (user_id, anonymous_session_id, session_id, activity_type) VALUES "
    attempts = [
        f"{entry}('{DORA}', NULL, 'dora and eve', 'truth')",
        f"{entry}(NULL, '{LOU}', 'dora and lou', 'truth')",
        f"{entry}('{ANNA}', NULL, 'dora and eve', 'truth')",
        f"UPDATE user_activity_history SET user_id = '{DORA}'",
        "UPDATE user_activity_history SET activity_type = 'dare'",
        "DELETE FROM user_activity_history",
    ]
    await refuses(world, ANNA, *attempts, f"{entry}('{ANNA}', NULL, 'anna and bea', 'truth')")
    await world.execute("SAVEPOINT granted; GRANT ALL ON user_activity_history TO authenticated")
    await world.execute("GRANT USAGE ON SEQUENCE user_activity_history_id_seq TO authenticated")
    await refuses(world, ANNA, *attempts[:4])
    async with as_user(world, ANNA):
        assert await world.execute(f"{entry}('{ANNA}', NULL, 'anna and bea', 'truth')") == "INSERT 0 1"
    await world.execute("ROLLBACK TO granted")


async def test_nobody_raises_a_level_by_update(world):
    for who in (ANNA, BEA, DORA):
        await refuses(
            world, who, "UPDATE sessions SET intimacy_level = 'X'", "UPDATE sessions SET rating = 'X'",
            "UPDATE session_activities SET rating = 'X', intensity = 5",
            "INSERT INTO session_events (session_id, seq, at, type, event) VALUES ('anna and bea', 2, now(), 'level_changed',"
            " '{\"level\": \"X\"}')",
        )  # fmt: skip
    async with rows.acting(world, "game_service"):
        assert await world.execute("UPDATE sessions SET intimacy_level = 'R'") != "UPDATE 0"


@pytest.mark.parametrize("number", [0, 1])
async def test_the_owner_of_profile_0_or_1_reads_no_session_by_it(world, number):
    """0 is nobody's, ever; 1 is what the columns of the reference had as their default."""
    async with judge.undone(world):
        await world.execute(
            "UPDATE sessions SET player_a_profile_id = 0, player_b_profile_id = 0, primary_profile_id = 0"
        )
        if number:
            await world.execute(
                "SET LOCAL session_replication_role = replica; UPDATE profiles SET id = 100001 WHERE id = 1"
            )
            await world.execute("UPDATE profiles SET id = 1 WHERE user_id = $1", EVE)
            await world.execute("SET LOCAL session_replication_role = origin")
            await world.execute(
                "UPDATE sessions SET player_a_profile_id = 1, player_b_profile_id = 1, primary_profile_id = 1"
            )
        else:
            with pytest.raises(asyncpg.CheckViolationError):
                async with judge.undone(world):
                    await world.execute("UPDATE profiles SET user_id = $1 WHERE id = 0", DORA)
        async with as_user(world, EVE):
            assert [row[0] for row in await world.fetch("SELECT session_id FROM sessions")] == ["dora and eve"]
            assert [row[0] for row in await world.fetch("SELECT session_id FROM session_activities")] == [
                "dora and eve"
            ]


async def test_an_anonymous_id_without_its_token_is_nobody(world):
    for claims in ({"role": "anon"}, {"role": "anon", "sub": KIM}, {"role": "anon", "session_id": KIM}, KIM):
        async with rows.acting(world, "anon", claims):
            assert await world.fetchval("SELECT count(*) FROM anonymous_sessions") == 0
            async with rows.refused(world, REFUSED):
                await world.execute(f"SELECT set_anonymous_session_context('{KIM}')")
            assert await world.fetchval("SELECT count(*) FROM user_activity_history") == 0
    async with rows.acting(world, "anon", {"role": "anon", "anonymous_session_id": KIM}):
        await world.execute(f"SELECT set_anonymous_session_context('{KIM}')")
        assert await world.fetchval("SELECT count(*) FROM user_activity_history") == 1


MIGHTIER = ("game_owner", "game_service", "game_worker", "postgres")
TAKEN = (
    *(f"SET ROLE {role}" for role in MIGHTIER),
    *(f"SET LOCAL ROLE {role}" for role in MIGHTIER),
    *(f"SET SESSION AUTHORIZATION {role}" for role in MIGHTIER),
    "SELECT set_config('role', 'game_service', false)",
    "SELECT set_config('session_authorization', 'game_worker', false)",
)
LEFT = ("RESET ROLE", "RESET ALL", "SET ROLE NONE", "RESET SESSION AUTHORIZATION", "SET SESSION AUTHORIZATION DEFAULT")


async def test_a_request_that_takes_another_role_gains_nothing(database):
    who = str(rows.user_id(101))
    for attempt in (*TAKEN, "SET row_security = off; SELECT id FROM users", "SET session_replication_role = replica"):
        with pytest.raises(REFUSED):
            async with database.as_user(who) as connection:
                await connection.execute(attempt)
    for attempt in LEFT:
        async with database.as_user(who) as connection:
            await connection.execute(attempt)
            if await connection.fetchval("SELECT current_user") == WEB_LOGIN:
                with pytest.raises(REFUSED):
                    await connection.fetch("SELECT id FROM users")
    for attempt in ("DISCARD ALL", "SET ROLE anon; SELECT id FROM users"):
        with pytest.raises((asyncpg.ActiveSQLTransactionError, REFUSED)):
            async with database.as_user(who) as connection:
                await connection.execute(attempt)


async def test_the_server_itself_becomes_nobody_mightier(database):
    own = ("game_service", "game_worker")
    mightier = [one for one in TAKEN if not any(role in one for role in own)]
    for attempt in (*mightier, "SET ROLE authenticated", "SET ROLE game_web", "SET SESSION AUTHORIZATION game_web"):
        with pytest.raises(REFUSED):
            async with database.as_service() as connection:
                await connection.execute(attempt)


async def test_a_definer_function_tells_nothing_about_a_stranger(world):
    for stranger in (CLEO, DORA, EVE, ANNA, rows.user_id(6), rows.user_id(99)):
        async with as_user(world, ANNA):
            for told in ("partner_profile", "partner_compatibility"):
                assert await world.fetchval(f"SELECT app.{told}($1)", stranger) is None
    async with as_user(world, ANNA):
        assert (await world.fetchval("SELECT app.partner_profile($1)", BEA)) is not None
    definers = await world.fetch(
        """SELECT p.proname::text AS name, p.oid::regprocedure::text AS call FROM pg_proc p WHERE p.prosecdef
        AND p.prorettype <> 'trigger'::regtype AND p.pronamespace IN ('app'::regnamespace, 'public'::regnamespace)"""
    )
    assert {row["name"] for row in definers} == {"partner_profile", "partner_compatibility"}


async def test_after_a_disconnect_or_a_block_nothing_of_the_other_is_read(world):
    seen = "SELECT count(*) FROM couple_cards"
    for status in ("disconnected", "cancelled", "declined", "expired", "pending"):
        async with judge.undone(world):
            await world.execute(
                "UPDATE partner_connections SET status = $3 WHERE requester_user_id = $1 AND recipient_user_id = $2",
                *(ANNA, BEA, status),
            )
            for one, other in ((ANNA, BEA), (BEA, ANNA)):
                async with as_user(world, one):
                    assert await world.fetchval("SELECT app.partner_profile($1)", other) is None
                    assert await world.fetchval("SELECT app.partner_compatibility($1)", other) is None
                    assert await world.fetchval(seen) == 0
                    assert await world.fetchval("SELECT count(*) FROM activities WHERE source = 'user_submitted'") == 0
            assert await world.fetchval("SELECT count(*) FROM compatibility_results") == 0
    async with as_user(world, ANNA):
        assert await world.fetchval(seen) == 3


async def test_no_run_time_role_empties_a_table(whole):
    attempts = [
        Attempt(table, "TRUNCATE", f"TRUNCATE public.{table} {cascade}", NO_RIGHT, look="SELECT ''")
        for table in whole.tables
        for cascade in ("", "CASCADE")
    ]
    for who in OF_EACH_ROLE:
        if who is not OWNER:
            assert await tried(whole.connection, who, attempts) == []


async def test_a_partition_is_closed_although_its_table_is_open(world):
    """There is none today: what a migration adds is sealed by itself, or the matrix and `verify` name it."""
    async with judge.undone(world):
        await world.execute("SET LOCAL ROLE game_owner; CREATE TABLE whole (id uuid) PARTITION BY LIST (id)")
        await world.execute("CREATE TABLE piece PARTITION OF whole DEFAULT; SELECT app.seal('whole'); RESET ROLE")
        await world.execute("GRANT SELECT ON whole TO authenticated; INSERT INTO whole VALUES (gen_random_uuid())")
        async with as_user(world, ANNA):
            assert await world.fetchval("SELECT count(*) FROM whole") == 0
            async with rows.refused(world, REFUSED):
                await world.fetch("SELECT * FROM piece")
        said = await coverage.missing(world)
        assert any("partitioned table whole" in one for one in said)
        assert any("table piece" in one for one in said)


async def test_a_view_that_forgets_security_invoker_does_not_get_past_the_matrix(world):
    assert await world.fetch("SELECT viewname FROM pg_views WHERE schemaname IN ('public', 'app')") == []
    async with judge.undone(world):
        await world.execute("CREATE VIEW everybody AS SELECT * FROM users; GRANT SELECT ON everybody TO authenticated")
        async with as_user(world, ANNA):
            assert await world.fetchval("SELECT count(*) FROM everybody") > 1  # so it would be
        assert any("The view everybody is not in the matrix" in one for one in await coverage.missing(world))


async def test_no_client_counts_with_a_sequence(world):
    found = await world.fetch("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
    sequences = [row["sequencename"] for row in found]
    assert sequences
    for name in sequences:
        await refuses(
            world, ANNA, f"SELECT nextval('{name}')", f"SELECT setval('{name}', 1)", f"SELECT last_value FROM {name}",
        )  # fmt: skip


async def test_nothing_of_a_request_stays_on_its_connection(database):
    who = str(rows.user_id(101))
    async with database.as_user(who) as connection:
        backend = connection.get_server_pid()
        # As if some code had forgotten LOCAL.
        await connection.execute(
            f"""SET request.jwt.claims = '{{"sub": "{who}"}}'; SET request.jwt.claim.sub = '{who}'"""
        )
        await connection.execute("SET ROLE anon; SET search_path = pg_temp; SELECT pg_advisory_lock(7)")
    for use in (database.web.acquire, lambda: database.as_user(str(rows.user_id(102)))):
        async with use() as connection:
            assert connection.get_server_pid() == backend
            assert await connection.fetchval("SELECT current_setting('request.jwt.claim.sub', true)") in (None, "")
            assert who not in (await connection.fetchval("SELECT current_setting('request.jwt.claims', true)") or "")
            assert (
                await connection.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7")
                == 0
            )
    async with database.web.acquire() as connection:
        assert await connection.fetchval("SELECT current_user") == WEB_LOGIN
        with pytest.raises(REFUSED):
            await connection.fetch("SELECT id FROM users")


async def test_a_request_that_was_broken_off_leaves_nothing_either(database):
    class BrokenOff(Exception):
        pass

    async def broken_off(attempt):
        async with database.as_anonymous(KIM) as connection:
            await connection.execute(attempt)
            raise BrokenOff

    for attempt in ("SELECT 1 / 0", "SELECT set_config('request.jwt.claims', '{\"sub\": \"x\"}', false)"):
        with pytest.raises((BrokenOff, asyncpg.DivisionByZeroError)):
            await broken_off(attempt)
        async with database.web.acquire() as connection:
            assert not await connection.fetchval("SELECT current_setting('request.jwt.claims', true)")
            assert await connection.fetchval("SELECT current_user") == WEB_LOGIN
