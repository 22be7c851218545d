"""Answers that a process left behind because it was killed: what it had not begun is begun by whoever comes next, once; what it
had, or what is too old by now, is ended.

The commit of a turn holds all that is needed: the question, the answer's empty row, and its session, which says that nobody has
begun. Limits, state and character are read anew, as they are now. The timetable sees no rows of anybody's: it ends what nobody
came back for, and what was never begun has cost nothing.
"""

from datetime import timedelta
from uuid import UUID

import structlog

from game_server.accounts.callers import Caller
from game_server.bonds import texts
from game_server.bonds.live.bells import touch
from game_server.characters import asks, characters, voices
from game_server.characters import person as people
from game_server.characters.answers import Answers, Turn
from game_server.characters.asks import Asking
from game_server.process import gauges
from game_server.services import Services
from rooms.characters.context import MOST_LINES
from rooms.errors import Refused
from storage import agent_sessions, bond_messages, talks
from storage.agent_sessions import Left
from storage.database import STORE_ERRORS
from storage.key_rows import KeyGone, KeysAway

log = structlog.get_logger()

LEFT_AFTER = timedelta(seconds=2)
"""Whoever committed a turn begins it at once: what was not begun by then is left."""


async def look_after(services: Services, answers: Answers, user: Caller, answer_id: UUID) -> None:
    """Begin this answer of the caller's where it was left, and end those that nobody writes any more."""
    now = services.clock.now()
    async with services.database.as_member(user.id, now) as db:
        await agent_sessions.end_own_lost(db, now)
        found = await agent_sessions.left(db, answer_id, now - LEFT_AFTER)
    if found is None or services.hub.draining:
        return
    try:
        turn = await _turn(services, user, answer_id, found)
    except (KeysAway, *STORE_ERRORS) as error:  # the next look, as long as it may be begun
        log.warning("answer_not_begun", kind=type(error).__name__)
        return
    except (Refused, KeyGone):
        turn = None
    if turn is None:
        await _give_up(services, user, answer_id, found)
    else:
        log.info("answer_begun_late")
        answers.start(turn)


async def _turn(services: Services, user: Caller, answer_id: UUID, found: Left) -> Turn | None:
    """What is to be asked now; None where it would be somebody else who answers. Raises NotFound, NotConfigured, Unauthorized,
    KeyGone, KeysAway.
    """
    person = await people.load(services, user)
    if found.kinkster_id is None:
        return None
    character, _ = await characters.played(services, user, found.kinkster_id)
    voice, key = voices.of(services, character), await texts.ready_key(services, user)
    async with services.database.as_user(user.id) as db:
        standing, conversation = await talks.standing(db, answer_id), await talks.find(db, found.conversation_id)
        if standing is None or conversation is None or conversation.persona not in voice.personas:
            return None
        rows = await talks.told_again(db, conversation.id, conversation.context_from, MOST_LINES + 1)
        rows = [one for one in rows if one.created_at < standing.message.created_at]
        if not rows or rows[0].role != "user":
            return None
        question, before = rows[0], rows[1:]
        pictures = await bond_messages.attachments(db, [question.id])
    [message] = await texts.open_each(services, user.actor, [question.content])
    asking = Asking(
        user=user, person=person, character=character, conversation=conversation, message=message or "", before=before
    )
    return Turn(
        user=user,
        person=person,
        conversation_id=conversation.id,
        answer_id=answer_id,
        session_id=found.session_id,
        persona=str(conversation.persona),
        talker=voice.talker,
        ask=await asks.of(services, voice, asking),
        pictures=tuple(one.file_id for one in pictures if one.file_id is not None),
        price=voice.price,
        key=key,
    )


async def _give_up(services: Services, user: Caller, answer_id: UUID, found: Left) -> None:
    now = services.clock.now()
    async with services.database.as_member(user.id, now) as db:
        if not await agent_sessions.give_up(db, found.session_id, now):
            return
        await talks.end(db, answer_id, "partial", None)
    touch(services, user.id, "messages", answer_id, "update")
    gauges.ANSWERS.labels("unknown", "answer_lost").inc()
