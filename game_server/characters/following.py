"""An answer as it is told to whoever follows it, as Server-Sent Events: from this process where it is written here, else from its
row.

Each event has an id, the answer's and how many characters were told with it: by that a phone goes on where it lost the line.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import texts
from game_server.characters import left
from game_server.characters.answers import Answers
from game_server.errors import STATUS, ErrorBody, in_language
from game_server.languages import choice
from game_server.languages.catalogues import Language, catalogue
from game_server.services import Services
from rooms.characters.talk import WHOLE
from rooms.errors import NotFound
from storage import talks
from storage.talks import Standing

LOOK_S = 0.7
"""Between two looks at an answer that another process writes."""

LOST_EVERY = 8
"""At the first look, and after so many, it is looked whether anybody writes it at all."""

QUIET_S = 15.0
"""After so long somebody in between takes a line without a word for dead."""

_SENTENCES = {kind.code: (kind.__doc__ or "").strip() for kind in STATUS}


class Usage(msgspec.Struct, frozen=True):
    """What an answer took; `cost_micros` in millionths of the currency of the prices."""

    input_tokens: int
    output_tokens: int
    cost_micros: int


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """The last event of an answer that is whole. `safety` only where it is the safety card; of one that is not kept there are no
    ids.
    """

    done: bool = True
    conversation_id: UUID | msgspec.UnsetType = msgspec.UNSET
    message_id: UUID | msgspec.UnsetType = msgspec.UNSET
    usage: Usage
    safety: bool | msgspec.UnsetType = msgspec.UNSET


def read_place(last_event_id: str | None) -> tuple[UUID, int] | None:
    """The answer and the characters of an event's id; None for what is none of ours."""
    named, _, told = (last_event_id or "").partition(":")
    if not (told.isascii() and told.isdigit() and len(told) <= 6):  # noqa: PLR2004 - no answer is longer
        return None
    try:
        return UUID(named), int(told)
    except ValueError:
        return None


async def told(
    services: Services, answers: Answers, user: Caller, answer_id: UUID, *, after: int = 0, language: Language
) -> AsyncIterator[bytes]:
    """The events of an answer of the caller's, from so many characters on, up to its end."""
    shown, looks = after, 0
    while True:
        writing = answers.of(answer_id)
        listening = writing.listen() if writing is not None else None
        try:
            standing = None if writing is not None else await _standing(services, user, answer_id)
            text = writing.shown if writing is not None else await _text(services, user, standing)
            if len(text) > shown:
                yield _event(_piece(text[shown:], standing), f"{answer_id}:{len(text)}")
                shown = len(text)
            if writing is None:
                if standing is None or standing.message.status != "streaming":
                    yield _event(_end(standing, language), f"{answer_id}:{shown}")
                    return
                if looks % LOST_EVERY == 0:
                    await left.look_after(services, answers, user, answer_id)
                looks += 1
                await asyncio.sleep(LOOK_S)
            elif not await _heard(listening):
                yield b": still here\n\n"
        finally:
            if writing is not None and listening is not None:
                writing.leave(listening)


async def told_unkept(card: str) -> AsyncIterator[bytes]:
    """The events of a safety card that stands in no talk."""
    yield b"data: " + msgspec.json.encode({"text": card, "safety": True}) + b"\n\n"
    yield b"data: " + msgspec.json.encode(Done(usage=Usage(0, 0, 0), safety=True)) + b"\n\n"


async def _heard(listening: asyncio.Event | None) -> bool:
    if listening is None:
        return False
    try:
        async with asyncio.timeout(QUIET_S):
            await listening.wait()
    except TimeoutError:
        return False
    return True


async def _standing(services: Services, user: Caller, answer_id: UUID) -> Standing | None:
    async with services.database.as_user(user.id) as db:
        return await talks.standing(db, answer_id)


async def _text(services: Services, user: Caller, standing: Standing | None) -> str:
    if standing is None:
        return ""
    [text] = await texts.open_each(services, user.actor, [standing.message.content])
    return text or ""


def _piece(text: str, standing: Standing | None) -> dict[str, Any]:
    """More of an answer. The safety card says so at once: nobody is to take it for what a character says."""
    return {"text": text, "safety": True} if standing is not None and standing.outcome == "safety" else {"text": text}


def _end(standing: Standing | None, language: Language) -> dict[str, Any] | Done:
    """The last event."""
    if standing is None:
        return {"error": _said(NotFound.code, language)}
    message, outcome = standing.message, standing.outcome or "answer_lost"
    if outcome in WHOLE:
        return Done(
            conversation_id=message.conversation_id,
            message_id=message.id,
            usage=Usage(standing.input_tokens, standing.output_tokens, standing.cost_micros),
            safety=True if outcome == "safety" else msgspec.UNSET,
        )
    return {
        "error": _said(outcome, language),
        "conversation_id": message.conversation_id,
        "message_id": message.id,
    }


def _said(code: str, language: Language) -> dict[str, str]:
    body = ErrorBody(code, _SENTENCES[code], None, "")
    if language != choice.ENGLISH:
        body = in_language(body, catalogue("server", language))
    return {"code": code, "message": body.message}


def _event(data: Any, event_id: str) -> bytes:
    return b"id: " + event_id.encode() + b"\ndata: " + msgspec.json.encode(data) + b"\n\n"
