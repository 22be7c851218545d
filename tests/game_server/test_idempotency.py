"""Retries with an Idempotency-Key: one effect, one answer, and never a stored secret."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from game_server.http.idempotency import idempotent
from rooms.errors import Busy, Invalid, KeyReused, Taken
from tests.support.house import PASSWORD, House, come_anonymously, open_house, refused_fields, sign_up, tell

KEY = "0b9f6c1e-8f57-4f0e-9d56-5d5ac0b7c001"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house")) as opened:
        yield opened


class Counter:
    """An action that counts how often it is done."""

    def __init__(self, error: "Exception | None" = None) -> None:
        self.done = 0
        self.error = error

    async def act(self) -> dict[str, int]:
        self.done += 1
        if self.error:
            raise self.error
        return {"made": self.done}


async def run(house, counter, *, key, body="body", caller="user:1", route="things"):
    return await idempotent(house.services, key=key, caller=caller, route=route, body=body, act=counter.act)


async def test_the_same_key_and_body_give_the_first_answer_again(house):
    counter = Counter()
    assert [await run(house, counter, key="again") for _ in range(3)] == [{"made": 1}] * 3


async def test_without_a_key_every_request_is_its_own(house):
    counter = Counter()
    assert [await run(house, counter, key=None) for _ in range(2)] == [{"made": 1}, {"made": 2}]


async def test_another_body_or_route_with_the_key_is_refused(house):
    counter = Counter()
    await run(house, counter, key="other")
    with pytest.raises(KeyReused):
        await run(house, counter, key="other", body="another")
    with pytest.raises(KeyReused):
        await run(house, counter, key="other", route="elsewhere")
    assert counter.done == 1


async def test_two_callers_keys_have_nothing_to_do_with_each_other(house):
    counter = Counter()
    assert await run(house, counter, key="shared", caller="user:1") == {"made": 1}
    assert await run(house, counter, key="shared", caller="user:2", body="another") == {"made": 2}


async def test_a_refusal_is_not_kept(house):
    counter = Counter(Taken())
    for _ in range(2):
        with pytest.raises(Taken):
            await run(house, counter, key="refused")
    assert counter.done == 2


async def test_of_many_at_once_one_acts(house):
    counter = Counter()
    answers = await asyncio.gather(*(run(house, counter, key="rush") for _ in range(8)), return_exceptions=True)
    assert counter.done == 1
    assert all(answer == {"made": 1} or isinstance(answer, Busy) for answer in answers)


async def test_a_request_whose_process_died_is_done_anew_after_a_while(house):
    counter = Counter(RuntimeError("the process is gone"))
    with pytest.raises(RuntimeError):
        await run(house, counter, key="dead")
    counter.error = None
    with pytest.raises(Busy):
        await run(house, counter, key="dead")
    house.clock.ahead = timedelta(seconds=31)
    try:
        assert await run(house, counter, key="dead") == {"made": 2}
    finally:
        house.clock.ahead = timedelta()


@pytest.mark.parametrize("key", ["", "a b", "x" * 129, "é", "a\0b"])
async def test_a_key_that_is_none_is_refused(house, key):
    with pytest.raises(Invalid):
        await run(house, Counter(), key=key)


async def test_a_retried_sign_up_gives_the_same_account_with_a_fresh_login(house):
    body = {"email": "retry@example.com", "password": PASSWORD, "adult": True}
    answers = [
        await house.client().post("/api/auth/register", json=body, headers={"Idempotency-Key": KEY}) for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [201] * 3
    made = [answer.json() for answer in answers]
    assert len({one["user"]["id"] for one in made}) == 1
    alive = [(await house.client(one["access_token"]).get("/api/me")).status_code for one in made]
    assert alive == [401, 401, 200]
    other = await house.client().post(
        "/api/auth/register", json={**body, "password": PASSWORD + "!"}, headers={"Idempotency-Key": KEY}
    )
    assert (other.status_code, other.json()["error"]["code"]) == (409, "key_reused")


async def test_a_retried_anonymous_session_is_the_same_one_and_the_old_token_is_void(house):
    answers = [
        (
            await house.client().post(
                "/api/anonymous-sessions", json={"adult": True}, headers={"Idempotency-Key": KEY[::-1]}
            )
        )
        for _ in range(2)
    ]
    first, second = (answer.json() for answer in answers)
    assert first["anonymous_session_id"] == second["anonymous_session_id"]
    assert str(UUID(first["anonymous_session_id"]))
    assert (await house.client(first["token"]).get("/api/history")).status_code == 401
    assert (await house.client(second["token"]).get("/api/history")).status_code == 200


async def begin(house, key, token=None):
    return await house.client(token).post(
        "/api/anonymous-sessions", json={"adult": True}, headers={"Idempotency-Key": key}
    )


@pytest.mark.parametrize(
    "key", ["1", "k" * 64, "0123456789abcdef", "not-long-enough-a-key", "0" * 30 + "1f", "ab" * 40]
)
async def test_a_guessable_key_does_not_lead_to_somebody_elses_identity(house, key):
    assert refused_fields(await begin(house, key)) == {"Idempotency-Key"}


@pytest.mark.parametrize(
    "make", [lambda: secrets.token_hex(16), lambda: secrets.token_urlsafe(16), lambda: str(uuid4())]
)
async def test_a_key_with_room_for_128_random_bits_will_do(house, make):
    assert {(await begin(house, make())).status_code for _ in range(20)} == {201}


async def test_once_the_token_was_used_its_key_gives_nobody_another_one(house):
    key = secrets.token_urlsafe(32)
    token = (await begin(house, key)).json()["token"]
    assert (await house.client(token).get("/api/history")).status_code == 200
    stolen = await begin(house, key)
    assert (stolen.status_code, stolen.json()["error"]["code"]) == (409, "key_reused")
    assert (await house.client(token).get("/api/history")).status_code == 200
    assert (await begin(house, key, token)).status_code == 201


async def test_a_key_to_an_identity_is_good_for_ten_minutes(house):
    key = secrets.token_urlsafe(32)
    first = (await begin(house, key)).json()
    house.clock.ahead = timedelta(minutes=9, seconds=50)
    try:
        assert (await begin(house, key)).json()["anonymous_session_id"] == first["anonymous_session_id"]
        house.clock.ahead = timedelta(minutes=10, seconds=10)
        assert (await begin(house, key)).json()["error"]["code"] == "key_reused"
    finally:
        house.clock.ahead = timedelta()


async def test_of_a_use_and_a_retry_at_once_one_token_stays_good(house):
    for _ in range(10):
        key = secrets.token_urlsafe(32)
        first = (await begin(house, key)).json()["token"]
        used, again = await asyncio.gather(house.client(first).get("/api/history"), begin(house, key))
        assert (used.status_code, again.status_code) in ((200, 409), (401, 201))
        if again.status_code == 201:
            assert (await house.client(again.json()["token"]).get("/api/history")).status_code == 200


async def test_a_renewal_with_the_own_token_may_be_sent_again(house):
    token = (await begin(house, secrets.token_hex(16))).json()["token"]
    key = secrets.token_urlsafe(32)
    assert [(await begin(house, key, token)).status_code for _ in range(3)] == [201] * 3


async def test_the_table_names_neither_keys_nor_people_nor_what_was_made(house):
    person, guest = await sign_up(house, key=str(uuid4())), await come_anonymously(house)
    await tell(guest.client)
    key, hidden = secrets.token_urlsafe(32), [person.id, person.email, guest.id]
    opened = await guest.client.post(
        "/api/sessions", json={"partner": {"link": True}}, headers={"Idempotency-Key": key}
    )
    again = await guest.client.post("/api/sessions", json={"partner": {"link": True}}, headers={"Idempotency-Key": key})
    assert opened.json()["session_id"] == again.json()["session_id"]
    rows = "".join(row[0] for row in await house.database.fetch("SELECT k::text FROM idempotency_keys k"))
    for secret in (key, opened.json()["session_id"], *hidden):
        assert secret not in rows


async def test_no_secret_is_stored_with_a_key(house):
    rows = await house.database.fetch("SELECT k::text FROM idempotency_keys k WHERE caller = 'nobody'")
    assert rows
    assert not any("eyJhbGciOi" in row[0] or PASSWORD in row[0] for row in rows)
