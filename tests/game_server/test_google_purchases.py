"""A purchase in Google Play: what counts, how long, for whom, and what happens when Google cannot be asked or cannot be told."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import partial
from random import Random

import msgspec
import pytest
import pytest_asyncio

from game_server.commands import keys
from game_server.integrations.play_purchase import line_of
from game_server.integrations.signing_keys import SigningKeys, read_rsa_keys
from game_server.process import logs
from game_server.subscriptions import sweeps
from storage import sealed_purchases
from tests.support import play_pushes
from tests.support.databases import login_url
from tests.support.house import House, Person
from tests.support.play_house import SUBMIT, arrive, kept, open_play_house, push, submit, tier
from tests.support.play_pushes import Json
from tests.support.play_store import PlayStore

MONTH = timedelta(days=30)
OVER = timedelta(seconds=-1)
GIVING = ("ACTIVE", "IN_GRACE_PERIOD", "CANCELED")


@pytest.fixture(scope="module")
def play() -> Iterator[PlayStore]:
    store = PlayStore()
    yield store
    store.close()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(play, database_url, redis_url, tmp_path_factory) -> AsyncIterator[House]:
    async with open_play_house(play, database_url, redis_url, tmp_path_factory.mktemp("house")) as opened:
        yield opened
        assert play.refused == []


@pytest_asyncio.fixture
async def ann(house) -> Person:
    return await arrive(house)


@pytest_asyncio.fixture
async def bob(house) -> Person:
    return await arrive(house)


@pytest.fixture
def beside(play, database_url, redis_url, tmp_path) -> Callable[..., AbstractAsyncContextManager[House]]:
    """Another server on the same stores, with other settings."""
    logins = {f"database_{kind}_url": login_url(database_url, f"game_{kind}") for kind in ("web", "worker")}
    return partial(open_play_house, play, database_url, redis_url, tmp_path, **logins)


@pytest.fixture(autouse=True)
def well(play, house) -> Iterator[None]:
    """Whatever a test broke is whole for the next."""
    yield
    house.clock.ahead = timedelta()
    play.failing.clear()
    play.always.clear()
    play.hanging.clear()
    play.acknowledge_is_lost, play.tells_orders = False, True


async def bought(play, person, **purchase):
    """A purchase that was submitted and counts; its token."""
    token = play.buy(person.id, **purchase)
    answer = await submit(person, token)
    assert answer.status_code == 200, answer.text
    assert answer.json()["tier"] == "premium"
    return token


async def test_a_purchase_counts_from_its_submission_and_google_hears_of_it(house, play, ann):
    token = await bought(play, ann)
    told = (await ann.client.get("/api/subscription")).json()
    assert (told["tier"], told["platform"], told["remaining"], told["billing_issue"]) == (
        "premium", "android", None, False,
    )  # fmt: skip
    assert play.acknowledged(token)
    row = await house.database.fetchrow("SELECT * FROM subscription_transactions WHERE user_id = $1", ann.id)
    assert row["platform_transaction_id"] == play.purchases[token]["latestOrderId"]
    assert (row["platform"], row["subscription_tier"], str(row["amount"]), row["status"]) == (
        "android", "premium", "4.99", "active",
    )  # fmt: skip


async def test_whoever_invents_tokens_does_not_use_up_what_google_answers_in_a_day(house, play, ann):
    answers = [await submit(ann, f"invented-{number}") for number in range(31)]
    assert [answer.status_code for answer in answers] == [422] * 30 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    restored = await ann.client.post("/api/subscription/restore")
    assert restored.status_code == 429


async def test_what_the_buyer_paid_is_kept_as_google_says_it(house, play, ann):
    token = play.buy(ann.id)
    line = play.purchases[token]["lineItems"][0]
    line["autoRenewingPlan"]["recurringPrice"] = {"currencyCode": "EUR", "units": "5", "nanos": 490_000_000}
    await submit(ann, token)
    row = await house.database.fetchrow("SELECT amount, currency FROM subscription_lines WHERE user_id = $1", ann.id)
    assert (str(row["amount"]), row["currency"]) == ("5.49", "EUR")


async def test_a_purchase_token_is_in_no_table_as_such(house, play, ann):
    play.always["get"] = 500
    waiting = play.buy(ann.id)
    await push(house, play, play.changed(waiting))
    play.always.clear()
    token = await bought(play, ann)
    dump = str(await kept(house.database))
    assert line_of(token) in dump
    assert token not in dump
    assert waiting not in dump
    assert await house.database.fetchval("SELECT count(*) FROM webhook_events WHERE reference IS NOT NULL") == 1


STATES = {
    "ACTIVE": "premium", "IN_GRACE_PERIOD": "premium", "CANCELED": "premium", "ON_HOLD": "free", "PAUSED": "free",
    "EXPIRED": "free", "PENDING": "free", "PENDING_PURCHASE_CANCELED": "free", "UNSPECIFIED": "free",
    "SOMETHING_THAT_GOOGLE_THINKS_OF_LATER": "free",
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
async def test_what_a_state_gives(house, play, ann, state):
    token = play.buy(ann.id, subscriptionState=f"SUBSCRIPTION_STATE_{state}")
    assert (await submit(ann, token)).json()["tier"] == STATES[state]
    assert await tier(ann) == STATES[state]
    issue = (await ann.client.get("/api/subscription")).json()["billing_issue"]
    assert issue == (state in ("IN_GRACE_PERIOD", "ON_HOLD"))
    play.change(token, lasts=OVER)
    await push(house, play, play.changed(token))
    assert await tier(ann) == "free"


async def test_a_purchase_that_is_still_to_be_paid_counts_when_it_is(house, play, ann):
    token = play.buy(ann.id, subscriptionState="SUBSCRIPTION_STATE_PENDING")
    assert (await submit(ann, token)).json()["tier"] == "free"
    assert not play.acknowledged(token)
    play.change(token, "ACTIVE")
    await push(house, play, play.changed(token, 4))
    assert await tier(ann) == "premium"
    assert play.acknowledged(token)


async def test_a_notification_that_is_before_the_phone_is_enough(house, play, ann):
    token = play.buy(ann.id)
    await push(house, play, play.changed(token, 4))
    assert await tier(ann) == "premium"
    assert play.acknowledged(token)
    assert (await submit(ann, token)).status_code == 200


async def test_a_renewal_is_a_row_of_its_own_and_lasts(house, play, ann):
    token = await bought(play, ann, lasts=timedelta(hours=1))
    order = play.renew(token)
    await push(house, play, play.changed(token, 2))
    rows = await house.database.fetch(
        "SELECT platform_transaction_id, status FROM subscription_transactions WHERE user_id = $1 ORDER BY id", ann.id
    )
    assert [(row[0], row[1]) for row in rows] == [(order.removesuffix("..0"), "expired"), (order, "active")]
    assert (await ann.client.get("/api/subscription")).json()["expires_at"] > (
        house.clock.now() + MONTH / 2
    ).isoformat()


async def test_what_is_over_is_over_before_anybody_says_so(house, play, ann):
    await bought(play, ann, lasts=timedelta(minutes=5))
    house.clock.ahead = timedelta(minutes=6)
    assert await tier(ann) == "free"


async def test_a_tester_s_purchase_counts_only_where_the_sandbox_does(house, play, ann, beside):
    token, secret = play.buy(ann.id, testPurchase={}), house.services.settings.secret_key
    assert (await submit(ann, token)).json()["error"]["code"] == "purchase_refused"
    async with beside(apple_environment="Sandbox", secret_key=secret) as sandbox:
        tester = msgspec.structs.replace(ann, client=sandbox.client(ann.access))
        assert (await submit(tester, token)).json()["tier"] == "premium"


async def test_a_secret_is_exchanged_and_google_can_still_be_asked(house, play, ann, beside):
    secret, fresh = house.services.settings.secret_key, "another secret that is as long as it has to be"
    token = await bought(play, ann)
    reference = "SELECT reference FROM subscription_lines WHERE line_id = $1"
    async with beside(secret_keys=(fresh, secret)) as both:
        store = both.services.stores["google"]
        assert (await store.read(await house.database.fetchval(reference, line_of(token))))[0].state == "active"
        said: list[str] = []
        await keys._reseal_purchases(both.services, said.append)
        async with both.services.database.reading() as connection:
            assert set(await sealed_purchases.counted(connection)) == {both.services.keys.kid}
    sealed = await house.database.fetchval(reference, line_of(token))
    async with beside(secret_keys=(fresh,)) as new:
        assert (await new.services.stores["google"].read(sealed))[0].line_id == line_of(token)
    assert await house.services.stores["google"].read(sealed) == []
    assert (await ann.client.post("/api/subscription/restore")).json()["tier"] == "premium"
    assert said[0].endswith("purchase tokens sealed anew")


# --- one purchase takes the place of another ---------------------------------------------------------------------------


async def test_an_upgrade_retires_the_purchase_before_at_once(house, play, ann):
    old = await bought(play, ann)
    new = play.exchange(old, "premium_annual", lasts=MONTH * 12)
    play.change(old, "ACTIVE", lasts=MONTH)  # as Google may say for a while
    assert (await submit(ann, new, "premium_annual")).json()["tier"] == "premium"
    assert play.acknowledged(new)
    assert await house.database.fetchval("SELECT count(*) FROM retired_lines WHERE line_id = $1", line_of(old)) == 1
    play.change(new, "EXPIRED", lasts=OVER)
    await push(house, play, play.changed(new))
    await push(house, play, play.changed(old))
    assert await tier(ann) == "free"
    assert (await submit(ann, old)).json()["tier"] == "free"


async def test_of_two_who_had_it_only_the_new_owner_has_it(house, play, ann, bob):
    old = await bought(play, ann)
    new = play.exchange(old, "premium", account=bob.id)
    play.change(old, "ACTIVE", lasts=MONTH)
    await push(house, play, play.changed(new, 4))
    assert (await tier(ann), await tier(bob)) == ("free", "premium")


async def test_the_purchase_before_stands_until_the_new_one_is_paid(house, play, ann):
    old = await bought(play, ann)
    new = play.exchange(old, "premium_annual", subscriptionState="SUBSCRIPTION_STATE_PENDING", lasts=OVER)
    assert (await submit(ann, new, "premium_annual")).json()["tier"] == "premium"
    play.change(new, "PENDING_PURCHASE_CANCELED")
    await push(house, play, play.changed(new, 20))
    await push(house, play, play.changed(old))
    assert await tier(ann) == "premium"


async def test_bought_again_in_the_play_app_it_is_still_its_owner_s(house, play, ann):
    context = {"expiredExternalAccountIdentifiers": {"obfuscatedExternalAccountId": ann.id}}
    token = play.buy(None, outOfAppPurchaseContext=context)
    await push(house, play, play.changed(token, 4))
    assert await tier(ann) == "premium"
    play.change(token, outOfAppPurchaseContext=None)  # Google takes it away when it is acknowledged
    play.renew(token)
    await push(house, play, play.changed(token))
    assert await tier(ann) == "premium"


# --- money that goes back ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("orders", [True, False], ids=["orders readable", "orders closed"])
@pytest.mark.parametrize("revoked", [True, False], ids=["revoked", "left active"])
async def test_a_refund_ends_it_until_the_next_payment(house, play, ann, revoked, orders):
    play.tells_orders = orders
    token = await bought(play, ann)
    refund = play.refund(token, revoked=revoked)
    await push(house, play, play.pushed_refund(refund))
    assert await tier(ann) == "free"
    await push(house, play, play.changed(token))
    await ann.client.post("/api/subscription/restore")
    assert await tier(ann) == "free"
    status = "SELECT status FROM subscription_transactions WHERE platform_transaction_id = $1"
    assert await house.database.fetchval(status, refund["orderId"]) == "refunded"
    play.renew(token)
    await push(house, play, play.changed(token, 1))
    assert await tier(ann) == "premium"


async def test_a_refund_of_an_earlier_payment_takes_nothing_of_today(house, play, ann):
    token = await bought(play, ann)
    before = play.purchases[token]["latestOrderId"]
    play.renew(token)
    await push(house, play, play.pushed_refund(play.refund(token, revoked=False, order=before)))
    assert await tier(ann) == "premium"


async def test_a_refund_that_names_no_order_is_of_the_last_one(house, play, ann):
    play.tells_orders = False
    token = await bought(play, ann)
    await push(house, play, play.pushed_refund({"purchaseToken": token, "productType": 1, "refundType": 1}))
    assert await tier(ann) == "free"


async def test_a_refund_of_something_else_is_kept_and_nothing_more(house, play, ann):
    token = await bought(play, ann)
    asked = play.asked["get"]
    answer = await push(house, play, play.pushed_refund({"purchaseToken": token, "orderId": "GPA.1", "productType": 2}))
    assert (answer.status_code, await tier(ann), play.asked["get"]) == (200, "premium", asked)


async def test_a_refund_that_nobody_told_of_is_found_by_asking(house, play, ann):
    token = await bought(play, ann)
    play.refund(token, revoked=False)
    assert (await ann.client.post("/api/subscription/restore")).json()["tier"] == "free"


async def test_a_restore_asks_google_again(house, play, ann):
    token = await bought(play, ann, lasts=timedelta(hours=1))
    play.change(token, "EXPIRED", lasts=OVER)
    assert (await ann.client.post("/api/subscription/restore")).json()["tier"] == "free"
    play.renew(token)
    assert (await ann.client.post("/api/subscription/restore")).json()["tier"] == "premium"
    play.always["get"] = 500
    answer = await ann.client.post("/api/subscription/restore")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "store_unavailable")
    assert await tier(ann) == "premium"


async def test_a_purchase_that_google_fails_over_keeps_no_other_one_from_being_asked_about(house, play, ann, bob):
    broken, lost = await bought(play, ann), await bought(play, bob)
    play.broken.add(broken)
    play.change(lost, "EXPIRED", lasts=OVER)
    asked = "UPDATE subscription_lines SET read_at = now() - $2 * interval '1 day' WHERE line_id = $1"
    for token, days in ((broken, 3), (lost, 2)):
        await house.database.execute(asked, line_of(token), days)
    for _ in range(2):
        await sweeps.expire_subscriptions(house.services)
    assert (await tier(ann), await tier(bob)) == ("premium", "free")


# --- notifications -----------------------------------------------------------------------------------------------------


async def test_a_notification_that_comes_again_is_asked_about_once(house, play, ann):
    token = await bought(play, ann)
    asked, body = play.asked["get"], play.changed(token)
    for _ in range(3):
        assert (await push(house, play, body)).status_code == 200
    assert play.asked["get"] == asked + 1


async def test_a_test_and_what_we_do_not_sell_are_answered_and_nothing_more(house, play):
    asked = play.asked["get"]
    for told in (
        {"testNotification": {"version": "1.0"}},
        {"oneTimeProductNotification": {"version": "1.0", "notificationType": 1, "purchaseToken": "t", "sku": "gems"}},
        {"somethingNewNotification": {"anything": 1}},
        {"testNotification": {"version": "1.0"}, "eventTimeMillis": None, "more": "x" * 20_000},
    ):
        assert (await push(house, play, play_pushes.push(play.clock(), **told))).status_code == 200
    assert play.asked["get"] == asked


@pytest.mark.parametrize("fault", [500, 429, 503])
async def test_a_notification_outlives_a_google_that_is_away(house, play, ann, fault):
    token = await bought(play, ann)
    play.change(token, "EXPIRED", lasts=OVER)
    play.always["get"] = fault
    assert (await push(house, play, play.changed(token))).status_code == 200
    assert await tier(ann) == "premium"
    play.always.clear()
    await house.database.execute("UPDATE webhook_events SET next_attempt_at = now() WHERE processed_at IS NULL")
    await sweeps.work_off_events(house.services)
    assert await tier(ann) == "free"


async def test_without_google_s_keys_a_notification_is_told_to_come_again(house, play, ann, monkeypatch):
    play.always["certs"] = 500
    fresh = SigningKeys(house.services.stores["google"]._http, f"{play.url}/certs", house.clock.now, read_rsa_keys)
    monkeypatch.setattr(house.services.stores["google"], "_keys", fresh)
    before = await kept(house.database)
    answer = await push(house, play, play.changed(play.buy(ann.id)))
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "store_unavailable")
    assert await kept(house.database) == before


@pytest.mark.parametrize("fault", [{"get": 500}, {"get": 429}, {"token": 500}, {"get": 403}])
async def test_a_purchase_that_cannot_be_asked_about_now_is_refused_for_now(house, play, ann, fault):
    token = play.buy(ann.id)
    before = await kept(house.database)
    for account in house.services.stores.values():
        account._play._tokens.forget(account._play._tokens._token)
    play.always.update(fault)
    answer = await submit(ann, token)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "store_unavailable")
    assert await kept(house.database) == before
    play.always.clear()
    assert (await submit(ann, token)).json()["tier"] == "premium"


async def test_two_phones_that_submit_at_once_both_hear_that_it_counts(house, play, ann):
    token = play.buy(ann.id)
    answers = await asyncio.gather(*(submit(ann, token) for _ in range(2)))
    assert {answer.status_code for answer in answers} == {200}
    assert (
        await house.database.fetchval("SELECT count(*) FROM subscription_transactions WHERE user_id = $1", ann.id) == 1
    )


async def test_a_retry_of_a_submission_gets_what_there_is_now(house, play, ann):
    body = {"platform": "android", "product_id": "premium", "purchase_token": play.buy(ann.id)}
    key = {"Idempotency-Key": "the phone's first try"}
    first = await ann.client.post(SUBMIT, json=body, headers={"Idempotency-Key": "a-key-of-the-phone"})
    again = await ann.client.post(SUBMIT, json=body, headers={"Idempotency-Key": "a-key-of-the-phone"})
    assert (first.status_code, again.status_code, first.json()) == (200, 200, again.json())
    assert (await ann.client.post(SUBMIT, json=body, headers=key)).status_code == 422


STEPS = ("renew", "cancel", "grace", "hold", "expire", "refund", "void", "exchange")


def something(play, dice, person, mine, replaced):
    """The next thing that happens to somebody's purchases; the notification of it."""
    standing = [token for token in mine if token not in replaced]
    token = dice.choice(standing)
    match step := dice.choice(STEPS):
        case "renew":
            play.renew(token)
        case "refund" | "void":
            return play.pushed_refund(play.refund(token, revoked=step == "refund"))
        case "exchange":
            replaced.add(token)
            mine.append(play.exchange(token, "premium_annual", account=person.id))
            play.change(token, "ACTIVE", lasts=MONTH)  # as Google may say for a while
            return play.changed(mine[-1], 4)
        case "expire":
            play.change(token, "EXPIRED", lasts=OVER)
        case _:
            state = {"cancel": "CANCELED", "grace": "IN_GRACE_PERIOD", "hold": "ON_HOLD"}[step]
            play.change(token, state)
    return play.changed(token)


