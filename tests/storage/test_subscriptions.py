"""Nobody makes themselves premium in SQL: what follows from a purchase is written by the service alone."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from storage import webhooks
from storage.database import WEB_LOGIN
from tests.storage import rows
from tests.support.databases import login_url

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ANNA, BEA = rows.user_id(1), rows.user_id(2)
LINE = {
    "platform": "ios", "line_id": "1", "reference": "1", "transaction_id": "1", "product_id": "premium", "tier": "premium",
    "state": "active", "shared": False, "started_at": NOW, "expires_at": NOW + timedelta(days=30), "environment": "production",
    "as_of": NOW, "renews": True, "amount": 5, "currency": "USD",
}  # fmt: skip
REFUSED = asyncpg.InsufficientPrivilegeError
BY_HAND = (
    "UPDATE users SET subscription_tier = 'premium'",
    "UPDATE users SET subscription_expires_at = 'infinity'",
    "UPDATE users SET daily_activity_count = 0",
    "INSERT INTO users (id, email, subscription_tier) VALUES (gen_random_uuid(), 'x@example.org', 'premium')",
    "INSERT INTO subscription_transactions SELECT * FROM subscription_transactions",
    "UPDATE subscription_transactions SET expires_at = 'infinity'",
    "UPDATE subscription_transactions SET status = 'active'",
    "DELETE FROM subscription_transactions",
    "UPDATE subscription_lines SET expires_at = 'infinity'",
    "UPDATE subscription_lines SET user_id = app.uid()",
    "INSERT INTO subscription_lines SELECT * FROM subscription_lines",
    "DELETE FROM retired_lines",
    "INSERT INTO webhook_events (provider, event_id, kind, occurred_at) VALUES ('apple', 'mine', 'SUBSCRIBED', now())",
    "UPDATE webhook_events SET processed_at = NULL",
    "SELECT reference FROM subscription_lines",
    "SELECT reference FROM webhook_events",
    "SELECT line_id FROM retired_lines",
)


@pytest.fixture
async def bought(database_url):
    """Anna's purchase, in a transaction that is undone."""
    async with rows.undone(database_url) as admin:
        await rows.user(admin, 1)
        await rows.user(admin, 2)
        await rows.insert(admin, "subscription_lines", user_id=ANNA, **LINE)
        await rows.insert(
            admin, "subscription_transactions", user_id=ANNA, platform="ios", platform_transaction_id="1",
            subscription_tier="premium", amount=5, started_at=NOW, expires_at=NOW,
        )  # fmt: skip
        yield admin


@pytest.mark.parametrize("role", ["authenticated", "anon"])
async def test_a_client_changes_nothing_of_a_purchase_by_hand(bought, role):
    claims = {"sub": str(BEA), "role": role, "anonymous_session_id": str(BEA)}
    for by_hand in BY_HAND:
        async with rows.acting(bought, role, claims), rows.refused(bought, REFUSED):
            await bought.execute(by_hand)


@pytest.mark.parametrize("role", ["authenticated", "anon"])
async def test_the_login_of_requests_does_no_more_and_becomes_nobody_who_may(database_url, role):
    async with rows.undone(login_url(database_url, WEB_LOGIN)) as connection:
        for by_hand in (*BY_HAND, "SET LOCAL ROLE game_service", "SET LOCAL ROLE game_owner"):
            await connection.execute(f"SET LOCAL ROLE {role}")
            async with rows.refused(connection, REFUSED):
                await connection.execute(by_hand)


async def test_people_see_their_own_purchases_and_no_others(bought):
    for person, seen in ((ANNA, 1), (BEA, 0)):
        async with rows.acting(bought, "authenticated", {"sub": str(person), "role": "authenticated"}):
            assert await bought.fetchval("SELECT count(*) FROM subscription_transactions") == seen


@pytest.mark.parametrize(
    "wrong", [{"platform": "web"}, {"state": "forever"}, {"environment": "Xcode"}, {"reference": "x" * 5000}]
)
async def test_the_database_refuses_a_line_that_no_store_has(bought, wrong):
    async with rows.refused(bought, asyncpg.CheckViolationError):
        await rows.insert(bought, "subscription_lines", user_id=ANNA, **{**LINE, "line_id": "2", **wrong})


async def test_one_line_and_one_event_are_there_once(bought):
    async with rows.refused(bought, asyncpg.UniqueViolationError):
        await rows.insert(bought, "subscription_lines", user_id=BEA, **LINE)
    event = {"provider": "apple", "event_id": "1", "kind": "TEST", "occurred_at": NOW}
    await rows.insert(bought, "webhook_events", **event)
    async with rows.refused(bought, asyncpg.UniqueViolationError):
        await rows.insert(bought, "webhook_events", **event)
    await rows.insert(bought, "webhook_events", **{**event, "provider": "google"})


async def test_of_an_event_that_was_given_up_only_its_id_is_kept(bought):
    event = {"provider": "apple", "kind": "TEST", "occurred_at": NOW, "reference": "what was bought"}
    for event_id, age in (("tried", "2 days"), ("given up", "4 days"), ("old", "15 days")):
        await rows.insert(bought, "webhook_events", event_id=event_id, **event)
        await bought.execute(
            "UPDATE webhook_events SET received_at = now() - $2::text::interval WHERE event_id = $1", event_id, age
        )
    await webhooks.forget_old(bought)
    kept = await bought.fetch("SELECT event_id, reference FROM webhook_events ORDER BY event_id")
    assert [tuple(row) for row in kept] == [("given up", None), ("tried", "what was bought")]


async def test_what_somebody_bought_goes_with_them(bought):
    await bought.execute("DELETE FROM users WHERE id = $1", ANNA)
    for table in ("subscription_lines", "subscription_transactions"):
        assert await bought.fetchval(f"SELECT count(*) FROM {table}") == 0
