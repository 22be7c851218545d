"""From when on Notion is asked what changed there.

It tells times to the minute and finds what was just written a little later, so a run begins some minutes before the last one
ended. What a page says is compared with what both sides last agreed on anyway: to read it twice changes
nothing. Pages in the trash are in no answer: now and then everything is read.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from rooms.notion import canonical

OVERLAP = timedelta(minutes=5)
ALL_AGAIN = timedelta(days=1)
"""So often everything is read: for the trash, and for what was found too late."""


def since(mark: datetime | None) -> datetime | None:
    """From when on a run asks; None for everything."""
    return None if mark is None else _minute(mark) - OVERLAP


def after(mark: datetime | None, seen: Iterable[datetime]) -> datetime | None:
    """The mark after a run, or a part of one, has done everything with these pages. It never goes back."""
    found = [*seen, *([] if mark is None else [mark])]
    return _minute(max(found)) if found else None


def is_due(last_full: datetime | None, now: datetime) -> bool:
    """Is everything to be read once more?"""
    return last_full is None or now - last_full >= ALL_AGAIN


def told(at: datetime) -> str:
    """A moment as a request says it."""
    return canonical.moment(at).replace("Z", ":00Z")


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
