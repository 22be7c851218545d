"""Weeks of a bond as rows: counted from facts, and of moods only one's own. Nobody writes them."""

from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from game_server.accounts.callers import Caller
from game_server.services import Services
from rooms.bonds.analytics import monday
from rooms.notion.property import Around
from storage import notion_weeks

Row = dict[str, Any]
WEEKS = 53


async def of(services: Services, caller: Caller, seen: Around) -> list[Row]:
    """The weeks of the last year in each of the caller's bonds in which anything was, the oldest first."""
    today = services.clock.now().astimezone(seen.zone).date()
    since = monday(today) - timedelta(weeks=WEEKS)
    async with services.database.as_user(caller.id) as db:
        counted = await notion_weeks.of(db, str(seen.zone), since)
    return [_row(one) for one in counted]


def marker(row: Row) -> str:
    """How a week is marked: by all that it counts."""
    return ",".join(str(row[name]) for name in sorted(row) if name not in ("id", "bond_id", "week", "begins"))


def id_of(bond_id: UUID, begins: date) -> UUID:
    """A week's id: the same whenever it is counted."""
    return uuid5(NAMESPACE_URL, f"attuned week {bond_id} {begins.isoformat()}")


def _row(counted: notion_weeks.Week) -> Row:
    year, week, _ = counted.begins.isocalendar()
    return {
        "id": id_of(counted.bond_id, counted.begins),
        "bond_id": counted.bond_id,
        "week": f"{year}-W{week:02}",
        "begins": counted.begins,
        "tasks_due": counted.tasks_due,
        "tasks_done": counted.tasks_done,
        "tasks_on_time": counted.tasks_on_time,
        "completion_rate": _percent(counted.tasks_done, counted.tasks_due),
        "on_time_rate": _percent(counted.tasks_on_time, counted.tasks_done),
        "points": counted.points,
        "green_days": counted.green,
        "yellow_days": counted.yellow,
        "red_days": counted.red,
    }


def _percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None
