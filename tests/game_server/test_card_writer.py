"""The chat model that writes cards: what its server gets, what an answer is, and when it is left alone.

The server is tests/support/card_provider.py.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest

from game_server.integrations import card_writer
from game_server.integrations.breaker import FAILURES, REST_S
from game_server.integrations.card_writer import CardWriter, open_card_writer
from game_server.settings import Settings
from rooms.activities.order import Order, messages
from tests.support.card_provider import ANSWERS_AS, KEY, MODEL, CardProvider, completion
from tests.support.push_server import CUT, HANG, Answer

ORDER = Order(type="dare", level="R", low=2, high=3, phase="build")


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture(scope="module")
def service() -> Iterator[CardProvider]:
    with CardProvider() as service:
        yield service


@pytest.fixture
def provider(service) -> CardProvider:
    service.begin()
    return service


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
async def writer(provider, seconds) -> AsyncIterator[CardWriter]:
    writer = CardWriter(
        f"{provider.url}/v1", key=KEY, model=MODEL, a_day=9, now=lambda: datetime.now(UTC), seconds=seconds
    )
    yield writer
    await writer.close()


async def test_what_is_sent_is_the_model_and_the_words_and_nothing_else(writer, provider):
    request = writer.request(messages(ORDER))
    provider.writes = lambda _: "a card"
    asked = await writer.ask(request)
    assert provider.refused == []
    assert provider.bodies == [request.decode()]
    assert (asked.content, asked.text, asked.model, asked.failure) == ("a card", "a card", ANSWERS_AS, None)
    assert KEY not in request.decode()


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (Answer(500), "http_500"),
        (Answer(401, {"error": "no"}), "http_401"),
        (Answer(429), "http_429"),
        (Answer(307, headers={"location": "/v1/chat/completions"}), "http_307"),
        (Answer(200, b"not JSON"), "no_completion"),
        (Answer(200, {"choices": [{"message": {"content": None}}]}), "no_completion"),
        (Answer(200, b"{" * 50_000), "too_large"),
        (Answer(200, completion("x" * 200_000)), "too_large"),
        (CUT, "connection"),
    ],
)
async def test_what_is_no_answer_has_a_code(writer, provider, fault, failure):
    provider.faults.append(fault)
    asked = await writer.ask(writer.request(messages(ORDER)))
    assert (asked.content, asked.failure, asked.model) == (None, failure, None)
    assert len(provider.bodies) == 1, "asked once"


async def test_who_takes_too_long_is_not_waited_for(writer, provider, monkeypatch):
    assert card_writer.ANSWERED_IN_S == 1.5
    monkeypatch.setattr(card_writer, "ANSWERED_IN_S", 0.05)
    provider.faults.append(HANG)
    assert (await writer.ask(writer.request(messages(ORDER)))).failure == "timeout"
    provider.release()


async def test_text_that_postgresql_would_not_take_is_made_readable(writer, provider):
    provider.writes = lambda _: "a\0b"
    asked = await writer.ask(writer.request(messages(ORDER)))
    assert asked.text == "a\ufffdb"


async def test_after_failures_in_a_row_it_is_left_alone_then_asked_once_and_an_answer_closes_it(
    writer, provider, seconds
):
    request = writer.request(messages(ORDER))
    provider.faults.extend([Answer(500)] * (FAILURES - 1))
    for _ in range(FAILURES):
        await writer.ask(request)
    assert not writer.rests, "an answer in between counts"
    provider.faults.extend([Answer(500)] * (FAILURES + 1))
    for _ in range(FAILURES):
        await writer.ask(request)
    assert writer.rests
    provider.bodies.clear()
    assert await writer.ask(request) is None
    seconds.at += REST_S
    assert not writer.rests
    both = await asyncio.gather(writer.ask(request), writer.ask(request))
    assert len(provider.bodies) == 1, "one tries it for all"
    assert [one and one.failure for one in both] == ["http_500", None]
    assert writer.rests
    seconds.at += REST_S
    assert (await writer.ask(request)).failure is None
    assert (await writer.ask(request)).failure is None
    assert not writer.rests


async def test_who_asks_to_be_left_alone_is_for_as_long(writer, provider, seconds):
    request = writer.request(messages(ORDER))
    provider.faults.append(Answer(429, headers={"retry-after": "120"}))
    await writer.ask(request)
    seconds.at += 119
    assert writer.rests
    seconds.at += 1
    assert (await writer.ask(request)).failure is None


async def test_an_answer_that_holds_no_card_is_no_reason_to_leave_it_alone(writer, provider):
    provider.writes = lambda _: "I would rather not."
    for _ in range(FAILURES + 1):
        assert (await writer.ask(writer.request(messages(ORDER)))).failure is None
    assert not writer.rests


async def test_without_its_settings_there_is_none(provider):
    now = lambda: datetime.now(UTC)  # noqa: E731
    assert open_card_writer(Settings(), now) is None
    for budget, a_day in ((None, 1000), (0, 0), (7, 7)):
        writer = open_card_writer(Settings(cards_daily_budget=budget, **provider.settings), now)
        assert writer is not None
        assert writer.a_day == a_day
        await writer.close()
