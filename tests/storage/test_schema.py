"""The catalog against tests/data/seed_schema.json, which was transcribed from the product's schema reference."""

import asyncio
import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from storage import migrate
from tests.storage import rows

SEED: dict[str, Any] = json.loads((Path(__file__).parent.parent / "data/seed_schema.json").read_text("utf-8"))
TABLES: dict[str, Any] = SEED["tables"]
DECIDED: dict[str, Any] = SEED["decided"]


@pytest.fixture
async def catalog(database_url):
    async with rows.undone(database_url) as connection:
        yield connection


@pytest.fixture
async def service(database_url):
    async with rows.undone(database_url, "game_service") as connection:
        yield connection


@pytest.fixture
async def owner(database_url):
    async with rows.undone(database_url, "game_owner") as connection:
        yield connection


@pytest.mark.parametrize("table", TABLES)
async def test_a_table_has_the_columns_types_nullability_and_defaults_of_the_reference(catalog, table):
    found = await catalog.fetch(
        """
        SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
            pg_get_expr(d.adbin, d.adrelid) AS "default"
        FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
        """,
        table,
    )
    there = {row["name"]: {key: row[key] for key in ("type", "nullable", "default")} for row in found}
    for column, wanted in TABLES[table]["columns"].items():
        expected = wanted | {"default": DECIDED["defaults"].get(f"{table}.{column}", wanted["default"])}
        assert there[column] == expected, column


@pytest.mark.parametrize("table", TABLES)
async def test_a_table_has_the_named_indexes_of_the_reference(catalog, table):
    found = await catalog.fetch(
        """
        SELECT c.relname AS name, substring(pg_get_indexdef(i.indexrelid) FROM 'USING btree (\\(.*?\\))(?: WHERE|$)') AS on,
            replace(replace(pg_get_expr(i.indpred, i.indrelid), '::connection_status_enum', ''),
                '::subscription_status_enum', '') AS where
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = $1::regclass
        """,
        table,
    )
    there = {row["name"]: (row["on"], _bare(row["where"])) for row in found}
    for name, wanted in TABLES[table]["indexes"].items():
        assert there[name] == (wanted["on"], _bare(wanted["where"]))


def _bare(condition: str | None) -> str | None:
    return condition and condition.replace(" ", "").strip("()")


@pytest.mark.parametrize("table", TABLES)
async def test_what_is_unique_in_the_reference_has_a_unique_index(catalog, table):
    found = await catalog.fetch(
        """
        SELECT i.indisprimary AS main, array(
            SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY k (num, place)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num ORDER BY k.place
        ) AS columns
        FROM pg_index i WHERE i.indrelid = $1::regclass AND i.indisunique
        """,
        table,
    )
    assert [row["columns"] for row in found if row["main"]] == [TABLES[table]["primary_key"]]
    unique = [row["columns"] for row in found]
    assert all(columns in unique for columns in TABLES[table]["unique"])


@pytest.mark.parametrize("table", TABLES)
async def test_a_table_has_the_foreign_keys_of_the_reference_with_the_decided_effects(catalog, table):
    found = await catalog.fetch(
        """
        SELECT a.attname AS column, c.confrelid::regclass::text AS references,
            CASE c.confdeltype WHEN 'a' THEN 'NO ACTION' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL'
                WHEN 'd' THEN 'SET DEFAULT' WHEN 'r' THEN 'RESTRICT' END AS on_delete
        FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.conrelid = $1::regclass AND c.contype = 'f' AND cardinality(c.conkey) = 1
        """,
        table,
    )
    there = {row["column"]: {"references": row["references"], "on_delete": row["on_delete"]} for row in found}
    for column, wanted in TABLES[table]["foreign_keys"].items():
        effect = DECIDED["on_delete"].get(f"{table}.{column}", wanted["on_delete"])
        assert there[column] == {"references": wanted["references"], "on_delete": effect}, column


@pytest.mark.parametrize("table", TABLES)
async def test_a_table_has_the_triggers_of_the_reference(catalog, table):
    found = await catalog.fetch(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = $1::regclass AND NOT tgisinternal", table
    )
    assert set(TABLES[table]["triggers"]) <= {row["tgname"] for row in found}


