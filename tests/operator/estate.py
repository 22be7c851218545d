"""All that the operator runs: stores, pooler, proxy, two machines; what they are told, and what they are not to say."""

import secrets
from pathlib import Path

from tests.operator.authority import Authority
from tests.operator.debian import Programs
from tests.operator.front import Proxy
from tests.operator.machines import Machine
from tests.operator.releases import Release, before, present
from tests.operator.service import Service, free_port
from tests.operator.stores import ADMINISTRATOR, KEYS, Pooler, Postgres, Redis

PLAY = {
    "ATTUNED_DAILY_LIMIT": "1000000",
    "ATTUNED_CREDITS_BURST": "1000",
    "ATTUNED_CREDITS_PER_S": "1000",
    "ATTUNED_COOL_DOWN_S": "1",
    **{f"ATTUNED_LIMIT_{name}": "100000/60" for name in ("LOGIN", "REGISTER", "CLAIMS", "TICKETS", "OTHER")},
}
"""People here never rest, and all have one address."""


class Estate:
    """`start()`s the stores and the proxy; machines are added by the steps."""

    def __init__(self, home: Path, programs: Programs, commit: str | None) -> None:
        home.chmod(0o755)
        self.home = home
        self.authority = Authority(home / "tls")
        self.ports = (free_port(), free_port())
        self.redis = Redis(home, programs, self.authority)
        self.postgres = Postgres(home, programs, self.authority)
        self.pooler = Pooler(home, programs, self.postgres, self.authority)
        self.proxy = Proxy(home, programs, self.authority, self.ports)
        self.now = present(home / "releases")
        self.earlier = before(home / "releases", commit) if commit else None
        self.secrets = [secrets.token_urlsafe(36)]
        self.machines: list[Machine] = []
        self.lost: list[Machine] = []

    @property
    def first_release(self) -> Release:
        return self.earlier or self.now

    @property
    def services(self) -> list[Service]:
        """Whoever needs another one stands before it."""
        return [part.service for part in (self.proxy, self.pooler, self.postgres, self.redis)]

    def variables(self, *, past_the_pooler: bool = False) -> dict[str, str]:
        """What every process is told."""
        port = self.postgres.port if past_the_pooler else self.pooler.port
        one, several = "ATTUNED_SECRET_KEY", "ATTUNED_SECRET_KEYS"
        return {
            "DATABASE_URL": self.postgres.url(ADMINISTRATOR, "attuned", port=port),
            "REDIS_URL": self.redis.url,
            "ATTUNED_PERSON_KEYS": self.postgres.url(KEYS, KEYS),
            "ATTUNED_PUBLIC_URL": self.proxy.url,
            "ATTUNED_TRUSTED_PROXIES": "127.0.0.1",
            several if self.secrets[1:] else one: ",".join(self.secrets),
            **PLAY,
        }

    def machine(self, number: int, name: str, release: Release) -> Machine:
        """A new one, empty, at the port that the proxy knows."""
        return Machine(self.home / name, self.ports[number], self.variables(), release)

    def stop(self) -> None:
        for machine in self.machines:
            machine.stop()
        for service in self.services:
            service.kill()

    def complaints(self) -> list[str]:
        """What the server's processes have said that nobody should have to read."""
        return [line for machine in (*self.machines, *self.lost) for line in machine.complaints()]
