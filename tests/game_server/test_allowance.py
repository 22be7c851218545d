"""The day's cards of an account are exactly 25, however many of its rooms ask for one at the same moment."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from game_server.sessions import actions
from rooms.errors import Busy, Unavailable
from rooms.sessions.commands import Ready
from tests.support.house import House, Person, let_in, open_house, tell

ROOMS = 60
GUEST = {"name": "Bo", "anatomy_self": ["penis"], "anatomy_preference": ["any"]}
SHOWN = """
    SELECT count(*) FROM session_events e JOIN session_seats t USING (session_id)
    WHERE e.type = 'card_shown' AND t.seat = 'A' AND t.user_id = $1
"""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url, redis_url, tmp_path_factory) -> AsyncIterator[House]:
    async with open_house(
        database_url, redis_url, tmp_path_factory.mktemp("house"), limit_other="1000000/60"
    ) as opened:
        yield opened


async def with_rooms(house: House) -> tuple[Person, list[str]]:
    """An account with sixty rooms in which nothing has begun."""
    person = await let_in(house)
    assert (await tell(person.client, adult=True)).status_code == 200
    body = {"settings": {"activity_type": "truth"}, "partner": {"hosted": GUEST}}
    answers = [await person.client.post("/api/sessions", json=body) for _ in range(ROOMS)]
    return person, [answer.json()["session_id"] for answer in answers]


async def begin(house: House, session_id: str) -> None:
    """As a phone does: what is refused for the moment is asked again, with the same id."""
    command = Ready(id=uuid4())
    for _ in range(ROOMS):
        try:
            await actions.play(house.services, session_id, "A", command)
        except (Busy, Unavailable):
            continue
        return
    raise AssertionError("refused for ever")


async def judge(house: House, person: Person, before: int) -> None:
    used = await house.database.fetchval("SELECT daily_activity_count FROM users WHERE id = $1", UUID(person.id))
    shown = await house.database.fetchval(SHOWN, UUID(person.id))
    waiting = await house.database.fetchval(
        "SELECT count(*) FROM sessions WHERE at_limit AND session_owner_user_id = $1", UUID(person.id)
    )
    assert (used, shown, waiting) == (25, 25 - before, ROOMS - 25 + before)
    told = (await person.client.get("/api/subscription")).json()
    assert (told["used"], told["limit"], told["remaining"]) == (25, 25, 0)


@pytest.mark.parametrize("many", [False, pytest.param(True, marks=pytest.mark.long)])
async def test_of_sixty_rooms_that_begin_at_once_exactly_25_get_a_card(house, request, many):
    """The first account has had none of its day yet; the others, so that it takes minutes and not hours, have a few left."""
    for number in range(request.config.getoption("--accounts") if many else 1):
        person, rooms = await with_rooms(house)
        before = 20 + number % 5 if number else 0
        await house.database.execute(
            "UPDATE users SET daily_activity_count = $2, daily_activity_reset_at = now() WHERE id = $1",
            *(UUID(person.id), before),
        )
        await asyncio.gather(*(begin(house, session_id) for session_id in rooms))
        await judge(house, person, before)
