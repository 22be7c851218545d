"""Refreshing over bad lines: a lost answer is given again, two tabs get the same tokens, and a stolen token ends the login."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.house import House, Person, open_house, sign_up

MINUTE = timedelta(seconds=60)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def present(house):
    yield
    house.clock.ahead = timedelta()


async def refresh(house: House, token: str) -> "tuple[int, str, str]":
    answer = await house.client().post("/api/auth/refresh", json={"refresh_token": token})
    body = answer.json()
    return answer.status_code, body.get("refresh_token", ""), body.get("access_token", "")


async def use(house: House, access: str) -> int:
    return (await house.client(access).get("/api/me")).status_code


async def test_whose_answer_was_lost_gets_the_same_successor_however_late(house):
    person = await sign_up(house)
    _, lost, _ = await refresh(house, person.refresh)
    house.clock.ahead = timedelta(days=2)
    status, again, access = await refresh(house, person.refresh)
    assert (status, again) == (200, lost)
    assert await use(house, access) == 200


@pytest.mark.parametrize("used", ["access token", "refresh token"])
async def test_once_the_successor_was_used_the_old_token_is_good_for_a_minute_and_then_ends_the_login(house, used):
    person = await sign_up(house)
    _, fresh, access = await refresh(house, person.refresh)
    if used == "access token":
        assert await use(house, access) == 200
    else:
        _, newest, access = await refresh(house, fresh)
    house.clock.ahead = MINUTE - timedelta(seconds=5)
    assert (await refresh(house, person.refresh))[:2] == (200, fresh)
    house.clock.ahead = MINUTE + timedelta(seconds=5)
    assert (await refresh(house, person.refresh))[0] == 401
    assert house.kicked(person.id) == {person.refresh.split(".")[0]}
    assert await use(house, access) == 401
    assert (await refresh(house, fresh if used == "access token" else newest))[0] == 401


async def test_a_ticket_to_a_room_counts_as_use_and_the_old_access_token_does_not(house):
    person = await sign_up(house)
    _, fresh, access = await refresh(house, person.refresh)
    house.clock.ahead = MINUTE + timedelta(seconds=5)
    assert await use(house, person.access) == 200
    assert (await refresh(house, person.refresh))[:2] == (200, fresh)
    await house.client(access).post("/api/ws-tickets", json={"session_id": "none"})
    assert (await refresh(house, person.refresh))[0] == 401


async def test_two_tabs_at_once_get_the_same_tokens_and_stay_signed_in(house):
    person = await sign_up(house)
    answers = await asyncio.gather(*(refresh(house, person.refresh) for _ in range(6)))
    assert {status for status, _, _ in answers} == {200}
    assert len({token for _, token, _ in answers}) == 1
    assert {await use(house, access) for _, _, access in answers} == {200}


@pytest.mark.parametrize("how", ["log out", "erase"])
async def test_leaving_voids_both_tokens(house, how):
    person = await sign_up(house)
    _, fresh, access = await refresh(house, person.refresh)
    client = house.client(access)
    left = await (client.post("/api/auth/logout") if how == "log out" else client.delete("/api/me"))
    assert left.status_code == 204
    assert [(await refresh(house, token))[0] for token in (person.refresh, fresh)] == [401, 401]


async def test_no_refresh_secret_is_stored(house):
    person = await sign_up(house)
    _, fresh, _ = await refresh(house, person.refresh)
    rows = await house.database.fetch("SELECT l::text FROM logins l")
    for token in (person.refresh, fresh):
        assert not any(token.partition(".")[2] in row[0] for row in rows)


class Model:
    """The rule again, as simply as it can be said: tokens in a row, when each came, whether what came with it was used."""

    def __init__(self) -> None:
        self.came = [timedelta()]
        self.used = {0}
        self.open = True

    def refreshes(self, number: int, now: timedelta) -> bool:
        """May this token be exchanged? Its successor is the next number."""
        if not self.open:
            return False
        if number == len(self.came) - 1:
            self.came.append(now)
            self.used.add(number)
            return True
        self.open = number + 1 not in self.used or now - self.came[number + 1] <= MINUTE
        return self.open


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("refresh"), st.integers(0, 3)),
        st.tuples(st.just("use"), st.integers(0, 3)),
        st.tuples(st.just("wait"), st.sampled_from([20, 45, 90])),
    ),
    min_size=3,
    max_size=10,
)


@given(steps=STEPS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.long
async def test_every_interleaving_of_refreshes_uses_and_waits_follows_the_rule(house, steps):
    house.clock.ahead = timedelta()
    person: Person = await sign_up(house)
    model, tokens, accesses = Model(), [person.refresh], [person.access]
    for step, back in steps:
        number = max(0, len(tokens) - 1 - back)
        if step == "wait":
            house.clock.ahead += timedelta(seconds=back)
        elif step == "use":
            status = await use(house, accesses[number])
            assert (status == 200) == (model.open)
            if status == 200:
                model.used.add(number)
        else:
            allowed = model.refreshes(number, house.clock.ahead)
            status, token, access = await refresh(house, tokens[number])
            assert (status == 200) == allowed, (steps, number)
            if allowed and number == len(tokens) - 1:
                tokens.append(token)
                accesses.append(access)
            elif allowed:
                assert token == tokens[number + 1]
                accesses[number + 1] = access
