"""What the operator does, in this order, while people play and answer."""

import asyncio
import json
import secrets
import signal
import time
from typing import Any

import httpx

from tests.operator.crowd import Crowd
from tests.operator.diarist import sign_in_and_look
from tests.operator.estate import Estate
from tests.operator.journal import Journal
from tests.operator.machines import Machine
from tests.operator.service import Service
from tests.operator.stores import STAGING
from tests.support.person import Person

MOST_PRINTED = 4
AWAY_S = 3
"""So long a store stays away, at least."""


class Operator:
    """`games` and `people` are what was found whole at the end."""

    def __init__(self, estate: Estate, crowd: Crowd, journal: Journal) -> None:
        self.estate, self.crowd, self.journal = estate, crowd, journal
        self.games = self.people = 0

    async def work(self) -> None:
        """All of it. Raises AssertionError for what did not hold."""
        await self.install()
        self.journal.crowd = self.crowd
        await self.release()
        await self.new_secret()
        await self.try_elsewhere()
        await self.reload_proxy()
        await self.lose_redis()
        await self.lose_machine()
        await self.restart_postgres()
        await self.close_the_evening()
        await self.months_later()

    # --- first install -----------------------------------------------------------------------------------------------

    async def install(self) -> None:
        estate, step = self.estate, self.journal.step
        async with step("PostgreSQL and Redis are there, with an administrator who may create roles and no more"):
            for service in (estate.postgres.service, estate.redis.service):
                await self._start(service)
            await estate.postgres.furnish()
            if estate.first_release.compiles_draws:
                await estate.postgres.execute("ALTER DATABASE attuned SET jit = off")
        async with step(f"migrate up, {estate.first_release.name}"):
            estate.machines = [estate.machine(number, f"machine-{number}", estate.first_release) for number in (0, 1)]
            estate.machines[0].set(estate.variables(past_the_pooler=True))
            await self._run(estate.machines[0], "migrate", "up")
            estate.machines[0].set(estate.variables())
        async with step("PgBouncer and nginx are there"):
            await estate.pooler.introduce()
            for service in (estate.pooler.service, estate.proxy.service):
                await self._start(service)
            await self._run(estate.machines[1], "migrate", "status")
        async with step("two machines serve"):
            for machine in estate.machines:
                await machine.start()
            await self._open_the_door()
        async with step("people come and play"):
            await self.crowd.play()
            await self.crowd.goes_on()

    async def _open_the_door(self) -> None:
        """What the proxy is to show, and what not."""
        estate = self.estate
        async with httpx.AsyncClient(base_url=estate.proxy.url) as http:
            page = await http.get("/", headers={"Accept": "text/html"})
            assert (page.status_code, page.headers["Content-Type"].split(";")[0]) == (200, "text/html"), page.text
            assert (await http.get("/metrics")).status_code == 404
        async with await Person.anonymous(estate.proxy.url, "Ada") as ada:
            room = await ada.open_room(activity_type="truth", target_activities=5)
            assert estate.proxy.url in json.dumps(room), room

    # --- upgrade -----------------------------------------------------------------------------------------------------

    async def release(self) -> None:
        """The schema first, then one machine after the other."""
        estate = self.estate
        if estate.earlier is None:
            self.journal.console.print("no release before this one in this history: nothing to roll from")
            return
        async with self.journal.step("migrate up, this tree, while the release before serves"):
            new = estate.machine(0, "workstation", estate.now)
            behind = estate.earlier.last_migration < estate.now.last_migration
            await self._run(new, "migrate", "status", expect=(1 if behind else 0,))
            await self._run(new, "migrate", "up")
            await self._run(new, "verify")
            await self.crowd.goes_on()
        await self._roll("the new release", release=True)
        await estate.postgres.execute("ALTER DATABASE attuned RESET jit")

    async def _roll(self, why: str, *, release: bool = False) -> None:
        """Each after the one before is ready, and serves again."""
        for machine in self.estate.machines:
            cut = self.crowd.people if machine.release.cuts_when_it_drains else 0
            async with self.journal.step(f"{machine.home.name} restarts: {why}", cut=cut):
                if release:
                    machine.install(self.estate.now)
                machine.set(self.estate.variables())
                await machine.restart()
                await self._serves(machine)
                await self.crowd.goes_on()

    async def _serves(self, machine: Machine) -> None:
        """The proxy sends people there."""
        since, upstream = time.time(), f"127.0.0.1:{machine.port}"
        await self.journal.until(
            lambda: any(a.at > since and a.upstream == upstream for a in self.estate.proxy.answers()),
            f"the proxy sends people to {machine.home.name}",
        )

    # --- a new secret ------------------------------------------------------------------------------------------------

    async def new_secret(self) -> None:
        """Steps 1 to 3 of docs/operations.md; 4 and 5 come when logins have run out."""
        estate, old, new = self.estate, self.estate.secrets[0], secrets.token_urlsafe(36)
        for order, why in (([old, new], "old,new"), ([new, old], "new,old")):
            estate.secrets = order
            await self._roll(f"the secrets {why}")
        async with self.journal.step("keys rotate"):
            told = json.loads((await self._run(estate.machines[1], "keys", "rotate", "--json")).stdout)
            first, last = told["keys"]
            assert first["use"] == "signs and wraps", told
            assert (last["person_keys"], last["login_passwords"]) == (0, 0), told
            assert first["person_keys"] > 0, told
            assert first["login_passwords"] == 2, told
            await self._run(estate.machines[0], "keys", "status", expect=(0 if told["free"] else 1,))
            await self.crowd.goes_on()

    # --- what nobody is to notice ---------------------------------------------------------------------------------------

    async def try_elsewhere(self) -> None:
        """Another database of the cluster, of somebody who may not create roles: what `migrate up` prints, its owner runs."""
        estate, printed = self.estate, 0
        async with self.journal.step("migrate up of a database beside it, by the SQL that it prints"):
            staging = estate.machine(0, "staging", estate.now)
            staging.set(estate.variables() | {"DATABASE_URL": estate.postgres.url(STAGING, STAGING)})
            while (done := await self._run(staging, "migrate", "up", expect=(0, 2))).returncode:
                _, _, sql = done.stderr.partition("\n\n")
                assert sql, done.stderr
                await estate.postgres.execute(sql, STAGING)
                printed += 1
                assert printed < MOST_PRINTED, done.stderr
            assert printed > 0
            await self.crowd.goes_on()

    async def reload_proxy(self) -> None:
        async with self.journal.step("nginx reloads"):
            self.estate.proxy.reload()
            await self.crowd.goes_on()

    # --- what goes wrong ---------------------------------------------------------------------------------------------

    async def lose_redis(self) -> None:
        redis = self.estate.redis.service
        async with self.journal.step("Redis is killed and comes again, empty", later=True):
            redis.kill()
            await asyncio.sleep(AWAY_S)
            await self._start(redis)
            await self.crowd.goes_on()

    async def lose_machine(self) -> None:
        """The one that leads the timetable: the other one has to take that over."""
        estate = self.estate
        await self.journal.until(
            lambda: any(machine.leads for machine in estate.machines), "somebody leads the timetable"
        )
        gone = next(machine for machine in estate.machines if machine.leads)
        left = next(machine for machine in estate.machines if machine is not gone)
        number = estate.machines.index(gone)
        async with self.journal.step(f"{gone.home.name} is lost for good", cut=self.crowd.people):
            gone.lose()
            estate.lost.append(gone)
            estate.machines.remove(gone)
            await self.crowd.goes_on()
            await self.journal.until(lambda: left.leads, f"{left.home.name} leads the timetable")
        async with self.journal.step("a new machine takes its place"):
            fresh = estate.machine(number, "machine-2", estate.now)
            estate.machines.append(fresh)
            await fresh.start()
            await self._serves(fresh)
            await self.crowd.goes_on()

    async def restart_postgres(self) -> None:
        postgres = self.estate.postgres.service
        async with self.journal.step("PostgreSQL restarts, fast, behind PgBouncer", later=True):
            await asyncio.to_thread(postgres.stop, signal.SIGINT)
            await asyncio.sleep(AWAY_S)
            await self._start(postgres)
            await self.crowd.goes_on()

    # --- nothing was lost --------------------------------------------------------------------------------------------

    async def close_the_evening(self) -> None:
        async with self.journal.step("everybody ends, and the judge looks at every game"):
            await self.crowd.finish()
            sql = await self.estate.postgres.connect()
            try:
                self.games = await self.crowd.judged(sql)
            finally:
                await sql.close()

    async def months_later(self) -> None:
        """Logins have run out: the old secret goes, and with nothing but their passwords people find what they answered."""
        estate = self.estate
        async with self.journal.step("91 days later nothing hangs on the old secret, and it goes"):
            await estate.postgres.execute("UPDATE secret_keys SET signs_until = now() - interval '91 days'")
            await self._run(estate.machines[0], "keys", "status")
            estate.secrets = estate.secrets[:1]
            for machine in estate.machines:
                machine.set(estate.variables())
                await machine.restart()
        async with self.journal.step("everybody signs in anew and finds all they answered"):
            for diarist in self.crowd.diarists:
                for kept in diarist.kept:
                    await sign_in_and_look(estate.proxy.url, kept)
                    self.people += 1

    async def _start(self, service: Service) -> None:
        service.start()
        await asyncio.to_thread(service.await_ready)

    async def _run(self, machine: Machine, *arguments: str, expect: tuple[int, ...] = (0,)) -> Any:
        return await asyncio.to_thread(machine.run, *arguments, expect=expect)
