"""A chat model that writes cards, at any address that speaks OpenAI's API: asked once, for 1.5 seconds at most.

What is sent is what the log keeps, byte for byte; beside it goes the key, and nothing of a request or a trace. An answer is data:
who asked judges it. No redirects, no proxy of the environment, sixteen kilobytes at most.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
import structlog

from game_server import adapters
from game_server.integrations.breaker import Breaker
from game_server.integrations.upstream import LARGEST_ANSWER, Answer, Unreachable, Upstream
from game_server.process import gauges
from game_server.settings import Settings
from rooms.activities.order import Message

log = structlog.get_logger()

ANSWERED_IN_S = 1.5
LONGEST_CARD = 500
"""Tokens: a card with its tags has about two hundred."""

CARDS_A_DAY = 1000
"""Where the budget is not set."""

_OK = 200
_LONGEST_MODEL = 200


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one call. `content` is the model's text, None where there is no answer that holds one, and then `failure` says
    why in a short code; `text` is what came back at all.
    """

    content: str | None
    text: str | None = None
    model: str | None = None
    failure: str | None = None
    took_ms: int


class _Said(msgspec.Struct):
    content: str


class _Choice(msgspec.Struct):
    message: _Said


class _Completion(msgspec.Struct):
    choices: list[_Choice]
    model: str | None = None


class CardWriter:
    """The provider of these settings. `a_day` is how often all processes together may ask on one UTC day."""

    def __init__(
        self,
        base_url: str,
        *,
        key: str,
        model: str,
        a_day: int,
        now: Callable[[], datetime],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._upstream = Upstream(base_url)
        self._headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        self._model, self.a_day, self._now = model, a_day, now
        self._breaker = Breaker(seconds)

    @property
    def rests(self) -> bool:
        """Is nobody asked now, because nobody answered?"""
        return self._breaker.open

    def request(self, messages: Sequence[Message]) -> bytes:
        """What is sent, as it is sent."""
        return msgspec.json.encode(
            {
                "model": self._model,
                "messages": messages,
                "response_format": {"type": "json_object"},
                "max_tokens": LONGEST_CARD,
            }
        )

    async def ask(self, request: bytes) -> Asked | None:
        """Send it once; None where it is not to be asked now."""
        if not self._breaker.begin():
            return None
        began = time.monotonic()
        answer: Answer | str
        try:
            async with asyncio.timeout(ANSWERED_IN_S):
                answer = await self._upstream.post("/chat/completions", self._headers, request)
        except TimeoutError:
            answer = "timeout"
        except Unreachable as error:
            answer = error.reason
        except BaseException:
            self._breaker.failed()
            raise
        took = time.monotonic() - began
        gauges.CARD_SECONDS.observe(took)
        asked = _read(answer, round(took * 1000))
        self._note(asked, answer)
        return asked

    async def close(self) -> None:
        """Give the connections back."""
        await self._upstream.close()

    def _note(self, asked: Asked, answer: Answer | str) -> None:
        """How it went: an answer that holds no card is the model's fault, and no reason to leave it alone."""
        if asked.failure is None:
            self._breaker.went_well()
        else:
            retry = answer.not_now(self._now()) if isinstance(answer, Answer) else None
            if self._breaker.failed(retry.after_s if retry else None):
                log.warning("card_writer_rests", reason=asked.failure)
        gauges.CARD_WRITER_RESTS.set(self._breaker.open)


def _read(answer: Answer | str, took_ms: int) -> Asked:
    if isinstance(answer, str):
        return Asked(content=None, failure=answer, took_ms=took_ms)
    text = readable(answer.body)
    if answer.status != _OK:
        return Asked(content=None, text=text, failure=f"http_{answer.status}", took_ms=took_ms)
    if len(answer.body) >= LARGEST_ANSWER:
        return Asked(content=None, text=text, failure="too_large", took_ms=took_ms)
    try:
        completion = msgspec.json.decode(answer.body, type=_Completion)
        content = completion.choices[0].message.content
    except (msgspec.MsgspecError, IndexError, RecursionError):
        return Asked(content=None, text=text, failure="no_completion", took_ms=took_ms)
    model = readable((completion.model or "").encode())[:_LONGEST_MODEL] or None
    return Asked(content=content, text=readable(content.encode()), model=model, took_ms=took_ms)


def readable(body: bytes) -> str:
    """As text that PostgreSQL takes."""
    return body.decode("utf-8", "replace").replace("\0", "\ufffd")


def open_card_writer(settings: Settings, now: Callable[[], datetime]) -> CardWriter | None:
    """What the settings name, None where they name nothing."""
    if not adapters.CARDS.on(settings):
        return None
    return CardWriter(
        str(settings.cards_base_url),
        key=str(settings.cards_api_key),
        model=str(settings.cards_model),
        a_day=CARDS_A_DAY if settings.cards_daily_budget is None else settings.cards_daily_budget,
        now=now,
    )
