"""Two processes on one database and one Redis: one room, one order, one phone a seat, and either may go away."""

import asyncio
import signal
from typing import Any

import pytest

from tests.faults.judge import judge, read_log
from tests.faults.players import Couple
from tests.faults.test_redis_faults import play_on
from tests.faults.wire import Witness, meeting, verdict
from tests.support.person import Person

SEED = 20_261


@pytest.fixture
def pair(serve):
    return serve(), serve()


def last_presence(phone: Witness, seat: str) -> str | None:
    told = [f["status"] for f in phone.frames if f["t"] == "presence" and f["seat"] == seat]
    return told[-1] if told else None


@pytest.mark.long
async def test_delivery_presence_and_the_second_tab_on_two_processes(pair, sql):
    async with meeting(*pair) as game:
        await play_on(game, 4)
        await game.b.until(lambda: last_presence(game.b, "A") == "present")
        await game.a.drop()
        await game.b.until(lambda: last_presence(game.b, "A") == "away")
        await game.a.connect()
        await game.b.until(lambda: last_presence(game.b, "A") == "present")
        tab = await Witness.in_room(game.b.person, game.session_id, ws_url=pair[0].ws_url)
        assert await game.b.until_closed() == 4409
        assert tab.closed is None
        await game.b.move_to(pair[1])
        assert await tab.until_closed() == 4409
        await play_on(game, 2)
        await verdict(sql, game)


@pytest.mark.long
@pytest.mark.parametrize("redis_is", ["there", "away"])
async def test_a_seat_is_fenced_across_processes(pair, sql, stores, redis_link, redis_is):
    """The older phone is closed, and cannot play in the meantime; while Redis is away the fence is found in PostgreSQL."""
    async with meeting(*pair) as game:
        if redis_is == "away":
            stores.redis.kill()
        headers = {"Authorization": game.a.person.http.headers["Authorization"]}
        newer = Bearer(game.a.person, game.session_id, headers, ws_url=pair[1].ws_url)
        await newer.connect()
        assert await game.a.until_closed() == 4409
        assert newer.closed is None
        game.a, game.phones = newer, (newer, game.b)
        await game.complete()
        await newer.until_seq(game.b.seq)
        await newer.close()


class Bearer(Witness):
    """A phone that can set headers: it needs no ticket, and so no Redis."""

    def __init__(self, person: Person, session_id: str, headers: dict[str, str], **options: Any) -> None:
        super().__init__(person, session_id, **options)
        self.headers = headers

    async def open_socket(self) -> Any:
        from websockets.asyncio.client import connect  # noqa: PLC0415 - only this phone connects by itself

        self.connections += 1
        self._live, self.closed = False, None
        self._socket = await connect(
            f"{self.ws_url}/ws/sessions/{self.session_id}",
            subprotocols=["attuned.v1"],  # type: ignore[list-item]
            additional_headers=self.headers,
            compression=None,
            ping_interval=None,
            open_timeout=20,
        )
        self._reader = asyncio.ensure_future(self._read(self._socket))
        return self._socket


@pytest.mark.long
@pytest.mark.parametrize("redis_is", ["there", "away"])
async def test_a_logout_on_one_process_closes_the_socket_on_the_other(pair, stores, redis_link, redis_is):
    ada, bo = await Person.registered(pair[0].url, "Ada"), await Person.registered(pair[1].url, "Bo")
    async with ada, bo:
        room = await ada.open_room(activity_type="truth", target_activities=5)
        await bo.join(room["join"]["token"])
        phone = await Witness.in_room(bo, room["session_id"], ws_url=pair[0].ws_url)
        if redis_is == "away":
            stores.redis.kill()
        answer = await bo.http.post("/api/auth/logout", json={})
        assert answer.is_success, answer.text
        assert await phone.until_closed() == 4401


@pytest.mark.long
async def test_a_killed_process_shows_its_phone_away_and_the_phone_goes_on_elsewhere(pair, sql):
    async with meeting(*pair) as game:
        await play_on(game, 2)
        on = await game.card()
        pair[0].kill()
        await game.a.until_closed()
        ack = await game.b.command("complete", on=on)
        await game.b.until(lambda: last_presence(game.b, "A") == "away")
        await game.a.move_to(pair[1])
        assert game.a.mode == "replay"
        assert game.a.seq >= ack["seq"]
        await game.b.until(lambda: last_presence(game.b, "A") == "present")
        await play_on(game, 2)
        await verdict(sql, game)


@pytest.mark.long
async def test_a_rolling_restart_under_load_loses_and_doubles_nothing(pair, sql):
    couples = [Couple(number, SEED, [server.url for server in pair]) for number in range(6)]
    for couple in couples:
        await couple.come()
    playing = [asyncio.ensure_future(couple.play()) for couple in couples]
    for _ in range(2):
        for server in pair:
            before = len(all_moves(couples))
            server.signal(signal.SIGTERM)
            assert await asyncio.to_thread(server.wait) == 0
            await asyncio.to_thread(server.restart)
            async with asyncio.timeout(60):
                while len(all_moves(couples)) < before + 100:  # noqa: ASYNC110 - it goes on, on both
                    await asyncio.sleep(0.05)
    await finished(couples, playing)
    games = await judged(couples, sql)
    assert games >= len(couples)


def all_moves(couples: list[Couple]) -> list[str]:
    """The commands acknowledged so far."""
    return [
        noted.frame["id"]
        for couple in couples
        for game in couple.games
        for player in game
        for noted in player.wire
        if noted.way == "in" and noted.frame["t"] == "ack"
    ]


async def finished(couples: list[Couple], playing: "list[asyncio.Future[None]]") -> None:
    """Everybody ends the game they are in, with every command answered."""
    for couple in couples:
        couple.over.set()
    async with asyncio.timeout(180):
        await asyncio.gather(*playing)


async def judged(couples: list[Couple], sql: Any) -> int:
    """Judge every game that was played; how many."""
    games = 0
    for couple in couples:
        for game in couple.games:
            session_id = game[0].session_id
            log = await read_log(sql, session_id)
            for player in game:
                async with asyncio.timeout(60):
                    await player.settle(log.head)
            snapshots = [await player.person.get(f"/api/sessions/{session_id}") for player in game]
            judge(session_id, log, game, snapshots)
            games += 1
        await couple.leave()
    return games
