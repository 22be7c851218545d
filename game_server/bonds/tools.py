"""Every tool with its life: the plain one, or the one of its own where its rules span rows or tables."""

from collections.abc import Mapping

from game_server.bonds.boundaries import Boundaries
from game_server.bonds.life import Life
from rooms.bonds.tools import TOOLS

OWN: Mapping[str, type[Life]] = {"boundaries": Boundaries}

LIVES: Mapping[str, Life] = {name: OWN.get(name, Life)(tool) for name, tool in TOOLS.items()}
