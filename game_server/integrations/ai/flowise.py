"""A chatflow of Flowise's, asked for a prediction whose events are odd: their lines begin with `message` with or without a colon,
they have no names, and what each is stands inside its JSON.

Flowise keeps a talk itself, under a random session that is the talk's own. Instructions that a chatflow is given beside the
question are dropped unless it was told to take them, so they stand before each question.
"""

import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx2
import msgspec
from httpx2 import EventSource

from game_server.integrations.ai.guarded import Guarded
from game_server.integrations.ai.responses import data_url
from game_server.integrations.ai.streams import NOT_BEGUN, NOT_NOW, Again, TooLarge, client
from game_server.integrations.ai.talker import Ask, Ended, NoAnswer, Said, Why
from game_server.integrations.breaker import Breaker
from rooms.characters.character import Provider

_OK = 200
LARGEST_WHOLE = 256 * 1024
"""Of an answer that comes in one piece, because its chatflow cannot stream."""


class _Event(msgspec.Struct):
    event: str
    data: Any = None


class _Whole(msgspec.Struct):
    text: str


class Flowise(Guarded):
    """One server. `ask.model` is the chatflow's id, `ask.session` the talk's name there."""

    provider: Provider = "flowise"

    def __init__(
        self, url: str, *, key: str, now: Callable[[], datetime], seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._url, self._headers, self._now = url.rstrip("/"), {"authorization": f"Bearer {key}"}, now
        super().__init__(Breaker(seconds))
        self._http = client()

    async def _answered(self, ask: Ask) -> AsyncIterator[Said | Ended]:
        answer = await self._begun(ask)
        try:
            async for one in _read(answer):
                yield one
        finally:
            await answer.aclose()

    async def close(self) -> None:
        await self._http.aclose()

    async def _begun(self, ask: Ask) -> httpx2.Response:
        """The answer of one prediction, which is begun once. Raises NoAnswer."""
        # Some server before it may take that, however it is written, for another path.
        if "/" in ask.model or ".." in ask.model:
            raise NoAnswer("not_configured", taken=False)
        again = Again(self._now, self._breaker.failed)
        address = f"{self._url}/api/v1/prediction/{quote(ask.model, safe='')}"
        while True:
            request = self._http.build_request("POST", address, headers=self._headers, json=_body(ask))
            try:
                answer = await self._http.send(request, stream=True)
            except httpx2.HTTPError as error:
                begun = not isinstance(error, NOT_BEGUN)
                if not begun and await again.after():
                    continue
                raise NoAnswer("provider_unavailable", taken=begun) from None
            if answer.status_code == _OK:
                return answer
            await answer.aclose()
            if answer.status_code in NOT_NOW:
                if await again.after(answer.headers.get("retry-after")):
                    continue
                raise NoAnswer("provider_busy", taken=False)
            raise NoAnswer(_why(answer.status_code), taken=answer.status_code >= 500)  # noqa: PLR2004 - the status itself


def _body(ask: Ask) -> dict[str, Any]:
    uploads = [
        {
            "type": "file",
            "name": f"picture{place}.{one.content_type.rpartition('/')[2]}",
            "data": data_url(one.content_type, one.data),
            "mime": one.content_type,
        }
        for place, one in enumerate(ask.pictures, 1)
    ]
    return {
        "question": f"{ask.instructions}\n\n{ask.message}",
        "chatId": ask.session,
        "streaming": True,
        "overrideConfig": {"sessionId": ask.session},
        **({"uploads": uploads} if uploads else {}),
    }


async def _read(answer: httpx2.Response) -> AsyncIterator[Said | Ended]:
    """What the events say, or an answer in one piece. Raises NoAnswer."""
    try:
        if answer.headers.get("content-type", "").startswith("application/json"):
            yield Said(await _whole(answer))
            yield Ended()
            return
        async for sse in EventSource(answer, LARGEST_WHOLE):
            event = None if sse.data.strip() == "[DONE]" else msgspec.json.decode(sse.data, type=_Event)
            match event.event if event else "end":
                case "token" if event is not None:
                    yield Said(msgspec.convert(event.data, str))
                case "end":
                    yield Ended()
                    return
                case "error":
                    raise NoAnswer("provider_unavailable")
                case "abort":
                    raise NoAnswer("answer_cut")
    except (msgspec.MsgspecError, TooLarge, ValueError, httpx2.SSEError):
        raise NoAnswer("provider_broken") from None
    except (httpx2.HTTPError, httpx2.StreamError):
        raise NoAnswer("answer_cut") from None
    raise NoAnswer("answer_cut")


async def _whole(answer: httpx2.Response) -> str:
    body = b""
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > LARGEST_WHOLE:
            raise TooLarge
    return msgspec.json.decode(body, type=_Whole).text


def _why(status: int) -> Why:
    if status in (401, 403, 404):
        return "not_configured"
    return "provider_unavailable" if status >= 500 else "provider_broken"  # noqa: PLR2004 - the status itself
