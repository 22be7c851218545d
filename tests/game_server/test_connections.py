"""Two people become partners, and stop being partners, over HTTP on real stores."""

import asyncio
import json
import socket
from contextlib import asynccontextmanager
from hashlib import sha256
from itertools import count
from uuid import UUID

import httpx
import msgspec
import pytest
import uvicorn
from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import HTTPException

from game_server import errors, web
from game_server.accounts import tokens
from game_server.accounts.callers import provide_caller, provide_user
from game_server.partners import api as partners
from game_server.partners.watch import LONGEST_S, MOST_POLLS
from game_server.services import Services, open_services
from game_server.settings import Settings
from rooms.errors import Refused
from rooms.words import WORDS
from tests.support.databases import SECRET
from tests.support.person import NO_TLS

CONNECTIONS = "/api/partners/connections"
JSON = {"Content-Type": "application/json"}
_numbers = count(1)


class Person(msgspec.Struct, frozen=True):
    """Somebody with an account, signed in."""

    id: str
    email: str
    name: str
    login: str
    http: httpx.AsyncClient

    async def asks(self, **body: str) -> dict:
        answer = await self.http.post(CONNECTIONS, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def claims(self, token: str) -> httpx.Response:
        return await self.http.post(f"{CONNECTIONS}/claim", json={"token": token})

    async def does(self, step: str, connection_id: int) -> httpx.Response:
        return await self.http.post(f"{CONNECTIONS}/{connection_id}/{step}")

    async def sees(self, connection_id: int) -> dict:
        answer = await self.http.get(f"{CONNECTIONS}/{connection_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def remembers(self) -> list[dict]:
        return (await self.http.get("/api/partners/remembered")).json()["items"]


class Site(msgspec.Struct, frozen=True):
    """The partners' routes on a socket, with the stores behind them."""

    url: str
    services: Services

    @asynccontextmanager
    async def person(self, name: str = "Somebody", *, confirmed: bool = False):
        number = next(_numbers)
        user_id, login_id, email = str(UUID(int=number)), str(UUID(int=10**9 + number)), f"person{number}@example.org"
        async with self.services.database.as_service() as db:
            await db.execute(
                "INSERT INTO users (id, email, display_name, email_confirmed_at)"
                " VALUES ($1, $2, $3, CASE WHEN $4 THEN now() END)",
                *(user_id, email, name, confirmed),
            )
            await db.execute(
                "INSERT INTO logins (id, user_id, refresh_hash, expires_at) VALUES ($1, $2, $3, now() + interval '1 day')",
                *(login_id, user_id, f"refresh {number}"),
            )
        token = tokens.issue_user(
            self.services.keys,
            user_id=user_id,
            login_id=login_id,
            email=email,
            now=self.services.clock.now(),
            lifetime_s=900,
        )
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=self.url, headers=headers, timeout=40, verify=NO_TLS) as http:
            yield Person(user_id, email, name, login_id, http)

    async def sql(self, statement: str, *values: object) -> list:
        async with self.services.database.as_service() as db:
            return await db.fetch(statement, *values)

    async def runs_out(self, connection_id: int) -> None:
        await self.sql("UPDATE partner_connections SET expires_at = now() WHERE id = $1", connection_id)


@pytest.fixture(scope="module")
async def site(database_url, redis_url, tmp_path_factory):
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"), database_url=database_url, redis_url=redis_url, secret_key=SECRET
    )
    # As on the embedded default, where this machine's own address is not limited but each caller is.
    services = msgspec.structs.replace(
        await open_services(settings), settings=msgspec.structs.replace(settings, database_url=None)
    )
    app = Litestar(
        route_handlers=[*partners.routes(), *web.routes()],
        dependencies={
            "services": Provide(lambda: services, sync_to_thread=False),
            "caller": Provide(provide_caller),
            "user": Provide(provide_user),
        },
        exception_handlers={Refused: errors.refused, HTTPException: errors.framework_refused, Exception: errors.failed},
        openapi_config=None,
    )
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve(sockets=[listening]))
        yield Site(f"http://127.0.0.1:{listening.getsockname()[1]}", services)
        server.should_exit = True
    await services.close()


