"""What stands first where people play: by which words and which sign each one slows or stops, and what they need afterwards."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from game_server.bonds import texts
from game_server.bonds.views import Safewords
from game_server.services import Services
from storage.bonds import Person
from storage.key_rows import KeysAway


class SafetyCard(msgspec.Struct, frozen=True):
    """By which words and which sign somebody slows or stops, and what they need afterwards. Read this first."""

    user_id: UUID
    safewords: Safewords | None
    aftercare_needs: str | None


async def of_all(services: Services, bond_id: UUID, persons: Sequence[Person]) -> dict[str, SafetyCard]:
    """Everybody's card, by their id; without its words while keys are away."""
    private = [text for person in persons for text in (person.safewords, person.aftercare_needs)]
    try:
        words = await texts.open_each(services, texts.bond_owner(bond_id), private)
    except KeysAway:
        words = [None] * len(private)
    return {
        str(person.user_id): SafetyCard(
            person.user_id, Safewords(**words[2 * place]) if words[2 * place] else None, words[2 * place + 1]
        )
        for place, person in enumerate(persons)
    }
