"""Valkey servers of the tests' own from the embedded program: alone, as a cluster of masters, with replicas."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import redis

from storage.binaries import guarded, valkey_binary

PASSWORD = "a-password-of-tests"
NODE_LOST_MS = 3000
"""Not so short that a busy machine looks like a lost node."""
WITHIN_S = 60


class Node:
    """One server, on loopback."""

    def __init__(self, home: Path, *settings: str) -> None:
        self.home = home
        self.home.mkdir()
        self.port, self.bus = free_port(), free_port()
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Returns when it answers. From the main thread only, with which it would die."""
        lines = [
            f"port {self.port}", f"cluster-port {self.bus}", "bind 127.0.0.1", f"requirepass {PASSWORD}",
            f"masterauth {PASSWORD}", f"dir {self.home}", "appendonly no", 'save ""',
            "repl-diskless-sync-delay 0", *self._settings,
        ]  # fmt: skip
        configuration = self.home / "valkey.conf"
        configuration.write_text("\n".join(lines) + "\n")
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                guarded([str(valkey_binary(None)), str(configuration)], signal.SIGKILL), stdout=log, stderr=log
            )
        until(self._answers)

    def ask(self, *command: Any) -> Any:
        with redis.Redis(port=self.port, password=PASSWORD, decode_responses=True, socket_timeout=5) as client:
            return client.execute_command(*command)

    def kill(self) -> None:
        """SIGKILL; what it held is gone, what it knows of its cluster is not."""
        if self._process:
            self._process.kill()
            self._process.wait(WITHIN_S)
            self._process = None

    def freeze(self) -> None:
        """Connections stay open and new ones are taken by the kernel, but nobody answers."""
        if self._process:
            os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        if self._process:
            os.kill(self._process.pid, signal.SIGCONT)

    def mend(self) -> None:
        """Make it run, whatever was done to it."""
        self.thaw() if self._process else self.start()

    def _answers(self) -> bool:
        with suppress(redis.ConnectionError):
            return bool(self.ask("PING"))
        return False


class Nodes:
    """A cluster: the masters, and after them as many replicas, one each, where there are any. `announced` are the ports that
    clients are told, where they are others than the servers'."""

    def __init__(
        self, home: Path, *settings: str, masters: int = 3, replicated: bool = False, announced: Sequence[int] = ()
    ) -> None:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        enabled = ("cluster-enabled yes", f"cluster-node-timeout {NODE_LOST_MS}", *settings)
        self.all: list[Node] = []
        try:
            for number in range(masters * (1 + replicated)):
                port = (f"cluster-announce-port {announced[number]}",) if announced else ()
                self.all.append(Node(home / str(number), *enabled, *port))
            self.masters, self.replicas = self.all[:masters], self.all[masters:]
            self._form()
        except BaseException:
            self.stop()
            raise

    def _form(self) -> None:
        for number, node in enumerate(self.masters):
            node.ask("CLUSTER", "ADDSLOTSRANGE", *self.range_of(number))
            node.ask("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        until(self._have_met)
        for master, replica in zip(self.masters, self.replicas, strict=False):
            until(partial(self._follows, replica, master))
        until(self.whole)

    def _have_met(self) -> bool:
        """Introduced again where nothing came of it: on a busy machine a handshake comes too late, and is forgotten."""
        for node in self.all[1:]:
            node.ask("CLUSTER", "MEET", "127.0.0.1", self.all[0].port, self.all[0].bus)
        with suppress(AssertionError):
            until(lambda: all(self._knows_all(node) for node in self.all), within=NODE_LOST_MS / 1000 + 1)
            return True
        return False

    def _knows_all(self, node: Node) -> bool:
        told = node.ask("CLUSTER", "NODES")
        return len(told.splitlines()) == len(self.all) and "handshake" not in told

    @property
    def url(self) -> str:
        """One node's: the others are found through it."""
        return self.all[0].url

    def range_of(self, number: int) -> tuple[int, int]:
        """The first and last slot that a master began with."""
        share = 16384 / len(self.masters)
        return round(number * share), round((number + 1) * share) - 1

    def whole(self) -> bool:
        """Does every node know all slots to be served, and every replica have its copy?"""
        return all("cluster_state:ok" in node.ask("CLUSTER", "INFO") for node in self.all) and all(
            node.ask("INFO", "replication").get("master_link_status") == "up" for node in self.replicas
        )

    def mend(self) -> None:
        for node in self.all:
            node.mend()
        until(lambda: all("cluster_state:ok" in node.ask("CLUSTER", "INFO") for node in self.all))

    def stop(self) -> None:
        for node in self.all:
            node.kill()

    @staticmethod
    def _follows(replica: Node, master: Node) -> bool:
        with suppress(redis.ResponseError):  # it has not heard of its master yet
            return bool(replica.ask("CLUSTER", "REPLICATE", master.ask("CLUSTER", "MYID")))
        return False


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def until(true: Callable[[], object], within: float = WITHIN_S) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