@pytest.fixture
async def ann(site):
    async with site.person("Ann") as person:
        yield person


@pytest.fixture
async def bob(site):
    async with site.person("Bob", confirmed=True) as person:
        yield person


@pytest.fixture
async def eve(site):
    async with site.person("Eve") as person:
        yield person


async def connect(one: Person, other: Person) -> int:
    made = await one.asks()
    assert (await other.claims(made["token"])).status_code == 200
    assert (await one.does("accept", made["id"])).status_code == 200
    assert (await other.does("accept", made["id"])).json()["status"] == "accepted"
    return made["id"]


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


# --- from the request to the second yes ----------------------------------------------------------------------------


async def test_two_people_pair_by_link_and_see_only_each_others_name_until_both_accepted(site, ann, bob):
    made = await ann.asks()
    assert made["link"] == f"{site.services.settings.base_url}/j/{made['token']}"
    assert len(made["token"]) == 43
    assert made["qr_svg"].startswith("<svg")
    assert "style" not in made["qr_svg"]
    assert set(made["words"]) <= set(WORDS)
    assert len(set(made["words"])) == 3
    claimed = (await bob.claims(made["token"])).json()
    assert (claimed["id"], claimed["words"], claimed["requester_name"]) == (made["id"], made["words"], "Ann")
    for me, other, role in ((ann, bob, "requester"), (bob, ann, "recipient")):
        seen = await me.sees(made["id"])
        assert (seen["role"], seen["status"], seen["claimed"], seen["words"]) == (role, "pending", True, made["words"])
        assert seen["partner_name"] == other.name
        assert other.id not in json.dumps(seen)
        assert other.email not in json.dumps(seen)
    assert (await bob.does("accept", made["id"])).json()["accepted_by_me"]
    assert (await ann.sees(made["id"]))["accepted_by_partner"]
    assert (await ann.does("accept", made["id"])).json()["status"] == "accepted"
    assert (await bob.sees(made["id"]))["partner_user_id"] == ann.id
    assert [each["user_id"] for each in await ann.remembers()] == [bob.id]
    assert [each["name"] for each in await bob.remembers()] == ["Ann"]


async def test_the_token_is_stored_as_its_hash_and_never_shown_again(site, ann):
    made = await ann.asks()
    (row,) = await site.sql("SELECT * FROM partner_connections WHERE id = $1", made["id"])
    assert row["connection_token"] == sha256(made["token"].encode()).hexdigest()
    assert made["token"] not in repr(row)
    listed = (await ann.http.get(CONNECTIONS)).text + json.dumps(await ann.sees(made["id"]))
    assert made["token"] not in listed
    assert row["connection_token"] not in listed


async def test_the_answer_to_a_request_by_mail_does_not_tell_whether_the_address_has_an_account(site, ann, bob):
    known = await ann.asks(recipient_email=bob.email.upper())
    unknown = await ann.asks(recipient_email="nobody-here@example.org")
    assert {key: type(value) for key, value in known.items()} == {key: type(value) for key, value in unknown.items()}
    mails = await site.sql(
        "SELECT recipient FROM mail_outbox WHERE recipient = ANY($1)", [bob.email, "nobody-here@example.org"]
    )
    assert sorted(mail["recipient"] for mail in mails) == sorted([bob.email, "nobody-here@example.org"])
    for made in (known, unknown):
        seen = await ann.sees(made["id"])
        assert (seen["partner_name"], seen["claimed"]) == (None, False)


async def test_mails_to_one_address_stop_after_five_an_hour_and_the_requests_go_on(site, ann):
    for _ in range(7):
        await ann.asks(recipient_email="patient@example.org")
    assert len(await site.sql("SELECT FROM mail_outbox WHERE recipient = 'patient@example.org'")) == 5


