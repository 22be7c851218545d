"""Points given and taken by hand, and entries taken back; all others come of tasks and rewards, in the database."""

from typing import Any, ClassVar
from uuid import UUID

from game_server.accounts.callers import Caller
from game_server.bonds import obligations, shapes, texts
from game_server.bonds.commands import Hand
from game_server.bonds.life import Command, Life, Written
from game_server.services import Services
from rooms.bonds import permissions
from rooms.bonds.people import Member
from rooms.bonds.rewards import REVERSIBLE
from rooms.bonds.tool import Tool
from rooms.errors import Invalid, NotEnoughPoints, WrongState
from storage import bond_points
from storage.bond_rows import Row


class Points(Life):
    """The life of the ledger."""

    listed_beside: ClassVar[tuple[tuple[str, Any], ...]] = (("balances", dict[UUID, int]),)

    def __init__(self, tool: Tool) -> None:
        super().__init__(tool)
        self.commands = {"reverse": Command(self._reverse, shapes.Because, {"reason": "Counted twice"})}

    async def create(self, hand: Hand, given: dict[str, Any]) -> Written:
        """Give somebody points, or take some. Raises Invalid, NotPermitted, WrongState, PersonPaused, BondPaused,
        NotEnoughPoints, Limit.
        """
        person, points = hand.member(str(given["user_id"]), "user_id"), int(given["points"])
        permissions.require("points.create", hand.me, person=person)
        if points == 0:
            raise Invalid(fields={"points": "Some points, given or taken."})
        await self._require_payable(hand, person, points)
        await obligations.pass_filter(hand, [person], given["reason"])
        key = await texts.bond_key(hand.services, hand.bond.id)
        return await bond_points.give(hand.db, hand.bond.id, person.user_id, points, key.seal(given["reason"])), 1

    async def beside(self, services: Services, caller: Caller, bond_id: UUID) -> dict[str, Any]:
        """What everybody has, who was ever given some."""
        async with services.database.as_user(caller.id) as db:
            return {"balances": await bond_points.balances(db, bond_id)}

    async def _reverse(self, hand: Hand, row: Row, body: shapes.Because) -> Written:
        """Answers the entry that takes this one back."""
        self.allow(hand, row, "reverse", body.version)
        done = await bond_points.reversal_of(hand.db, row["id"])
        if done is not None:
            return done, 1
        if row["kind"] not in REVERSIBLE:
            raise WrongState
        person = hand.people[str(row["user_id"])]
        await self._require_payable(hand, person, -row["points"])
        await obligations.pass_filter(hand, [person], body.reason)
        key = await texts.bond_key(hand.services, hand.bond.id)
        return await bond_points.reverse(hand.db, row["id"], key.seal(body.reason)), 1

    @staticmethod
    async def _require_payable(hand: Hand, person: Member, points: int) -> None:
        obligations.require_points(await bond_points.systems(hand.db, hand.bond.id))
        if points < 0:
            hand.may_ask(person)
            if await bond_points.balance(hand.db, hand.bond.id, person.user_id) + points < 0:
                raise NotEnoughPoints
