"""Couples as a bench needs them: many, anonymous, seated by link, in a game that has begun."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from tests.bench.game import Game
from tests.bench.handset import Seat
from tests.bench.wire import post
from tests.support.person import ANATOMY

AT_ONCE = 8
SETTINGS = {"activity_type": "random", "type_choice": "spin", "target_activities": 50}
"""Cards come by themselves, and a game is long."""

T = TypeVar("T")
U = TypeVar("U")


async def open_games(url: str, count: int) -> list[Game]:
    """Rooms of two anonymous players each, nobody connected yet."""

    async def open_game(_: int) -> Game:
        tokens = [await _player(url, name) for name in ("Ada", "Bo")]
        room = await post(url, "/api/sessions", {"settings": SETTINGS, "partner": {"link": True}}, tokens[0])
        await post(url, "/api/sessions/join", {"token": room["join"]["token"]}, tokens[1])
        one, other = (Seat(room["session_id"], token) for token in tokens)
        return Game((one, other))

    return await few_at_once(open_game, range(count))


async def _player(url: str, name: str) -> str:
    token = str((await post(url, "/api/anonymous-sessions", {"adult": True}))["token"])
    await post(url, "/api/me/demographics", {"name": name, **ANATOMY}, token)
    return token


async def begin(games: Iterable[Game], urls: tuple[str, str]) -> None:
    """Both phones of each come in, each to its own server, and the first card is done."""
    await few_at_once(lambda game: game.begin(urls), games)


async def few_at_once(work: Callable[[T], Awaitable[U]], items: Iterable[T], at_once: int = AT_ONCE) -> list[U]:
    """Do the work for every item, a few at a time; results in order."""
    gate = asyncio.Semaphore(at_once)

    async def one(item: T) -> U:
        async with gate:
            return await work(item)

    return await asyncio.gather(*(one(item) for item in items))