@pytest.mark.parametrize("enum", SEED["enums"])
async def test_an_enum_has_the_references_values_first_and_ours_after_them(catalog, enum):
    found = await catalog.fetch(
        "SELECT enumlabel FROM pg_enum WHERE enumtypid = $1::regtype ORDER BY enumsortorder", enum
    )
    assert [row["enumlabel"] for row in found] == SEED["enums"][enum] + DECIDED["enum_values"].get(enum, [])


@pytest.mark.parametrize("signature", SEED["functions"])
async def test_a_function_has_the_signature_of_the_reference(catalog, signature):
    result = await catalog.fetchval("SELECT pg_get_function_result(to_regprocedure($1)::oid)", signature)
    assert result == SEED["functions"][signature]


async def test_every_foreign_key_has_an_index_that_starts_with_its_columns(catalog):
    uncovered = await catalog.fetch(
        """
        SELECT c.conrelid::regclass::text AS table, c.conname AS key FROM pg_constraint c
        WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND NOT EXISTS (
            SELECT FROM pg_index i WHERE i.indrelid = c.conrelid
            AND c.conkey @> (i.indkey::smallint[])[0:cardinality(c.conkey) - 1]
            AND c.conkey <@ (i.indkey::smallint[])[0:cardinality(c.conkey) - 1]
            AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) LIKE '%IS NOT NULL)')
        )
        """
    )
    assert [tuple(row) for row in uncovered] == []


async def test_no_two_indexes_do_the_same_work(catalog):
    """But the two of the history that the reference names: ours beside them also order by id."""
    twins = await catalog.fetch(
        """
        SELECT a.indexrelid::regclass::text, b.indexrelid::regclass::text FROM pg_index a JOIN pg_index b
        ON a.indrelid = b.indrelid AND a.indkey = b.indkey AND a.indoption = b.indoption AND a.indexrelid < b.indexrelid
        AND a.indpred IS NOT DISTINCT FROM b.indpred
        WHERE a.indrelid::regclass::text NOT LIKE 'pg_%'
        """
    )
    assert [tuple(row) for row in twins] == []


async def test_the_owner_owns_everything_and_nobody_logs_in_as_it(catalog):
    strangers = await catalog.fetch(
        """
        SELECT relname::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relowner <> 'game_owner'::regrole
        UNION ALL
        SELECT proname::text FROM pg_proc
        WHERE pronamespace IN ('public'::regnamespace, 'app'::regnamespace) AND proowner <> 'game_owner'::regrole
        UNION ALL
        SELECT rolname::text FROM pg_roles WHERE rolname = 'game_owner' AND (rolcanlogin OR rolsuper OR rolbypassrls)
        """
    )
    assert strangers == []


async def test_a_change_moves_updated_at_where_there_is_one(catalog):
    found = await catalog.fetch(
        """
        SELECT a.attrelid::regclass::text AS table FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE a.attname = 'updated_at' AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
        AND NOT EXISTS (
            SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid
            AND t.tgname IN ('update_' || c.relname || '_updated_at', 'next_version')
        )
        """
    )
    assert found == []


async def test_a_row_changed_later_says_so(service):
    person = await rows.user(service, 1)
    moved = await service.fetchval(
        "UPDATE users SET updated_at = '2020-01-01', display_name = 'Alma' WHERE id = $1 RETURNING updated_at = now()",
        person,
    )
    assert moved is True


class TestOwners:
    @pytest.mark.parametrize("table", ["survey_progress", "user_activity_history"])
    @pytest.mark.parametrize("owners", [0, 2], ids=["nobody", "two"])
    async def test_a_personal_row_belongs_to_exactly_one(self, service, table, owners):
        person = await rows.user(service, 1)
        values = {"user_id": person, "anonymous_session_id": "somebody"} if owners else {"user_id": None}
        if table == "user_activity_history":
            values |= {"session_id": await rows.session(service, "game"), "activity_type": "truth"}
        async with rows.refused(service, asyncpg.CheckViolationError):
            await rows.insert(service, table, **values)

    async def test_a_profile_belongs_to_somebody_and_a_person_has_one(self, service):
        person = await rows.user(service, 1)
        await rows.profile(service, user_id=person)
        async with rows.refused(service, asyncpg.CheckViolationError):
            await rows.profile(service)
        async with rows.refused(service, asyncpg.UniqueViolationError):
            await rows.profile(service, user_id=person)

    async def test_a_person_has_one_open_survey_of_a_version(self, service):
        person = await rows.user(service, 1)
        await rows.insert(service, "survey_progress", user_id=person)
        await rows.insert(service, "survey_progress", user_id=person, status="completed")
        async with rows.refused(service, asyncpg.UniqueViolationError):
            await rows.insert(service, "survey_progress", user_id=person)

    async def test_progress_is_a_percentage(self, service):
        person = await rows.user(service, 1)
        async with rows.refused(service, asyncpg.CheckViolationError):
            await rows.insert(service, "survey_progress", user_id=person, completion_percentage=101)

    async def test_nothing_is_bought_on_the_web(self, owner):
        bought = {"platform_transaction_id": "1", "subscription_tier": "premium", "amount": 5}
        person = await rows.user(owner, 1)
        moment = await owner.fetchval("SELECT now()")
        async with rows.refused(owner, asyncpg.CheckViolationError):
            await rows.insert(
                owner, "subscription_transactions", user_id=person, platform="web",
                started_at=moment, expires_at=moment, **bought,
            )  # fmt: skip


