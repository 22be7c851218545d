"""The engine of live rooms, with the smallest area there can be."""

import asyncio

import pytest

from game_server.live.engine import Engine, NeedsFacts
from game_server.live.turns import Turn
from game_server.process.precedence import Precedence


class Vanished:
    """An area whose only room is gone: its facts are asked for and not found."""

    def __init__(self) -> None:
        self.room = Turn()
        self.asked_for = 0
        self.went_aside = asyncio.Event()

    def turn(self, *_):
        return self.room

    def decide(self, *_):
        raise NeedsFacts

    async def facts(self, asks):
        self.asked_for += 1
        return [None for _ in asks]

    def commit(self, *_):
        pytest.fail("nothing was decided")

    def told(self, *_):
        pytest.fail("nothing was committed")

    def unknown(self, *_):
        pytest.fail("the outcome is known: the room is gone")

    async def aside(self, *_):
        self.went_aside.set()


async def test_a_command_of_a_room_that_is_gone_goes_aside_and_asks_for_facts_once():
    area = Vanished()
    Engine(area, within_s=5, precedence=Precedence()).arrived("draw")
    await asyncio.wait_for(area.went_aside.wait(), 2)
    assert area.asked_for == 1
    assert not area.room.taken()


class Unreachable(Vanished):
    """An area whose commands stay without an answer, and whose first asker cannot be told that either."""

    def __init__(self) -> None:
        super().__init__()
        self.told_of = []

    def turn(self, *_):
        return Turn()

    def decide(self, ask, _facts):
        return ask

    def commit(self, *_):
        pass

    def unknown(self, ask, _error):
        self.told_of.append(ask)
        if ask == "first":
            raise ConnectionResetError


async def test_who_cannot_be_told_that_nothing_is_known_keeps_nobody_else_from_it():
    area, precedence = Unreachable(), Precedence()
    engine = Engine(area, within_s=0.01, precedence=precedence)
    engine.arrived("first")
    engine.arrived("second")
    async with asyncio.timeout(5):
        await precedence._clear.wait()  # both were given up
    assert area.told_of == ["first", "second"]
    engine.arrived("third")
    async with asyncio.timeout(5):
        await precedence._clear.wait()
    assert area.told_of[-1] == "third"
