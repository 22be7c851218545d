"""What proofs are about. By itself, so that a command can name them before it loads anything."""

from typing import Literal

Group = Literal["schema", "rights", "data", "keys", "files", "sync"]
GROUPS: tuple[Group, ...] = ("schema", "rights", "data", "keys", "files", "sync")
