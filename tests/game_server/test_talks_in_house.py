"""Talks where nobody answers, or not for ever: what is off, what is spent, what is kept elsewhere, and what is given up.

In this process, with a clock that moves; what only a line shows is in test_talks.py.
"""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest

from game_server.characters.answers import MOST_KEPT_TOKENS, Answers
from game_server.characters.chat_sweeps import end_lost_answers, forget_spending
from game_server.integrations.ai.responses import Responses
from game_server.settings import Settings, SettingsError
from tests.support.ai_standin import Refuse, Wait
from tests.support.house import House, Person, open_house, sign_up
from tests.support.openai_standin import MODEL, OpenAi
from tests.support.talks import CHAT, STATS

FREE = {f"limit_{name}": "100000/60" for name in ("other", "register", "login", "chat")}
WEEKS = {"access_token_s": 10**8, "refresh_token_s": 10**8}


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
    changes = {**openai_server.settings, **FREE, **WEEKS, "characters_prices": ("*=2/10", f"{MODEL}=1000/1000")}
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), **changes) as opened:
        yield opened


@pytest.fixture
async def ada(house) -> Person:
    return await sign_up(house)


@asynccontextmanager
async def otherwise(house: House, **changes: Any) -> AsyncIterator[Answers]:
    """The house with other settings, or other services, for a while."""
    services = {name: changes.pop(name) for name in ("talkers",) if name in changes}
    before = house.app.state.services
    settings = msgspec.structs.replace(before.settings, **changes)
    house.app.state.services = msgspec.structs.replace(before, settings=settings, **services)
    house.app.state.answers = answers = Answers(house.app.state.services)
    try:
        yield answers
    finally:
        await answers.rest(0)
        house.app.state.services = before
        house.app.state.answers = Answers(before)


async def character(person: Person, **more: Any) -> str:
    body = {"name": "Rowan", "age_range": "31-40", "stats": STATS, **more}
    answer = await person.client.post("/api/kinksters", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def say(person: Person, kinkster: str, message: str, **more: Any) -> httpx.Response:
    return await person.client.post(CHAT, json={"kinkster_id": kinkster, "message": message, **more})


def events(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    return [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")]


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def messages(person: Person, talk: str) -> list[dict[str, Any]]:
    return list(reversed((await person.client.get(f"/api/conversations/{talk}/messages")).json()["items"]))


async def spent(house: House, person: Person) -> int:
    return int(
        await house.database.fetchval(
            "SELECT coalesce(sum(spent_micros), 0) FROM ai_spending_of_people WHERE user_id = $1", uuid.UUID(person.id)
        )
    )


async def test_where_nobody_is_set_up_that_is_said_and_a_safeword_is_heard_all_the_same(house, ada, provider):
    rowan = await character(ada)
    async with otherwise(house, talkers={}):
        off = await say(ada, rowan, "Hello?")
        assert code(off) == (503, "not_configured")
        assert "Retry-After" not in off.headers
        assert events(await say(ada, rowan, "safeword"))[-1]["safety"]
    assert provider.asked == []
    assert await spent(house, ada) == 0


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"ATTUNED_OPENAI_API_KEY": "k"}, "ATTUNED_OPENAI_MODEL"),
        (
            {"ATTUNED_OPENAI_MODEL": "m", "ATTUNED_OPENAI_BASE_URL": "https://ai.example.org/v1"},
            "ATTUNED_OPENAI_API_KEY",
        ),
        ({"ATTUNED_FLOWISE_URL": "https://flow.example.org"}, "ATTUNED_FLOWISE_API_KEY"),
        ({"ATTUNED_CHARACTERS_PRICES": "gpt-5=cheap"}, "ATTUNED_CHARACTERS_PRICES"),
        ({"ATTUNED_FLOWISE_URL": "http://flow.example.org", "ATTUNED_FLOWISE_API_KEY": "k"}, "ATTUNED_FLOWISE_URL"),
    ],
)
def test_half_of_a_provider_is_an_error_at_the_start(given, missing):
    with pytest.raises(SettingsError, match=missing):
        Settings.from_environment(given)


async def test_a_provider_that_does_not_answer_is_left_alone(house, ada, provider):
    rowan = await character(ada)
    provider.scripts += [Refuse(500) for _ in range(5)]
    async with otherwise(house, characters_person_daily_budget=10**5, characters_daily_budget=10**6):
        for _ in range(5):
            assert events(await say(ada, rowan, "Hello?"))[-1]["error"]["code"] == "provider_unavailable"
        assert code(rests := await say(ada, rowan, "Hello?")) == (503, "provider_unavailable")
        assert 20 < int(rests.headers["Retry-After"]) <= 30
    assert len(provider.asked) == 5
    house.services.talkers["openai_responses"]._breaker.went_well()  # the next tests are not to wait for it


