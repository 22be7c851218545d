"""Plays the script of a seed on two server processes, one step after the other, and writes down what came of it.

Each step waits until everything rests: its command is answered (acknowledged, or refused for good, the same id asked again as
often as it takes), what broke is whole again, both phones stand at the log's head. So nothing depends on what overtakes what,
and the history can be compared byte for byte with another run of its seed.

The history holds, a step: what was done, the answer, the events as each seat saw them, a digest of what each seat folded; at
the end the log's types and both folds. Time stands still but where the script lets it pass, and the dice show what the script
says, so cards, times and cool-downs are part of it. Not part of it, because they differ from run to run and are nobody's
promise: which attempt of a command was the one that counted and what the others were told, whether and when a presence, halt
or beat frame comes, ids that the server draws (session, epoch), and `remaining`, which a midnight between two runs changes.
"""

import asyncio
import hashlib
import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncpg
import httpx
import msgspec

from tests.faults.judge import judge, read_log
from tests.faults.script import Script, Seat, Step
from tests.faults.seeded_room import SEATS, House, Room
from tests.faults.strikes import Strikes
from tests.faults.wire import Witness
from tests.support.game import canonical
from tests.support.person import Person

STEPS_AFTER_THE_END = 3
SETTINGS: dict[str, Any] = {
    "activity_type": "random",
    "type_choice": "player",
    "turn_order": "alternate",
    "target_activities": 5,
}

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


class Lockstep:
    """One run of a seed. `history` is what is compared; `games` is how many rooms it took."""

    def __init__(self, house: House, script: Script) -> None:
        self.history: list[Any] = []
        self.games = 0
        self._house, self._script = house, script
        self._epoch = datetime.now(UTC).replace(microsecond=0)

    async def play(self, steps: int) -> None:
        """So many steps, in as many rooms as they need; every room is judged."""
        self._house.stage.stand_at(self._epoch)
        people = [await Person.anonymous(self._house.servers[0].url, name) for name in ("Ada", "Bo")]
        try:
            while steps > 0:
                async with self._room(people) as room:
                    steps = await self._play_room(room, steps)
                    await self._close(room)
        finally:
            for person in people:
                await person.close()

    @asynccontextmanager
    async def _room(self, people: list[Person]) -> Any:
        for person in people:
            person.http.base_url = httpx.URL(self._house.servers[0].url)
        self._house.stage.roll(0.5)
        opened = await people[0].open_room(**SETTINGS)
        await people[1].join(opened["join"]["token"])
        phones = {
            seat: Witness(person, opened["session_id"]) for seat, person in zip(SEATS, people, strict=True)
        }  # fmt: skip
        for phone in phones.values():
            phone.closed = 1006  # not there yet
        room = Room(self._house, phones)
        self.games += 1
        try:
            await room.rest(await self._head(room))
            yield room
        finally:
            await asyncio.gather(*(phone.close() for phone in phones.values()), return_exceptions=True)

    async def _play_room(self, room: Room, steps: int) -> int:
        """Steps until the room is over, and a few more; how many are left."""
        strikes = Strikes(self._house, room)
        while steps > 0 and room.after_end <= STEPS_AFTER_THE_END:
            step = self._script.next({seat: room.phones[seat].state for seat in SEATS})
            before = room.phones["A"].seq
            self._house.stage.roll(step.roll)
            try:
                outcome = await self._step(room, strikes, step)
                await room.rest(await self._head(room))
            except BaseException as error:
                error.add_note(f"in step {len(self.history)}: {step}")
                raise
            self._script.note(step)
            self._note(room, step, outcome, before)
            room.after_end += room.phones["A"].state["phase"] == "ended"
            steps -= 1
        return steps

    async def _step(self, room: Room, strikes: Strikes, step: Step) -> Any:
        match step.act:
            case "wait":
                self._house.stage.pass_time(step.seconds)
                return None
            case "say":
                return await strikes.during(step.fault, step.seat, step.says)
            case "come back":
                return await self._return(room, strikes, step)
            case _:
                return await strikes.during(step.fault, step.seat, None)

    async def _return(self, room: Room, strikes: Strikes, step: Step) -> str:
        phone = room.phones[step.seat]
        await room.drop(step.seat)
        room.place[step.seat] = step.place
        if step.how == "snapshot":
            phone.epoch = None
        elif step.how == "new phone":
            phone.seq, phone.state = 0, {}
        if step.fault:
            await strikes.while_resuming(step.seat)
        await room.come_back(step.seat)
        return phone.mode

    def _note(self, room: Room, step: Step, outcome: Any, before: int) -> None:
        seen = {}
        for seat in SEATS:
            phone = room.phones[seat]
            heard = {f["seq"]: [f["seq"], f["at"], f["e"], f["set"]] for f in phone.frames if f["t"] == "event"}
            seen[seat] = [heard[seq] for seq in sorted(heard) if before < seq <= phone.seq]
        folds = {seat: self._digest(room, seat) for seat in SEATS}
        entry = {"step": msgspec.to_builtins(step), "outcome": outcome, "seen": seen, "folds": folds}
        self.history.append(self._plain(entry, room))

    def _digest(self, room: Room, seat: Seat) -> str:
        return hashlib.sha256(canonical(self._plain(room.phones[seat].state, room)).encode()).hexdigest()

    async def _close(self, room: Room) -> None:
        """The judge's word on this room, and how it ended."""
        async with self._sql() as sql:
            log = await read_log(sql, room.session_id)
        phones = [room.phones[seat] for seat in SEATS]
        snapshots = [await phone.person.get(f"/api/sessions/{room.session_id}") for phone in phones]
        judge(room.session_id, log, phones, snapshots)
        types = [row.type for row in log.rows]
        self.history.append({"log": types, "folds": [self._plain(phone.state, room) for phone in phones]})

    def _plain(self, value: Any, room: Room) -> Any:
        """Without what one run cannot share with another: times become seconds since the beginning."""
        if isinstance(value, dict):
            return {name: self._plain(inner, room) for name, inner in value.items() if name != "remaining"}
        if isinstance(value, list):
            return [self._plain(inner, room) for inner in value]
        if value == room.session_id:
            return "the session"
        if isinstance(value, str) and _TIME.fullmatch(value):
            return (datetime.fromisoformat(value) - self._epoch).total_seconds()
        return value

    async def _head(self, room: Room) -> int:
        async with self._sql() as sql:
            return int(await sql.fetchval("SELECT head FROM sessions WHERE session_id = $1", room.session_id))

    @asynccontextmanager
    async def _sql(self) -> Any:
        """The administrator's, past the proxy; PostgreSQL may have died since the last time."""
        sql = await asyncpg.connect(self._house.stores.database_url)
        try:
            yield sql
        finally:
            sql.terminate()
