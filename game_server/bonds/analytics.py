"""What a member looks back on in a bond: read with their own rights, counted by the days of their own calendar, summed by the
rules.

What is told of others is nothing that the lists do not show to who asks: tasks that limits hold are counted as the list says,
streaks are one's own alone, and nothing is older than one's own coming.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID

import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import texts
from game_server.bonds.doing import seen
from game_server.bonds.life import Life
from game_server.bonds.tools import LIVES
from game_server.notifications import zones
from game_server.services import Services
from rooms.bonds import analytics as rules
from rooms.bonds.analytics import Count, Journal, Month, Moods, Points, Tasks, Week
from rooms.bonds.streaks import Streak, daily, in_a_row, rests
from rooms.errors import Invalid
from storage import bond_analytics, bond_points, bond_rows
from storage.bond_rows import Row
from storage.bonds import Bond, Person

MOST_OPEN, MOST_RULES = 2000, 1000
"""So many tasks past their date, and so many rules, are looked into."""


class Asked(msgspec.Struct, frozen=True):
    """Which days, both included, and on the clocks of which zone; None: the last three months, the account's zone."""

    first: date | None = None
    last: date | None = None
    timezone: str | None = None


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is summed, of the days from `first` to `last`, for `me` on a day of theirs. `rules`: how many are in
    force for whom.
    """

    me: UUID
    today: date
    bond: Bond
    people: Sequence[Person]
    zone: str
    first: date
    last: date
    counts: Sequence[Count]
    balances: dict[UUID, int]
    rules: Counter[UUID]
    check_ins: Streak
    on_time: Streak


class Streaks(msgspec.Struct, frozen=True, kw_only=True):
    """One's own alone: days of check-ins, and tasks done by their date. A pause breaks neither."""

    check_ins: Streak
    on_time: Streak


class OfMember(msgspec.Struct, frozen=True, kw_only=True):
    """What is one member's of it; `rules_in_force` at this moment."""

    user_id: UUID
    tasks: Tasks
    moods: Moods
    points: Points
    rules_in_force: int
    messages: int


