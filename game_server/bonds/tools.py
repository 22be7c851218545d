"""Every tool with its life: the plain one, or the one of its own where its rules span rows or tables."""

from collections.abc import Mapping

from game_server.bonds.boundaries import Boundaries
from game_server.bonds.calendar import Calendar
from game_server.bonds.check_ins import CheckIns
from game_server.bonds.journal import Journal
from game_server.bonds.life import Life
from game_server.bonds.messages import Messages
from game_server.bonds.points import Points
from game_server.bonds.rewards import Rewards
from game_server.bonds.rules import Rules
from game_server.bonds.task_templates import TaskTemplates
from game_server.bonds.tasks import Tasks
from rooms.bonds.tools import TOOLS

OWN: Mapping[str, type[Life]] = {
    "boundaries": Boundaries,
    "calendar": Calendar,
    "check-ins": CheckIns,
    "journal": Journal,
    "messages": Messages,
    "points": Points,
    "rewards": Rewards,
    "rules": Rules,
    "task-templates": TaskTemplates,
    "tasks": Tasks,
}

LIVES: Mapping[str, Life] = {name: OWN.get(name, Life)(tool) for name, tool in TOOLS.items()}