@pytest.mark.parametrize("seed", range(4))
async def test_notifications_in_any_order_twice_or_never_end_at_what_google_says_when_it_is_asked(
    house, play, ann, seed
):
    dice, mine, replaced, waiting = Random(seed), [await bought(play, ann)], set[str](), list[Json]()  # noqa: S311
    for _ in range(12):
        waiting.append(something(play, dice, ann, mine, replaced))
        for body in dice.choices(waiting, k=dice.randint(0, 2)):
            assert (await push(house, play, body)).status_code == 200
        dice.shuffle(waiting)
        del waiting[3:]  # lost
    for token in mine:  # the phone brings what it has, once more
        assert (await submit(ann, token, play.purchases[token]["lineItems"][0]["productId"])).status_code == 200
    gives = [
        token
        for token in mine
        if token not in replaced
        and play.purchases[token]["subscriptionState"].removeprefix("SUBSCRIPTION_STATE_") in GIVING
        and play.purchases[token]["latestOrderId"] not in play.refunded
    ]
    assert await tier(ann) == ("premium" if gives else "free")


# --- what Google has to hear -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", [False, True], ids=["refused", "answer lost"])
async def test_what_google_did_not_hear_it_hears_from_the_sweep(house, play, ann, lost):
    play.always["acknowledge"], play.acknowledge_is_lost = 500, lost
    token = await bought(play, ann)
    assert play.acknowledged(token) == lost
    play.acknowledge_is_lost = False
    await sweeps.acknowledge_purchases(house.services)
    assert play.acknowledged(token) == lost
    play.always.clear()
    await sweeps.acknowledge_purchases(house.services)
    assert play.acknowledged(token)
    asked = play.asked["acknowledge"]
    await sweeps.acknowledge_purchases(house.services)
    assert play.asked["acknowledge"] == asked


