"""What can be done with the bank: import a file, load the starter cards, list what a caller may see."""

from collections.abc import Callable
from pathlib import Path

import asyncpg
import msgspec

from game_server.activities.bank_files import Row, UnreadableFile, decode_json, read_rows, read_text
from game_server.activities.bank_rows import Enrichment, ReadRow, Remark, about_columns, read_row
from rooms.activities import taxonomy
from rooms.activities.card import Card
from rooms.activities.shipped import Shipped, plan, retired
from rooms.sessions.limits import YES, Player, facts_of, gate, in_bank
from rooms.sessions.state import LEVELS
from storage import activities as bank
from storage.activities import UpsertCounts

STARTER_BANK = Path(__file__).with_name("starter_bank.json")
EARLIER_STARTERS = Path(__file__).with_name("starter_history.json")
_BATCH = 200


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


class StarterCounts(msgspec.Struct, frozen=True):
    """What loading the starter cards did, in cards."""

    inserted: int = 0
    updated: int = 0
    archived: int = 0


class ActivityPage(msgspec.Struct, frozen=True):
    """One page of the bank; `next_after` is the activity_id to go on from, None at the end."""

    cards: tuple[Card, ...]
    next_after: int | None


async def import_bank(
    conn: asyncpg.Connection,
    path: Path,
    *,
    dry_run: bool = False,
    source_version: str | None = None,
    archive_missing: bool = False,
    enrichment: Path | None = None,
) -> ImportReport:
    """Bring a file into the bank in one transaction. One refused row and the bank stays as it was.

    A dry run does everything and takes it back, so that its counts are true.
    """
    try:
        rows, stated_version = read_rows(path)
        more = _read_enrichment(enrichment) if enrichment else {}
    except UnreadableFile as error:
        return ImportReport(refused=(Remark(error.line, "", error.message),), dry_run=dry_run)
    version = source_version or stated_version
    cards, report = _read_cards(rows, more, version, dry_run=dry_run)
    if report.refused:
        return report
    counts, archived = await _write(conn, cards, version, archive_missing=archive_missing, keep=not dry_run)
    return msgspec.structs.replace(report, counts=counts, archived=archived)


async def load_starter_bank(conn: asyncpg.Connection) -> StarterCounts:
    """Bring the cards that ship with the program into the bank: all of them into an empty one, else what moved on since.

    Cards that an operator edited, archived, deleted or brought themselves stay as they are (`shipped` says how that is told).
    """
    rows, version = read_rows(STARTER_BANK)
    cards, report = _read_cards(rows, {}, version, dry_run=False)
    if report.refused or version is None:
        raise RuntimeError(f"The starter bank is broken: {report.refused[:1]}")
    async with conn.transaction():
        await bank.lock_bank(conn)
        stored = await bank.starter_cards(conn, [card.uid for card in cards])
        planned = plan(version, cards, stored, _earlier_starters(), empty=await bank.is_empty(conn))
        counts = await bank.upsert_cards(conn, planned.write, version)
        if planned.retire:
            await bank.retire_cards(conn, planned.retire, retired(version))
    return StarterCounts(counts.inserted, counts.updated, len(planned.retire))


async def list_activities(
    conn: asyncpg.Connection, *, type_: str | None, rating: str | None, after: int, limit: int
) -> ActivityPage:
    """The next cards that the caller's limits allow, in either role. The connection acts as the caller."""
    allowed = await allowed_to(conn)
    found: list[Card] = []
    while True:
        cards = await bank.list_activities(conn, type_=type_, rating=rating, after=after, limit=_BATCH)
        found += [card for card in cards if allowed(card)]
        if len(found) > limit:
            return ActivityPage(tuple(found[:limit]), found[limit - 1].activity_id)
        if len(cards) < _BATCH:
            return ActivityPage(tuple(found), None)
        after = cards[-1].activity_id or after


async def allowed_to(conn: asyncpg.Connection) -> Callable[[Card], bool]:
    """What the caller's limits allow, in either role. The connection acts as the caller."""
    return _allows(await bank.caller_as_player(conn))


async def _write(
    conn: asyncpg.Connection, cards: list[Card], version: str | None, *, archive_missing: bool, keep: bool
) -> tuple[UpsertCounts, int]:
    transaction = conn.transaction()
    await transaction.start()
    try:
        counts = await bank.upsert_cards(conn, cards, version)
        archived = await bank.archive_missing(conn, [card.uid for card in cards]) if archive_missing else 0
    except BaseException:
        await transaction.rollback()
        raise
    await (transaction.commit() if keep else transaction.rollback())
    return counts, archived


def _allows(caller: Player) -> Callable[[Card], bool]:
    """May the caller see the card at its own rating, in one role or the other, with somebody who wants everything?"""
    roles = ((caller, _WILLING), (_WILLING, caller))
    gates = {level: [gate(level, active, partner) for active, partner in roles] for level in LEVELS}
    return lambda card: in_bank(card) and any(passes(facts_of(card)) for passes in gates[card.rating])  # type: ignore[index]


# What the list leaves out is due to the caller alone.
_WILLING = Player(
    anatomy=frozenset(taxonomy.BODY_PARTS), asked=True, answers=dict.fromkeys(taxonomy.PREFERENCE_KEYS, YES)
)


def _earlier_starters() -> Shipped:
    return msgspec.json.decode(EARLIER_STARTERS.read_bytes(), type=dict[str, dict[str, str]])


def _read_enrichment(path: Path) -> dict[str, Enrichment]:
    rows = decode_json(read_text(path), dict[str, Enrichment] | list[Enrichment])
    return {row.uid: row for row in (rows.values() if isinstance(rows, dict) else rows)}


def _read_cards(
    rows: list[Row], enrichment: dict[str, Enrichment], version: str | None, *, dry_run: bool
) -> tuple[list[Card], ImportReport]:
    read = [read_row(row, enrichment) for row in rows]
    cards, repeated = _unique(read)
    refused = [remark for row in read for remark in row.refused]
    notes = about_columns(rows) + [remark for row in read for remark in row.notes]
    for line, card, first_line, first in repeated:
        same = f"The same card as line {first_line}"
        if card == first:
            notes.append(Remark(line, "", f"{same}: read once."))
        else:
            refused.append(Remark(line, "", f"{same}, with other tags. Keep one of them."))
    uids = {card.uid for card in cards}
    lost = sum(uid not in uids for uid in enrichment)
    if lost:
        notes.append(Remark(0, "enrichment", f"{lost} of {len(enrichment)} rows belong to no card of the file."))
    if version is not None and not 0 < len(version) <= 32:  # noqa: PLR2004 - the column's width
        refused.append(Remark(0, "source_version", "The version is 1 to 32 characters long."))
    return cards, ImportReport(rows=len(rows), refused=tuple(refused), notes=tuple(notes), dry_run=dry_run)


def _unique(read: list[ReadRow]) -> tuple[list[Card], list[tuple[int, Card, int, Card]]]:
    """The first card of each uid, and the later ones as (line, card, first line, first card)."""
    first: dict[str, tuple[int, Card]] = {}
    repeated = []
    for row in read:
        if row.card is None:
            continue
        line, card = first.setdefault(row.card.uid, (row.line, row.card))
        if card is not row.card:
            repeated.append((row.line, row.card, line, card))
    return [card for _, card in first.values()], repeated
