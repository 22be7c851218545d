"""Whose turn begins while they are away is told so once; who saw it begin, or is here, is left alone."""

from datetime import timedelta

import msgspec
import pytest

from game_server.integrations.push.deliveries import Deliveries
from game_server.looked import Looked
from game_server.notifications import absence
from game_server.services import Services
from tests.support.game import Game, playing
from tests.support.house import MovableClock
from tests.support.person import Person
from tests.support.phone import Phone
from tests.support.postbox import Postbox


class Caller:
    """The timetable of a process that has no phones itself; `ahead` is how late it looks."""

    def __init__(self, services: Services) -> None:
        self.box = Postbox("android")
        self.clock = MovableClock()
        beside = Deliveries({"android": self.box})
        self._services = msgspec.structs.replace(services, clock=self.clock, push=beside, looked=Looked())

    async def look(self, later_s: float = 3) -> list[str]:
        """The devices that were called, and where to."""
        self.clock.ahead = timedelta(seconds=later_s)
        await absence.call_back(self._services)
        await self._services.push.rest()
        return [f"{device.token} {message.kind} {message.link}" for device, message in self.box.empty()]


@pytest.fixture
def timetable(services) -> Caller:
    return Caller(services)


def seats(game: Game) -> tuple[Phone, Phone]:
    """The phone whose turn it is, and the other one."""
    return (game.a, game.b) if game.a.state["active"] == game.a.seat else (game.b, game.a)


async def drop(phone: Phone, other: Phone) -> None:
    """The app is closed, and the other one sees it."""
    await phone.close()
    await other.until(lambda: others(other, phone.seat) == "away")


def others(phone: Phone, seat: str) -> str:
    told = [frame["status"] for frame in phone.frames if frame["t"] == "presence" and frame["seat"] == seat]
    return told[-1] if told else ""


async def done(phone: Phone) -> None:
    await phone.command("complete", on=phone.state["card_seq"])


async def test_only_who_is_away_when_their_turn_begins_is_called_and_once(server, timetable):
    async with playing(server, people=(Person.registered, Person.registered), target_activities=10) as game:
        one, other = seats(game)
        for phone in (one, other):
            body = {"platform": "android", "token": f"phone-{phone.seat}-{game.session_id}"}
            await phone.person.post("/api/devices", body, expect=201)
        expected = f"phone-{other.seat}-{game.session_id} your_turn /room/{game.session_id}"

        assert await timetable.look() == []  # both are here
        await drop(other, one)
        assert await timetable.look() == []  # it is not their turn
        await done(one)
        assert await timetable.look(later_s=3) == [expected]
        assert await timetable.look(later_s=4) == []

        await other.connect()
        await game.settle()
        await done(other)
        await game.settle()
        assert await timetable.look() == []  # the other one's turn now, who is here
        await drop(one, other)
        assert await timetable.look(later_s=8) == []  # laid aside: they saw it begin

        await one.connect()
        await game.settle()
        await done(one)
        await game.settle()
        await drop(other, one)
        await one.command("pause")
        assert await timetable.look(later_s=8) == []
        items = (await other.person.get("/api/notifications"))["items"]
        assert [(item["kind"], item["link"]) for item in items] == [("your_turn", f"/room/{game.session_id}")]


async def test_nobody_is_called_back_to_whom_they_have_parted_from(server, timetable):
    async with playing(server, people=(Person.registered, Person.registered), target_activities=10) as game:
        one, other = seats(game)
        connection = await one.person.befriend(other.person)
        await drop(other, one)
        await other.person.post(f"/api/partners/connections/{connection}/disconnect", {}, expect=200)
        await done(one)
        assert await timetable.look() == []
        items = (await other.person.get("/api/notifications"))["items"]
        assert items == []


@pytest.mark.long
async def test_what_a_process_knew_that_died_is_not_needed_and_without_redis_nobody_is_called(
    server, timetable, services
):
    async with playing(server, people=(Person.registered, Person.registered), target_activities=10) as game:
        one, other = seats(game)
        body = {"platform": "android", "token": f"phone-of-{game.session_id}"}
        await other.person.post("/api/devices", body, expect=201)
        await drop(other, one)
        await done(one)
        server.kill()
        connected, services.hub.connected = services.hub.connected, False
        assert await timetable.look() == []
        services.hub.connected = connected
        assert await timetable.look() == [f"phone-of-{game.session_id} your_turn /room/{game.session_id}"]
        server.restart()
