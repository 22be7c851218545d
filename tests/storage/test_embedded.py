"""The embedded stores survive bad days, leave nothing behind, and say what is wrong in words to act on."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
import redis

from storage.data_directory import DataDirInUse, running
from storage.embedded import Stores
from storage.store_errors import BinariesMissing, DiskFull, NotWritable, OtherVersion, StoreError, explain

ROOT = Path(__file__).parents[2]


@contextmanager
def started(directory: Path, **options: bool | Path) -> Iterator[Stores]:
    stores = Stores(directory, **options)
    stores.start()
    try:
        yield stores
    finally:
        stores.stop()


def processes_of(directory: Path) -> list[int]:
    """Every process that works in this data directory."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if link.resolve(strict=True).is_relative_to(directory):
                found.append(int(link.parts[2]))
        except OSError:
            continue
    return found


def eventually(holds: Callable[[], bool], within: float = 20) -> None:
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, "it did not become true"
        time.sleep(0.02)


async def test_the_cluster_has_checksums_durable_commits_utf8_and_utc(admin_url):
    connection = await asyncpg.connect(admin_url)
    names = ("data_checksums", "fsync", "synchronous_commit", "full_page_writes", "server_encoding", "TimeZone")
    assert [await connection.fetchval(f"SHOW {name}") for name in names] == ["on", "on", "on", "on", "UTF8", "UTC"]
    await connection.close()


async def test_nobody_gets_in_without_the_password(admin_url, redis_url):
    parts = urlsplit(admin_url)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(host=parts.hostname, port=parts.port, user="postgres", database="attuned", password="")
    with redis.Redis(port=urlsplit(redis_url).port) as client, pytest.raises(redis.AuthenticationError):
        client.ping()


def test_secrets_and_data_are_closed_to_other_users(stores):
    for name in ("stores.json", "lock", "postgresql", "valkey", "sockets", "valkey/valkey.conf"):
        assert (stores.data_dir / name).stat().st_mode & 0o077 == 0, name


def test_a_second_start_is_told_who_runs(stores):
    with pytest.raises(DataDirInUse) as refused:
        Stores(stores.data_dir).start()
    assert refused.value.running.pid == os.getpid()
    assert str(os.getpid()) in str(refused.value)
    assert running(stores.data_dir).database_url == stores.database_url


def test_kill_9_of_the_parent_leaves_no_orphan_and_the_next_start_has_every_committed_row(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-m", "tests.support.hold_stores", str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    database_url, redis_url = holder.stdout.readline().split()

    async def write() -> None:
        connection = await asyncpg.connect(database_url)
        await connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        await connection.close()

    asyncio.run(write())
    assert processes_of(tmp_path)
    holder.kill()
    holder.wait()
    holder.stdout.close()
    eventually(lambda: not processes_of(tmp_path))

    with started(tmp_path) as again:
        assert (again.database_url, again.redis_url) == (database_url, redis_url)

        async def read() -> int:
            connection = await asyncpg.connect(database_url)
            try:
                return await connection.fetchval("SELECT number FROM kept")
            finally:
                await connection.close()

        assert asyncio.run(read()) == 7
    assert running(tmp_path) is None
    assert not processes_of(tmp_path)


def test_a_start_right_after_kill_9_waits_for_what_is_still_going_down(tmp_path):
    for _ in range(3):
        holder = subprocess.Popen(
            [sys.executable, "-m", "tests.support.hold_stores", str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
        )
        urls = holder.stdout.readline()
        holder.kill()
        holder.wait()
        holder.stdout.close()
        with started(tmp_path) as again:
            assert f"{again.database_url} {again.redis_url}\n".encode() == urls


def test_a_stale_pid_file_that_names_somebody_else_does_not_stop_the_start(tmp_path):
    with started(tmp_path, redis=False):
        lines = (tmp_path / "postgresql/postmaster.pid").read_text().splitlines()
    lines[0] = str(os.getppid())
    (tmp_path / "postgresql/postmaster.pid").write_text("\n".join(lines) + "\n")
    with started(tmp_path, redis=False) as again:
        assert again.database_url


@pytest.mark.parametrize("store", ["postgresql", "valkey"])
async def test_a_store_that_dies_alone_is_started_again(tmp_path, store):
    with started(tmp_path, postgres=store == "postgresql", redis=store == "valkey") as stores:
        supervision = asyncio.ensure_future(stores.supervise())
        pid_file = tmp_path / store / ("postmaster.pid" if store == "postgresql" else "valkey.pid")
        for _ in range(2):
            os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
            await _answers_again(stores)
        supervision.cancel()


async def _answers_again(stores: Stores) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                if stores.database_url:
                    connection = await asyncpg.connect(stores.database_url)
                    await connection.close()
                if stores.redis_url:
                    with redis.Redis.from_url(stores.redis_url) as client:
                        client.ping()
            except (OSError, asyncpg.PostgresError, redis.RedisError):
                await asyncio.sleep(0.05)
            else:
                return


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(tmp_path):
    deep = tmp_path / ("long-" * 20)
    with started(deep, postgres=False) as stores:
        assert not (deep / "sockets").exists()
        (short,) = Path(tempfile.gettempdir()).glob(f"attuned-{os.geteuid()}-*/valkey.sock")
        assert short.parent.stat().st_mode & 0o077 == 0
        with redis.Redis.from_url(stores.redis_url) as client:
            assert client.ping()
    short.parent.rmdir()


def test_no_path_short_enough_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / ("also-long-" * 12)))
    with pytest.raises(StoreError, match=r"too long for a unix socket.*ATTUNED_DATA_DIR"):
        Stores(tmp_path / ("long-" * 20), postgres=False).start()


