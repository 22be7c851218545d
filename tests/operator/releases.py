"""Two releases, each in a folder as docs/examples/Containerfile copies it: the one of this tree, and the one before it."""

import io
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import msgspec

from tests.operator.examples import EXAMPLES

ROOT = Path(__file__).parents[2]
EVENTS = "rooms/sessions/events.py"
OLDEST = 13
"""The schema of the first release that runs beside a newer one."""


class Release(msgspec.Struct, frozen=True):
    """`folder` holds what is installed at /opt/attuned."""

    name: str
    folder: Path

    @property
    def last_migration(self) -> int:
        return max(int(file.name[:4]) for file in (self.folder / "migrations").glob("[0-9]*.sql"))

    @property
    def compiles_draws(self) -> bool:
        """Where PostgreSQL has JIT each draw takes a second: up to 4ed2d68."""
        return '"jit"' not in (self.folder / "storage/database.py").read_text("utf-8")

    @property
    def cuts_when_it_drains(self) -> bool:
        """A request may meet the closing of its connection: up to 4ed2d68."""
        return "close_doors" not in (self.folder / "game_server/live/draining.py").read_text("utf-8")


def present(home: Path) -> Release:
    """This tree as it stands."""
    folder = home / "this"
    folder.mkdir(parents=True)
    for name in parts():
        source = ROOT / name
        shutil.copytree(source, folder / name) if source.is_dir() else shutil.copy(source, folder)
    return _furnished(Release("this tree", folder))


def before(home: Path, commit: str) -> Release:
    """The tree of a commit."""
    folder = home / commit[:12]
    folder.mkdir(parents=True)
    packed = _git("archive", commit, "--", *parts())
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return _furnished(Release(commit[:12], folder))


def previous_commit() -> str | None:
    """The newest one whose schema is older than this tree's, so that a release has something to migrate, and all of whose
    migrations are as they are here: one whose files were edited since was never released. Where such a one cannot run beside a
    newer schema yet, the last one; where it cannot read an event that this tree writes, the one that first could (decision 64).
    None where history does not reach so far (a tarball, a shallow clone)."""
    last = max((ROOT / "migrations").glob("[0-9]*.sql"))
    try:
        if int(last.name[:4]) <= OLDEST:
            return _commit("HEAD")
        added = _git("log", "-1", "--diff-filter=A", "--format=%H", "--", str(last)).decode().strip()
        newest = _commit(f"{added}^" if added else "HEAD")  # where it is not committed yet, HEAD lacks it
        commit = next((commit for commit in _git("rev-list", newest).decode().split() if _is_as_here(commit)), None)
        return commit and _that_reads_all(commit)
    except (OSError, subprocess.CalledProcessError):
        return None


def _is_as_here(commit: str) -> bool:
    files = "migrations/[0-9]*.sql"
    return not _git("diff", "--name-only", "--diff-filter=MD", commit, "--", files).strip()


def _that_reads_all(commit: str) -> str | None:
    """This one, or the first since that knows every event of this tree."""
    here = _events((ROOT / EVENTS).read_text("utf-8"))
    missing = here - _events(_git("show", f"{commit}:{EVENTS}").decode())
    added = {_git("log", "-1", f'-Stag="{tag}"', "--format=%H", "--", EVENTS).decode().strip() for tag in missing}
    read = (
        one
        for one in added
        if one and _is_as_here(one) and not here - _events(_git("show", f"{one}:{EVENTS}").decode())
    )
    return next(read, None) if missing else commit


def _events(text: str) -> set[str]:
    return set(re.findall(r'\btag="(\w+)"', text))


def _commit(name: str) -> str:
    return _git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode().strip()


def parts() -> list[str]:
    """What the Containerfile copies."""
    copied = re.findall(r"^COPY (\S+) \S+$", (EXAMPLES / "Containerfile").read_text("utf-8"), re.MULTILINE)
    return [name for name in copied if name != "requirements.lock"]


def _furnished(release: Release) -> Release:
    """With this tree's environment: what a release depends on is not what is tried here."""
    (release.folder / ".venv").symlink_to(ROOT / ".venv")
    return release


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, check=True).stdout
