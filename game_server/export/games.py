"""The caller's games: each with the cards that were kept, and its log as the caller's own seat was told it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import msgspec

from game_server.export.reader import Reader
from rooms.seats import SeatName
from rooms.sessions.events import Step
from rooms.sessions.state import other
from rooms.sessions.views import Names, resolved, seen_by
from storage import export_games, game_rules, openings
from storage.export import Item
from storage.export_games import GAMES, WITH_LOGS, Told
from storage.key_rows import KeysUnavailable


async def games(reader: Reader) -> AsyncIterator[list[Item]]:
    """Newest first, one at a time: a long game is as much as many rows of anything else."""
    before = None
    while True:
        async with reader.own() as connection:
            found = await export_games.games(connection, reader.caller.kind, reader.caller.id, before)
        for first in range(0, len(found), WITH_LOGS):
            await reader.still()
            async for game in _whole(reader, found[first : first + WITH_LOGS]):
                yield [game]
                await asyncio.sleep(0)
        if len(found) < GAMES:
            return
        before = (found[-1]["created_at"], found[-1]["session_id"])


async def _whole(reader: Reader, found: list[Item]) -> AsyncIterator[Item]:
    """These games with everything in them."""
    ids = [game["session_id"] for game in found]
    async with reader.own() as connection:
        cards = await export_games.cards(connection, ids)
    async with reader.service() as connection:
        names = await openings.names_across(connection, ids, reader.caller.actor)
        links = await export_games.links(connection, ids)
        openers = await export_games.openers(connection, ids)
        logs = await export_games.logs(connection, ids)
    for game in found:
        game_id, seat = game["session_id"], game["seat"]
        partner = game.pop("partner_anonymous_name") or names.get(game_id)
        seats: Names = {seat: game["display_name"], other(seat): partner} if seat else {}
        yield {
            **game,
            "rules": await _rules(reader, game["rules"], openers.get(game_id)),
            "partner_name": partner,
            "link": next(iter(links.get(game_id, [])), None) if seat == "A" else None,
            "cards": [_card(card, seats) for card in cards.get(game_id, [])],
            "log": [_event(told, seat, seats) for told in logs.get(game_id, [])] if seat else [],
        }


async def _rules(reader: Reader, settings: Any, opener: str | None) -> Any:
    """The settings with the opener's words in them; a partner's words, while their key is here. Raises KeyGone, KeysAway."""
    rules = settings.get("rules") if isinstance(settings, dict) else None
    if not isinstance(rules, dict) or not game_rules.is_sealed(rules):
        return settings
    known = {key: value for key, value in rules.items() if key != game_rules.SEALED}
    if opener == reader.caller.actor:
        known = await game_rules.with_words(reader.services.person_keys, opener, rules)
    else:
        with suppress(KeysUnavailable):
            known = await game_rules.with_words(reader.services.person_keys, str(opener), rules)
    return {**settings, "rules": known}


def _card(card: Item, names: Names) -> Item:
    """The card as the phones showed it: the turn log keeps it without names. Of the older system it is told as it stands."""
    if not names:
        return card
    active = (card["roles"] or {}).get("active_player", "A")
    steps = msgspec.convert(card["script"].get("steps", []), list[Step])
    return {**card, "script": {"steps": [{"actor": step.actor, "do": resolved(step, active, names)} for step in steps]}}


def _event(told: Told, seat: SeatName, names: Names) -> Item:
    """The event as this seat's phone got it: who skipped, paused or stopped stands in none, and feedback is the giver's."""
    return {"seq": told.seq, "at": told.at, "event": msgspec.to_builtins(seen_by(told.event, seat, names))}
