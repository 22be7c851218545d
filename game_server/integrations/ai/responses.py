"""OpenAI's Responses API, by OpenAI's own SDK: everything is passed to it, and nothing that the environment says is used.

An answer is a stream of events in an order that is documented; what comes in another order is no answer. Nothing is kept there
unless the operator says so (`keeps`): then the next question goes on from the last answer, and where that is forgotten what was
said is sent again.
"""

import time
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

import httpx2
import openai

from game_server.integrations.ai.guarded import Guarded
from game_server.integrations.ai.streams import NOT_BEGUN, NOT_NOW, Again, TooLarge, client
from game_server.integrations.ai.talker import Ask, Ended, Line, NoAnswer, Said, Why
from game_server.integrations.breaker import Breaker
from rooms.characters.character import Provider

OPENAI = "https://api.openai.com/v1"

FORGOTTEN = "previous_response_not_found"
SPENT = "insufficient_quota"
REFUSED = frozenset({"content_policy_violation", "content_filter", "invalid_prompt", "image_content_policy_violation"})
BUSY = frozenset({"rate_limit_exceeded", SPENT})

_WRONG_ASKING = (400, 404, 422)
_UNKNOWN_TO_IT = (401, 403)


class Responses(Guarded):
    """`keeps`: may it keep answers, for 30 days, and be gone on from? `strict` checks each event against its documented type."""

    provider: Provider = "openai_responses"

    def __init__(
        self,
        base_url: str | None,
        *,
        key: str,
        keeps: bool,
        now: Callable[[], datetime],
        seconds: Callable[[], float] = time.monotonic,
        strict: bool = False,
    ) -> None:
        self.keeps = keeps
        self._now = now
        super().__init__(Breaker(seconds))
        self._sdk = openai.AsyncOpenAI(
            api_key=key,
            admin_api_key="",
            organization="",
            project="",
            webhook_secret="",
            base_url=base_url or OPENAI,
            max_retries=0,
            http_client=client(),
            _strict_response_validation=strict,
        )
        # An empty one is not read from the environment; now there is none. Nor are there headers of OPENAI_CUSTOM_HEADERS.
        self._sdk.organization = self._sdk.project = self._sdk.admin_api_key = None
        self._sdk._custom_headers = {}  # noqa: SLF001 - there is no other way to not have them

    async def _answered(self, ask: Ask) -> AsyncIterator[Said | Ended]:
        stream = await self._begun(ask)
        try:
            async for one in _read(stream):
                yield one
        finally:
            await stream.close()

    async def close(self) -> None:
        await self._sdk.close()

    async def _begun(self, ask: Ask) -> "openai.AsyncStream[Any]":
        """The stream of one answer, which is begun once. Raises NoAnswer."""
        again, continues = Again(self._now, self._breaker.failed), ask.continues if self.keeps else None
        while True:
            try:
                return await self._sdk.responses.create(
                    model=ask.model,
                    instructions=ask.instructions,
                    input=_input(ask, () if continues else ask.before),
                    previous_response_id=continues or openai.omit,
                    max_output_tokens=ask.most_tokens,
                    safety_identifier=ask.person,
                    store=self.keeps,
                    stream=True,
                )
            except openai.APIStatusError as error:
                code = _code(error.body)
                if continues and error.status_code in _WRONG_ASKING and code == FORGOTTEN:
                    continues = None
                    continue
                if error.status_code in NOT_NOW and code != SPENT:
                    if await again.after(error.response.headers.get("retry-after")):
                        continue
                    raise NoAnswer("provider_busy", taken=False) from None
                raise NoAnswer(_why(error.status_code, code), taken=error.status_code >= 500) from None  # noqa: PLR2004
            except openai.APIConnectionError as error:
                begun = not isinstance(error.__cause__, NOT_BEGUN)
                if not begun and await again.after():
                    continue
                raise NoAnswer("provider_unavailable", taken=begun) from None
            except (openai.OpenAIError, TooLarge, ValueError):
                raise NoAnswer("provider_broken") from None


