"""The tools of a bond, one a file: `boundaries`, `resources`. `TOOLS` has all by name."""

from collections.abc import Mapping

from rooms.bonds.tool import Tool
from rooms.bonds.tools.boundaries import BOUNDARIES
from rooms.bonds.tools.resources import RESOURCES

TOOLS: Mapping[str, Tool] = {tool.name: tool for tool in (BOUNDARIES, RESOURCES)}