class TestFormerPartner:
    async def test_profile_0_always_exists(self, service):
        assert await service.fetchval("SELECT submission_id FROM profiles WHERE id = 0") == "neutral:former-partner"
        async with rows.refused(service, asyncpg.RestrictViolationError):
            await service.execute("DELETE FROM profiles WHERE id = 0")
        async with rows.refused(service, asyncpg.RestrictViolationError):
            await service.execute("UPDATE profiles SET id = 7 WHERE id = 0")

    async def test_its_submission_stays_too(self, service):
        async with rows.refused(service, asyncpg.ForeignKeyViolationError):
            await service.execute("DELETE FROM survey_submissions WHERE submission_id = 'neutral:former-partner'")

    async def test_open_seats_and_players_point_to_it(self, service):
        game = await rows.session(service, "game")
        await rows.seat(service, game, "B")
        assert await service.fetchval("SELECT player_b_profile_id FROM sessions WHERE session_id = $1", game) == 0
        assert await service.fetchval("SELECT profile_id FROM session_seats WHERE session_id = $1", game) == 0


class TestErasure:
    async def test_deleting_a_profile_deletes_its_submission_and_not_the_game(self, service):
        person = await rows.user(service, 1)
        profile = await rows.profile(service, user_id=person)
        submission = await service.fetchval("SELECT submission_id FROM profiles WHERE id = $1", profile)
        game = await rows.session(
            service, "game", player_a_profile_id=profile, primary_profile_id=profile, primary_user_id=person
        )
        await service.execute("DELETE FROM profiles WHERE id = $1", profile)
        left = await service.fetchrow("SELECT * FROM sessions WHERE session_id = $1", game)
        assert (left["player_a_profile_id"], left["primary_profile_id"]) == (0, None)
        assert not await service.fetchval(
            "SELECT count(*) FROM survey_submissions WHERE submission_id = $1", submission
        )

    async def test_an_erased_player_leaves_the_game_history_and_log_to_the_partner(self, service):
        anna, bea = await rows.user(service, 1), await rows.user(service, 2)
        game = await rows.session(
            service, "game", primary_user_id=anna, partner_user_id=bea, session_owner_user_id=anna
        )
        for seat, person in (("A", anna), ("B", bea)):
            await rows.seat(service, game, seat, actor=f"user:{person}", user_id=person, display_name="Somebody")
            await rows.shown(service, game, None, user_id=person)
        await _event(service, game, 1, seat="A")
        await rows.insert(service, "survey_progress", user_id=anna)
        await service.execute("DELETE FROM users WHERE id = $1", anna)
        seat = await service.fetchrow("SELECT * FROM session_seats WHERE session_id = $1 AND seat = 'A'", game)
        assert (seat["actor"], seat["user_id"], seat["display_name"]) == ("former", None, None)
        assert await service.fetchval("SELECT array_agg(user_id) FROM user_activity_history") == [bea]
        assert await service.fetchval("SELECT count(*) FROM session_events WHERE session_id = $1", game) == 1

    async def test_a_game_goes_with_its_last_player(self, service):
        anna, bea = await rows.user(service, 1), await rows.user(service, 2)
        for name, other in (("with bea", {"actor": f"user:{bea}", "user_id": bea}), ("hosted", {"actor": "hosted"})):
            await rows.session(service, name)
            await rows.seat(service, name, "A", actor=f"user:{anna}", user_id=anna)
            await rows.seat(service, name, "B", **other)
        await service.execute("DELETE FROM users WHERE id = $1", anna)
        assert await service.fetchval("SELECT array_agg(session_id::text) FROM sessions") == ["with bea"]
        await service.execute("DELETE FROM users WHERE id = $1", bea)
        assert await service.fetchval("SELECT count(*) FROM sessions") == 0

    async def test_a_seat_given_up_is_free_again_and_its_game_stays(self, service):
        anna = await rows.user(service, 1)
        game = await rows.session(service, "game")
        await rows.seat(service, game, "B", actor=f"user:{anna}", user_id=anna)
        await service.execute("UPDATE session_seats SET user_id = NULL, actor = NULL WHERE session_id = $1", game)
        assert await service.fetchval("SELECT actor FROM session_seats WHERE session_id = $1", game) is None


