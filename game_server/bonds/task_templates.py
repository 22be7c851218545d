"""Templates of tasks, and using one: then what it says is aimed at somebody."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from game_server.bonds import obligations, shapes
from game_server.bonds.commands import Hand, require_version
from game_server.bonds.life import Command, Life, Written
from game_server.bonds.tasks import Tasks
from rooms.bonds import permissions
from rooms.bonds.tool import Tool
from rooms.bonds.tools.tasks import ASKED, TASKS
from storage.bond_rows import Row

ANYBODY = "00000000-0000-4000-8000-000000000000"


class Use(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For whom, and when it is due."""

    assigned_to: UUID
    due_date: shapes.Instant | None = None
    version: shapes.Version | None = None


class TaskTemplates(Life):
    """The life of templates."""

    def __init__(self, tool: Tool) -> None:
        super().__init__(tool)
        self.tasks = Tasks(TASKS)
        self.commands = {
            "use": Command(
                self._use, Use, {"assigned_to": ANYBODY, "due_date": "2040-01-31T20:00:00Z"}, answers=self.tasks
            )
        }

    async def _use(self, hand: Hand, row: Row, body: Use) -> Written:
        person = hand.member(str(body.assigned_to), "assigned_to")
        permissions.require("task-templates.use", hand.me, person=person)
        require_version(body.version, row["version"], row["id"])
        template = await obligations.opened(self, hand, row)
        given: dict[str, Any] = {field.name: template[field.name] for field in ASKED}
        if person.user_id == hand.me.user_id:
            given["point_value"] = 0  # what one takes on for oneself brings none
        due: datetime | None = body.due_date
        return await self.tasks.create(
            hand,
            {
                **given,
                "recurring": template["recurring"],
                "assigned_to": body.assigned_to,
                "due_date": due,
                "template_id": row["id"],
            },
        )
