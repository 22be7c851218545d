"""What commands have in common: how settings are read, what is shown while one works, and how it says what it found."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import rich_click as click

from game_server.process import outlets
from game_server.process.exits import CANNOT
from game_server.settings import Settings

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for scripts.")


def read_settings(**options: Any) -> Settings:
    return Settings.from_environment(os.environ, **options)


@contextmanager
def step(text: str) -> Iterator[None]:
    """`Starting PostgreSQL … 0.3 s`, shown while it happens."""
    began = time.monotonic()
    click.echo(f"{text} … ", nl=False)
    sys.stdout.flush()
    try:
        yield
    except BaseException:
        click.echo("failed")
        raise
    click.echo(f"{time.monotonic() - began:.1f} s")


@contextmanager
def silent(_text: str) -> Iterator[None]:
    """For answers that nothing else may stand before."""
    yield


@contextmanager
def progress_bar(*, shown: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A bar on the terminal, beside the answer, while something is done; nothing where nobody watches. It hears what is done, how
    much of it, and of how much.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not (shown and console.is_terminal)) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, of: bar.update(task, description=what, completed=done, total=of or None)


def show(value: Any, as_json: bool, lines: Callable[[], list[str]]) -> None:
    """The answer: as one JSON object, or for people."""
    try:
        click.echo(json.dumps(value) if as_json else "\n".join(lines()))
    except BrokenPipeError:
        raise  # whoever reads has seen enough: click ends the command for that
    except OSError as error:
        outlets.give_up(1)
        fail(f"The answer could not be written: {error.strerror}.", CANNOT)


def fail(message: str, code: int) -> NoReturn:
    """A sentence beside the answer, and the exit code."""
    try:
        click.echo(message, err=True)
    except OSError:  # nobody hears the sentence; the exit code says it too
        outlets.give_up(2)
    sys.exit(code)
