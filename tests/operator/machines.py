"""A machine is a folder: a release at opt/attuned, its environment file, data, and the two units of docs/examples."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import httpx

from tests.operator.examples import Unit, unit
from tests.operator.releases import Release
from tests.operator.service import Service

UNITS = {"serve": "attuned@.service", "worker": "attuned-worker.service"}
READY_WITHIN_S = 60
WATCHED = b"The timetable is watched"
"""What a worker says when it is ready."""


class Machine:
    """`serve` at a port and `worker`, started, drained and lost as an operator does it."""

    def __init__(self, home: Path, port: int, variables: dict[str, str], release: Release) -> None:
        self.home, self.port = home, port
        self.logs = home.with_name(f"{home.name}.logs")
        self.logs.mkdir(exist_ok=True)
        for folder in ("opt", "etc", "var"):
            (home / folder).mkdir(parents=True)
        self.install(release)
        self.set(variables)
        self.services: dict[str, Service] = {}
        self._worker_began = 0  # where in its log

    def install(self, release: Release) -> None:
        """What is started from now on is this release."""
        link = self.home / "opt" / "attuned"
        link.unlink(missing_ok=True)
        link.symlink_to(release.folder)
        self.release = release

    def set(self, variables: dict[str, str]) -> None:
        """The environment file of what is started from now on."""
        told = variables | {"ATTUNED_DATA_DIR": str(self.home / "var" / "attuned")}
        (self.home / "etc" / "env").write_text("".join(f"{name}={value}\n" for name, value in told.items()))

    async def start(self) -> None:
        """Both, until they are ready."""
        for kind in UNITS:
            await self.start_one(kind)

    async def start_one(self, kind: str) -> None:
        wanted = self._unit(kind)
        port = self.port if kind == "serve" else 0
        log = self.logs / f"{kind}.log"
        if kind == "worker" and log.exists():
            self._worker_began = log.stat().st_size
        service = Service(wanted.command, log, port, environment=self._environment(wanted))
        service.start()
        self.services[kind] = service
        if kind == "serve":
            await asyncio.to_thread(service.await_ready)
            await self.until_ready()
        else:
            await self.until_said(WATCHED)

    async def until_ready(self) -> None:
        """As whoever restarts one after the other has to wait."""
        async with asyncio.timeout(READY_WITHIN_S), httpx.AsyncClient(timeout=READY_WITHIN_S) as http:
            while (await http.get(f"http://127.0.0.1:{self.port}/health/ready")).status_code != 200:
                assert self.services["serve"].runs, self.said()
                await asyncio.sleep(0.1)

    async def until_said(self, words: bytes) -> None:
        """The worker that was started last has said so: it stays from then on, whatever goes away."""
        async with asyncio.timeout(READY_WITHIN_S):
            while words not in self._worker_said():
                assert self.services["worker"].runs, self.said()
                await asyncio.sleep(0.05)

    async def stop_one(self, kind: str) -> None:
        within = self._unit(kind).stop_within_s
        code = await asyncio.to_thread(self.services[kind].stop, signal.SIGTERM, within)
        assert code == 0, f"{kind} ended with {code}:\n{self.said()}"

    async def restart(self) -> None:
        """`systemctl restart`, one unit after the other."""
        for kind in UNITS:
            await self.stop_one(kind)
            await self.start_one(kind)

    def lose(self) -> None:
        """The power is gone, and the disk with it."""
        for service in self.services.values():
            service.kill()
        shutil.rmtree(self.home)

    def stop(self) -> None:
        for service in self.services.values():
            service.kill()

    def run(self, *arguments: str, expect: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[str]:
        """A command of the release, in this machine's environment."""
        wanted = self._unit("worker")
        done = subprocess.run(
            [wanted.command[0], *arguments],
            env=self._environment(wanted),
            cwd=self.home,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=120,
        )
        assert done.returncode in expect, (
            f"{arguments}: {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        )
        return done

    @property
    def leads(self) -> bool:
        """Does its worker run the timetable? It gives that up only with its session in PostgreSQL."""
        return b"timetable_led_here" in self._worker_said()

    def _worker_said(self) -> bytes:
        return (self.logs / "worker.log").read_bytes()[self._worker_began :]

    def complaints(self) -> list[str]:
        """Lines that nobody should ever have to read: errors, and what is no line of the log at all."""
        found = []
        for log in sorted(self.logs.iterdir()):
            for line in log.read_text("utf-8").splitlines():
                if line.startswith("{"):
                    told: dict[str, Any] = json.loads(line)
                    if told.get("level") in ("error", "critical"):
                        found.append(f"{self.home.name}, {log.name}: {line[:600]}")
                elif line.startswith("Traceback"):
                    found.append(f"{self.home.name}, {log.name}: {line}")
        return found

    def said(self) -> str:
        return "\n".join(f"{log.name}: {log.read_text('utf-8')[-2000:]}" for log in sorted(self.logs.iterdir()))

    def _unit(self, kind: str) -> Unit:
        own = {"/opt/attuned": str(self.home / "opt/attuned"), "/etc/attuned/env": str(self.home / "etc/env")}
        return unit(UNITS[kind], own | ({"%i": str(self.port)} if kind == "serve" else {}))

    def _environment(self, wanted: Unit) -> dict[str, str]:
        """As systemd puts it together, and where the release's own modules are."""
        lines = Path(wanted.environment_file).read_text("utf-8").splitlines()
        told = dict(line.partition("=")[::2] for line in lines)
        base = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(self.release.folder),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return base | wanted.environment | told
