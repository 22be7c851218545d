"""People whom Supabase signs in: the first request makes their account or player, and everything else is as for anybody."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from game_server.accounts import mail
from game_server.profiles.erasure import forget_erased
from game_server.timetable import _forget_old_secrets
from storage import credentials
from tests.support.house import PASSWORD, House, come_anonymously, let_in, sign_up, tell
from tests.support.supabase_house import another, code, comes, open_supabase_house, rows
from tests.support.supabase_project import SupabaseProject


@pytest.fixture(scope="module")
def project() -> Iterator[SupabaseProject]:
    opened = SupabaseProject()
    yield opened
    opened.close()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(project, database_url, redis_url, tmp_path_factory) -> AsyncIterator[House]:
    async with open_supabase_house(project, database_url, redis_url, tmp_path_factory.mktemp("house")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _present(house, project) -> Iterator[None]:
    yield
    house.clock.ahead = timedelta()
    project.calm()


# --- accounts ----------------------------------------------------------------------------------------------------------


async def test_the_first_request_makes_the_account_from_the_claims(house, project):
    ann = project.signs_in(email="Ann.Smith@Example.com", provider="google")
    seen = (await comes(house, project, ann).get("/api/me")).json()
    assert (seen["id"], seen["email"], seen["auth_provider"]) == (ann.id, "ann.smith@example.com", "google")
    assert [seen[name] for name in ("email_confirmed_at", "display_name", "adult_confirmed_at")] == [None] * 3
    assert seen["last_login_at"] == seen["created_at"]
    row = await house.database.fetchrow("SELECT oauth_metadata, from_supabase FROM users WHERE id = $1", ann.id)
    assert tuple(row) == (None, True)
    assert await house.database.fetchval("SELECT count(*) FROM credentials WHERE user_id = $1", ann.id) == 0


@pytest.mark.parametrize(
    ("told", "kept"), [("apple", "apple"), ("facebook", "facebook"), ("github", "email"), (7, "email")]
)
async def test_a_provider_that_the_table_does_not_know_is_email(house, project, told, kept):
    member = project.signs_in(provider=told)
    assert (await comes(house, project, member).get("/api/me")).json()["auth_provider"] == kept


async def test_first_requests_at_once_make_one_account(house, project):
    ann = project.signs_in()
    before = await rows(house)
    clients = [comes(house, project, ann) for _ in range(4)]
    answers = await asyncio.gather(*(client.get("/api/me") for client in clients for _ in range(4)))
    async with another(house):
        answers += await asyncio.gather(*(client.get("/api/me") for client in clients))
    assert {answer.status_code for answer in answers} == {200}
    after = await rows(house)
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {
        "users": 1,
        "logins": 1,
    }


async def test_two_people_with_one_address_at_once_are_one_account_and_one_refusal(house, project):
    members = [project.signs_in(email="same@example.com") for _ in range(2)]
    answers = await asyncio.gather(*(comes(house, project, member).get("/api/me") for member in members))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_an_address_that_has_an_account_links_to_nothing(house, project):
    ann = await let_in(house)
    for email in (ann.email, ann.email.upper()):
        before = await rows(house)
        answer = await comes(house, project, project.signs_in(email=email)).get("/api/me")
        assert code(answer) == (409, "email_taken")
        assert await rows(house) == before
    assert (await ann.client.get("/api/me")).json()["auth_provider"] == "email"


async def test_an_id_that_is_somebodys_here_opens_nothing(house, project):
    ann, guest = await let_in(house), await come_anonymously(house)
    before = await rows(house)
    login = await house.database.fetchval("SELECT id::text FROM logins WHERE user_id = $1", ann.id)
    own = project.signs_in(id=ann.id, email=ann.email)
    for client in (comes(house, project, own), comes(house, project, own, session_id=login)):
        assert code(await client.get("/api/me")) == (401, "unauthorized")
    as_guest = project.signs_in(id=guest.id, email="", anonymous=True)
    assert await rows(house) == before
    # An anonymous player of Supabase's has another id than there: nobody can take it beforehand.
    answer = await tell(comes(house, project, as_guest), adult=True)
    assert answer.status_code == 200
    assert code(await guest.client.get("/api/profile")) == (403, "profile_required")
    ann_as_guest = project.signs_in(id=ann.id, email="", anonymous=True)
    assert code(await comes(house, project, ann_as_guest).get("/api/profile")) == (401, "unauthorized")


@pytest.mark.parametrize("email", ["", None, "nobody", "a@b", "a\0b@example.com", 7, "x" * 400 + "@example.com"])
async def test_without_an_address_there_is_no_account(house, project, email):
    before = await rows(house)
    answer = await comes(house, project, project.signs_in(), email=email).get("/api/me")
    assert code(answer) == (403, "email_required")
    assert await rows(house) == before


async def test_an_address_counts_as_confirmed_only_where_the_project_confirms(house, project):
    ann, bob = project.signs_in(), project.signs_in()
    told = {
        "user_metadata": {"email_verified": True},
        "email_confirmed_at": "2026-01-01T00:00:00Z",
        "email_verified": True,
    }
    assert (await comes(house, project, ann, **told).get("/api/me")).json()["email_confirmed_at"] is None
    async with another(house, supabase_confirms_email=True) as sure:
        seen = (await comes(sure, project, bob).get("/api/me")).json()
        assert seen["email_confirmed_at"] == seen["created_at"]
        again = (await comes(sure, project, project.signs_in(ann)).get("/api/me")).json()
        assert again["email_confirmed_at"] is not None
        await sign_up(sure)  # on these stores people sign up here too


async def test_a_new_session_is_a_login_and_the_address_follows(house, project):
    ann, taken = project.signs_in(), await let_in(house)
    first = (await comes(house, project, ann).get("/api/me")).json()
    await house.database.execute("UPDATE users SET email_confirmed_at = now() WHERE id = $1", ann.id)
    house.clock.ahead = timedelta(minutes=50)
    renewed = (await comes(house, project, ann, email="other@example.com").get("/api/me")).json()
    assert (renewed["last_login_at"], renewed["email"]) == (first["last_login_at"], first["email"])
    again = (await comes(house, project, project.signs_in(ann, email="moved@example.com")).get("/api/me")).json()
    assert again["last_login_at"] > first["last_login_at"]
    assert (again["email"], again["email_confirmed_at"]) == ("moved@example.com", None)
    kept = (await comes(house, project, project.signs_in(ann, email=taken.email)).get("/api/me")).json()
    assert kept["email"] == "moved@example.com"
    assert len((await comes(house, project, ann).get("/api/me/logins")).json()["items"]) == 3


async def test_a_token_is_good_until_it_says_and_the_next_one_goes_on(house, project):
    ann = project.signs_in()
    client = comes(house, project, ann)
    assert (await client.get("/api/me")).status_code == 200
    house.clock.ahead = timedelta(minutes=59)
    assert (await client.get("/api/me")).status_code == 200
    house.clock.ahead = timedelta(minutes=61)
    assert (await client.get("/api/me")).status_code == 401
    assert (await comes(house, project, ann).get("/api/me")).status_code == 200
    until = await house.database.fetchval("SELECT token_until FROM logins WHERE user_id = $1", ann.id)
    assert timedelta(hours=1) < until - house.clock.now() < timedelta(hours=1, minutes=1)


async def test_a_session_ended_here_stays_ended_however_long_it_goes_on_there(house, project):
    ann, there = project.signs_in(), project.signs_in()
    mine, other = comes(house, project, ann), comes(house, project, project.signs_in(ann))
    await other.get("/api/me")
    (one, two) = (await mine.get("/api/me/logins")).json()["items"]
    assert {one["current"], two["current"]} == {True, False}
    assert (await comes(house, project, there).delete(f"/api/me/logins/{one['id']}")).status_code == 404
    assert (await mine.delete("/api/me/logins")).status_code == 204
    assert house.kicked(ann.id) == {next(login["id"] for login in (one, two) if not login["current"])}
    assert (await other.get("/api/me")).status_code == 401
    assert (await mine.post("/api/auth/logout")).status_code == 204
    assert (await mine.get("/api/me")).status_code == 401
    house.clock.ahead = timedelta(days=100)
    await _forget_old_secrets(house.services)
    assert code(await comes(house, project, ann).get("/api/me")) == (401, "unauthorized")
    assert (await comes(house, project, project.signs_in(ann)).get("/api/me")).status_code == 200


async def test_a_token_that_names_no_session_is_one_of_its_own(house, project):
    ann = project.signs_in()
    client = comes(house, project, ann, session_id=None)
    assert (await client.post("/api/auth/logout")).status_code == 204
    assert (await client.get("/api/me")).status_code == 401
    later = comes(house, project, ann, session_id=None, exp=int(project.clock()) + 3000)
    assert (await later.get("/api/me")).status_code == 200
    bare = comes(house, project, ann, session_id=None, iat=None, amr=None, app_metadata=None, user_metadata=None)
    assert (await bare.get("/api/me")).status_code == 200


async def test_they_say_that_they_are_adults_and_are_reached_as_anybody(house, project):
    ann = comes(house, project, project.signs_in())
    assert code(await ann.get("/api/activities")) == (403, "adult_required")
    assert (await tell(ann, adult=True)).status_code == 200
    assert (await ann.get("/api/activities")).status_code == 200
    device = await ann.post("/api/devices", json={"platform": "android", "token": "t" * 40})
    assert device.status_code in (201, 422)  # 422: no vendor is set up here
    assert (await ann.get("/api/partners/connections", params={"wait": 0})).status_code == 200


async def test_nobody_gets_into_their_account_by_mail(house, project):
    ann = project.signs_in(email="reader@example.com")
    await comes(house, project, ann).get("/api/me")
    assert (await house.client().post("/api/auth/password-reset", json={"email": ann.email})).status_code == 202
    await mail.send_due(house.services)
    (letter,) = house.mails(ann.email)
    assert "no password" in str(letter)
    assert "#" not in letter.get_body(("plain",)).get_content()
    assert await house.database.fetchval("SELECT count(*) FROM one_time_tokens WHERE user_id = $1", ann.id) == 0
    before, body = await rows(house), {"email": ann.email, "password": PASSWORD, "adult": True}
    assert code(await house.client().post("/api/auth/register", json=body)) == (409, "email_taken")
    login = await house.client().post("/api/auth/login", json={"email": ann.email, "password": PASSWORD})
    assert code(login) == (401, "wrong_credentials")
    assert await rows(house) == before
    with pytest.raises(asyncpg.RestrictViolationError):
        async with house.services.database.as_service() as connection:
            await credentials.set_password(connection, ann.id, "hash", now=house.clock.now())


async def test_beside_supabase_people_sign_up_here_only_on_the_stores_that_came_with_it(house):
    assert (await sign_up(house)).id
    body = {"email": "new@example.com", "password": PASSWORD, "adult": True}
    own = {"database_url": "postgresql://game@elsewhere/game"}
    async with another(house, **own):
        assert code(await house.client().post("/api/auth/register", json=body)) == (403, "sign_up_elsewhere")
    async with another(house, **own, supabase_url=None):
        assert (await house.client().post("/api/auth/register", json=body)).status_code == 201


async def test_a_sign_in_that_cannot_be_checked_is_refused_for_a_moment(house, project):
    project.always["keys"] = 500
    async with another(house):
        before, member = await rows(house), project.signs_in()
        answer = await comes(house, project, member).get("/api/me")
        assert code(answer) == (503, "sign_in_unavailable")
        assert "Retry-After" in answer.headers
        assert await rows(house) == before
        assert (await house.client(project.token(member, by="HS256")).get("/api/me")).status_code == 200
        assert (await (await let_in(house)).client.get("/api/me")).status_code == 200


async def test_a_token_of_ours_that_has_run_out_is_refused_at_once_while_the_keys_are_away(house, project):
    """Whoever has one asks for the next only when they hear that it is no good."""
    project.always["keys"] = 500
    async with another(house):
        person, guest = await let_in(house), await come_anonymously(house)
        house.clock.ahead = timedelta(days=100)
        for client in (person.client, guest.client):
            assert code(await client.get("/api/profile")) == (401, "unauthorized")


# --- anonymous players -------------------------------------------------------------------------------------------------


async def test_an_anonymous_sign_in_is_one_anonymous_player(house, project):
    before, guest = await rows(house), project.signs_in(anonymous=True)
    clients = [comes(house, project, guest) for _ in range(4)]
    answers = await asyncio.gather(*(client.get("/api/profile") for client in clients))
    assert {code(answer) for answer in answers} == {(403, "adult_required")}
    after = await rows(house)
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {
        "anonymous_sessions": 1
    }
    row = await house.database.fetchrow("SELECT * FROM anonymous_sessions WHERE supabase_id = $1", guest.id)
    assert row["session_id"] != guest.id
    assert row["adult_confirmed_at"] is None
    client = clients[0]
    assert code(await client.get("/api/me")) == (403, "forbidden")
    room = {"settings": {}, "partner": {"link": True}}
    assert code(await client.post("/api/sessions", json=room)) == (403, "adult_required")
    assert (await tell(client, adult=True)).status_code == 200
    assert (await client.post("/api/sessions", json=room)).status_code == 201
    taken = await house.client().post("/api/anonymous-sessions", json={"adult": True, "session_id": row["session_id"]})
    assert code(taken) == (409, "taken")


async def test_while_the_keys_cannot_be_fetched_for_long_only_who_was_here_is_let_in(house, project):
    """A key that was revoked meanwhile could call itself anybody, but knows no session of theirs."""
    ann, guest = project.signs_in(), project.signs_in(anonymous=True)
    async with another(house):
        for member in (ann, guest):
            assert (await tell(comes(house, project, member), adult=True)).status_code == 200
        project.always["keys"] = 503
        house.clock.ahead = timedelta(minutes=35)
        before = await rows(house)
        for member in (ann, guest):
            assert (await comes(house, project, member).get("/api/profile")).status_code == 200
        newcomers = (
            comes(house, project, project.signs_in()),
            comes(house, project, project.signs_in(anonymous=True)),
            comes(house, project, ann, session_id=str(uuid.uuid4())),
        )
        for client in newcomers:
            assert code(await client.get("/api/profile")) == (503, "sign_in_unavailable")
        assert await rows(house) == before
        project.always.clear()
        house.clock.ahead += timedelta(minutes=1)
        assert code(await newcomers[0].get("/api/profile")) == (403, "adult_required")


async def test_nobody_keeps_a_user_out_by_playing_anonymously_under_their_id(house, project):
    """Ids are random: they meet only where somebody means it, and then they are the user's whom Supabase signs in."""
    ann = project.signs_in()
    squatter = await house.client().post("/api/anonymous-sessions", json={"adult": True, "session_id": ann.id})
    there = house.client(squatter.json()["token"])
    assert (await tell(there, name="Squatter")).status_code == 200
    await there.patch("/api/survey/progress", json={"answers": {"A1": 5}})
    room = await there.post("/api/sessions", json={"settings": {}, "partner": {"link": True}})
    assert room.status_code == 201
    client = comes(house, project, ann)
    assert (await tell(client, name="Ann", adult=True)).status_code == 200
    assert code(await there.get("/api/profile")) == (401, "unauthorized")
    assert [row["user_id"] for row in await house.database.fetch("SELECT user_id FROM profiles WHERE user_id = $1"
            " OR anonymous_session_id = $1::text", ann.id)] == [UUID(ann.id)]  # fmt: skip
    assert (await client.get("/api/survey/progress")).json()["answers"] == {}
    assert (await client.get("/api/sessions")).json()["items"] == []
    again = await house.client().post("/api/anonymous-sessions", json={"adult": True, "session_id": ann.id})
    assert code(again) == (409, "taken")
    assert await forget_erased(house.services) == 1
    assert await house.services.person_keys.has(f"user:{ann.id}")
    assert not await house.services.person_keys.has(f"anon:{ann.id}")
    assert (await client.delete("/api/me")).status_code == 204


