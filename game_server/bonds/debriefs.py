"""What each says of a scene afterwards: for themselves, sealed with their own key, and shown to the others where they choose."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from game_server.bonds import shapes, texts
from game_server.bonds.commands import Hand
from game_server.services import Services
from rooms.bonds.tool import LONGEST_CONTENT
from rooms.errors import NotFound
from storage import bond_scenes
from storage.key_rows import KeysAway

Words = shapes.lines(LONGEST_CONTENT)


class Debrief(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The caller's words. `shared`: whoever took part reads them."""

    text: Words  # type: ignore[valid-type]  # made from a number
    shared: bool = False
    version: shapes.Version | None = None


class ChangeDebrief(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of the caller's words; what is left out stays."""

    text: Words | None = None  # type: ignore[valid-type]  # made from a number
    shared: bool | None = None
    version: shapes.Version | None = None


class DebriefView(msgspec.Struct, frozen=True):
    """A debrief as the caller may read it: their own, or a shared one. `text` is null where nobody can open it."""

    user_id: UUID
    text: str | None
    shared: bool
    version: int
    updated_at: datetime


async def write(hand: Hand, scene_id: UUID, *, text: str | None, shared: bool | None) -> None:
    """The caller's words of a scene from now on; what is None stays as it is. Raises NotFound for who has said nothing yet."""
    own = [one for one in await bond_scenes.debriefs(hand.db, [scene_id]) if str(one.user_id) == hand.me.user_id]
    if not own and text is None:
        raise NotFound
    key = await texts.own_key(hand.services, hand.caller)
    if not own:
        await bond_scenes.add_debrief(
            hand.db, scene_id, hand.bond.id, hand.me.user_id, key.seal(text), shared=bool(shared)
        )
        return
    [before] = await texts.open_each(hand.services, hand.caller.actor, [own[0].text])
    is_shared = own[0].is_shared if shared is None else shared
    if text in (None, before) and is_shared == own[0].is_shared:
        return
    envelope = own[0].text if text in (None, before) else key.seal(text)
    await bond_scenes.change_debrief(hand.db, scene_id, hand.me.user_id, envelope, shared=is_shared)


async def shown(services: Services, written: Sequence[bond_scenes.Debrief]) -> list[tuple[UUID, DebriefView]]:
    """Debriefs with their texts, by their scene; without texts while keys are away."""
    found = []
    for one in written:
        try:
            [text] = await texts.open_each(services, f"user:{one.user_id}", [one.text])
        except KeysAway:
            text = None
        found.append((one.scene_id, DebriefView(one.user_id, text, one.is_shared, one.version, one.updated_at)))
    return found
