"""Scenes: planned by one, agreed to by all who take part, called off by any, looked back on by each for themselves.

What others read of a scene passes the limits of everybody who takes part. A limit that comes later holds it: from then on nobody
has agreed to it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import debriefs, limit_filter, news, obligations, safety_cards, shapes, texts
from game_server.bonds.commands import Hand, require_version
from game_server.bonds.debriefs import Debrief, DebriefView
from game_server.bonds.life import Command, Life, Written
from game_server.bonds.obligations import same
from game_server.bonds.safety_cards import SafetyCard
from game_server.services import Services
from rooms.bonds import permissions, scenes
from rooms.bonds.people import Member
from rooms.bonds.scenes import AFTERCARE, MOVES, OPEN, is_settled, keys_of_tags, participants, texts_of
from rooms.bonds.states import holds
from rooms.bonds.tool import LIMIT_KEYS, LONGEST_NOTES, Tool
from rooms.bonds.tools.scenes import LONGEST_MINUTES
from rooms.errors import BondPaused, Invalid, Limit, PersonPaused
from storage import bond_scenes, bonds
from storage.bond_rows import Row
from storage.key_rows import KeysAway

Words = shapes.lines(LONGEST_NOTES)
Minutes = shapes.whole(1, LONGEST_MINUTES)
MOST_WORDS = 30_000
"""Characters of all activities of a scene: sealed, they fit into its row."""
AIMED_TEXTS = ("title", "consent_details", "notes")


class Confirm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The caller says yes to the scene as it is in this version."""

    version: shapes.Version


