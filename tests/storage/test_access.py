"""What the database itself refuses: grants, policies, roles, and the caller's identity that they ask for."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.storage import rows
from tests.storage.matrix.calls import CALLS
from tests.storage.matrix.rules import BOND_TABLES

ANNA, BEA, CLEO = (rows.user_id(number) for number in (1, 2, 3))
REFUSED = asyncpg.InsufficientPrivilegeError

OF_BONDS = {
    "bonds", "bond_members", "bond_activity_log", "bond_changes", "bond_join_requests", "messages", "ai_message_attachments",
    "preset_config", "achievements", *BOND_TABLES,
} - {"bond_limit_answers"}  # fmt: skip
READABLE = {
    "authenticated": OF_BONDS | {
        "users", "profiles", "survey_progress", "partner_connections", "remembered_partners",
        "push_notification_tokens", "sessions", "session_seats", "session_activities", "activities",
        "user_activity_history", "subscription_transactions", "blocked_people", "notifications",
        "couple_cards", "session_notes",
    },
    "anon": {
        "anonymous_sessions", "profiles", "survey_progress", "sessions", "session_seats", "session_activities",
        "activities", "user_activity_history", "session_notes",
    },
    "bond_writer": OF_BONDS | {"users", "bond_replies", "bond_limit_answers"},
}  # fmt: skip
HIDDEN_COLUMNS = {
    "partner_connections": {"connection_token"},
    "sessions": {"limits_rev", "checked_rev", "at_limit"},
    "session_seats": {"fence"},
    "push_notification_tokens": {"device_token", "login_id"},
    "notifications": {"from_user_id", "about", "version"},
    "session_activities": {"checks"},
    "bonds": {"invite_code", "invited_by"},
    "bond_members": {"accepts_from", "read_receipts", "presence", "paused_at", "dissolve_vote_at", "read_through"},
    **{name: set(audience.hidden.split()) for name, audience in BOND_TABLES.items() if audience.hidden},
}
WRITABLE = {
    ("users", column, "UPDATE")
    for column in ("display_name", "demographics", "profile_sharing_setting", "notification_preferences", "language")
} | {("notifications", "read_at", "UPDATE")}
CALLABLE = {
    "authenticated": {name for name, call in CALLS.items() if call.by == "pm"} | {
        "app.claims()", "app.uid()", "app.moment()", "app.utc_midnight()", "auth.uid()",
        "app.partner_profile(uuid)", "app.partner_compatibility(uuid)", "app.file_to_see(uuid)",
        "app.fell_into_pause(uuid)",
        "check_daily_activity_limit(uuid,integer)", "get_excluded_activities_for_user(uuid,text)",
    },
    "anon": {
        "app.claims()", "app.uid()", "app.anonymous_session_id()", "auth.uid()",
        "get_excluded_activities_for_user(uuid,text)", "set_anonymous_session_context(text)",
    },
    "bond_writer": {name for name, call in CALLS.items() if "m" in call.by},
    "public": set[str](),
}  # fmt: skip
"""Of bonds it is what the matrix says, where each is called, too."""

OURS = "c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')"


@pytest.fixture
async def admin(database_url):
    async with rows.undone(database_url) as connection:
        yield connection


def as_user(connection: asyncpg.Connection, who: UUID) -> Any:
    return rows.acting(connection, "authenticated", {"sub": str(who), "role": "authenticated"})


def as_anonymous(connection: asyncpg.Connection, who: str) -> Any:
    return rows.acting(connection, "anon", {"role": "anon", "anonymous_session_id": who})


class TestGrants:
    async def test_every_table_has_forced_row_security_and_the_owners_policy(self, admin):
        open_tables = await admin.fetch(
            f"""
            SELECT c.relname FROM pg_class c WHERE {OURS} AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
                SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polroles = ARRAY['game_owner'::regrole::oid]
                AND p.polcmd = '*' AND pg_get_expr(p.polqual, c.oid) = 'true' AND pg_get_expr(p.polwithcheck, c.oid) = 'true'
            ))
            """
        )
        assert open_tables == []

    @pytest.mark.parametrize("role", READABLE)
    async def test_clients_and_members_read_only_what_is_on_the_list(self, admin, role):
        found = await admin.fetch(
            f"""
            SELECT c.relname AS table, a.attname AS column, has_column_privilege($1, c.oid, a.attnum, 'SELECT') AS readable
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE {OURS}
            """,
            role,
        )
        assert {row["table"] for row in found if row["readable"]} == READABLE[role]
        hidden: dict[str, set[str]] = {}
        for row in found:
            # Of their own account a member's command reads what is a bond's business: the matrix says which columns.
            if (
                row["table"] in READABLE[role]
                and not row["readable"]
                and (row["table"], role) != ("users", "bond_writer")
            ):
                hidden.setdefault(row["table"], set()).add(row["column"])
        assert hidden == {table: columns for table, columns in HIDDEN_COLUMNS.items() if table in READABLE[role]}

    @pytest.mark.parametrize("role", ["authenticated", "anon"])
    async def test_clients_write_five_columns_of_users_what_they_have_read_and_nothing_else(self, admin, role):
        columns = await admin.fetch(
            f"""
            SELECT c.relname::text, a.attname::text, command FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped,
            unnest(ARRAY['INSERT', 'UPDATE', 'REFERENCES']) AS command
            WHERE {OURS} AND has_column_privilege($1, c.oid, a.attnum, command)
            """,
            role,
        )
        assert {tuple(row) for row in columns} == (WRITABLE if role == "authenticated" else set())
        whole = await admin.fetch(
            f"SELECT relname FROM pg_class c WHERE {OURS} AND has_table_privilege($1, c.oid, 'DELETE, TRUNCATE, TRIGGER')",
            role,
        )
        assert whole == []

    async def test_members_commands_empty_nothing_and_change_only_columns(self, admin):
        """Which ones, and whose rows, the matrix says (rules.py)."""
        whole = await admin.fetch(
            f"SELECT relname FROM pg_class c WHERE {OURS}"
            " AND has_table_privilege('bond_writer', c.oid, 'UPDATE, TRUNCATE, TRIGGER, REFERENCES')"
        )
        assert whole == []
        named = await admin.fetch(
            f"""
            SELECT c.relname::text, a.attname::text FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE {OURS}
            AND a.attname IN (
                'id', 'bond_id', 'user_id', 'created_at', 'created_by', 'version', 'updated_at', 'joined_at', 'head', 'seq'
            )
            AND has_column_privilege('bond_writer', c.oid, a.attnum, 'UPDATE')
            """
        )
        assert {tuple(row) for row in named} == {
            ("users", "bond_id"),
            ("bond_replies", "version"),
            ("bond_replies", "seq"),
        }

    @pytest.mark.parametrize("role", READABLE)
    async def test_clients_and_members_touch_no_sequence(self, admin, role):
        found = await admin.fetch(
            "SELECT relname FROM pg_class WHERE CASE WHEN relkind = 'S' THEN"
            " has_sequence_privilege($1, oid, 'USAGE, SELECT, UPDATE') END",
            role,
        )
        assert found == []

    @pytest.mark.parametrize("role", CALLABLE)
    async def test_functions_are_callable_by_whom_they_are_for(self, admin, role):
        found = await admin.fetch(
            """
            SELECT p.oid::regprocedure::text AS name FROM pg_proc p
            WHERE p.pronamespace::regnamespace::text IN ('public', 'app', 'auth') AND has_function_privilege($1, p.oid, 'EXECUTE')
            """,
            role,
        )
        assert {row["name"] for row in found} == CALLABLE[role]

    async def test_definer_functions_ask_who_is_calling_and_every_function_has_a_fixed_search_path(self, admin):
        found = await admin.fetch(
            """
            SELECT p.proname::text AS name, p.prosecdef AS definer,
                p.prosrc ~ 'app\\.(uid|my_bonds|my_open_bonds)\\(' AS asks,
                p.prorettype <> 'trigger'::regtype AND (
                    has_function_privilege('anon', p.oid, 'EXECUTE') OR has_function_privilege('authenticated', p.oid, 'EXECUTE')
                    OR has_function_privilege('bond_writer', p.oid, 'EXECUTE')
                ) AS called,
                EXISTS (SELECT FROM unnest(p.proconfig) setting WHERE setting LIKE 'search_path=%') AS fixed
            FROM pg_proc p WHERE p.pronamespace::regnamespace::text IN ('public', 'app', 'auth')
            """
        )
        notes = {f"note_{of}_consent" for of in ("account", "anonymous", "limits", "connection", "room")}  # of triggers
        told = {"partner_profile", "partner_compatibility"}
        bank = {"forget_room_card", "forget_what_was_asked"}  # triggers: who deletes a room has no rights on the bank
        log = {
            "forget_feedback_of_seat"
        }  # a trigger: nobody may change the log, and of it only the words of erased people
        of_games = notes | told | bank | log
        assert of_games <= {row["name"] for row in found if row["definer"]}
        # Bonds have many: who is in one is asked by every policy, and what follows from it no command may write itself. Whatever
        # of it a request or a command calls asks who that is; the rest is nobody's to call, or a job's.
        asking = {row["name"] for row in found if row["asks"]}
        called = {row["name"] for row in found if row["definer"] and row["called"]} - of_games
        assert called - asking == set()
        assert [row["name"] for row in found if not row["fixed"]] == []

    async def test_there_are_at_least_the_references_policies(self, admin):
        found = await admin.fetch(
            """SELECT tablename, policyname, cmd FROM pg_policies
            WHERE schemaname = 'public' AND roles && ARRAY['authenticated', 'anon']::name[]"""
        )
        assert len(found) >= 30
        assert len({row["tablename"] for row in found}) >= 14
        named = {(row["tablename"], row["cmd"]) for row in found}
        assert {("users", command) for command in ("SELECT", "INSERT", "UPDATE")} <= named
        assert {("profiles", command) for command in ("SELECT", "INSERT", "UPDATE")} <= named
        assert {("sessions", command) for command in ("SELECT", "INSERT", "UPDATE")} <= named

    async def test_writing_policies_check_what_is_written_and_none_is_for_everybody(self, admin):
        unchecked = await admin.fetch(
            "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'"
            " AND (cmd IN ('INSERT', 'UPDATE', 'ALL') AND with_check IS NULL OR 'public' = ANY (roles))"
        )
        assert unchecked == []


class TestRoles:
    async def test_no_run_time_role_is_mighty(self, admin):
        mighty = await admin.fetch(
            """SELECT rolname FROM pg_roles
            WHERE rolname IN ('game_web', 'game_worker', 'game_service', 'bond_writer', 'authenticated', 'anon')
            AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)"""
        )
        assert mighty == []

    async def test_memberships_are_four(self, admin):
        found = await admin.fetch(
            """SELECT member::regrole::text, roleid::regrole::text FROM pg_auth_members
            WHERE member::regrole::text LIKE 'game_%' OR member = 'bond_writer'::regrole
            OR roleid IN ('game_owner'::regrole, 'game_service'::regrole, 'bond_writer'::regrole)"""
        )
        assert {tuple(row) for row in found} == {
            ("game_web", "authenticated"),
            ("game_web", "anon"),
            ("game_worker", "game_service"),
            ("game_worker", "bond_writer"),
        }

    @pytest.mark.parametrize("role", ["game_service", "game_owner", "game_worker", "bond_writer", "postgres"])
    async def test_the_request_login_becomes_nobody_else(self, admin, role):
        await admin.execute("SET LOCAL SESSION AUTHORIZATION game_web")
        async with rows.refused(admin, REFUSED):
            await admin.execute(f"SET LOCAL ROLE {role}")

    async def test_the_request_login_is_nothing_by_itself(self, admin):
        await admin.execute("SET LOCAL SESSION AUTHORIZATION game_web")
        async with rows.refused(admin, REFUSED):
            await admin.execute("SELECT id FROM users")

    async def test_the_service_is_under_row_security_like_everybody(self, admin):
        await admin.execute("SET LOCAL ROLE game_owner; CREATE TABLE fresh (id int)")
        await admin.execute("SELECT app.seal('fresh')")
        await admin.execute("GRANT SELECT ON fresh TO game_service; INSERT INTO fresh VALUES (1)")
        assert await admin.fetchval("SELECT count(*) FROM fresh") == 1
        await admin.execute("RESET ROLE; SET LOCAL ROLE game_service")
        assert await admin.fetchval("SELECT count(*) FROM fresh") == 0


class TestCaller:
    @pytest.mark.parametrize(
        ("claims", "who"),
        [
            ({"sub": str(ANNA)}, ANNA),
            ({}, None),
            ({"sub": "1 OR 1=1"}, None),
            ({"sub": ""}, None),
            ({"sub": None}, None),
            ({"sub": ["x"]}, None),
            ("", None),
            ("not json", None),
            ("[]", None),
            ('"text"', None),
            ("null", None),
            ('{"sub": "\\u0000"}', None),
        ],
    )
    async def test_the_signed_in_person_is_the_subject_and_a_malformed_one_is_nobody(self, admin, claims, who):
        async with rows.acting(admin, "authenticated", claims):
            assert await admin.fetchval("SELECT app.uid()") == who
            assert await admin.fetchval("SELECT auth.uid()") == who

    @pytest.mark.parametrize(
        ("claims", "who"),
        [
            ({"anonymous_session_id": "kim"}, "kim"),
            ({"anonymous_session_id": "kim", "sub": str(ANNA)}, None),
            ({"anonymous_session_id": ""}, None),
            ({"anonymous_session_id": "x" * 129}, None),
            ({"anonymous_session_id": 7}, None),
            ({"anonymous_session_id": None}, None),
            ("not json", None),
        ],
    )
    async def test_the_anonymous_person_is_the_verified_id_of_claims_without_a_subject(self, admin, claims, who):
        async with rows.acting(admin, "anon", claims):
            assert await admin.fetchval("SELECT app.anonymous_session_id()") == who

    async def test_nothing_was_claimed_nobody_asks(self, admin):
        assert await admin.fetchval("SELECT app.uid()") is None
        assert await admin.fetchval("SELECT app.anonymous_session_id()") is None

    async def test_an_anonymous_context_is_only_the_verified_one(self, admin):
        async with as_anonymous(admin, "session-uuid-from-local-storage"):
            await admin.execute("SELECT set_anonymous_session_context('session-uuid-from-local-storage');")
            for other in ("'somebody'", "''", "NULL"):
                async with rows.refused(admin, REFUSED):
                    await admin.execute(f"SELECT set_anonymous_session_context({other})")
        async with rows.acting(admin, "anon"), rows.refused(admin, REFUSED):
            await admin.execute("SELECT set_anonymous_session_context(NULL)")


@pytest.fixture
async def world(admin):
    """Anna played with Bea, her partner, and with Kim, who is anonymous. Cleo is a stranger who played alone."""
    moment = await admin.fetchval("SELECT now()")
    profiles = {}
    for number, person in enumerate((ANNA, BEA, CLEO), 1):
        await rows.user(admin, number)
        profiles[person] = await rows.profile(admin, user_id=person)
        await rows.insert(admin, "survey_progress", user_id=person)
        await rows.insert(admin, "push_notification_tokens", user_id=person, device_token=str(number), platform="ios")
        await rows.insert(
            admin, "notifications", user_id=person, kind="your_turn", about="turn:cleo", link="/room/cleo"
        )
        await rows.insert(
            admin, "subscription_transactions", user_id=person, platform="ios", platform_transaction_id=str(number),
            subscription_tier="premium", amount=5, started_at=moment, expires_at=moment,
        )  # fmt: skip
    await rows.anonymous(admin, "kim")
    await rows.insert(admin, "survey_progress", anonymous_session_id="kim")
    await rows.insert(
        admin, "partner_connections", requester_user_id=ANNA, recipient_email="", recipient_user_id=BEA,
        status="accepted", connection_token="hash",
    )  # fmt: skip
    for person, partner in ((ANNA, BEA), (BEA, ANNA)):
        await rows.insert(
            admin, "remembered_partners", user_id=person, partner_user_id=partner, partner_name="X", partner_email=""
        )
    card = await rows.activity(admin)
    games: dict[str, list[dict[str, Any]]] = {
        "anna and bea": [{"user_id": ANNA}, {"user_id": BEA}],
        "anna and kim": [{"user_id": ANNA}, {"anonymous_session_id": "kim"}],
        "cleo": [{"user_id": CLEO}],
    }
    for name, seats in games.items():
        await rows.session(admin, name)
        await rows.insert(
            admin, "session_activities", session_id=name, seq=1, activity_id=card, type="truth", rating="G",
            intensity=1, script={}, source="bank", checks={"limits": []},
        )  # fmt: skip
        for seat, player in zip("AB", seats, strict=False):
            await rows.seat(admin, name, seat, **player)
            await rows.shown(admin, name, card, **player)
    for a, b in ((ANNA, BEA), (ANNA, CLEO)):
        await rows.insert(
            admin, "compatibility_results", profile_a_id=profiles[a], profile_b_id=profiles[b], compatibility_score=70
        )
    return profiles


async def _seen(connection: asyncpg.Connection, column: str, table: str) -> set[Any]:
    return {row[0] for row in await connection.fetch(f"SELECT {column} FROM {table}")}


class TestReading:
    @pytest.mark.parametrize("who", [ANNA, BEA, CLEO])
    @pytest.mark.parametrize(
        ("table", "column"),
        [
            ("users", "id"),
            ("profiles", "user_id"),
            ("survey_progress", "user_id"),
            ("push_notification_tokens", "user_id"),
            ("notifications", "user_id"),
            ("subscription_transactions", "user_id"),
            ("user_activity_history", "user_id"),
            ("session_seats", "user_id"),
        ],
    )
    @pytest.mark.usefixtures("world")
    async def test_a_person_reads_their_own_rows_and_nobody_elses(self, admin, who, table, column):
        async with as_user(admin, who):
            assert await _seen(admin, column, table) == {who}

    @pytest.mark.parametrize(
        ("table", "column"),
        [
            ("anonymous_sessions", "session_id"),
            ("profiles", "anonymous_session_id"),
            ("survey_progress", "anonymous_session_id"),
            ("user_activity_history", "anonymous_session_id"),
            ("session_seats", "anonymous_session_id"),
        ],
    )
    @pytest.mark.usefixtures("world")
    async def test_so_does_an_anonymous_person(self, admin, table, column):
        await rows.anonymous(admin, "lou")
        async with as_anonymous(admin, "kim"):
            assert await _seen(admin, column, table) == {"kim"}

    @pytest.mark.usefixtures("world")
    async def test_sessions_are_seen_by_who_takes_part(self, admin):
        for person, games in (
            (ANNA, {"anna and bea", "anna and kim"}),
            (BEA, {"anna and bea"}),
            (CLEO, {"cleo"}),
            (rows.user_id(9), set()),
        ):
            async with as_user(admin, person):
                assert await _seen(admin, "session_id", "sessions") == games
                assert await _seen(admin, "session_id", "session_activities") == games
        async with as_anonymous(admin, "kim"):
            assert await _seen(admin, "session_id", "session_activities") == {"anna and kim"}

    @pytest.mark.usefixtures("world")
    async def test_a_session_without_seats_is_seen_by_its_players(self, admin):
        await rows.session(admin, "older", primary_user_id=ANNA, partner_user_id=BEA)
        for person, sees in ((ANNA, True), (BEA, True), (CLEO, False)):
            async with as_user(admin, person):
                assert ("older" in await _seen(admin, "session_id", "sessions")) is sees

    async def test_the_holder_of_profile_0_or_1_reads_no_session_by_it(self, admin, world):
        await admin.execute("UPDATE sessions SET player_b_profile_id = $1", world[CLEO])
        async with as_user(admin, CLEO):
            assert await _seen(admin, "session_id", "sessions") == {"cleo"}

    @pytest.mark.usefixtures("world")
    async def test_a_connection_is_seen_by_its_two_sides(self, admin):
        for person, sees in ((ANNA, 1), (BEA, 1), (CLEO, 0)):
            async with as_user(admin, person):
                assert len(await _seen(admin, "id", "partner_connections")) == sees
                remembered = await _seen(admin, "partner_user_id", "remembered_partners")
                assert remembered == ({BEA} if person == ANNA else {ANNA} if person == BEA else set())

    @pytest.mark.parametrize(("confirmed", "sees"), [(True, 1), (False, 0)])
    @pytest.mark.usefixtures("world")
    async def test_a_request_to_an_e_mail_is_seen_once_that_is_confirmed(self, admin, confirmed, sees):
        await rows.insert(
            admin,
            "partner_connections",
            requester_user_id=ANNA,
            recipient_email="Person3@example.org",
            connection_token="t",
        )
        if confirmed:
            await admin.execute("UPDATE users SET email_confirmed_at = now() WHERE id = $1", CLEO)
        async with as_user(admin, CLEO):
            assert len(await _seen(admin, "id", "partner_connections")) == sees
        await admin.execute("UPDATE partner_connections SET expires_at = now() - interval '1 second'")
        async with as_user(admin, CLEO):
            assert await _seen(admin, "id", "partner_connections") == set()

    @pytest.mark.parametrize("table", ["compatibility_results", "compatibility_readings"])
    @pytest.mark.usefixtures("world")
    async def test_how_people_fit_is_told_by_one_function_and_by_no_row(self, admin, table):
        for person in (ANNA, BEA, CLEO):
            async with as_user(admin, person), rows.refused(admin, REFUSED):
                await admin.execute(f"SELECT profile_a_id FROM {table}")
        async with as_user(admin, ANNA):
            told = [
                await admin.fetchval("SELECT app.partner_compatibility($1)", person) for person in (BEA, CLEO, ANNA)
            ]
        assert [each is not None for each in told] == [True, False, False]

    @pytest.mark.usefixtures("world")
    async def test_whom_somebody_blocked_is_theirs_alone_to_see(self, admin):
        await rows.insert(admin, "blocked_people", user_id=ANNA, blocked_user_id=BEA, name="Bea")
        for person, sees in ((ANNA, {BEA}), (BEA, set()), (CLEO, set())):
            async with as_user(admin, person):
                assert await _seen(admin, "blocked_user_id", "blocked_people") == sees

    @pytest.mark.usefixtures("world")
    async def test_a_couples_cards_are_seen_by_the_two_while_they_are_connected(self, admin):
        card = await rows.activity(admin, source="user_submitted", approved=False)
        await rows.insert(admin, "couple_cards", activity_id=card, writer_id=ANNA, partner_id=BEA)
        of_theirs = "SELECT activity_id FROM activities WHERE source = 'user_submitted'"
        for status, seen in (("accepted", {card}), ("disconnected", set())):
            await admin.execute("UPDATE partner_connections SET status = $1", status)
            for person in (ANNA, BEA, CLEO):
                async with as_user(admin, person):
                    sees = {row["activity_id"] for row in await admin.fetch(of_theirs)}
                    assert (
                        sees == await _seen(admin, "activity_id", "couple_cards") == (set() if person == CLEO else seen)
                    )
        async with as_anonymous(admin, "kim"):
            assert await admin.fetch(of_theirs) == []

    async def test_the_service_deletes_what_a_couple_wrote_and_no_card_of_the_bank(self, admin):
        ours, bank = await rows.activity(admin, source="user_submitted"), await rows.activity(admin)
        async with rows.acting(admin, "game_service"):
            gone = await admin.fetch(
                "DELETE FROM activities WHERE activity_id IN ($1, $2) RETURNING activity_id", ours, bank
            )
        assert [row["activity_id"] for row in gone] == [ours]

    @pytest.mark.usefixtures("world")
    async def test_only_the_approved_active_bank_is_seen(self, admin):
        good = await admin.fetchval("SELECT activity_id FROM activities WHERE approved LIMIT 1")
        await admin.execute("DELETE FROM activities WHERE activity_id <> $1", good)
        for hidden in ({"approved": False}, {"is_active": False}, {"source": "user_submitted"}):
            await rows.activity(admin, **hidden)
        async with as_user(admin, ANNA):
            assert await _seen(admin, "activity_id", "activities") == {good}
        async with as_anonymous(admin, "kim"):
            assert await _seen(admin, "activity_id", "activities") == {good}

    @pytest.mark.usefixtures("world")
    async def test_nobody_reads_nothing(self, admin):
        for table in READABLE["anon"] - {"activities"}:
            async with rows.acting(admin, "anon"):
                assert (
                    await admin.fetchval(f"SELECT count({'session_id' if 'session' in table else '*'}) FROM {table}")
                    == 0
                )
        for table in READABLE["authenticated"] - {"activities"}:
            async with rows.acting(admin, "authenticated", {"sub": "nobody"}):
                column = "session_id" if table in {"sessions", "session_seats", "session_activities"} else "*"
                column = "id" if table == "partner_connections" else column
                assert await admin.fetchval(f"SELECT count({column}) FROM {table}") == 0

    @pytest.mark.usefixtures("world")
    async def test_an_anonymous_id_that_copies_a_users_id_reads_nothing_of_that_user(self, admin):
        await admin.execute("UPDATE survey_submissions SET respondent_id = $1", str(ANNA))
        await admin.execute("GRANT SELECT ON survey_submissions TO anon")
        async with as_anonymous(admin, str(ANNA)):
            for table, column in (("profiles", "id"), ("survey_submissions", "id"), ("user_activity_history", "id")):
                assert await _seen(admin, column, table) == set()

    @pytest.mark.parametrize("hidden", [(table, column) for table, of in HIDDEN_COLUMNS.items() for column in of])
    @pytest.mark.usefixtures("world")
    async def test_hidden_columns_are_refused_also_by_asking_for_all(self, admin, hidden):
        table, column = hidden
        for wanted in (column, "*"):
            async with rows.refused(admin, REFUSED), as_user(admin, ANNA):
                await admin.fetch(f"SELECT {wanted} FROM {table}")


class TestWriting:
    @pytest.mark.usefixtures("world")
    async def test_a_person_changes_four_things_of_their_own_row(self, admin):
        async with as_user(admin, ANNA):
            changed = await admin.execute(
                """UPDATE users SET display_name = 'Anna', demographics = '{}', profile_sharing_setting = 'demographics_only',
                notification_preferences = '{}'"""
            )
            assert changed == "UPDATE 1"
            assert await admin.execute("UPDATE users SET display_name = 'x' WHERE id <> $1", ANNA) == "UPDATE 0"

    @pytest.mark.parametrize(
        "attempt",
        [
            "UPDATE users SET subscription_tier = 'premium'",
            "UPDATE users SET daily_activity_count = 0",
            "UPDATE users SET email_confirmed_at = now()",
            "UPDATE users SET adult_confirmed_at = now(), profile_completed = true",
            "INSERT INTO users (id, email) VALUES (app.uid(), 'again@example.org')",
            "DELETE FROM users",
            (
                "INSERT INTO remembered_partners (user_id, partner_user_id, partner_name, partner_email)"
                " VALUES (app.uid(), '00000000-0000-0000-0000-000000000003', 'Cleo', '')"
            ),
            "UPDATE partner_connections SET status = 'accepted'",
            "INSERT INTO partner_connections (requester_user_id, recipient_email, connection_token) VALUES (app.uid(), '', 't')",
            (
                "INSERT INTO user_activity_history (user_id, session_id, activity_type)"
                " VALUES ('00000000-0000-0000-0000-000000000003', 'cleo', 'truth')"
            ),
            "UPDATE sessions SET intimacy_level = 'X'",
            "INSERT INTO sessions (session_id, primary_user_id, session_owner_user_id) VALUES ('mine', app.uid(), app.uid())",
            "UPDATE session_seats SET user_id = app.uid()",
            "UPDATE profiles SET boundaries = '{}'",
            "UPDATE push_notification_tokens SET device_token = 'x'",
            "SELECT device_token FROM push_notification_tokens",
            "SELECT * FROM notification_outbox",
            "UPDATE notifications SET link = 'https://elsewhere.example'",
            "INSERT INTO notifications (user_id, kind, about, link) VALUES (app.uid(), 'x', 'x', '/')",
            "DELETE FROM notifications",
            "SELECT * FROM session_events",
            "SELECT * FROM session_replies",
            "SELECT * FROM session_links",
            "SELECT * FROM credentials",
            "SELECT * FROM logins",
            "SELECT * FROM one_time_tokens",
            "SELECT * FROM mail_outbox",
            "SELECT * FROM idempotency_keys",
            "SELECT * FROM login_attempts",
            "SELECT * FROM erased_people",
            "SELECT * FROM key_store",
            "SELECT * FROM ai_generation_logs",
            "SELECT * FROM survey_submissions",
            "SELECT * FROM schema_migrations",
            "TRUNCATE sessions CASCADE",
            "SELECT nextval('profiles_id_seq')",
            "SELECT reset_daily_activity_counts()",
            "SELECT cleanup_old_anonymous_sessions(0)",
            "SELECT expire_pending_connections()",
            "SELECT app.seal('users')",
            "CREATE TABLE public.mine (id int)",
        ],
    )
    @pytest.mark.usefixtures("world")
    async def test_everything_else_is_refused(self, admin, attempt):
        async with rows.refused(admin, REFUSED), as_user(admin, ANNA):
            await admin.execute(attempt)

    @pytest.mark.parametrize(
        "attempt",
        [
            "UPDATE anonymous_sessions SET daily_activity_count = 0",
            "UPDATE anonymous_sessions SET adult_confirmed_at = now()",
            "UPDATE profiles SET boundaries = '{}'",
            (
                "INSERT INTO user_activity_history (anonymous_session_id, session_id, activity_type)"
                " VALUES ('kim', 'cleo', 'truth')"
            ),
            "SELECT * FROM users",
            "SELECT * FROM partner_connections",
            "SELECT check_daily_activity_limit('00000000-0000-0000-0000-000000000001', 25)",
        ],
    )
    @pytest.mark.usefixtures("world")
    async def test_so_it_is_for_an_anonymous_person(self, admin, attempt):
        async with rows.refused(admin, REFUSED), as_anonymous(admin, "kim"):
            await admin.execute(attempt)

    @pytest.mark.usefixtures("world")
    async def test_a_connection_is_never_made_as_accepted_even_where_writing_were_granted(self, admin):
        await admin.execute("GRANT INSERT ON partner_connections TO authenticated")
        await admin.execute("GRANT USAGE ON SEQUENCE partner_connections_id_seq TO authenticated")
        forged = f"""INSERT INTO partner_connections
            (requester_user_id, recipient_email, connection_token, status, recipient_user_id)
            VALUES ('{ANNA}', '', 't', 'accepted', '{CLEO}')"""
        async with rows.refused(admin, REFUSED), as_user(admin, ANNA):
            await admin.execute(forged)


class TestFunctionsOfPeople:
    @pytest.mark.usefixtures("world")
    async def test_somebody_elses_id_tells_nothing(self, admin):
        excluded = "SELECT count(*) FROM get_excluded_activities_for_user($1, $2)"
        async with as_user(admin, ANNA):
            assert await admin.fetchval(excluded, ANNA, None) == 1
            assert await admin.fetchval(excluded, BEA, None) == 0
            assert await admin.fetchval(excluded, None, "kim") == 0
            assert await admin.fetchval("SELECT check_daily_activity_limit($1, 25)", ANNA) is True
            assert await admin.fetchval("SELECT check_daily_activity_limit($1, 25)", BEA) is False
        async with as_anonymous(admin, "kim"):
            assert await admin.fetchval(excluded, None, "kim") == 1
            assert await admin.fetchval(excluded, ANNA, None) == 0
