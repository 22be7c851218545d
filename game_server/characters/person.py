"""Whoever talks with a character, read in one go with their own rights: their limits, their state, their words.

Nothing of a partner's is read: the database would not show it, and nothing is asked for it.
"""

import asyncio

from game_server.accounts.callers import Caller
from game_server.bonds import texts
from game_server.languages import choice
from game_server.services import Services
from rooms.bonds.limits import Limits
from rooms.characters.person import Person, SafetyCard, limits_for
from rooms.errors import NotFound, Unauthorized
from storage import kinksters
from storage.key_rows import KeyGone
from storage.kinksters import Known, Member


async def load(services: Services, user: Caller) -> Person:
    """The caller as a character knows them now. Raises Unauthorized for who is erased, KeysAway: a limit that cannot be read is
    not taken for none.
    """
    if (found := await _known(services, user.id)) is None:
        raise Unauthorized
    known, named = found
    cards = await asyncio.gather(*(_card(services, one) for one in known.members))
    return Person(
        limits=limits_for(known.player, known.rated, named),
        named=named,
        was_asked=known.player.asked,
        state=known.state,
        language=choice.of_account(known.language),
        role=known.role,
        cards=tuple(card for card in cards if card is not None),
    )


async def limits(services: Services, user_id: str) -> Limits:
    """What somebody never wants, wherever they said it. Raises NotFound for who is erased, KeysAway."""
    if (found := await _known(services, user_id)) is None:
        raise NotFound
    known, named = found
    return limits_for(known.player, known.rated, named)


async def _known(services: Services, user_id: str) -> tuple[Known, tuple[str, ...]] | None:
    """What they said, and the names of limits among it, opened; None of who is erased."""
    async with services.database.as_user(user_id) as db:
        known = await kinksters.known_of(db, user_id)
    if known is None:
        return None
    return known, tuple(name for name in await texts.open_each(services, f"user:{user_id}", known.words) if name)


async def _card(services: Services, member: Member) -> SafetyCard | None:
    """What the caller says of themselves in a bond; None where it is over, or its key is gone. Raises KeysAway."""
    try:
        key = await texts.bond_key(services, member.bond_id)
        words = key.unseal(member.safewords) if member.safewords else {}
        needs = key.unseal(member.aftercare_needs) if member.aftercare_needs else None
    except KeyGone:
        return None
    said = {name: words.get(name) for name in ("slow", "stop", "nonverbal")}
    return SafetyCard(**said, aftercare_needs=needs)