class OfAll(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody's together, also of who is a member no more."""

    tasks: Tasks
    moods: Moods
    points_given: int
    points_spent: int
    messages: int


class Analytics(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller looks back on, from the day they came at the earliest: the days `from` and `to` included, on the clocks of
    `time_zone`. Weeks and months are oldest first, also those in which nothing was.
    """

    bond_id: UUID
    first: date = msgspec.field(name="from")
    last: date = msgspec.field(name="to")
    time_zone: str
    together: OfAll
    members: list[OfMember]
    journal: Journal
    streaks: Streaks
    weeks: list[Week]
    months: list[Month]


async def read(services: Services, caller: Caller, bond_id: UUID, asked: Asked) -> Analytics:
    """Of a bond of the caller's. Raises NotFound, Invalid, KeysAway."""
    return summed(await gather(services, caller, bond_id, asked))


def summed(gathered: Gathered) -> Analytics:
    """What was gathered, in the numbers that are told."""
    counts, total = gathered.counts, rules.summed(gathered.counts)
    return Analytics(
        bond_id=gathered.bond.id,
        first=gathered.first,
        last=gathered.last,
        time_zone=gathered.zone,
        together=OfAll(
            tasks=rules.tasks(total),
            moods=rules.moods(total),
            points_given=total["given"],
            points_spent=total["spent"],
            messages=total["message"],
        ),
        members=[_member(gathered, person.user_id) for person in gathered.people],
        journal=Journal(own=total["own_entry"], shared=total["shared_entry"]),
        streaks=Streaks(check_ins=gathered.check_ins, on_time=gathered.on_time),
        weeks=rules.weeks(counts, gathered.first, gathered.last),
        months=rules.months(counts, gathered.first, gathered.last),
    )


async def gather(services: Services, caller: Caller, bond_id: UUID, asked: Asked) -> Gathered:
    """What is to be summed. Raises NotFound, Invalid, KeysAway."""
    bond, people = await seen(services, caller, bond_id)
    me = next(person for person in people if str(person.user_id) == caller.id)
    days = _days_of(asked, me, services.clock.now())
    counts = await _counted(services, caller, bond_id, days)
    async with services.database.as_user(caller.id) as db:
        active = await bond_analytics.active_rules(db, bond_id, MOST_RULES)
        in_force = await bond_rows.find_some(db, LIVES["rules"].tool, active)
        around = await LIVES["rules"].around(db, in_force)
        balances = await bond_points.balances(db, bond_id)
        checked_in = await bond_analytics.own_check_in_days(db, bond_id, caller.id)
        on_time = await bond_analytics.own_on_time(db, bond_id, caller.id)
        rest = rests(await bond_analytics.own_pauses(db, caller.id), days.zone)
        rest += rests(await bond_analytics.pauses_of_bond(db, bond_id), days.zone)
    binding = await _seen(LIVES["rules"], services, caller, in_force, around)
    return Gathered(
        me=me.user_id,
        today=days.today,
        bond=bond,
        people=people,
        zone=days.name,
        first=days.first,
        last=days.last,
        counts=counts,
        balances=balances,
        rules=Counter(UUID(str(person)) for row in binding for person in row["in_force_for"]),
        check_ins=daily(checked_in, rest, days.today),
        on_time=in_a_row(on_time),
    )


async def own_weeks(services: Services, caller: Caller, bond_id: UUID, asked: Asked) -> list[Week]:
    """The weeks of these days, oldest first, of what is the caller's alone: the numbers that they look back on as their own.
    Raises NotFound, Invalid, KeysAway.
    """
    _, people = await seen(services, caller, bond_id)
    me = next(person for person in people if str(person.user_id) == caller.id)
    days = _days_of(asked, me, services.clock.now())
    counts = await _counted(services, caller, bond_id, days)
    return rules.weeks(rules.of_person(counts, caller.id), days.first, days.last)


async def _counted(services: Services, caller: Caller, bond_id: UUID, days: "_Days") -> list[Count]:
    """What happened on these days. Raises KeysAway."""
    zone, first, last = days.zone, days.first, days.last
    midnights = [
        datetime.combine(first + timedelta(days=n), time(), zone).astimezone(UTC)
        for n in range((last - first).days + 2)
    ]
    async with services.database.as_user(caller.id) as db:
        counted = await bond_analytics.counted(db, bond_id, midnights)
        said = await bond_analytics.said(db, bond_id, first, last)
        past = await bond_analytics.past_their_date(db, bond_id, midnights[0], min(midnights[-1], days.now), MOST_OPEN)
        tasks = await bond_rows.find_some(db, LIVES["tasks"].tool, past)
        around = await LIVES["tasks"].around(db, tasks)
    counts = [Count(one.what, _id(one.user_id), first + timedelta(days=one.place), one.n) for one in counted]  # type: ignore[arg-type]  # the statements name them
    counts += [Count(one.status, str(one.user_id), one.day, 1) for one in said]  # type: ignore[arg-type]  # as the enum does
    for row in await _seen(LIVES["tasks"], services, caller, tasks, around):
        if row["overdue"]:
            counts.append(Count("open", _id(row["assigned_to"]), row["due_date"].astimezone(zone).date(), 1))
    return counts


def _member(gathered: Gathered, user_id: UUID) -> OfMember:
    total = rules.summed(rules.of_person(gathered.counts, str(user_id)))
    return OfMember(
        user_id=user_id,
        tasks=rules.tasks(total),
        moods=rules.moods(total),
        points=Points(given=total["given"], spent=total["spent"], balance=gathered.balances.get(user_id, 0)),
        rules_in_force=gathered.rules[user_id],
        messages=total["message"],
    )


async def _seen(life: Life, services: Services, caller: Caller, rows: Sequence[Row], around: Any) -> list[Row]:
    """Rows as the list tells them to this caller: what it says of limits and pauses is said here, and no more."""
    return await life.seen(services, caller, await texts.opened(services, life.tool, rows), around) if rows else []


class _Days(msgspec.Struct, frozen=True):
    """The days that are looked at, `first` and `last` included, on the clocks of a zone; `today` is there now."""

    now: datetime
    name: str
    zone: tzinfo
    today: date
    first: date
    last: date


def _days_of(asked: Asked, me: Person, now: datetime) -> _Days:
    """Raises Invalid."""
    name = _zone(asked, me)
    zone = zones.of(name)
    today = now.astimezone(zone).date()
    first, last = _days(asked, today=today, came=me.joined_at.astimezone(zone).date())
    return _Days(now, name, zone, today, first, last)


def _zone(asked: Asked, me: Person) -> str:
    if asked.timezone is not None and zones.named(asked.timezone) is None:
        raise Invalid(fields={"timezone": "A name like Europe/Berlin."})
    return asked.timezone or me.time_zone or "UTC"


def _days(asked: Asked, *, today: date, came: date) -> tuple[date, date]:
    """The days that are looked at, none before one's own coming or after today. Raises Invalid."""
    last = min(max(asked.last or today, came), max(today, came))
    first = asked.first or max(last - timedelta(days=rules.DEFAULT_DAYS - 1), came)
    if asked.first is not None and asked.last is not None and asked.last < asked.first:
        raise Invalid(fields={"to": "It ends before it begins."})
    if asked.first is not None and ((asked.last or last) - first).days >= rules.MOST_DAYS:
        raise Invalid(fields={"from": f"At most {rules.MOST_DAYS} days at once."})
    return min(max(first, came), last), last


def _id(value: UUID | None) -> str | None:
    return None if value is None else str(value)
