"""A bond of several people in a house whose clock a test moves. What other parts of bonds do (joining, leaving, pausing, limits)
is done by statements with each one's own claims.
"""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec

from game_server.accounts.actions import log_in_again
from game_server.accounts.callers import Caller
from tests.support.house import House, Person, let_in


class Home(msgspec.Struct):
    """The bond. People are numbers, in the order in which they came."""

    house: House
    bond: str
    people: list[Person]

    @property
    def now(self) -> datetime:
        return self.house.clock.now()

    async def ask(self, who: int, verb: str, path: str, body: Any = None) -> httpx.Response:
        """What they are answered; `path` is one of the bond's."""
        sent = {} if body is None else {"json": body}
        return await self.people[who].client.request(verb, f"/api/bonds/{self.bond}/{path}".rstrip("/"), **sent)

    async def own(self, who: int, verb: str, path: str, body: Any = None, **params: Any) -> httpx.Response:
        """What they are answered outside of any bond."""
        sent = {} if body is None else {"json": body}
        return await self.people[who].client.request(verb, f"/api/{path}", params=params, **sent)

    def caller(self, who: int) -> Caller:
        """As the server knows them when they ask."""
        return Caller(
            "user", self.people[who].id, None, adult=True, profile_completed=False, display_name=None, profile_id=None
        )

    async def get(self, who: int, path: str, **params: Any) -> Any:
        answer = await self.people[who].client.get(f"/api/bonds/{self.bond}/{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, who: int, path: str, body: Any, *, expect: int = 200) -> Any:
        answer = await self.ask(who, "POST", path, body)
        assert answer.status_code == expect, answer.text
        return answer.json()

    async def patch(self, who: int, path: str, body: Any) -> Any:
        answer = await self.ask(who, "PATCH", path, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def notifications(self, who: int) -> list[Any]:
        """What they were told."""
        return list((await self.people[who].client.get("/api/notifications")).json()["items"])

    async def later(self, by: timedelta) -> None:
        """Time goes by, and everybody signs in again."""
        self.house.clock.ahead += by
        for person in self.people:
            login = await log_in_again(self.house.services, user_id=person.id, instead_of=str(uuid.uuid4()))
            person.client.headers["Authorization"] = f"Bearer {login.access_token}"

    async def state(self, who: int, state: str) -> None:
        """Their own, for all their bonds."""
        await self.say(who, "UPDATE users SET submission_state = $2::text::submission_state_enum WHERE id = $1", state)

    async def pause_bond(self, who: int) -> None:
        await self.say(who, "UPDATE bond_members SET paused_at = app.moment() WHERE user_id = $1")

    async def resume_bond(self, who: int) -> None:
        await self.say(who, "UPDATE bond_members SET paused_at = NULL WHERE user_id = $1")

    async def become(self, who: int, role: str) -> None:
        await self.say(
            who, "UPDATE bond_members SET role_in_bond = $2::text::dynamic_role_enum WHERE user_id = $1", role
        )

    async def limit(self, who: int, key: str) -> None:
        """They never want it."""
        await self.say(
            who, "INSERT INTO personal_limits (user_id, words, keys) VALUES ($1, '{}', ARRAY[$2::text])", key
        )

    async def leave(self, who: int) -> None:
        await self.say(who, "DELETE FROM bond_members WHERE user_id = $1")

    async def join(self, who: int, role: str) -> None:
        await self.say(
            who,
            "INSERT INTO bond_members (user_id, bond_id, role_in_bond) VALUES ($1, $2::text::uuid, $3::text::dynamic_role_enum)",
            self.bond, role,
        )  # fmt: skip

    async def say(self, who: int, statement: str, *values: Any) -> None:
        """A statement of theirs, at this moment."""
        db = self.house.database
        async with db.transaction():
            claims = json.dumps({"sub": self.people[who].id})
            await db.execute(
                "SELECT set_config('request.jwt.claims', $1, true), set_config('app.moment', $2, true)",
                claims, self.now.isoformat(),
            )  # fmt: skip
            await db.execute(statement, uuid.UUID(self.people[who].id), *values)


async def moved_in(house: House, roles: Sequence[str]) -> Home:
    """A new bond of new people with these roles; the first founds it."""
    people = [await let_in(house) for _ in roles]
    kind = "dyad" if len(roles) <= 2 else "polycule"
    made = await people[0].client.post("/api/bonds", json={"name": "Ours", "bond_type": kind})
    assert made.status_code == 201, made.text
    home = Home(house, made.json()["id"], people)
    await home.become(0, roles[0])
    for number, role in enumerate(roles[1:], 1):
        await home.join(number, role)
    return home
