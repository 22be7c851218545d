"""A model that draws pictures, at any address that speaks OpenAI's Images API: asked once for each, for two minutes at most.

What comes of it is one of three: a picture's bytes, which nobody has looked at yet; a refusal, which is a normal answer; or none,
and then it is known whether the provider may have taken the order, and so have drawn it at our cost. Nothing is ever asked for
twice here. Bytes come in the answer itself: an address in it is left where it is. One call needs no SDK: what the official one
would add (retries, a second's import, 45 MB) is what must not be, or is not used.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import httpx
import msgspec
import structlog

from game_server import adapters
from game_server.integrations.breaker import REST_S, Breaker
from game_server.integrations.upstream import Answer, Unreachable, Upstream
from game_server.process import gauges
from game_server.settings import Settings
from rooms.prices import MICROS

log = structlog.get_logger()

BASE_URL = "https://api.openai.com/v1"
ANSWERED_IN_S = 120.0
WAITING = httpx.Timeout(ANSWERED_IN_S, connect=3.0, write=10.0, pool=3.0)
LARGEST_ANSWER = 16 * 1024 * 1024
"""In base64: a picture of twelve megabytes, of which what is kept is made smaller anyway."""

AGAIN_IN_S = 60.0
"""Where the provider is busy and does not say for how long."""

_OK, _BAD_REQUEST, _BUSY = 200, 400, (408, 425, 429)
_KEY = (401, 403)
_SERVER_ERRORS = 500

BLOCKED = frozenset({"moderation_blocked", "content_policy_violation", "content_filter", "safety_violation"})
"""What a provider calls it where it does not draw something."""


class Drawn(msgspec.Struct, frozen=True):
    """Bytes that are said to be a picture."""

    data: bytes


class Declined(msgspec.Struct, frozen=True):
    """The provider does not draw this."""


class Undrawn(msgspec.Struct, frozen=True):
    """There is no picture; `reason` is a short code. `taken`: the provider may have taken the order. `again_s`: where it
    surely has not, in how many seconds it may be asked again; None where that is of no use.
    """

    reason: str
    taken: bool
    again_s: float | None = None


Outcome = Drawn | Declined | Undrawn


class ImageProvider(Protocol):
    """Whoever draws. `model` is what draws, `cost_micros` what one picture costs, in millionths of the operator's currency."""

    model: str
    cost_micros: int

    async def draw(self, prompt: str) -> Outcome:
        """One picture of this. Asked once, whatever happens."""

    async def close(self) -> None:
        """Give the connections back."""


class _Said(msgspec.Struct):
    b64_json: bytes | None = None
    """msgspec reads base64 as bytes."""


class _Images(msgspec.Struct):
    data: list[_Said]


class _Fault(msgspec.Struct):
    code: str | None = None
    type: str | None = None


class _Refusal(msgspec.Struct):
    error: _Fault


class OpenAIImages:
    """The provider of these settings."""

    def __init__(
        self,
        base_url: str,
        *,
        key: str,
        model: str,
        cost_micros: int,
        now: Callable[[], datetime],
        seconds: Callable[[], float] = time.monotonic,
        answered_in_s: float = ANSWERED_IN_S,
    ) -> None:
        self._answered_in_s = answered_in_s
        self._upstream = Upstream(base_url, waiting=WAITING, largest=LARGEST_ANSWER)
        self._headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        self.model, self.cost_micros, self._now = model, cost_micros, now
        self._breaker = Breaker(seconds)

    async def draw(self, prompt: str) -> Outcome:
        """One picture of this."""
        if not self._breaker.begin():
            return Undrawn("provider_rests", taken=False, again_s=REST_S)
        began = time.monotonic()
        try:
            answer = await self._asked(prompt)
        except BaseException:
            self._breaker.failed()
            raise
        gauges.IMAGE_SECONDS.observe(time.monotonic() - began)
        if isinstance(answer, Undrawn):
            self._failed(answer)
            return answer
        outcome = await asyncio.to_thread(_read, answer, self._now())  # megabytes of base64
        self._note(outcome, answer)
        return outcome

    async def close(self) -> None:
        """Give the connections back."""
        await self._upstream.close()

    async def _asked(self, prompt: str) -> Answer | Undrawn:
        try:
            async with asyncio.timeout(self._answered_in_s):
                return await self._upstream.post("/images/generations", self._headers, self._request(prompt))
        except TimeoutError:
            return Undrawn("timeout", taken=True)
        except Unreachable as error:
            return Undrawn(error.reason, taken=error.sent, again_s=None if error.sent else REST_S)

    def _request(self, prompt: str) -> bytes:
        """What is sent: nothing of who asks."""
        return msgspec.json.encode(
            {
                "model": self.model,
                "prompt": prompt,
                "n": 1,
                "size": "1024x1024",
                "output_format": "jpeg",
                "moderation": "auto",
            }
        )

    def _note(self, outcome: Outcome, answer: Answer) -> None:
        """How it went: who declines, or draws nothing that is one, is there and answers."""
        if not isinstance(outcome, Undrawn) or answer.status == _OK:
            self._breaker.went_well()
        else:
            if outcome.reason == "provider_key":
                log.error("image_provider_misconfigured")
            self._failed(outcome)

    def _failed(self, outcome: Undrawn) -> None:
        busy = outcome.again_s if outcome.reason == "provider_busy" else None
        if self._breaker.failed(busy):
            log.warning("image_provider_rests", reason=outcome.reason)


def _read(answer: Answer, now: datetime) -> Outcome:
    if answer.status == _OK:
        return _picture(answer.body)
    if answer.status in _BUSY:
        retry = answer.not_now(now)
        return Undrawn("provider_busy", taken=False, again_s=(retry.after_s if retry else None) or AGAIN_IN_S)
    if answer.status >= _SERVER_ERRORS:
        return Undrawn("provider_failed", taken=True)
    if answer.status == _BAD_REQUEST and _says(answer.body) & BLOCKED:
        return Declined()
    return Undrawn("provider_key" if answer.status in _KEY else "provider_rejects", taken=False)


def _picture(body: bytes) -> Outcome:
    if len(body) >= LARGEST_ANSWER:
        return Undrawn("too_large", taken=True)
    try:
        images = msgspec.json.decode(body, type=_Images).data
    except (msgspec.MsgspecError, RecursionError):
        images = []
    data = images[0].b64_json if images else None
    return Drawn(data) if data else Undrawn("no_picture", taken=True)


def _says(body: bytes) -> set[str | None]:
    try:
        fault = msgspec.json.decode(body, type=_Refusal).error
    except (msgspec.MsgspecError, RecursionError):
        return set()
    return {fault.code, fault.type}


def open_image_provider(settings: Settings, now: Callable[[], datetime]) -> ImageProvider | None:
    """What the settings name, None where they name nothing."""
    if not adapters.AI_IMAGES.on(settings):
        return None
    return OpenAIImages(
        settings.openai_base_url or BASE_URL,
        key=str(settings.openai_api_key),
        model=str(settings.openai_image_model),
        cost_micros=round(settings.characters_image_price * MICROS),
        now=now,
    )
