"""What a decision is made on beside the room's state: time and dice, and for a draw what both players' limits say."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import msgspec

from game_server.services import Services
from rooms.activities.card import Card
from rooms.activities.taxonomy import AI, COUPLES_OWN
from rooms.sessions import draw as draws
from rooms.sessions import limits
from rooms.sessions.commands import KINDS, Level
from rooms.sessions.dice import Rolls
from rooms.sessions.events import ShownCard
from rooms.sessions.flow import Inputs
from rooms.sessions.weights import Leaning
from storage import activities, crash
from storage import sessions as store
from storage.sessions import Facts
from storage.tastes import load_tastes


class Known(msgspec.Struct, frozen=True):
    """What a draw has to know of its room, and the bank that it is about, by type; `leaning` is None unless both have answered
    the survey.
    """

    facts: Facts
    bank: Mapping[str, tuple[Card, ...]]
    leaning: Leaning | None


def inputs_now(services: Services) -> Inputs:
    """What comes from outside the rules, but for what a draw has to know."""
    dice, settings = services.dice, services.settings
    return Inputs(
        now=services.clock.now(),
        rolls=Rolls(dice.roll(), dice.roll(), dice.roll()),
        cool_down=timedelta(seconds=settings.cool_down_s),
        proposal_life=timedelta(seconds=settings.proposal_s),
    )


async def known_of(services: Services, session_ids: list[str]) -> dict[str, Known]:
    """What draws in these rooms have to know, as committed now; a room that is gone is not in it. Raises STORE_ERRORS."""
    async with services.database.reading() as connection:
        crash.point("facts")
        found = await store.load_facts(connection, session_ids, services.settings.daily_limit)
        surveyed = [
            session_id
            for session_id, facts in found.items()
            if all(player.answers is not None for player in facts.players.values())
        ]
        tastes = await load_tastes(connection, surveyed) if surveyed else {}
        if any(facts.bank_revision != services.bank.revision for facts in found.values()):
            revision, cards = await activities.load_bank(connection)
            drawable = [card for card in cards if limits.in_bank(card)]
            services.bank.replace(
                revision, {kind: tuple(card for card in drawable if card.type == kind) for kind in KINDS}
            )
        bank = services.bank.cards  # before anybody is waited for again: another reading may be of an older bank
    temperature = services.settings.draw_temperature
    return {
        session_id: Known(facts, bank, Leaning(tastes[session_id], temperature) if session_id in tastes else None)
        for session_id, facts in found.items()
    }


def with_known(services: Services, inputs: Inputs, known: Known) -> Inputs:
    """The same inputs, with a draw."""
    facts = known.facts
    return msgspec.structs.replace(
        inputs,
        allowance=facts.allowance,
        draw=_marking(_draw_from(known, services.bank.allowed(facts.session_id)), facts),
        passes=_passes(facts),
        extra_today=facts.extra_today,
    )


def _draw_from(known: Known, allowed: draws.Allowed) -> draws.Draw:
    own = [card for card in known.facts.own_cards if limits.in_bank(card)]

    def draw(request: draws.Request, roll: float) -> ShownCard:
        bank, facts = known.bank[request.type], known.facts
        if own:
            return draws.draw(request, roll, (*bank, *own), facts.players, known.leaning)
        return draws.draw(request, roll, bank, facts.players, known.leaning, allowed=allowed)

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