def test_a_port_that_somebody_took_meanwhile_is_replaced(tmp_path):
    with started(tmp_path, postgres=False) as stores:
        before = urlsplit(stores.redis_url).port
    with socket.create_server(("127.0.0.1", before)), started(tmp_path, postgres=False) as stores:
        assert urlsplit(stores.redis_url).port != before
        with redis.Redis.from_url(stores.redis_url) as client:
            assert client.ping()


def test_a_lost_password_file_is_made_anew(tmp_path):
    with started(tmp_path, redis=False) as stores:
        before = stores.database_url
    (tmp_path / "stores.json").unlink()
    with started(tmp_path, redis=False) as stores:
        assert stores.database_url != before
        asyncio.run(_connects(stores.database_url))


async def _connects(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.close()


def test_a_damaged_redis_file_is_put_aside_because_everything_in_it_can_be_rebuilt(tmp_path):
    with started(tmp_path, postgres=False) as stores, redis.Redis.from_url(stores.redis_url) as client:
        client.set("a", "b" * 1000)
    (appended,) = (tmp_path / "valkey/appendonlydir").glob("*.incr.aof")
    appended.write_bytes(b"*3 this is no longer a log of commands\r\n" * 50)
    with started(tmp_path, postgres=False) as stores, redis.Redis.from_url(stores.redis_url) as client:
        assert client.get("a") is None
    assert len(list(tmp_path.glob("valkey.unreadable-*"))) == 1


def test_an_interrupted_first_start_is_simply_done_again(tmp_path):
    (tmp_path / "postgresql.new/base").mkdir(parents=True)
    (tmp_path / "password.new").touch()
    with started(tmp_path, redis=False) as stores:
        assert stores.database_url
    assert not (tmp_path / "postgresql.new").exists()


def test_a_data_directory_of_a_newer_postgresql_is_left_alone(tmp_path):
    (tmp_path / "postgresql").mkdir(mode=0o700)
    (tmp_path / "postgresql/PG_VERSION").write_text("99\n")
    with pytest.raises(OtherVersion, match=r"made by PostgreSQL 99.*ATTUNED_PG_BIN"):
        Stores(tmp_path, redis=False).start()
    assert running(tmp_path) is None


def test_a_place_that_cannot_be_a_directory_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NotWritable, match="ATTUNED_DATA_DIR"):
        Stores(tmp_path / "file" / "data").start()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_directory_is_said(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(NotWritable, match="not writable for this user"):
        Stores(tmp_path / "data").start()


def test_a_full_disk_is_said_before_anything_is_made(tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", small], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("only root can mount a small disk")
    try:
        with pytest.raises(DiskFull, match="MB are free"):
            Stores(small / "data").start()
        assert not (small / "data/postgresql").exists()
    finally:
        subprocess.run(["umount", small], check=True)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a,b \"c\" 'd'", marks=pytest.mark.long),
        "100% a%20b schön ❤ #e?f=g&h",
        "$HOME `i` back\\slash \\x41",
        pytest.param("[a]*\\? [!b]", marks=pytest.mark.long),
    ],
)
def test_a_directory_may_have_any_name(tmp_path_factory, name):
    tmp_path = tmp_path_factory.mktemp("d")  # short enough for sockets inside
    for _ in range(2):
        with started(tmp_path / name) as stores:
            asyncio.run(_connects(stores.database_url))
            with redis.Redis.from_url(stores.redis_url) as client:
                assert client.ping()
                assert client.config_get("dir")["dir"] == str(tmp_path / name / "valkey")
            assert {path.name for path in (tmp_path / name / "sockets").iterdir()} >= {"valkey.sock"}
    assert {path.name for path in tmp_path.iterdir()} == {name}


