"""Another password by who is signed in: it takes the present one, and every other login ends."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio

from game_server.accounts.actions import counted_by
from tests.support.house import PASSWORD, House, come_anonymously, let_in, open_house, refused_fields, sign_up

CHANGE = "/api/me/password"
NEW = "another battery"
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(
        database_url,
        redis_url,
        tmp_path_factory.mktemp("house"),
        limit_login="1000/60",
        limit_register="1000/60",
        lockout_failures=4,
    ) as opened:
        yield opened


async def log_in(house, person, password):
    return await house.client().post("/api/auth/login", json={"email": person.email, "password": password})


async def change(person, current, new, **headers):
    return await person.client.post(CHANGE, json={"current": current, "new": new}, headers=headers)


async def test_the_new_password_opens_and_every_other_login_has_ended(house):
    person = await sign_up(house)
    other = (await log_in(house, person, PASSWORD)).json()["access_token"]
    answer = await change(person, PASSWORD, NEW)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await person.client.get("/api/me")).status_code == 200
    assert (await house.client(other).get("/api/me")).status_code == 401
    assert len(house.kicked(person.id)) == 1
    assert (await log_in(house, person, PASSWORD)).status_code == 401
    assert (await log_in(house, person, NEW)).status_code == 200


async def test_a_retry_with_its_key_is_answered_as_the_first_was(house):
    person = await sign_up(house)
    keyed = {"Idempotency-Key": "change-1"}
    assert [(await change(person, PASSWORD, NEW, **keyed)).status_code for _ in range(2)] == [204, 204]
    again = await change(person, PASSWORD, "yet another one", **keyed)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "key_reused")


async def test_wrong_passwords_count_as_those_of_signing_in_and_lock_both(house):
    person = await sign_up(house)
    for _ in range(2):
        assert (await log_in(house, person, "wrong horse")).status_code == 401
        answer = await change(person, "wrong horse", NEW)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "wrong_password")
        assert set(answer.json()["error"]["fields"]) == {"current"}
    locked = await change(person, PASSWORD, NEW)
    assert (locked.status_code, locked.json()["error"]["code"]) == (429, "locked_out")
    assert (await log_in(house, person, PASSWORD)).status_code == 429


async def test_the_right_one_forgives_the_wrong_ones(house):
    person = await sign_up(house)
    await change(person, "wrong horse", NEW)
    addresses = counted_by(house.services, person.email)
    counted = "SELECT count(*) FROM login_attempts WHERE address = ANY ($1)"
    assert await house.database.fetchval(counted, addresses) == 1
    assert (await change(person, PASSWORD, NEW)).status_code == 204
    assert await house.database.fetchval(counted, addresses) == 0


async def test_the_new_one_is_kept_in_its_one_form_and_the_old_one_found_in_any(house):
    person = await sign_up(house, password="caf\u00e9 au lait")
    assert (await change(person, "cafe\u0301\u00a0au lait", "the\u0301 au\u00a0lait")).status_code == 204
    assert (await log_in(house, person, "th\u00e9 au lait")).status_code == 200
    assert refused_fields(await change(person, "th\u00e9 au lait", "e\u0301e\u0301e\u0301e\u0301")) == {"new"}
    assert refused_fields(await change(person, "", NEW)) == {"current"}


async def test_an_account_that_signs_in_elsewhere_is_told_that_it_has_none(house):
    person = await let_in(house)
    await house.database.execute("DELETE FROM credentials WHERE user_id = $1", UUID(person.id))
    answer = await change(person, PASSWORD, NEW)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "no_password")
    assert "another provider" in answer.json()["error"]["message"]
    assert not await house.database.fetchval("SELECT count(*) FROM credentials WHERE user_id = $1", UUID(person.id))


async def test_who_plays_without_an_account_has_no_password(house):
    guest = await come_anonymously(house)
    assert (await change(guest, PASSWORD, NEW)).status_code == 403
    assert (await house.client().post(CHANGE, json={"current": PASSWORD, "new": NEW})).status_code == 401


@pytest.mark.parametrize("signs_in", [False, True])
async def test_whose_password_is_changed_while_they_give_the_right_one_is_told_and_not_let_in(house, signs_in):
    """Else a login would open with the old password after the others have been ended."""
    person = await sign_up(house)
    async with house.database.transaction():
        await house.database.execute(
            "UPDATE credentials SET password_hash = 'another' WHERE user_id = $1", UUID(person.id)
        )
        asked = asyncio.ensure_future(log_in(house, person, PASSWORD) if signs_in else change(person, PASSWORD, NEW))
        while not asked.done() and not await house.database.fetchval(WAITS):  # noqa: ASYNC110 - PostgreSQL tells nobody
            await asyncio.sleep(0.005)
    answer = await asked
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "busy")
