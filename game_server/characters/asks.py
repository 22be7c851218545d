"""What an AI is asked for an answer: the same whether it is asked at once, or later because a process was killed."""

from collections.abc import Sequence

import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import texts
from game_server.characters.voices import Voice
from game_server.integrations.ai.talker import Ask, Line
from game_server.services import Services
from rooms.characters import context
from rooms.characters.character import Character
from rooms.characters.instructions import instructions
from rooms.characters.person import Person
from rooms.characters.private import without_private
from storage.talks import Conversation, Message


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """Who says what to whom. `conversation` as it goes on with this answer, `before` what was said in it, the newest first."""

    user: Caller
    person: Person
    character: Character
    conversation: Conversation
    message: str
    before: Sequence[Message]


async def of(services: Services, voice: Voice, asking: Asking) -> Ask:
    """Raises KeysAway."""
    conversation = asking.conversation
    return Ask(
        model=voice.model,
        instructions=instructions(asking.character, asking.person),
        message=without_private(asking.message),
        person=services.keys.mark("person of an AI", asking.user.id),
        before=await _lines(services, asking),
        continues=conversation.openai_previous_response_id,
        session=conversation.flowise_session_id,
        most_tokens=services.settings.characters_answer_tokens,
    )


async def _lines(services: Services, asking: Asking) -> tuple[Line, ...]:
    """The newest of what was said, for who does not remember it."""
    if asking.character.provider == "flowise" or not asking.before:
        return ()
    said = await texts.open_each(services, asking.user.actor, [one.content for one in asking.before])
    lines = [context.Line(one.role, text or "") for one, text in zip(asking.before, said, strict=True)]
    return tuple(Line(line.role, without_private(line.text)) for line in context.newest(lines))
