"""Who may look into what we keep: a copy or a restore opens files to everybody, and each start closes them again.

Only what is ours is touched, by its name; a directory that holds other things too keeps its own mode.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from storage.child import NOBODY
from storage.store_errors import NotWritable

TREES = ("postgresql", "postgresql.new", "valkey", "sockets", "mailbox", "backups")
FILES = ("stores.json", "lock", "secret.key", "person-keys.sqlite", "password.new", "postgresql.log", "valkey.log")
VARIANTS = ("-wal", "-shm", "-journal", ".1", ".unreadable-")


def close_directory(data_dir: Path) -> None:
    """Take from others what they may do with our files. Raises NotWritable, with the one repair for all that is not ours."""
    own = [path for path in data_dir.iterdir() if _is_ours(path.name)]
    foreign = [path for path in _below(own) if not _close(path)]
    if len(own) == len(list(data_dir.iterdir())) and not _close(data_dir):
        foreign.append(data_dir)
    if foreign:
        raise NotWritable(
            f"{len(foreign)} of our files in {data_dir} belong to somebody else ({foreign[0].name} and others), as after a copy"
            f" or a restore. Run: chown -R {os.geteuid()}:{os.getegid()} '{data_dir}' && chmod -R u+rwX,go= '{data_dir}'"
        )


def close_file(path: Path) -> None:
    """The same for one file, with the files that SQLite keeps beside it."""
    for each in (path, *(path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal"))):
        if each.exists() and not _close(each):
            raise NotWritable(f"{each} is open to others and belongs to somebody else. Run: chmod 600 '{each}'")


def _is_ours(name: str) -> bool:
    return any(name == own or name.startswith(tuple(own + ending for ending in VARIANTS)) for own in (*TREES, *FILES))


def _below(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        yield path
        if path.is_dir() and not path.is_symlink():
            for folder, folders, files in os.walk(path):
                yield from (Path(folder, name) for name in (*folders, *files))


def _close(path: Path) -> bool:
    """False where it is open, or closed to us, and not ours to change."""
    try:
        facts = path.lstat()
    except FileNotFoundError:  # it has just gone
        return True
    if not (stat.S_ISDIR(facts.st_mode) or stat.S_ISREG(facts.st_mode)):
        return True
    is_own = os.geteuid() in (0, facts.st_uid)
    wanted = (facts.st_mode & 0o700) | (0o700 if stat.S_ISDIR(facts.st_mode) else 0o600)
    if is_own and stat.S_IMODE(facts.st_mode) != wanted:
        path.chmod(wanted)
    return is_own or facts.st_uid == NOBODY
