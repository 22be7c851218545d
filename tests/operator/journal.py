"""What the operator did, when, and what they announced beforehand; told line by line while it happens."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from rich.console import Console

from tests.operator.announced import Announced


class Step(msgspec.Struct):
    """`moves` and `saves` are what people did meanwhile."""

    title: str
    seconds: float = 0.0
    moves: int = 0
    saves: int = 0
    done: bool = False


class Crowded:
    """Nobody, as long as nobody has come."""

    moves = 0
    saved = 0


class Journal:
    """`crowd` is who is counted; `announced` is what may be answered in each step."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.crowd: Crowded = Crowded()
        self.steps: list[Step] = []
        self.announced: list[Announced] = []

    @asynccontextmanager
    async def step(self, title: str, *, later: bool = False, cut: int = 0) -> AsyncIterator[None]:
        """One step; when it ends everything it broke is whole, and nothing of it is under way any more."""
        step = Step(title)
        self.steps.append(step)
        began, since, moves, saves = time.monotonic(), time.time(), self.crowd.moves, self.crowd.saved
        self.console.print(f"{title} … ", end="")
        try:
            yield
            step.done = True
        finally:
            step.seconds = round(time.monotonic() - began, 1)
            step.moves, step.saves = self.crowd.moves - moves, self.crowd.saved - saves
            self.announced.append(Announced(title, since, time.time(), later, cut))
            people = f", {step.moves} moves and {step.saves} saves meanwhile" if step.moves else ""
            self.console.print(f"{step.seconds:.1f} s{people}" if step.done else "[bold red]failed")

    async def until(self, holds, what: str, within: float = 60) -> None:
        """Wait until something is so. Raises AssertionError."""
        try:
            async with asyncio.timeout(within):
                while not holds():  # noqa: ASYNC110 - other processes do it
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"not within {within} s: {what}") from None