class Log(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """It was done."""

    duration_minutes: Minutes  # type: ignore[valid-type]  # made from numbers
    notes: Words | None = None  # type: ignore[valid-type]  # made from a number
    version: shapes.Version | None = None


class Aftercare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Was there aftercare?"""

    provided: bool
    notes: Words | None = None  # type: ignore[valid-type]  # made from a number
    version: shapes.Version | None = None


class Scenes(Life):
    """The life of scenes."""

    moves = MOVES
    extras: ClassVar[tuple[tuple[str, Any], ...]] = (
        ("safety", list[SafetyCard]),
        ("participants", list[UUID]),
        ("confirmed_by", list[UUID]),
        ("held", bool),
        ("debriefs", list[DebriefView]),
    )

    def __init__(self, tool: Tool) -> None:
        super().__init__(tool)
        self.commands = {
            "confirm": Command(self._confirm, Confirm, {"version": 1}),
            "unconfirm": Command(self._unconfirm, at_once=True),
            "call-off": Command(self._call_off, at_once=True),
            "log": Command(self._log, Log, {"duration_minutes": 45, "notes": "Slow and warm"}),
            "debrief": Command(self._debrief, Debrief, {"text": "I liked the quiet after it", "shared": False}),
            "aftercare": Command(self._aftercare, Aftercare, {"provided": True, "notes": "Tea and a blanket"}),
        }

    async def ready(self, services: Services, caller: Caller, given: Mapping[str, Any]) -> None:
        """A debrief is sealed with its author's key."""
        if "shared" in given:
            await texts.ready(services, caller)

    async def create(self, hand: Hand, given: dict[str, Any]) -> Written:
        """Plan one, and tell who takes part. Raises Invalid, PersonPaused, BondPaused, Limit."""
        made, people = await self.plan(hand, given)
        await news.tell(hand, "scene_confirm", [person.user_id for person in people], made[0])
        for person in people:
            obligations.prompt_for(hand, person)
        return made

    async def plan(self, hand: Hand, given: dict[str, Any]) -> tuple[Written, list[Member]]:
        """A planned one, and who takes part in it: nobody is told. Raises Invalid, PersonPaused, BondPaused, Limit."""
        permissions.require("scenes.create", hand.me)
        given = {**given, "activities": _activities(hand, given["activities"], hand.at)}
        people = self._people(hand, given, hand.at)
        _may_ask(hand, people)
        await self.check(hand, None, given)
        return await self.add(hand, given, await self.filtered(hand, None, given)), people

    async def change(self, hand: Hand, row: Row, given: dict[str, Any]) -> Written:
        """Change what is planned: everybody agrees to it anew. Raises NotPermitted, Changed, WrongState, PersonPaused,
        BondPaused, Invalid, Limit.
        """
        self.allow(hand, row, "edit", given.pop("version", None))
        holds(MOVES, "edit", row["status"])
        if "activities" in given:
            given = {**given, "activities": _activities(hand, given["activities"], row["created_at"])}
        given = await self.new_in(hand, row, given)
        if not given:
            return same(row)
        people = self._people(hand, {**row, **given}, row["created_at"])
        _may_ask(hand, people)
        await self.check(hand, row, given)
        kept = await self.filtered(hand, row, given)
        await bond_scenes.unconfirm(hand.db, row["id"])
        for person in people:
            obligations.prompt_for(hand, person)
        written = await self.write(hand, row, {**given, **kept, "status": "planned"})
        await news.tell(hand, "scene_confirm", [person.user_id for person in people], row["id"])
        return written

    async def check(self, hand: Hand, row: Row | None, given: Mapping[str, Any]) -> None:
        """When it is to be. Raises Invalid."""
        if row is None or given.get("scene_date") != row["scene_date"]:
            obligations.require_future("scene_date", given.get("scene_date"), hand.at)

    async def filtered(self, hand: Hand, row: Row | None, given: Mapping[str, Any]) -> dict[str, Any]:
        """The limits of everybody who takes part, over every text and every tag of the scene as it is to be. Raises Limit."""
        if row is not None and not {*self.tool.aimed}.intersection(given):
            return {}
        before = await obligations.opened(self, hand, row) if row is not None else {}
        values = {**before, **given}
        people = self._people(hand, values, hand.at if row is None else row["created_at"])
        tags = keys_of_tags(key for one in values["activities"] for key in one["keys"])
        keys = await limit_filter.check(hand, people, texts_of(values, AIMED_TEXTS), tags)
        prompt = await limit_filter.discussion(hand, people, keys)
        if prompt is not None:
            hand.prompts.append(prompt)
        return {LIMIT_KEYS: list(keys)}

    async def around(self, db: asyncpg.Connection, rows: Sequence[Row]) -> Any:
        """Who is in the bond, who said yes, and the debriefs that the caller may read."""
        if not rows:
            return None
        ids = [row["id"] for row in rows]
        people = await bonds.people(db, rows[0]["bond_id"])
        return people, await bond_scenes.confirmations(db, ids), await bond_scenes.debriefs(db, ids)

    async def seen(self, services: Services, caller: Caller, rows: Sequence[Row], around: Any) -> list[Row]:  # noqa: ARG002 - as others
        """With the safety card, who takes part, who said yes, whether a limit holds it, and what the caller may read."""
        if not rows:
            return []
        bond_id = rows[0]["bond_id"]
        persons, said, written = around
        came = {str(person.user_id): person.joined_at for person in persons}
        people = {row["id"]: participants(row["activities"], row["created_at"], came) for row in rows}
        held = await _held(services, [row | {"people": people[row["id"]]} for row in rows if row["status"] in OPEN])
        cards = await safety_cards.of_all(services, bond_id, persons)
        shown = await debriefs.shown(services, written)
        return [
            row
            | {
                "safety": [cards[person] for person in people[row["id"]]],
                "participants": people[row["id"]],
                "status": scenes.status_now(row["status"], held=row["id"] in held),
                "held": row["id"] in held,
                "confirmed_by": [one.user_id for one in said if one.scene_id == row["id"] and row["id"] not in held],
                "debriefs": [view for scene, view in shown if scene == row["id"]],
            }
            for row in rows
        ]

    def allow(self, hand: Hand, row: Row, command: str, version: int | None) -> None:
        """Its creator changes it; everything else is done by who takes part. Raises NotPermitted, Changed."""
        is_in = any(person.user_id == hand.me.user_id for person in self._people(hand, row, row["created_at"]))
        creator = None if row["created_by"] is None else str(row["created_by"])
        permissions.require(f"scenes.{command}", hand.me, person=hand.me if is_in else None, creator=creator)
        require_version(version, row["version"], row["id"])

    # --- commands ------------------------------------------------------------------------------------------------------

    async def _confirm(self, hand: Hand, row: Row, body: Confirm) -> Written:
        said = await bond_scenes.confirmations(hand.db, [row["id"]])
        mine = next((one for one in said if str(one.user_id) == hand.me.user_id), None)
        is_again = mine is not None and mine.version == body.version
        self.allow(hand, row, "confirm", None if is_again else body.version)
        is_agreed = holds(MOVES, "confirm", row["status"])
        people = [person.user_id for person in self._people(hand, row, row["created_at"])]
        settles = not is_agreed and is_settled(people, [*(str(one.user_id) for one in said), hand.me.user_id])
        plain = await obligations.opened(self, hand, row)
        is_held = bool(await _held(hand.services, [plain | {"people": people}]))
        if not is_held and (is_agreed or (mine is not None and not settles)):
            return same(row)
        _may_agree(hand, people)
        if is_held:
            raise Limit
        if mine is None:
            await bond_scenes.confirm(hand.db, row["id"], hand.bond.id, hand.me.user_id, row["version"])
        if not settles:
            return same(row)
        written = await self.write(hand, row, {"status": "agreed"})
        await news.tell(hand, "scene_agreed", people, row["id"])
        return written

    async def _unconfirm(self, hand: Hand, row: Row, body: shapes.Plain) -> Written:
        self.allow(hand, row, "unconfirm", body.version)
        is_planned = holds(MOVES, "unconfirm", row["status"])
        await bond_scenes.unconfirm(hand.db, row["id"], hand.me.user_id)
        return same(row) if is_planned else await self.write(hand, row, {"status": "planned"})

    async def _call_off(self, hand: Hand, row: Row, body: shapes.Plain) -> Written:  # noqa: ARG002 - never refused
        """It waits for no version: whoever calls it off means it as it is."""
        self.allow(hand, row, "call-off", None)
        if holds(MOVES, "call-off", row["status"]):
            return same(row)
        people = [person.user_id for person in self._people(hand, row, row["created_at"])]
        written = await self.write(hand, row, {"status": "called_off"})
        await news.tell(hand, "scene_off", people, row["id"])
        return written

    async def _log(self, hand: Hand, row: Row, body: Log) -> Written:
        self.allow(hand, row, "log", body.version)
        if holds(MOVES, "log", row["status"]):
            return same(row)
        if row["scene_date"] is not None and row["scene_date"] > hand.at:
            raise Invalid(fields={"scene_date": "This is still to come."})
        await self._pass(hand, row, body.notes)
        notes: Row = {} if body.notes is None else {"notes": body.notes}
        done = {"status": "done", "logged_at": hand.at, "duration_minutes": body.duration_minutes, **notes}
        hand.prompts.append(AFTERCARE)
        return await self.write(hand, row, done)

    async def _debrief(self, hand: Hand, row: Row, body: Debrief) -> Written:
        self.allow(hand, row, "debrief", body.version)
        holds(MOVES, "debrief", row["status"])
        await debriefs.write(hand, row["id"], text=body.text, shared=body.shared)
        return same(row)

    async def _aftercare(self, hand: Hand, row: Row, body: Aftercare) -> Written:
        self.allow(hand, row, "aftercare", body.version)
        holds(MOVES, "aftercare", row["status"])
        notes: Row = {} if body.notes is None else {"aftercare_notes": body.notes}
        given = await self.new_in(hand, row, {"aftercare_provided": body.provided, **notes})
        if not given:
            return same(row)
        await self._pass(hand, row, given.get("aftercare_notes"))
        return await self.write(hand, row, given)

    # --- parts ---------------------------------------------------------------------------------------------------------

    def _people(self, hand: Hand, values: Mapping[str, Any], created_at: datetime) -> list[Member]:
        came = {str(person.user_id): person.joined_at for person in hand.persons}
        return [hand.people[one] for one in participants(values["activities"], created_at, came)]

    async def _pass(self, hand: Hand, row: Row, notes: str | None) -> None:
        """Notes that everybody who took part reads. Raises Limit."""
        await obligations.pass_filter(hand, self._people(hand, row, row["created_at"]), notes)


def _activities(hand: Hand, given: Collection[shapes.SceneActivity] | None, created_at: datetime) -> list[Row]:
    """Activities as they are kept. Raises Invalid for tags that nobody knows, who is not in the bond, and too many words."""
    came = {str(person.user_id): person.joined_at for person in hand.persons}
    kept = []
    for one in given or ():
        people = [hand.member(str(person), "activities").user_id for person in one.with_]
        if any(came[person] > created_at for person in people):
            raise Invalid(
                fields={"activities": "Somebody came after this was planned, and cannot read it. Plan it anew."}
            )
        if not all(scenes.is_known(key) for key in one.keys):
            raise Invalid(fields={"activities": "Keys are those of preferences and of limits."})
        kept.append(
            {"name": one.name, "keys": list(dict.fromkeys(one.keys)), "with": list(dict.fromkeys(people))}
            | ({} if one.notes is None else {"notes": one.notes})
        )
    if sum(len(text or "") for text in texts_of({"activities": kept}, ())) > MOST_WORDS:
        raise Invalid(fields={"activities": f"{MOST_WORDS} characters at most, of all together."})
    return kept


def _may_ask(hand: Hand, people: Collection[Member]) -> None:
    for person in people:
        hand.may_ask(person)


def _may_agree(hand: Hand, people: Collection[str]) -> None:
    """Nothing is agreed to while somebody who takes part pauses, oneself included. Raises PersonPaused, BondPaused."""
    if hand.me.is_paused:
        raise PersonPaused("You are taking a pause. Nothing binds you until you say otherwise.")
    if any(hand.people[person].is_paused for person in people):
        raise PersonPaused
    if hand.bond.status == "paused":
        raise BondPaused


async def _held(services: Services, rows: Sequence[Row]) -> set[UUID]:
    """Which of these opened rows a limit of one of their `people` holds; all, where that cannot be looked up now."""
    try:
        return await obligations.held(services, rows, "people")
    except KeysAway:
        return {row["id"] for row in rows}
