"""Tasks: asked for, done, shown, approved. Points come with the approval, in the database."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import news, obligations, shapes, task_proofs, texts
from game_server.bonds.commands import Hand
from game_server.bonds.life import Command, Life, Written
from game_server.bonds.obligations import same
from game_server.bonds.task_proofs import NewProof, ProofView
from game_server.notifications import zones
from game_server.services import Services
from rooms.bonds import permissions, recurrence
from rooms.bonds.people import Member, leads
from rooms.bonds.states import holds
from rooms.bonds.tasks import MOVES, OPEN, is_overdue
from rooms.bonds.tool import LIMIT_KEYS, LONGEST_NOTES, Tool
from rooms.bonds.tools.task_templates import TASK_TEMPLATES
from rooms.bonds.tools.tasks import ASKED
from rooms.errors import Invalid, NotPermitted, WrongState
from storage import bond_rows, bond_tasks
from storage.bond_rows import Row

Words = shapes.lines(LONGEST_NOTES)

OF_SERIES = (*(field.name for field in ASKED), "assigned_to")


class Submit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """It is done."""

    notes: Words | None = None  # type: ignore[valid-type]  # made from a number
    proof: NewProof | None = None
    version: shapes.Version | None = None


class AskExtension(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """More time, until then."""

    until: shapes.Instant
    reason: Words | None = None  # type: ignore[valid-type]  # made from a number
    version: shapes.Version | None = None


class AnswerExtension(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Is it granted?"""

    grant: bool
    version: shapes.Version | None = None


