"""Turns whose process was killed between their commit and the moment that somebody is asked: begun by whoever comes next, once,
as long as they are young; else ended, and then they cost nothing. In this process; with one that is killed in test_talks.py.
"""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest

from game_server.accounts.callers import Caller
from game_server.bonds.commands import Asked
from game_server.characters import chat
from game_server.characters.answers import Answers, Turn
from game_server.characters.chat_sweeps import end_lost_answers
from storage.agent_sessions import BEGUN_WITHIN
from tests.support.ai_standin import Wait
from tests.support.house import House, Person, open_house, sign_up
from tests.support.openai_standin import MODEL, OpenAi
from tests.support.talks import STATS

FREE = {f"limit_{name}": "100000/60" for name in ("other", "register", "login", "chat")}
BUDGETS = {"characters_person_daily_budget": 10**5, "characters_daily_budget": 10**6}


class Killed(Answers):
    """Of a process that is killed when a turn is committed."""

    def start(self, turn: Turn) -> None:
        """It comes to nothing."""


@pytest.fixture(scope="module")
def openai_server() -> Iterator[OpenAi]:
    with OpenAi() as server:
        yield server


@pytest.fixture
def provider(openai_server) -> Iterator[OpenAi]:
    openai_server.begin()
    yield openai_server
    assert openai_server.wrong == []


@pytest.fixture(scope="module")
async def house(database_url, redis_url, tmp_path_factory, openai_server) -> AsyncIterator[House]:
    changes = {**openai_server.settings, **FREE, **BUDGETS, "characters_prices": ("*=2/10", f"{MODEL}=1000/1000")}
    changes |= {"access_token_s": 10**8, "refresh_token_s": 10**8}
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), **changes) as opened:
        yield opened


@pytest.fixture
async def ada(house) -> Person:
    return await sign_up(house)