async def _read(stream: "openai.AsyncStream[Any]") -> AsyncIterator[Said | Ended]:
    """What the events say. Raises NoAnswer."""
    course = _Course()
    try:
        async for event in stream:
            if (told := course.heard(event)) is not None:
                yield told
            if isinstance(told, Ended):
                return
    except openai.APIConnectionError:
        raise NoAnswer("answer_cut") from None
    except openai.APIResponseValidationError:
        raise NoAnswer("provider_broken") from None
    except openai.APIError as error:
        raise NoAnswer(_why_failed(_code(error.body))) from None
    except (httpx2.HTTPError, httpx2.StreamError):
        raise NoAnswer("answer_cut") from None
    except (openai.OpenAIError, TooLarge, ValueError, AttributeError, TypeError):  # no event as it has to be
        raise NoAnswer("provider_broken") from None
    raise NoAnswer("answer_cut")


class _Course:
    """Where an answer is: events count on, the answer has an id, and text is of an item that was told of."""

    def __init__(self) -> None:
        self._number = -1
        self._id: str | None = None
        self._items: set[str] = set()
        self._refused = False
        self._said = False

    def heard(self, event: Any) -> Said | Ended | None:
        """What this event means. Raises NoAnswer."""
        number = getattr(event, "sequence_number", None)
        if not isinstance(number, int) or number <= self._number:
            raise NoAnswer("provider_broken")
        self._number = number
        match getattr(event, "type", None):
            case "response.created":
                self._id = _text(getattr(event.response, "id", None))
            case "response.output_item.added":
                self._items.add(_text(getattr(event.item, "id", None)))
            case "response.output_text.delta":
                if self._id is None or event.item_id not in self._items:
                    raise NoAnswer("provider_broken")
                self._said = True
                return Said(_text(event.delta))
            case "response.refusal.delta" | "response.refusal.done":
                self._refused = True
            case "response.completed" | "response.incomplete" | "response.failed" | "error":
                return self._last(event)
        return None

    def _last(self, event: Any) -> Ended:
        if event.type == "error":
            raise NoAnswer(_why_failed(event.code))
        if event.type == "response.failed":
            raise NoAnswer(_why_failed(getattr(event.response.error, "code", None)))
        full = event.type == "response.incomplete"
        if full and getattr(event.response.incomplete_details, "reason", None) != "max_output_tokens":
            raise NoAnswer("provider_refused")
        return self._ended(event.response, full=full)

    def _ended(self, response: Any, *, full: bool = False) -> Ended:
        if response.id != self._id:
            raise NoAnswer("provider_broken")
        if self._refused and not self._said:
            raise NoAnswer("provider_refused")
        usage = response.usage
        return Ended(
            id=self._id,
            input_tokens=_count(getattr(usage, "input_tokens", None)),
            output_tokens=_count(getattr(usage, "output_tokens", None)),
            full=full,
        )


def _input(ask: Ask, before: tuple[Line, ...]) -> Any:
    pictures = [
        {"type": "input_image", "detail": "auto", "image_url": data_url(one.content_type, one.data)}
        for one in ask.pictures
    ]
    now = {"role": "user", "content": [{"type": "input_text", "text": ask.message}, *pictures]}
    return [*({"role": line.role, "content": line.text} for line in before), now]


def data_url(content_type: str, data: bytes) -> str:
    """A picture as an address that holds it."""
    return f"data:{content_type};base64,{b64encode(data).decode()}"


def _why(status: int, code: str | None) -> Why:
    if code in BUSY:
        return "provider_busy"
    if code in REFUSED:
        return "provider_refused"
    if status in _UNKNOWN_TO_IT or code in ("model_not_found", "invalid_api_key") or status == 404:  # noqa: PLR2004
        return "not_configured"
    return "provider_broken" if status in _WRONG_ASKING else "provider_unavailable"


def _why_failed(code: object) -> Why:
    if code in BUSY:
        return "provider_busy"
    return "provider_refused" if code in REFUSED else "provider_unavailable"


def _code(body: object) -> str | None:
    found = body.get("code") if isinstance(body, dict) else None
    return found if isinstance(found, str) else None


def _text(value: object) -> str:
    """Raises NoAnswer where it is none."""
    if not isinstance(value, str):
        raise NoAnswer("provider_broken")
    return value


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and 0 <= value < 2**31 else None
