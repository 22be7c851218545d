"""The bonds of the matrix: who is in each, and who sees, changes and enters what is in it. By hand, never asked of a policy."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from tests.storage import rows
from tests.storage.matrix.identities import PEOPLE

OLD = rows.MOMENT
CAME = OLD + timedelta(days=1)
"""When a newcomer came."""

NEW = CAME + timedelta(days=1)


class Bond(msgspec.Struct, frozen=True, kw_only=True):
    """By the names of its members, the founder first. `newcomers` see nothing of before they came; `left` was a member, and
    what they made is there yet; of a dissolved one (`ended`) its members read.
    """

    id: UUID
    members: tuple[str, ...]
    newcomers: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    ended: bool = False

    def sees(self, at: datetime, *, since: bool) -> frozenset[str]:
        """Who sees a shared row that was made then."""
        return frozenset(one for one in self.members if not (since and at < CAME and one in self.newcomers))

    def writes(self) -> frozenset[str]:
        """Who changes anything here."""
        return frozenset() if self.ended else frozenset(self.members)


def _bond(
    number: int, *members: str, newcomers: tuple[str, ...] = (), left: tuple[str, ...] = (), ended: bool = False
) -> Bond:
    return Bond(id=rows.bond_id(number), members=members, newcomers=newcomers, left=left, ended=ended)


COUPLE = _bond(1, "anna", "bea", left=("cleo",))
ALONE = _bond(2, "dora")
ENDED = _bond(3, "bea", "cleo", ended=True)
GROWN = _bond(4, "eve", "cleo", newcomers=("cleo",))
BONDS = (COUPLE, ALONE, ENDED, GROWN)
FIRST = {"anna": COUPLE, "bea": COUPLE, "cleo": GROWN, "dora": ALONE, "eve": GROWN}
"""Which of theirs is shown first; it goes on."""


def bond_of_others(name: str) -> Bond:
    """One that goes on, and in which this person is not."""
    return GROWN if name not in GROWN.members else COUPLE


def named(bond: Bond) -> str:
    """For the names of attempts."""
    return "the bond of " + " and ".join(bond.members)


def ids(names: frozenset[str] | tuple[str, ...]) -> list[str]:
    """The ids of people, as texts."""
    return [str(PEOPLE[name]) for name in names]
