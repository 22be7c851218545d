"""Who uses the service all the time: couples who play, anonymous or with accounts, and people who answer the survey."""

import asyncio
from collections.abc import Callable

import asyncpg

from tests.faults.players import Couple, Player
from tests.faults.test_two_processes import all_moves, finished, judged
from tests.operator.diarist import Diarist
from tests.support.person import Person

MOVES, SAVES = 3, 2
WITHIN_S = 120
TARGET = 30


class Registered(Couple):
    """Two with accounts."""

    async def come(self) -> None:
        self._people = [await Person.registered(self.urls[0], name) for name in ("Ada", "Bo")]


class Crowd:
    """`play()` until `finish()`; `goes_on()` in between says that everybody gets through."""

    def __init__(self, url: str, seed: int, *, couples: int, diarists: int) -> None:
        kinds: list[Callable[..., Couple]] = [Couple, Registered]
        self.couples = [kinds[number % 2](number, seed, [url], target_activities=TARGET) for number in range(couples)]
        self.diarists = [Diarist(url, f"{seed}/{number}") for number in range(diarists)]
        self._playing: list[asyncio.Future[None]] = []
        self._writing: list[asyncio.Future[None]] = []

    @property
    def people(self) -> int:
        """Who may have a request under way."""
        return 2 * len(self.couples) + len(self.diarists)

    @property
    def moves(self) -> int:
        """Acknowledged so far."""
        return len(all_moves(self.couples))

    @property
    def saved(self) -> int:
        return sum(diarist.saved for diarist in self.diarists)

    async def play(self) -> None:
        for couple in self.couples:
            await couple.come()
        self._playing = [asyncio.ensure_future(couple.play()) for couple in self.couples]
        self._writing = [asyncio.ensure_future(diarist.write()) for diarist in self.diarists]

    async def goes_on(self) -> None:
        """Every phone gets so many more commands acknowledged, and everybody who answers is heard. Raises AssertionError."""
        before = self._counts()
        try:
            async with asyncio.timeout(WITHIN_S):
                while any(now < then for now, then in zip(self._counts(), map(_more, before), strict=True)):
                    self._raise_what_ended()
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"it does not go on: {self._waiting(before)}") from None

    async def finish(self) -> None:
        """Everybody ends what they are at, with all of it acknowledged."""
        for diarist in self.diarists:
            diarist.over.set()
        await finished(self.couples, self._playing)
        async with asyncio.timeout(WITHIN_S):
            await asyncio.gather(*self._writing)

    async def judged(self, sql: asyncpg.Connection) -> int:
        """Every game that was played before the judge; how many. Raises judge.Broken."""
        return await judged(self.couples, sql)

    async def leave(self) -> None:
        """At once, whatever they were at."""
        for task in (*self._playing, *self._writing):
            task.cancel()
        await asyncio.gather(*self._playing, *self._writing, return_exceptions=True)

    def _counts(self) -> list[tuple[str, int]]:
        """What counts, by phone and by person who answers."""
        seats = [
            ("moves", sum(_acks(game[seat]) for game in couple.games)) for couple in self.couples for seat in (0, 1)
        ]  # fmt: skip
        return [*seats, *(("saves", diarist.saved) for diarist in self.diarists)]

    def _waiting(self, before: list[tuple[str, int]]) -> str:
        """Who was waited for, and the last that they said and heard."""
        late = [now < then for now, then in zip(self._counts(), map(_more, before), strict=True)]
        seats = [(couple, seat) for couple in self.couples for seat in (0, 1)]
        told = [
            f"{couple.number}/{'AB'[seat]}: {couple.games[-1][seat].state.get('phase')} {couple.games[-1][seat].wire[-3:]}"[
                :800
            ]
            for (couple, seat), is_late in zip(seats, late, strict=False)
            if is_late and couple.games
        ]
        return "\n".join([f"{sum(late)} of {len(late)}", *told])

    def _raise_what_ended(self) -> None:
        for task in (*self._playing, *self._writing):
            if task.done():
                task.result()


def _acks(player: Player) -> int:
    return sum(noted.way == "in" and noted.frame["t"] == "ack" for noted in player.wire)


def _more(count: tuple[str, int]) -> tuple[str, int]:
    kind, number = count
    return kind, number + (MOVES if kind == "moves" else SAVES)
