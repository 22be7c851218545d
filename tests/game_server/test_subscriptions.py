"""Subscriptions over HTTP against an App Store that signs, answers and fails: who is premium is what the store says, however it
came to be told."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from game_server.subscriptions import actions, sweeps
from tests.support.app_store import ACTIVE, EXPIRED, GRACE, RETRY, REVOKED, AppStore, Line
from tests.support.apple_chain import Chain
from tests.support.house import House, Person, let_in, open_house, refused_fields
from tests.support.paper_store import BEGIN, PaperStore, histories

KEPT = "SELECT (SELECT count(*) FROM webhook_events) + (SELECT count(*) FROM subscription_lines)"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = AppStore(tmp_path_factory.mktemp("app_store"))
    yield store
    store.close()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url, redis_url, tmp_path_factory, store) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), **store.settings) as opened:
        yield opened
    assert store.refused == []


async def submit(person: Person, signed: str, **headers: str) -> Any:
    body = {"platform": "ios", "signed_transaction": signed}
    return await person.client.post("/api/subscription/transactions", json=body, headers=headers)


async def has(person: Person) -> dict[str, Any]:
    answer = await person.client.get("/api/subscription")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def tell(house: House, store: AppStore, line: Line, kind: str, subtype: str | None = None, **changes) -> dict:
    """Apple notifies; the body, to be sent again."""
    body = store.told(line, kind, subtype, **changes)
    assert (await house.client().post("/api/webhooks/apple", json=body)).status_code == 200
    return body


async def subscribed(house: House, store: AppStore, **purchase: Any) -> tuple[Person, Line]:
    """Somebody who has bought and brought it."""
    person = await let_in(house)
    line = store.buy(person.id, **purchase)
    answer = await submit(person, store.signed(line))
    assert answer.status_code == 200, answer.text
    return person, line


def refused_with(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


async def transactions(house: House, line: Line) -> list[tuple]:
    rows = await house.database.fetch(
        "SELECT platform_transaction_id, status::text, product_id, auto_renew FROM subscription_transactions"
        " WHERE line_id = $1 ORDER BY platform_transaction_id",
        line.original,
    )
    return [tuple(row) for row in rows]


# --- what somebody has ---------------------------------------------------------------------------------------------------


async def test_a_new_account_is_free_with_all_of_todays_cards(house):
    person = await let_in(house)
    told = await has(person)
    resets_at = datetime.fromisoformat(told.pop("resets_at"))
    assert told == {
        "tier": "free", "expires_at": None, "platform": None, "used": 0, "limit": 25, "remaining": 25, "billing_issue": False,
    }  # fmt: skip
    now = datetime.now(UTC)
    assert resets_at - now < timedelta(days=1) < resets_at - now + timedelta(days=1)
    assert (resets_at.hour, resets_at.minute, resets_at.second) == (0, 0, 0)


async def test_what_was_used_yesterday_is_not_counted_today(house):
    person = await let_in(house)
    spend = (
        "UPDATE users SET daily_activity_count = 20, daily_activity_reset_at = app.utc_midnight() + $2 WHERE id = $1"
    )
    await house.database.execute(spend, UUID(person.id), timedelta(0))
    told = await has(person)
    assert (told["used"], told["remaining"]) == (20, 5)
    await house.database.execute(spend, UUID(person.id), timedelta(seconds=-1))
    told = await has(person)
    assert (told["used"], told["remaining"]) == (0, 25)


async def test_the_plans_are_a_month_and_a_year(house):
    person = await let_in(house)
    told = [(await person.client.get(path)).json() for path in ("/api/subscription/plans", "/api/plans")]
    assert told[0] == told[1]
    assert told[0] == {
        "items": [
            {"product_id": "premium", "tier": "premium", "price": 4.99, "currency": "USD", "period": "month"},
            {"product_id": "premium_annual", "tier": "premium", "price": 29.99, "currency": "USD", "period": "year"},
        ],
        "next_cursor": None,
    }


async def test_a_purchase_that_a_phone_brings_is_in_force_when_it_is_answered(house, store):
    person = await let_in(house)
    line = store.buy(person.id)
    told = (await submit(person, store.signed(line))).json()
    assert (told["tier"], told["platform"], told["remaining"]) == ("premium", "ios", None)
    assert datetime.fromisoformat(told["expires_at"]) == at(line.expires)
    assert told == await has(person)
    assert (await person.client.get("/api/me")).json()["subscription_tier"] == "premium"
    row = await house.database.fetchrow("SELECT * FROM subscription_transactions WHERE user_id = $1", UUID(person.id))
    assert (row["platform_transaction_id"], str(row["amount"]), row["currency"]) == (line.transaction, "4.99", "EUR")
    assert (row["subscription_tier"], row["status"], row["started_at"]) == ("premium", "active", at(line.bought))


async def test_bringing_it_again_changes_nothing_with_or_without_a_key(house, store):
    person, line = await subscribed(house, store)
    key = str(uuid4())
    answers = [await submit(person, store.signed(line)), await submit(person, store.signed(line))]
    signed = store.signed(line)
    answers += [await submit(person, signed, **{"Idempotency-Key": key}) for _ in range(2)]
    assert [answer.json() for answer in answers] == [await has(person)] * 4
    assert len(await transactions(house, line)) == 1


async def test_three_phones_that_bring_it_at_once_are_one_purchase(house, store):
    person = await let_in(house)
    line = store.buy(person.id)
    answers = await asyncio.gather(*(submit(person, store.signed(line)) for _ in range(3)))
    assert {(answer.status_code, answer.json()["tier"]) for answer in answers} == {(200, "premium")}
    assert len(await transactions(house, line)) == 1


async def test_what_belongs_to_the_other_store_or_is_missing_is_named(house):
    person = await let_in(house)
    post = person.client.post
    empty = await post("/api/subscription/transactions", json={"platform": "ios"})
    assert refused_fields(empty) == {"signed_transaction"}
    mixed = {"platform": "ios", "signed_transaction": "x", "purchase_token": "y"}
    assert refused_fields(await post("/api/subscription/transactions", json=mixed)) == {"purchase_token"}
    play = {"platform": "android", "product_id": "premium", "purchase_token": "y"}
    assert refused_fields(await post("/api/subscription/transactions", json=play)) == {"platform"}
    assert refused_with(await house.client().post("/api/webhooks/google", json={})) == (404, "not_found")


# --- whose it is -----------------------------------------------------------------------------------------------------------


async def test_a_purchase_of_another_account_is_refused_and_nothing_is_kept(house, store):
    ana, ben = await let_in(house), await let_in(house)
    before = await house.database.fetchval(KEPT)
    answer = await submit(ben, store.signed(store.buy(ana.id)))
    assert refused_with(answer) == (409, "purchase_taken")
    assert await house.database.fetchval(KEPT) == before
    assert (await has(ana))["tier"] == (await has(ben))["tier"] == "free"


async def test_a_purchase_that_the_store_gave_to_another_account_since_is_refused(house, store):
    """Ana resubscribes on Ben's account: the same original transaction, with Ben's token now."""
    ana, line = await subscribed(house, store)
    ben = await let_in(house)
    old = store.signed(line)
    store.expire(line)
    line.token = ben.id
    store.renew(line)
    assert refused_with(await submit(ana, old)) == (409, "purchase_taken")
    assert (await submit(ben, store.signed(line))).status_code == 200
    assert ((await has(ana))["tier"], (await has(ben))["tier"]) == ("free", "premium")


async def test_a_familys_purchase_belongs_to_the_member_who_brings_it_first(house, store):
    ana, ben = await let_in(house), await let_in(house)
    line = store.buy(None, shared=True)
    assert (await submit(ana, store.signed(line))).json()["tier"] == "premium"
    assert refused_with(await submit(ben, store.signed(line))) == (409, "purchase_taken")
    assert ((await has(ana))["tier"], (await has(ben))["tier"]) == ("premium", "free")
    store.refund(line)
    await tell(house, store, line, "REVOKE")
    assert (await has(ana))["tier"] == "free"
    assert [status for _, status, *_ in await transactions(house, line)] == ["refunded"]


async def test_a_notification_about_nobody_here_leaves_only_its_id(house, store):
    stranger, family = store.buy(str(uuid4())), store.buy(None, shared=True)
    for line in (stranger, family):
        before = await house.database.fetchval("SELECT count(*) FROM subscription_lines")
        await tell(house, store, line, "SUBSCRIBED", "INITIAL_BUY")
        assert await house.database.fetchval("SELECT count(*) FROM subscription_lines") == before
    assert (
        await house.database.fetchval(
            "SELECT count(*) FROM webhook_events WHERE reference IS NOT NULL AND processed_at IS NOT NULL"
        )
        == 0
    )


async def test_what_was_bought_goes_with_its_person_and_does_not_come_back(house, store):
    person, line = await subscribed(house, store)
    assert (await person.client.delete("/api/me")).status_code == 204
    await tell(house, store, line, "DID_RENEW")
    for table in ("subscription_lines", "subscription_transactions"):
        assert await house.database.fetchval(f"SELECT count(*) FROM {table} WHERE line_id = $1", line.original) == 0


# --- what the store tells -----------------------------------------------------------------------------------------------


async def test_a_notification_alone_makes_premium_and_is_done_once(house, store):
    person = await let_in(house)
    line = store.buy(person.id, "premium_annual", days=365)
    body = await tell(house, store, line, "SUBSCRIBED", "INITIAL_BUY")
    assert (await has(person))["tier"] == "premium"
    asked = len(store.asked)
    for _ in range(3):
        assert (await house.client().post("/api/webhooks/apple", json=body)).status_code == 200
    assert len(store.asked) == asked
    event = await house.database.fetchrow("SELECT * FROM webhook_events ORDER BY id DESC LIMIT 1")
    assert (event["provider"], event["kind"], event["reference"]) == ("apple", "SUBSCRIBED.INITIAL_BUY", None)
    assert event["processed_at"] is not None


async def test_a_life_of_a_subscription(house, store):
    person, line = await subscribed(house, store)

    async def told(kind: str, subtype: str | None = None) -> tuple[str, bool]:
        await tell(house, store, line, kind, subtype)
        seen = await has(person)
        return seen["tier"], seen["billing_issue"]

    store.renew(line)
    assert await told("DID_RENEW") == ("premium", False)
    store.cancel(line)
    assert await told("DID_CHANGE_RENEWAL_STATUS", "AUTO_RENEW_DISABLED") == ("premium", False)
    assert [row[1:] for row in await transactions(house, line)] == [
        ("expired", "premium", True), ("canceled", "premium", False),
    ]  # fmt: skip
    store.fail_to_renew(line)
    assert await told("DID_FAIL_TO_RENEW", "GRACE_PERIOD") == ("premium", True)
    assert datetime.fromisoformat((await has(person))["expires_at"]) == at(line.grace or 0)
    store.fail_to_renew(line, grace_days=None)
    assert await told("GRACE_PERIOD_EXPIRED") == ("free", True)
    assert (await has(person))["platform"] == "ios"
    store.renew(line)
    assert await told("DID_RENEW", "BILLING_RECOVERY") == ("premium", False)
    store.upgrade(line, "premium_annual")
    assert await told("DID_CHANGE_RENEWAL_PREF", "UPGRADE") == ("premium", False)
    assert datetime.fromisoformat((await has(person))["expires_at"]) == at(line.expires)
    store.refund(line)
    assert await told("REFUND") == ("free", False)
    assert (await has(person))["expires_at"] is None
    store.refund_is_reversed(line)
    assert await told("REFUND_REVERSED") == ("premium", False)
    store.expire(line)
    assert await told("EXPIRED", "VOLUNTARY") == ("free", False)
    assert {status for _, status, *_ in await transactions(house, line)} == {"expired"}


@pytest.mark.parametrize(
    ("status", "also", "state", "tier"),
    [
        (ACTIVE, {}, "active", "premium"),
        (ACTIVE, {"renews": False}, "canceled", "premium"),
        (ACTIVE, {"revoked": 1}, "refunded", "free"),
        (ACTIVE, {"revoked": 1, "shared": True}, "revoked", "free"),
        (ACTIVE, {"upgraded": True}, "expired", "free"),
        (ACTIVE, {"expires": 1}, "active", "free"),
        (GRACE, {"expires": 1}, "grace", "free"),
        (GRACE, {"expires": 1, "grace": 4102444800000}, "grace", "premium"),
        (RETRY, {"grace": 4102444800000}, "retry", "free"),
        (EXPIRED, {}, "expired", "free"),
        (REVOKED, {}, "revoked", "free"),
        (9, {}, "expired", "free"),
    ],
)
async def test_what_apple_says_of_a_line_in_one_answer(house, store, *, status, also, state, tier):
    person, line = await subscribed(house, store)
    line.status = status
    for name, value in also.items():
        setattr(line, name, value)
    told = (await person.client.post("/api/subscription/restore")).json()
    kept = await house.database.fetchval("SELECT state FROM subscription_lines WHERE line_id = $1", line.original)
    assert (kept, told["tier"]) == (state, tier)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("TEST", {"data": {"signedTransactionInfo": None, "signedRenewalInfo": None}}),
        ("SOMETHING_NEW", {}),
        ("CONSUMPTION_REQUEST", {}),
        ("RENEWAL_EXTENDED", {"data": {"signedTransactionInfo": None}}),
    ],
)
async def test_a_kind_that_changes_nothing_or_is_not_known_is_taken(house, store, kind, changes):
    person, line = await subscribed(house, store)
    await tell(house, store, line, kind, **changes)
    assert (await has(person))["tier"] == "premium"


async def test_events_that_come_late_say_nothing_any_more(house, store):
    """Renewed, then refunded: told the other way round, and the purchase once more after it."""
    person, line = await subscribed(house, store)
    store.renew(line)
    renewed = store.told(line, "DID_RENEW")
    store.refund(line)
    await tell(house, store, line, "REFUND")
    for body in (renewed, store.told(line, "SUBSCRIBED", "INITIAL_BUY")):
        assert (await house.client().post("/api/webhooks/apple", json=body)).status_code == 200
        assert (await has(person))["tier"] == "free"


async def test_an_answer_of_the_store_that_took_longer_does_not_undo_a_newer_one(house, store):
    person, line = await subscribed(house, store)
    slow = await house.services.stores["apple"].read(line.original)
    store.refund(line)
    await tell(house, store, line, "REFUND")
    await actions.record(house.services, slow)
    assert (await has(person))["tier"] == "free"


# --- a store that fails, and what never arrives --------------------------------------------------------------------------


@pytest.mark.parametrize("failure", [(500, 5000000), (503, 0), (429, 4290000), (401, 0), (404, 4040006)])
async def test_while_the_store_is_away_a_purchase_is_answered_503_and_comes_through_later(house, store, failure):
    person = await let_in(house)
    line = store.buy(person.id)
    store.failing.append(failure)
    answer = await submit(person, store.signed(line))
    assert refused_with(answer) == (503, "store_unavailable")
    assert (await has(person))["tier"] == "free"
    assert (await submit(person, store.signed(line))).json()["tier"] == "premium"


@pytest.mark.parametrize("nonsense", [b"", b"[]", b"{", b'{"data": 5}', b"\xff"])
async def test_an_answer_that_cannot_be_read_is_a_store_that_is_away(house, store, nonsense):
    person = await let_in(house)
    line = store.buy(person.id)
    store.answers_with = nonsense
    try:
        assert refused_with(await submit(person, store.signed(line))) == (503, "store_unavailable")
    finally:
        store.answers_with = None
    assert (await has(person))["tier"] == "free"


async def test_an_answer_that_is_not_signed_by_apple_is_not_believed(house, store):
    person = await let_in(house)
    line = store.buy(person.id)
    store.signs_with = Chain()
    try:
        assert refused_with(await submit(person, store.signed(line))) == (503, "store_unavailable")
    finally:
        store.signs_with = None
    assert (await has(person))["tier"] == "free"


async def test_a_purchase_that_apple_does_not_know_is_refused(house, store):
    person = await let_in(house)
    line = store.buy(person.id)
    signed = store.signed(line)
    del store.lines[line.original]
    assert refused_with(await submit(person, signed)) == (422, "purchase_refused")


async def test_an_event_waits_while_the_store_is_away_and_is_worked_off_by_the_sweep(house, store):
    person = await let_in(house)
    line = store.buy(person.id)
    store.away = (503, 0)
    try:
        body = await tell(house, store, line, "SUBSCRIBED", "INITIAL_BUY")
        assert (await has(person))["tier"] == "free"
        assert await sweeps.work_off_events(house.services) == 0  # it waits for its time
        await house.database.execute("UPDATE webhook_events SET next_attempt_at = now()")
        assert await sweeps.work_off_events(house.services) == 1
        assert (await has(person))["tier"] == "free"
    finally:
        store.away = None
    assert (await house.client().post("/api/webhooks/apple", json=body)).status_code == 200  # told again: nothing new
    await house.database.execute("UPDATE webhook_events SET next_attempt_at = now()")
    assert await sweeps.work_off_events(house.services) == 1
    assert (await has(person))["tier"] == "premium"
    assert await house.database.fetchval("SELECT count(*) FROM webhook_events WHERE processed_at IS NULL") == 0


async def test_an_event_whose_process_died_over_it_is_taken_by_the_next(house, store):
    person = await let_in(house)
    line = store.buy(person.id)
    await house.database.execute(
        "INSERT INTO webhook_events (provider, event_id, kind, reference, occurred_at, attempts, next_attempt_at)"
        " VALUES ('apple', $1, 'SUBSCRIBED', $1, now(), 1, now() - interval '1 second')",
        line.original,
    )
    assert await sweeps.work_off_events(house.services) == 1
    assert (await has(person))["tier"] == "premium"


async def test_a_refund_that_nobody_told_of_is_found_within_a_day(house, store):
    person, line = await subscribed(house, store)
    store.refund(line)
    await sweeps.expire_subscriptions(house.services)
    assert (await has(person))["tier"] == "premium"
    await house.database.execute(
        "UPDATE subscription_lines SET read_at = now() - interval '25 hours' WHERE line_id = $1", line.original
    )
    await sweeps.expire_subscriptions(house.services)
    assert (await has(person))["tier"] == "free"


async def test_a_renewal_that_nobody_told_of_leaves_no_gap(house, store):
    person, line = await subscribed(house, store, days=0.003)
    store.renew(line)
    house.clock.ahead = timedelta(minutes=10)
    try:
        assert (await has(person))["tier"] == "free"  # believed at once, and wrong for once
        await sweeps.expire_subscriptions(house.services)
        assert (await has(person))["tier"] == "premium"
    finally:
        house.clock.ahead = timedelta()


async def test_what_has_run_out_reads_as_free_before_any_job_and_is_marked_by_it(house, store):
    person, line = await subscribed(house, store, days=0.003)
    store.expire(line)
    house.clock.ahead = timedelta(minutes=10)
    try:
        told = await has(person)
        assert (told["tier"], told["expires_at"], told["remaining"]) == ("free", None, 25)
        await sweeps.expire_subscriptions(house.services)
    finally:
        house.clock.ahead = timedelta()
    row = await house.database.fetchrow(
        "SELECT subscription_tier::text, subscription_expires_at FROM users WHERE id = $1", UUID(person.id)
    )
    assert tuple(row) == ("free", None)
    assert [status for _, status, *_ in await transactions(house, line)] == ["expired"]


async def test_restoring_asks_the_store_again(house, store):
    person, line = await subscribed(house, store)
    store.renew(line, days=60)
    told = (await person.client.post("/api/subscription/restore")).json()
    assert datetime.fromisoformat(told["expires_at"]) == at(line.expires)
    store.failing.append((500, 0))
    assert refused_with(await person.client.post("/api/subscription/restore")) == (503, "store_unavailable")
    nobody = await let_in(house)
    assert (await nobody.client.post("/api/subscription/restore")).json()["tier"] == "free"


# --- the property --------------------------------------------------------------------------------------------------------


async def test_any_shuffle_doubling_and_loss_ends_at_what_the_store_says(house):
    examples: list[tuple[list, list]] = []

    @hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(histories, st.data())
    def gather(history, data):
        person = str(uuid4())
        store = PaperStore(person, ids=person[:8]).live(history)
        told = data.draw(st.lists(st.sampled_from(store.said), max_size=len(store.said) + 4))
        examples.append((told, store))

    gather()
    for told, store in examples:
        await house.database.execute("INSERT INTO users (id, email) VALUES ($1, $2)", UUID(store.owner), store.owner)
        house.clock.ahead = BEGIN + timedelta(days=12, hours=1) - datetime.now(UTC)
        try:
            for one in told:
                await actions.record(house.services, [one])
            await actions.record(house.services, store.stand())
            found = await actions.subscription_of(house.services, store.owner)
            now = house.clock.now()
        finally:
            house.clock.ahead = timedelta()
        assert (found.tier, found.expires_at) == store.gives(now)
        assert found.billing_issue == store.billing_issue(now)
        lines = await house.database.fetchval(
            "SELECT count(*) FROM subscription_lines WHERE user_id = $1", UUID(store.owner)
        )
        assert lines == len(store.lines)
    assert len(examples) >= 20


async def test_notifications_in_any_order_twice_or_never_end_at_what_apple_says_when_it_is_asked(house, store):
    random = Random(11)  # noqa: S311 - a history, no secret
    for _ in range(8):
        person = await let_in(house)
        line = store.buy(person.id)
        sent = [store.told(line, "SUBSCRIBED", "INITIAL_BUY")]
        for _ in range(random.randrange(6)):
            happens = random.choice(
                (store.renew, store.cancel, store.fail_to_renew, store.expire, store.refund, store.refund_is_reversed)
            )
            happens(line)
            sent.append(store.told(line, "DID_RENEW"))
        arrived = random.choices(sent, k=random.randrange(len(sent) + 3))
        for body in arrived:
            assert (await house.client().post("/api/webhooks/apple", json=body)).status_code == 200
        await house.database.execute(
            "UPDATE subscription_lines SET read_at = now() - interval '25 hours' WHERE line_id = $1", line.original
        )
        if (
            not arrived
        ):  # nobody has ever heard of it here: the phone brings it, as it does until it is told that it is kept
            assert (await submit(person, store.signed(line))).status_code == 200
        await sweeps.expire_subscriptions(house.services)
        told = await has(person)
        until = line.grace if line.status == GRACE else line.expires if line.status == ACTIVE else None
        assert told["tier"] == ("premium" if until and until > store.moment() else "free"), vars(line)
        assert told["expires_at"] is None or datetime.fromisoformat(told["expires_at"]) == at(until or 0)