async def test_many_accounts_fill_nobodys_mailbox(site):
    for _ in range(5):
        async with site.person() as one:
            for _ in range(5):
                await one.asks(recipient_email="quiet@example.org")
    assert len(await site.sql("SELECT FROM mail_outbox WHERE recipient = 'quiet@example.org'")) == 20


async def test_the_owner_of_a_confirmed_address_needs_no_token(ann, bob):
    made = await ann.asks(recipient_email=bob.email)
    (found,) = (await bob.http.get(CONNECTIONS)).json()["items"]
    assert (found["id"], found["partner_name"], found["claimed"]) == (made["id"], "Ann", False)
    assert code(await ann.does("accept", made["id"])) == (409, "wrong_state")
    assert (await bob.does("accept", made["id"])).json()["status"] == "pending"
    assert (await ann.sees(made["id"]))["partner_name"] == "Bob"
    assert (await ann.does("accept", made["id"])).json()["status"] == "accepted"


async def test_an_unconfirmed_address_shows_and_opens_nothing(ann, eve):
    made = await ann.asks(recipient_email=eve.email)
    assert (await eve.http.get(CONNECTIONS)).json()["items"] == []
    for step in ("accept", "decline"):
        assert code(await eve.does(step, made["id"])) == (404, "not_found")


async def test_a_request_to_oneself_is_refused_by_mail_and_by_link(ann):
    refused = await ann.http.post(CONNECTIONS, json={"recipient_email": ann.email})
    assert code(refused) == (422, "invalid")
    assert "recipient_email" in refused.json()["error"]["fields"]
    made = await ann.asks()
    assert code(await ann.claims(made["token"])) == (409, "wrong_state")


# --- links ---------------------------------------------------------------------------------------------------------


async def test_wrong_expired_and_used_links_get_one_and_the_same_answer(site, ann, bob, eve):
    used, late, cancelled = await ann.asks(), await ann.asks(), await ann.asks()
    await bob.claims(used["token"])
    await site.runs_out(late["id"])
    await ann.does("cancel", cancelled["id"])
    dead = [made["token"] for made in (used, late, cancelled)]
    wrong = [*dead, "x" * 43, "", "💜", "../../etc/passwd", used["token"][:-1]]
    answers = [await eve.claims(token) for token in wrong]
    answers += [await eve.http.post(f"{CONNECTIONS}/preview", json={"token": token}) for token in dead]
    told = {
        (answer.status_code, answer.json()["error"]["code"], answer.json()["error"]["message"]) for answer in answers
    }
    assert len(told) == 1
    assert {code(answer) for answer in answers} == {(404, "invalid_token")}


async def test_looking_at_a_link_uses_nothing_up(site, ann, bob):
    made = await ann.asks()
    async with httpx.AsyncClient(base_url=site.url, verify=NO_TLS) as nobody:
        for _ in range(3):
            page = await nobody.get(f"/j/{made['token']}")
            assert page.status_code == 200
            assert page.headers["Referrer-Policy"] == "no-referrer"
            assert page.headers["Cache-Control"] == "no-store"
            shown = await nobody.post(f"{CONNECTIONS}/preview", json={"token": made["token"]})
            assert shown.json() == {"requester_name": "Ann", "expires_at": made["expires_at"]}
    assert (await bob.claims(made["token"])).status_code == 200


async def test_a_link_is_called_ones_own_and_found_again_by_whoever_has_claimed_it(ann, bob, eve):
    made = await ann.asks()
    preview = (f"{CONNECTIONS}/preview", {"token": made["token"]})
    asked = {"requester_name": "Ann", "expires_at": made["expires_at"]}
    assert (await ann.http.post(preview[0], json=preview[1])).json() == {**asked, "own": True}
    await bob.claims(made["token"])
    assert (await bob.http.post(preview[0], json=preview[1])).json() == asked
    assert code(await eve.http.post(preview[0], json=preview[1])) == (404, "invalid_token")


