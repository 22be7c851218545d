"""Scripted phones that play at random by the client's rules, through any number of faults, and record every frame.

What a player presses, and how long it hesitates, comes from dice with a seed of its own. Players never look at the server's own
state.
"""

import asyncio
import json
import random
import uuid
from collections import OrderedDict
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from tests.faults.wire import Frame, Noted
from tests.support.person import Person

LONGEST_BACKOFF_S = 1.0
RETRYABLE = {"unavailable", "busy", "rate_limited"}
LOST = (OSError, TimeoutError, httpx.HTTPError, WebSocketException, InvalidHandshake, EOFError)


class Player:
    """One seat's phone. `run()` plays until `finish` is set and everything is answered; `wire` is all it ever saw."""

    def __init__(self, person: Person, session_id: str, urls: list[str], seed: str, *, hurry: float = 0.05) -> None:
        self.person, self.session_id, self.urls = person, session_id, urls
        self.dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self.hurry = hurry
        self.wire: list[Noted] = []
        self.epoch: str | None = None
        self.seq = 0
        self.state: dict[str, Any] = {}
        self.connections = 0
        self.over = False
        self.finish = asyncio.Event()
        self._unanswered: OrderedDict[str, Frame] = OrderedDict()
        self._refused: dict[str, Frame] = {}
        self._changed = asyncio.Event()
        self._halted: str | None = None
        self._ignore: set[int] = set()

    @property
    def answered(self) -> bool:
        return not self._unanswered

    async def run(self) -> None:
        """Connect, play, reconnect, until everything is said and answered."""
        backoff = 0.02
        while not (self.over or (self.finish.is_set() and self.answered)):
            try:
                live = await self._connection()
            except LOST:
                live = False
            self._note("closed", {})
            backoff = 0.02 if live else min(backoff * 2, LONGEST_BACKOFF_S)
            await self._pause(backoff * self.dice.uniform(0.5, 1.0))

    async def settle(self, head: int) -> None:
        """One more connection, without a fault, up to the head."""
        self.finish.clear()
        settled = False
        while not settled:
            try:
                settled = await self._connection(until=head) and self.seq >= head
            except LOST:
                await self._pause(0.2)
            finally:
                self._note("closed", {})

    # --- one connection ------------------------------------------------------------------------------------------------

    async def _connection(self, until: int | None = None) -> bool:
        url = self.urls[self.connections % len(self.urls)]
        self.connections += 1
        headers = {"Authorization": self.person.http.headers["Authorization"]}
        async with httpx.AsyncClient(base_url=url, timeout=15, headers=headers) as http:
            answer = await http.post("/api/ws-tickets", json={"session_id": self.session_id})
        if not answer.is_success:
            return False
        async with connect(
            f"{url.replace('http', 'ws', 1)}/ws/sessions/{self.session_id}",
            subprotocols=["attuned.v1", f"ticket.{answer.json()['ticket']}"],
            compression=None,
            ping_interval=None,
            open_timeout=15,
            close_timeout=2,
        ) as socket:
            self._note("open", {})
            await self._say(socket, {"t": "hello", "epoch": self.epoch, "last_seq": self.seq})
            return await self._talk(socket, until)

    async def _talk(self, socket: ClientConnection, until: int | None) -> bool:
        playing: asyncio.Task[None] | None = None
        live = False
        try:
            async for text in socket:
                frame = json.loads(text)
                self.wire.append(Noted(self.connections, "in", frame, str(text)))
                self._apply(frame)
                self._changed.set()
                if frame["t"] == "beat":
                    await self._say(socket, {"t": "beat", "seq": self.seq})
                if frame["t"] == "live":
                    live = True
                    if until is None:
                        playing = asyncio.ensure_future(self._play(socket))
                if live and until is not None and self.seq >= until:
                    return True
                if self.finish.is_set() and until is None and live and self.answered:
                    return True
            self._closed_with(socket.close_code)
            return live
        finally:
            if playing:
                playing.cancel()
                (ended,) = await asyncio.gather(playing, return_exceptions=True)
                if isinstance(ended, Exception):
                    raise ended

    def _closed_with(self, code: int | None) -> None:
        if code == 4410 and self.answered:
            self.over = True

    def _apply(self, frame: Frame) -> None:
        match frame["t"]:
            case "welcome":
                if self.epoch not in (None, frame["epoch"]):
                    self.state, self.seq = {}, 0
                self.epoch = frame["epoch"]
            case "snapshot":
                self.state, self.seq = frame["state"], frame["seq"]
            case "event":
                self.state = self.state | frame["set"]
                self.seq = frame["seq"]
                if frame["e"]["t"] in ("paused", "stopped"):
                    self._halted = None
            case "halt":
                self._halted = frame["kind"] if self.state.get("phase") not in ("paused", "stopped", "ended") else None
            case "ack":
                self._unanswered.pop(frame["id"], None)
                self._refused.pop(frame["id"], None)
            case "refused" if frame["code"] not in RETRYABLE:
                self._unanswered.pop(frame["id"], None)
            case "refused" if frame["id"] in self._unanswered:
                self._refused[frame["id"]] = frame

    # --- what it presses ---------------------------------------------------------------------------------------------

    async def _play(self, socket: ClientConnection) -> None:
        try:
            await self._say_again(socket)
            while True:
                await self._pause(self.dice.uniform(0, self.hurry))
                for id_ in [id_ for id_ in self._refused if id_ in self._unanswered]:
                    await self._say(socket, self._unanswered[id_])
                    del self._refused[id_]
                if self.finish.is_set():
                    if self.answered:
                        await socket.close()
                        return
                elif len(self._unanswered) < 2 and (command := self._move()):
                    await self._press(socket, command)
        except LOST:
            return
        except BaseException:
            socket.transport.abort()  # whoever listens is to hear of it
            raise

    async def _say_again(self, socket: ClientConnection) -> None:
        """After a reconnect: pause and stop first, then what was not answered, in its order, with its ids."""
        if self._halted and self.state.get("phase") not in ("paused", "stopped", "ended"):
            kind, self._halted = self._halted, None
            await self._press(socket, {"t": kind})
        self._halted = None
        self._refused.clear()
        for first in (True, False):
            for command in list(self._unanswered.values()):
                if (command["t"] in ("pause", "stop")) == first:
                    await self._say(socket, command)

    async def _press(self, socket: ClientConnection, command: Frame) -> None:
        id_ = str(uuid.UUID(int=self.dice.getrandbits(128), version=4))
        self._unanswered[id_] = {"t": command["t"], "id": id_, **command}
        await self._say(socket, self._unanswered[id_])

    async def _say(self, socket: ClientConnection, frame: Frame) -> None:
        self._note("out", frame)
        await socket.send(json.dumps(frame))

    def _move(self) -> Frame | None:
        """Something this screen offers, most of the time something that goes on."""
        state, roll = self.state, self.dice.random()
        if roll < 0.04 and state["phase"] in ("card", "choosing", "limit"):
            return {"t": "pause" if roll < 0.03 else "stop"}
        if roll < 0.10 and state["phase"] in ("card", "choosing"):
            return {"t": "propose_level", "level": self.dice.choice(["G", "R", "X"])}
        if state["proposal"] and roll < 0.4:
            return {"t": self.dice.choice(["accept_level", "decline_level"]), "on": state["proposal"]["seq"]}
        if roll < 0.2 and state["turn"] and state["turn"] > 1:
            return {
                "t": "feedback",
                "turn": state["turn"] - 1,
                "feedback": self.dice.choice(["like", "dislike", "neutral"]),
                "executed": self.dice.random() < 0.5,
            }
        return self._going_on(roll)

    def _going_on(self, roll: float) -> Frame | None:
        state = self.state
        match state["phase"]:
            case "lobby" | "limit":
                return {"t": "ready"}
            case "choosing":
                return {"t": "choose", "on": state["turn_seq"], "type": self.dice.choice(["truth", "dare", "random"])}
            case "card":
                if 0.4 < roll < 0.6 and any("duration_s" in step for step in state["card"]["script"]["steps"]):
                    return {"t": "timer", "on": state["card_seq"], "action": "stop" if state.get("timer") else "start"}
                return {"t": "skip" if roll > 0.85 else "complete", "on": state["card_seq"]}
            case "paused" | "stopped" if state["seat"] not in state["resume_wanted"]:
                return {"t": "resume", "on": state["halt_seq"]}
            case "ended":
                self.finish.set()
        return None

    async def _pause(self, most: float) -> None:
        """Until something is heard, or for so long: a person hesitates, a client backs off."""
        self._changed.clear()
        try:
            async with asyncio.timeout(most):
                await self._changed.wait()
        except TimeoutError:
            return

    def _note(self, way: str, frame: Frame) -> None:
        self.wire.append(Noted(self.connections, way, frame))


