"""A real PgBouncer before a PostgreSQL, where Debian's package is installed."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def before(admin_url: str, mode: str, **options: str) -> Iterator[str]:
    """The same database's URL through a pooler of this mode, which asks PostgreSQL for the logins' passwords."""
    parts = urlsplit(admin_url)
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)  # it may run as nobody
        (home / "users").write_text(f'"{parts.username}" "{parts.password}"\n')
        told = {
            "listen_addr": "127.0.0.1", "listen_port": str(port), "unix_socket_dir": "", "pool_mode": mode,
            "auth_type": "scram-sha-256", "auth_file": str(home / "users"), "auth_user": str(parts.username),
        } | options  # fmt: skip
        (home / "ini").write_text(
            f"[databases]\n* = host={parts.hostname} port={parts.port}\n[pgbouncer]\n"
            + "".join(f"{name} = {value}\n" for name, value in told.items())
        )
        as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
        process = subprocess.Popen(
            [str(PROGRAM), *as_nobody, str(home / "ini")], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        try:
            assert process.stderr
            for line in process.stderr:
                if "process up" in line:
                    break
            else:
                raise AssertionError("PgBouncer did not start")
            yield urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.port}", f":{port}")))
        finally:
            process.kill()
            process.communicate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
