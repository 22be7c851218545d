"""What one row of each table becomes, as if its owner did it now: by the functions of their own commands, so that what these
refuse is refused here, too, and in the same order. Nobody is notified: it is not news.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

import msgspec

from game_server.bonds import obligations, shapes, texts
from game_server.bonds.boundaries import Named, put
from game_server.bonds.commands import Hand
from game_server.bonds.life import Life
from game_server.bonds.scenes import Scenes
from game_server.bonds.tools import LIVES
from game_server.bonds_import.left import Left
from game_server.bonds_import.staging import Row, wants
from rooms.bonds import permissions
from rooms.bonds.dump import values
from rooms.bonds.dump.values import flag_of, moment_of
from rooms.bonds.limits import keys_of_name
from rooms.bonds.ratings import Rating
from rooms.bonds.rewards import STATUSES as _OF_REWARDS
from rooms.bonds.tools.messages import MESSAGES
from rooms.bonds.tools.scenes import SCENES
from storage import bond_limits, bond_rows

Said = Mapping[str, Any]
Made = tuple[UUID, tuple[str, ...]]
"""Which row it is, and by which reasons a part of it is listed."""


class Given(msgspec.Struct, frozen=True):
    """A row of theirs, and what it says, people as we know them."""

    row: Row
    said: Said


Take = Callable[[Hand, Given], Awaitable[Made]]

_OPEN_TASKS = ("pending", "in_progress")
_DRAFTS = ("draft", "pending_signature", "active")
_FOR_TASKS = (
    "title",
    "description",
    "priority",
    "due_date",
    "assigned_to",
    "point_value",
    "proof_required",
    "proof_type",
)
_FOR_RULES = ("title", "description", "rule_type", "assigned_to", "effective_from", "effective_until")
_FOR_REWARDS = ("title", "description", "reward_type", "assigned_to", "point_cost")
_FOR_CALENDAR = ("title", "description", "location", "start_date", "end_date", "event_type", "timezone", "all_day", "rrule",
                 "reminder_minutes")  # fmt: skip
AVAILABLE = _OF_REWARDS[0]
_SCENES = Scenes(SCENES)


@cache
def _model(tool: str) -> type[msgspec.Struct]:
    return shapes.draft(LIVES[tool].tool)


def drafted(tool: str, row: Mapping[str, Any], only: tuple[str, ...] | None = None) -> dict[str, Any]:
    """What a row gives, as the tool's route would take it. Raises msgspec.ValidationError."""
    fields = tuple(
        field for field in LIVES[tool].tool.fields if field.given != "never" and (only is None or field.name in only)
    )
    made = msgspec.convert(values.given(fields, row), _model(tool), strict=False)
    return {name: getattr(made, name) for name in made.__struct_fields__}


async def task(hand: Hand, one: Given) -> Made:
    """One that is still to be done; its points come with its approval here."""
    if (one.said.get("status") or "pending") not in _OPEN_TASKS:
        raise Left("over")
    given = drafted("tasks", one.said, _FOR_TASKS)
    _require_ahead(hand, given, "due_date")
    if given["assigned_to"] == row_owner(hand) and given["point_value"]:
        raise Left("not_permitted", "point_value")
    return (await Life.create(LIVES["tasks"], hand, given))[0], ()


async def rule(hand: Hand, one: Given) -> Made:
    """One that holds: for whoever says yes to it here."""
    if flag_of(one.said.get("active")) is False or (one.said.get("status") or "active") != "active":
        raise Left("over")
    given = drafted("rules", one.said, _FOR_RULES)
    given["effective_from"] = _ahead(hand, given["effective_from"])
    _require_ahead(hand, given, "effective_until")
    life, person = LIVES["rules"], given["assigned_to"]
    if person is None:
        permissions.require("rules.create-for-all", hand.me)
        obligations.may_ask_all(hand)
    else:
        permissions.require("rules.create", hand.me, person=hand.member(str(person), "assigned_to"))
        hand.may_ask(hand.member(str(person), "assigned_to"))
    await life.check(hand, None, given)
    more = {**await life.filtered(hand, None, given), "for_all": person is None}
    return (await life.add(hand, given, more))[0], ()