async def test_of_twenty_people_who_open_a_link_at_once_one_gets_it(site, ann):
    made = await ann.asks()
    async with asyncio.TaskGroup() as group:
        answers = [group.create_task(_arrive_and_claim(site, made["token"])) for _ in range(20)]
    assert sorted(answer.result() for answer in answers) == [200] + [404] * 19


async def _arrive_and_claim(site: Site, token: str) -> int:
    async with site.person() as person:
        return (await person.claims(token)).status_code


async def test_opening_a_link_twice_is_the_same_answer_for_the_same_person(ann, bob):
    made = await ann.asks()
    first, second = await bob.claims(made["token"]), await bob.claims(made["token"])
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()


async def test_the_twenty_first_claim_of_an_hour_is_too_many(eve):
    answers = [await eve.claims("x" * 43) for _ in range(21)]
    assert {code(answer) for answer in answers[:20]} == {(404, "invalid_token")}
    assert code(answers[20]) == (429, "rate_limited")
    assert int(answers[20].headers["Retry-After"]) > 60


async def test_a_repeated_request_is_the_same_request_with_a_fresh_link(ann, bob):
    key = {"Idempotency-Key": "once"}
    first = (await ann.http.post(CONNECTIONS, json={}, headers=key)).json()
    second = (await ann.http.post(CONNECTIONS, json={}, headers=key)).json()
    same = ("id", "words", "expires_at", "status")
    assert [first[field] for field in same] == [second[field] for field in same]
    assert code(await bob.claims(first["token"])) == (404, "invalid_token")
    assert (await bob.claims(second["token"])).status_code == 200
    other = await ann.http.post(CONNECTIONS, json={"recipient_email": "x@example.org"}, headers=key)
    assert code(other) == (409, "key_reused")


# --- steps in the wrong order --------------------------------------------------------------------------------------


async def test_each_step_belongs_to_one_side_and_one_state(site, ann, bob):
    made = await ann.asks()
    assert code(await ann.does("accept", made["id"])) == (409, "wrong_state")
    assert code(await ann.does("decline", made["id"])) == (409, "wrong_state")
    assert code(await ann.does("disconnect", made["id"])) == (409, "wrong_state")
    await bob.claims(made["token"])
    assert code(await bob.does("cancel", made["id"])) == (409, "wrong_state")
    assert (await ann.does("accept", made["id"])).status_code == 200
    assert code(await ann.does("accept", made["id"])) == (409, "wrong_state")
    assert (await bob.does("decline", made["id"])).json()["status"] == "declined"
    for step in ("accept", "decline", "cancel", "disconnect"):
        assert code(await ann.does(step, made["id"])) == (409, "wrong_state")
    assert await ann.remembers() == []


async def test_a_request_that_ran_out_is_gone_for_both_sides(site, ann, bob):
    made = await ann.asks()
    await bob.claims(made["token"])
    await ann.does("accept", made["id"])
    await site.runs_out(made["id"])
    for person in (ann, bob):
        seen = await person.sees(made["id"])
        assert (seen["status"], seen["partner_name"]) == ("expired", None)
        assert code(await person.does("accept", made["id"])) == (410, "expired")
    await site.sql("SELECT expire_pending_connections()")
    assert code(await bob.does("accept", made["id"])) == (410, "expired")


async def test_both_accepting_at_the_same_moment_are_connected(ann, bob):
    made = await ann.asks()
    await bob.claims(made["token"])
    answers = await asyncio.gather(ann.does("accept", made["id"]), bob.does("accept", made["id"]))
    assert sorted(answer.json()["status"] for answer in answers) == ["accepted", "pending"]
    assert (await ann.sees(made["id"]))["status"] == "accepted"


async def test_a_disconnect_takes_names_and_memories_away_from_both_at_once(site, ann, bob):
    connection_id = await connect(ann, bob)
    assert (await bob.does("disconnect", connection_id)).json()["status"] == "disconnected"
    for person in (ann, bob):
        seen = await person.sees(connection_id)
        assert (seen["status"], seen["partner_name"], seen["partner_user_id"]) == ("disconnected", None, None)
        assert await person.remembers() == []
    assert code(await ann.does("disconnect", connection_id)) == (409, "wrong_state")


