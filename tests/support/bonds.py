"""A bond of two over HTTP, whose second member came by the administrator's hand, and what tests do in it."""

import uuid
from typing import Any

import asyncpg
import msgspec

from tests.support.person import Person


class Bond(msgspec.Struct, frozen=True):
    """A bond whose first leads the second."""

    id: str
    led: str

    @property
    def path(self) -> str:
        return f"/api/bonds/{self.id}"

    @property
    def uuid(self) -> uuid.UUID:
        return uuid.UUID(self.id)

    async def task(self, by: Person, **more: Any) -> Any:
        """A new task for who is led."""
        body = {"title": "Water the plants", "assigned_to": self.led, **more}
        return await by.post(f"{self.path}/tasks", body, expect=201)

    async def completed(self, by: Person, person: Person, *, proof: str | None = None, **more: Any) -> str:
        """The path of one that is done."""
        path = f"{self.path}/tasks/{(await self.task(by, **more))['id']}"
        await person.post(f"{path}/submit", {"proof": {"text": proof}} if proof else None)
        return path

    async def balance(self, person: Person) -> int:
        """What they have, as they read it."""
        return int((await person.get(f"{self.path}/points"))["balances"].get(person.id, 0))

    async def become(self, sql: asyncpg.Connection, person: Person, role: str) -> None:
        """Their own choice of role."""
        await _as(
            sql, person, "UPDATE bond_members SET role_in_bond = $2::text::dynamic_role_enum WHERE user_id = $1", role
        )

    async def pause(self, sql: asyncpg.Connection, person: Person, state: str = "paused") -> None:
        """Their own state."""
        await _as(
            sql, person, "UPDATE users SET submission_state = $2::text::submission_state_enum WHERE id = $1", state
        )

    async def resume(self, sql: asyncpg.Connection, person: Person) -> None:
        """They are there again."""
        await self.pause(sql, person, "active")

    async def pause_all(self, sql: asyncpg.Connection, person: Person) -> None:
        """Their pause of the whole bond."""
        await _as(sql, person, "UPDATE bond_members SET paused_at = now() WHERE user_id = $1")

    async def limit(self, sql: asyncpg.Connection, person: Person, key: str) -> None:
        """They never want it."""
        await _as(
            sql, person, "INSERT INTO personal_limits (user_id, words, keys) VALUES ($1, '{}', ARRAY[$2::text])", key
        )

    async def leave(self, sql: asyncpg.Connection, person: Person) -> None:
        """They go."""
        await _as(sql, person, "DELETE FROM bond_members WHERE user_id = $1")


async def founded(sql: asyncpg.Connection, first: Person, *others: Person) -> Bond:
    """The first leads all others."""
    kind = "dyad" if len(others) < 2 else "polycule"
    made = await first.post("/api/bonds", {"name": "Us", "bond_type": kind}, expect=201)
    for other in others:
        await sql.execute(
            "INSERT INTO bond_members (bond_id, user_id, role_in_bond) VALUES ($1, $2, 'submissive')",
            *(uuid.UUID(made["id"]), uuid.UUID(other.id)),
        )
    bond = Bond(str(made["id"]), others[0].id)
    await bond.become(sql, first, "dominant")
    return bond


async def code(person: Person, path: str, body: Any = None, verb: str = "POST") -> tuple[int, str | None]:
    """How that is refused; None where it is not."""
    answer = await person.http.request(verb, path, **({} if body is None else {"json": body}))
    return answer.status_code, answer.json()["error"]["code"] if not answer.is_success else None


async def _as(sql: asyncpg.Connection, person: Person, statement: str, *values: Any) -> None:
    """The administrator's statement, with their claims."""
    async with sql.transaction():
        claims = msgspec.json.encode({"sub": person.id}).decode()
        await sql.execute("SELECT set_config('request.jwt.claims', $1, true)", claims)
        await sql.execute(statement, uuid.UUID(person.id), *values)
