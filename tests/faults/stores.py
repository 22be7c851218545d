"""The stores that the fault tests break: a PostgreSQL and a Valkey of their own, killed and started on purpose."""

import os
import shutil
import signal
import time
from pathlib import Path

from storage.embedded import Stores, _Child
from storage.engines import left_behind

WITHIN_S = 60


class Breakable:
    """One store's server process, and those it has forked."""

    def __init__(self, child: _Child) -> None:
        self._child = child

    def kill(self) -> None:
        """SIGKILL; returns when every process of it is gone."""
        process = self._child._process
        assert process
        process.kill()
        process.wait(WITHIN_S)
        deadline = time.monotonic() + WITHIN_S
        engine = self._child.engine
        while left_behind(engine.data, engine.pid_file):
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def stop(self) -> None:
        """An orderly, fast shutdown."""
        self._child.ask_to_stop()
        self._child.wait_until_stopped()

    def start(self) -> None:
        """Start it again; returns when it takes connections. From the main thread only, with which it would die."""
        self._child.start()
        self._child.wait_until_ready()

    def become_a_replica(self) -> None:
        """Restart it so that it only reads: it waits for a primary that never comes. `become_a_primary` ends that."""
        self.stop()
        (self._child.engine.data / "standby.signal").touch()
        self._child.start()

    def become_a_primary(self) -> None:
        self.stop()
        (self._child.engine.data / "standby.signal").unlink()
        self.start()

    def freeze(self) -> None:
        """SIGSTOP: connections stay open and new ones are taken by the kernel, but nobody answers."""
        os.kill(self._child._pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self._child._pid, signal.SIGCONT)

    def forget(self) -> None:
        """Throw away what it has on disk, while it is dead."""
        shutil.rmtree(self._child.engine.data / "appendonlydir", ignore_errors=True)

    def mend(self) -> None:
        """Make it run, whatever was done to it."""
        if self._child._ended():
            self.start()
        else:
            self.thaw()


class BreakableStores:
    """Both, durable as in production."""

    def __init__(self, home: Path) -> None:
        self._stores = Stores(home)
        self._stores.start()
        assert self._stores.database_url
        assert self._stores.redis_url
        self.database_url = self._stores.database_url
        self.redis_url = self._stores.redis_url
        self.postgres, self.redis = (Breakable(child) for child in self._stores._children)

    def stop(self) -> None:
        self._stores.stop()