async def test_a_provider_that_never_ends_has_said_enough(house, ada, provider):
    rowan = await character(ada)
    async with otherwise(house, characters_person_daily_budget=10**5, characters_daily_budget=10**6):
        provider.scripts.append([("A line that is fine. " + "naked schoolgirls " * 54) * 200])
        told = events(await say(ada, rowan, "Hello?"))
    assert told[-1]["done"]
    kept = (await messages(ada, told[-1]["conversation_id"]))[1]
    assert kept["content"].count("A line that is fine.") < 30


async def test_no_two_at_once_pass_a_budget_and_the_next_day_has_another(house, ada, provider):
    rowan, talks_of = await character(ada), []
    cost = 340_000  # 300 tokens in and 40 out, at 1000 for a million
    async with otherwise(house, characters_person_daily_budget=9.0, characters_daily_budget=10**6):
        waits = [Wait() for _ in range(4)]
        provider.scripts += [["One. ", wait] for wait in waits]
        asked = [asyncio.create_task(say(ada, rowan, "Hello?")) for _ in range(4)]
        for wait in waits[:1]:
            assert await asyncio.to_thread(wait.reached.wait, 20)
        for wait in waits:
            wait.go.set()
        answers = await asyncio.gather(*asked)
        passed = [one for one in answers if one.status_code == 200]
        assert {code(one) for one in answers if one.status_code != 200} <= {(429, "budget_used"), (429, "rate_limited")}
        assert 1 <= len(passed) < 4
        assert len(provider.asked) == len(passed)
        assert await spent(house, ada) == cost * len(passed)
        talks_of = [events(one)[-1]["conversation_id"] for one in passed]
    async with otherwise(house, characters_person_daily_budget=1.0, characters_daily_budget=10**6):
        refused = await say(ada, rowan, "More?", conversation_id=talks_of[0])
        assert code(refused) == (429, "budget_used")
        assert 0 < int(refused.headers["Retry-After"]) <= 86_400
        assert [one["role"] for one in await messages(ada, talks_of[0])] == ["user", "assistant"]
    async with otherwise(house, characters_person_daily_budget=100.0, characters_daily_budget=1.0):
        assert code(await say(ada, rowan, "More?")) == (429, "budget_used")
    assert await spent(house, ada) == cost * len(passed)
    house.clock.ahead += timedelta(days=1)
    async with otherwise(house, characters_person_daily_budget=9.0, characters_daily_budget=20.0):
        assert events(await say(ada, rowan, "And today?"))[-1]["done"]
    house.clock.ahead += timedelta(days=9)
    await forget_spending(house.services)
    assert await spent(house, ada) == 0


async def test_several_answers_are_written_for_one_person_and_not_any_number(house, ada, provider):
    rowan = await character(ada)
    async with otherwise(house, characters_person_daily_budget=10**5, characters_daily_budget=10**6):
        waits = [Wait() for _ in range(3)]
        provider.scripts += [["One. ", wait] for wait in waits]
        asked = []
        for wait in waits:
            asked.append(asyncio.create_task(say(ada, rowan, "Hello?")))
            assert await asyncio.to_thread(wait.reached.wait, 20)
        assert code(await say(ada, rowan, "Hello?")) == (429, "rate_limited")
        for wait in waits:
            wait.go.set()
        assert all(events(one)[-1]["done"] for one in await asyncio.gather(*asked))


async def test_a_process_that_goes_away_keeps_what_had_come(house, ada, provider):
    rowan, wait = await character(ada), Wait()
    async with otherwise(house, characters_person_daily_budget=10**5, characters_daily_budget=10**6) as answers:
        provider.scripts.append(["That is fine. ", wait, "Never told."])
        asked = asyncio.create_task(say(ada, rowan, "Tell me."))
        assert await asyncio.to_thread(wait.reached.wait, 20)
        [writing] = answers._open.values()
        more = writing.listen()
        async with asyncio.timeout(20):  # it was sent, and is to be read first
            while not writing.shown:
                await more.wait()
                more.clear()
        await answers.rest(0)
        told = events(await asked)
    wait.go.set()
    assert told[-1]["error"]["code"] == "answer_lost"
    kept = (await messages(ada, told[-1]["conversation_id"]))[1]
    assert (kept["status"], kept["content"]) == ("partial", "That is fine. ")


