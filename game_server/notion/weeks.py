"""Weeks of a bond as rows: the numbers that their person looks back on as their own. Nobody writes them."""

from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from game_server.accounts.callers import Caller
from game_server.bonds import analytics
from game_server.bonds.analytics import Asked
from game_server.services import Services
from rooms.bonds.analytics import Week, monday
from rooms.errors import NotFound
from rooms.notion.property import Around
from storage import bonds

Row = dict[str, Any]
WEEKS = 53


async def of(services: Services, caller: Caller, seen: Around) -> list[Row]:
    """The weeks of the last year in each of the caller's bonds in which anything was, the oldest first. Raises KeysAway."""
    today = services.clock.now().astimezone(seen.zone).date()
    asked = Asked(monday(today) - timedelta(weeks=WEEKS), today, str(seen.zone))
    async with services.database.as_user(caller.id) as db:
        listed = await bonds.listed(db)
    rows: list[Row] = []
    for bond in listed:
        try:
            counted = await analytics.own_weeks(services, caller, bond.id, asked)
        except NotFound:  # they left meanwhile
            continue
        rows += [_row(bond.id, week) for week in counted if _is_any(week)]
    return sorted(rows, key=lambda row: (row["begins"], row["bond_id"]))


def marker(row: Row) -> str:
    """How a week is marked: by all that it counts."""
    return ",".join(str(row[name]) for name in sorted(row) if name not in ("id", "bond_id", "week", "begins"))


def id_of(bond_id: UUID, begins: date) -> UUID:
    """A week's id: the same whenever it is counted."""
    return uuid5(NAMESPACE_URL, f"attuned week {bond_id} {begins.isoformat()}")


def _is_any(week: Week) -> bool:
    tasks, moods = week.tasks, week.moods
    return any((tasks.done, tasks.still_open, week.points_given, moods.green, moods.yellow, moods.red))


def _row(bond_id: UUID, counted: Week) -> Row:
    year, week, _ = counted.begins.isocalendar()
    tasks, moods = counted.tasks, counted.moods
    return {
        "id": id_of(bond_id, counted.begins),
        "bond_id": bond_id,
        "week": f"{year}-W{week:02}",
        "begins": counted.begins,
        "tasks_due": tasks.done + tasks.still_open,
        "tasks_done": tasks.done,
        "tasks_on_time": tasks.on_time,
        "completion_rate": tasks.completion_rate,
        "on_time_rate": tasks.on_time_rate,
        "points": counted.points_given,
        "green_days": moods.green,
        "yellow_days": moods.yellow,
        "red_days": moods.red,
    }
