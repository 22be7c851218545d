"""Cards by an AI, asked for ahead of need: for the next turn of every room that is played, while the present card is on screen.

    rooms that moved ──▶ what their next turn lacks ──▶ one call each, within the day's budget ──▶ judged ──▶ kept for the room

No command waits for any of it: a card that is not there when it is due comes from the bank. Nothing here has to be remembered
either: who dies in between loses a card, and the next run looks at the rooms anew.
"""

import asyncio
from datetime import datetime, timedelta

import asyncpg
import msgspec
import structlog

from game_server.integrations.card_writer import Asked, CardWriter
from game_server.looked import AtCards, Place
from game_server.process import gauges
from game_server.services import Services
from rooms.activities.generated import Judged
from rooms.activities.order import messages
from rooms.sessions import ordering
from rooms.sessions.limits import Pair
from rooms.sessions.ordering import Wanted
from storage import ai_cards
from storage import sessions as store
from storage.ai_cards import Generation
from storage.database import STORE_ERRORS

log = structlog.get_logger()

MOST_ROOMS = 16
"""In one run: each asks for one to four cards, beside each other."""

MOST_WRITERS = 2
"""Connections that are used at once: the rooms' commands need the others."""

TRIES = 3
"""For one place in a game; then the bank has it."""

LOOKED_BACK_AT_FIRST = timedelta(minutes=2)
LOOKED_BACK = timedelta(seconds=3)
"""A move is seen when it is committed, which may be a while after its moment."""

KEPT_FOR = timedelta(days=30)


class _Room(msgspec.Struct, frozen=True, kw_only=True):
    session_id: str
    head: int
    players: Pair
    wanted: tuple[Wanted, ...]


async def ask_ahead(services: Services) -> int:
    """Ask for what the rooms' next turns lack; how many cards were kept."""
    writer = services.cards
    if writer is None or writer.rests or not writer.a_day:
        return 0
    looked, rooms = await _lacking(services, services.looked.cards, services.clock.now())
    writing = asyncio.Semaphore(MOST_WRITERS)
    kept = await asyncio.gather(*(_serve(services, writer, room, writing) for room in rooms))
    services.looked.cards = looked
    return sum(kept)


async def forget_old(services: Services) -> None:
    """What was asked and answered a month ago."""
    async with services.database.as_service() as connection:
        await ai_cards.forget_before(connection, services.clock.now() - KEPT_FOR)


async def _lacking(services: Services, looked: AtCards, now: datetime) -> tuple[AtCards, list[_Room]]:
    """The rooms for which something is to be asked, and how far all that moved have been looked at then."""
    after = looked.until - LOOKED_BACK if looked.until else now - LOOKED_BACK_AT_FIRST
    again = [session_id for session_id, place in looked.places.items() if place.tries < TRIES]
    found, places = [], {}
    async with services.database.reading() as connection:
        moved = await ai_cards.lately(connection, after, again, MOST_ROOMS)
        for room in await _rooms(services, connection, [one.session_id for one in moved]):
            place = _place(looked, room)
            if room.wanted and place.tries < TRIES:
                found.append(room)
                place = Place(place.head, place.tries + 1)
            if room.wanted:
                places[room.session_id] = place
    return AtCards(now if len(moved) < MOST_ROOMS else moved[-1].moved_at, places), found


async def _rooms(services: Services, connection: asyncpg.Connection, ids: list[str]) -> list[_Room]:
    """These rooms and what they lack."""
    if not ids:
        return []
    facts = await store.load_facts(connection, ids, services.settings.daily_limit)
    topics = await ai_cards.wanted_topics(connection, ids)
    found = []
    for session_id, known in facts.items():
        loaded = await store.load(connection, session_id)
        if loaded is not None:
            state, choose = loaded.room.state, services.dice.choose
            wanted = ordering.wanted(state, known.players, topics.get(session_id, ()), known.own_cards, choose)
            found.append(_Room(session_id=session_id, head=state.head, players=known.players, wanted=wanted))
    return found


def _place(looked: AtCards, room: _Room) -> Place:
    place = looked.places.get(room.session_id)
    return place if place is not None and place.head == room.head else Place(room.head)


async def _serve(services: Services, writer: CardWriter, room: _Room, writing: asyncio.Semaphore) -> int:
    return sum(await asyncio.gather(*(_one(services, writer, room, one, writing) for one in room.wanted)))


async def _one(services: Services, writer: CardWriter, room: _Room, one: Wanted, writing: asyncio.Semaphore) -> bool:
    """Ask for one card. Was it kept? What fails costs the others nothing."""
    try:
        return await _made(services, writer, room, one, writing)
    except STORE_ERRORS as error:
        log.warning("card_not_asked_for", session=room.session_id, kind=type(error).__name__)
        return False


async def _made(services: Services, writer: CardWriter, room: _Room, one: Wanted, writing: asyncio.Semaphore) -> bool:
    if writer.rests:
        return False
    async with writing, services.database.as_service() as connection:
        if not await ai_cards.spend(connection, writer.a_day):
            gauges.CARDS_ASKED.labels("over_budget").inc()
            return False
    request = writer.request(messages(one.order))
    asked = await writer.ask(request)
    if asked is None:
        return False
    judged = await asyncio.to_thread(
        _judged, asked, one, room.players
    )  # phrases are looked for, some tens of milliseconds
    async with writing, services.database.as_service() as connection:
        kept = await ai_cards.keep(connection, _generation(room, one, request, asked, judged), judged.card)
    outcome = "approved" if kept else "unanswered" if asked.failure else "refused"
    gauges.CARDS_ASKED.labels(outcome).inc()
    log.debug("card_asked", session=room.session_id, outcome=outcome, failures=[*judged.failures])
    return kept


def _judged(asked: Asked, one: Wanted, players: Pair) -> Judged:
    if asked.content is None:
        return Judged(None, {"provider": str(asked.failure)})
    return ordering.judged_for(asked.content, one, players)


def _generation(room: _Room, one: Wanted, request: bytes, asked: Asked, judged: Judged) -> Generation:
    return Generation(
        session_id=room.session_id,
        activity_type=one.order.type,
        level=one.level,
        prompt=request.decode(),
        response=asked.text,
        took_ms=asked.took_ms,
        model=asked.model,
        failures=judged.failures,
    )
