"""What there is to reach in a bond, and who did. Nobody gives it: it is found out of facts, by whoever comes next (its person who
looks, or the timetable), and from then on it is there. Nothing rings for it; phones that look at the bond see it come.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
import structlog

from game_server.accounts.callers import Caller
from game_server.bonds.doing import mine
from game_server.bonds.live.bells import ring
from game_server.bonds.one_by_one import OneByOne
from game_server.languages.catalogues import Catalogue
from game_server.notifications import zones
from game_server.services import Services
from rooms.bonds.achievements import BY_CODE, Facts, reached
from rooms.bonds.streaks import rests
from storage import bond_achievements, bond_analytics, bonds
from storage.bond_achievements import Defined, Reached

log = structlog.get_logger()

LOOKS_BACK = timedelta(hours=3)
"""A bond in which something happened within that is looked at again: longer than from one run of the timetable to the next."""

HELD_UP = (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError, TimeoutError)
"""Somebody holds the bond for long: who reads need not wait for it, and it is found the next time."""


class ReachedBy(msgspec.Struct, frozen=True):
    """A member who has it, and since when."""

    user_id: UUID
    reached_at: datetime


class AchievementView(msgspec.Struct, frozen=True, kw_only=True):
    """Something to reach, in the language of who asks, and the members who did."""

    id: UUID
    code: str
    category: str
    threshold: int
    title: str
    description: str
    reached: list[ReachedBy]
    version: int
    created_at: datetime
    updated_at: datetime


async def listed(services: Services, caller: Caller, bond_id: UUID, said: Catalogue) -> list[AchievementView]:
    """All of it in a bond of the caller's, in its order; what the caller has reached meanwhile among it. Raises NotFound."""
    try:
        await award(services, caller.id, bond_id)
    except HELD_UP as error:
        log.info("achievements_wait", kind=type(error).__name__)
    async with services.database.as_user(caller.id) as db:
        await mine(db, bond_id)
        members = {person.user_id for person in await bonds.people(db, bond_id)}
        defined = await bond_achievements.defined(db)
        found = [one for one in await bond_achievements.reached(db, bond_id) if one.user_id in members]
    return [_view(one, found, said) for one in defined if one.code in BY_CODE]


async def award(services: Services, user_id: str, bond_id: UUID) -> int:
    """Write down what this member has reached, and did not have; how much that is. Of a bond that is over nothing more is."""
    now = services.clock.now()
    async with services.database.as_user(user_id) as db:
        facts = await _facts(db, bond_id, user_id, now)
        codes = reached(facts) if facts is not None else frozenset()
        has = await bond_achievements.codes_of(db, bond_id, user_id)
    if codes <= has:
        return 0
    async with services.database.as_member(user_id, now) as db:
        if not await bonds.hold(db, bond_id):
            return 0
        bond = await bonds.find(db, bond_id)
        if bond is None or bond.status == "dissolved":
            return 0
        made = await bond_achievements.add(db, bond_id, user_id, codes - has)
    ring(services, bond_id)
    return made


async def sweep(services: Services) -> int:
    """Look at the members of bonds in which something happened lately; how much they had reached."""
    async with services.database.as_service() as db:
        found = await bond_achievements.stirred(db, services.clock.now() - LOOKS_BACK)
    turns = OneByOne()
    made = sum([await turns.do(award(services, str(person), bond)) for bond, person in found])
    turns.over()
    return made


async def _facts(db: asyncpg.Connection, bond_id: UUID, user_id: str, now: datetime) -> Facts | None:
    """What there is to find it out of; None for who is no member."""
    bond = await bonds.find(db, bond_id)
    totals = await bond_achievements.totals(db, bond_id, user_id)
    if bond is None or bond.status == "dissolved" or totals is None:
        return None
    [me] = [person for person in await bonds.people(db, bond_id) if str(person.user_id) == user_id]
    zone = zones.of(me.time_zone or "UTC")
    pauses = (await bond_analytics.own_pauses(db, user_id), await bond_analytics.pauses_of_bond(db, bond_id))
    together = None if totals.others_came is None else max(totals.came, totals.others_came)
    return Facts(
        today=now.astimezone(zone).date(),
        check_ins=await bond_analytics.own_check_in_days(db, bond_id, user_id),
        rest=[one for changes in pauses for one in rests(changes, zone)],
        tasks_approved=totals.tasks_approved,
        on_time=await bond_analytics.own_on_time(db, bond_id, user_id),
        rules=[at.astimezone(zone).date() for at in totals.rules],
        contracts=totals.contracts,
        scenes_with_aftercare=totals.scenes_with_aftercare,
        debriefs_shared=totals.debriefs_shared,
        gratitude_shared=totals.gratitude_shared,
        points_earned=totals.points_earned,
        rewards_given=totals.rewards_given,
        together_since=None if together is None else together.astimezone(zone).date(),
    )


def _view(defined: Defined, found: Sequence[Reached], said: Catalogue) -> AchievementView:
    words = BY_CODE[defined.code]
    return AchievementView(
        id=defined.id,
        code=defined.code,
        category=defined.category,
        threshold=defined.threshold,
        title=said.say(words.title),
        description=said.say(words.about),
        reached=[ReachedBy(one.user_id, one.reached_at) for one in found if one.achievement_id == defined.id],
        version=1,
        created_at=defined.created_at,
        updated_at=defined.created_at,
    )
