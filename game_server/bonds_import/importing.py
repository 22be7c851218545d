"""One import, from the file to what an operator is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from game_server.bonds_import import arrivals, dump_files, founding
from game_server.bonds_import.placing import Placing
from game_server.bonds_import.staging import Staged
from game_server.bonds_import.taking import Counts, Progress, Taking
from game_server.services import Services
from rooms.bonds.dump.kinds import BONDS, PEOPLE
from rooms.bonds.dump.reasons import sentence


class Why(msgspec.Struct, frozen=True):
    """So many rows of a table for one reason."""

    table: str
    code: str
    reason: str
    rows: int


class Report(msgspec.Struct, frozen=True):
    """What came of it. `asked`: people who are asked now whether they want to be in a bond that they were in."""

    dry_run: bool
    rows: int
    people: int
    bonds: int
    asked: int
    tables: dict[str, Counts]
    reasons: list[Why]


@contextmanager
def staged(path: Path, pg_bin: Path | None, progress: Progress) -> Iterator[Staged]:
    """A file, read. Raises NotRead, TooMuch."""
    kept = Staged()
    try:
        for rows in kept.keep(dump_files.rows(path, pg_bin)):
            progress("reading", rows, 0)
        yield kept
    finally:
        kept.close()


async def bring_in(services: Services, kept: Staged, *, dry: bool, progress: Progress) -> Report:
    """Take what can be taken. What is not is listed in `kept`."""
    at = services.clock.now()
    people = await arrivals.find(services, kept, dry=dry)
    bonds, made, asked = await founding.found(services, kept, people, at, dry=dry)
    taking = Taking(services, kept, Placing(kept, people, bonds), dry=dry, progress=progress)
    await taking.take()
    return Report(
        dry_run=dry,
        rows=kept.read,
        people=len(people),
        bonds=made,
        asked=asked,
        tables={
            PEOPLE: Counts(len(people)),
            BONDS: Counts(made, sum(one.id is not None for one in bonds.values()) - (0 if dry else made)),
            **taking.counts,
        },
        reasons=[Why(table, code, sentence(code), rows) for table, code, rows in kept.refusals()],
    )
