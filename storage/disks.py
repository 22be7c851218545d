"""How much room is left where something lies."""

import shutil
from pathlib import Path

import msgspec


class Room(msgspec.Struct, frozen=True):
    """Of a file system: which, and its bytes, free for us and in all."""

    device: int
    free: int
    total: int


def at(path: Path) -> Room | None:
    """Where this lies, or would lie; None where nobody can say."""
    there = next((one for one in (path.absolute(), *path.absolute().parents) if one.exists()), None)
    try:
        usage = shutil.disk_usage(there) if there else None
        return Room(there.stat().st_dev, usage.free, usage.total) if there and usage else None
    except OSError:
        return None
