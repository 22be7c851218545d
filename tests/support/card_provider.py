"""A chat model behind OpenAI's API, as a small real server that checks how it is asked and writes what a test wants."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

from tests.support.push_server import Answer, Asked, Json, PushServer

KEY = "card-key-of-a-test"
MODEL = "writer-large"
ANSWERS_AS = "writer-large-2026-01"

_ACTS = {"truth": "ask", "dare": "tell"}
_numbers = count(1)


def card(order: Json, **changes: Any) -> Json:
    """A card that fits the order, another one each time; of a dare with a key it is words that are whispered."""
    number, kind, level = next(_numbers), order["type"], order["level"]
    texts = {
        "G": {
            "truth": f"What made you smile in week {number} of this year, and how did you tell your partner?",
            "dare": f"Tell your partner {number} good things about this week, or as many as you like.",
        },
        "R": {
            "truth": f"What would you like to tell your partner about wish number {number} this evening?",
            "dare": f"Kiss your partner's cheek and say good thing number {number} about their smile.",
        },
        "X": {
            "truth": f"What would you like to tell your partner about wish number {number} of this night?",
            "dare": f"Whisper desire number {number} to your partner: what you would love to do with them in bed.",
        },
    }
    return {
        "script": {"steps": [{"actor": "A", "do": texts[level][kind]}]},
        "type": kind,
        "rating": level,
        "intensity": order["intensity"][0],
        "tags": {"themes": ["words"], "act": _ACTS[kind], "topics": [order["topic"]] if order["topic"] else []},
        "hard_boundaries": [],
        "preference_keys": ["dirty_talk"] if (level, kind) == ("X", "dare") else [],
        "domains": ["connection"],
        "required_bodyparts": {"active": [], "partner": []},
        "power_role": "neutral",
        **changes,
    }


def saying(text: str, **changes: Any) -> Callable[[Json], str]:
    """What writes a card with this text, whatever is ordered."""
    return lambda order: json.dumps(card(order, **{"script": {"steps": [{"actor": "A", "do": text}]}, **changes}))


def completion(content: str, model: str = ANSWERS_AS) -> Json:
    """As the API answers."""
    said = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    return {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": model, "choices": [said]}


class CardProvider(PushServer):
    """`writes` makes an answer's text of the order; `bodies` are the requests as they came, `orders` what they asked for."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.writes: Callable[[Json], str] = lambda order: json.dumps(card(order))
        super().__init__(lambda: datetime.now(UTC))

    @property
    def orders(self) -> list[Json]:
        return [json.loads(json.loads(body)["messages"][-1]["content"]) for body in self.bodies]

    @property
    def settings(self) -> Json:
        """Our settings for this provider."""
        return {"cards_base_url": f"{self.url}/v1", "cards_api_key": KEY, "cards_model": MODEL}

    def begin(self) -> None:
        """As if nobody had asked yet."""
        self.bodies.clear()
        self.faults.clear()
        self.refused.clear()
        self.writes = lambda order: json.dumps(card(order))

    async def decided(self, asked: Asked) -> Answer | None:
        """What was asked is kept, also where a fault is what comes."""
        wrong = self._wrong(asked)
        if wrong:
            return self.no(f"request: {wrong}", Answer(401, {"error": {"message": "as the test says"}}))
        self.bodies.append(asked.body.decode())
        return await super().decided(asked)

    def answer(self, asked: Asked) -> Answer:  # noqa: ARG002 - the order has been read off it
        return Answer(200, completion(self.writes(self.orders[-1])))

    def _wrong(self, asked: Asked) -> list[str]:
        told = json.loads(asked.body)
        known = {
            "host",
            "accept",
            "accept-encoding",
            "connection",
            "user-agent",
            "authorization",
            "content-type",
            "content-length",
        }
        return [name for name, right in {
            "route": (asked.method, asked.path) == ("POST", "/v1/chat/completions"),
            "key": asked.headers.get("authorization") == f"Bearer {KEY}",
            "headers": set(asked.headers) <= known,
            "content-type": asked.headers.get("content-type") == "application/json",
            "model": told.get("model") == MODEL,
            "fields": set(told) == {"model", "messages", "response_format", "max_tokens"},
            "format": told.get("response_format") == {"type": "json_object"},
            "roles": [message["role"] for message in told["messages"]] == ["system", "user"],
            "json": "JSON" in told["messages"][0]["content"],
        }.items() if not right]  # fmt: skip
