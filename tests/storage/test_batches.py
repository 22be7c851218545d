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


async def others_run():
    for _ in range(10):
        await asyncio.sleep(0)


class Slow:
    """Takes batches, and answers one when it is told to."""

    def __init__(self) -> None:
        self.begun, self.ends = [], []

    async def act(self, items):
        self.begun.append(items)
        self.ends.append(asyncio.Event())
        await self.ends[-1].wait()
        return items


def no_two_alike():
    """Items go together where each is another number modulo ten."""
    taken = set()

    def joins(item):
        if item % 10 in taken:
            return False
        taken.add(item % 10)
        return True

    return joins


async def test_a_second_batch_goes_beside_the_first_where_enough_wait():
    slow = Slow()
    batches = Batches("items", slow.act, spawn, company=no_two_alike, beside=3)
    asked = [asyncio.ensure_future(batches.ask(item)) for item in (1, 2)]
    await others_run()
    asked += [asyncio.ensure_future(batches.ask(item)) for item in (3, 4)]
    await others_run()
    assert slow.begun == [[1, 2]]  # two are not enough
    asked.append(asyncio.ensure_future(batches.ask(5)))
    await others_run()
    assert slow.begun == [[1, 2], [3, 4, 5]]
    asked += [asyncio.ensure_future(batches.ask(item)) for item in (6, 7, 8)]
    await others_run()
    assert len(slow.begun) == 2  # and there is no third
    for number in range(3):
        slow.ends[number].set()
        await others_run()
    assert slow.begun[2:] == [[6, 7, 8]]
    await batches.rest()
    assert [await one for one in asked] == list(range(1, 9))


async def test_what_does_not_go_with_a_batch_under_way_waits_for_its_end():
    slow = Slow()
    batches = Batches("items", slow.act, spawn, company=no_two_alike, beside=2)
    asked = [asyncio.ensure_future(batches.ask(1))]
    await others_run()
    asked += [asyncio.ensure_future(batches.ask(item)) for item in (11, 21, 2)]
    await others_run()
    assert slow.begun == [[1], [2]]
    slow.ends[1].set()
    await others_run()
    assert slow.begun == [[1], [2]]  # the others are of the first one's kind, however many they are
    slow.ends[0].set()
    await others_run()
    assert slow.begun[2:] == [[11]]
    slow.ends[2].set()
    await others_run()
    slow.ends[3].set()
    await batches.rest()
    assert [await one for one in asked] == [1, 11, 21, 2]


async def test_it_rests_only_when_both_have_ended_and_a_failure_ends_one_alone():
    ends = {}

    async def act(items):
        ends[items[0]] = asyncio.get_running_loop().create_future()
        await ends[items[0]]
        return items

    batches = Batches("items", act, spawn, beside=2)
    asked = [asyncio.ensure_future(batches.ask(1))]
    await others_run()
    asked += [asyncio.ensure_future(batches.ask(item)) for item in (2, 3)]
    await others_run()
    ends[2].set_exception(OSError("away"))
    await others_run()
    resting = asyncio.ensure_future(batches.rest())
    await others_run()
    assert not resting.done()
    ends[1].set_result(None)
    await resting
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in found] == [int, OSError, OSError]
    again = asyncio.ensure_future(batches.ask(4))
    await others_run()
    ends[4].set_result(None)
    assert await again == 4