def test_a_line_break_in_the_name_is_said(tmp_path):
    with pytest.raises(NotWritable, match="line break"):
        Stores(tmp_path / "a\nb").start()
    assert not list(tmp_path.iterdir())


def test_what_a_copy_opened_is_closed_again(tmp_path):
    home = tmp_path / "home"
    with started(home):
        pass
    for name in ("secret.key", "person-keys.sqlite", "person-keys.sqlite-wal"):
        (home / name).touch()
    subprocess.run(["chmod", "-R", "a+rX", home], check=True)
    with started(home) as stores:
        asyncio.run(_connects(stores.database_url))
        opened = [path for path in (home, *home.rglob("*")) if path.lstat().st_mode & 0o077 and not path.is_socket()]
    assert opened == []


def test_a_directory_that_holds_other_things_too_keeps_its_mode(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o755)
    (home / "theirs").write_text("somebody else's")
    (home / "theirs").chmod(0o644)
    with started(home, postgres=False):
        pass
    with started(home, postgres=False):
        assert [path.stat().st_mode & 0o777 for path in (home, home / "theirs")] == [0o755, 0o644]


@pytest.mark.parametrize("options", ["size=16k", pytest.param("size=8m", marks=pytest.mark.long), "ro"])
def test_little_or_closed_shared_memory_does_not_matter(tmp_path, options):
    hold = f"{sys.executable} -m tests.support.hold_stores {tmp_path}"
    script = f"mount -t tmpfs -o {options} tmpfs /dev/shm && exec {hold} </dev/null"
    holder = subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    said = holder.stdout.readline()
    holder.kill()
    errors = holder.communicate()[1]
    if "not permitted" in errors or "permission denied" in errors.lower():
        pytest.skip("only root can make a small shared memory")
    assert said.startswith("postgresql://"), errors


def test_a_lack_of_shared_memory_is_not_called_a_full_disk(tmp_path):
    said = 'FATAL:  could not resize shared memory segment "/PostgreSQL.1" to 1048576 bytes: No space left on device'
    told = explain("PostgreSQL 17", said, tmp_path / "postgresql.log")
    assert (told.code, "shared memory" in str(told), "disk" in str(told)) == ("shared_memory", True, False)


def test_missing_binaries_are_named(tmp_path):
    with pytest.raises(BinariesMissing, match="ATTUNED_PG_BIN"):
        Stores(tmp_path, pg_bin=tmp_path).start()
    with pytest.raises(BinariesMissing, match="ATTUNED_REDIS_BIN"):
        Stores(tmp_path, postgres=False, redis_bin=tmp_path / "nothing").start()


@pytest.mark.skipif(not Path("/usr/lib/postgresql/15/bin/initdb").exists(), reason="PostgreSQL 15 is not installed")
def test_the_systems_postgresql_15_works_too(tmp_path):
    with started(tmp_path, redis=False, pg_bin=Path("/usr/lib/postgresql/15/bin")) as stores:
        asyncio.run(_connects(stores.database_url))
