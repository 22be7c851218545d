"""The filter that every text passes which is aimed at somebody in a bond: nobody is asked for what they never want.

It says that a limit is touched, and never whose or which. It stops oversight and software, not malice: a lexicon knows phrases.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Literal
from uuid import UUID

import asyncpg

from game_server.bonds import texts
from game_server.bonds.commands import Hand
from game_server.services import Services
from rooms.bonds.limits import ANSWERS_WITHIN, MOST_ANSWERS, MOST_AT_ALL, Limits, is_hit, limits_of, said_in
from rooms.bonds.people import Member
from rooms.errors import Limit
from storage import bond_limits
from storage.bond_limits import Read

AUTHORS = ("assigned_by", "created_by")
"""The column of who wrote a row: what people write for themselves nobody holds back."""

Row = Mapping[str, Any]


async def check(
    hand: Hand, aimed_at: Collection[Member], words: Iterable[str | None], tags: Collection[str] = ()
) -> tuple[str, ...]:
    """The limit keys that the words name, and what they were tagged with, sorted, to be kept beside them. Raises Limit where they
    touch a limit of anybody whom they are aimed at, but for the author, or are what nobody may ask of anybody.
    """
    written = tuple(text for text in words if text)
    said = await asyncio.to_thread(said_in, written)
    keys = said.keys.union(tags)
    others = _others(hand, aimed_at)
    if written and others:
        if said.is_forbidden:
            raise Limit
        since = hand.at - ANSWERS_WITHIN
        told, reads = await bond_limits.told_and_limits(hand.db, hand.bond.id, hand.me.user_id, since, others)
        if _is_too_often(told, names_anything=said.anything or bool(tags)):
            raise Limit
        for read in reads:
            if is_hit(await _limits(hand.services, read), keys, written):
                raise _refused(hand)
    return tuple(sorted(keys))


async def mention(hand: Hand, people: Collection[Member], words: Iterable[str | None]) -> Literal["talk_first"] | None:
    """Should they talk first about words that may name limits, and are not refused for that: of a contract, and of what is
    planned and not asked? Where these touch anything that somebody never wants or is not sure of; never whose, or which of the
    two.
    """
    written = tuple(text for text in words if text)
    others = _others(hand, people)
    if not written or not others:
        return None
    said = await asyncio.to_thread(said_in, written)
    if await _is_trying(hand, names_anything=said.anything, soft=True):
        return "talk_first"
    for read in await bond_limits.of_members(hand.db, hand.bond.id, others):
        limits = await _limits(hand.services, read)
        if is_hit(limits, said.keys, written) or not limits.soft.isdisjoint(said.keys):
            await _note_soft(hand)
            return "talk_first"
    return None


async def discussion(hand: Hand, aimed_at: Collection[Member], keys: Collection[str]) -> Literal["talk_first"] | None:
    """Should the two talk first, because somebody whom it is aimed at is not sure? Never whose, or of what: who was told so
    often is told so of everything.
    """
    others = _others(hand, aimed_at)
    if not keys or not others:
        return None
    if await _is_trying(hand, names_anything=True, soft=True):
        return "talk_first"
    reads = await bond_limits.of_members(hand.db, hand.bond.id, others)
    if all(limits_of(one.player, one.rated).soft.isdisjoint(keys) for one in reads):
        return None
    await _note_soft(hand)
    return "talk_first"


async def held(services: Services, rows: Sequence[Row], person_column: str) -> set[UUID]:
    """The ids of those rows that touch a limit, as it is now, of the person whom they are for (None: of everybody in the bond).

    Rows are opened, with their `limit_keys`. `person_column` may hold several people. Whoever wrote a row is not held by it.
    """
    async with services.database.reading() as db:
        return await held_by(services, db, rows, person_column)


async def held_by(services: Services, db: asyncpg.Connection, rows: Sequence[Row], person_column: str) -> set[UUID]:
    """The same on a connection of the server's own: for jobs."""
    return {row_id for row_id, _ in await _touching(services, db, rows, person_column)}


