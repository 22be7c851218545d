"""What a decision is made on beside the room's state: time and dice, and for a draw what both players' limits say."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import cache

import asyncpg
import msgspec

from game_server.services import Services
from rooms.activities.card import Card
from rooms.activities.taxonomy import AI, COUPLES_OWN
from rooms.sessions import draw as draws
from rooms.sessions import limits
from rooms.sessions.commands import Level
from rooms.sessions.dice import Rolls
from rooms.sessions.events import ShownCard
from rooms.sessions.flow import Inputs
from rooms.sessions.index import Index
from rooms.sessions.state import State
from rooms.sessions.weights import Leaning, Tastes
from storage import activities, crash
from storage import sessions as store
from storage.favourites import load_favourites
from storage.sessions import Facts
from storage.tastes import load_tastes


class Known(msgspec.Struct, frozen=True):
    """What a draw has to know of its room, and the bank that it is about; `leaning` is None unless both have answered the
    survey, `favourites` is empty unless the game is to begin with those.
    """

    facts: Facts
    bank: Index
    leaning: Leaning | None
    favourites: frozenset[int] = frozenset()


class Beside(msgspec.Struct, frozen=True):
    """What two lean on where both have answered the survey, and what a game begins with that begins with favourites, by room."""

    tastes: Mapping[str, Tastes]
    favourites: Mapping[str, frozenset[int]]


def inputs_now(services: Services) -> Inputs:
    """What comes from outside the rules, but for what a draw has to know."""
    dice, settings = services.dice, services.settings
    return Inputs(
        now=services.clock.now(),
        rolls=Rolls(dice.roll(), dice.roll(), dice.roll()),
        cool_down=_seconds(settings.cool_down_s),
        proposal_life=_seconds(settings.proposal_s),
    )


@cache
def _seconds(setting: float) -> timedelta:
    return timedelta(seconds=setting)


async def known_of(services: Services, rooms: Sequence[State]) -> dict[str, Known]:
    """What draws in these rooms have to know, as committed now; a room that is gone is not in it. Raises STORE_ERRORS."""
    session_ids = [room.session_id for room in rooms]
    async with services.database.reading() as connection:
        crash.point("facts")
        found = await store.load_facts(connection, session_ids, services.settings.daily_limit)
        beside = await load_beside(connection, found, rooms)
    return await known(services, found, beside)


async def load_beside(connection: asyncpg.Connection, found: Mapping[str, Facts], rooms: Sequence[State]) -> Beside:
    """For the rooms that lean or begin with favourites, as committed now."""
    liking = [room.session_id for room in rooms if room.settings.favourites]
    surveyed = [
        session_id
        for session_id, facts in found.items()
        if all(player.answers is not None for player in facts.players.values())
    ]
    return Beside(
        await load_tastes(connection, surveyed) if surveyed else {},
        await load_favourites(connection, liking) if liking else {},
    )


async def known(services: Services, found: Mapping[str, Facts], beside: Beside) -> dict[str, Known]:
    """The facts with the bank that they are about."""
    await _know_bank(services, {facts.bank_revision for facts in found.values()})
    bank = services.bank.index  # before anybody is waited for again: another reading may be of an older bank
    temperature = services.settings.draw_temperature
    return {
        session_id: Known(
            facts,
            bank,
            Leaning(beside.tastes[session_id], temperature) if session_id in beside.tastes else None,
            beside.favourites.get(session_id, frozenset()),
        )
        for session_id, facts in found.items()
    }


async def _know_bank(services: Services, revisions: set[int]) -> None:
    """The bank is as these revisions say, or newer. A large one takes seconds: it is read once for all who wait for it, and
    looked through beside the rooms that draw nothing.
    """
    if revisions <= {services.bank.revision}:
        return
    async with services.bank.loading:
        if revisions <= {services.bank.revision}:
            return
        async with services.database.reading() as connection:
            revision, cards = await activities.load_bank(connection)
        index = await asyncio.to_thread(_index_of, cards)
        services.bank.revision, services.bank.index = revision, index


def _index_of(cards: Sequence[Card]) -> Index:
    return Index(card for card in cards if limits.in_bank(card))


def with_known(inputs: Inputs, known: Known) -> Inputs:
    """The same inputs, with a draw."""
    facts = known.facts
    return msgspec.structs.replace(
        inputs,
        allowance=facts.allowance,
        draw=_marking(_draw_from(known), facts),
        passes=_passes(facts),
        extra_today=facts.extra_today,
    )


def _draw_from(known: Known) -> draws.Draw:
    facts = known.facts

    def draw(request: draws.Request, roll: float) -> ShownCard:
        return draws.draw(
            request,
            roll,
            known.bank,
            facts.players,
            known.leaning,
            own_cards=facts.own_cards,
            favourites=known.favourites,
        )

    return draw


def _marking(draw: draws.Draw, facts: Facts) -> draws.Draw:
    """The same, and a card that an AI made for this room says so."""
    made = {card.activity_id for card in facts.own_cards if card.source == AI}
    if not made:
        return draw

    def marking(request: draws.Request, roll: float) -> ShownCard:
        card = draw(request, roll)
        return msgspec.structs.replace(card, made_here=True) if card.activity_id in made else card

    return marking


def _passes(facts: Facts) -> Callable[[ShownCard, Level], bool]:
    own = {card.activity_id for card in facts.own_cards}

    def passes(card: ShownCard, level: Level) -> bool:
        if card.source == COUPLES_OWN and card.activity_id not in own:
            return False  # one of the two has taken it back, or they are connected no more
        seen = limits.facts_of_shown(card)
        return limits.may_be_shown(seen, level, facts.players[card.active], facts.players[card.partner])

    return passes