async def _event(connection: asyncpg.Connection, game: str, seq: int, **values: Any) -> None:
    moment = await connection.fetchval("SELECT now()")
    defaults: dict[str, Any] = {"at": moment, "type": "joined", "event": {}}
    await rows.insert(connection, "session_events", session_id=game, seq=seq, **(defaults | values))


class TestLog:
    async def test_it_is_append_only_for_everybody(self, catalog):
        game = await rows.session(catalog, "game")
        await _event(catalog, game, 1)
        async with rows.refused(catalog, asyncpg.RestrictViolationError):
            await catalog.execute("UPDATE session_events SET type = 'ready'")
        async with rows.refused(catalog, asyncpg.InsufficientPrivilegeError):
            await catalog.execute("SET LOCAL ROLE game_service")
            await catalog.execute("DELETE FROM session_events")
        await catalog.execute("DELETE FROM sessions WHERE session_id = $1", game)
        assert await catalog.fetchval("SELECT count(*) FROM session_events") == 0

    async def test_no_trigger_changes_it_either(self, catalog):
        game = await rows.session(catalog, "game")
        await rows.seat(catalog, game, "A")
        await _event(catalog, game, 1)
        await catalog.execute(
            "CREATE FUNCTION pg_temp.forge() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN UPDATE session_events SET type = 'ready'; RETURN NULL; END $$;"
            "CREATE TRIGGER forge AFTER UPDATE ON session_seats EXECUTE FUNCTION pg_temp.forge()"
        )
        async with rows.refused(catalog, asyncpg.RestrictViolationError):
            await catalog.execute("UPDATE session_seats SET fence = fence + 1")

    async def test_a_seq_happens_once(self, service):
        game = await rows.session(service, "game")
        await _event(service, game, 1)
        async with rows.refused(service, asyncpg.UniqueViolationError):
            await _event(service, game, 1)

    @pytest.mark.parametrize("kind", ["card_replaced", "nudged", "paused", "stopped", "card_withdrawn"])
    async def test_who_skipped_paused_or_stopped_is_not_written(self, service, kind):
        game = await rows.session(service, "game")
        await rows.seat(service, game, "A")
        async with rows.refused(service, asyncpg.CheckViolationError):
            await _event(service, game, 1, type=kind, seat="A")
        await _event(service, game, 1, type=kind)

    async def test_an_event_names_one_of_the_two_seats_or_none(self, service):
        game = await rows.session(service, "game")
        async with rows.refused(service, asyncpg.CheckViolationError):
            await _event(service, game, 1, seat="C")

    async def test_an_event_is_of_a_session_that_exists(self, service):
        async with rows.refused(service, asyncpg.ForeignKeyViolationError):
            await _event(service, "nowhere", 1)


