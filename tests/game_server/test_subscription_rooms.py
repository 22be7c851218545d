"""A purchase reaches the room that is open: the day's limit goes from both phones at once, whoever bought and whoever heard."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from game_server.subscriptions import actions
from tests.game_server.test_room_limits import spend, used
from tests.support.app_store import AppStore
from tests.support.game import Game, generous, playing
from tests.support.person import Person

PEOPLE = (Person.registered, Person.registered)


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Iterator[AppStore]:
    store = AppStore(tmp_path_factory.mktemp("app_store"))
    yield store
    store.close()
    assert store.refused == []


@pytest.fixture(scope="module")
def settings(settings, store):
    return generous(settings, **store.settings)


async def until_limit(sql, game: Game) -> None:
    """Both phones see that the day's cards are used up."""
    await spend(sql, game.a.person, 25)
    await game.ready()
    assert [phone.state["phase"] for phone in game.phones] == ["limit", "limit"]
    left = await game.a.person.get("/api/subscription")
    assert (left["tier"], left["used"], left["remaining"]) == ("free", 25, 0)


async def until_lifted(game: Game) -> None:
    for phone in game.phones:
        await phone.until(lambda phone=phone: phone.state["phase"] == "card", within=5)
        assert [event["t"] for event in phone.events()][-2:] == ["limit_lifted", "card_shown"]
        assert phone.state["remaining"] is None
    await game.agree()


async def notify(server, body: dict) -> None:
    async with await Person.anonymous(server.url, "Apple") as apple:
        headers = {"content-type": "application/json"}
        answer = await apple.http.post("/api/webhooks/apple", content=json.dumps(body), headers=headers)
        assert answer.status_code == 200


@pytest.mark.parametrize("buyer", ["a", "b"])
async def test_a_purchase_by_either_is_told_by_apple_and_goes_on_on_both_phones(server, sql, store, buyer):
    async with playing(server, people=PEOPLE, ready=False) as game:
        await until_limit(sql, game)
        person = getattr(game, buyer).person
        line = store.buy(person.id)
        await notify(server, store.told(line, "SUBSCRIBED", "INITIAL_BUY"))
        await until_lifted(game)
        left = await person.get("/api/subscription")
        assert (left["tier"], left["platform"], left["remaining"]) == ("premium", "ios", None)
        await game.complete()
        await game.complete()
        assert await used(sql, game.a.person) == 25

        store.refund(line)
        await notify(server, store.told(line, "REFUND"))
        while (await person.get("/api/subscription"))["tier"] != "free":  # noqa: ASYNC110 - it is asked after the answer
            await asyncio.sleep(0.05)
        await game.complete()
        await game.settle()
        assert [phone.state["phase"] for phone in game.phones] == ["limit", "limit"]


async def test_when_the_purchase_is_answered_the_limit_is_gone_from_every_open_room_of_the_buyer(server, sql, store):
    async with playing(server, people=PEOPLE, ready=False) as game:
        await until_limit(sql, game)
        ada = game.a.person
        room = await ada.open_room(activity_type="truth", target_activities=5)
        async with await Person.anonymous(server.url, "Cy") as cy:
            await cy.join(room["join"]["token"])
            for person in (ada, cy):
                await person.get(f"/api/sessions/{room['session_id']}")
            line = store.buy(ada.id, "premium_annual", days=365)
            body = {"platform": "ios", "signed_transaction": store.signed(line)}
            answer = await ada.post("/api/subscription/transactions", body, expect=200)
            assert (answer["tier"], answer["remaining"]) == ("premium", None)
            head = (await ada.get(f"/api/sessions/{game.session_id}"))["state"]
            assert head["phase"] == "card"
        await until_lifted(game)


async def test_what_another_process_hears_of_the_store_rings_the_phones_here(server, sql, store, services):
    async with playing(server, people=PEOPLE, ready=False) as game:
        await until_limit(sql, game)
        line = store.buy(game.b.person.id)
        await actions.record(services, await services.stores["apple"].read(line.original))
        await until_lifted(game)
