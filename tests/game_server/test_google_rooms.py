"""A purchase in Google Play reaches the room that is open, on both phones, and Google hears of it even when we die."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from game_server.subscriptions import sweeps
from tests.game_server.test_subscription_rooms import PEOPLE, until_lifted, until_limit
from tests.support.game import generous, playing
from tests.support.person import Person
from tests.support.play_store import PlayStore


@pytest.fixture(scope="module")
def play() -> Iterator[PlayStore]:
    store = PlayStore()
    yield store
    store.close()
    assert store.refused == []


@pytest.fixture(scope="module")
def settings(settings, play, tmp_path_factory):
    return generous(settings, **play.settings(tmp_path_factory.mktemp("play")))


async def notify(server, play, body) -> None:
    async with await Person.anonymous(server.url, "Pub") as pub:
        await pub.post("/api/webhooks/google", body, expect=200, Authorization=f"Bearer {play.push_token()}")


async def until_free(person) -> None:
    while (await person.get("/api/subscription"))["tier"] != "free":  # noqa: ASYNC110 - it is asked after the answer
        await asyncio.sleep(0.05)


async def test_what_the_partner_bought_is_told_by_google_and_goes_on_on_both_phones(server, sql, play):
    async with playing(server, people=PEOPLE, ready=False) as game:
        await until_limit(sql, game)
        person = game.b.person
        token = play.buy(person.id)
        await notify(server, play, play.changed(token, 4))
        await until_lifted(game)
        left = await person.get("/api/subscription")
        assert (left["tier"], left["platform"], left["remaining"]) == ("premium", "android", None)
        await game.complete()
        assert play.acknowledged(token)

        await notify(server, play, play.pushed_refund(play.refund(token)))
        await until_free(person)
        await game.complete()
        await game.settle()
        assert [phone.state["phase"] for phone in game.phones] == ["limit", "limit"]


@pytest.mark.long
async def test_a_purchase_from_the_phone_is_upgraded_in_the_middle_of_a_game(server, sql, play):
    async with playing(server, people=PEOPLE, ready=False) as game:
        await until_limit(sql, game)
        ada = game.a.person
        token = play.buy(ada.id)
        body = {"platform": "android", "product_id": "premium", "purchase_token": token}
        assert (await ada.post("/api/subscription/transactions", body, expect=200))["remaining"] is None
        await until_lifted(game)
        year = play.exchange(token, "premium_annual")
        await notify(server, play, play.changed(year, 4))
        await notify(server, play, play.changed(token, 13))
        await game.complete()
        await game.settle()
        assert [phone.state["phase"] for phone in game.phones] == ["card", "card"]
        assert (await ada.get("/api/subscription"))["tier"] == "premium"


@pytest.mark.long
async def test_a_purchase_is_acknowledged_after_a_death_between_the_commit_and_that(server, play, services):
    async with await Person.registered(server.url, "Ada") as ada:
        token = play.buy(ada.id)
        play.hanging.add("acknowledge")
        before = play.asked["acknowledge"]
        body = {"platform": "android", "product_id": "premium", "purchase_token": token}
        asked = asyncio.create_task(ada.http.post("/api/subscription/transactions", json=body))
        while play.asked["acknowledge"] == before:  # noqa: ASYNC110 - the other side is another thread
            await asyncio.sleep(0.01)
        server.kill()
        with pytest.raises(httpx.HTTPError):
            await asked
        play.always["acknowledge"] = 500
        play.released.set()
        play.hanging.clear()
        server.restart()
        assert (await ada.get("/api/subscription"))["tier"] == "premium"
        assert not play.acknowledged(token)
        play.always.clear()
        await sweeps.acknowledge_purchases(services)
        assert play.acknowledged(token)