async def test_what_nobody_writes_any_more_is_ended_by_whoever_comes_next(house, ada, provider):
    rowan = await character(ada)
    async with otherwise(house, characters_person_daily_budget=10**5, characters_daily_budget=10**6):
        talks = [events(await say(ada, rowan, "Hello."))[-1]["conversation_id"] for _ in range(3)]
        for talk in talks:  # as a process leaves it that is killed
            lost = "SELECT id FROM messages WHERE conversation_id = $1 AND role = 'assistant'"
            await house.database.execute(
                f"UPDATE messages SET status = 'streaming' WHERE id = ({lost})", uuid.UUID(talk)
            )
            await house.database.execute(
                f"UPDATE agent_sessions SET ended_at = NULL, outcome = NULL WHERE message_id = ({lost})",
                uuid.UUID(talk),
            )
        assert code(await say(ada, rowan, "Go on.", conversation_id=talks[0])) == (409, "wrong_state")
        house.clock.ahead += timedelta(minutes=1)
        assert events(await say(ada, rowan, "Go on.", conversation_id=talks[0]))[-1]["done"]
        assert [one["status"] for one in await messages(ada, talks[1])] == ["done", "partial"]
        lost = events(await ada.client.get(f"/api/conversations/{talks[1]}/stream"))
        assert lost[0]["text"]
        assert lost[-1]["error"]["code"] == "answer_lost"
        await end_lost_answers(house.services)
        assert await house.database.fetchval("SELECT count(*) FROM messages WHERE status = 'streaming'") == 0
        assert await house.database.fetchval("SELECT count(*) FROM agent_sessions WHERE ended_at IS NULL") == 0


async def test_where_a_provider_may_keep_talks_they_go_on_from_there_until_they_are_long(house, ada, provider):
    talker = Responses(f"{provider.url}/v1", key=provider.key, keeps=True, now=house.clock.now)
    rowan = await character(ada)
    limits = {"characters_person_daily_budget": 10**5, "characters_daily_budget": 10**6}
    async with otherwise(house, talkers={"openai_responses": talker}, **limits):
        first = events(await say(ada, rowan, "My cat is called Pixel."))[-1]
        talk = {"conversation_id": first["conversation_id"]}
        assert provider.last["store"] is True
        await say(ada, rowan, "What is she called?", **talk)
        assert provider.last["previous_response_id"] == "resp_1"
        assert len(provider.last["input"]) == 1
        provider.kept.clear()  # it forgets
        await say(ada, rowan, "And now?", **talk)
        assert "previous_response_id" not in provider.last
        assert [one["content"] for one in provider.last["input"][:-1]][::2] == [
            "My cat is called Pixel.", "What is she called?",
        ]  # fmt: skip
        provider.input_tokens = MOST_KEPT_TOKENS + 1
        await say(ada, rowan, "A long one.", **talk)
        assert provider.last["previous_response_id"]
        await say(ada, rowan, "Short again.", **talk)
        assert "previous_response_id" not in provider.last
        await ada.client.patch(f"/api/kinksters/{rowan}", json={"bio": "Loud and merry."})
        provider.input_tokens = 300
        await say(ada, rowan, "Who are you?", **talk)
        assert "previous_response_id" not in provider.last
        assert len(provider.last["input"]) == 1
    await talker.close()


async def test_of_somebody_who_has_paused_nothing_is_asked(house, ada, provider):
    rowan = await character(ada)
    async with otherwise(house, characters_person_daily_budget=10**5, characters_daily_budget=10**6):
        said = await ada.client.post("/api/me/submission-state", json={"state": "paused"})
        assert said.status_code in (200, 201), said.text
        orders = ["I have a new task for you. ", "You have to write me a letter by tomorrow. "]
        provider.scripts.append([*orders, "I am glad to see you."])
        told = events(await say(ada, rowan, "Good evening."))
        assert "".join(one.get("text", "") for one in told) == "I am glad to see you."
        assert "They have paused" in provider.last["instructions"]


async def test_a_pause_ends_what_is_being_said(house, ada, provider):
    rowan, wait = await character(ada), Wait()
    async with otherwise(house, characters_person_daily_budget=10**5, characters_daily_budget=10**6):
        await ada.client.post("/api/me/submission-state", json={"state": "active"})
        provider.scripts.append(["Good evening. ", wait, "I have a new task for you."])
        asked = asyncio.create_task(say(ada, rowan, "Good evening."))
        assert await asyncio.to_thread(wait.reached.wait, 20)
        await ada.client.post("/api/me/submission-state", json={"state": "paused"})
        async with asyncio.timeout(20):
            told = events(await asked)
        wait.go.set()
        assert told[-1]["error"]["code"] == "answer_stopped"


