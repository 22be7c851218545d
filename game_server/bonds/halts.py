"""Halting a bond, and ending it: any member's pause, and the votes of those who want it over."""

from uuid import UUID

import msgspec

from game_server.bonds import news
from game_server.bonds.commands import Hand, require_version
from game_server.bonds.doing import Doing, do, seen
from game_server.bonds.life import Written
from game_server.bonds.views import BondView, halted_view
from rooms.bonds import permissions
from rooms.bonds.people import votes_needed
from rooms.errors import NotFound, WrongState
from storage import bond_members


class Votes(msgspec.Struct, frozen=True):
    """What became of the bond, how many want it over and how many have to; whose votes they are is not told."""

    status: str
    votes: int
    needed: int


async def pause(what: Doing, *, stands: bool) -> BondView:
    """The caller pauses the bond, or takes their own pause back: another's stands. Raises Changed, WrongState."""

    async def act(hand: Hand) -> Written:
        permissions.require("pause" if stands else "resume", hand.me)
        require_version(what.version, hand.bond.version, what.bond_id)
        if not await bond_members.pause(hand.db, what.bond_id, stands=stands):
            raise NotFound
        if stands and hand.bond.status != "paused":
            await news.tell_others(hand, "bond_paused")
        return what.bond_id, None

    async def read(_: UUID) -> BondView:
        bond, people = await seen(what.services, what.user, what.bond_id)
        return await halted_view(what.services, bond, people, what.user.id)

    return await do(what, act, read, at_once=stands)


async def vote(what: Doing, *, dissolve: bool) -> Votes:
    """The caller wants the bond over, or does not any more. It is over when the sole one, either of two, or more than half of
    more want it. Raises WrongState.
    """

    async def act(hand: Hand) -> Written:
        permissions.require("dissolve", hand.me)
        if hand.bond.status == "dissolved":
            if not dissolve:
                raise WrongState("This bond is over already.")
        elif not await bond_members.vote(hand.db, what.bond_id, dissolve=dissolve):
            raise NotFound
        return what.bond_id, None

    async def read(_: UUID) -> Votes:
        bond, people = await seen(what.services, what.user, what.bond_id)
        votes = sum(one.dissolve_vote_at is not None for one in people)
        return Votes(bond.status, votes, votes_needed(len(people)))

    return await do(what, act, read, dissolved=True, at_once=dissolve)
