"""Shared statements: order, sharing, and that one bad item or a stuck batch harms nobody else."""

import asyncio

import asyncpg
import msgspec
import pytest

from storage.batches import MOST_IN_A_BATCH, Batches


def spawn(name, work):
    return asyncio.ensure_future(work)


async def test_what_arrives_meanwhile_shares_the_next_and_everybody_gets_their_own_answer():
    sizes = []

    async def double(items):
        sizes.append(len(items))
        await asyncio.sleep(0)
        return [2 * item for item in items]

    batches = Batches("doubles", double, spawn)
    count = MOST_IN_A_BATCH + 5
    assert await asyncio.gather(*map(batches.ask, range(count))) == [2 * n for n in range(count)]
    assert (sum(sizes), max(sizes)) == (count, MOST_IN_A_BATCH)
    assert await batches.ask(7) == 14


async def test_an_item_that_postgresql_refuses_fails_alone():
    async def act(items):
        if "bad" in items:
            raise asyncpg.ForeignKeyViolationError("no")
        return items

    batches = Batches("items", act, spawn)
    found = await asyncio.gather(*map(batches.ask, ["a", "bad", "b"]), return_exceptions=True)
    assert (found[0], type(found[1]), found[2]) == ("a", asyncpg.ForeignKeyViolationError, "b")


async def test_while_many_are_answered_others_have_their_turn():
    """What is answered goes on at once, and may take long: a draw does."""
    heard = []

    class Heard:
        def done(self):
            return False

        def set_result(self, item):
            if not item:
                asyncio.get_running_loop().call_soon(heard.append, "somebody else")
            heard.append(item)

    async def act(items):
        return items

    batches = Batches("items", act, spawn, most=9, at_once=4)
    for item in range(9):
        batches.hand(item, Heard())
    await batches.rest()
    assert heard == [0, 1, 2, 3, "somebody else", 4, 5, 6, 7, 8]


@pytest.mark.parametrize("wrong", [TypeError, ValueError, KeyError, msgspec.ValidationError])
async def test_an_item_that_cannot_be_understood_fails_alone(wrong):
    async def act(items):
        if "bad" in items:
            raise wrong("no")
        return items

    batches = Batches("items", act, spawn)
    found = await asyncio.gather(*map(batches.ask, ["a", "bad", "b"]), return_exceptions=True)
    assert (found[0], type(found[1]), found[2]) == ("a", wrong, "b")


@pytest.mark.parametrize("away", [TimeoutError, OSError, asyncpg.InterfaceError, asyncpg.ConnectionDoesNotExistError])
async def test_a_store_that_is_away_is_asked_once_for_all_of_them(away):
    asked = []

    async def act(items):
        asked.append(items)
        raise away("no")

    batches = Batches("items", act, spawn)
    found = await asyncio.gather(*map(batches.ask, ["a", "b", "c"]), return_exceptions=True)
    assert ([*map(type, found)], asked) == ([away] * 3, [["a", "b", "c"]])


async def test_what_does_not_begin_in_time_is_told_so_and_never_begins():
    free, begun = asyncio.Event(), []

    async def act(items):
        begun.extend(items)
        await free.wait()
        return items

    batches = Batches("items", act, spawn, begun_within_s=0.01)
    first = asyncio.ensure_future(batches.ask("first"))
    while not begun:  # noqa: ASYNC110 - until the task has had its turn
        await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await batches.ask("second")
    free.set()
    assert (await first, begun) == ("first", ["first"])
