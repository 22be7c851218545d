"""One turn of a talk: who says what to whom, what is looked at before anybody is asked, and what is committed then.

Whoever does not need play gets the safety card, whatever else holds, and no AI is asked. Else: may it be asked now, is there an
answer open, is there money left. The person's words, the answer's empty row and what it may cost at most are one transaction,
with the key of the request: the same key is the same turn, never a second one.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import attachments, texts
from game_server.bonds.commands import Asked, run
from game_server.bonds.live.bells import touch
from game_server.characters import asks, budgets, characters, safewords, voices
from game_server.characters import person as people
from game_server.characters.answers import Answers, Turn, most_tokens_in
from game_server.characters.asks import Asking
from game_server.characters.voices import Voice
from game_server.services import Services
from rooms.characters.character import Character
from rooms.characters.context import MOST_LINES
from rooms.characters.person import Person
from rooms.characters.safety import Help, answer, in_words
from rooms.characters.talk import MOST_OPEN, title_of
from rooms.errors import Invalid, NotFound, ProviderUnavailable, RateLimited, WrongState
from storage import agent_sessions, talks
from storage.files import Attachable
from storage.person_keys import DataKey
from storage.talks import Conversation


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says, to which character, in which talk. `only`: the character has to be answered for by this provider."""

    kinkster_id: UUID
    message: str
    conversation_id: UUID | None = None
    file_ids: tuple[UUID, ...] = ()
    only: str | None = None


async def say(services: Services, answers: Answers, user: Caller, asked: Asked, words: Words) -> UUID:
    """Say it, once for its key: the answer's id, which is being written, or has been. Raises NotFound, Invalid, NotConfigured,
    ProviderUnavailable, WrongState, RateLimited, BudgetUsed, KeyReused, KeyGone, KeysAway.
    """
    person = await people.load(services, user)
    character = await _played(services, user, words.kinkster_id)
    key = await texts.ready_key(services, user)
    found = await safewords.heard(services, user, person, key, words.message, words.conversation_id)
    saying = _Saying(services, user, words, person=person, character=character, key=key, found=found)

    async def done(answer_id: UUID) -> UUID:
        return answer_id

    answer_id = await run(services, user, asked, saying.act, done, at_once=found is not None)
    for table, row_id, op in saying.touched:
        touch(services, user.id, table, row_id, op)
    if saying.stopped is not None and (writing := answers.of(saying.stopped)) is not None:
        writing.stop("answer_stopped")
    if saying.turn is not None:
        answers.start(saying.turn)
    return answer_id


