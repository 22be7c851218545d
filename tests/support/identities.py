"""Who asks, and what belongs to whom: Ana with Ben, with Fay whom she has left, Sam with Tom, a guest, Eve who is erased."""

import uuid
from typing import Any

import httpx
import msgspec

from tests.support.house import House, Person, come_anonymously, let_in, tell

Things = dict[str, Any]
"""Ids by whose they are, with `guessed` and `deleted` among them."""

CLIENTS = ("nobody", "erased", "anonymous", "self", "partner", "former", "stranger", "theirs")
GUESSED_SERIAL = 2_000_000_000


class World(msgspec.Struct, frozen=True):
    """`people` have accounts; `clients` are everybody who asks, by name: the person's, the guest's, nobody's and Eve's."""

    house: House
    people: dict[str, Person]
    clients: dict[str, httpx.AsyncClient]
    guest_id: str
    erased_id: str
    deleted_room: str

    async def post(self, who: str, path: str, body: Any = None) -> Any:
        """What went well; the answer's JSON."""
        answer = await self.clients[who].post(path, json={} if body is None else body)
        assert answer.is_success, (who, path, answer.text)
        return answer.json() if answer.content else None

    # --- what they have ------------------------------------------------------------------------------------------------

    async def users(self) -> Things:
        """Everybody, by name, but whose links strangers may open."""
        known = {name: person.id for name, person in self.people.items() if name != "host"}
        return {**known, "anonymous": self.guest_id, "deleted": self.erased_id, "guessed": str(uuid.uuid4())}

    async def invited(self, one: str = "self", other: str | None = None) -> Any:
        """A request of one's; the other has opened it."""
        made = await self.post(one, "/api/partners/connections")
        if other:
            await self.post(other, "/api/partners/connections/claim", {"token": made["token"]})
        return made

    async def requests(self) -> Things:
        """Requests that the other has opened."""
        owned = {"ours": (await self.invited("self", "partner"))["id"]}
        owned |= {"foreign": (await self.invited("stranger", "theirs"))["id"], "guessed": GUESSED_SERIAL}
        gone = (await self.invited("self", "partner"))["id"]
        await self.house.database.execute("DELETE FROM partner_connections WHERE id = $1", gone)
        return {**owned, "deleted": gone}

    async def said_yes(self) -> Things:
        """Requests that the recipient has said yes to."""
        made = await self.requests()
        for who, whose in (("partner", "ours"), ("theirs", "foreign")):
            await self.post(who, f"/api/partners/connections/{made[whose]}/accept")
        return made

    async def connections(self) -> Things:
        """Accepted by both a moment ago; the one with Fay has ended since."""
        made = await self.requests()
        made["former's"] = (await self.invited("self", "former"))["id"]
        sides = {"ours": ("partner", "self"), "foreign": ("theirs", "stranger"), "former's": ("former", "self")}
        for whose, both in sides.items():
            for who in both:
                await self.post(who, f"/api/partners/connections/{made[whose]}/accept")
        ended = made["former's"]
        await self.post("former", f"/api/partners/connections/{ended}/disconnect")
        return made

    async def room(self, one: str, other: str | None) -> tuple[str, str]:
        """A game of one's, and its link's token; the other has joined."""
        made = await self.post(one, "/api/sessions", {"partner": {"link": True}})
        if other:
            await self.post(other, "/api/sessions/join", {"token": made["join"]["token"]})
        return made["session_id"], made["join"]["token"]

    async def rooms(self) -> Things:
        """Games of two, the guest's with Tom among them."""
        pairs = {"ours": ("self", "partner"), "former's": ("self", "former"), "foreign": ("stranger", "theirs")}
        pairs |= {"guest's": ("anonymous", "theirs")}
        made: Things = {whose: (await self.room(*pair))[0] for whose, pair in pairs.items()}
        return {**made, "guessed": str(uuid.uuid4()), "deleted": self.deleted_room}

    async def open_rooms(self) -> Things:
        """Games whose other seat is open."""
        owners = {"ours": "self", "foreign": "stranger", "guest's": "anonymous"}
        made: Things = {whose: (await self.room(who, None))[0] for whose, who in owners.items()}
        return {**made, "guessed": str(uuid.uuid4()), "deleted": self.deleted_room}

    async def asked_rooms(self) -> Things:
        """Games that a partner is asked to."""
        asked = {"ours": ("self", "partner"), "foreign": ("stranger", "theirs")}
        made: Things = {}
        for whose, (who, other) in asked.items():
            partner = {"user_id": self.people[other].id}
            made[whose] = (await self.post(who, "/api/sessions", {"partner": partner}))["session_id"]
        return {**made, "guessed": str(uuid.uuid4()), "deleted": self.deleted_room}

    async def cards(self) -> Things:
        """Cards that wait: Ana's for Ben, Sam's for Tom."""
        made: Things = {"guessed": GUESSED_SERIAL}
        for whose, (who, other) in {"ours": ("self", "partner"), "foreign": ("stranger", "theirs")}.items():
            made[whose] = (await self.post(who, "/api/cards", card_for(self.people[other].id)))["id"]
        gone = (await self.post("self", "/api/cards", card_for(self.people["partner"].id)))["id"]
        assert (await self.clients["self"].delete(f"/api/cards/{gone}")).status_code == 204
        return {**made, "deleted": gone}

    async def logins(self) -> Things:
        """Another open login of each, and one of Ana's that has ended."""
        names = ("self", "partner", "former", "stranger", "deleted")
        made: Things = {"guessed": str(uuid.uuid4())}
        for name in names:
            owner = self.people["self" if name == "deleted" else name]
            made[name] = str(
                await self.house.database.fetchval(
                    "INSERT INTO logins (id, user_id, refresh_hash, created_at, last_used_at, expires_at)"
                    " VALUES (gen_random_uuid(), $1, gen_random_uuid()::text, now(), now(), now() + interval '1 day')"
                    " RETURNING id",
                    uuid.UUID(owner.id),
                )
            )
        assert (await self.clients["self"].delete(f"/api/me/logins/{made['deleted']}")).status_code == 204
        return made

    async def devices(self) -> Things:
        """A device of each, and one of Ana's that is gone."""
        made: Things = {"guessed": GUESSED_SERIAL}
        for name in ("self", "partner", "former", "stranger", "deleted"):
            token = {"platform": "ios", "token": uuid.uuid4().hex * 2}
            made[name] = (await self.post("self" if name == "deleted" else name, "/api/devices", token))["id"]
        assert (await self.clients["self"].delete(f"/api/devices/{made['deleted']}")).status_code == 204
        return made

    async def notices(self) -> Things:
        """Something that each was told, not read yet."""
        made: Things = {"guessed": GUESSED_SERIAL}
        for name in ("self", "partner", "former", "stranger", "deleted"):
            owner = self.people["self" if name == "deleted" else name]
            made[name] = await self.house.database.fetchval(
                "INSERT INTO notifications (user_id, kind, about, link) VALUES ($1, 'session_asked', $2, '/') RETURNING id",
                *(uuid.UUID(owner.id), uuid.uuid4().hex),
            )
        await self.house.database.execute("DELETE FROM notifications WHERE id = $1", made["deleted"])
        return made

    async def blocked(self) -> Things:
        """Zoe, whom Sam has met in a game and blocked: on Sam's list alone."""
        path = f"/api/partners/blocked/{self.people['blocked'].id}"
        await self.clients["stranger"].delete(path)  # of an earlier time: they could not meet again
        await self.room("stranger", "blocked")
        await self.post("stranger", path)
        return await self.users()

    # --- secrets -------------------------------------------------------------------------------------------------------

    async def invitations(self) -> Things:
        """Tokens of Ivy's requests: one is open, Ben has used another, one has run out, and of one the request is gone."""
        made = {name: await self.invited("host") for name in ("open", "expired", "deleted")}
        made["used"] = await self.invited("host", "partner")
        database = self.house.database
        await database.execute(
            "UPDATE partner_connections SET created_at = now() - interval '1 hour', expires_at = now() - interval '1 minute'"
            " WHERE id = $1", made["expired"]["id"],
        )  # fmt: skip
        await database.execute("DELETE FROM partner_connections WHERE id = $1", made["deleted"]["id"])
        return {**{name: one["token"] for name, one in made.items()}, "guessed": "g" * 43}

    async def links(self) -> Things:
        """The same of links to her games."""
        made = {name: await self.room("host", None) for name in ("open", "expired", "deleted")}
        made["used"] = await self.room("host", "partner")
        database = self.house.database
        await database.execute(
            "UPDATE session_links SET expires_at = now() - interval '1 minute' WHERE session_id = $1",
            made["expired"][0],
        )
        await database.execute("DELETE FROM sessions WHERE session_id = $1", made["deleted"][0])
        return {**{name: token for name, (_, token) in made.items()}, "guessed": "g" * 43}


