"""The bank as it is kept, looked over: rows, tags, words, and for whom it runs dry."""

from collections.abc import Sequence

import asyncpg
import msgspec

from game_server.activities.bank_import import Progress, silently
from rooms.activities.card import Problem
from rooms.activities.opinion import opinion, undrawn
from rooms.sessions.coverage import FEWEST_LEFT, Left, Made, composition, coverage
from rooms.sessions.limits import in_bank
from storage import activities as bank
from storage.activities import Kept

_STEP = 100  # cards between two reports of progress


class Mark(msgspec.Struct, frozen=True):
    """Something about one card of the bank, told by its number and the beginning of its text."""

    activity_id: int
    text: str
    field: str
    reason: str


class BankReport(msgspec.Struct, frozen=True, kw_only=True):
    """What is in the bank. `wrong` are cards in use that are not as they should be, `notes` those in use that nobody is shown."""

    rows: int
    drawable: int
    waiting: int
    archived: int
    least: int
    wrong: tuple[Mark, ...]
    notes: tuple[Mark, ...]
    made: tuple[Made, ...]
    coverage: tuple[Left, ...]

    @property
    def dry(self) -> tuple[Left, ...]:
        """Where somebody is left with too few cards, the worst first."""
        return tuple(sorted((left for left in self.coverage if left.dry), key=lambda left: (left.fewest, -left.dry)))

    @property
    def fine(self) -> bool:
        """Whether nothing is wrong and nobody runs dry."""
        return not self.wrong and not self.dry


async def check_bank(
    conn: asyncpg.Connection, *, least: int = FEWEST_LEFT, progress: Progress = silently
) -> BankReport:
    """Look the whole bank over, as it is at this moment. The connection is in no transaction."""
    progress("Reading the bank", 0, 0)
    rows = await bank.whole_bank(conn)
    waiting = await bank.waiting_cards(conn)
    return look_over(rows, waiting=len(waiting), least=least, progress=progress)


def look_over(
    rows: Sequence[Kept], *, waiting: int = 0, least: int = FEWEST_LEFT, progress: Progress = silently
) -> BankReport:
    """The report on these rows; `waiting` is how many cards wait for approval."""
    wrong: list[Mark] = []
    notes: list[Mark] = []
    for number, row in enumerate(rows):
        if number % _STEP == 0:
            progress("Reading what the cards say", number, len(rows))
        if row.card is None:
            wrong.append(
                Mark(row.activity_id, "", "", "The row cannot be read, so nobody is shown it. Mend it by SQL.")
            )
        elif row.card.is_active and row.card.approved:
            wrong += _marks(row, _of_uid(row))
            wrong += _marks(row, opinion(row.card))
            notes += _marks(row, undrawn(row.card))
    progress("Counting what is left", 0, 0)
    cards = [row.card for row in rows if row.card]
    return BankReport(
        rows=len(rows),
        drawable=sum(map(in_bank, cards)),
        waiting=waiting,
        archived=sum(not card.is_active for card in cards),
        least=least,
        wrong=tuple(wrong),
        notes=tuple(notes),
        made=tuple(composition(cards)),
        coverage=tuple(coverage(cards, least=least)),
    )


def _of_uid(row: Kept) -> tuple[Problem, ...]:
    if row.uid:
        return ()
    return (Problem("activity_uid", "The card has no uid: an import of the same card would bring it a second time."),)


def _marks(row: Kept, problems: Sequence[Problem]) -> list[Mark]:
    text = row.card.steps[0].do if row.card else ""
    return [Mark(row.activity_id, text, problem.field, problem.message) for problem in problems]
