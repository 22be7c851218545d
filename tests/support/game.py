"""Two phones in one room: a game set up in one line, played as people would, and checked against what the server says."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from game_server.settings import Settings
from tests.support.person import Person
from tests.support.phone import Frame, Phone
from tests.support.server_process import ServerProcess

CARDS = ("card_shown", "card_replaced")

Comes = Callable[[str, str], Awaitable[Person]]


def generous(settings: Settings, **changes: Any) -> Settings:
    """These settings for many people at one address, with any other changes."""
    limits = {f"limit_{name}": "100000/60" for name in ("login", "register", "claims", "tickets", "other")}
    return msgspec.structs.replace(settings, **{**limits, "credits_burst": 1000, "credits_per_s": 1000, **changes})


def canonical(value: Any) -> str:
    """JSON in one form, to compare byte for byte."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def told(answer: Frame) -> str:
    """Of what GET answers for a session, what a phone folds too, as canonical JSON: not who the partner is outside the room."""
    return canonical({name: value for name, value in answer.items() if name != "partner_user_id"})


class Game:
    """A room and its phones; `b` is seat A's phone too where the partner is hosted."""

    def __init__(self, a: Phone, b: Phone | None = None) -> None:
        self.a = a
        self.b = b or a
        self.phones = (a, b) if b else (a,)
        self.session_id = a.session_id

    async def ready(self) -> None:
        """Both say so; the game stands at its first turn on both phones."""
        for phone in self.phones:
            await phone.command("ready")
        await self.settle()

    async def settle(self) -> int:
        """Wait until all connected phones stand at the log's head; the head."""
        head: int = (await self.a.person.get(f"/api/sessions/{self.session_id}"))["seq"]
        for phone in self.phones:
            if phone.closed is None:
                await phone.until_seq(head)
        return head

    async def agree(self) -> None:
        """What every phone folded is what the server tells its seat, as canonical JSON."""
        await self.settle()
        for phone in self.phones:
            answer = await phone.person.get(f"/api/sessions/{self.session_id}")
            assert told(answer) == canonical({"seq": phone.seq, "state": phone.state})

    async def card(self, kind: str = "random") -> int:
        """A card is on screen, chosen for by whose turn it is; its seq."""
        await self.settle()
        if self.a.state["phase"] == "choosing":
            active = self.a.state["active"]
            chooser = self.a if active == "A" else self.b
            fields = {"seat": "B"} if active == "B" and self.a is self.b else {}
            await chooser.command("choose", on=self.a.state["turn_seq"], type=kind, **fields)
            await self.settle()
        assert self.a.state["phase"] == "card"
        return int(self.a.state["card_seq"])

    async def timed_card(self) -> int:
        """A card with a clock is on screen, others are skipped until one comes; its seq."""
        while True:
            on = await self.card()
            if any("duration_s" in step for step in self.a.state["card"]["script"]["steps"]):
                return on
            await self.a.command("skip", on=on)

    async def timer(self, action: str = "start", by: Phone | None = None) -> Frame:
        """The clock of the card on screen is started or stopped."""
        return await (by or self.a).command("timer", on=self.a.state["card_seq"], action=action)

    async def complete(self, by: Phone | None = None) -> Frame:
        """The card on screen is done."""
        return await (by or self.a).command("complete", on=await self.card())

    async def play_to_end(self, check: Callable[[], Awaitable[None]] | None = None) -> None:
        """Cards completed by either in turns, to the target."""
        await self.settle()
        while self.a.state["phase"] != "ended":
            await self.card()
            if check:
                await check()
            await self.complete((self.a, self.b)[self.a.state["turn"] % 2])
            await self.settle()

    async def resume(self) -> None:
        """Both are fine to go on."""
        on = self.a.state["halt_seq"]
        for phone in self.phones:
            await phone.command("resume", on=on)
        await self.settle()

    async def close(self) -> None:
        for phone in self.phones:
            await phone.close()


@asynccontextmanager
async def playing(
    *servers: ServerProcess,
    people: tuple[Comes, Comes] = (Person.anonymous, Person.anonymous),
    ready: bool = True,
    **settings: Any,
) -> AsyncIterator[Game]:
    """Two people in a room, its phones spread over the servers; truths to a target of five when nothing else is said."""
    home = servers[0]
    ada, bo = await asyncio.gather(people[0](home.url, "Ada"), people[1](servers[-1].url, "Bo"))
    async with ada, bo:
        room = await ada.open_room(**{"activity_type": "truth", "target_activities": 5, **settings})
        await bo.join(room["join"]["token"])
        game = Game(await Phone.in_room(ada, room["session_id"]), await Phone.in_room(bo, room["session_id"]))
        try:
            if ready:
                await game.ready()
            yield game
        finally:
            await game.close()


@asynccontextmanager
async def hosting(server: ServerProcess, *, ready: bool = True, **settings: Any) -> AsyncIterator[Game]:
    """One phone that also speaks for a guest without one."""
    guest = {"name": "Bo", "anatomy_self": ["penis"], "anatomy_preference": ["any"]}
    async with await Person.anonymous(server.url, "Ada") as ada:
        room = await ada.open_room(
            partner={"hosted": guest}, **{"activity_type": "truth", "target_activities": 5, **settings}
        )
        game = Game(await Phone.in_room(ada, room["session_id"]))
        try:
            if ready:
                await game.ready()
            yield game
        finally:
            await game.close()