async def test_a_player_who_is_revoked_comes_back_by_no_token(house, project):
    guest = project.signs_in(anonymous=True)
    await tell(comes(house, project, guest), adult=True)
    await house.database.execute("UPDATE anonymous_sessions SET revoked_at = now() WHERE supabase_id = $1", guest.id)
    assert code(await comes(house, project, guest).get("/api/profile")) == (401, "unauthorized")


async def test_whoever_signs_up_after_playing_anonymously_begins_anew(house, project):
    guest = project.signs_in(anonymous=True)
    await tell(comes(house, project, guest), adult=True, name="Before")
    ann = project.signs_in(guest, anonymous=False, email="upgraded@example.com")
    seen = (await comes(house, project, ann).get("/api/me")).json()
    assert (seen["id"], seen["display_name"], seen["profile_completed"]) == (guest.id, None, False)
    # A token from before opens nothing any more: it would erase somebody who has an account.
    assert (await comes(house, project, guest).get("/api/profile")).status_code == 401


async def test_no_session_of_ours_can_be_named_by_a_token_of_supabases(house, project):
    ann, bob = project.signs_in(), project.signs_in()
    session = str(uuid.uuid4())
    for member in (ann, bob):
        assert (await comes(house, project, member, session_id=session).get("/api/me")).status_code == 200
    found = await house.database.fetch("SELECT id::text FROM logins WHERE user_id = ANY ($1::uuid[])", [ann.id, bob.id])
    assert len({row["id"] for row in found} - {session}) == 2
    assert {uuid.UUID(row["id"]).version for row in found} == {5}
