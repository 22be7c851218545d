"""nginx as in docs/examples/nginx.conf, and its access log: what every phone was answered, the proxy's own answers too."""

import signal
from pathlib import Path

import msgspec

from storage.binaries import identity_for_postgres
from tests.operator.authority import Authority
from tests.operator.debian import Programs
from tests.operator.examples import adapted
from tests.operator.service import Service, free_port
from tests.operator.stores import give_all

LINE = (
    '{"at": $msec, "method": "$request_method", "path": "$uri", "status": $status, "upstream": "$upstream_addr",'
    ' "upstream_status": "$upstream_status", "retry_after": "$sent_http_retry_after"}'
)


class Answer(msgspec.Struct, frozen=True):
    """One request's, at its end: `at` in seconds since 1970; `upstream` names who was asked, with commas where it was several."""

    at: float
    method: str
    path: str
    status: int
    upstream: str
    upstream_status: str
    retry_after: str

    def __str__(self) -> str:
        asked = f" of {self.upstream} ({self.upstream_status})" if self.upstream else ""
        return f"{self.status} to {self.method} {self.path}{asked}, Retry-After {self.retry_after or 'missing'}"


class Proxy:
    """TLS on one origin, before the machines at these ports."""

    def __init__(self, home: Path, programs: Programs, authority: Authority, ports: tuple[int, int]) -> None:
        self.port, plain = free_port(), free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        folder = home / "nginx"
        folder.mkdir()
        self._log = folder / "access.log"
        own = {
            "127.0.0.1:8000": f"127.0.0.1:{ports[0]}", "127.0.0.1:8001": f"127.0.0.1:{ports[1]}",
            "listen 80;": f"listen 127.0.0.1:{plain};", "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "play.example.org": "127.0.0.1", "/etc/ssl/attuned": str(authority.folder),
        }  # fmt: skip
        (folder / "attuned.conf").write_text(adapted("nginx.conf", own))
        places = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        (folder / "nginx.conf").write_text(
            f"daemon off; pid {folder}/pid; worker_processes 1; events {{}}\nhttp {{\nlog_format answers escape=json '{LINE}';\n"
            f"access_log {self._log} answers;\n"
            + "".join(f"{name}_temp_path {folder}/{name};\n" for name in places)
            + "include attuned.conf;\n}\n"
        )
        identity = identity_for_postgres()
        for path in (folder, authority.folder):
            give_all(path, identity)
        command = [str(programs.nginx), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
        self.service = Service(command, home / "nginx.log", self.port, identity=identity)
        self.errors = folder / "error.log"

    def reload(self) -> None:
        self.service.tell(signal.SIGHUP)

    def answers(self) -> list[Answer]:
        """All so far, oldest first."""
        whole, _, _ = (self._log.read_bytes() if self._log.exists() else b"").rpartition(b"\n")
        lines = whole.splitlines()
        return [msgspec.json.decode(line, type=Answer) for line in lines]
