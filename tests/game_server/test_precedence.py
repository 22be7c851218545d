"""Bonds give way to games: a step of theirs begins when no command is under way, or after its patience."""

import asyncio

import pytest

from game_server.live.engine import Engine
from game_server.live.turns import Turn
from game_server.process import precedence
from game_server.process.precedence import Precedence


class Holding:
    """An area that decides at once and commits when it is told to."""

    def __init__(self) -> None:
        self.committing = []

    def turn(self, _):
        return Turn()

    def decide(self, ask, _facts):
        return ask

    async def facts(self, asks):
        return list(asks)

    def commit(self, _decided, answer):
        self.committing.append(answer)

    def told(self, *_):
        return True

    def unknown(self, *_):
        pass


@pytest.fixture
def patient(monkeypatch):
    monkeypatch.setattr(precedence, "WITHIN_S", 60.0)


def step_of(first, done):
    async def step():
        await first.give_way()
        done.append("bond")

    return asyncio.create_task(step())


async def turns_of_the_loop(count=5):
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_step_goes_at_once_where_nobody_plays():
    done = []
    step_of(Precedence(), done)
    await turns_of_the_loop()
    assert done == ["bond"]


@pytest.mark.usefixtures("patient")
async def test_a_step_waits_for_every_command_that_is_under_way_and_for_those_that_come_meanwhile():
    first, area, done = Precedence(), Holding(), []
    engine = Engine(area, within_s=60, precedence=first)
    engine.arrived("complete")
    step = step_of(first, done)
    engine.arrived("skip")
    await turns_of_the_loop()
    area.committing.pop(0).set_result("played")
    await turns_of_the_loop()
    assert not done
    area.committing.pop(0).set_result("played")
    await step
    assert done == ["bond"]


@pytest.mark.usefixtures("patient")
async def test_a_command_whose_outcome_is_unknown_is_no_longer_waited_for():
    first, area, done = Precedence(), Holding(), []
    Engine(area, within_s=60, precedence=first).arrived("complete")
    step = step_of(first, done)
    area.committing.pop().set_exception(ConnectionResetError())
    await step
    assert done == ["bond"]


@pytest.mark.usefixtures("patient")
async def test_an_answer_that_comes_after_it_was_given_up_is_not_counted_twice():
    first, area, done = Precedence(), Holding(), []
    engine = Engine(area, within_s=60, precedence=first)
    engine.arrived("complete")
    late = area.committing.pop()
    late.set_exception(TimeoutError())
    late.set_result("played")
    engine.arrived("skip")
    step_of(first, done)
    await turns_of_the_loop()
    assert not done


async def test_where_there_is_always_a_command_under_way_a_step_goes_after_its_patience(monkeypatch):
    monkeypatch.setattr(precedence, "WITHIN_S", 0.0)
    first = Precedence()
    first.entered()
    await first.give_way()


@pytest.mark.parametrize(("plays", "order"), [(False, "aabb"), (True, "abab")])
async def test_what_takes_long_is_done_by_one_at_a_time_while_a_game_goes_on(plays, order):
    first, done = Precedence(), []
    if plays:
        first.entered()
        first.left()

    async def read():
        async with first.one_by_one():
            done.append("a")
            await turns_of_the_loop(1)
            done.append("b")

    await asyncio.gather(read(), read())
    assert "".join(done) == order


async def test_a_game_that_was_left_a_while_ago_goes_on_no_more(monkeypatch):
    monkeypatch.setattr(precedence, "PLAYED_S", 0.0)
    await test_what_takes_long_is_done_by_one_at_a_time_while_a_game_goes_on(plays=True, order="aabb")
