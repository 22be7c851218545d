"""Who was erased since a backup was taken does not come back with it.

The list of them is in the store of people's keys, which is in no backup of the database: it notes everybody whom it forgets, also
those who had no key, for 40 days; backups live 35. Erased is, of whoever came out of the backup,

- who is noted there, and
- who has no key there though something here is sealed with one: keys go only by an erasure.

The second holds for a store that is no older than the backup, which is looked at before (`checks.py`).
"""

import asyncpg
import msgspec

from game_server.accounts import development_mailbox
from game_server.accounts.actions import counted_by
from game_server.http.idempotency import of_person
from game_server.profiles.erasure import forget_erased
from game_server.services import Services
from storage import credentials, erased, idempotency, restore_people, sign_ups
from storage import mail as outbox


class Replayed(msgspec.Struct, frozen=True):
    """How many were erased since and are erased again."""

    people: int
    bonds: int


async def erase_again(services: Services, administrator: str) -> Replayed:
    """Find them, and take them out. May be broken off and done again. Raises KeysAway, asyncpg errors."""
    found = await _erased_since(services)
    bonds = [person.partition(":")[2] for person in found if person.startswith("bond:")]
    people = [person for person in found if not person.startswith("bond:")]
    for person in people:
        await _erase(services, person)
    if bonds:
        connection = await asyncpg.connect(administrator)
        try:
            for bond_id in bonds:
                await restore_people.erase_bond(connection, bond_id)
        finally:
            await connection.close()
    await forget_erased(services)
    return Replayed(len(people), len(bonds))


async def _erased_since(services: Services) -> list[str]:
    found: list[str] = []
    async with services.database.as_service() as connection:
        async for named in restore_people.people(connection):
            noted = await services.person_keys.erased(named)
            without = await services.person_keys.without_key([one for one in named if one not in noted])
            sealed = await restore_people.sealed_something(connection, sorted(without))
            found += [one for one in named if one in noted or one in sealed]
    return found


async def _erase(services: Services, person: str) -> None:
    async with services.database.as_service() as connection:
        email = await restore_people.erase(connection, person)
        await idempotency.forget_person(connection, of_person(services, person))
        if email is None:
            return
        await credentials.forgive_failures(connection, counted_by(services, email))
        await outbox.drop_of(connection, recipient=email, about=person)
        await sign_ups.drop_of(connection, email)
        await erased.note_mailbox(connection, person, development_mailbox.address_note(services.keys, email))
