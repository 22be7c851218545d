"""Check-ins: how somebody is, said once a day and changed while it is that day. A red pauses its person in the same step."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from game_server.accounts.callers import Caller
from game_server.bonds import news, texts
from game_server.bonds.commands import Hand
from game_server.bonds.life import Life, Written
from game_server.bonds.obligations import same
from game_server.notifications import zones
from game_server.services import Services
from rooms.bonds import permissions
from rooms.errors import Invalid, NotFound, WrongState
from storage import bond_check_ins, bond_rows, submission_states
from storage.bond_rows import Row
from storage.key_rows import KeyGone, KeysAway

TWO_YELLOW_DAYS = "two_yellow_days"


class CheckIns(Life):
    """The life of check-ins."""

    async def ready(self, services: Services, caller: Caller, given: Mapping[str, Any]) -> None:
        """A red waits for no key. Raises KeyGone, KeysAway for another."""
        if self.halts(given):
            await texts.key_if_any(services, caller)
        else:
            await super().ready(services, caller, given)

    def halts(self, given: Mapping[str, Any]) -> bool:
        """A red does."""
        return given.get("status") == "red"

    async def before(self, db: asyncpg.Connection, caller: Caller, bond_id: UUID, given: Mapping[str, Any]) -> None:  # noqa: ARG002 - as others
        """A red is a pause, and reaches into all bonds of its person."""
        if self.halts(given):
            await bond_check_ins.hold_to_pause(db, bond_id)

    async def create(self, hand: Hand, given: dict[str, Any]) -> Written:
        """Say how one is today, first or otherwise than before; notes that are not said again stay. Raises Invalid."""
        permissions.require("check-ins.create", hand.me)
        zone = given["timezone"] or hand.me.time_zone or "UTC"
        if given["timezone"] is not None and zones.named(zone) is None:
            raise Invalid(fields={"timezone": "A name like Europe/Berlin."})
        day = _day(hand.at, zone)
        changes = [field.name for field in self.tool.fields if field.given == "always"]
        said = await self._with_notes(hand, {name: given[name] for name in changes if given[name] is not None})
        written_id = await bond_check_ins.of_day(hand.db, hand.bond.id, hand.me.user_id, day)
        if written_id is None:
            written = await self.add(hand, said, {"timezone": zone, "local_date": day})
        else:
            row = await bond_rows.find(hand.db, self.tool, written_id)
            if row is None:
                raise NotFound
            written = await self.write(hand, row, said)
        await self._follow(hand, given["status"], day)
        return written

    async def change(self, hand: Hand, row: Row, given: dict[str, Any]) -> Written:
        """Otherwise, while it is that day where its person is. Raises NotPermitted, Changed, WrongState."""
        self.allow(hand, row, "edit", given.pop("version", None))
        if row["local_date"] != _day(hand.at, row["timezone"]):
            raise WrongState("What was said of another day stands.")
        given = await self.new_in(hand, row, await self._with_notes(hand, given))
        if not given:
            return same(row)
        written = await self.write(hand, row, given)
        if "status" in given:
            await self._follow(hand, given["status"], row["local_date"])
        return written

    async def _with_notes(self, hand: Hand, said: dict[str, Any]) -> dict[str, Any]:
        """What was said; a red without its notes, where they cannot be sealed: it is not to wait."""
        if said.get("status") == "red" and said.get("notes") is not None:
            try:
                await hand.services.person_keys.key(hand.caller.actor)
            except (KeyGone, KeysAway):
                return {name: value for name, value in said.items() if name != "notes"}
        return said

    @staticmethod
    async def _follow(hand: Hand, status: str, day: date) -> None:
        """What follows for its person; the others are told by the database."""
        if status == "red":
            await submission_states.declare(hand.db, hand.me.user_id, "paused", None)
        if status == "yellow" and await bond_check_ins.was_yellow(
            hand.db, hand.bond.id, hand.me.user_id, day - timedelta(days=1)
        ):
            hand.prompts.append(TWO_YELLOW_DAYS)
        news.send_after(hand)


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(zones.of(zone)).date()