class Couple:
    """Two players in one room after another. `over` is set when they are to finish the game they are in."""

    def __init__(self, number: int, seed: int, urls: list[str], **settings: Any) -> None:
        self.number, self.seed, self.urls = number, seed, urls
        self.settings = {"activity_type": "random", "target_activities": 10, **settings}
        self.games: list[tuple[Player, Player]] = []
        self.over = asyncio.Event()

    async def come(self) -> None:
        """Sign in, while everything works."""
        self._people = [await Person.anonymous(self.urls[0], name) for name in ("Ada", "Bo")]

    async def play(self) -> None:
        """Game after game, until it is enough."""
        while not self.over.is_set():
            await self._game()

    async def leave(self) -> None:
        for person in self._people:
            await person.close()

    async def _game(self) -> None:
        session_id = await self._room()
        if session_id is None:
            return
        spread = [self.urls, self.urls[::-1]]
        game = tuple(
            Player(person, session_id, urls, f"{self.seed}/{self.number}/{len(self.games)}/{seat}")
            for person, urls, seat in zip(self._people, spread, "AB", strict=True)
        )
        self.games.append((game[0], game[1]))
        runs = [asyncio.ensure_future(player.run()) for player in game]
        over = asyncio.ensure_future(self.over.wait())
        everybody = asyncio.gather(*runs)
        try:
            await asyncio.wait([everybody, over], return_when=asyncio.FIRST_COMPLETED)
            for player in game:
                player.finish.set()
            await everybody
        finally:
            for task in (over, *runs):
                task.cancel()
            await asyncio.gather(over, everybody, *runs, return_exceptions=True)

    async def _room(self) -> str | None:
        """A room opened and joined, on whichever process answers; None when none did."""
        for url in self.urls:
            try:
                return await self._open(url)
            except (*LOST, AssertionError):
                continue
        await asyncio.sleep(0.1)
        return None

    async def _open(self, url: str) -> str:
        for person in self._people:
            person.http.base_url = httpx.URL(url)
        ada, bo = self._people
        room = await ada.open_room(**self.settings)
        await bo.join(room["join"]["token"])
        return str(room["session_id"])
