"""One turn of a talk: who says what to whom, what is looked at before anybody is asked, and what is committed then.

Whoever does not need play gets the safety card, whatever else holds, and no AI is asked. Else: may it be asked now, is there an
answer open, is there money left. The person's words, the answer's empty row and what it may cost at most are one transaction,
with the key of the request: the same key is the same turn, never a second one.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import attachments, texts
from game_server.bonds.commands import Asked, run
from game_server.bonds.live.bells import touch
from game_server.characters import budgets, characters
from game_server.characters import person as people
from game_server.characters.answers import ALIVE_FOR, Answers, Turn, most_tokens_in
from game_server.integrations.ai.talker import Ask, Line, Talker
from game_server.services import Services
from rooms import prices
from rooms.characters import context
from rooms.characters.character import Character
from rooms.characters.instructions import instructions
from rooms.characters.person import Person
from rooms.characters.private import without_private
from rooms.characters.safety import Answer, Help, answer, asks_for_help
from rooms.characters.talk import MOST_OPEN, title_of
from rooms.errors import Invalid, NotConfigured, NotFound, ProviderUnavailable, RateLimited, WrongState
from storage import talks
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
    found = await asyncio.to_thread(asks_for_help, words.message, person.safewords)
    saying = _Saying(services, user, words, person=person, character=character, key=key, found=found)

    async def done(answer_id: UUID) -> UUID:
        return answer_id

    answer_id = await run(services, user, asked, saying.act, done)
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
        talker = None if found else self._talker()
        conversation = await self._conversation(db)
        await talks.end_lost(db, at)
        if open_answer := await talks.open_answer(db, conversation.id):
            if not found:
                raise WrongState("An answer is being written here. Wait for it, or stop it.")
            await talks.ask_to_stop(db, open_answer, at)
            self.stopped = open_answer
        if found:
            return await self._help(db, at, conversation, found)
        assert talker is not None  # noqa: S101 - said for the checker
        return await self._asked(db, at, conversation, talker)

    @property
    def _character(self) -> Character:
        if self._found_character is None:
            raise NotFound
        return self._found_character

    def _talker(self) -> Talker:
        """Who is asked. Raises NotConfigured, ProviderUnavailable."""
        talker = self._services.talkers.get(self._character.provider)
        if talker is None or self._model is None:
            raise NotConfigured
        if talker.rests:
            raise ProviderUnavailable
        return talker

    @cached_property
    def _prices(self) -> Mapping[str, prices.Price]:
        return prices.read(self._services.settings.characters_prices)

    @cached_property
    def _model(self) -> str | None:
        """The model, or of Flowise the chatflow: what the character names, where the operator lets it."""
        settings, character = self._services.settings, self._character
        if character.provider == "flowise":
            allowed, wanted = settings.flowise_chatflows, character.flowise_chatflow_id
            if not allowed:
                return wanted
            return wanted if wanted in allowed else allowed[0] if wanted is None else None
        named = character.openai_model
        may = named in self._prices and named not in ("*", "flowise")
        return named if may else settings.openai_model

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
        session = await talks.open_session(
            db,
            *(user, conversation.id, self._words.kinkster_id, answer_id),
            provider=self._character.provider,
            model=None,
            reserved_micros=0,
            alive_until=at,
        )
        await talks.close_session(db, session, at, outcome="safety", tokens=(0, 0), cost_micros=0)
        await talks.go_on(db, conversation.id, at, self._titled(conversation))
        self.touched.append(("messages", answer_id, "insert"))
        return answer_id, version

    async def _asked(
        self, db: asyncpg.Connection, at: datetime, conversation: Conversation, talker: Talker
    ) -> tuple[UUID, int]:
        """The answer's row, and all that is to be asked."""
        user, model = UUID(self._user.id), str(self._model)
        changes, fresh = self._continued(conversation, at, model)
        before = await self._before(db, conversation, at if fresh else conversation.context_from)
        ask = Ask(
            model=model,
            instructions=instructions(self._character, self._person),
            message=without_private(self._words.message),
            person=self._services.keys.mark("person of an AI", self._user.id),
            before=before,
            continues=None if fresh else conversation.openai_previous_response_id,
            session=changes.get("flowise_session_id") or conversation.flowise_session_id,
            most_tokens=self._services.settings.characters_answer_tokens,
        )
        pictures = await self._said(db, conversation)
        price = prices.price_of(self._prices, "flowise" if self._character.provider == "flowise" else model)
        amount = price.micros(most_tokens_in(ask, len(pictures)), ask.most_tokens)
        await budgets.reserve(db, budgets.of_day(self._services.settings), amount, at)
        if await talks.count_open(db, user) >= MOST_OPEN:
            raise RateLimited("Several answers are being written for you. Wait for one of them.", retry_after=5)
        answer_id, version = await talks.begin_answer(db, conversation.id, user, status="streaming", content=None)
        session = await talks.open_session(
            db,
            *(user, conversation.id, self._words.kinkster_id, answer_id),
            provider=self._character.provider,
            model=model[:128],
            reserved_micros=amount,
            alive_until=at + ALIVE_FOR,
        )
        await talks.go_on(db, conversation.id, at, {**self._titled(conversation), **changes})
        self.touched.append(("messages", answer_id, "insert"))
        self.turn = Turn(
            user=self._user,
            person=self._person,
            conversation_id=conversation.id,
            answer_id=answer_id,
            session_id=session,
            persona=changes.get("persona") or str(conversation.persona),
            talker=talker,
            ask=ask,
            pictures=tuple(one.id for one in pictures),
            price=price,
            key=self._key,
        )
        return answer_id, version

    def _continued(self, conversation: Conversation, at: datetime, model: str) -> tuple[dict[str, Any], bool]:
        """What changes in the talk because somebody else answers than before, and whether it begins anew with that."""
        of_character = instructions(self._character, Person())
        names = self._services.keys.marks("persona", self._character.provider, model, of_character)
        if conversation.persona in names:
            return {}, False
        fresh = conversation.persona is not None
        return {
            "persona": names[0],
            "provider": self._character.provider,
            "openai_previous_response_id": None,
            "flowise_session_id": self._services.dice.uuid(),
            **({"context_from": at} if fresh else {}),
        }, True

    async def _before(
        self, db: asyncpg.Connection, conversation: Conversation, since: datetime | None
    ) -> tuple[Line, ...]:
        """The newest of what was said, for who does not remember it."""
        if self._words.conversation_id is None or self._character.provider == "flowise":
            return ()
        rows = await talks.told_again(db, conversation.id, since, context.MOST_LINES)
        said = await texts.open_each(self._services, self._user.actor, [row.content for row in rows])
        lines = [context.Line(row.role, text or "") for row, text in zip(rows, said, strict=True)]
        return tuple(Line(line.role, without_private(line.text)) for line in context.newest(lines))

    def _titled(self, conversation: Conversation) -> dict[str, Any]:
        return {} if conversation.title else {"title": self._key.seal(title_of(self._words.message))}


def in_words(help_: Answer) -> str:
    """The safety card and who helps, as it stands in the talk."""
    parts = [help_.text]
    for card in help_.cards:
        parts += [one for one in (card.slow, card.stop, card.nonverbal, card.aftercare_needs) if one]
    parts += [f"{one.name}: {one.number} ({one.where})" for one in help_.resources]
    return "\n".join(parts)


async def _played(services: Services, user: Caller, kinkster_id: UUID) -> Character | None:
    """A character of the caller's, or a system character; None where there is none. Raises KeysAway."""
    try:
        return (await characters.played(services, user, kinkster_id))[0]
    except NotFound:
        return None