async def character(person: Person) -> str:
    body = {"name": "Rowan", "age_range": "31-40", "stats": STATS}
    answer = await person.client.post("/api/kinksters", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def left(house: House, person: Person, kinkster: str, message: str, talk: str | None = None) -> tuple[str, str]:
    """Say it to a process that is killed then: the talk and the answer."""
    caller = Caller("user", person.id, None, True, True, None, None)
    words = chat.Words(
        kinkster_id=uuid.UUID(kinkster), message=message, conversation_id=uuid.UUID(talk) if talk else None
    )
    answer = await chat.say(house.services, Killed(house.services), caller, Asked(None, "", None), words)
    found = await house.database.fetchval("SELECT conversation_id FROM messages WHERE id = $1", answer)
    return str(found), str(answer)


async def follow(person: Person, talk: str) -> list[dict[str, Any]]:
    answer = await person.client.get(f"/api/conversations/{talk}/stream")
    assert answer.status_code == 200, answer.text
    return [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")]


async def messages(person: Person, talk: str) -> list[tuple[str, str | None, str]]:
    found = (await person.client.get(f"/api/conversations/{talk}/messages")).json()["items"]
    return [(one["role"], one["content"], one["status"]) for one in reversed(found)]


async def spent(house: House, person: Person) -> tuple[int, int]:
    """By the budget's count, and by the sum of what answers cost."""
    row = await house.database.fetchrow(
        "SELECT (SELECT coalesce(sum(spent_micros), 0)::bigint FROM ai_spending_of_people WHERE user_id = $1),"
        " (SELECT coalesce(sum(cost_micros), 0)::bigint FROM agent_sessions WHERE user_id = $1)",
        uuid.UUID(person.id),
    )
    return row[0], row[1]


async def test_whoever_comes_next_begins_it_once_with_all_that_was_said(house, ada, provider):
    rowan = await character(ada)
    talk, _ = await left(house, ada, rowan, "My cat is called Pixel.")
    house.clock.ahead += timedelta(seconds=3)
    told = await follow(ada, talk)
    assert (told[-1]["done"], len(provider.asked)) == (True, 1)
    _, answer = await left(house, ada, rowan, "What is she called?", talk)
    assert await messages(ada, talk) == [
        ("user", "My cat is called Pixel.", "done"),
        ("assistant", "I am glad that you are here. How was your day?", "done"),
        ("user", "What is she called?", "done"),
        ("assistant", None, "streaming"),
    ]
    house.clock.ahead += timedelta(seconds=3)
    wait = Wait()
    provider.scripts.append(["Pixel. ", wait, "I know."])
    several = [asyncio.create_task(follow(ada, talk)) for _ in range(3)]
    assert await asyncio.to_thread(wait.reached.wait, 20)
    wait.go.set()
    for events in await asyncio.gather(*several):
        assert "".join(one.get("text", "") for one in events) == "Pixel. I know."
        assert events[-1]["message_id"] == answer
    assert len(provider.asked) == 2
    assert [one["role"] for one in provider.last["input"]] == ["user", "assistant", "user"]
    assert provider.last["input"][-1]["content"][0]["text"] == "What is she called?"
    assert (await messages(ada, talk))[-1] == ("assistant", "Pixel. I know.", "done")
    assert await spent(house, ada) == (680_000, 680_000)
    house.clock.ahead += timedelta(minutes=5)
    await end_lost_answers(house.services)
    assert (await follow(ada, talk))[-1]["done"]
    assert len(provider.asked) == 2


async def test_it_is_begun_by_what_its_person_says_of_themselves_now(house, ada, provider):
    rowan = await character(ada)
    talk, _ = await left(house, ada, rowan, "Good evening.")
    await ada.client.post("/api/me/submission-state", json={"state": "paused"})
    house.clock.ahead += timedelta(seconds=3)
    provider.scripts.append(["Your task for tonight is simple. ", "I am glad to see you."])
    told = await follow(ada, talk)
    assert "".join(one.get("text", "") for one in told) == "I am glad to see you."
    assert "They have paused" in provider.last["instructions"]


async def test_what_would_be_another_answer_than_was_asked_for_is_ended_and_cost_nothing(house, ada, provider):
    rowan = await character(ada)
    talk, _ = await left(house, ada, rowan, "Good evening.")
    before = await spent(house, ada)
    assert before[0] > before[1] == 0
    await ada.client.patch(f"/api/kinksters/{rowan}", json={"bio": "Loud and merry."})
    house.clock.ahead += timedelta(seconds=3)
    assert (await follow(ada, talk))[-1]["error"]["code"] == "answer_lost"
    assert await messages(ada, talk) == [("user", "Good evening.", "done"), ("assistant", None, "partial")]
    assert provider.asked == []
    assert await spent(house, ada) == (0, 0)


async def test_what_was_stopped_before_it_began_is_never_asked_for(house, ada, provider):
    rowan = await character(ada)
    talk, _ = await left(house, ada, rowan, "Good evening.")
    assert (await ada.client.delete(f"/api/conversations/{talk}/stream")).status_code == 204
    house.clock.ahead += timedelta(seconds=3)
    assert (await follow(ada, talk))[-1]["error"]["code"] == "answer_stopped"
    assert provider.asked == []
    assert await spent(house, ada) == (0, 0)


@pytest.mark.parametrize("comes", ["nobody", "their person"])
async def test_what_nobody_came_back_for_in_time_is_ended_and_cost_nothing(house, ada, provider, comes):
    rowan = await character(ada)
    talk, _ = await left(house, ada, rowan, "Good evening.")
    await end_lost_answers(house.services)
    assert (await messages(ada, talk))[-1] == ("assistant", None, "streaming")
    house.clock.ahead += BEGUN_WITHIN + timedelta(seconds=1)
    if comes == "nobody":
        await end_lost_answers(house.services)
        assert await spent(house, ada) == (0, 0)
    assert (await messages(ada, talk))[-1] == ("assistant", None, "partial")
    assert (await follow(ada, talk))[-1]["error"]["code"] == "answer_lost"
    assert provider.asked == []
    assert await spent(house, ada) == (0, 0)


async def test_while_keys_are_away_it_waits_for_them(house, ada, provider):
    rowan = await character(ada)
    talk, _ = await left(house, ada, rowan, "Good evening.")
    house.clock.ahead += timedelta(seconds=3)
    house.services.person_keys.held_back = True
    following = asyncio.create_task(follow(ada, talk))
    await ada.client.get(f"/api/conversations/{talk}")
    house.services.person_keys.held_back = False
    assert (await following)[-1]["done"]
    assert len(provider.asked) == 1