async def test_forgetting_a_partner_leaves_the_other_list_and_the_connection_alone(ann, bob):
    connection_id = await connect(ann, bob)
    one = f"/api/partners/remembered/{bob.id}"
    found = (await ann.http.get(one)).json()
    assert (found["name"], found["email"], found["connection_id"]) == ("Bob", "", connection_id)
    assert (await ann.http.delete(one)).status_code == 204
    assert code(await ann.http.delete(one)) == (404, "not_found")
    assert code(await ann.http.get(one)) == (404, "not_found")
    assert len(await bob.remembers()) == 1
    assert (await ann.sees(connection_id))["status"] == "accepted"
    assert (await bob.http.delete("/api/partners/remembered")).status_code == 204
    assert await bob.remembers() == []


# --- other people, and what is no request at all -------------------------------------------------------------------


async def test_somebody_elses_connection_does_not_exist(ann, bob, eve):
    connection_id = await connect(ann, bob)
    assert code(await eve.http.get(f"{CONNECTIONS}/{connection_id}")) == (404, "not_found")
    for step in ("accept", "decline", "cancel", "disconnect"):
        assert code(await eve.does(step, connection_id)) == (404, "not_found")
    assert (await ann.sees(connection_id))["status"] == "accepted"


@pytest.mark.parametrize("path", ["0", "-1", "abc", "2147483648", "9" * 40, "9" * 5000, "٣", "1.5", "%00", "1%00"])
async def test_an_id_that_cannot_be_is_not_found(ann, path):
    assert code(await ann.http.get(f"{CONNECTIONS}/{path}")) == (404, "not_found")
    assert code(await ann.http.post(f"{CONNECTIONS}/{path}/accept")) == (404, "not_found")
    assert code(await ann.http.delete(f"/api/partners/remembered/{path}")) == (404, "not_found")


@pytest.mark.parametrize(
    "body",
    [
        {"recipient_email": "a\0b@example.org"},
        {"recipient_email": "no address"},
        {"recipient_email": 7},
        {"to": "x"},
        [],
    ],
)
async def test_a_request_with_a_wrong_field_is_refused_by_its_name(ann, body):
    assert code(await ann.http.post(CONNECTIONS, json=body)) == (422, "invalid")


async def test_bad_tokens_bodies_and_queries_are_refused_in_our_shape(ann):
    claim = f"{CONNECTIONS}/claim"
    assert code(await ann.http.post(claim, json={"token": "a\0b"})) == (422, "invalid")
    assert code(await ann.http.post(claim, json={"token": "x" * 2000})) == (422, "invalid")
    assert code(await ann.http.post(claim, json={"token": None})) == (422, "invalid")
    assert code(await ann.http.post(claim, content=b"{", headers=JSON)) == (400, "bad_json")
    assert code(await ann.http.post(claim, content=b'{"token": "\\ud800"}', headers=JSON)) == (400, "bad_json")
    for query in ("wait=26", "wait=-1", "wait=x", "limit=0", "limit=101", "cursor=x", "cursor=12345678901"):
        assert code(await ann.http.get(f"{CONNECTIONS}?{query}")) == (422, "invalid"), query


async def test_connections_need_an_account(site):
    async with httpx.AsyncClient(base_url=site.url, verify=NO_TLS) as nobody:
        assert code(await nobody.get(CONNECTIONS)) == (401, "unauthorized")
        assert code(await nobody.post(CONNECTIONS, json={})) == (401, "unauthorized")
        assert code(await nobody.post(f"{CONNECTIONS}/claim", json={"token": "x"})) == (401, "unauthorized")
        assert code(await nobody.get("/api/partners/remembered")) == (401, "unauthorized")


