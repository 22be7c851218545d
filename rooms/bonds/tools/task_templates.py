"""Tasks to be given again and again. What they say is aimed at nobody until one is used."""

import msgspec

from rooms.bonds.tool import Choice, Field, Tool
from rooms.bonds.tools.tasks import ASKED, RECURRING

TASK_TEMPLATES = Tool(
    name="task-templates",
    table="task_templates",
    label="Templates of tasks",
    line="title",
    owner="created_by",
    audience="shared",
    fields=(
        *(msgspec.structs.replace(field, aimed=False) for field in ASKED),
        Field(name="recurring", kind=Choice(RECURRING), default="none", nullable=False),
    ),
    searched=("title", "description"),
)
