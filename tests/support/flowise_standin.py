"""A Flowise server as a small real one: it streams as the real one does, with lines that are odd."""

import json
from collections.abc import Iterable
from typing import Any

from tests.support.ai_standin import AiStandIn, Asked, Cut, Json, Raw, Wait

CHATFLOW = "6d1f7a2e-4b7c-4b39-9a33-0a7f6cbb0b11"


class FlowiseServer(AiStandIn):
    """`asked[n].body["question"]` is what a chatflow is asked."""

    path = f"/api/v1/prediction/{CHATFLOW}"

    @property
    def settings(self) -> Json:
        """Our settings for this provider."""
        return {"flowise_url": self.url, "flowise_api_key": self.key}

    def faults_of(self, asked: Asked) -> list[str]:
        body = asked.body
        return [name for name, right in {
            "path": asked.path == self.path,
            "key": asked.headers.get("authorization") == f"Bearer {self.key}",
            "fields": set(body) <= {"question", "chatId", "streaming", "overrideConfig", "uploads"},
            "question": isinstance(body.get("question"), str) and body["question"],
            "streaming": body.get("streaming") is True,
            "session": body.get("overrideConfig") == {"sessionId": body.get("chatId")} and body.get("chatId"),
        }.items() if not right]  # fmt: skip

    def events(self, script: Iterable[Any], asked: Asked) -> Iterable[bytes | Wait | Cut]:
        yield odd("start", "")
        for piece in script:
            match piece:
                case str():
                    yield odd("token", piece)
                case dict():
                    yield odd(piece["event"], piece.get("data"), colon=False)
                    if piece["event"] in ("error", "abort"):
                        return
                case Raw(data):
                    yield data
                case _:
                    yield piece
        yield odd("metadata", {"chatId": asked.body["chatId"], "sessionId": asked.body["chatId"]})
        yield odd("end", "[DONE]", colon=False)


def odd(event: str, data: Any, *, colon: bool = True) -> bytes:
    """As Flowise writes it: `message` is no field of an event, and the real name is inside."""
    return f"message{':' if colon else ''}\ndata:{json.dumps({'event': event, 'data': data})}\n\n".encode()