async def held_from(services: Services, rows: Sequence[Row], person_column: str) -> set[tuple[UUID, UUID]]:
    """Which row touches a limit of which person whom it is for, by their ids: for what each gets or does not get alone, so that
    nobody learns of it by what they get.
    """
    async with services.database.reading() as db:
        return await _touching(services, db, rows, person_column)


async def _touching(
    services: Services, db: asyncpg.Connection, rows: Sequence[Row], person_column: str
) -> set[tuple[UUID, UUID]]:
    of_bond: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        if row["bond_id"] is not None:
            of_bond[row["bond_id"]].append(row)
    found: set[tuple[UUID, UUID]] = set()
    for bond_id, those in of_bond.items():
        reads = await bond_limits.of_bond(db, bond_id)
        people = [read.user_id for read in reads]
        limits = {read.user_id: await _limits(services, read) for read in reads}
        look = partial(_touched, those, person_column, people, limits)
        # Words are looked for in every text of a page: meanwhile others play.
        found |= await asyncio.to_thread(look) if any(one.words for one in limits.values()) else look()
    return found


def _touched(
    rows: Iterable[Row], person_column: str, people: Sequence[UUID], limits: Mapping[UUID, Limits]
) -> set[tuple[UUID, UUID]]:
    found = set()
    for row in rows:
        keys, said = row.get("limit_keys") or (), tuple(_texts(list(row.values())))
        asked = [one for one in _for(row, person_column, people) if one in limits]
        found |= {(row["id"], one) for one in asked if is_hit(limits[one], keys, said)}
    return found


def _for(row: Row, column: str, everybody: Sequence[UUID]) -> list[UUID]:
    """Whom a row is for, without who wrote it."""
    author = next((row[name] for name in AUTHORS if row.get(name) is not None), None)
    match row.get(column):
        case None:
            people = list(everybody)
        case UUID() as one:
            people = [one]
        case several:
            people = [UUID(str(one)) for one in several]
    return [person for person in people if person != author]


def _texts(value: object) -> Iterator[str]:
    """Every text in a value, however deep: a scene's activities are lists of objects."""
    match value:
        case str():
            yield value
        case Mapping():
            for one in value.values():
                yield from _texts(one)
        case list() | tuple():
            for one in value:
                yield from _texts(one)


def _others(hand: Hand, aimed_at: Collection[Member]) -> list[UUID]:
    return [UUID(one.user_id) for one in aimed_at if one.user_id != hand.me.user_id]


async def _is_trying(hand: Hand, *, names_anything: bool, soft: bool = False) -> bool:
    """Was the author told of so many limits lately that they may be looking for where these are? Nothing more is looked up then
    for a text that names anything; after twice as many, of which those were limits that words alone guard, for none.
    """
    told = await bond_limits.answers_since(hand.db, hand.bond.id, hand.me.user_id, hand.at - ANSWERS_WITHIN, soft=soft)
    return _is_too_often(told, names_anything=names_anything)


def _is_too_often(told: int, *, names_anything: bool) -> bool:
    return told >= (MOST_ANSWERS if names_anything else MOST_AT_ALL)


async def _note_soft(hand: Hand) -> None:
    """The author was told to talk first."""
    await bond_limits.note_answer(
        hand.db, hand.bond.id, hand.me.user_id, hand.at - ANSWERS_WITHIN, most=MOST_AT_ALL, soft=True
    )


async def _limits(services: Services, read: Read) -> Limits:
    names = await texts.open_each(services, f"user:{read.user_id}", read.words)
    return limits_of(read.player, read.rated, [name for name in names if name])


def _refused(hand: Hand) -> Limit:
    """What was looked up, and counts."""
    refused = Limit()
    refused.bond = hand.bond.id
    return refused
