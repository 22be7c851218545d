"""Who is reminded of what they took on: once for a due date, in words that say nothing, and never during a pause."""

import msgspec

from game_server.bonds import limit_filter, texts
from game_server.bonds.one_by_one import OneByOne
from game_server.notifications import zones
from game_server.notifications.sending import send_soon
from game_server.services import Services
from rooms.notifications.kinds import HOURS
from storage import bond_tasks, bond_upkeep, notifications
from storage.bond_tasks import Due
from storage.notifications import Told

AT_A_TIME = 200
WORTH_S = 12.0 * HOURS


async def remind(services: Services) -> int:
    """Remind everybody who is to be reminded now; how many times."""
    now, told, last, turns = services.clock.now(), 0, None, OneByOne()
    while True:
        async with services.database.as_service() as db:
            due = await bond_tasks.due_reminders(db, now, last, AT_A_TIME)
        if due:
            held = await limit_filter.held(services, [await _row(services, one) for one in due], "assigned_to")
            told += sum([await turns.do(_remind(services, one)) for one in due if one.id not in held])
        if len(due) < AT_A_TIME:
            break
        last = due[-1]  # what a limit holds stays due, and is in nobody's way
    if told:
        send_soon(services)
    turns.over()
    return told


async def _remind(services: Services, due: Due) -> bool:
    now = services.clock.now()
    async with services.database.as_service() as db:
        await bond_upkeep.at(db, now)
        if not await bond_upkeep.hold(db, due.bond_id) or not await bond_tasks.is_due(db, due.id, due.due_date):
            return False
        if due.is_low and await bond_upkeep.reminded_since(db, due.assigned_to, zones.midnight(due.time_zone, now)):
            return False  # one a day is enough
        if not await bond_tasks.note_reminder(db, due.id, due.due_date, due.assigned_to):
            return False
        return await notifications.tell(
            db,
            Told(
                kind="task_due",
                user_id=str(due.assigned_to),
                from_user_id=None,
                about=f"task:{due.id}",
                version=int(due.due_date.timestamp()),
                link=f"/bonds/{due.bond_id}",
                worth_s=WORTH_S,
                bond_id=due.bond_id,
                row_id=due.id,
            ),
        )


async def _row(services: Services, due: Due) -> dict[str, object]:
    """With its texts, for who looks for limits in them."""
    title, description = await texts.open_each(services, texts.bond_owner(due.bond_id), [due.title, due.description])
    return msgspec.structs.asdict(due) | {"title": title, "description": description}
