"""Bringing a file into the bank: all of it in one transaction, or with one refused row nothing."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import asyncpg
import msgspec

from game_server.activities.bank_cells import WrongCell, refuse_formulas
from game_server.activities.bank_files import decode_json, read_rows, read_text
from game_server.activities.bank_rows import Enrichment, ReadRow, Remark, about_columns, checked_version, read_row
from game_server.activities.bank_source import Row, UnreadableFile
from rooms.activities.card import Card
from storage import activities as bank
from storage.activities import UpsertCounts

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is, and of how much."""

_BATCH = 1000  # rows


def silently(_what: str, _done: int, _of: int) -> None:
    """For whoever shows no progress."""


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did, or would do. With anything in `refused` nothing was written."""

    rows: int = 0
    counts: UpsertCounts = UpsertCounts()
    archived: int = 0
    refused: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
    dry_run: bool = False

    @property
    def applied(self) -> bool:
        """Whether the bank now holds the file."""
        return not self.refused and not self.dry_run


class ReadCards(msgspec.Struct, frozen=True):
    """The cards of a file with the versions that their rows state, and what is to be said of it."""

    cards: list[tuple[Card, str | None]]
    refused: tuple[Remark, ...]
    notes: tuple[Remark, ...]


async def import_bank(
    conn: asyncpg.Connection,
    path: Path,
    *,
    sheet: str | None = None,
    dry_run: bool = False,
    source_version: str | None = None,
    archive_missing: bool = False,
    enrichment: Path | None = None,
    progress: Progress = silently,
) -> ImportReport:
    """Bring a file into the bank in one transaction. One refused row and the bank stays as it was.

    A dry run does everything and takes it back, so that its counts are true. A card's version is the one given here, else the one
    in its row, else the file's own.
    """
    try:
        progress(f"Reading {path.name}", 0, 0)
        source = read_rows(path, sheet)
        more = _read_enrichment(enrichment) if enrichment else {}
        version = checked_version(source_version or source.version or "")
    except UnreadableFile as error:
        return ImportReport(refused=(Remark(error.line, "", error.message),), dry_run=dry_run)
    except WrongCell as error:
        return ImportReport(refused=(Remark(0, error.column, error.reason),), dry_run=dry_run)
    read = read_cards(source.rows, more, progress)
    notes = tuple(Remark(0, "", note) for note in source.notes) + read.notes
    report = ImportReport(rows=len(source.rows), refused=read.refused, notes=notes, dry_run=dry_run)
    if report.refused:
        return report
    cards = [(card, version if source_version else own or version) for card, own in read.cards]
    counts, archived = await _write(conn, cards, archive_missing=archive_missing, keep=not dry_run, progress=progress)
    return msgspec.structs.replace(report, counts=counts, archived=archived)


def read_cards(rows: Sequence[Row], enrichment: Mapping[str, Enrichment], progress: Progress = silently) -> ReadCards:
    """The rows as cards, each of them once; the first of two that are the same counts."""
    read = []
    for number, row in enumerate(rows):
        if number % _BATCH == 0:
            progress("Checking the rows", number, len(rows))
        read.append(read_row(row, enrichment))
    cards, repeated = _unique(read)
    refused = [remark for row in read for remark in row.refused]
    notes = about_columns(rows) + [remark for row in read for remark in row.notes]
    for line, card, first_line, first in repeated:
        same = f"The same card as line {first_line}"
        if card == first:
            notes.append(Remark(line, "", f"{same}: read once."))
        else:
            refused.append(Remark(line, "", f"{same}, with other tags. Keep one of them."))
    uids = {card.uid for card, _ in cards}
    lost = sum(uid not in uids for uid in enrichment)
    if lost:
        notes.append(Remark(0, "enrichment", f"{lost} of {len(enrichment)} rows belong to no card of the file."))
    return ReadCards(cards, tuple(refused), tuple(notes))


async def _write(
    conn: asyncpg.Connection,
    cards: Sequence[tuple[Card, str | None]],
    *,
    archive_missing: bool,
    keep: bool,
    progress: Progress,
) -> tuple[UpsertCounts, int]:
    transaction = conn.transaction()
    await transaction.start()
    try:
        # Two imports at once would wait for each other's rows in a circle.
        await bank.lock_bank(conn)
        counts = UpsertCounts()
        for start in range(0, len(cards), _BATCH):
            progress("Writing the cards", start, len(cards))
            counts += await bank.upsert_versioned(conn, cards[start : start + _BATCH])
        archived = await bank.archive_missing(conn, [card.uid for card, _ in cards]) if archive_missing else 0
    except BaseException:
        await transaction.rollback()
        raise
    await (transaction.commit() if keep else transaction.rollback())
    return counts, archived


def _read_enrichment(path: Path) -> dict[str, Enrichment]:
    found = decode_json(read_text(path), dict[str, Enrichment] | list[Enrichment])
    rows = list(found.values() if isinstance(found, dict) else found)
    for row in rows:
        try:
            refuse_formulas(msgspec.to_builtins(row))
        except WrongCell as error:
            about = f'Enrichment of "{row.description[:40]}"'.replace("\0", "?")
            raise WrongCell(error.column, f"{about}: {error.reason}") from error
    return {row.uid: row for row in rows}


def _unique(read: list[ReadRow]) -> tuple[list[tuple[Card, str | None]], list[tuple[int, Card, int, Card]]]:
    """The first card of each uid, and the later ones as (line, card, first line, first card)."""
    first: dict[str, tuple[int, Card, str | None]] = {}
    repeated = []
    for row in read:
        if row.card is None:
            continue
        line, card, _ = first.setdefault(row.card.uid, (row.line, row.card, row.version))
        if card is not row.card:
            repeated.append((row.line, row.card, line, card))
    return [(card, version) for _, card, version in first.values()], repeated