def card_of(answer: httpx.Response) -> str:
    """The safety card of an answer that stands in no talk."""
    told = events(answer)
    assert told[-1] == {
        "done": True, "safety": True, "usage": {"input_tokens": 0, "output_tokens": 0, "cost_micros": 0},
    }  # fmt: skip
    assert told[0]["safety"] is True
    return str(told[0]["text"])


async def test_a_cry_for_help_gets_the_safety_card_whatever_else_is_wrong(house, ada, provider):
    rowan, nobody = await character(ada), str(uuid.uuid4())
    wrong = [
        {"kinkster_id": nobody},
        {"conversation_id": nobody},
        {"file_ids": [nobody]},
    ]
    for what in wrong:
        body = {"kinkster_id": rowan, "message": "I want to die", **what}
        assert "112" in card_of(await ada.client.post(CHAT, json=body)), what
        assert (await ada.client.post(CHAT, json={**body, "message": "Good evening."})).status_code in (404, 422), what
    by_openai = {"kinkster_id": rowan, "message": "I want to die"}
    assert "112" in card_of(await ada.client.post("/api/flowise/chat", json=by_openai))
    house.services.person_keys.held_back = True
    try:
        assert "112" in card_of(await say(ada, rowan, "Ich will nicht mehr leben"))
        assert code(await say(ada, rowan, "Good evening.")) == (503, "keys_unavailable")
    finally:
        house.services.person_keys.held_back = False
    async with otherwise(house, limit_chat="1/3600"):
        await say(ada, rowan, "Good evening.")
        for _ in range(3):
            assert code(await say(ada, rowan, "Good evening.")) == (429, "rate_limited")
            assert "owe nobody a reason" in card_of(await say(ada, rowan, "safeword"))
    assert len(provider.asked) <= 1


async def test_words_of_a_crisis_and_the_card_are_told_to_no_provider_later(house, ada, provider):
    rowan = await character(ada)
    async with otherwise(house, characters_person_daily_budget=10**5, characters_daily_budget=10**6):
        talk = {"conversation_id": events(await say(ada, rowan, "Good evening."))[-1]["conversation_id"]}
        for words in ("Red!", "I want to die"):
            assert events(await say(ada, rowan, words, **talk))[-1]["safety"]
        await say(ada, rowan, "I am better now.", **talk)
    assert [one["content"] for one in provider.last["input"][:-1]] == [
        "Good evening.", "I am glad that you are here. How was your day?",
    ]  # fmt: skip


async def test_a_safeword_stops_what_is_being_written_also_where_it_cannot_be_kept(house, ada, provider):
    rowan, wait = await character(ada), Wait()
    async with otherwise(house, characters_person_daily_budget=10**5, characters_daily_budget=10**6):
        provider.scripts.append(["I come closer. ", wait, "Closer."])
        asked = asyncio.create_task(say(ada, rowan, "Come here."))
        assert await asyncio.to_thread(wait.reached.wait, 20)
        talk = (await ada.client.get("/api/conversations")).json()["items"][0]["id"]
        more = {"conversation_id": talk, "file_ids": [str(uuid.uuid4())]}
        assert "owe nobody a reason" in card_of(await say(ada, rowan, "Red!", **more))
        async with asyncio.timeout(20):
            assert events(await asked)[-1]["error"]["code"] == "answer_stopped"
        wait.go.set()


async def test_at_midnight_a_budget_begins_anew_and_an_answer_is_paid_by_the_day_that_it_began(house, ada, provider):
    rowan, wait = await character(ada), Wait()
    midnight = (house.clock.now() + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    house.clock.ahead += midnight - house.clock.now() - timedelta(seconds=8)
    async with otherwise(house, characters_person_daily_budget=3.5, characters_daily_budget=10**6):
        provider.scripts.append(["Good evening. ", wait, "Good night."])
        asked = asyncio.create_task(say(ada, rowan, "Good evening."))
        assert await asyncio.to_thread(wait.reached.wait, 20)
        refused = await say(ada, rowan, "More?")
        assert code(refused) == (429, "budget_used")
        assert 0 < int(refused.headers["Retry-After"]) <= 8
        house.clock.ahead += timedelta(seconds=int(refused.headers["Retry-After"]))
        today = events(await say(ada, rowan, "Good morning."))
        assert today[-1]["done"]
        wait.go.set()
        assert events(await asked)[-1]["done"]
    days = await house.database.fetch(
        "SELECT day, spent_micros FROM ai_spending_of_people WHERE user_id = $1 ORDER BY day", uuid.UUID(ada.id)
    )
    assert [tuple(row) for row in days] == [
        ((midnight - timedelta(days=1)).date(), 340_000), (midnight.date(), 340_000),
    ]  # fmt: skip
