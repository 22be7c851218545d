"""How the model that draws is asked, and what each of its answers means for whoever pays."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from game_server.integrations.ai_images import Declined, Drawn, OpenAIImages, Undrawn
from tests.support.image_provider import COST, KEY, MODEL, ImageProvider, declined, elsewhere
from tests.support.pictures import picture
from tests.support.push_server import CUT, HANG, Answer


@pytest.fixture(scope="module")
def provider() -> Iterator[ImageProvider]:
    with ImageProvider() as opened:
        yield opened


@pytest_asyncio.fixture
async def images(provider: ImageProvider) -> AsyncIterator[OpenAIImages]:
    provider.begin()
    opened = client(f"{provider.url}/v1")
    yield opened
    await opened.close()


def client(url: str, **changes: float) -> OpenAIImages:
    return OpenAIImages(url, key=KEY, model=MODEL, cost_micros=COST, now=lambda: datetime.now(UTC), **changes)


async def test_a_picture_comes_as_bytes_in_the_answer_of_one_request(images, provider):
    data = picture("WEBP")
    provider.draws = lambda prompt: data if prompt == "a lighthouse" else b""
    assert await images.draw("a lighthouse") == Drawn(data)
    assert provider.paths == ["/v1/images/generations"]
    assert not provider.refused


@pytest.mark.parametrize("code", ["moderation_blocked", "content_policy_violation"])
async def test_that_it_does_not_draw_something_is_an_answer_and_no_failure(images, provider, code):
    provider.faults.extend([declined(code)] * 6)
    assert [await images.draw("x") for _ in range(6)] == [Declined()] * 6
    assert isinstance(await images.draw("x"), Drawn)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (CUT, Undrawn("connection", taken=True)),
        (Answer(500, b"oh"), Undrawn("provider_failed", taken=True)),
        (Answer(503, b"", {"retry-after": "7"}), Undrawn("provider_failed", taken=True)),
        (Answer(429, b"{}", {"retry-after": "7"}), Undrawn("provider_busy", taken=False, again_s=7.0)),
        (Answer(429, b"{}"), Undrawn("provider_busy", taken=False, again_s=60.0)),
        (Answer(401, {"error": {"code": "invalid_api_key"}}), Undrawn("provider_key", taken=False)),
        (Answer(404, {"error": {"code": "model_not_found"}}), Undrawn("provider_rejects", taken=False)),
        (Answer(400, {"error": {"code": "invalid_value"}}), Undrawn("provider_rejects", taken=False)),
        (Answer(400, b"<html>"), Undrawn("provider_rejects", taken=False)),
        (Answer(307, b"", {"location": "http://169.254.169.254/"}), Undrawn("provider_rejects", taken=False)),
        (Answer(200, b"{"), Undrawn("no_picture", taken=True)),
        (Answer(200, {"data": []}), Undrawn("no_picture", taken=True)),
        (Answer(200, {"data": [{"b64_json": "not base64!"}]}), Undrawn("no_picture", taken=True)),
        (Answer(200, {"data": [{"b64_json": ""}]}), Undrawn("no_picture", taken=True)),
        (Answer(200, b"[" * 100_000), Undrawn("no_picture", taken=True)),
        (Answer(200, b" " * (16 * 1024 * 1024 + 1)), Undrawn("too_large", taken=True)),
    ],
    ids=lambda one: one.reason if isinstance(one, Undrawn) else str(getattr(one, "status", one)),
)
async def test_what_is_no_picture_says_whether_it_may_have_been_drawn_and_nobody_asks_twice(
    images, provider, fault, outcome
):
    provider.faults.append(fault)
    assert await images.draw("x") == outcome
    assert len(provider.paths) == 1


async def test_an_address_in_an_answer_is_left_where_it_is(images, provider):
    provider.faults.append(elsewhere(f"{provider.url}/picture.png"))
    assert await images.draw("x") == Undrawn("no_picture", taken=True)
    assert provider.paths == ["/v1/images/generations"]


async def test_who_does_not_answer_in_time_may_have_drawn_it(provider):
    provider.begin()
    slow = client(f"{provider.url}/v1", answered_in_s=0.05)
    provider.faults.append(HANG)
    assert await slow.draw("x") == Undrawn("timeout", taken=True)
    provider.release()
    await slow.close()


async def test_who_is_not_there_has_taken_nothing(provider):
    with ImageProvider() as gone:
        url = f"{gone.url}/v1"
    nobody = client(url)
    assert await nobody.draw("x") == Undrawn("connection", taken=False, again_s=30.0)
    await nobody.close()


async def test_who_fails_five_times_is_left_alone_and_who_is_busy_as_long_as_they_say(images, provider):
    provider.faults.extend([Answer(500)] * 5)
    for _ in range(5):
        await images.draw("x")
    assert await images.draw("x") == Undrawn("provider_rests", taken=False, again_s=30.0)
    assert len(provider.paths) == 5
    busy = client(f"{provider.url}/v1")
    provider.faults.append(Answer(429, b"", {"retry-after": "600"}))
    await busy.draw("x")
    assert await busy.draw("x") == Undrawn("provider_rests", taken=False, again_s=30.0)
    assert len(provider.paths) == 6
    await busy.close()