async def test_a_purchase_that_google_forgot_is_not_acknowledged_for_ever(house, play, ann):
    play.always["acknowledge"] = 500
    token = await bought(play, ann)
    play.always.clear()
    play.gone.add(token)
    await sweeps.acknowledge_purchases(house.services)
    asked = play.asked["acknowledge"]
    await sweeps.acknowledge_purchases(house.services)
    assert play.asked["acknowledge"] == asked


async def test_what_was_kept_before_a_death_is_acknowledged_after_it(house, play, ann):
    """The commit is there, the acknowledgement was never sent: as after a kill between the two."""
    token = await bought(play, ann)
    play.change(token, acknowledgementState="ACKNOWLEDGEMENT_STATE_PENDING")
    await house.database.execute(
        "UPDATE subscription_lines SET acknowledged_at = NULL WHERE line_id = $1", line_of(token)
    )
    await sweeps.acknowledge_purchases(house.services)
    assert play.acknowledged(token)


async def test_nothing_of_a_purchase_is_in_the_log(house, play, ann, caplog, capsys):
    token = play.buy(ann.id)
    await push(house, play, play.changed(token))
    play.always["get"] = 500
    await submit(ann, token)
    said = [line for line in caplog.records if line.name not in {*logs.QUIET, "uvicorn.access"}]
    heard = "".join(line.getMessage() for line in said) + json.dumps(capsys.readouterr().out)
    assert {"httpx", "httpcore", "uvicorn"} <= logs.QUIET
    assert token not in heard
    assert play.push_token() not in heard
