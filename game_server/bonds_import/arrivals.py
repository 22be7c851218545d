"""Who of a file is here: whoever has confirmed an address of it with us. Nothing is taken of anybody else."""

from collections.abc import Mapping, Sequence
from itertools import islice

import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import texts
from game_server.bonds_import.staging import Staged
from game_server.http.text import clean_email
from game_server.services import Services
from rooms.bonds.dump.kinds import PEOPLE
from rooms.errors import Invalid
from storage import imported
from storage.imported import Here
from storage.key_rows import KeyGone, KeysAway

AT_ONCE = 500


class Arrival(msgspec.Struct, frozen=True):
    """Somebody of the file who is here. `paused`: there they took a pause, which nothing goes over."""

    caller: Caller
    paused: bool


async def find(services: Services, staged: Staged, *, dry: bool) -> Mapping[str, Arrival]:
    """Those who are here, by their ids there; all others are listed. With `dry` nobody is made a key."""
    paused = set()
    for row in staged.rows(PEOPLE):
        if row.values.get("submission_state") == "paused":
            paused.add(str(row.id))
        email = _address(row.values.get("email"))
        if email is None:
            staged.refuse(PEOPLE, row.id, "no_address")
        else:
            staged.note_address(email, str(row.id))
    found: dict[str, Arrival] = {}
    addresses = staged.addresses()
    while some := list(islice(addresses, AT_ONCE)):
        found |= await _here(services, staged, some, paused, dry=dry)
    return found


async def _here(
    services: Services, staged: Staged, some: Sequence[tuple[str, str, int]], paused: set[str], *, dry: bool
) -> dict[str, Arrival]:
    async with services.database.as_service() as db:
        people = {one.email: one for one in await imported.people(db, [email for email, _, _ in some])}
    found = {}
    for email, person, many in some:
        here = people.get(email)
        if many > 1:
            for one in staged.of_address(email):
                staged.refuse(PEOPLE, one, "same_address")
        elif here is None:
            staged.refuse(PEOPLE, person, "not_here")
        elif not here.adult:
            staged.refuse(PEOPLE, person, "not_adult")
        elif not dry and not await _has_key(services, _caller(here)):
            staged.refuse(PEOPLE, person, "keys_away")
        else:
            found[person] = Arrival(_caller(here), person in paused)
    return found


async def _has_key(services: Services, caller: Caller) -> bool:
    try:
        await texts.ready_key(services, caller)
    except (KeyGone, KeysAway):
        return False
    return True


def _caller(here: Here) -> Caller:
    return Caller(
        kind="user",
        id=str(here.id),
        login=None,
        adult=here.adult,
        profile_completed=False,
        display_name=here.display_name,
        profile_id=None,
    )


def _address(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        return clean_email(value.strip(), "email")
    except Invalid:
        return None
