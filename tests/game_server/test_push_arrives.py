"""From what somebody does to what a phone or browser shows, by the vendors' own protocols."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from game_server.notifications import sending
from tests.support.apns_service import ApnsService
from tests.support.fcm_service import FcmService, problem
from tests.support.house import House, Person, open_house, sign_up, tell
from tests.support.push_server import Answer
from tests.support.web_push_service import WebPushService

NAME = "Secretname"


class Vendors(msgspec.Struct, frozen=True):
    """Their stand-ins."""

    fcm: FcmService
    apns: ApnsService
    web: WebPushService

    def refused(self) -> list[str]:
        """What was not right in what we sent."""
        return [*self.fcm.refused, *self.apns.refused, *self.web.refused]


WAITING = "SELECT count(*) FROM notification_outbox WHERE kind = 'card_waiting' AND done_at IS NULL"


@pytest.fixture(scope="module")
def vendors() -> Iterator[Vendors]:
    def now() -> datetime:
        return datetime.now(UTC)

    with FcmService(now) as fcm, ApnsService(now, tls=False) as apns, WebPushService(now) as web:
        yield Vendors(fcm, apns, web)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory, vendors) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("house")
    told = {**vendors.fcm.settings(folder), **vendors.apns.settings(folder), **vendors.web.settings(folder)}
    limits = {f"limit_{name}": "100000/60" for name in ("login", "register", "claims", "other")}
    async with open_house(database_url, redis_url, folder, **told, **limits) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def pair(house) -> tuple[Person, Person]:
    """Somebody who asks, and the owner of a confirmed address."""
    asker, owner = await sign_up(house, display_name=NAME), await sign_up(house, display_name=NAME)
    for person in (asker, owner):
        await tell(person.client, name=NAME)
    await house.database.execute("UPDATE users SET email_confirmed_at = now() WHERE id = $1::text::uuid", owner.id)
    return asker, owner


async def register(person: Person, platform: str, token: Any) -> None:
    answer = await person.client.post("/api/devices", json={"platform": platform, "token": token})
    assert answer.status_code == 201, answer.text


async def ask(house: House, asker: Person, owner: Person) -> str:
    """The deep link; what it set off is done."""
    made = await asker.client.post("/api/partners/connections", json={"recipient_email": owner.email})
    assert made.status_code == 201, made.text
    await house.services.push.rest()
    return f"/j/{made.json()['token']}"


async def test_a_request_arrives_at_every_device_with_the_deep_link_and_without_a_name(house, vendors, pair):
    asker, owner = pair
    key = (await owner.client.get("/api/devices/web-key")).json()["public_key"]
    await register(owner, "android", "a:phone")
    await register(owner, "ios", "ab" * 32)
    await register(owner, "web", json.loads(vendors.web.subscribe(takes=key)))
    link = await ask(house, asker, owner)
    assert vendors.refused() == []
    sent = [vendors.fcm.sent.pop(), vendors.apns.sent.pop(), vendors.web.sent.pop()]
    for one in sent:
        text = json.dumps(one)
        assert link in text
        assert "Something is waiting for you." in text
        assert [word for word in (NAME, asker.email, asker.id, owner.email, owner.id) if word in text] == []


async def test_a_vendor_that_fails_gets_it_when_it_is_well_again(house, vendors, pair):
    asker, owner = pair
    vendors.fcm.faults.extend([Answer(500), Answer(503)])
    link = await ask(house, asker, owner)
    assert vendors.fcm.sent == []
    for ahead in (5, 15):
        house.clock.ahead = timedelta(seconds=ahead)
        await sending.send_due(house.services)
        await house.services.push.rest()
    house.clock.ahead = timedelta()
    (message,) = vendors.fcm.sent
    assert link in json.dumps(message)
    vendors.fcm.sent.clear()


async def test_a_card_that_was_taken_back_rings_nowhere(house, vendors, pair):
    asker, owner = pair
    made = (await asker.client.post("/api/partners/connections", json={})).json()
    await owner.client.post("/api/partners/connections/claim", json={"token": made["token"]})
    for side in (owner, asker):
        await side.client.post(f"/api/partners/connections/{made['id']}/accept")
    await register(owner, "android", "a:phone")
    await house.services.push.rest()
    vendors.fcm.sent.clear()
    vendors.fcm.faults.append(Answer(500))
    card = {"partner_user_id": owner.id, "type": "truth", "rating": "G", "tags": []}
    steps = [{"actor": "A", "do": "Tell your partner what made you laugh this week."}]
    written = await asker.client.post("/api/cards", json={**card, "steps": steps})
    assert written.status_code == 201, written.text
    await house.services.push.rest()
    assert await house.database.fetchval(WAITING) == 1
    await asker.client.delete(f"/api/cards/{written.json()['id']}")
    house.clock.ahead = timedelta(minutes=1)
    await sending.send_due(house.services)
    await house.services.push.rest()
    house.clock.ahead = timedelta()
    assert vendors.fcm.sent == []
    assert await house.database.fetchval(WAITING) == 0


async def test_tokens_that_nobody_has_any_more_are_removed(house, vendors, pair):
    asker, owner = pair
    vendors.fcm.faults.append(problem(404, "NOT_FOUND", "UNREGISTERED"))
    vendors.apns.gone["ab" * 32] = datetime.now(UTC) + timedelta(seconds=5)
    vendors.web.gone.update(vendors.web.browsers)
    await ask(house, asker, owner)
    assert (await owner.client.get("/api/devices")).json()["items"] == []