class TestLimitsRevision:
    @pytest.fixture
    async def player(self, service):
        person = await rows.user(service, 1)
        profile = await rows.profile(service, user_id=person)
        for status in ("waiting", "active", "completed", "stopped", "abandoned"):
            await rows.session(service, status, status=status)
            await rows.seat(service, status, "A", user_id=person, profile_id=profile)
        await rows.session(service, "of others")
        return profile

    @pytest.mark.parametrize("column", ["boundaries", "activities", "truth_topics", "anatomy"])
    async def test_a_change_of_limits_reaches_the_open_rooms_of_that_player_only(self, service, player, column):
        await service.execute(f"""UPDATE profiles SET {column} = '{{"new": 1}}' WHERE id = $1""", player)
        raised = await service.fetch("SELECT session_id FROM sessions WHERE limits_rev = 1 ORDER BY session_id")
        assert [row["session_id"] for row in raised] == ["active", "waiting"]

    async def test_the_same_again_and_other_columns_reach_nobody(self, service, player):
        await service.execute(
            "UPDATE profiles SET boundaries = boundaries, domain_scores = '[1]' WHERE id = $1", player
        )
        assert await service.fetchval("SELECT max(limits_rev) FROM sessions") == 0

    async def test_a_profile_that_goes_reaches_its_open_rooms(self, service, player):
        await service.execute("DELETE FROM profiles WHERE id = $1", player)
        raised = await service.fetch("SELECT session_id FROM sessions WHERE limits_rev = 1 ORDER BY session_id")
        assert [row["session_id"] for row in raised] == ["active", "waiting"]


class TestBankRevision:
    async def test_any_change_of_the_bank_moves_it(self, owner):
        async def revision() -> int:
            return int(await owner.fetchval("SELECT revision FROM bank_revision"))

        before = await revision()
        activity = await rows.activity(owner)
        await owner.execute("UPDATE activities SET approved = false WHERE activity_id = $1", activity)
        await owner.execute("DELETE FROM activities WHERE activity_id = $1", activity)
        assert await revision() == before + 3


async def test_the_rating_of_a_session_is_its_level(service):
    game = await rows.session(service, "game", intimacy_level="X")
    assert await service.fetchval("SELECT rating FROM sessions WHERE session_id = $1", game) == "X"
    await service.execute("UPDATE sessions SET intimacy_level = 'G' WHERE session_id = $1", game)
    assert await service.fetchval("SELECT rating FROM sessions WHERE session_id = $1", game) == "G"


class TestRememberedPartners:
    async def test_the_ten_played_with_last_are_kept(self, service):
        anna = await rows.user(service, 100)
        for number in range(1, 12):
            partner = await rows.user(service, number)
            await service.execute(
                """INSERT INTO remembered_partners (user_id, partner_user_id, partner_name, partner_email, last_played_at)
                VALUES ($1, $2, 'Somebody', '', now() - make_interval(days => $3))""",
                anna,
                partner,
                number if number != 4 else 99,
            )
        kept = await service.fetch("SELECT partner_user_id FROM remembered_partners WHERE user_id = $1", anna)
        assert {row["partner_user_id"] for row in kept} == {rows.user_id(n) for n in range(1, 12) if n != 4}

    async def test_two_added_at_once_do_not_make_eleven(self, empty_database_url):
        await migrate.up(empty_database_url)
        one, other, watcher = [await asyncpg.connect(empty_database_url) for _ in range(3)]
        anna = await rows.user(one, 100)
        named = {"user_id": anna, "partner_name": "Somebody", "partner_email": ""}
        for number in range(1, 12):
            await rows.user(one, number)
        for number in range(1, 10):
            await rows.insert(one, "remembered_partners", partner_user_id=rows.user_id(number), **named)

        async def commit_once_the_other_waits() -> None:
            waits = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = 'Lock')"
            while not await watcher.fetchval(waits, other.get_server_pid()):
                pass
            await transaction.commit()

        transaction = one.transaction()
        await transaction.start()
        await rows.insert(one, "remembered_partners", partner_user_id=rows.user_id(10), **named)
        await asyncio.gather(
            rows.insert(other, "remembered_partners", partner_user_id=rows.user_id(11), **named),
            commit_once_the_other_waits(),
        )
        assert await watcher.fetchval("SELECT count(*) FROM remembered_partners WHERE user_id = $1", anna) == 10
        for connection in (one, other, watcher):
            await connection.close()

    async def test_nobody_remembers_themselves_or_one_twice(self, service):
        anna, bea = await rows.user(service, 1), await rows.user(service, 2)
        named = {"partner_name": "Somebody", "partner_email": ""}
        await rows.insert(service, "remembered_partners", user_id=anna, partner_user_id=bea, **named)
        async with rows.refused(service, asyncpg.CheckViolationError):
            await rows.insert(service, "remembered_partners", user_id=anna, partner_user_id=anna, **named)
        async with rows.refused(service, asyncpg.UniqueViolationError):
            await rows.insert(service, "remembered_partners", user_id=anna, partner_user_id=bea, **named)
