"""What members do as members: what each says of themselves, what the founder gives, who goes, who gets the bond."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal
from uuid import UUID

import msgspec

from game_server.bonds import actions, texts
from game_server.bonds.commands import Hand, require_version
from game_server.bonds.doing import Doing, do
from game_server.bonds.life import Written
from game_server.bonds.views import BondView, MemberView
from rooms.bonds import permissions
from rooms.errors import Changed, LastMember, NotFound, NotPermitted
from storage import bond_members, bonds
from storage.bonds import Person


class Left(msgspec.Struct, frozen=True):
    """The caller is no member any more."""

    bond_id: UUID
    status: Literal["left"] = "left"


SEALED = ("nickname", "safewords", "aftercare_needs")


async def change_me(what: Doing, given: Mapping[str, Any]) -> MemberView:
    """What the caller says of themselves in this bond: only they do. Raises Invalid, Changed."""
    me = UUID(what.user.id)
    key = await texts.bond_key_if_any(what.services, what.bond_id) if any(given.get(name) for name in SEALED) else None

    async def act(hand: Hand) -> Written:
        require_version(what.version, _person(hand, me).version, me)
        for one in given.get("accepts_from") or ():
            hand.member(str(one), "accepts_from")
        if not given:
            return me, None
        values = {name: texts.sealed_by(key, value) if name in SEALED else value for name, value in given.items()}
        return me, await bond_members.change(hand.db, what.bond_id, me, values)

    return await do(what, act, _reader(what))


async def change_rights(what: Doing, member_id: UUID, given: Mapping[str, bool]) -> MemberView:
    """What the founder gives another, and takes. Raises NotFound, NotPermitted, Changed."""

    async def act(hand: Hand) -> Written:
        person = _person(hand, member_id)
        permissions.require("members.edit", hand.me)
        if str(member_id) == what.user.id:
            raise NotPermitted(_NOT_ONESELF, fields={"permission": permissions.ACTS["members.edit"]})
        require_version(what.version, person.version, member_id)
        if given:
            await bond_members.change(hand.db, what.bond_id, member_id, given)
            await bonds.write_activity(hand.db, what.bond_id, what.user.id, "rights_changed")
        return member_id, None

    return await do(what, act, _reader(what))


async def remove(what: Doing, member_id: UUID) -> None:
    """Somebody is a member no more. Raises NotFound, NotPermitted, Changed."""
    if str(member_id) == what.user.id:
        await leave(what)
        return

    async def act(hand: Hand) -> Written:
        person = _person(hand, member_id)
        permissions.require("members.remove", hand.me)
        if member_id == hand.bond.founder_id:
            raise NotPermitted("The founder cannot be removed; they can hand the bond on.", fields=_MANAGES)
        require_version(what.version, person.version, member_id)
        await _end(hand, member_id)
        return member_id, None

    async def read(_: UUID) -> None:
        return None

    try:
        await do(what, act, read, person=member_id, at_once=True)
    except Changed as stale:
        stale.current = await _reader(what)(member_id)
        raise


async def leave(what: Doing) -> Left:
    """At once, alone and without a reason. Raises LastMember where nobody else is there."""
    me = UUID(what.user.id)

    async def act(hand: Hand) -> Written:
        require_version(what.version, hand.bond.version, what.bond_id)
        await _end(hand, me)
        return what.bond_id, None

    async def read(_: UUID) -> Left:
        return Left(what.bond_id)

    try:
        return await do(what, act, read, person=me, dissolved=True, at_once=True)
    except Changed as stale:
        stale.current = await actions.read(what.services, what.user, what.bond_id)
        raise


async def transfer(what: Doing, to_id: UUID) -> BondView:
    """The founder hands the bond on to another member. Raises NotPermitted, Invalid, Changed."""

    async def act(hand: Hand) -> Written:
        permissions.require("transfer", hand.me)
        hand.member(str(to_id), "user_id")
        require_version(what.version, hand.bond.version, what.bond_id)
        if not await bond_members.transfer(hand.db, what.bond_id, to_id):
            raise NotFound
        return what.bond_id, None

    async def read(_: UUID) -> BondView:
        return await actions.read(what.services, what.user, what.bond_id)

    return await do(what, act, read)


_MANAGES = {"permission": permissions.ACTS["members.remove"]}
_NOT_ONESELF = "Nobody gives themselves rights."


def _person(hand: Hand, user_id: UUID) -> Person:
    found = next((one for one in hand.persons if one.user_id == user_id), None)
    if found is None:
        raise NotFound
    return found


async def _end(hand: Hand, user_id: UUID) -> None:
    match await bond_members.end(hand.db, hand.bond.id, user_id):
        case "none":
            raise NotFound
        case "forbidden":
            raise NotPermitted(fields=_MANAGES)
        case "last":
            raise LastMember
        case "done":
            return


def _reader(what: Doing) -> Callable[[UUID], Awaitable[MemberView]]:
    async def read(user_id: UUID) -> MemberView:
        bond = await actions.read(what.services, what.user, what.bond_id)
        found = next((one for one in bond.members if one.user_id == user_id), None)
        if found is None:
            raise NotFound
        return found

    return read
