"""Grows plants and says what became of each: caught by which rule, after how long, or not at all."""

import time
import traceback

import msgspec

from tests.faults.judge import Broken
from tests.faults.planted.ground import Ground, Soil, ground_of
from tests.faults.planted.plant import Outgrown, Plant
from tests.faults.planted.scenes import SCENES

HEALTHY = Plant("healthy", "nothing: every scene is played on the program as it is", "all")


class Harvest(msgspec.Struct, frozen=True):
    """`rules` are those that caught it; `words` are the judge's first ones, or why it could not be played to the end."""

    plant: Plant
    rules: tuple[str, ...]
    seconds: float
    words: str = ""
    ended: bool = True

    @property
    def right(self) -> bool:
        """A bug was caught; or there was none, and nobody complained."""
        return self.ended and not self.rules if self.plant is HEALTHY else bool(self.rules)


async def grow(soil: Soil, plant: Plant) -> Harvest:
    """Its scene is played up to the first violation. Raises Outgrown."""
    began = time.monotonic()

    def harvest(rules: tuple[str, ...] = (), words: str = "", *, ended: bool = True) -> Harvest:
        return Harvest(plant, rules, time.monotonic() - began, words, ended)

    try:
        async with ground_of(soil, plant) as ground:
            await _play(ground, plant)
            complaints = ground.complaints()
    except Outgrown:
        raise
    except Broken as broken:
        return harvest(broken.rules, "; ".join([broken.problems[0], *getattr(broken, "__notes__", ())]))
    except Exception:  # noqa: BLE001 - whatever it was, it is told
        return harvest(words=traceback.format_exc(), ended=False)
    return harvest(words="\n".join(complaints), ended=not complaints)


async def _play(ground: Ground, plant: Plant) -> None:
    for name, scene in SCENES.items():
        if plant is HEALTHY or name == plant.scene:
            try:
                await scene(ground)
            except BaseException as error:
                error.add_note(f"in {name}")
                raise
