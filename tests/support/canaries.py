"""Marked secrets that real people type and get, and an evening in which they put them into everything there is.

A mark is a word that nobody else says. Where it comes out again is for the tests to say, by what it is.
"""

import asyncio
import base64
import json
import random
import re
import string
from typing import Any

import httpx
import msgspec

from tests.support.card_provider import CardProvider, saying
from tests.support.game import Game
from tests.support.mail_server import MailServer
from tests.support.person import Person
from tests.support.phone import Phone
from tests.support.play_store import PlayStore
from tests.support.push_server import PushServer
from tests.support.supabase_project import SupabaseProject

ODD = "".join(set(string.ascii_lowercase) - set("aeiouxyzq"))


class Canaries:
    """What to look for, and what each is."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        self._dice = random.Random(19)  # noqa: S311 - the same words each time

    def new(self, what: str) -> str:
        """A word for somebody to type."""
        mark = "zq" + "".join(self._dice.choices(ODD, k=12))
        self.known[mark] = what
        return mark

    def note(self, what: str, secret: str) -> str:
        """Something secret that the server or a vendor made."""
        self.known[secret] = what
        return secret

    def found(self, text: str) -> set[str]:
        """Which of them stand in a text, in any case of letters."""
        lower = text.lower()
        return {what for mark, what in self.known.items() if mark in text or mark.lower() in lower}


class Answer(msgspec.Struct, frozen=True):
    """Something the server answered, and who had asked."""

    who: str
    asked: str
    status: int
    headers: dict[str, str]
    body: str


class Vendors(msgspec.Struct, frozen=True):
    """Everybody outside: each a real server of this machine."""

    fcm: PushServer
    apns: PushServer
    web: PushServer
    cards: CardProvider
    play: PlayStore
    project: SupabaseProject
    mails: MailServer


class Evening:
    """Two with accounts, one without, one whom Supabase signs in; and what all of them were answered."""

    def __init__(self, url: str, other_url: str, vendors: Vendors) -> None:
        self.canaries = Canaries()
        self.answers: list[Answer] = []
        self.vendors = vendors
        self.ana, self.ben = self._person(url, "ana"), self._person(url, "ben")
        self.guest, self.member = self._person(url, "guest"), self._person(other_url, "member")
        self.ids: dict[str, str] = {}
        self.game: Game | None = None

    @property
    def people(self) -> tuple[Person, ...]:
        return self.ana, self.ben, self.guest, self.member

    async def close(self) -> None:
        if self.game is not None:
            await self.game.close()
        for person in self.people:
            await person.close()

    def _person(self, url: str, who: str) -> Person:
        person = Person(url, who)

        async def record(response: httpx.Response) -> None:
            await response.aread()
            asked = f"{response.request.method} {response.request.url.path}"
            self.answers.append(Answer(who, asked, response.status_code, dict(response.headers), response.text))

        person.http.event_hooks = {"response": [record]}
        person.http.headers["Referer"] = f"https://elsewhere.example/?q={self.canaries.new('referer')}"
        person.http.headers["User-Agent"] = self.canaries.new("user agent")
        return person

    # --- who they are -------------------------------------------------------------------------------------------------

    async def arrive(self) -> None:
        """Everybody signs up, or comes as they are, and says who they are."""
        for person in (self.ana, self.ben):
            await self._register(person)
        come = await self.guest.post("/api/anonymous-sessions", {"adult": True})
        self.note_login("guest's", self.guest, come, access="token")
        self.ids["guest"] = come["anonymous_session_id"]
        address = self.canaries.new("member's e-mail")
        member = self.vendors.project.signs_in(email=f"{address}@example.com")
        self.note_login("member's", self.member, {"access": self.vendors.project.token(member)}, access="access")
        self.ids["member"] = member.id
        for person in self.people:
            await self._tell(person)

    async def _register(self, person: Person) -> None:
        address = self.canaries.new(f"{person.name}'s e-mail")
        person.email = f"{address}@example.com"
        person.password = self.canaries.new(f"{person.name}'s password")
        body = {"email": person.email, "password": person.password, "display_name": "Somebody", "adult": True}
        key = self.canaries.new("idempotency key")
        await person.post("/api/auth/register", body, expect=202, **{"Idempotency-Key": key})
        mail = (await self.vendors.mails.mail_to(person.email)).text.replace("\r", "")
        token = re.findall(r"/#confirm-email=([\w-]{43})$", mail, re.MULTILINE)[0]
        self.canaries.note(f"{person.name}'s mailed token", token)
        await person.post("/api/auth/confirm-email", {"token": token})
        made = await person.post("/api/auth/login", self._credentials(person))
        self.note_login(f"{person.name}'s", person, made)
        person.id = self.ids[person.name] = made["user"]["id"]

    def note_login(self, whose: str, person: Person, made: dict[str, Any], access: str = "access_token") -> None:
        """Use a token, and look for its signature from now on."""
        person.use(made[access])
        self.canaries.note(f"{whose} access token", made[access].rpartition(".")[2])
        if "refresh_token" in made:
            self.canaries.note(f"{whose} refresh token", made["refresh_token"])

    async def _tell(self, person: Person) -> None:
        new, who = self.canaries.new, person.name
        told = {
            f"{kind}": new(f"{who}'s {kind}") for kind in ("gender", "sexual_orientation", "relationship_structure")
        }
        told["name"] = new(f"{who}'s name")
        anatomy = {"anatomy_self": ["penis", "vagina", "breasts"], "anatomy_preference": ["any"], "adult": True}
        await person.post("/api/me/demographics", {**told, **anatomy})
        await person.patch("/api/survey/progress", {"answers": {"A1": 5, "B1a": "Y"}})
        await person.post("/api/survey/submit", {"answers": {"A1": 5, "B1a": "Y", "C1": []}})
        if person is not self.guest:
            preference = {new(f"{who}'s preference"): new(f"{who}'s preference")}
            await person.patch("/api/me", {"notification_preferences": preference})
            await self._devices(person)

    async def _devices(self, person: Person) -> None:
        note, who = self.canaries.note, person.name
        android, apple = self.canaries.new(f"{who}'s android"), f"{random.Random(who).getrandbits(256):064x}"  # noqa: S311
        await person.post("/api/devices", {"platform": "android", "token": f"a:{android}"})
        await person.post("/api/devices", {"platform": "ios", "token": note(f"{who}'s iphone", apple)})
        key = (await person.get("/api/devices/web-key"))["public_key"]
        subscription = json.loads(self.vendors.web.subscribe(takes=key))  # type: ignore[attr-defined]
        note(f"{who}'s browser", subscription["keys"]["auth"])
        await person.post("/api/devices", {"platform": "web", "token": subscription})

    # --- what they do -------------------------------------------------------------------------------------------------

    async def meet(self) -> None:
        """Ana and Ben connect, write a card, and play: with words in the rules, and cards by an AI that nobody saw before."""
        new, note = self.canaries.new, self.canaries.note
        friend = new("friend's e-mail")
        await self.ana.post("/api/partners/connections", {"recipient_email": f"{friend}@example.com"}, expect=201)
        made = await self.ana.post("/api/partners/connections", {"recipient_email": self.ben.email}, expect=201)
        note("connection token", made["token"])
        await self.ben.post("/api/partners/connections/preview", {"token": made["token"]})
        await self.ben.post("/api/partners/connections/claim", {"token": made["token"]})
        for person in (self.ben, self.ana):
            await person.post(f"/api/partners/connections/{made['id']}/accept", None)
        step = {"actor": "A", "do": f"Tell your partner about {new('couple card')} of last summer."}
        card = {"partner_user_id": self.ben.id, "type": "truth", "rating": "G", "steps": [step]}
        written = await self.ana.post("/api/cards", card, expect=201)
        await self.ben.post(f"/api/cards/{written['id']}/approve", None)
        self.vendors.cards.writes = saying(f"Tell your partner about {new('AI answer')} and this evening.")
        room = await self.ana.open_room(
            partner={"connection_id": made["id"]},
            activity_type="truth",
            target_activities=5,
            intimacy_level="G",
            rules={"note": new("rules")},
        )
        self.ids["room"] = room["session_id"]
        await self.ben.get(f"/api/sessions/{room['session_id']}")

    async def play(self) -> Game:
        """Everything that can be said in a room; the game."""
        self.game = game = Game(
            await Phone.in_room(self.ana, self.ids["room"]), await Phone.in_room(self.ben, self.ids["room"])
        )
        await game.ready()
        for number in range(4):
            on = await game.card()
            async with asyncio.timeout(30):
                while not self.vendors.cards.bodies:  # noqa: ASYNC110 - the timetable asks while a card is on screen
                    await asyncio.sleep(0.1)
            if number == 1:
                await game.a.command("skip", on=on)
                await game.settle()
            if number == 3:
                await self._until_ours(game)
            await game.complete((game.a, game.b)[number % 2])
            await game.settle()
            for phone in game.phones:
                await phone.command("feedback", turn=number + 1, feedback="like", executed=True)
            await game.settle()
        await game.b.drop()
        await game.b.connect()
        await game.a.command("pause")
        await game.settle()
        return game

    async def _until_ours(self, game: Game) -> None:
        """A card with words of theirs, or of the AI, is on screen: which one comes is chance."""
        for _ in range(100):
            if self.canaries.found(str(game.a.state["card"])):
                return
            await game.a.command("skip", on=await game.card())
            await game.settle()
        raise AssertionError("no card of their own came")

    async def go_on(self) -> None:
        """What else somebody can do, with an account and without."""
        new, note = self.canaries.new, self.canaries.note
        hosted = {"name": new("hosted guest"), "anatomy_self": ["penis"], "anatomy_preference": ["any"]}
        for person in (self.ana, self.guest):
            await person.open_room(partner={"hosted": hosted}, activity_type="truth")
            link = await person.open_room(activity_type="truth", rules={"note": new(f"{person.name}'s rules")})
            note(f"{person.name}'s join token", link["join"]["token"])
            own_note = f"/api/sessions/{link['session_id']}/note"
            words = new(f"{person.name}'s note")
            kept = await person.http.put(own_note, json={"text": f"To myself: {words}"})
            assert kept.status_code == 200, kept.text
            await person.get(own_note)
            ticket = await person.post("/api/ws-tickets", {"session_id": link["session_id"]})
            note(f"{person.name}'s ticket", ticket["ticket"])
        await self.member.join(link["join"]["token"])
        purchase = note("purchase token", self.vendors.play.buy(self.ana.id))
        body = {"platform": "android", "product_id": "premium", "purchase_token": purchase}
        await self.ana.post("/api/subscription/transactions", body)
        await self.member.befriend(self.ana)
        await self.ana.post(f"/api/partners/blocked/{self.ids['member']}", None)
        self.note_login("ana's newer", self.ana, await self.ana.post("/api/auth/login", self._credentials(self.ana)))
        changed = {"current": self.ben.password, "new": new("ben's newer password")}
        await self.ben.http.post("/api/me/password", json=changed)
        await self.ana.post("/api/auth/password-reset", {"email": self.ben.email})

    def _credentials(self, person: Person) -> dict[str, str]:
        return {"email": person.email, "password": person.password}

    async def err(self) -> None:
        """What goes wrong, with secrets in it wherever somebody may put one."""
        new = self.canaries.new
        odd = base64.b64encode(b"x" * 33).decode()[:43]
        requests: list[tuple[Person, str, str, Any]] = [
            (self.ana, "POST", "/api/auth/login", {"email": self.ana.email, "password": new("wrong password")}),
            (self.ana, "POST", "/api/auth/register", {**self._credentials(self.ben), "adult": True}),
            (self.ana, "POST", "/api/auth/refresh", {"refresh_token": new("wrong refresh token")}),
            (self.ana, "POST", "/api/partners/connections/claim", {"token": f"{new('wrong token')}{odd}"[:43]}),
            (self.ana, "POST", f"/api/sessions/join?token={new('token in a query')}", {"token": new("wrong join token")}),
            (self.ana, "GET", f"/j/{new('token in a path')}", None),
            (self.ana, "GET", f"/u/{new('refusal in a path')}", None),
            (self.ana, "GET", f"/api/{new('path of nothing')}", None),
            (self.ana, "PATCH", "/api/me", {"profile_sharing_setting": new("wrong choice")}),
            (self.ana, "PATCH", "/api/me", {"demographics": {"gender": new("gender with a NUL") + "\0"}}),
            (self.ana, "PATCH", "/api/survey/progress", {"answers": {"A1": new("wrong answer")}}),
            (self.ana, "POST", "/api/me/demographics", {"name": new("too long") * 40}),
            (self.ana, "POST", "/api/cards", {"partner_user_id": new("no id"), "type": "truth"}),
            (self.ana, "POST", "/api/devices", {"platform": "ios", "token": new("wrong iphone")}),
            (self.ana, "POST", "/api/subscription/transactions",
             {"platform": "android", "product_id": "premium", "purchase_token": new("wrong purchase")}),
            (self.ana, "POST", "/api/webhooks/google", {"message": {"data": new("webhook")}}),
            (self.guest, "POST", "/api/anonymous-sessions", {"adult": True, "device_fingerprint": new("fingerprint")}),
        ]  # fmt: skip
        for person, method, path, body in requests:
            await person.http.request(method, path, json=body)
        broken = f'{{"email": "{new("broken JSON")}'
        await self.ana.http.post("/api/auth/login", content=broken, headers={"Content-Type": "application/json"})
        await self.ana.http.get("/api/me", headers={"Authorization": f"Bearer {new('forged')}.{new('token')}.x"})
        await self.ana.http.get("/api/me", headers={"traceparent": new("trace"), "baggage": f"a={new('baggage')}"})
        assert self.game is not None
        for message in ({"t": new("unknown command")}, {"t": "complete", "id": new("wrong id"), "on": 1}):
            await self.game.a.say(message)
