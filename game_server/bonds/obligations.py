"""What tasks, rules and rewards have in common: a row that is aimed at somebody, the filter of their limits, their pauses."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec

from game_server.bonds import limit_filter
from game_server.bonds.commands import Hand
from game_server.bonds.life import Life, Written
from game_server.services import Services
from rooms.bonds.people import Member
from rooms.errors import BondPaused, Invalid, WrongState
from storage import bonds
from storage.bond_points import Systems
from storage.bond_rows import Row

LOW_ENERGY = "low_energy"
FARTHEST = timedelta(days=366 * 100)
"""No date lies farther ahead: pauses move what is due, and a calendar ends, with every list that would show a day after it."""


class Around(msgspec.Struct, frozen=True):
    """Who is in a bond and since when, and whether it is paused: what a row is read with."""

    people: Mapping[str, Member]
    came: Mapping[str, datetime]
    paused: bool


async def around(db: asyncpg.Connection, bond_id: UUID) -> Around:
    """Of a bond of the caller's."""
    found = await bonds.whole(db, bond_id)
    if found is None:
        return Around({}, {}, paused=False)
    bond, persons = found
    members = [person.as_member(bond.founder_id) for person in persons]
    return Around(
        {member.user_id: member for member in members},
        {str(person.user_id): person.joined_at for person in persons},
        bond.status == "paused",
    )


async def opened(life: Life, hand: Hand, row: Row) -> Row:
    """A row with its texts, inside a command. Raises KeysAway."""
    return await life.opened(hand, row, whole=True)


async def pass_filter(hand: Hand, aimed_at: Iterable[Member | None], *words: str | None) -> None:
    """Words that are aimed at somebody and kept without keys. Raises Limit."""
    people = [person for person in aimed_at if person is not None]
    await limit_filter.check(hand, people, words)


async def held(services: Services, rows: Sequence[Row], person_column: str) -> set[UUID]:
    """Which of these a limit of whom they are for holds back."""
    return await limit_filter.held(services, rows, person_column) if rows else set()


def prompt_for(hand: Hand, person: Member | None) -> None:
    """Say of somebody who has little energy that they have: nothing is refused."""
    if person is not None and person.user_id != hand.me.user_id and person.state == LOW_ENERGY:
        hand.prompts.append(LOW_ENERGY)


def may_ask_all(hand: Hand) -> None:
    """May something be asked of everybody now? Who pauses is not bound by it. Raises BondPaused."""
    if hand.bond.status == "paused":
        raise BondPaused


def require_future(field: str, moment: datetime | None, now: datetime) -> None:
    """Raises Invalid for what is past, and for what nobody lives to see."""
    if moment is not None and moment <= now:
        raise Invalid(fields={field: "This is in the past."})
    if moment is not None and moment > now + FARTHEST:
        raise Invalid(fields={field: "This is too far away."})


def require_points(on: Systems) -> None:
    """Raises WrongState where a bond's settings say that it counts none."""
    if not on.points:
        raise WrongState("This bond counts no points: its settings say so.")


def same(row: Row) -> Written:
    """Nothing changed."""
    return row["id"], row["version"]
