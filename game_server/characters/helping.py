"""The safety card for who needs it while nothing can be kept: too much was asked, a talk or a file is not there, keys or the
database are away. It is read from the message alone, before anything that is wrong with the request, and it stops what is being
written there.
"""

import asyncio
from contextlib import suppress
from uuid import UUID

from game_server.accounts.callers import Caller
from game_server.characters import conversations
from game_server.characters import person as people
from game_server.characters.answers import Answers
from game_server.languages.catalogues import Language
from game_server.services import Services
from rooms.characters.person import Person
from rooms.characters.safety import answer, asks_for_help, in_words
from rooms.errors import Refused
from storage.database import STORE_ERRORS
from storage.key_rows import KeysUnavailable

FAILURES = (Refused, KeysUnavailable, *STORE_ERRORS)
"""Why a turn may not be kept."""


async def card(services: Services, user: Caller, message: str, language: Language) -> str | None:
    """The safety card, where the message asks for help; of what only the person's own cards know, nothing is known here."""
    found = await asyncio.to_thread(asks_for_help, message)
    if found is None:
        return None
    person = Person(language=language)
    with suppress(*FAILURES):
        person = await people.load(services, user)
    return in_words(answer(found, person))


async def stop(services: Services, answers: Answers, user: Caller, conversation_id: UUID | None) -> None:
    """What is being written in this talk ends, if it is one of the caller's."""
    if conversation_id is not None:
        with suppress(*FAILURES):
            await conversations.stop(services, answers, user, conversation_id)
