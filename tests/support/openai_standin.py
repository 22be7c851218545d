"""OpenAI's Responses API as a small real server: it checks what it is sent by the SDK's types, and sends events as documented."""

import json
from collections.abc import Iterable
from itertools import count
from typing import Any

from openai.types.responses.response_create_params import ResponseCreateParamsStreaming
from pydantic import TypeAdapter, ValidationError

from tests.support.ai_standin import AiStandIn, Asked, Cut, Json, Raw, Refuse, Wait

MODEL = "talker-large"

_PARAMS = TypeAdapter(ResponseCreateParamsStreaming)
_KNOWN = {
    "model", "instructions", "input", "previous_response_id", "max_output_tokens", "safety_identifier", "store", "stream",
}  # fmt: skip


class OpenAi(AiStandIn):
    """`kept` are the answers that it keeps and can be gone on from; a test makes it forget them."""

    path = "/v1/responses"

    def begin(self) -> None:
        super().begin()
        self.kept: set[str] = set()
        self._numbers = count(1)
        self.input_tokens = 300

    @property
    def settings(self) -> Json:
        """Our settings for this provider."""
        return {"openai_base_url": f"{self.url}/v1", "openai_api_key": self.key, "openai_model": MODEL}

    @property
    def last(self) -> Json:
        """The body of the last request."""
        return self.asked[-1].body

    def faults_of(self, asked: Asked) -> list[str]:
        body, wrong = asked.body, []
        try:
            _PARAMS.validate_python(body)
        except ValidationError as error:
            wrong.append(f"types: {error}")
        return wrong + [name for name, right in {
            "path": asked.path == self.path,
            "key": asked.headers.get("authorization") == f"Bearer {self.key}",
            "organization": not {"openai-organization", "openai-project"} & set(asked.headers),
            "fields": set(body) <= _KNOWN,
            "stream": body.get("stream") is True,
            "bounded": isinstance(body.get("max_output_tokens"), int),
        }.items() if not right]  # fmt: skip

    def refused(self, asked: Asked) -> Refuse | None:
        """It goes on from nothing that it does not have."""
        previous = asked.body.get("previous_response_id")
        if previous is None or previous in self.kept:
            return None
        return no(400, "previous_response_not_found", param="previous_response_id")

    def events(self, script: Iterable[Any], asked: Asked) -> Iterable[bytes | Wait | Cut]:
        made = Made(f"resp_{next(self._numbers)}", asked.body, self.input_tokens)
        if asked.body.get("store"):
            self.kept.add(made.id)
        yield from (sse(event) for event in made.beginning())
        for piece in script:
            match piece:
                case str():
                    yield sse(made.delta(piece))
                case dict():
                    yield sse(made.event(**piece))
                    if piece["type"] in ("response.failed", "error"):
                        return
                case Raw(data):
                    yield data
                case _:
                    yield piece
        yield from (sse(event) for event in made.end())


def no(status: int, code: str, *, headers: dict[str, str] | None = None, **more: Any) -> Refuse:
    """An error as the API tells it."""
    error = {"message": "As the test says.", "type": "invalid_request_error", "param": None, "code": code, **more}
    return Refuse(status, {"error": error}, headers or {})


def sse(event: Json) -> bytes:
    """As it goes over the line."""
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


class Made:
    """One answer in the making: a message with one part."""

    def __init__(self, response_id: str, asked: Json, input_tokens: int = 300) -> None:
        self._input_tokens = input_tokens
        self.id, self._asked, self._text = response_id, asked, ""
        self._number = count()
        self._item = f"msg_{response_id}"

    def event(self, **fields: Any) -> Json:
        return {"sequence_number": next(self._number), **fields}

    def beginning(self) -> list[Json]:
        item = {"id": self._item, "type": "message", "role": "assistant", "status": "in_progress", "content": []}
        return [
            self.event(type="response.created", response=self.response("in_progress")),
            self.event(type="response.in_progress", response=self.response("in_progress")),
            self.event(type="response.output_item.added", output_index=0, item=item),
            self.event(type="response.content_part.added", **self._place, part=self._part("")),
        ]

    def delta(self, text: str) -> Json:
        self._text += text
        return self.event(type="response.output_text.delta", **self._place, delta=text, logprobs=[])

    def end(self) -> list[Json]:
        return [
            self.event(type="response.output_text.done", **self._place, text=self._text, logprobs=[]),
            self.event(type="response.content_part.done", **self._place, part=self._part(self._text)),
            self.event(type="response.output_item.done", output_index=0, item=self._whole),
            self.event(type="response.completed", response=self.response("completed")),
        ]

    @property
    def _place(self) -> Json:
        return {"item_id": self._item, "output_index": 0, "content_index": 0}

    @staticmethod
    def _part(text: str) -> Json:
        return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}

    @property
    def _whole(self) -> Json:
        return {
            "id": self._item,
            "type": "message",
            "role": "assistant",
            "status": "completed",
            "content": [self._part(self._text)],
        }

    def response(self, status: str, **more: Any) -> Json:
        """The answer as a whole."""
        usage = {
            "input_tokens": self._input_tokens,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": 40,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": self._input_tokens + 40,
        }
        return {
            "id": self.id,
            "object": "response",
            "created_at": 1_796_000_000,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "instructions": self._asked.get("instructions"),
            "max_output_tokens": self._asked.get("max_output_tokens"),
            "model": self._asked["model"],
            "output": [self._whole] if status == "completed" else [],
            "parallel_tool_calls": True,
            "previous_response_id": self._asked.get("previous_response_id"),
            "reasoning": {"effort": None, "summary": None},
            "store": self._asked.get("store"),
            "temperature": 1.0,
            "text": {"format": {"type": "text"}},
            "tool_choice": "auto",
            "tools": [],
            "top_p": 1.0,
            "truncation": "disabled",
            "usage": usage if status == "completed" else None,
            "user": None,
            "metadata": {},
            **more,
        }
