"""What the members agreed on about how their bond works, and what the bond is called."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from game_server.accounts.callers import Caller
from game_server.bonds import actions, texts
from game_server.bonds.commands import Hand, require_version
from game_server.bonds.doing import Doing, do
from game_server.bonds.life import Written
from game_server.bonds.views import BondView
from game_server.services import Services
from rooms.bonds import permissions
from rooms.bonds.people import most_members
from rooms.errors import Invalid, NotFound
from storage import bond_settings, bonds
from storage.bond_settings import BondSettings

SEALED = ("name", "description")


async def change_bond(what: Doing, given: Mapping[str, Any]) -> BondView:
    """Its name, its description, whether it is private. Raises NotPermitted, Changed."""
    key = (
        await texts.bond_key_if_any(what.services, what.bond_id)
        if given.get("name") or given.get("description")
        else None
    )

    async def act(hand: Hand) -> Written:
        permissions.require("bond.edit", hand.me)
        require_version(what.version, hand.bond.version, what.bond_id)
        if not given:
            return what.bond_id, hand.bond.version
        values = {name: texts.sealed_by(key, value) if name in SEALED else value for name, value in given.items()}
        changed = await bonds.change(hand.db, what.bond_id, values)
        await bonds.write_activity(hand.db, what.bond_id, what.user.id, "changed")
        return what.bond_id, changed

    async def read(_: UUID) -> BondView:
        return await actions.read(what.services, what.user, what.bond_id)

    return await do(what, act, read)


async def read_settings(services: Services, user: Caller, bond_id: UUID) -> BondSettings:
    """The settings of a bond of the caller's. Raises NotFound."""
    async with services.database.as_user(user.id) as db:
        found = await bond_settings.find(db, bond_id)
    if found is None:
        raise NotFound
    return found


async def change_settings(what: Doing, given: Mapping[str, bool | int]) -> BondSettings:
    """Some of the settings. Raises NotPermitted, Changed, Invalid."""

    async def act(hand: Hand) -> Written:
        permissions.require("settings.edit", hand.me)
        now = await bond_settings.find(hand.db, what.bond_id)
        if now is None:
            raise NotFound
        require_version(what.version, now.version, what.bond_id)
        _require_room(hand, given.get("max_members"))
        if not given:
            return what.bond_id, now.version
        changed = await bond_settings.change(hand.db, what.bond_id, given)
        await bonds.write_activity(hand.db, what.bond_id, what.user.id, "settings_changed")
        return what.bond_id, changed

    async def read(_: UUID) -> BondSettings:
        return await read_settings(what.services, what.user, what.bond_id)

    return await do(what, act, read)


def _require_room(hand: Hand, most: int | None) -> None:
    if most is None:
        return
    if most > most_members(hand.bond.bond_type):
        raise Invalid(fields={"max_members": "A bond of this kind has room for two."})
    if most < len(hand.people):
        raise Invalid(fields={"max_members": "More people than that are in this bond."})
