"""Who is in a bond, and who leads whom."""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

Role = Literal["dominant", "submissive", "switch"]
State = Literal["active", "low_energy", "paused"]

MOST_MEMBERS, DYAD = 12, 2
MOST_BONDS = 20
"""Bonds of one person."""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A member as commands know them. `accepts_from` is by whom they let themselves be led, None by everybody whose role leads
    theirs; only they write it.
    """

    user_id: str
    role: Role
    state: State
    can_invite: bool
    can_manage: bool
    accepts_from: frozenset[str] | None = None
    is_founder: bool = False
    time_zone: str | None = None

    @property
    def is_paused(self) -> bool:
        """Nothing that creates or moves an obligation reaches them."""
        return self.state == "paused"


def leads(leader: Member, led: Member) -> bool:
    """A dominant or a switch leads a submissive or a switch who accepts it, and nobody themselves."""
    return (
        leader.user_id != led.user_id
        and leader.role in ("dominant", "switch")
        and led.role in ("submissive", "switch")
        and (led.accepts_from is None or leader.user_id in led.accepts_from)
    )


def led_by(leader: Member, people: Iterable[Member]) -> tuple[str, ...]:
    """Whom somebody leads."""
    return tuple(one.user_id for one in people if leads(leader, one))


def is_led(person: Member, people: Mapping[str, Member]) -> bool:
    """Does anybody lead them?"""
    return any(leads(other, person) for other in people.values())


def votes_needed(members: int) -> int:
    """How many have to agree that a bond of so many ends: the sole one, either of two, more than half of more."""
    return 1 if members <= DYAD else members // 2 + 1


def most_members(bond_type: str) -> int:
    """How many a bond of this kind may have."""
    return DYAD if bond_type == "dyad" else MOST_MEMBERS
