"""./test faults planted: bugs are planted into copies of the program, and the judge has to catch each of them.

First the program as it is plays every scene, and nobody may complain; then each bug is put into a copy of its own, two servers
are started from that on a database of their own, and a couple plays the scene in which it shows, up to the first violation.
Ends with 1 when a bug was not caught, or when the healthy program was accused.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.faults.planted.garden import HEALTHY, Harvest, grow
from tests.faults.planted.ground import Soil
from tests.faults.planted.plant import Outgrown, Plant
from tests.faults.planted.plants import PLANTS

AT_ONCE = 2
WORDS = 1_500


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "./test faults planted", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only", action="append", metavar="NAME", help="this bug, or all with this in their name; may be repeated"
    )
    parser.add_argument("--list", action="store_true", help="name the bugs and what goes wrong for the couple, and end")
    parser.add_argument(
        "--at-once", type=int, default=AT_ONCE, metavar="N", help=f"grow so many at the same time (default {AT_ONCE})"
    )
    return parser.parse_args()


def chosen(names: list[str] | None) -> list[Plant]:
    """The healthy one and those asked for; all when nobody asks."""
    wanted = [plant for plant in PLANTS if not names or any(name.casefold() in plant.name.casefold() for name in names)]
    if not wanted:
        sys.exit(f"There is no such bug. There are: {', '.join(plant.name for plant in PLANTS)}.")
    return [HEALTHY, *wanted]


def misfits(plants: list[Plant]) -> Iterator[Outgrown]:
    """What has to be anchored anew before anything is started."""
    for plant in plants:
        try:
            plant.fit()
        except Outgrown as outgrown:
            yield outgrown


async def grown(soil: Soil, plants: list[Plant], at_once: int, console: Console) -> list[Harvest]:
    """All of them, in their order; a bar says how far it is. The healthy one comes first, and alone."""
    harvests: dict[str, Harvest] = {}
    waiting = list(plants)
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task(HEALTHY.name, total=len(plants))

        async def gardener() -> None:
            while waiting:
                plant = waiting.pop(0)
                progress.update(bar, description=plant.name)
                harvests[plant.name] = harvest = await grow(soil, plant)
                progress.advance(bar)
                if not harvest.right:
                    console.print(
                        f"[bold red]{plant.name}[/]: not caught" if plant is not HEALTHY else "[bold red]accused"
                    )
                if plant is HEALTHY:
                    return

        await gardener()
        if harvests[HEALTHY.name].right:
            await asyncio.gather(*(gardener() for _ in range(at_once)))
    return [harvests[plant.name] for plant in plants if plant.name in harvests]


def shown(harvests: list[Harvest], console: Console) -> None:
    """The table, and what the judge or Python said of those that were not as they should be."""
    table = Table("bug", "caught by", "seconds", "the judge's first words")
    for harvest in harvests:
        fine = "nobody, and rightly so" if harvest.plant is HEALTHY else ""
        rule = harvest.rules[0] if harvest.rules else fine if harvest.right else "[red]not caught"
        words = harvest.words.splitlines()[0] if harvest.rules else ""
        table.add_row(harvest.plant.name, rule, f"{harvest.seconds:.1f}", words[:90])
    console.print(table)
    for harvest in harvests:
        if not harvest.right:
            console.print(
                f"{harvest.plant.name}: {harvest.plant.harm}\n{harvest.words[-WORDS:]}", markup=False, highlight=False
            )


def main() -> int:
    asked = options()
    console = Console(width=None if sys.stdout.isatty() else 200)
    plants = chosen(asked.only)
    if asked.list:
        for plant in plants[1:]:
            console.print(f"[bold]{plant.name}[/]: {plant.harm} [dim]({plant.scene})")
        return 0
    if outgrown := [*map(str, misfits(plants))]:
        sys.exit("\n".join(outgrown))
    with tempfile.TemporaryDirectory() as home:
        soil = Soil(Path(home))
        try:
            harvests = asyncio.run(grown(soil, plants, asked.at_once, console))
        finally:
            soil.stop()
    shown(harvests, console)
    wrong = [harvest.plant.name for harvest in harvests if not harvest.right]
    seconds = sum(harvest.seconds for harvest in harvests)
    caught = sum(bool(harvest.rules) and harvest.right for harvest in harvests)
    console.print(
        f"{caught} of {len(plants) - 1} bugs caught, {seconds:.0f} s of play"
        + (f"; not: {', '.join(wrong)}" if wrong else "")
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
