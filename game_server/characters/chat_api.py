"""The routes of talks: what is said is answered by events, which can be followed again; talks are read and deleted."""

from typing import Annotated, Any, cast
from uuid import UUID

import msgspec
from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody
from litestar.response import Stream

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds import shapes
from game_server.bonds.commands import asked
from game_server.characters import chat, conversations, following, helping
from game_server.characters.answers import Answers
from game_server.characters.conversations import ConversationView, MessageView
from game_server.http.bodies import AnyRequest
from game_server.http.limits import spend
from game_server.http.paging import Limit, Page, read_cursor
from game_server.http.refusals import REFUSES
from game_server.http.text import clean_uuid
from game_server.languages.choice import of_header
from game_server.services import Services
from rooms import errors
from rooms.characters.talk import LONGEST_MESSAGE, MOST_PICTURES

EVENTS = "text/event-stream"
STREAMED = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

_SAYS = (
    errors.AdultRequired, errors.NotFound, errors.Invalid, errors.WrongState, errors.RateLimited, errors.BudgetUsed,
    errors.NotConfigured, errors.ProviderUnavailable, errors.KeyReused, errors.KeysUnavailable,
)  # fmt: skip
_READS = (errors.NotFound, errors.Invalid, errors.KeysUnavailable)

LastEvent = Annotated[
    str | None, HeaderParameter(name="Last-Event-ID", max_length=64, description="the id of the last event that came")
]


class NewWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said to a character, in a talk with it or, without one, in a new one. `file_ids`: own pictures that hang on nothing
    yet.
    """

    kinkster_id: UUID
    message: shapes.lines(LONGEST_MESSAGE)  # type: ignore[valid-type]  # made from a number
    conversation_id: UUID | None = None
    file_ids: Annotated[list[UUID], msgspec.Meta(max_length=MOST_PICTURES)] = []


@post("/api/kinksters/chat", status_code=200, media_type=EVENTS, opt={REFUSES: _SAYS})
async def talk_to_character(
    data: JSONBody[NewWords],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    answers: NamedDependency[Answers],
    request: AnyRequest,
) -> Stream:
    """Say something to a character. The answer comes as events: `{"text"}` again and again, then `{"done": true,
    "conversation_id", "message_id", "usage"}`, or `{"error": {"code", "message"}}`; what had come by then is kept. It is
    written to its end whoever listens.
    """
    return await _say(services, answers, user, request, data, None)


@post("/api/flowise/chat", status_code=200, media_type=EVENTS, opt={REFUSES: _SAYS})
async def talk_by_flowise(
    data: JSONBody[NewWords],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    answers: NamedDependency[Answers],
    request: AnyRequest,
) -> Stream:
    """The same, to a character that Flowise answers for."""
    return await _say(services, answers, user, request, data, "flowise")


@get("/api/conversations", opt={REFUSES: _READS})
async def list_conversations(
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    *,
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Page[ConversationView]:
    """One's own talks with characters, the newest first."""
    require_adult(user)
    return await conversations.listed(services, user, read_cursor(cursor, UUID), limit)


@get("/api/conversations/{conversation_id:str}", opt={REFUSES: _READS})
async def find_conversation(
    conversation_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> ConversationView:
    """A talk of one's own."""
    require_adult(user)
    return await conversations.find(services, user, UUID(clean_uuid(conversation_id)))


@delete("/api/conversations/{conversation_id:str}", status_code=204, opt={REFUSES: _READS})
async def delete_conversation(
    conversation_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    answers: NamedDependency[Answers],
) -> None:
    """Delete a talk, with all that was said in it."""
    require_adult(user)
    await conversations.delete(services, answers, user, UUID(clean_uuid(conversation_id)))


@get("/api/conversations/{conversation_id:str}/messages", opt={REFUSES: _READS})
async def list_messages(
    conversation_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    *,
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Page[MessageView]:
    """What was said in a talk, the newest first."""
    require_adult(user)
    which = UUID(clean_uuid(conversation_id))
    return await conversations.messages(services, user, which, read_cursor(cursor, UUID), limit)


@get("/api/conversations/{conversation_id:str}/stream", media_type=EVENTS, opt={REFUSES: _READS})
async def follow_answer(  # noqa: PLR0917 - what the route takes
    conversation_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    answers: NamedDependency[Answers],
    request: AnyRequest,
    last_event_id: LastEvent = None,
) -> Stream:
    """The newest answer of a talk as events, from its beginning; with `Last-Event-ID` from there on."""
    require_adult(user)
    which, place = UUID(clean_uuid(conversation_id)), following.read_place(last_event_id)
    answer_id = await conversations.last_answer(services, user, which, place[0] if place else None)
    return _stream(services, answers, user, request, answer_id, place[1] if place else 0)


@delete("/api/conversations/{conversation_id:str}/stream", status_code=204, opt={REFUSES: _READS})
async def stop_answer(
    conversation_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    answers: NamedDependency[Answers],
) -> None:
    """No more of the answer that is being written. What has come of it is kept."""
    require_adult(user)
    await conversations.stop(services, answers, user, UUID(clean_uuid(conversation_id)))


def routes() -> list[HTTPRouteHandler]:
    """The handlers."""
    return [
        talk_to_character,
        talk_by_flowise,
        list_conversations,
        find_conversation,
        delete_conversation,
        list_messages,
        follow_answer,
        stop_answer,
    ]


def provide_answers(request: Request[Any, Any, Any]) -> Answers:
    """Dependency `answers`: those of this process."""
    return cast("Answers", request.app.state.answers)


async def _say(  # noqa: PLR0917 - what a request is of
    services: Services, answers: Answers, user: Caller, request: AnyRequest, data: NewWords, only: str | None
) -> Stream:
    words = chat.Words(
        kinkster_id=data.kinkster_id,
        message=data.message,
        conversation_id=data.conversation_id,
        file_ids=tuple(data.file_ids),
        only=only,
    )
    try:
        require_adult(user)
        await spend(services, request, user, "chat")
        answer_id = await chat.say(services, answers, user, asked(request, data), words)
    except helping.FAILURES:
        card = await helping.card(services, user, data.message, of_header(request.headers.get("Accept-Language")))
        if card is None:
            raise
        await helping.stop(services, answers, user, data.conversation_id)
        return Stream(following.told_unkept(card), media_type=EVENTS, headers=STREAMED)
    return _stream(services, answers, user, request, answer_id, 0)


def _stream(  # noqa: PLR0917 - what a stream is of
    services: Services, answers: Answers, user: Caller, request: AnyRequest, answer_id: UUID, after: int
) -> Stream:
    language = of_header(request.headers.get("Accept-Language"))
    events = following.told(services, answers, user, answer_id, after=after, language=language)
    return Stream(events, media_type=EVENTS, headers=STREAMED)
