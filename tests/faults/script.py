"""What happens next in a seeded history: one step at a time, from the dice of a seed and what both phones show.

A step is a command of one seat (one that its screen offers, one that must be refused, or an old one again), a phone that goes
and comes back, time that passes, or nobody doing anything; and a fault that strikes in it, or none.
"""

import random
import uuid
from typing import Any, Literal, get_args

import msgspec

from storage.crash import Point

Frame = dict[str, Any]
Seat = Literal["A", "B"]

IN_A_COMMAND = get_args(Point)[: get_args(Point).index("during_recheck")]
"""The points that a room's command passes stand first; every other one belongs to something else."""
CRASHES = tuple(f"crash {point}" for point in IN_A_COMMAND)
BRIEF = (
    *CRASHES, "cut", "kill", "redis flushed", "redis reset", "redis killed", "postgres reset", "postgres killed",
    *(f"postgres cut {when} {chunk}" for when in ("before", "after") for chunk in (1, 2, 3)),
)  # fmt: skip
"""Faults that are over within a second or two."""

LASTING = ("drain", "kill_both", "redis lost", "redis frozen", "redis hangs", "postgres hangs")
RESUMING = "crash during_resume"

HOW = ("replay", "snapshot", "new phone")
WAITS_S = (5.0, 25.0, 70.0)


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`roll` is what the servers' dice show in it. Who comes back comes to process `place`; `how` is what it remembers."""

    act: Literal["say", "come back", "wait", "nothing"]
    roll: float
    seat: Seat = "A"
    says: Frame = {}
    fault: str | None = None
    place: int = 0
    how: str = ""
    seconds: float = 0.0


class Script:
    """The steps of one seed. The same seed and the same screens give the same steps."""

    def __init__(self, seed: int, faults: tuple[str, ...], *, fault_rate: float = 0.35) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._faults, self._fault_rate = faults, fault_rate
        self._deck: list[str] = []
        self._said: list[tuple[Seat, Frame]] = []

    def next(self, screens: dict[Seat, Frame]) -> Step:
        """One more step, for phones that show this."""
        dice = self._dice
        roll = round(dice.random(), 3)
        seat: Seat = dice.choice(("A", "B"))
        kind = dice.choices(("offered", "refused", "again", "come back", "wait", "nothing"), (60, 9, 9, 12, 6, 4))[0]
        match kind:
            case "come back":
                fault = RESUMING if dice.random() < self._fault_rate else None
                return Step(
                    act="come back", roll=roll, seat=seat, place=dice.choice((0, 1)), how=dice.choice(HOW), fault=fault
                )
            case "wait":
                return Step(act="wait", roll=roll, seconds=dice.choice(WAITS_S))
            case "again" if self._said:
                return self._again(roll)
            case "refused":
                return Step(act="say", roll=roll, seat=seat, says=self._fresh(dice.choice(refused(screens[seat]))))
            case "nothing":
                return Step(act="nothing", roll=roll, seat=seat, fault=self._fault())
        return self._offered(roll, seat, screens)

    def _offered(self, roll: float, seat: Seat, screens: dict[Seat, Frame]) -> Step:
        if not (choice := offered(screens[seat])):
            seat = "B" if seat == "A" else "A"
            choice = offered(screens[seat])
        if not choice:
            return Step(act="nothing", roll=roll)
        frames, weights = zip(*choice, strict=True)
        says = self._fresh(self._dice.choices(frames, weights)[0])
        fault = self._fault() if self._dice.random() < self._fault_rate else None
        return Step(act="say", roll=roll, seat=seat, says=says, fault=fault)

    def _again(self, roll: float) -> Step:
        """An old command once more: as it was, with another body, or from the other seat."""
        seat, said = self._dice.choice(self._said)
        match self._dice.choice(("as it was", "as it was", "another body", "another seat")):
            case "another body":
                said = {"t": "propose_level", "id": said["id"], "level": self._dice.choice("GRX")}
            case "another seat":
                seat = "B" if seat == "A" else "A"
        return Step(act="say", roll=roll, seat=seat, says=said)

    def _fresh(self, command: Frame) -> Frame:
        return {**command, "id": str(uuid.UUID(int=self._dice.getrandbits(128), version=4))}

    def _fault(self) -> str:
        """Every fault once, in an order of the seed's, before any comes again."""
        if not self._deck:
            self._deck = self._dice.sample(self._faults, len(self._faults))
        return self._deck.pop()

    def note(self, step: Step) -> None:
        """It was said, so it may come again."""
        if step.act == "say":
            self._said.append((step.seat, step.says))


def offered(screen: Frame) -> list[tuple[Frame, float]]:
    """What the buttons of this screen would send, each with its weight."""
    seat, phase, turn, proposal = screen["seat"], screen["phase"], screen["turn"], screen["proposal"]
    if phase == "ended":
        return []
    choice: list[tuple[Frame, float]] = [
        ({"t": "pause"}, 1), ({"t": "stop"}, 0.7), ({"t": "leave"}, 0.5), ({"t": "end"}, 0.2)
    ]  # fmt: skip
    if turn > 1:
        choice += [({"t": "feedback", "turn": turn - 1, "feedback": word}, 0.5) for word in ("like", "dislike")]
        choice += [({"t": "feedback", "turn": turn - 1, "executed": True}, 0.5)]
    if phase not in ("paused", "stopped"):
        choice += [({"t": "propose_level", "level": level}, 0.7) for level in "GRX"]
    if proposal:
        choice += [({"t": "decline_level", "on": proposal["seq"]}, 1)]
        choice += [({"t": "accept_level", "on": proposal["seq"]}, 4)] if proposal["by"] != seat else []
    return choice + _going_on(screen)


def _going_on(screen: Frame) -> list[tuple[Frame, float]]:
    seat = screen["seat"]
    match screen["phase"]:
        case "lobby" if not screen["seats"][seat]["ready"]:
            return [({"t": "ready"}, 40)]
        case "choosing" if screen["active"] == seat and screen["type"] is None:
            return [
                ({"t": "choose", "on": screen["turn_seq"], "type": kind}, 4) for kind in ("truth", "dare", "random")
            ]
        case "card":
            on = screen["card_seq"]
            clock = any("duration_s" in step for step in screen["card"]["script"]["steps"])
            timer = [({"t": "timer", "on": on, "action": action}, 5.0) for action in ("start", "stop") if clock]
            return [({"t": "complete", "on": on}, 10), ({"t": "skip", "on": on}, 4), *timer]
        case "paused" | "stopped" as phase if seat not in screen["resume_wanted"]:
            longer = [({"t": "lengthen", "minutes": 1}, 1.0)] if phase == "stopped" else []
            return [({"t": "resume", "on": screen["halt_seq"]}, 12), *longer]
    return []


def refused(screen: Frame) -> list[Frame]:
    """What no button of this screen sends: too late, not one's turn, nonsense."""
    return [
        {"t": "complete", "on": 1},
        {"t": "skip", "on": 2},
        {"t": "choose", "on": 1, "type": "truth"},
        {"t": "choose", "on": screen["turn_seq"] or 3, "type": "dare"},
        {"t": "resume", "on": 9999},
        {"t": "accept_level", "on": 1},
        {"t": "feedback", "turn": 99, "feedback": "like"},
        {"t": "lengthen", "minutes": 1},
        {"t": "timer", "on": 1, "action": "start"},
        {"t": "pause", "seat": "B" if screen["seat"] == "A" else "A"},
        {"t": "complete"},
        {"t": "sing"},
    ]