async def reward(hand: Hand, one: Given) -> Made:
    """One that can be redeemed. It grants nothing: what was granted stands in the ledger. Where only one number stands there, it
    is what it costs.
    """
    if (one.said.get("status") or AVAILABLE) != AVAILABLE:
        raise Left("over")
    cost = one.said.get("point_cost", one.said.get("point_value"))
    given = drafted("rewards", {**one.said, "point_cost": cost}, _FOR_REWARDS)
    life = LIVES["rewards"]
    permissions.require("rewards.create", hand.me, person=hand.member(str(given["assigned_to"]), "assigned_to"))
    return (await life.add(hand, given, await life.filtered(hand, None, given)))[0], ()


async def points(hand: Hand, one: Given) -> Made:
    """An entry, given by who leads its person, with the day of which it was."""
    when = moment_of(one.row.at)
    reason = values.text_of(one.said.get("reason")) or ""
    dated = f"{reason} ({when:%Y-%m-%d})" if when else str(reason)
    given = drafted(
        "points", {"user_id": one.said["user_id"], "points": one.said.get("points"), "reason": dated.strip()}
    )
    return (await LIVES["points"].create(hand, given))[0], ()


async def boundary(hand: Hand, one: Given) -> Made:
    """An activity, with what its owner said against it: a yes comes by itself. Whatever says that it is a hard limit makes it one
    of theirs.
    """
    given = drafted("boundaries", one.said)
    listed = ["rating_of_another"] if one.said.get("partner_rating") not in (None, "hard_no") else []
    if one.row.owner is None:
        listed += ["rating_unclear"] if one.said.get("my_rating") or flag_of(one.said.get("is_hard_limit")) else []
        given["my_rating"] = None
    elif flag_of(one.said.get("is_hard_limit")):
        given["my_rating"] = "hard_no"
    elif wants(one.said):
        given["my_rating"] = None
    return (await LIVES["boundaries"].create(hand, given))[0], tuple(listed)


async def own_yes(hand: Hand, made: UUID, rating: Rating) -> UUID:
    """A yes or perhaps that its owner let in. What they said to it here since counts. Raises Left."""
    row = await _activity(hand, made)
    if row["archived_at"] is not None:
        raise Left("over")
    if await bond_limits.own_rating(hand.db, made, hand.caller.id) is not None:
        raise Left("there")
    await put(hand, made, Named(None, ()), rating, shown=False, key=None)
    return made


async def _activity(hand: Hand, made: UUID) -> bond_rows.Row:
    """One of this bond. Raises Left."""
    row = await bond_rows.find(hand.db, LIVES["boundaries"].tool, made)
    if row is None or row["bond_id"] != hand.bond.id:
        raise Left("bond_unknown")
    return row


async def partner_limit(hand: Hand, made: UUID, name: str) -> UUID:
    """What stood in somebody else's row as never: a limit of whose it is, who can take it out. Raises Left."""
    await _activity(hand, made)
    key = await texts.own_key(hand.services, hand.caller)
    await put(hand, made, Named(name, keys_of_name(name)), "hard_no", shown=False, key=key)
    return made


async def contract(hand: Hand, one: Given) -> Made:
    """A draft of its creator's, whatever it was there."""
    if (one.said.get("status") or "draft") not in _DRAFTS:
        raise Left("over")
    given = drafted("contracts", one.said)
    given["expires_at"] = _ahead(hand, given["expires_at"])
    is_signed = one.said.get("status") in ("pending_signature", "active") or one.said.get("signed_at")
    listed = ("signatures",) if is_signed else ()
    return (await LIVES["contracts"].create(hand, given))[0], listed


