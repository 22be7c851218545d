"""Whoever talks with a character: what it has to know of them, and nothing by which anybody could tell who they are.

All of it is their own. What partners said, and what is between them, is not here.
"""

from typing import Literal

import msgspec

from rooms.activities.taxonomy import BOUNDARY_KEYS
from rooms.bonds.limits import Limits, limits_of
from rooms.characters.character import Role
from rooms.sessions.limits import Player

State = Literal["active", "low_energy", "paused"]


class SafetyCard(msgspec.Struct, frozen=True):
    """What somebody says in one of their bonds: the words and the sign by which they slow or stop, and what helps afterwards."""

    slow: str | None = None
    stop: str | None = None
    nonverbal: str | None = None
    aftercare_needs: str | None = None


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """One person. `limits` hold for everything that is said to them; `named` are limits in their own words. `was_asked`: did they
    ever say what their limits are? `state` is declared by them alone.
    """

    limits: Limits = Limits()
    named: tuple[str, ...] = ()
    was_asked: bool = True
    state: State = "active"
    language: str = "en"
    role: Role | None = None
    cards: tuple[SafetyCard, ...] = ()

    @property
    def is_paused(self) -> bool:
        """Is nothing to be asked of them now?"""
        return self.state == "paused"

    @property
    def safewords(self) -> tuple[str, ...]:
        """The words by which they slow or stop."""
        said = (word for card in self.cards for word in (card.slow, card.stop) if word)
        return tuple(dict.fromkeys(said))


def limits_for(player: Player, rated: tuple[str, ...] = (), named: tuple[str, ...] = ()) -> Limits:
    """What guards somebody who talks with a machine: as in a bond, and whoever was never asked about limits has all of them."""
    limits = limits_of(player, rated, named)
    if player.asked:
        return limits
    return msgspec.structs.replace(limits, hard=limits.hard.union(BOUNDARY_KEYS))
