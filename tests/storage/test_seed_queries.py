"""The schema reference's sample queries and helper calls, run as it writes them, and what each function promises.

Jobs and the room writer call them as game_service, so these tests do too.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from tests.storage import rows

ALICE = UUID("550e8400-e29b-41d4-a716-446655440001")

USER_WITH_PROFILE = """
SELECT
    u.email,
    u.display_name,
    u.subscription_tier,
    p.power_dynamic->>'orientation' AS power_orientation,
    p.domain_scores->>'sensation' AS sensation_score
FROM users u
LEFT JOIN profiles p ON p.user_id = u.id
WHERE u.email = 'alice@test.com';
"""
ACTIVE_SESSIONS = """
SELECT
    s.session_id,
    s.intimacy_level,
    s.current_step,
    s.status,
    p1.submission_id AS primary_profile,
    p2.submission_id AS partner_profile
FROM sessions s
LEFT JOIN profiles p1 ON p1.id = s.primary_profile_id
LEFT JOIN profiles p2 ON p2.id = s.partner_profile_id
WHERE s.primary_user_id = '550e8400-e29b-41d4-a716-446655440001'::uuid
AND s.status = 'active';
"""
HISTORY = """
SELECT
    activity_id,
    activity_type,
    was_skipped,
    presented_at,
    EXTRACT(DAY FROM NOW() - presented_at) AS days_ago
FROM user_activity_history
WHERE user_id = '550e8400-e29b-41d4-a716-446655440001'::uuid
ORDER BY presented_at DESC
LIMIT 100;
"""
SUBSCRIPTION = """
SELECT
    u.email,
    u.subscription_tier,
    u.subscription_expires_at,
    u.daily_activity_count,
    25 - u.daily_activity_count AS activities_remaining,
    CASE
        WHEN u.subscription_tier = 'premium' THEN 'Unlimited'
        WHEN u.daily_activity_count >= 25 THEN 'Limit Reached'
        ELSE 'Active'
    END AS status
