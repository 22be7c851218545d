"""./test mutants: faults are planted into the schema, one at a time, and the SQL matrix has to see each of them.

They are made from the catalog: every policy dropped, opened or mistaken, every right too many and too few, row security off,
owners changed, functions opened, the ledger's triggers and constraints dropped. Each is undone before the next.
Ends with 1 when one survives that is not on the reviewed list of those that change nothing (equivalents.py beside this).
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.storage.matrix import judge
from tests.storage.mutants import breeding
from tests.storage.mutants.ground import prepared
from tests.storage.mutants.mutant import Fate, Mutant


class Tally(msgspec.Struct):
    """One kind: how many were tried, caught by the matrix, seen by `verify`, and equivalent."""

    kind: str
    tried: int = 0
    caught: int = 0
    verified: int = 0
    equivalent: int = 0

    @property
    def rate(self) -> float:
        """Of those that could be caught, in percent."""
        return 100 * self.caught / max(1, self.tried - self.equivalent)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "./test mutants", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help=f"every mutant, and not only one of {breeding.ONE_OF} of the kinds with very many",
    )
    parser.add_argument(
        "--only", action="append", metavar="TEXT", help="those with this in their title; may be repeated"
    )
    parser.add_argument("--list", action="store_true", help="name them and end")
    parser.add_argument("--json", metavar="FILE", help="write what became of each there; - is the standard output")
    return parser.parse_args()


async def tried(url: str, asked: argparse.Namespace, console: Console) -> list[Fate]:
    """Each of those asked for; a bar says how far it is. The healthy schema comes first, and has to be spotless."""
    async with judge.standing(url) as world:
        if wrong := (await judge.judged(world)).wrong:
            sys.exit("The healthy schema is accused:\n" + "\n".join(judge.sentences(wrong)))
        lines = await breeding.lines_of(world)
        mutants = _chosen(await breeding.bred(world.connection), asked)
        if asked.list:
            console.print("\n".join(mutant.title for mutant in mutants), markup=False, highlight=False)
            return []
        fates = []
        columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
        with Progress(*columns, console=console) as progress:
            bar = progress.add_task("", total=len(mutants))
            for mutant in mutants:
                progress.update(bar, description=mutant.kind)
                fates.append(await breeding.fate(world, mutant, lines=lines))
                progress.advance(bar)
                if not fates[-1].is_caught and not fates[-1].equivalent:
                    console.print(f"survived: {mutant.title}", style="bold red", markup=False, highlight=False)
        return fates


def _chosen(mutants: list[Mutant], asked: argparse.Namespace) -> list[Mutant]:
    if asked.only:
        return [mutant for mutant in mutants if any(text.casefold() in mutant.title.casefold() for text in asked.only)]
    return mutants if asked.all else breeding.sample(mutants)


def tallied(fates: list[Fate]) -> list[Tally]:
    """By kind, in their order."""
    found: dict[str, Tally] = {}
    for fate in fates:
        tally = found.setdefault(fate.mutant.kind, Tally(fate.mutant.kind))
        tally.tried += 1
        tally.caught += fate.is_caught
        tally.verified += fate.lines > 0
        tally.equivalent += bool(fate.equivalent)
    return list(found.values())


def shown(fates: list[Fate], console: Console) -> None:
    """The table of kinds, and the survivors by name."""
    table = Table(
        "fault", "planted", "caught by the matrix", "changes nothing", "kill rate", "seen in verify's catalog"
    )
    for tally in tallied(fates):
        counts = map(str, (tally.tried, tally.caught, tally.equivalent))
        table.add_row(tally.kind, *counts, f"{tally.rate:.1f} %", str(tally.verified))
    console.print(table)
    survivors = survived(fates)
    could = [fate for fate in fates if not fate.equivalent]
    console.print(
        f"{len(could) - len(survivors)} of {len(could)} mutants caught by the matrix alone"
        f" ({100 * (1 - len(survivors) / max(1, len(could))):.1f} %), {len(fates) - len(could)} change nothing"
    )
    for fate in survivors:
        console.print(f"survived: {fate.mutant.title}\n    {fate.mutant.sql}", markup=False, highlight=False)


def survived(fates: list[Fate]) -> list[Fate]:
    return [fate for fate in fates if not fate.is_caught and not fate.equivalent]


def written(fates: list[Fate], file: str) -> None:
    """For programs."""
    could = sum(not fate.equivalent for fate in fates)
    told = {
        "planted": len(fates),
        "kill_rate": 1 - len(survived(fates)) / max(1, could),
        "kinds": tallied(fates),
        "survivors": [fate.mutant.title for fate in survived(fates)],
        "fates": [
            {"title": fate.mutant.title, "sql": fate.mutant.sql, "wrong": fate.wrong, "lines_of_verify": fate.lines,
             "equivalent": fate.equivalent}
            for fate in fates
        ],
    }  # fmt: skip
    text = msgspec.json.format(msgspec.json.encode(told)).decode()
    print(text) if file == "-" else Path(file).write_text(text, "utf-8")


def main() -> int:
    asked = options()
    console = Console(width=None if sys.stdout.isatty() else 200, stderr=asked.json == "-")
    with tempfile.TemporaryDirectory() as home, prepared(Path(home)) as url:
        fates = asyncio.run(tried(url, asked, console))
    if asked.list:
        return 0
    shown(fates, console)
    if asked.json:
        written(fates, asked.json)
    return 1 if survived(fates) or not fates else 0


if __name__ == "__main__":
    sys.exit(main())
