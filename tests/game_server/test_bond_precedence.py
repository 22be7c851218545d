"""Bonds give way to games, but not what halts or says no: that is done at once, however much is played."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from game_server.bonds.live.missed import Missed, missed
from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House, open_house

SECOND_STEP = 2


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url, redis_url, tmp_path_factory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), limit_other="100000/60") as opened:
        await opened.services.attendant.stop()  # it reads lines, which give way
        yield opened


@pytest.fixture
async def home(house) -> Home:
    """Ana leads Ben; Cleo is there, too."""
    return await moved_in(house, ("dominant", "submissive", "submissive"))


@pytest.fixture
def gave_way(house, monkeypatch) -> list[None]:
    """A thing for each time that somebody gave way."""
    times: list[None] = []

    async def give_way() -> None:
        times.append(None)

    monkeypatch.setattr(house.services.precedence, "give_way", give_way)
    return times


def done(answer: httpx.Response) -> None:
    assert answer.is_success, answer.text


async def test_whoever_changes_something_gives_way(home, gave_way):
    await home.post(0, "tasks", {"title": "Tea", "assigned_to": home.people[1].id}, expect=201)
    assert gave_way


async def test_a_pause_of_a_bond_does_not_but_its_end_does(home, gave_way):
    done(await home.ask(1, "POST", "pause"))
    assert not gave_way
    done(await home.ask(1, "POST", "resume"))
    assert gave_way


async def test_a_wish_to_end_a_bond_does_not(home, gave_way):
    done(await home.ask(1, "POST", "dissolve"))
    assert not gave_way


async def test_whoever_leaves_does_not(home, gave_way):
    done(await home.ask(2, "POST", "leave"))
    assert not gave_way


async def test_whoever_removes_somebody_does_not(home, gave_way):
    done(await home.ask(0, "DELETE", f"members/{home.people[2].id}"))
    assert not gave_way


async def test_whoever_pauses_in_all_their_bonds_does_not(home, gave_way):
    done(await home.own(1, "POST", "me/submission-state", {"state": "paused"}))
    assert not gave_way
    done(await home.own(1, "POST", "me/submission-state", {"state": "active"}))
    assert gave_way


async def test_a_red_does_not(home, gave_way):
    done(await home.ask(1, "POST", "check-ins", {"status": "red"}))
    assert not gave_way


async def test_a_check_in_that_becomes_red_does_not(home, gave_way):
    made = await home.post(1, "check-ins", {"status": "green"}, expect=201)
    gave_way.clear()
    await home.patch(1, f"check-ins/{made['id']}", {"status": "red"})
    assert not gave_way


@pytest.mark.parametrize("rating", ["maybe", "no", "hard_no"])
async def test_whatever_is_no_yes_to_a_boundary_does_not(home, gave_way, rating):
    made = await home.post(0, "boundaries", {"activity_name": "Massage"}, expect=201)
    gave_way.clear()
    done(await home.ask(1, "PUT", f"boundaries/{made['id']}/rating", {"rating": rating}))
    assert not gave_way
    done(await home.ask(2, "PUT", f"boundaries/{made['id']}/rating", {"rating": "yes"}))
    assert gave_way


@pytest.mark.parametrize(("rating", "gives_way"), [("yes", True), (None, True), ("maybe", False), ("hard_no", False)])
async def test_nor_what_is_no_yes_to_an_activity_that_is_added_with_it(home, gave_way, rating, gives_way):
    await home.post(1, "boundaries", {"activity_name": "Massage", "my_rating": rating}, expect=201)
    assert bool(gave_way) == gives_way


async def test_whoever_calls_a_scene_off_or_takes_their_yes_back_does_not(home, gave_way):
    made = await home.post(0, "scenes", {"title": "An evening"}, expect=201)
    done(await home.ask(1, "POST", f"scenes/{made['id']}/confirm", {"version": made["version"]}))
    gave_way.clear()
    done(await home.ask(1, "POST", f"scenes/{made['id']}/unconfirm"))
    done(await home.ask(1, "POST", f"scenes/{made['id']}/call-off"))
    assert not gave_way


async def test_whoever_takes_a_task_back_or_declines_a_rule_does_not(home, gave_way):
    task = await home.post(0, "tasks", {"title": "Tea", "assigned_to": home.people[1].id}, expect=201)
    rule = await home.post(0, "rules", {"title": "Be in bed by eleven", "assigned_to": home.people[1].id}, expect=201)
    gave_way.clear()
    done(await home.ask(0, "POST", f"tasks/{task['id']}/cancel"))
    done(await home.ask(1, "POST", f"rules/{rule['id']}/decline"))
    assert not gave_way


async def test_whoever_halts_waits_for_none_of_their_own_commands(house, home):
    """Each person's commands go one at a time, and others may keep the bond busy that one of them waits for."""
    made = await home.own(1, "POST", "bonds", {"name": "Elsewhere"})
    done(made)
    elsewhere = Home(house, made.json()["id"], [home.people[1]])
    waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
    async with house.database.transaction():
        await house.database.execute("SELECT FROM bonds WHERE id = $1 FOR UPDATE", UUID(home.bond))
        many = [asyncio.create_task(home.ask(1, "POST", "resources", {"title": "More"})) for _ in range(3)]
        async with asyncio.timeout(5):
            while not await house.database.fetchval(waiting):
                pass
        done(await elsewhere.ask(0, "POST", "pause"))
        assert not any(one.done() for one in many)
    for one in many:
        assert (await one).is_success


async def test_a_reading_that_gives_way_keeps_nobody_elses_from_beginning(home, monkeypatch):
    permits, waits, goes_on, given_way = asyncio.Semaphore(1), asyncio.Event(), asyncio.Event(), []

    async def give_way() -> None:
        given_way.append(None)
        if len(given_way) == SECOND_STEP:
            waits.set()
            await goes_on.wait()

    @asynccontextmanager
    async def permit() -> AsyncIterator[None]:
        async with permits:
            yield

    async def read(who: int) -> Missed | None:
        return await missed(home.house.services, home.caller(who), UUID(home.bond), after=0, permit=permit)

    monkeypatch.setattr(home.house.services.precedence, "give_way", give_way)
    first = asyncio.create_task(read(0))
    async with asyncio.timeout(5):
        await waits.wait()
        assert await read(1)
    goes_on.set()
    assert await first
