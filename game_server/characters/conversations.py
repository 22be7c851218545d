"""Talks as their person reads them, and how they end one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import texts
from game_server.bonds.live.bells import touch
from game_server.bonds.places import row_place
from game_server.characters.answers import Answers
from game_server.files import sweeps as files
from game_server.http.paging import Page, Place, write_cursor
from game_server.services import Services
from rooms.errors import NotFound
from storage import agent_sessions, bond_messages, talks
from storage.bond_messages import Attachment
from storage.talks import Conversation, Said


class ConversationView(msgspec.Struct, frozen=True, kw_only=True):
    """A talk with a character; without one the character was deleted. `answering`: the answer that is being written."""

    id: UUID
    kinkster_id: UUID | None
    title: str | None
    provider: str
    last_message_at: datetime | None
    answering: UUID | None
    created_at: datetime
    updated_at: datetime
    version: int


class PictureView(msgspec.Struct, frozen=True):
    """A picture of a message; without a file it was withdrawn."""

    id: UUID
    file_id: UUID | None
    content_type: str
    bytes: int


class MessageView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was said; `content` is null where nothing came, or nobody can read it any more. `status`: of an answer how
    far it is. `safety`: it is the safety card.
    """

    id: UUID
    conversation_id: UUID
    role: Literal["user", "assistant"]
    content: str | None
    status: Literal["streaming", "done", "partial", "refused"]
    safety: bool
    attachments: list[PictureView]
    created_at: datetime
    updated_at: datetime
    version: int


async def listed(services: Services, user: Caller, after: Place | None, limit: int) -> Page[ConversationView]:
    """The caller's talks, the newest first. Raises KeysAway."""
    async with services.database.as_user(user.id) as db:
        found = await talks.listed(db, after=row_place(after), limit=limit + 1)
        answering = await talks.answering(db, [one.id for one in found])
    views = await _views(services, user, found[:limit], answering)
    last = found[limit - 1] if len(found) > limit else None
    return Page(views, write_cursor(Place(last.created_at, str(last.id))) if last else None)


async def find(services: Services, user: Caller, conversation_id: UUID) -> ConversationView:
    """One of the caller's. Raises NotFound, KeysAway."""
    async with services.database.as_user(user.id) as db:
        found = await talks.find(db, conversation_id)
        answering = await talks.answering(db, [conversation_id])
    if found is None:
        raise NotFound
    [view] = await _views(services, user, [found], answering)
    return view


async def messages(
    services: Services, user: Caller, conversation_id: UUID, after: Place | None, limit: int
) -> Page[MessageView]:
    """What was said in one of the caller's talks, the newest first. Raises NotFound, KeysAway."""
    now = services.clock.now()
    async with services.database.as_member(user.id, now) as db:
        await agent_sessions.end_own_lost(db, now)
    async with services.database.as_user(user.id) as db:
        if await talks.find(db, conversation_id) is None:
            raise NotFound
        found = await talks.said(db, conversation_id, after=row_place(after), limit=limit + 1)
        pictures = await bond_messages.attachments(db, [one.message.id for one in found])
    said = await texts.open_each(services, user.actor, [one.message.content for one in found[:limit]])
    items = [_message(one, text, pictures) for one, text in zip(found, said, strict=False)]
    last = found[limit - 1].message if len(found) > limit else None
    return Page(items, write_cursor(Place(last.created_at, str(last.id))) if last else None)


async def last_answer(services: Services, user: Caller, conversation_id: UUID, wanted: UUID | None = None) -> UUID:
    """The newest answer in a talk of the caller's, or the one that is wanted. Raises NotFound."""
    async with services.database.as_user(user.id) as db:
        if wanted is not None:
            standing = await talks.standing(db, wanted)
            found = wanted if standing and standing.message.conversation_id == conversation_id else None
        else:
            found = await talks.last_answer(db, conversation_id)
    if found is None:
        raise NotFound
    return found


async def stop(services: Services, answers: Answers, user: Caller, conversation_id: UUID) -> None:
    """No more of the answer that is being written in this talk; what there is of it is kept. Raises NotFound."""
    now = services.clock.now()
    async with services.database.as_member(user.id, now) as db:
        if await talks.find(db, conversation_id) is None:
            raise NotFound
        answer_id = await talks.open_answer(db, conversation_id)
        if answer_id is not None:
            await agent_sessions.ask_to_stop(db, answer_id, now)
    if answer_id is not None and (writing := answers.of(answer_id)) is not None:
        writing.stop("answer_stopped")


async def delete(services: Services, answers: Answers, user: Caller, conversation_id: UUID) -> None:
    """The talk, with all that was said in it. Raises NotFound."""
    async with services.database.as_member(user.id, services.clock.now()) as db:
        answer_id = await talks.open_answer(db, conversation_id)
        if not await talks.delete(db, conversation_id):
            raise NotFound
    if answer_id is not None and (writing := answers.of(answer_id)) is not None:
        writing.stop("answer_lost")
    touch(services, user.id, "conversations", conversation_id, "delete")
    files.soon(services)


async def _views(
    services: Services, user: Caller, found: Sequence[Conversation], answering: dict[UUID, UUID]
) -> list[ConversationView]:
    titles = await texts.open_each(services, user.actor, [one.title for one in found])
    return [
        ConversationView(
            id=one.id,
            kinkster_id=one.kinkster_id,
            title=title,
            provider=one.provider,
            last_message_at=one.last_message_at,
            answering=answering.get(one.id),
            created_at=one.created_at,
            updated_at=one.updated_at,
            version=one.version,
        )
        for one, title in zip(found, titles, strict=True)
    ]


def _message(one: Said, text: str | None, pictures: Sequence[Attachment]) -> MessageView:
    return MessageView(
        id=one.message.id,
        conversation_id=one.message.conversation_id,
        role=one.message.role,
        content=text,
        status=one.message.status or "done",
        safety=one.safety,
        attachments=[
            PictureView(each.id, each.file_id, each.content_type, each.bytes)
            for each in pictures
            if each.message_id == one.message.id
        ],
        created_at=one.message.created_at,
        updated_at=one.message.updated_at,
        version=one.message.version,
    )
