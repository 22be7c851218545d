"""Where a row belongs: as whom it is taken, and in which bond. Whoever is not here, or not in the bond by their own yes, gets
nothing of it, and nothing is taken that is aimed at them.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from game_server.bonds_import.arrivals import Arrival
from game_server.bonds_import.founding import Founded
from game_server.bonds_import.left import Left
from game_server.bonds_import.staging import (
    AT_HOME,
    NEVER_IN_BONDS,
    OWN_YESES,
    PARTNER_LIMITS,
    WITHOUT_BOND,
    Row,
    Staged,
)
from rooms.bonds.dump.kinds import KINDS

ASKS = ("tasks", "rules", "scenes")
COUNTS = "points_ledger"
IN_A_NAME = (OWN_YESES, "messages", COUNTS)
FOR_ALL = ("rules", "scenes", "contracts")
"""What is aimed at everybody, where it names nobody: it waits until everybody is there who may come."""


class Placed(msgspec.Struct, frozen=True):
    """A row that may be taken: whose it is, in which bond (`bond` is how we know it; with `there` alone it would be made), and
    what it says, people by their ids with us. `but`: why it may not, if it was not taken before; `agreed`: who in the bond said
    yes to what comes in their name; `maker`: who made the row in which it stands.
    """

    row: Row
    owner: Arrival
    there: str | None
    bond: UUID | None
    said: Mapping[str, Any]
    but: Left | None = None
    agreed: frozenset[UUID] = frozenset()
    maker: str | None = None


class Placing:
    """Who is here, and which bonds are."""

    def __init__(self, staged: Staged, people: Mapping[str, Arrival], bonds: Mapping[str, Founded]) -> None:
        self._staged = staged
        self._people = people
        self._bonds = bonds

    def place(self, row: Row) -> Placed:
        """Where it belongs. Raises Left."""
        if row.table == PARTNER_LIMITS:
            return self._limit_of_partner(row)
        there = row.bond or self._staged.inferred(row)
        owner_there = row.owner
        if row.table == "boundaries" and owner_there is None and (bond := self._bonds.get(there or "")) is not None:
            owner_there = bond.founder
        owner = self._arrived(owner_there, "nobodys", "owner_not_here")
        if row.table in NEVER_IN_BONDS or (row.table in AT_HOME and not self._is_member(owner, there)):
            there = None
        elif there is None and row.table not in WITHOUT_BOND:
            raise Left("bond_unknown")
        said = {**row.values}
        if there is None:
            return Placed(row, owner, None, None, said)
        founded = self._bond(there)
        self._require_member(owner, owner_there, there)
        self._require_person(row, there, founded, said)
        self._require_no_pause(row, there, founded)
        if row.owner is not None and row.table in KINDS:
            said[KINDS[row.table].owner] = owner.caller.id
        return Placed(row, owner, there, founded.id, said, _but(row, owner, founded), founded.agreed, owner.caller.id)

    def _limit_of_partner(self, row: Row) -> Placed:
        """Whose it is: where they were two, the other one's. Raises Left."""
        there = row.bond or self._staged.inferred(row)
        if there is None:
            raise Left("bond_unknown")
        others = [one for one in self._staged.members(there) if one != row.owner]
        if row.owner is None or len(others) != 1:
            raise Left("rating_unclear")
        owner = self._arrived(others[0], "nobodys", "owner_not_here")
        bond = self._bond(there)
        self._require_member(owner, others[0], there)
        maker = self._people.get(row.owner)
        made_by = maker.caller.id if maker else None
        return Placed(row, owner, there, bond.id, row.values, _but(row, owner, bond), bond.agreed, made_by)

    def _arrived(self, person: str | None, nobody: str, away: str) -> Arrival:
        if person is None:
            raise Left(nobody)
        found = self._people.get(person)
        if found is None:
            raise Left(away)
        return found

    def _bond(self, there: str) -> Founded:
        found = self._bonds.get(there)
        if found is None:
            raise Left("bond_unknown")
        if found.code is not None:
            raise Left(found.code)
        return found

    def _is_member(self, person: Arrival, there: str | None) -> bool:
        found = self._bonds.get(there or "")
        return found is not None and found.code is None and UUID(person.caller.id) in found.members

    def _require_member(self, person: Arrival, person_there: str | None, there: str) -> None:
        if not self._is_member(person, there):
            raise Left("waits_for_yes" if person_there in self._staged.members(there) else "not_a_member")

    def _require_person(self, row: Row, there: str, bond: Founded, said: dict[str, Any]) -> None:
        column = KINDS[row.table].person if row.table in KINDS else None
        if column is not None and row.person is not None:
            person = self._arrived(row.person, "nobodys", "person_not_here")
            self._require_member(person, row.person, there)
            said[column] = person.caller.id
        elif column is not None and row.table != "rules":
            raise Left("nobodys", column)
        elif row.table in FOR_ALL and bond.waits:
            raise Left("waits_for_yes")

    def _require_no_pause(self, row: Row, there: str, bond: Founded) -> None:
        """A pause that was said there stands: nothing is asked past it."""
        if row.table not in ASKS:
            return
        if bond.paused:
            raise Left("bond_paused")
        asked = [row.person] if row.person is not None else self._staged.members(there)
        for one in asked:
            if one != row.owner and (found := self._people.get(one)) is not None and found.paused:
                raise Left("person_paused")


def _but(row: Row, owner: Arrival, bond: Founded) -> Left | None:
    """Nobody's yes comes from a file: what says yes, speaks or counts in somebody's name is theirs to let in."""
    if bond.closed:
        return Left("another_file")
    if row.table in IN_A_NAME and UUID(owner.caller.id) not in bond.agreed:
        return Left("waits_for_own_yes", "my_rating" if row.table == OWN_YESES else None)
    if row.table == COUNTS and not bond.members & bond.asked <= bond.agreed:
        return Left("waits_for_all")
    return None
