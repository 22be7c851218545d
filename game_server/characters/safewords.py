"""What is read of somebody's words before a character is asked: a crisis, a safeword of everybody's, one of their own safety
cards, or one that was agreed on in this talk.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from game_server.accounts.callers import Caller
from game_server.services import Services
from rooms.characters.agreed import agreed_in, is_agreed, may_be_agreed
from rooms.characters.person import Person
from rooms.characters.safety import Help, asks_for_help
from storage import talks
from storage.person_keys import DataKey
from storage.sealing import Unsealable

FIRST_READ = 50
LAST_READ = 200
"""So much of what was said in a talk: people agree where it begins. Only for a few words alone, which could be such a word."""


async def heard(  # noqa: PLR0917 - who speaks, and what is read beside
    services: Services, user: Caller, person: Person, key: DataKey, message: str, conversation_id: UUID | None
) -> Help | None:
    """What the person asks for instead of play, if anything."""
    found = await asyncio.to_thread(asks_for_help, message, person.safewords)
    if found is not None or conversation_id is None or not may_be_agreed(message):
        return found
    async with services.database.as_user(user.id) as db:
        before = await talks.texts(db, conversation_id, first=FIRST_READ, last=LAST_READ)
    agreed = await asyncio.to_thread(lambda: is_agreed(message, agreed_in(_opened(key, before))))
    return Help("safeword") if agreed else None


def _opened(key: DataKey, before: Sequence[dict[str, Any]]) -> Iterator[str]:
    for one in before:
        with suppress(Unsealable):
            yield str(key.unseal(one))
