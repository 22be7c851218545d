"""The providers that answer for characters: what their servers get, what an answer is, and when one is asked again or left alone.

The servers are tests/support/openai_standin.py and tests/support/flowise_standin.py.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from datetime import UTC, datetime

import msgspec
import pytest

from game_server.integrations.ai.flowise import Flowise
from game_server.integrations.ai.responses import Responses
from game_server.integrations.ai.talker import Ask, Ended, Line, NoAnswer, Picture, Said
from game_server.integrations.breaker import FAILURES
from tests.support.ai_standin import Cut, Raw, Refuse, Wait
from tests.support.flowise_standin import CHATFLOW, FlowiseServer
from tests.support.openai_standin import MODEL, Made, OpenAi, no

ASK = Ask(
    model=MODEL,
    instructions="You play Rowan.",
    message="Good evening.",
    person="hash-of-somebody",
    before=(Line("user", "Hello."), Line("assistant", "Hello, you.")),
    most_tokens=200,
)
FLOW = msgspec.structs.replace(ASK, model=CHATFLOW, session="a-random-session")


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture(scope="module")
def openai_server() -> Iterator[OpenAi]:
    with OpenAi() as server:
        yield server


@pytest.fixture(scope="module")
def flowise_server() -> Iterator[FlowiseServer]:
    with FlowiseServer() as server:
        yield server


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
async def responses(openai_server, seconds) -> AsyncIterator[Responses]:
    openai_server.begin()
    talker = _responses(openai_server, seconds=seconds)
    yield talker
    await talker.close()


@pytest.fixture
async def flowise(flowise_server, seconds) -> AsyncIterator[Flowise]:
    flowise_server.begin()
    talker = Flowise(flowise_server.url, key=flowise_server.key, now=lambda: datetime.now(UTC), seconds=seconds)
    yield talker
    await talker.close()


def _responses(server: OpenAi, *, keeps: bool = False, **more) -> Responses:
    return Responses(
        f"{server.url}/v1", key=server.key, keeps=keeps, now=lambda: datetime.now(UTC), strict=True, **more
    )


async def answered(talker, ask: Ask) -> tuple[str, Ended | str]:
    """The text, and its end or why there was none."""
    text = ""
    try:
        async for piece in talker.answer(ask):
            if isinstance(piece, Ended):
                return text, piece
            text += piece.text
    except NoAnswer as error:
        return text, error.why
    raise AssertionError("an answer has an end")


async def test_openai_is_told_what_is_needed_and_nothing_of_the_environment(openai_server, responses, monkeypatch):
    for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/of-the-environment")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Of-The-Environment: yes")
    talker = _responses(openai_server)
    picture = Picture("image/png", b"\x89PNG")
    text, end = await answered(talker, msgspec.structs.replace(ASK, pictures=(picture,)))
    await talker.close()
    assert openai_server.wrong == []
    assert (text, end) == (
        "I am glad that you are here. How was your day?",
        Ended(id="resp_1", input_tokens=300, output_tokens=40),
    )
    asked = openai_server.asked[0]
    assert "x-of-the-environment" not in asked.headers
    assert asked.body == {
        "model": MODEL,
        "instructions": "You play Rowan.",
        "input": [
            {"role": "user", "content": "Hello."},
            {"role": "assistant", "content": "Hello, you."},
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "Good evening."},
                    {"type": "input_image", "detail": "auto", "image_url": "data:image/png;base64,iVBORw=="},
                ],
            },
        ],
        "max_output_tokens": 200,
        "safety_identifier": "hash-of-somebody",
        "store": False,
        "stream": True,
    }


async def test_where_answers_are_kept_the_next_goes_on_from_the_last_and_a_forgotten_one_is_told_anew(openai_server):
    openai_server.begin()
    talker = _responses(openai_server, keeps=True)
    _, first = await answered(talker, ASK)
    ask = msgspec.structs.replace(ASK, continues=first.id)
    await answered(talker, ask)
    assert openai_server.last["previous_response_id"] == first.id
    assert len(openai_server.last["input"]) == 1
    openai_server.kept.clear()
    text, end = await answered(talker, ask)
    await talker.close()
    assert text
    assert isinstance(end, Ended)
    assert "previous_response_id" not in openai_server.last
    assert len(openai_server.last["input"]) == 3
    assert len(openai_server.asked) == 4
    assert openai_server.wrong == []


async def test_an_answer_that_is_as_long_as_may_be_is_full_and_a_refusal_is_none(openai_server, responses):
    def ending(made):
        return {"type": "response.incomplete", "response": made}

    server = openai_server
    response = {**_response(server), "status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
    server.scripts.append(["So much. ", ending({**response, "id": "resp_1"}), Wait()])
    text, end = await answered(responses, ASK)
    assert (text, end.full) == ("So much. ", True)
    refusal = {"type": "response.refusal.delta", "item_id": "x", "output_index": 0, "content_index": 0, "delta": "No."}
    server.scripts.append([refusal])
    assert await answered(responses, ASK) == ("", "provider_refused")
    failed = {**_response(server), "status": "failed", "error": {"code": "rate_limit_exceeded", "message": "x"}}
    server.scripts.append(["Some. ", {"type": "response.failed", "response": failed}])
    assert await answered(responses, ASK) == ("Some. ", "provider_busy")
    server.scripts.append([{"type": "error", "code": "server_error", "message": "x", "param": None}])
    assert await answered(responses, ASK) == ("", "provider_unavailable")


def _response(server: OpenAi) -> dict:
    return Made("resp_1", {"model": MODEL}).response("in_progress")


BAD_EVENTS = {
    "no JSON": Raw(b"data: {not json\n\n"),
    "a list": Raw(b"data: [1, 2]\n\n"),
    "an old number": Raw(
        b'data: {"type": "response.output_text.delta", "sequence_number": 1, "item_id": "msg_resp_1",'
        b' "output_index": 0, "content_index": 0, "delta": "x", "logprobs": []}\n\n'
    ),
    "another's item": {
        "type": "response.output_text.delta", "item_id": "msg_other", "output_index": 0, "content_index": 0,
        "delta": "x", "logprobs": [],
    },
    "no text": Raw(b'data: {"type": "response.output_text.delta", "sequence_number": 99}\n\n'),
    "not UTF-8": Raw(b"data: \xff\xfe\n\n"),
    "much too much": Raw(b"data: " + b"x" * (5 * 1024 * 1024)),
}  # fmt: skip


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("bad", BAD_EVENTS)
async def test_events_that_are_none_end_an_answer_and_what_had_come_stays(openai_server, bad, strict):
    openai_server.begin()
    talker = Responses(
        f"{openai_server.url}/v1", key=openai_server.key, keeps=False, now=lambda: datetime.now(UTC), strict=strict
    )
    openai_server.scripts.append(["That is fine. ", BAD_EVENTS[bad], "More."])
    assert await answered(talker, ASK) == ("That is fine. ", "provider_broken")
    assert len(openai_server.asked) == 1
    await talker.close()


async def test_a_line_that_breaks_is_never_asked_again(openai_server, responses):
    openai_server.scripts += [["One. ", Cut()], [Cut()]]
    assert await answered(responses, ASK) == ("One. ", "answer_cut")
    assert await answered(responses, ASK) == ("", "answer_cut")
    assert len(openai_server.asked) == 2


async def test_only_what_nobody_began_with_is_asked_again(openai_server, responses):
    openai_server.scripts += [no(429, "rate_limit_exceeded", headers={"retry-after": "0"}), no(503, "overloaded")]
    text, _ = await answered(responses, ASK)
    assert text
    assert len(openai_server.asked) == 3
    for status, why in {500: "provider_unavailable", 502: "provider_unavailable", 401: "not_configured"}.items():
        openai_server.begin()
        openai_server.scripts.append(Refuse(status, {"error": {"message": "no", "code": None}}))
        assert await answered(responses, ASK) == ("", why)
        assert len(openai_server.asked) == 1


async def test_a_server_that_wants_a_long_pause_gets_it(openai_server, responses, seconds):
    openai_server.scripts.append(no(429, "rate_limit_exceeded", headers={"retry-after": "60"}))
    assert await answered(responses, ASK) == ("", "provider_busy")
    assert responses.rests
    assert await answered(responses, ASK) == ("", "provider_unavailable")
    assert len(openai_server.asked) == 1
    seconds.at = 61.0
    text, _ = await answered(responses, ASK)
    assert text
    assert not responses.rests


async def test_money_that_is_spent_is_not_asked_for_again(openai_server, responses):
    openai_server.scripts.append(no(429, "insufficient_quota"))
    assert await answered(responses, ASK) == ("", "provider_busy")
    assert len(openai_server.asked) == 1


async def test_whoever_does_not_answer_several_times_is_left_alone(openai_server, responses):
    openai_server.scripts += [Refuse(500) for _ in range(FAILURES)]
    for _ in range(FAILURES):
        assert await answered(responses, ASK) == ("", "provider_unavailable")
    assert responses.rests
    assert await answered(responses, ASK) == ("", "provider_unavailable")
    assert len(openai_server.asked) == FAILURES


async def test_nobody_at_the_address_took_nothing():
    talker = Responses("http://127.0.0.1:9/v1", key="k", keeps=False, now=lambda: datetime.now(UTC))
    with pytest.raises(NoAnswer) as refused:
        await anext(talker.answer(ASK))
    assert (refused.value.why, refused.value.taken) == ("provider_unavailable", False)
    await talker.close()


async def test_who_stops_listening_ends_the_answer_there_too(openai_server, responses):
    wait = Wait()
    openai_server.scripts.append(["One. ", wait, "Two."])
    async with aclosing(responses.answer(ASK)) as pieces:
        assert await anext(pieces) == Said("One. ")
    assert await asyncio.to_thread(openai_server.hung_up.wait, 10)
    wait.go.set()


async def test_flowise_is_asked_by_its_session_and_its_odd_events_are_read(flowise_server, flowise):
    picture = Picture("image/webp", b"RIFF")
    text, end = await answered(flowise, msgspec.structs.replace(FLOW, pictures=(picture,)))
    assert flowise_server.wrong == []
    assert (text, end) == ("I am glad that you are here. How was your day?", Ended())
    assert flowise_server.asked[0].body == {
        "question": "You play Rowan.\n\nGood evening.",
        "chatId": "a-random-session",
        "streaming": True,
        "overrideConfig": {"sessionId": "a-random-session"},
        "uploads": [
            {"type": "file", "name": "picture1.webp", "data": "data:image/webp;base64,UklGRg==", "mime": "image/webp"}
        ],
    }


@pytest.mark.parametrize(
    ("script", "came"),
    [
        (["One. ", {"event": "error", "data": "a stack"}], ("One. ", "provider_unavailable")),
        (["One. ", {"event": "abort"}], ("One. ", "answer_cut")),
        (["One. ", Cut()], ("One. ", "answer_cut")),
        (["One. ", Raw(b"data: {\n\n")], ("One. ", "provider_broken")),
        (["One. ", Raw(b'message\ndata:{"event":"token","data":{"a":1}}\n\n')], ("One. ", "provider_broken")),
        (["One. ", Raw(b"data: " + b"x" * 300_000)], ("One. ", "provider_broken")),
        (["One. ", {"event": "agentReasoning", "data": [1]}, "Two."], ("One. Two.", Ended())),
        (["One. ", Raw(b"message\ndata:[DONE]\n\n")], ("One. ", Ended())),
        (Refuse(200, {"text": "All at once."}), ("All at once.", Ended())),
        (Refuse(200, {"json": 1}), ("", "provider_broken")),
        (Refuse(404), ("", "not_configured")),
        (Refuse(500), ("", "provider_unavailable")),
        (Refuse(307, headers={"location": "http://127.0.0.1:1/"}), ("", "provider_broken")),
    ],
)
async def test_what_flowise_says_otherwise(flowise_server, flowise, script, came):
    flowise_server.scripts.append(script)
    assert await answered(flowise, FLOW) == came
    assert len(flowise_server.asked) == 1


DEEP = b"[" * 100_000 + b"]" * 100_000
"""Smaller than an answer may be."""


@pytest.mark.parametrize(
    "script",
    [
        ["One. ", Raw(b'message\ndata:{"event":"token","data":' + DEEP + b"}\n\n")],
        ["One. ", Raw(b"message\ndata:" + DEEP + b"\n\n")],
        Refuse(200, b'{"text":' + DEEP + b"}"),
        Refuse(200, b'{"other":' + DEEP + b', "text": "x"}'),
    ],
)
async def test_what_is_nested_too_deep_is_no_answer_of_flowise_and_counts(flowise_server, flowise, script):
    flowise_server.scripts += [script] * FAILURES
    for _ in range(FAILURES):
        assert await answered(flowise, FLOW) == ("" if isinstance(script, Refuse) else "One. ", "provider_broken")
    # One that has begun is there: what counts is that nothing else is believed of it.
    assert (flowise.rests > 0) == isinstance(script, Refuse)


async def test_what_is_nested_too_deep_is_no_answer_of_openai_and_counts(openai_server, responses):
    deep = Raw(b'event: x\ndata: {"type": "response.created", "sequence_number": 1, "response": ' + DEEP + b"}\n\n")
    openai_server.scripts.append(["One. ", deep])
    assert await answered(responses, ASK) == ("One. ", "provider_broken")
    openai_server.scripts += [Refuse(400, b'{"error": ' + DEEP + b"}") for _ in range(FAILURES - 1)]
    for _ in range(FAILURES - 1):
        assert await answered(responses, ASK) == ("", "provider_broken")
    assert responses.rests


@pytest.mark.parametrize("model", ["a/../../chatflows", "a/b", "a.."])
async def test_a_chatflow_is_no_path(flowise_server, flowise, model):
    assert await answered(flowise, msgspec.structs.replace(FLOW, model=model)) == ("", "not_configured")
    assert flowise_server.asked == []


async def test_flowise_is_asked_again_where_it_was_busy(flowise_server, flowise):
    flowise_server.scripts += [Refuse(429, headers={"retry-after": "0"}), Refuse(503)]
    text, _ = await answered(flowise, FLOW)
    assert text
    assert len(flowise_server.asked) == 3