def card_for(partner_id: str) -> Any:
    """A card that nobody's limits keep away."""
    steps = [{"actor": "A", "do": "Ask your partner which song they would like to dance to tonight."}]
    return {"partner_user_id": partner_id, "type": "truth", "rating": "G", "steps": steps}


async def whole(house: House, name: str) -> Person:
    """Somebody who may play, with a survey, so that partners have something to read."""
    person = await let_in(house)
    assert (await tell(person.client, name=name, adult=True)).status_code == 200
    submitted = await person.client.post("/api/survey/submit", json={"answers": {"A1": 5, "C1": []}})
    assert submitted.status_code == 200, submitted.text
    return person


async def begin(house: House) -> World:
    """Everybody, with what makes them partners, former partners and strangers."""
    names = {"self": "Ana", "partner": "Ben", "former": "Fay", "stranger": "Sam", "theirs": "Tom", "blocked": "Zoe",
             "host": "Ivy"}  # fmt: skip
    people = {role: await whole(house, name) for role, name in names.items()}
    eve, guest = await whole(house, "Eve"), await come_anonymously(house)
    assert (await tell(guest.client, name="Gil")).status_code == 200
    clients = {role: person.client for role, person in people.items()}
    clients |= {"nobody": house.client(), "erased": eve.client, "anonymous": guest.client}
    world = World(house, people, clients, guest.id, eve.id, await _room_of_nobody(house))
    for one, other in (("self", "partner"), ("stranger", "theirs"), ("self", "former"), ("self", "erased")):
        made = await world.invited(one, other)
        for side in (other, one):
            await world.post(side, f"/api/partners/connections/{made['id']}/accept")
        if other == "former":
            await world.post(one, f"/api/partners/connections/{made['id']}/disconnect")
    assert (await eve.client.delete("/api/me")).status_code == 204
    return world


async def _room_of_nobody(house: House) -> str:
    """A game of two who are both erased: it is gone with the second."""
    one, other = await come_anonymously(house), await come_anonymously(house)
    for guest in (one, other):
        assert (await tell(guest.client)).status_code == 200
    made = (await one.client.post("/api/sessions", json={"partner": {"link": True}})).json()
    joined = await other.client.post("/api/sessions/join", json={"token": made["join"]["token"]})
    assert joined.status_code == 200, joined.text
    for guest in (one, other):
        assert (await guest.client.delete("/api/anonymous-sessions")).status_code == 204
    assert not await house.database.fetchval("SELECT count(*) FROM sessions WHERE session_id = $1", made["session_id"])
    return str(made["session_id"])
