"""What leads up to each command that a phone can send, and what the partner may do just before it.

`SITUATIONS` holds every command of the room, those that may need a card in a situation in which they do.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from tests.faults.wire import Frame
from tests.support.game import Game

UP: Frame = {"t": "propose_level", "level": "X"}


async def anything(game: Game) -> dict[str, Any]:
    return {}


async def partner_ready(game: Game) -> dict[str, Any]:
    await game.b.command("ready")
    await game.settle()
    return {}


async def asked_to_choose(game: Game) -> dict[str, Any]:
    if game.a.state["active"] == "B":
        game.a, game.b = game.b, game.a
    return {"on": game.a.state["turn_seq"], "type": "dare"}


async def card_up(game: Game) -> dict[str, Any]:
    return {"on": await game.card()}


async def timed_card_up(game: Game) -> dict[str, Any]:
    return {"on": await game.timed_card()}


async def clock_running(game: Game) -> dict[str, Any]:
    fields = await timed_card_up(game)
    await game.b.command("timer", action="start", **fields)
    await game.settle()
    return fields


async def card_done(game: Game) -> dict[str, Any]:
    await game.complete()
    return {"turn": 1, "feedback": "like", "executed": True}


async def level_proposed(game: Game) -> dict[str, Any]:
    await game.b.command("propose_level", level="X")
    await game.settle()
    return {"on": game.a.state["proposal"]["seq"]}


async def paused(game: Game) -> dict[str, Any]:
    await game.b.command("pause")
    await game.settle()
    return {"on": game.a.state["halt_seq"]}


async def partner_would_go_on(game: Game) -> dict[str, Any]:
    fields = await paused(game)
    await game.b.command("resume", **fields)
    await game.settle()
    return fields


async def stopped(game: Game) -> dict[str, Any]:
    await game.b.command("stop")
    await game.settle()
    return {"minutes": 2}


def up(_: Game) -> Frame:
    return UP


def another_card(game: Game) -> Frame:
    return {"t": "skip", "on": game.b.state["card_seq"]}


def resume(game: Game) -> Frame:
    return {"t": "resume", "on": game.b.state["halt_seq"]}


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """`leads_up` plays up to where seat A's phone says `t` with the fields that it gives and `more`; `rival` is what its partner
    says in the same moment. `draws`: a card has to be looked at. `silent`: no event comes of it.
    """

    t: str
    leads_up: Callable[[Game], Awaitable[dict[str, Any]]] = anything
    more: Frame = {}
    rival: Callable[[Game], Frame] = up
    draws: bool = False
    silent: bool = False

    @property
    def room(self) -> dict[str, Any]:
        """The room that it takes."""
        if self.t == "ready":
            return {"ready": False}
        if self.t == "timer":
            return {"activity_type": "dare", "intimacy_level": "G"}
        return {"activity_type": "random"} if self.t == "choose" else {}

    async def command(self, game: Game) -> Frame:
        """What seat A's phone says, now that all has led up to it."""
        return {"t": self.t, **await self.leads_up(game), **self.more}


SITUATIONS: dict[str, Situation] = {
    "ready": Situation(t="ready", rival=lambda _: {"t": "ready"}),
    "last ready": Situation(t="ready", leads_up=partner_ready, rival=lambda _: {"t": "propose_level", "level": "G"}, draws=True),
    "choose": Situation(t="choose", leads_up=asked_to_choose, draws=True),
    "complete": Situation(t="complete", leads_up=card_up, draws=True),
    "skip": Situation(t="skip", leads_up=card_up, draws=True),
    "feedback": Situation(t="feedback", leads_up=card_done),
    "propose_level": Situation(t="propose_level", more=UP),
    "lower level": Situation(t="propose_level", leads_up=card_up, more={"level": "G"}, draws=True),
    "accept_level": Situation(t="accept_level", leads_up=level_proposed, rival=another_card),
    "decline_level": Situation(t="decline_level", leads_up=level_proposed, rival=another_card),
    "pause": Situation(t="pause"),
    "stop": Situation(t="stop"),
    "resume": Situation(t="resume", leads_up=paused, rival=resume),
    "last resume": Situation(t="resume", leads_up=partner_would_go_on, rival=lambda _: {"t": "pause"}, draws=True),
    "lengthen": Situation(t="lengthen", leads_up=stopped, rival=lambda _: {"t": "lengthen", "minutes": 3}),
    "timer": Situation(t="timer", leads_up=timed_card_up, more={"action": "start"}),
    "stop the clock": Situation(t="timer", leads_up=clock_running, more={"action": "stop"}),
    "leave": Situation(t="leave", silent=True),
    "end": Situation(t="end"),
}  # fmt: skip