async def scene(hand: Hand, one: Given) -> Made:
    """What is to come is planned, and agreed to by nobody; what was is done."""
    if one.said.get("status") == "called_off":
        raise Left("over")
    given = drafted("scenes", one.said)
    when, minutes = given["scene_date"], given["duration_minutes"]
    life = _SCENES
    is_past = when is not None and when <= hand.at
    if is_past:
        given |= {"scene_date": None, "duration_minutes": None}
    (made, _), _people = await life.plan(hand, given)
    if not is_past:
        return made, ("confirmations",) if one.said.get("status") in ("agreed", "confirmed") else ()
    await bond_rows.change(hand.db, life.tool, made, {"scene_date": when})
    await bond_rows.change(hand.db, life.tool, made, {"status": "done", "logged_at": when, "duration_minutes": minutes})
    return made, ()


async def message(hand: Hand, one: Given) -> Made:
    """What was written, with the moment at which it was: who comes later reads nothing older, so it is of now."""
    given = drafted("messages", one.said)
    when = moment_of(one.row.at)
    content = f"{when:%Y-%m-%d %H:%M} UTC\n{given['content']}" if when else given["content"]
    given = drafted("messages", {"content": content})
    permissions.require("messages.create", hand.me)
    key = await texts.bond_key(hand.services, hand.bond.id)
    made = await bond_rows.add(
        hand.db,
        MESSAGES,
        {
            "content": key.seal(given["content"]),
            "bond_id": hand.bond.id,
            "from_user_id": row_owner(hand),
            "to_user_id": UUID(one.said["to_user_id"]),
        },
    )
    return made["id"], ()


async def event(hand: Hand, one: Given) -> Made:
    """A date of the bond that is to come, under the name that other calendars know it by."""
    life, given = LIVES["calendar"], event_given(one.said)
    permissions.require("calendar.create", hand.me)
    kept = await life.own_values(hand.db, hand.caller, hand.bond.id, None, given)
    return (await life.add(hand, {}, kept | event_name(one.said)))[0], ()


async def own_entry(hand: Hand, one: Given) -> Made:
    """A journal entry or a resource in a bond, for its author alone: they show it again where they want to."""
    tool = "journal" if one.row.table == "journal_entries" else "resources"
    given = unshared(tool, one.said)
    return (await Life.create(LIVES[tool], hand, given))[0], ()


def unshared(tool: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody keeps for themselves, as their own."""
    given = drafted(tool, said)
    shared = "is_shared" if tool == "journal" else "shared_with_partner"
    return {**given, shared: False}


def event_given(said: Mapping[str, Any]) -> dict[str, Any]:
    """A date, without its name. Raises Left for what is its task's."""
    if said.get("event_type") == "task_deadline" or said.get("task_id"):
        raise Left("of_a_task")
    return drafted("calendar", said, _FOR_CALENDAR)


def event_name(said: Mapping[str, Any]) -> dict[str, Any]:
    """By which other calendars know it, where it has one."""
    name = said.get("ical_uid")
    if not name:
        return {}
    made = msgspec.convert({**_NAMED, "ical_uid": name}, _model("calendar"), strict=False)
    return {"ical_uid": made.ical_uid}  # type: ignore[attr-defined]  # made from a declaration


_NAMED = {"title": "a", "start_date": "2026-01-01T00:00:00Z"}


def row_owner(hand: Hand) -> UUID:
    """Whose command it is."""
    return UUID(hand.me.user_id)


def _ahead(hand: Hand, moment: Any) -> Any:
    """A moment that is still to come; one that was is none."""
    return moment if moment is not None and moment > hand.at + timedelta(minutes=1) else None


def _require_ahead(hand: Hand, given: Mapping[str, Any], name: str) -> None:
    if given[name] is not None and _ahead(hand, given[name]) is None:
        raise Left("past", name)


IN_BOND: Mapping[str, Take] = {
    "boundaries": boundary,
    "tasks": task,
    "rules": rule,
    "rewards": reward,
    "points_ledger": points,
    "contracts": contract,
    "scenes": scene,
    "calendar_events": event,
    "resources": own_entry,
    "journal_entries": own_entry,
    "messages": message,
}
