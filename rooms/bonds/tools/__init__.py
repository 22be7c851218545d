"""The tools of a bond, one a file: `tasks`, `task_templates`, `rules`, `rewards`, `points`, `boundaries`, `calendar`,
`resources`, `journal`, `check_ins`, `messages`. `TOOLS` has all by name.
"""

from collections.abc import Mapping

from rooms.bonds.tool import Tool
from rooms.bonds.tools.boundaries import BOUNDARIES
from rooms.bonds.tools.calendar import CALENDAR
from rooms.bonds.tools.check_ins import CHECK_INS
from rooms.bonds.tools.journal import JOURNAL
from rooms.bonds.tools.messages import MESSAGES
from rooms.bonds.tools.points import POINTS
from rooms.bonds.tools.resources import RESOURCES
from rooms.bonds.tools.rewards import REWARDS
from rooms.bonds.tools.rules import RULES
from rooms.bonds.tools.task_templates import TASK_TEMPLATES
from rooms.bonds.tools.tasks import TASKS

TOOLS: Mapping[str, Tool] = {
    tool.name: tool
    for tool in (
        BOUNDARIES, CALENDAR, RESOURCES, TASKS, TASK_TEMPLATES, RULES, REWARDS, POINTS, JOURNAL, CHECK_INS, MESSAGES,
    )
}  # fmt: skip
