"""Kills at random under load: couples play on two processes while servers, Redis and PostgreSQL die and links break.

The seed repeats what is pressed and which fault comes when, not how two processes interleave (for that: test_seeded_history.py);
it is printed when the judge finds something. The long profile is `--kills 2000`.
"""

import asyncio
import random
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from tests.faults.conftest import KILLS
from tests.faults.nursery import ForkedServer
from tests.faults.players import Couple
from tests.faults.proxy import Proxy
from tests.faults.script import IN_A_COMMAND
from tests.faults.stores import BreakableStores
from tests.faults.test_two_processes import all_moves, finished, judged

COUPLES = 4
MOVES_BETWEEN = 15
REACHED_WITHIN_S = 2.0
SHARE = 20
"""So many faults, then everything played is judged and the couples are new: the judge's memory stays small."""


class Faults:
    """What can happen. Every one ends whole again, without anything else being restarted."""

    def __init__(
        self, servers: tuple[ForkedServer, ...], stores: BreakableStores, postgres: Proxy, redis: Proxy, seed: int
    ) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._servers, self._stores, self._postgres, self._redis = servers, stores, postgres, redis
        self.done: list[str] = []
        self.reached: Counter[str] = Counter()

    async def strike(self) -> None:
        """One more, server kills most of all."""
        kinds: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (10, self.kill_server),
            (5, self.kill_at_a_point),
            (1, self.kill_both_servers),
            (2, self.drain_server),
            (2, self.kill_redis),
            (1, self.freeze_redis),
            (2, self.reset_redis),
            (2, self.kill_postgres),
            (1, self.reset_postgres),
            (1, self.hang_postgres),
        ]
        kind = self.dice.choices([act for _, act in kinds], [weight for weight, _ in kinds])[0]
        self.done.append(kind.__name__)
        for server in self._servers:
            assert server.exit_code() is None, f"a server ended by itself:\n{server.log()[-3000:]}"
        print(kind.__name__)
        await kind()

    async def kill_server(self) -> None:
        await asyncio.to_thread(self.dice.choice(self._servers).restart)

    async def kill_at_a_point(self) -> None:
        """In the next command that comes there; a point that none comes to in a while is where it dies by then."""
        server, point = self.dice.choice(self._servers), self.dice.choice(IN_A_COMMAND)
        await asyncio.to_thread(server.arm, point)
        self.done[-1] += f" {point}"
        with suppress(TimeoutError):
            async with asyncio.timeout(REACHED_WITHIN_S):
                while server.exit_code() is None:  # noqa: ASYNC110 - another process ends
                    await asyncio.sleep(0.01)
                self.reached[point] += 1
        await asyncio.to_thread(server.restart)

    async def kill_both_servers(self) -> None:
        for server in self._servers:
            server.kill()
        for server in self._servers:
            await asyncio.to_thread(server.restart)

    async def drain_server(self) -> None:
        server = self.dice.choice(self._servers)
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.restart)

    async def kill_redis(self) -> None:
        self._stores.redis.kill()
        if self.dice.random() < 0.5:
            self._stores.redis.forget()
        await self._moment()
        self._stores.redis.start()

    async def freeze_redis(self) -> None:
        self._stores.redis.freeze()
        await self._moment()
        self._stores.redis.thaw()

    async def reset_redis(self) -> None:
        self._redis.reset()

    async def kill_postgres(self) -> None:
        self._stores.postgres.kill()
        self._stores.postgres.start()

    async def reset_postgres(self) -> None:
        self._postgres.reset()

    async def hang_postgres(self) -> None:
        self._postgres.blackhole()
        await self._moment()
        self._postgres.heal()

    async def _moment(self) -> None:
        """The fault lasts: up to seconds, as the dice say."""
        await asyncio.sleep(self.dice.uniform(0.1, 3.0))


@pytest.mark.long
async def test_random_kills_under_load_break_no_promise(
    *, request, serve, sql_later, stores, postgres_link, redis_link
):
    kills = request.config.getoption("--kills") or KILLS
    seed = request.config.getoption("--fault-seed")
    seed = secrets.randbelow(10**6) if seed is None else seed
    servers = serve(), serve()
    faults = Faults(servers, stores, postgres_link, redis_link, seed)
    print(f"seed {seed}: {kills} kills")  # shown when it fails
    games = acks = 0
    for first in range(0, kills, SHARE):
        couples = [Couple(number, seed + first, [server.url for server in servers]) for number in range(COUPLES)]
        for couple in couples:
            await couple.come()
        playing = [asyncio.ensure_future(couple.play()) for couple in couples]
        for _ in range(min(SHARE, kills - first)):
            await goes_on(couples, playing)
            await faults.strike()
        await goes_on(couples, playing)
        await finished(couples, playing)
        acks += len(set(all_moves(couples)))
        games += await judged(couples, await sql_later())
    print(f"{games} games, {acks} moves acknowledged, faults: {', '.join(faults.done)}")
    print(f"died at a point: {dict(faults.reached)}")
    assert acks >= MOVES_BETWEEN * kills


async def goes_on(couples: list[Couple], playing: "list[asyncio.Future[None]]") -> None:
    """Wait until so many more moves are acknowledged: it has healed."""
    before = len(all_moves(couples))
    try:
        async with asyncio.timeout(120):
            while len(all_moves(couples)) < before + MOVES_BETWEEN:
                for play in playing:
                    if play.done():
                        play.result()
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError("it does not go on:\n" + "\n".join(map(where, couples))) from None


def where(couple: Couple) -> str:
    """The last that each phone of a couple saw and said."""
    return "\n".join(f"{player.state.get('phase')} {player.wire[-6:]}" for player in couple.games[-1])