class _Saying:
    """One saying, in its transaction. What is to be done after its commit: `touched`, `stopped`, `turn`."""

    def __init__(
        self,
        services: Services,
        user: Caller,
        words: Words,
        *,
        person: Person,
        character: Character | None,
        key: DataKey,
        found: Help | None,
    ) -> None:
        self._services, self._user, self._words = services, user, words
        self._person, self._key, self._found = person, key, found
        self._found_character = character
        self.touched: list[tuple[str, UUID, Any]] = []
        self.stopped: UUID | None = None
        self.turn: Turn | None = None

    async def act(self, db: asyncpg.Connection, at: datetime) -> tuple[UUID, int]:
        if self._found_character is None:
            raise NotFound
        if self._words.only not in (None, self._character.provider):
            raise Invalid(fields={"kinkster_id": "This character is answered for by another provider."})
        found = self._found
        voice = None if found else self._voice()
        conversation = await self._conversation(db)
        await agent_sessions.end_own_lost(db, at)
        if open_answer := await talks.open_answer(db, conversation.id):
            if not found:
                raise WrongState("An answer is being written here. Wait for it, or stop it.")
            await agent_sessions.ask_to_stop(db, open_answer, at)
            self.stopped = open_answer
        if found:
            return await self._help(db, at, conversation, found)
        assert voice is not None  # noqa: S101 - said for the checker
        return await self._asked(db, at, conversation, voice)

    @property
    def _character(self) -> Character:
        if self._found_character is None:
            raise NotFound
        return self._found_character

    def _voice(self) -> Voice:
        """Who is asked. Raises NotConfigured, ProviderUnavailable."""
        voice = voices.of(self._services, self._character)
        if voice.talker.rests:
            raise ProviderUnavailable(retry_after=voice.talker.rests)
        return voice

    async def _conversation(self, db: asyncpg.Connection) -> Conversation:
        """The talk, held; a new one where none is named. Raises NotFound, Invalid."""
        if self._words.conversation_id is None:
            made = await talks.begin(db, UUID(self._user.id), self._words.kinkster_id, self._character.provider)
            self.touched.append(("conversations", made.id, "insert"))
            return made
        found = await talks.find(db, self._words.conversation_id, hold=True)
        if found is None:
            raise NotFound
        if found.kinkster_id != self._words.kinkster_id:
            raise Invalid(fields={"conversation_id": "This is a talk with another character."})
        self.touched.append(("conversations", found.id, "update"))
        return found

    async def _said(self, db: asyncpg.Connection, conversation: Conversation) -> list[Attachable]:
        """The person's words, with what hangs on them."""
        pictures = await attachments.require(db, self._words.file_ids, "file_ids")
        message = await talks.say(db, conversation.id, UUID(self._user.id), self._key.seal(self._words.message))
        await talks.attach(db, message, UUID(self._user.id), pictures)
        self.touched.append(("messages", message, "insert"))
        return pictures

    async def _help(
        self, db: asyncpg.Connection, at: datetime, conversation: Conversation, found: Help
    ) -> tuple[UUID, int]:
        """The safety card instead of play."""
        await self._said(db, conversation)
        text = in_words(answer(found, self._person))
        user = UUID(self._user.id)
        answer_id, version = await talks.begin_answer(
            db, conversation.id, user, status="done", content=self._key.seal(text)
        )
        session = await agent_sessions.add(
            db,
            *(user, conversation.id, self._words.kinkster_id, answer_id),
            provider=self._character.provider,
            model=None,
            reserved_micros=0,
            alive_until=at,
        )
        await agent_sessions.close(db, session, at, outcome="safety", tokens=(0, 0), cost_micros=0)
        await talks.go_on(db, conversation.id, at, self._titled(conversation))
        self.touched.append(("messages", answer_id, "insert"))
        return answer_id, version

    async def _asked(
        self, db: asyncpg.Connection, at: datetime, conversation: Conversation, voice: Voice
    ) -> tuple[UUID, int]:
        """The answer's row, and all that is to be asked."""
        user = UUID(self._user.id)
        changes, fresh = self._continued(conversation, at, voice)
        continued = msgspec.structs.replace(conversation, **changes)
        asking = Asking(
            user=self._user,
            person=self._person,
            character=self._character,
            conversation=continued,
            message=self._words.message,
            before=() if fresh else await talks.told_again(db, conversation.id, conversation.context_from, MOST_LINES),
        )
        ask = await asks.of(self._services, voice, asking)
        pictures = await self._said(db, conversation)
        amount = voice.price.micros(most_tokens_in(ask, len(pictures)), ask.most_tokens)
        # It holds the person's day, so that no two at once are counted as one.
        await budgets.reserve(db, budgets.of_day(self._services.settings), amount, at)
        if await agent_sessions.count_open(db, user) >= MOST_OPEN:
            raise RateLimited("Several answers are being written for you. Wait for one of them.", retry_after=5)
        answer_id, version = await talks.begin_answer(db, conversation.id, user, status="streaming", content=None)
        session = await agent_sessions.add(
            db,
            *(user, conversation.id, self._words.kinkster_id, answer_id),
            provider=self._character.provider,
            model=voice.model[:128],
            reserved_micros=amount,
            alive_until=at + agent_sessions.BEGUN_WITHIN,
        )
        await talks.go_on(db, conversation.id, at, {**self._titled(conversation), **changes})
        self.touched.append(("messages", answer_id, "insert"))
        self.turn = Turn(
            user=self._user,
            person=self._person,
            conversation_id=conversation.id,
            answer_id=answer_id,
            session_id=session,
            persona=str(continued.persona),
            talker=voice.talker,
            ask=ask,
            pictures=tuple(one.id for one in pictures),
            price=voice.price,
            key=self._key,
        )
        return answer_id, version

    def _continued(self, conversation: Conversation, at: datetime, voice: Voice) -> tuple[dict[str, Any], bool]:
        """What changes in the talk because somebody else answers than before, and whether it begins anew with that."""
        if conversation.persona in voice.personas:
            return {}, False
        fresh = conversation.persona is not None
        return {
            "persona": voice.personas[0],
            "provider": self._character.provider,
            "openai_previous_response_id": None,
            "flowise_session_id": self._services.dice.uuid(),
            **({"context_from": at} if fresh else {}),
        }, True

    def _titled(self, conversation: Conversation) -> dict[str, Any]:
        return {} if conversation.title else {"title": self._key.seal(title_of(self._words.message))}


async def _played(services: Services, user: Caller, kinkster_id: UUID) -> Character | None:
    """A character of the caller's, or a system character; None where there is none. Raises KeysAway."""
    try:
        return (await characters.played(services, user, kinkster_id))[0]
    except NotFound:
        return None