FROM users u
WHERE u.email = 'bob@test.com';
"""


@pytest.fixture
async def service(database_url):
    async with rows.undone(database_url, "game_service") as connection:
        yield connection


async def _now(connection: asyncpg.Connection) -> datetime:
    return await connection.fetchval("SELECT now()")


class TestSampleQueries:
    @pytest.fixture
    async def alice(self, service):
        await rows.insert(service, "users", id=ALICE, email="alice@test.com", display_name="Alice")
        await rows.insert(service, "users", id=rows.user_id(2), email="bob@test.com", daily_activity_count=25)
        profile = await rows.profile(service, user_id=ALICE)
        scores = """UPDATE profiles SET power_dynamic = '{"orientation": "Top"}', domain_scores = '{"sensation": 62}'"""
        await service.execute(f"{scores} WHERE id = $1", profile)
        await rows.session(
            service, "game", primary_user_id=ALICE, primary_profile_id=profile, player_a_profile_id=profile
        )
        await rows.shown(service, "game", await rows.activity(service), user_id=ALICE)

    @pytest.mark.usefixtures("alice")
    async def test_user_with_profile(self, service):
        found = await service.fetch(USER_WITH_PROFILE)
        assert [tuple(row) for row in found] == [("alice@test.com", "Alice", "free", "Top", "62")]

    @pytest.mark.usefixtures("alice")
    async def test_active_sessions(self, service):
        (found,) = await service.fetch(ACTIVE_SESSIONS)
        assert (found["session_id"], found["intimacy_level"], found["current_step"]) == ("game", "R", 0)
        assert (found["status"], found["partner_profile"]) == ("active", None)
        assert found["primary_profile"].startswith("submission-")

    @pytest.mark.usefixtures("alice")
    async def test_activity_history(self, service):
        (found,) = await service.fetch(HISTORY)
        assert (found["activity_type"], found["was_skipped"], found["days_ago"]) == ("truth", False, 0)

    @pytest.mark.usefixtures("alice")
    async def test_subscription_status(self, service):
        (found,) = await service.fetch(SUBSCRIPTION)
        assert tuple(found) == ("bob@test.com", "free", None, 25, 0, "Limit Reached")

    @pytest.mark.usefixtures("alice")
    async def test_the_helper_calls_run_as_written(self, service):
        person = f"'{ALICE}'::uuid"
        assert await service.fetchval(f"SELECT check_daily_activity_limit({person}, 25);") is True
        assert await service.fetchval("SELECT reset_daily_activity_counts();") == 0
        assert len(await service.fetch(f"SELECT * FROM get_excluded_activities_for_user({person}, NULL);")) == 1
        assert await service.fetchval("SELECT expire_pending_connections();") == 0
        assert await service.fetchval("SELECT cleanup_old_anonymous_sessions(90);") == 0
        assert await service.fetchval("SELECT cleanup_old_anonymous_sessions();") == 0


class TestDailyLimit:
    async def _may_play(self, service: asyncpg.Connection, *, limit: int = 25, **values: object) -> bool:
        person = await rows.user(service, 1, **values)
        return await service.fetchval("SELECT check_daily_activity_limit($1, $2)", person, limit)

    @pytest.mark.parametrize(("count", "may"), [(0, True), (24, True), (25, False), (26, False)])
    async def test_a_free_account_plays_up_to_the_limit(self, service, count, may):
        assert await self._may_play(service, daily_activity_count=count) is may

    @pytest.mark.parametrize(("ago", "may"), [(timedelta(0), False), (timedelta(microseconds=1), True)])
    async def test_a_count_from_before_todays_utc_midnight_is_nothing(self, service, ago, may):
        now = await _now(service)
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        assert await self._may_play(service, daily_activity_count=25, daily_activity_reset_at=midnight - ago) is may

    async def test_a_count_without_a_time_is_nothing(self, service):
        assert await self._may_play(service, daily_activity_count=25, daily_activity_reset_at=None)

    async def test_a_limit_of_nothing_allows_nothing(self, service):
        assert not await self._may_play(service, limit=0)

    @pytest.mark.parametrize(("left", "may"), [(timedelta(seconds=1), True), (timedelta(seconds=-1), False)])
    async def test_premium_plays_on_while_it_has_not_expired(self, service, left, may):
        until = await _now(service) + left
        paid = {"subscription_tier": "premium", "subscription_expires_at": until}
        assert await self._may_play(service, daily_activity_count=25, **paid) is may

    async def test_premium_without_an_end_does_not_expire(self, service):
        assert await self._may_play(service, daily_activity_count=25, subscription_tier="premium")

    async def test_nobody_may_not_play(self, service):
        assert await service.fetchval("SELECT check_daily_activity_limit($1, 25)", rows.user_id(9)) is False

    async def test_the_reset_touches_only_counts_of_earlier_days(self, service):
        now = await _now(service)
        yesterday = now - timedelta(days=1)
        await rows.user(service, 1, daily_activity_count=7, daily_activity_reset_at=yesterday)
        await rows.user(service, 2, daily_activity_count=7, daily_activity_reset_at=now)
        await rows.anonymous(service, "old", daily_activity_count=7, daily_activity_reset_at=yesterday)
        await rows.anonymous(service, "new", daily_activity_count=7, daily_activity_reset_at=now)
        assert await service.fetchval("SELECT reset_daily_activity_counts()") == 2
        assert await service.fetchval("SELECT array_agg(daily_activity_count ORDER BY id) FROM users") == [0, 7]
        anonymous = "SELECT array_agg(daily_activity_count ORDER BY session_id) FROM anonymous_sessions"
        assert await service.fetchval(anonymous) == [7, 0]
        assert await service.fetchval("SELECT bool_and(daily_activity_reset_at = now()) FROM users")
        assert await service.fetchval("SELECT reset_daily_activity_counts()") == 0


class TestNoRepeat:
    """A card may come back after one year or after 100 other cards, whichever comes first."""

    @pytest.fixture
    async def alice(self, service):
        await rows.session(service, "game")
        return await rows.user(service, 1)

    async def _excluded(
        self, service: asyncpg.Connection, user: UUID | None, anonymous: str | None = None
    ) -> list[int]:
        found = await service.fetch("SELECT * FROM get_excluded_activities_for_user($1, $2)", user, anonymous)
        return sorted(row["activity_id"] for row in found)

    async def _others(self, service: asyncpg.Connection, user: UUID, count: int) -> None:
        """Cards without an id in the bank, as an AI writes them, shown now."""
        for _ in range(count):
            await rows.shown(service, "game", None, user_id=user)

    async def test_nothing_was_shown_nothing_is_excluded(self, service, alice):
        assert await self._excluded(service, alice) == []
        assert await self._excluded(service, None) == []

    @pytest.mark.parametrize(("others", "excluded"), [(0, True), (99, True), (100, False)])
    async def test_a_card_comes_back_after_a_hundred_others_also_ai_ones(self, service, alice, others, excluded):
        card = await rows.activity(service)
        await rows.shown(service, "game", card, user_id=alice)
        await self._others(service, alice, others)
        assert await self._excluded(service, alice) == ([card] if excluded else [])

    @pytest.mark.parametrize(("age", "excluded"), [("364 days", True), ("1 year", False), ("2 years", False)])
    async def test_a_card_comes_back_after_a_year(self, service, alice, age, excluded):
        card = await rows.activity(service)
        shown = await service.fetchval("SELECT now() - $1::text::interval", age)
        await rows.shown(service, "game", card, user_id=alice, presented_at=shown)
        assert await self._excluded(service, alice) == ([card] if excluded else [])

    async def test_rows_of_the_same_moment_count_by_id(self, service, alice):
        cards = [await rows.activity(service) for _ in range(102)]
        for card in cards:
            await rows.shown(service, "game", card, user_id=alice)
        assert await self._excluded(service, alice) == cards[2:]

    async def test_the_latest_showing_counts_not_the_last_inserted(self, service, alice):
        card, now = await rows.activity(service), await _now(service)
        await self._others(service, alice, 100)
        await rows.shown(service, "game", card, user_id=alice, presented_at=now - timedelta(days=1))
        assert await self._excluded(service, alice) == []

    async def test_a_skipped_card_counts_and_a_card_shown_twice_is_said_once(self, service, alice):
        card = await rows.activity(service)
        await rows.shown(service, "game", card, user_id=alice, was_skipped=True)
        await rows.shown(service, "game", card, user_id=alice)
        assert await self._excluded(service, alice) == [card]

    async def test_everybody_has_a_history_of_their_own(self, service, alice):
        mine, theirs = await rows.activity(service), await rows.activity(service)
        await rows.shown(service, "game", mine, user_id=alice)
        await rows.shown(service, "game", theirs, anonymous_session_id="somebody")
        assert await self._excluded(service, alice) == [mine]
        assert await self._excluded(service, alice, "somebody") == [mine]
        assert await self._excluded(service, None, "somebody") == [theirs]

    async def test_a_long_history_is_read_by_index_not_whole(self, service, alice):
        card = await rows.activity(service)
        await service.execute(
            """INSERT INTO user_activity_history (user_id, session_id, activity_id, activity_type)
            SELECT $1, 'game', $2, 'dare' FROM generate_series(1, 20000)""",
            alice,
            card,
        )
        before = await self._rows_read(service)
        assert await self._excluded(service, alice) == [card]
        assert await self._rows_read(service) - before <= 200

    async def _rows_read(self, service: asyncpg.Connection) -> int:
        """Rows of the history that this transaction has fetched so far, by index or by scan."""
        return await service.fetchval(
            """SELECT pg_stat_get_xact_tuples_returned(c.oid) + pg_stat_get_xact_tuples_fetched(c.oid)
            + coalesce((SELECT sum(pg_stat_get_xact_tuples_returned(i.indexrelid)) FROM pg_index i WHERE i.indrelid = c.oid), 0)
            FROM pg_class c WHERE c.oid = 'user_activity_history'::regclass"""
        )


class TestExpiry:
    async def test_requests_nobody_accepted_in_time_expire(self, service):
        anna, bea = await rows.user(service, 1), await rows.user(service, 2)
        now = await _now(service)
        cases = {
            "late": {"expires_at": now},
            "in time": {"expires_at": now + timedelta(seconds=1)},
            "accepted": {"expires_at": now - timedelta(days=1), "status": "accepted", "recipient_user_id": bea},
            "cancelled": {"expires_at": now - timedelta(days=1), "status": "cancelled"},
        }
        for token, values in cases.items():
            await rows.insert(
                service,
                "partner_connections",
                requester_user_id=anna,
                recipient_email="",
                connection_token=token,
                **values,
            )
        assert await service.fetchval("SELECT expire_pending_connections()") == 1
        found = await service.fetch("SELECT connection_token, status FROM partner_connections")
        assert {row["connection_token"]: row["status"] for row in found} == {
            "late": "expired",
            "in time": "pending",
            "accepted": "accepted",
            "cancelled": "cancelled",
        }

    async def test_a_request_lives_five_minutes(self, service):
        anna = await rows.user(service, 1)
        row = await rows.insert(
            service, "partner_connections", requester_user_id=anna, recipient_email="", connection_token="t"
        )
        assert row["expires_at"] - row["created_at"] == timedelta(minutes=5)


class TestCleanup:
    @pytest.fixture
    async def game(self, service):
        """A game of Anna with somebody anonymous who has not come back since."""
        old = await _now(service) - timedelta(days=91)
        anna = await rows.user(service, 1)
        mine = await rows.profile(service, user_id=anna)
        theirs = await rows.anonymous(service, "gone", last_accessed_at=old)
        await rows.insert(service, "survey_progress", anonymous_session_id="gone")
        await rows.session(
            service, "game", primary_user_id=anna, primary_profile_id=mine, player_a_profile_id=mine,
            partner_profile_id=theirs, player_b_profile_id=theirs, status="completed",
        )  # fmt: skip
        await rows.seat(service, "game", "A", actor=f"user:{anna}", user_id=anna, profile_id=mine)
        gone = {"actor": "anon:gone", "anonymous_session_id": "gone", "profile_id": theirs, "display_name": "Kim"}
        await rows.seat(service, "game", "B", **gone)
        card = await rows.activity(service)
        await rows.shown(service, "game", card, user_id=anna)
        await rows.shown(service, "game", card, anonymous_session_id="gone")
        return "game"

    @pytest.mark.usefixtures("game")
    async def test_it_deletes_what_belongs_to_who_has_not_come_back(self, service):
        await rows.anonymous(service, "here")
        assert await service.fetchval("SELECT cleanup_old_anonymous_sessions(90)") == 1
        assert await service.fetchval("SELECT array_agg(session_id) FROM anonymous_sessions") == ["here"]
        for table in ("profiles", "survey_progress", "user_activity_history"):
            assert not await service.fetchval(f"SELECT count(*) FROM {table} WHERE anonymous_session_id = 'gone'")
        submissions = "SELECT count(*) FROM survey_submissions"
        assert await service.fetchval(submissions) == await service.fetchval("SELECT count(*) FROM profiles")
        assert await service.fetchval("SELECT cleanup_old_anonymous_sessions(90)") == 0

    async def test_it_leaves_the_partners_session_and_history(self, service, game):
        await service.fetchval("SELECT cleanup_old_anonymous_sessions(90)")
        left = await service.fetchrow("SELECT * FROM sessions WHERE session_id = $1", game)
        assert left["primary_profile_id"] == left["player_a_profile_id"] != 0
        assert (left["partner_profile_id"], left["player_b_profile_id"]) == (None, 0)
        assert await service.fetchval("SELECT array_agg(user_id) FROM user_activity_history") == [rows.user_id(1)]
        seat = await service.fetchrow("SELECT * FROM session_seats WHERE seat = 'B'")
        assert (seat["actor"], seat["display_name"], seat["profile_id"]) == ("former", None, 0)

    async def test_fewer_days_than_none_are_refused(self, service):
        async with rows.refused(service, asyncpg.InvalidParameterValueError):
            await service.execute("SELECT cleanup_old_anonymous_sessions(-1)")
