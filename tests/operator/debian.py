"""The programs that an operator installs from Debian."""

import os
import shutil
from pathlib import Path

import msgspec

POSTGRES = Path("/usr/lib/postgresql")
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


class Programs(msgspec.Struct, frozen=True):
    """Where they are; `postgres` is the folder with initdb too."""

    postgres: Path
    redis: Path
    pgbouncer: Path
    nginx: Path


def missing() -> list[str]:
    """The packages to be installed first."""
    found = {
        "postgresql": bool(_postgres()),
        "redis-server": shutil.which("redis-server", path=PATH),
        "pgbouncer": shutil.which("pgbouncer", path=PATH),
        "nginx-light": shutil.which("nginx", path=PATH),
    }
    return [package for package, program in found.items() if not program]


def programs() -> Programs:
    """All of them, where none is missing; the newest PostgreSQL."""
    named = [shutil.which(name, path=PATH) for name in ("redis-server", "pgbouncer", "nginx")]
    return Programs(_postgres()[-1], *(Path(str(name)) for name in named))


def _postgres() -> list[Path]:
    """Folders with a PostgreSQL that is new enough, the newest last."""
    numbered = {int(path.parent.name): path for path in POSTGRES.glob("*/bin") if path.parent.name.isdigit()}
    return [path for number, path in sorted(numbered.items()) if number >= 15 and (path / "initdb").exists()]
