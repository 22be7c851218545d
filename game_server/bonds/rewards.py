"""Rewards: given, redeemed for points, fulfilled or withdrawn. The database moves the points with each step."""

from typing import Any

from game_server.bonds import news, obligations, shapes
from game_server.bonds.commands import Hand
from game_server.bonds.life import Command, Life, Written
from game_server.bonds.obligations import same
from rooms.bonds import permissions
from rooms.bonds.people import leads
from rooms.bonds.rewards import MOVES
from rooms.bonds.states import holds
from rooms.bonds.tool import Tool
from rooms.errors import NotEnoughPoints, NotPermitted, WrongState
from storage import bond_points
from storage.bond_rows import Row


class Rewards(Life):
    """The life of rewards. A pause keeps nobody from being given something, or from having it."""

    moves = MOVES

    def __init__(self, tool: Tool) -> None:
        super().__init__(tool)
        self.commands = {
            "redeem": Command(self._redeem),
            "fulfil": Command(self._fulfil),
            "withdraw": Command(self._withdraw),
        }

    async def create(self, hand: Hand, given: dict[str, Any]) -> Written:
        """Give one; what it grants comes at once. Raises Invalid, NotPermitted, WrongState, Limit."""
        person = hand.member(str(given["assigned_to"]), "assigned_to")
        permissions.require("rewards.create", hand.me, person=person)
        await self._require_systems(hand, points=bool(given["point_value"] or given["point_cost"]))
        more = await self.filtered(hand, None, given)
        made = await self.add(hand, given, more)
        await news.tell(hand, "reward_new", [person.user_id], made[0])
        return made

    async def change(self, hand: Hand, row: Row, given: dict[str, Any]) -> Written:
        """Change what nobody redeemed. Raises NotPermitted, Changed, WrongState, Limit."""
        self.allow(hand, row, "edit", given.pop("version", None))
        holds(MOVES, "edit", row["status"])
        given = await self.new_in(hand, row, given)
        if not given:
            return same(row)
        await self._require_systems(hand, points=bool(given.get("point_cost")))
        return await self.write(hand, row, {**given, **await self.filtered(hand, row, given)})

    async def _redeem(self, hand: Hand, row: Row, body: shapes.Plain) -> Written:
        self.allow(hand, row, "redeem", body.version)
        holds(MOVES, "redeem", row["status"])
        await self._require_systems(hand, points=bool(row["point_cost"]))
        if row["point_cost"] > await bond_points.balance(hand.db, hand.bond.id, hand.me.user_id):
            raise NotEnoughPoints
        return await self.write(hand, row, {"status": "redeemed"})

    async def _fulfil(self, hand: Hand, row: Row, body: shapes.Plain) -> Written:
        self.allow(hand, row, "fulfil", body.version)
        if holds(MOVES, "fulfil", row["status"]):
            return same(row)
        return await self.write(hand, row, {"status": "fulfilled"})

    async def _withdraw(self, hand: Hand, row: Row, body: shapes.Plain) -> Written:
        person = self.person(hand, row)
        if row["status"] == "available" and (person is None or not leads(hand.me, person)):
            raise NotPermitted(fields={"permission": permissions.ACTS["rewards.create"]})
        self.allow(hand, row, "withdraw", body.version)
        if holds(MOVES, "withdraw", row["status"]):
            return same(row)
        return await self.write(hand, row, {"status": "withdrawn"})

    @staticmethod
    async def _require_systems(hand: Hand, *, points: bool) -> None:
        on = await bond_points.systems(hand.db, hand.bond.id)
        if not on.rewards:
            raise WrongState("This bond has no rewards: its settings say so.")
        if points:
            obligations.require_points(on)
