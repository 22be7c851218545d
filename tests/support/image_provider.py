"""A model that draws, behind OpenAI's Images API: a small real server that checks how it is asked and does what a test wants."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime

from tests.support.pictures import picture
from tests.support.push_server import Answer, Asked, Json, PushServer

KEY = "image-key-of-a-test"
MODEL = "draws-large"
COST = 40_000


def drawn(data: bytes) -> Answer:
    """As the API answers."""
    said = {"b64_json": base64.b64encode(data).decode()}
    return Answer(200, {"created": 1, "data": [said], "output_format": "jpeg", "size": "1024x1024"})


def declined(code: str = "moderation_blocked") -> Answer:
    """It does not draw this."""
    error = {
        "message": "Your request was rejected.",
        "type": "image_generation_user_error",
        "param": None,
        "code": code,
    }
    return Answer(400, {"error": error})


def elsewhere(url: str) -> Answer:
    """An address instead of a picture."""
    return Answer(200, {"created": 1, "data": [{"url": url}]})


class ImageProvider(PushServer):
    """`draws` makes a picture's bytes of a prompt; `prompts` are those that came."""

    def __init__(self) -> None:
        self.prompts: list[str] = []
        self.paths: list[str] = []
        self.draws: Callable[[str], bytes] = lambda prompt: picture("PNG")  # noqa: ARG005
        super().__init__(lambda: datetime.now(UTC))

    @property
    def settings(self) -> Json:
        """Our settings for this provider."""
        return {
            "openai_base_url": f"{self.url}/v1",
            "openai_api_key": KEY,
            "openai_image_model": MODEL,
            "characters_image_price": COST / 1_000_000,
        }

    def begin(self) -> None:
        """As if nobody had asked yet."""
        self.prompts.clear()
        self.paths.clear()
        self.faults.clear()
        self.refused.clear()
        self._loop.call_soon_threadsafe(self._released.clear)
        while self.waiting.acquire(blocking=False):
            pass
        self.draws = lambda prompt: picture("PNG")  # noqa: ARG005

    async def decided(self, asked: Asked) -> Answer | None:
        """What was asked is kept, also where a fault is what comes."""
        self.paths.append(asked.path)
        wrong = self._wrong(asked)
        if wrong:
            return self.no(f"request: {wrong}", Answer(400, {"error": {"message": "Wrong.", "code": "invalid_value"}}))
        self.prompts.append(json.loads(asked.body)["prompt"])
        return await super().decided(asked)

    def answer(self, asked: Asked) -> Answer:
        return drawn(self.draws(json.loads(asked.body)["prompt"]))

    def _wrong(self, asked: Asked) -> list[str]:
        told = json.loads(asked.body or b"{}")
        known = {
            "host", "accept", "accept-encoding", "connection", "user-agent", "authorization", "content-type", "content-length",
        }  # fmt: skip
        return [name for name, right in {
            "route": (asked.method, asked.path) == ("POST", "/v1/images/generations"),
            "key": asked.headers.get("authorization") == f"Bearer {KEY}",
            "headers": set(asked.headers) <= known,
            "content-type": asked.headers.get("content-type") == "application/json",
            "fields": set(told) == {"model", "prompt", "n", "size", "output_format", "moderation"},
            "model": told.get("model") == MODEL,
            "one": told.get("n") == 1,
            "size": told.get("size") == "1024x1024",
            "form": told.get("output_format") == "jpeg",
            "moderation": told.get("moderation") == "auto",
            "prompt": isinstance(told.get("prompt"), str) and 0 < len(told["prompt"]) <= 32_000,
        }.items() if not right]  # fmt: skip
