"""The faults of a seeded history: each strikes in a command that is being asked, or in a pause of the game, and ends whole.

The phone's answer is got from whatever lives: phones of a dead process go to the other one, and that is where they ask again.
"""

import asyncio
import signal
from contextlib import suppress
from typing import Any

import redis.asyncio as redis

from tests.faults.script import RESUMING, Frame, Seat
from tests.faults.seeded_room import LOST, SEATS, House, Room
from tests.faults.test_redis_faults import until_ready

NOT_OF_ALL = ("facts", "aside", "before_bell")
"""Points that a command may pass by."""


class Strikes:
    """Whatever can happen to this house while this room is being played in it."""

    def __init__(self, house: House, room: Room) -> None:
        self._house, self._room = house, room

    async def during(self, fault: str | None, seat: Seat, command: Frame | None) -> Any:
        """The command's answer, with the fault in it; None when nothing was asked."""
        if fault is None:
            return await self._answer(seat, command)
        match fault.split():
            case ["crash", point]:
                await self._crash(point, seat, command)
            case ["kill" | "drain" | "kill_both"]:
                await self._end_processes(fault, seat, command)
            case ["cut"]:
                await self._say(seat, command)
                await self._room.drop(seat)
            case ["redis", how]:
                await self._break_redis(how, seat, command)
            case ["postgres", "cut", when, chunk]:
                self._house.postgres.reset_at(int(chunk), deliver=when == "after")
            case ["postgres", how]:
                await self._break_postgres(how, seat, command)
        outcome = await self._answer(seat, command)
        await self._mend()
        return outcome

    async def while_resuming(self, seat: Seat) -> None:
        """The process dies while it tells the phone what it missed; the phone goes on to the other one."""
        place = self._room.place[seat]
        doomed, phone = self._house.servers[place], self._room.phones[seat]
        await asyncio.to_thread(doomed.arm, RESUMING.split()[1])
        phone.ws_url, phone.person.http.base_url = doomed.ws_url, doomed.url
        with suppress(AssertionError, *LOST):
            await phone.open_socket()
            await phone.say({"t": "hello", "epoch": phone.epoch, "last_seq": phone.seq})
        await asyncio.to_thread(doomed.wait)
        await self._room.leave_process(place)
        await self._mend()

    async def _answer(self, seat: Seat, command: Frame | None) -> Any:
        return await self._room.answer(seat, command) if command else None

    async def _say(self, seat: Seat, command: Frame | None) -> None:
        """Ask once, and do not wait."""
        if command:
            with suppress(*LOST):
                await self._room.phones[seat].say(command)

    # --- processes -----------------------------------------------------------------------------------------------------

    async def _crash(self, point: str, seat: Seat, command: Frame | None) -> None:
        """The process dies at this point of the command; of one that never gets there it dies when it is answered."""
        place = self._room.place[seat]
        doomed, phone = self._house.servers[place], self._room.phones[seat]
        await asyncio.to_thread(doomed.arm, point)
        heard = len(phone.frames)
        ends = ("ack", "refused") if point in NOT_OF_ALL else ("refused",)
        await self._say(seat, command)

        def under_way() -> bool:
            return (
                command is not None
                and doomed.exit_code() is None
                and not answered_in(phone.frames[heard:], command["id"], *ends)
            )

        while under_way():  # noqa: ASYNC110 - another process ends
            await asyncio.sleep(0.01)
        await asyncio.to_thread(doomed.kill)
        await self._room.leave_process(place)

    async def _end_processes(self, fault: str, seat: Seat, command: Frame | None) -> None:
        place = self._room.place[seat]
        doomed = self._house.servers[place]
        match fault:
            case "kill":
                await self._say(seat, command)
                doomed.kill()
                await self._room.leave_process(place)
            case "drain":
                doomed.signal(signal.SIGTERM)
                await self._say(seat, command)
                assert await asyncio.to_thread(doomed.wait) == 0
                await self._room.leave_process(place)
            case _:
                await self._say(seat, command)
                for server in self._house.servers:
                    server.kill()
                for server in self._house.servers:
                    await asyncio.to_thread(server.restart)
                for seat_ in SEATS:
                    await self._room.phones[seat_].until_closed()

    # --- stores --------------------------------------------------------------------------------------------------------

    async def _break_redis(self, how: str, seat: Seat, command: Frame | None) -> None:
        """All but the end of it, which is answered for while it is still broken."""
        store, link = self._house.stores.redis, self._house.redis
        match how:
            case "flushed":
                await self._flush()
                await self._answer(seat, command)
                await self._flush()
            case "reset":
                await self._say(seat, command)
                link.reset()
            case "killed" | "lost":
                store.kill()
                await self._answer(seat, command)
                if how == "lost":
                    store.forget()
            case "frozen":
                store.freeze()
                await self._answer(seat, command)
            case "hangs":
                link.blackhole()
                await self._answer(seat, command)

    async def _flush(self) -> None:
        connection = redis.Redis.from_url(self._house.stores.redis_url)
        await connection.flushall()
        await connection.aclose()

    async def _break_postgres(self, how: str, seat: Seat, command: Frame | None) -> None:
        store, link = self._house.stores.postgres, self._house.postgres
        match how:
            case "reset":
                await self._say(seat, command)
                link.reset()
            case "killed":
                store.kill()
                await self._say(seat, command)
                store.start()
            case "hangs":
                link.blackhole()
                phone = self._room.phones[seat]
                heard = len(phone.frames)
                await self._say(seat, command)
                while command and not answered_in(phone.frames[heard:], command["id"], "refused"):
                    if command["t"] in ("pause", "stop"):
                        break  # never refused: it is tried until it is kept
                    await asyncio.sleep(0.05)
                link.heal()

    async def _mend(self) -> None:
        """All of it runs again, says that it is ready, and both phones are back."""
        for link in (self._house.postgres, self._house.redis):
            link.heal()
        for store in (self._house.stores.postgres, self._house.stores.redis):
            store.mend()
        for server in self._house.servers:
            if server.exit_code() is not None:
                await asyncio.to_thread(server.restart)
        for server in self._house.servers:
            await until_ready(server, (200, "ok"))
        for seat in SEATS:
            await self._room.come_back(seat)


def answered_in(frames: list[Frame], id_: str, *how: str) -> bool:
    return any(frame["t"] in how and frame["id"] == id_ for frame in frames)
