"""Rules: made for somebody or for all, and in force for whoever says yes to their words."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

import asyncpg

from game_server.accounts.callers import Caller
from game_server.bonds import news, obligations, shapes
from game_server.bonds.commands import Hand, require_version
from game_server.bonds.life import Command, Life, Written
from game_server.bonds.obligations import Around, same
from game_server.services import Services
from rooms.bonds import permissions
from rooms.bonds.rules import Said, Words, answered, in_force_for
from rooms.bonds.tool import Tool
from rooms.errors import BondPaused, Invalid, Limit, NotPermitted, PersonPaused
from storage import bond_rules
from storage.bond_rows import Row
from storage.bond_rules import Answer

SAID_YES_TO = frozenset({"title", "description", "effective_from", "effective_until"})


class Rules(Life):
    """The life of rules."""

    extras: ClassVar[tuple[tuple[str, Any], ...]] = (
        ("held", bool),
        ("in_force_for", list[UUID]),
        ("acknowledged_by", list[UUID]),
        ("declined_by", list[UUID]),
    )

    def __init__(self, tool: Tool) -> None:
        super().__init__(tool)
        self.commands = {
            "acknowledge": Command(self._acknowledge),
            "decline": Command(self._decline, at_once=True),
            "activate": Command(self._activate),
            "deactivate": Command(self._deactivate),
        }

    async def create(self, hand: Hand, given: dict[str, Any]) -> Written:
        """A rule for somebody, or for all. Raises Invalid, NotPermitted, PersonPaused, BondPaused, Limit."""
        for_all = given["assigned_to"] is None
        if for_all:
            permissions.require("rules.create-for-all", hand.me)
            obligations.may_ask_all(hand)
        else:
            person = hand.member(str(given["assigned_to"]), "assigned_to")
            permissions.require("rules.create", hand.me, person=person)
            hand.may_ask(person)
            obligations.prompt_for(hand, person)
        await self.check(hand, None, given)
        more = {**await self.filtered(hand, None, given), "for_all": for_all}
        made = await self.add(hand, given, more)
        await self._ask_for_yes(hand, given, made[0])
        return made

    async def change(self, hand: Hand, row: Row, given: dict[str, Any]) -> Written:
        """Change it; other words are said yes to anew. Raises NotPermitted, Changed, PersonPaused, BondPaused, Limit, Invalid."""
        asks = row["active"] and not SAID_YES_TO.isdisjoint(given)
        written = await super().change(hand, row, given)
        if asks and written[1] != row["version"]:
            await self._ask_for_yes(hand, row, row["id"])
        return written

    async def check(self, hand: Hand, row: Row | None, given: Mapping[str, Any]) -> None:
        """Its window. Raises BondPaused, Invalid."""
        if row is not None:
            self._may_ask(hand, row)
        before: Mapping[str, Any] = row or {}
        for name in ("effective_from", "effective_until"):
            if given.get(name) != before.get(name) and name in given:
                obligations.require_future(name, given[name], hand.at)
        begins, ends = (given.get(name, before.get(name)) for name in ("effective_from", "effective_until"))
        if begins is not None and ends is not None and ends <= begins:
            raise Invalid(fields={"effective_until": "It ends before it begins."})

    def allow(self, hand: Hand, row: Row, command: str, version: int | None) -> None:
        """A rule for all everybody answers for themselves; one whose person is gone is only taken away."""
        if row["assigned_to"] is None and not row["for_all"] and command != "remove":
            raise NotPermitted(fields={"permission": permissions.ACTS[f"rules.{command}"]})
        if row["assigned_to"] is not None and self.person(hand, row) is None and command != "remove":
            raise NotPermitted(fields={"permission": permissions.ACTS[f"rules.{command}"]})
        if row["for_all"] and command in ("acknowledge", "decline"):
            require_version(version, row["version"], row["id"])
            return
        super().allow(hand, row, command, version)

    async def around(self, db: asyncpg.Connection, rows: Sequence[Row]) -> Any:
        """The bond, and who said what to the rules."""
        if not rows:
            return None
        return await obligations.around(db, rows[0]["bond_id"]), await bond_rules.answers(
            db, [row["id"] for row in rows]
        )

    async def seen(self, services: Services, caller: Caller, rows: Sequence[Row], around: Any) -> list[Row]:  # noqa: ARG002 - as others
        """With who said what to it, and whom it binds now."""
        if not rows:
            return []
        now = services.clock.now()
        bond, found = around
        looked = [row | {"people": _read_for(row, found, bond)} for row in rows if row["active"]]
        held = await obligations.held(services, looked, "people")
        shown = []
        for row in rows:
            rule, said = _words(row), [_said(one) for one in found if one.rule_id == row["id"]]
            is_held = row["id"] in held
            binds = in_force_for(rule, said, bond.people, now=now, held=is_held, paused=bond.paused)
            shown.append(
                row
                | {
                    "held": is_held,
                    "in_force_for": binds,
                    "acknowledged_by": answered(rule, said, declined=False),
                    "declined_by": answered(rule, said, declined=True),
                }
            )
        return shown

    # --- commands ------------------------------------------------------------------------------------------------------

    async def _acknowledge(self, hand: Hand, row: Row, body: shapes.Plain) -> Written:
        self.allow(hand, row, "acknowledge", body.version)
        if not await self._has_said(hand, row, declined=False):
            if hand.me.is_paused:
                raise PersonPaused("You are taking a pause. Nothing binds you until you say otherwise.")
            if hand.bond.status == "paused":
                raise BondPaused
            await self._require_no_limit(hand, row)
            await self._say(hand, row, declined=False)
        return same(row)

    async def _decline(self, hand: Hand, row: Row, body: shapes.Plain) -> Written:
        self.allow(hand, row, "decline", body.version)
        if not await self._has_said(hand, row, declined=True):
            await self._say(hand, row, declined=True)
        return same(row)

    async def _activate(self, hand: Hand, row: Row, body: shapes.Plain) -> Written:
        self.allow(hand, row, "activate", body.version)
        if row["active"]:
            return same(row)
        self._may_ask(hand, row)
        obligations.prompt_for(hand, self.person(hand, row))
        await self._ask_for_yes(hand, row, row["id"])
        return await self.write(hand, row, {"active": True})

    async def _deactivate(self, hand: Hand, row: Row, body: shapes.Plain) -> Written:
        self.allow(hand, row, "deactivate", body.version)
        if not row["active"]:
            return same(row)
        return await self.write(hand, row, {"active": False})

    async def _require_no_limit(self, hand: Hand, row: Row) -> None:
        """What was written before the caller came was not read against their limits: they are told, and nobody else, that their
        yes would touch one. Raises Limit, KeysAway.
        """
        came = next(person.joined_at for person in hand.persons if str(person.user_id) == hand.me.user_id)
        if came <= row["created_at"]:
            return
        plain = await obligations.opened(self, hand, row)
        if await obligations.held(hand.services, [plain | {"people": [hand.me.user_id]}], "people"):
            raise Limit

    def _may_ask(self, hand: Hand, row: Row) -> None:
        person = self.person(hand, row)
        if person is not None:
            hand.may_ask(person)
        elif row["for_all"]:
            obligations.may_ask_all(hand)

    @staticmethod
    async def _ask_for_yes(hand: Hand, row: Mapping[str, Any], rule_id: UUID) -> None:
        people = hand.people if row["assigned_to"] is None else [row["assigned_to"]]
        await news.tell(hand, "rule_new", people, rule_id)

    @staticmethod
    async def _has_said(hand: Hand, row: Row, *, declined: bool) -> bool:
        said = [one for one in await bond_rules.answers(hand.db, [row["id"]]) if str(one.user_id) == hand.me.user_id]
        return any(one.declined == declined and one.text_version == row["text_version"] for one in said)

    @staticmethod
    async def _say(hand: Hand, row: Row, *, declined: bool) -> None:
        await bond_rules.say(
            hand.db,
            rule_id=row["id"],
            bond_id=hand.bond.id,
            user_id=hand.me.user_id,
            text_version=row["text_version"],
            declined=declined,
        )


def _read_for(row: Row, said: Sequence[Answer], around: Around) -> list[str]:
    """Whose limits hold a rule: of those for whom it was read when it was made, and of who said yes to its words since. Of who
    came later it tells nothing by itself: somebody could write rules first, and read from them what the next one never wants.
    """
    if not row["for_all"]:
        return [] if row["assigned_to"] is None else [str(row["assigned_to"])]
    here = [one for one in said if one.rule_id == row["id"]]
    yes = answered(_words(row), [_said(one) for one in here], declined=False)
    return [person for person, came in around.came.items() if came <= row["created_at"] or person in yes]


def _words(row: Row) -> Words:
    return Words(
        assigned_to=None if row["assigned_to"] is None else str(row["assigned_to"]),
        for_all=row["for_all"],
        active=row["active"],
        text_version=row["text_version"],
        effective_from=row["effective_from"],
        effective_until=row["effective_until"],
    )


def _said(answer: Answer) -> Said:
    return Said(str(answer.user_id), answer.text_version, answer.declined)