async def test_an_anonymous_player_has_no_connections(site):
    session_id = str(UUID(int=next(_numbers)))
    await site.sql("INSERT INTO anonymous_sessions (session_id) VALUES ($1)", session_id)
    token = tokens.issue_anonymous(
        site.services.keys, anonymous_session_id=session_id, version=1, now=site.services.clock.now(), lifetime_s=900
    )
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=site.url, headers=headers, verify=NO_TLS) as player:
        assert code(await player.get(CONNECTIONS)) == (403, "forbidden")
        assert code(await player.post(f"{CONNECTIONS}/claim", json={"token": "x"})) == (403, "forbidden")


# --- lists and waiting ---------------------------------------------------------------------------------------------


async def test_the_list_comes_newest_first_in_pages(ann):
    made = [(await ann.asks())["id"] for _ in range(5)]
    pages, cursor = [], None
    while cursor or not pages:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await ann.http.get(CONNECTIONS, params=query)).json()
        pages.append([each["id"] for each in page["items"]])
        cursor = page["next_cursor"]
    assert pages == [[made[4], made[3]], [made[2], made[1]], [made[0]]]


@pytest.mark.parametrize("many", [False, True])
async def test_a_waiting_phone_hears_of_the_claim(ann, bob, many):
    made = await ann.asks()
    path = CONNECTIONS if many else f"{CONNECTIONS}/{made['id']}"
    known = (await ann.http.get(path)).headers["ETag"]
    waiting = asyncio.ensure_future(ann.http.get(path, params={"wait": 25}, headers={"If-None-Match": known}))
    await bob.claims(made["token"])
    answer = (await waiting).json()
    found = answer["items"][0] if many else answer
    assert (found["claimed"], found["partner_name"]) == (True, "Bob")


async def test_what_happened_between_two_polls_is_answered_at_once(ann, bob):
    made = await ann.asks()
    path = f"{CONNECTIONS}/{made['id']}"
    known = (await ann.http.get(path)).headers["ETag"]
    await bob.claims(made["token"])
    answer = await ann.http.get(path, params={"wait": 25}, headers={"If-None-Match": known})
    assert answer.json()["claimed"]
    assert answer.headers["ETag"] != known


async def test_a_wait_in_which_nothing_happens_ends_with_what_is_there(ann):
    made = await ann.asks()
    answer = await ann.http.get(f"{CONNECTIONS}/{made['id']}", params={"wait": 1})
    assert (answer.status_code, answer.json()["status"]) == (200, "pending")


async def test_a_waiting_phone_hears_that_the_time_is_up(site, ann):
    made = await ann.asks()
    await site.sql(
        "UPDATE partner_connections SET expires_at = now() + interval '500 milliseconds' WHERE id = $1", made["id"]
    )
    answer = await ann.http.get(f"{CONNECTIONS}/{made['id']}", params={"wait": 25})
    assert answer.json()["status"] == "expired"


async def test_a_wait_ends_when_the_login_does(site, ann):
    made = await ann.asks()
    waiting = asyncio.ensure_future(ann.http.get(f"{CONNECTIONS}/{made['id']}", params={"wait": 25}))
    await site.sql("UPDATE logins SET ended_at = now() WHERE id = $1", ann.login)
    assert code(await waiting) == (401, "unauthorized")


async def test_one_person_waits_in_a_few_places_at_once_and_who_goes_away_waits_no_more(site, ann):
    path = f"{CONNECTIONS}/{(await ann.asks())['id']}?wait=25"
    polls = [asyncio.ensure_future(ann.http.get(path)) for _ in range(MOST_POLLS + 1)]
    (over,), waiting = await asyncio.wait(polls, return_when=asyncio.FIRST_COMPLETED)
    assert (code(over.result()), int(over.result().headers["Retry-After"]) > 0) == ((429, "rate_limited"), True)
    assert (await ann.http.get(CONNECTIONS)).status_code == 200
    for one in waiting:
        one.cancel()
    await asyncio.wait(waiting)
    async with asyncio.timeout(LONGEST_S / 2):
        while (await ann.http.get(f"{CONNECTIONS}?wait=1")).status_code == 429:
            pass