class Cancel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Call it off. `series`: and nothing more comes of it."""

    series: bool = False
    version: shapes.Version | None = None


class Tasks(Life):
    """The life of tasks."""

    moves = MOVES
    extras: ClassVar[tuple[tuple[str, Any], ...]] = (("held", bool), ("overdue", bool), ("proof", list[ProofView]))

    def __init__(self, tool: Tool) -> None:
        super().__init__(tool)
        self.commands = {
            "start": Command(self._start),
            "submit": Command(
                self._submit, Submit, {"notes": "All watered", "proof": {"type": "text", "text": "They look happy"}}
            ),
            "approve": Command(self._approve),
            "revise": Command(self._revise, shapes.Because, {"reason": "The balcony, too"}),
            "ask-extension": Command(
                self._ask_extension, AskExtension, {"until": "2040-01-31T20:00:00Z", "reason": "A late train"}
            ),
            "answer-extension": Command(self._answer_extension, AnswerExtension, {"grant": True}),
            "cancel": Command(self._cancel, Cancel, {"series": False}, at_once=True),
        }

    async def create(self, hand: Hand, given: dict[str, Any]) -> Written:
        """Ask somebody, or oneself without points. Raises Invalid, NotPermitted, PersonPaused, BondPaused, Limit."""
        person = hand.member(str(given["assigned_to"]), "assigned_to")
        permissions.require("tasks.create", hand.me, person=person)
        self._require_no_points(hand, person, given)
        hand.may_ask(person)
        await self.check(hand, None, given)
        more: dict[str, Any] = await self.filtered(hand, None, given)
        if given["recurring"] != "none":
            more |= await self._series(hand, person, given, more)
        obligations.prompt_for(hand, person)
        made = await self.add(hand, given, more)
        await news.tell(hand, "task_new", [person.user_id], made[0])
        return made

    async def change(self, hand: Hand, row: Row, given: dict[str, Any]) -> Written:
        """Change what is asked. Raises NotPermitted, Changed, WrongState, PersonPaused, BondPaused, Limit, Invalid."""
        written = await super().change(hand, row, given)
        if row["series_id"] is not None and not given.keys().isdisjoint(OF_SERIES):
            await bond_tasks.follow(hand.db, row["id"])
        obligations.prompt_for(hand, self.person(hand, {**row, **given}))
        if given.get("assigned_to", row["assigned_to"]) != row["assigned_to"]:
            await news.tell(hand, "task_new", [given["assigned_to"]], row["id"])
        return written

    async def check(self, hand: Hand, row: Row | None, given: Mapping[str, Any]) -> None:
        """Whom it is for, and when. Raises Invalid, NotPermitted, PersonPaused, BondPaused."""
        now: Mapping[str, Any] = {**(row or {}), **given}
        if row is not None:
            person = hand.member(str(now["assigned_to"]), "assigned_to")
            if now["assigned_to"] != row["assigned_to"]:
                permissions.require("tasks.create", hand.me, person=person)
                hand.may_ask(person)
            self._require_no_points(hand, person, now)
        if row is None or now["due_date"] != row["due_date"]:
            obligations.require_future("due_date", now["due_date"], hand.at)
        if now["recurring"] != "none" and now["due_date"] is None:
            raise Invalid(fields={"due_date": "What comes again begins at some time."})
        if row is None and given["template_id"] is not None:
            template = await bond_rows.find(hand.db, TASK_TEMPLATES, given["template_id"])
            if template is None or template["bond_id"] != hand.bond.id:
                raise Invalid(fields={"template_id": "There is no such template here."})

    async def around(self, db: asyncpg.Connection, rows: Sequence[Row]) -> Any:
        """The bond, and what was shown of the tasks."""
        if not rows:
            return None
        return await obligations.around(db, rows[0]["bond_id"]), await bond_tasks.proofs(
            db, [row["id"] for row in rows]
        )

    async def seen(self, services: Services, caller: Caller, rows: Sequence[Row], around: Any) -> list[Row]:  # noqa: ARG002 - as others
        """With what limits hold back, what is late, and what was shown."""
        if not rows:
            return []
        bond_id, now = rows[0]["bond_id"], services.clock.now()
        bond, proofs = around
        held = await obligations.held(services, [row for row in rows if row["status"] in OPEN], "assigned_to")
        shown = await task_proofs.opened(services, bond_id, proofs)
        return [
            row
            | {
                "held": row["id"] in held,
                "overdue": is_overdue(
                    status=row["status"],
                    due=row["due_date"],
                    now=now,
                    held=row["id"] in held,
                    person=bond.people.get(str(row["assigned_to"])),
                    paused=bond.paused,
                ),
                "proof": [view for task, view in shown if task == row["id"]],
            }
            for row in rows
        ]

    # --- commands ------------------------------------------------------------------------------------------------------

    async def _start(self, hand: Hand, row: Row, body: shapes.Plain) -> Written:
        self.allow(hand, row, "start", body.version)
        if holds(MOVES, "start", row["status"]):
            return same(row)
        return await self.write(hand, row, {"status": "in_progress"})

    async def _submit(self, hand: Hand, row: Row, body: Submit) -> Written:
        self.allow(hand, row, "submit", body.version)
        if holds(MOVES, "submit", row["status"]):
            return same(row)
        await task_proofs.require(hand, row, body.proof)
        await obligations.pass_filter(hand, [hand.people.get(str(row["assigned_by"]))], body.notes)
        if body.proof is not None:
            await task_proofs.add(hand, row, body.proof)
        await news.tell(hand, "task_done", self._asking(hand, row), row["id"])
        return await self.write(hand, row, {"status": "completed", "notes": body.notes, "extension_requested": False})

    async def _approve(self, hand: Hand, row: Row, body: shapes.Plain) -> Written:
        self.allow(hand, row, "approve", body.version)
        holds(MOVES, "approve", row["status"])
        await news.tell(hand, "task_approved", [row["assigned_to"]], row["id"])
        return await self.write(hand, row, {"status": "approved"})

    async def _revise(self, hand: Hand, row: Row, body: shapes.Because) -> Written:
        self.allow(hand, row, "revise", body.version)
        if (
            row["status"] == "in_progress"
            and (await obligations.opened(self, hand, row))["revise_reason"] == body.reason
        ):
            return same(row)
        holds(MOVES, "revise", row["status"])
        person = self.person(hand, row)
        if person is not None:
            hand.may_ask(person)
        await obligations.pass_filter(hand, [person], body.reason)
        obligations.prompt_for(hand, person)
        await news.tell(hand, "task_again", [row["assigned_to"]], row["id"])
        return await self.write(hand, row, {"status": "in_progress", "revise_reason": body.reason})

    async def _ask_extension(self, hand: Hand, row: Row, body: AskExtension) -> Written:
        self.allow(hand, row, "ask-extension", body.version)
        holds(MOVES, "ask-extension", row["status"])
        if row["due_date"] is None:
            raise WrongState
        if body.until <= row["due_date"]:
            raise Invalid(fields={"until": "It is due then or later already."})
        obligations.require_future("until", body.until, hand.at)
        asked = await obligations.opened(self, hand, row)
        if (asked["extension_requested"], asked["extension_until"], asked["extension_reason"]) == (
            True,
            body.until,
            body.reason,
        ):
            return same(row)
        await obligations.pass_filter(hand, [hand.people.get(str(row["assigned_by"]))], body.reason)
        await news.tell(hand, "extension_asked", self._asking(hand, row), row["id"])
        return await self.write(
            hand,
            row,
            {"extension_requested": True, "extension_until": body.until, "extension_reason": body.reason},
        )

    async def _answer_extension(self, hand: Hand, row: Row, body: AnswerExtension) -> Written:
        self.allow(hand, row, "answer-extension", body.version)
        holds(MOVES, "answer-extension", row["status"])
        if not row["extension_requested"]:
            raise WrongState
        if body.grant:
            obligations.require_future("grant", row["extension_until"], hand.at)
        await news.tell(hand, "extension_answered", [row["assigned_to"]], row["id"])
        if not body.grant:
            return await self.write(hand, row, {"extension_requested": False})
        return await self.write(hand, row, {"extension_requested": False, "due_date": row["extension_until"]})

    async def _cancel(self, hand: Hand, row: Row, body: Cancel) -> Written:
        self.allow(hand, row, "cancel", body.version)
        ended = body.series and row["series_id"] is not None and await bond_tasks.end_series(hand.db, row["series_id"])
        if row["status"] not in MOVES["cancel"].sources and ended:
            return same(row)
        if holds(MOVES, "cancel", row["status"]):
            return same(row)
        return await self.write(hand, row, {"status": "cancelled", "extension_requested": False})

    # --- parts ---------------------------------------------------------------------------------------------------------

    @staticmethod
    def _asking(hand: Hand, row: Row) -> list[str]:
        """Who waits for what becomes of a task: whoever asked for it, or those who lead its person where that one is gone."""
        by, person = str(row["assigned_by"]), hand.people.get(str(row["assigned_to"]))
        if by in hand.people or person is None:
            return [by]
        return [one.user_id for one in hand.people.values() if leads(one, person)]

    @staticmethod
    def _require_no_points(hand: Hand, person: Member, values: Mapping[str, Any]) -> None:
        if person.user_id == hand.me.user_id and values["point_value"]:
            raise NotPermitted(
                "Nobody gives themselves points.", fields={"permission": permissions.ACTS["points.create"]}
            )

    async def _series(
        self, hand: Hand, person: Member, given: Mapping[str, Any], keys: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What comes again, of which the new task is the first: its place in it."""
        zone_name = person.time_zone or "UTC"
        zone = zones.of(zone_name)
        rhythm, day = recurrence.rhythm_of(given["recurring"], given["due_date"], zone)
        key = await texts.bond_key(hand.services, hand.bond.id)
        said = texts.sealed(self.tool, key, {field.name: self.defaults(given)[field.name] for field in ASKED})
        series = await bond_tasks.add_series(
            hand.db,
            {
                **said,
                "bond_id": hand.bond.id,
                "assigned_by": UUID(hand.me.user_id),
                "assigned_to": UUID(person.user_id),
                "template_id": given["template_id"],
                LIMIT_KEYS: keys.get(LIMIT_KEYS, []),
                "recurring": rhythm.recurring,
                "time_zone": zone_name,
                "local_time": rhythm.local_time,
                "day": rhythm.day,
                "next_on": recurrence.day_after(rhythm, day),
            },
        )
        return {"series_id": series, "occurs_on": day}
