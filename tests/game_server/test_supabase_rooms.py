"""Whom Supabase signs in plays like anybody; their sockets go with the person, the session, and the token."""

import asyncio
from collections.abc import Iterator

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.support.game import Game, generous
from tests.support.person import ANATOMY, Person
from tests.support.phone import Phone
from tests.support.server_process import ServerProcess
from tests.support.supabase_project import Member, SupabaseProject

pytestmark = pytest.mark.long

GUEST = {"hosted": {"name": "Sam", **ANATOMY}}


@pytest.fixture(scope="module")
def project() -> Iterator[SupabaseProject]:
    opened = SupabaseProject()
    opened.signs_with, opened.always["keys"] = "HS256", 500  # the key set is away throughout
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def settings(settings, project):
    return generous(settings, **project.settings())


async def comes(url: str, project: SupabaseProject, member: Member, name: str = "Ann") -> Person:
    """Somebody with a token of Supabase's who said what is asked before a game."""
    person = Person(url, name)
    person.id = member.id
    person.use(project.token(member))
    await person.complete(adult=True)
    return person


async def hosts(person: Person) -> Phone:
    """A room with somebody at the same phone."""
    return await Phone.in_room(person, (await person.open_room(partner=GUEST, target_activities=6))["session_id"])


async def closed_with(server: ServerProcess, room: str, token: str) -> int:
    """How a socket ends that comes with this token; 0 where it is let in."""
    address, headers = f"{server.ws_url}/ws/sessions/{room}", {"Authorization": f"Bearer {token}"}
    async with connect(address, subprotocols=["attuned.v1"], additional_headers=headers) as socket:
        try:
            await socket.send('{"t": "hello", "epoch": null, "last_seq": 0}')
            await socket.recv()
        except ConnectionClosed:
            return int(socket.close_code or 0)
    return 0


async def test_an_anonymous_sign_in_plays_a_whole_game_with_a_guest_at_its_phone(server, project, sql):
    async with await comes(server.url, project, guest := project.signs_in(anonymous=True)) as ann:
        phone = await hosts(ann)
        game = Game(phone)
        await phone.command("ready")
        await game.play_to_end()
        await game.agree()
        actor = await sql.fetchval(
            "SELECT actor FROM session_seats WHERE session_id = $1 AND seat = 'A'", phone.session_id
        )
        player = await sql.fetchval("SELECT session_id FROM anonymous_sessions WHERE supabase_id = $1", guest.id)
        assert actor == f"anon:{player}"
        assert (await ann.get("/api/history"))["items"] != []
        phone = await hosts(ann)
        await asyncio.gather(ann.delete("/api/anonymous-sessions", expect=204), phone.until_closed())
        assert await phone.until_closed() == 4401
        assert guest.id not in project.users


async def test_two_accounts_of_supabases_connect_and_play(server, project):
    async with (
        await comes(server.url, project, project.signs_in(), "Ann") as ann,
        await comes(server.url, project, project.signs_in(), "Ben") as ben,
    ):
        await ann.befriend(ben)
        room = await ann.open_room(partner={"user_id": ben.id}, target_activities=6)
        phones = [await Phone.in_room(person, room["session_id"]) for person in (ann, ben)]
        game = Game(*phones)
        await game.ready()
        await game.complete()
        await game.agree()
        await ben.delete("/api/me", expect=204)
        assert await phones[1].until_closed() in (4401, 4409)
        assert phones[0].closed is None
        assert await ann.post("/api/auth/logout", None, expect=204) is None
        assert await phones[0].until_closed() == 4401


async def test_a_socket_goes_when_its_token_has_run_out_and_comes_back_with_the_next(server, project, sql):
    async with await comes(server.url, project, member := project.signs_in()) as ann:
        phone = await hosts(ann)
        await sql.execute("UPDATE logins SET token_until = now() WHERE user_id = $1", member.id)
        assert await phone.until_closed() == 4401
        ann.use(project.token(member, exp=int(project.clock()) + 3700))
        await phone.connect()
        assert phone.closed is None
        await phone.close()


async def test_a_phone_may_come_with_the_token_itself(server, project):
    async with await comes(server.url, project, project.signs_in()) as ann:
        room = (await ann.open_room(partner=GUEST))["session_id"]
        own = ann.http.headers["Authorization"].removeprefix("Bearer ")
        stranger = project.signs_in()
        for token, ends in (
            (own, 0), (f"{own[:-6]}AAAAAA", 4401), (project.token(stranger), 4403),
            (project.token(stranger, email="", session_id=None), 4403),
            (project.token(project.signs_in(), email=""), 4401),
            (project.token(stranger, by="es-1"), 1013),  # nobody can say: it comes again
        ):  # fmt: skip
            assert await closed_with(server, room, token) == ends


async def test_beside_supabase_nobody_signs_up_on_a_database_of_ones_own(server):
    async with Person(server.url, "Ann") as ann:
        body = {"email": "ann@example.org", "password": ann.password, "adult": True}
        refused = await ann.post("/api/auth/register", body, expect=403)
        assert refused["error"]["code"] == "sign_up_elsewhere"
        assert (await ann.post("/api/anonymous-sessions", {"adult": True}, expect=201))["token"]
