"""Signing up, in, on and out; the account's own page; erasure. Over HTTP, on a real database."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import timedelta

import jwt
import pytest
import pytest_asyncio

from game_server.accounts import tokens
from storage import hot
from tests.support.house import PASSWORD, House, come_anonymously, open_house, refused_fields, sign_up, tell


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house")) as opened:
        yield opened


async def log_in(house: House, email: str, password: str = PASSWORD) -> "tuple[int, dict[str, object]]":
    answer = await house.client().post("/api/auth/login", json={"email": email, "password": password})
    return answer.status_code, answer.json()


async def refresh(house: House, token: str) -> "tuple[int, dict[str, object]]":
    answer = await house.client().post("/api/auth/refresh", json={"refresh_token": token})
    return answer.status_code, answer.json()


async def test_signing_up_logs_in_and_answers_with_the_account(house):
    answer = await house.client().post(
        "/api/auth/register",
        json={"email": "Ada@Example.com", "password": PASSWORD, "display_name": "  Ada ", "adult": True},
    )
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"access_token", "refresh_token", "expires_in", "user"}
    assert body["expires_in"] == 900
    assert (body["user"]["email"], body["user"]["display_name"]) == ("ada@example.com", "Ada")
    assert body["user"]["adult_confirmed_at"].endswith("Z")
    me = await house.client(body["access_token"]).get("/api/me")
    assert body["user"].items() <= me.json().items()  # there bonds have something to say, too


async def test_an_address_has_one_account_however_it_is_written(house):
    person = await sign_up(house)
    answer = await house.client().post(
        "/api/auth/register", json={"email": person.email.upper(), "password": PASSWORD, "adult": True}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "email_taken")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"adult": False}, "adult"),
        ({"adult": "yes please"}, "adult"),
        ({"password": "short"}, "password"),
        ({"password": "nul\0nul\0nul"}, "password"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@b"}, "email"),
        ({"email": "a\0@example.com"}, "email"),
        ({"email": f"{'a' * 300}@example.com"}, "email"),
        ({"display_name": "   "}, "display_name"),
        ({"display_name": "x" * 65}, "display_name"),
        ({"display_name": "evil\u202eliam"}, "display_name"),
        ({"display_name": "a\nb"}, "display_name"),
        ({"subscription_tier": "premium"}, "subscription_tier"),
    ],
)
async def test_a_wrong_field_of_a_sign_up_is_named(house, change, field):
    body = {"email": "wrong@example.com", "password": PASSWORD, "adult": True, **change}
    assert refused_fields(await house.client().post("/api/auth/register", json=body)) == {field}


async def test_a_sign_up_without_the_adult_statement_names_it(house):
    answer = await house.client().post("/api/auth/register", json={"email": "a@example.com", "password": PASSWORD})
    assert refused_fields(answer) == {"adult"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"null", 422),
        (b"[]", 422),
        (b'"x"', 422),
        (b"1e999", 400),
        (b"{}", 422),
        (b'{"email": "\\ud800@example.com", "password": "12345678", "adult": true}', 400),
        (b'{"email": ' + b"9" * 5000 + b"}", 400),
    ],
)
async def test_a_body_that_is_no_sign_up_is_refused_in_the_one_shape(house, body, status):
    answer = await house.client().post("/api/auth/register", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert set(answer.json()["error"]) == {"code", "message", "fields", "request_id"}


async def test_passwords_are_stored_as_argon2id(house):
    person = await sign_up(house)
    stored = await house.database.fetchval("SELECT password_hash FROM credentials WHERE user_id = $1", person.id)
    assert stored.startswith("$argon2id$")
    program = (
        "import asyncio; from game_server.accounts import passwords as p; print(asyncio.run(p.hash_password('x' * 12)))"
    )
    run = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    outside_of_tests, _ = await run.communicate()
    assert outside_of_tests.startswith(b"$argon2id$v=19$m=47104,t=1,p=1$")  # OWASP's first choice


async def test_logging_in_opens_a_login_of_its_own(house):
    person = await sign_up(house)
    status, body = await log_in(house, person.email)
    assert status == 200
    assert body["user"]["last_login_at"]
    listed = (await person.client.get("/api/me/logins")).json()
    assert len(listed["items"]) == 2
    assert [item["current"] for item in listed["items"]] == [False, True]


async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(house):
    person = await sign_up(house)
    wrong, unknown = await log_in(house, person.email, "wrong horse"), await log_in(house, "ghost@example.com")
    assert wrong[0] == unknown[0] == 401
    for answer in (wrong, unknown):
        answer[1]["error"].pop("request_id")
    assert wrong[1] == unknown[1]


@pytest.mark.parametrize("known", [True, False])
async def test_ten_failures_lock_out_for_fifteen_minutes_alike_for_known_and_unknown_addresses(house, known):
    email = (await sign_up(house)).email if known else "stranger@example.com"
    failures = [await log_in(house, email, "wrong horse") for _ in range(10)]
    assert {status for status, _ in failures} == {401}
    answer = await house.client().post("/api/auth/login", json={"email": email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "locked_out")
    assert 800 < int(answer.headers["Retry-After"]) <= 901


async def test_a_lock_out_ends(house):
    person = await sign_up(house)
    for _ in range(10):
        await log_in(house, person.email, "wrong horse")
    house.clock.ahead = timedelta(minutes=15, seconds=1)
    try:
        assert (await log_in(house, person.email))[0] == 200
    finally:
        house.clock.ahead = timedelta()


async def test_parallel_guesses_do_not_get_past_the_lock_out(house):
    person = await sign_up(house)
    answers = await asyncio.gather(*(log_in(house, person.email, "wrong horse") for _ in range(16)))
    assert sorted(status for status, _ in answers) == [401] * 10 + [429] * 6


async def test_a_right_password_forgives_the_failures_before_it(house):
    person = await sign_up(house)
    for _ in range(2):
        for _ in range(9):
            await log_in(house, person.email, "wrong horse")
        assert (await log_in(house, person.email))[0] == 200


async def test_refreshing_rotates_and_the_login_stays_the_same(house):
    person = await sign_up(house)
    status, body = await refresh(house, person.refresh)
    assert status == 200
    assert body["refresh_token"] != person.refresh
    assert body["refresh_token"].split(".")[0] == person.refresh.split(".")[0]
    assert (await house.client(body["access_token"]).get("/api/me")).status_code == 200
    assert (await refresh(house, body["refresh_token"]))[0] == 200


async def test_a_guessed_refresh_token_harms_nobody(house):
    person = await sign_up(house)
    login = person.refresh.split(".")[0]
    for guess in (f"{login}.guess", login, "x", f"{login}.{'A' * 67}", f"not-a-login.{person.refresh.split('.')[1]}"):
        assert (await refresh(house, guess))[0] == 401
    assert (await refresh(house, person.refresh))[0] == 200


async def test_a_login_runs_out_when_it_is_not_refreshed(house):
    person = await sign_up(house)
    house.clock.ahead = timedelta(days=31)
    try:
        assert (await refresh(house, person.refresh))[0] == 401
    finally:
        house.clock.ahead = timedelta()


async def test_logging_out_ends_the_login_at_once_with_its_sockets(house):
    person = await sign_up(house)
    assert (await person.client.post("/api/auth/logout")).status_code == 204
    assert house.kicked(person.id) == {person.refresh.split(".")[0]}
    answer = await person.client.get("/api/me")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert (await refresh(house, person.refresh))[0] == 401


async def test_the_public_key_verifies_our_tokens(house):
    person = await sign_up(house)
    (key,) = (await house.client().get("/.well-known/jwks.json")).json()["keys"]
    assert "d" not in key
    header = jwt.get_unverified_header(person.access)
    assert (header["alg"], header["kid"]) == ("ES256", key["kid"])
    claims = jwt.decode(person.access, jwt.PyJWK(key), algorithms=["ES256"], audience="authenticated")
    assert claims["sub"] == person.id
    assert (claims["role"], claims["email"], claims["is_anonymous"]) == ("authenticated", person.email, False)
    assert claims["exp"] - claims["iat"] == 900


async def test_tokens_that_are_forged_or_of_another_kind_are_nobody(house):
    person = await sign_up(house)
    keys, now = house.services.keys, house.services.clock.now()
    claims = jwt.decode(person.access, options={"verify_signature": False})
    stranger = jwt.encode(claims, "x" * 32, algorithm="HS256")
    unsigned = jwt.encode(claims, None, algorithm="none")
    old = tokens.issue_user(
        keys,
        user_id=person.id,
        login_id=claims["session_id"],
        email=person.email,
        now=now - timedelta(hours=1),
        lifetime_s=900,
    )
    others = [
        jwt.encode({**claims, **change}, keys.signing, algorithm="ES256")
        for change in (
            {"aud": "anon"},
            {"role": "service_role"},
            {"iss": "else"},
            {"is_anonymous": True},
            {"sub": "x"},
            {"aud": "anon", "role": "anon", "anonymous_session_id": person.id, "ver": 1},
        )
    ]
    unknown = jwt.encode(claims, keys.signing, algorithm="ES256", headers={"kid": "unknown"})
    for token in (stranger, unsigned, unknown, old, person.access[:-4] + "AAAA", "x", "", *others, person.access * 9):
        answer = await house.client(token).get("/api/me")
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized"), token
    basic = await house.client().get("/api/me", headers={"Authorization": f"Basic {person.access}"})
    assert basic.status_code == 401


async def test_a_person_changes_what_is_theirs_to_change(house):
    person = await sign_up(house)
    answer = await person.client.patch(
        "/api/me",
        json={
            "display_name": " Robin ",
            "demographics": {"gender": "woman", "sexual_orientation": "bi"},
            "profile_sharing_setting": "demographics_only",
            "notification_preferences": {"push": "off", "quiet_hours": {"from": "22:00", "to": "07:00"}},
        },
    )
    assert answer.status_code == 200
    changed = (await person.client.patch("/api/me", json={"demographics": {"gender": None}})).json()
    assert changed["display_name"] == "Robin"
    assert changed["demographics"] == {"gender": None, "sexual_orientation": "bi", "relationship_structure": None}
    assert changed["profile_sharing_setting"] == "demographics_only"
    assert changed["notification_preferences"] == {"push": "off", "quiet_hours": {"from": "22:00", "to": "07:00"}}
    stored = await house.database.fetchval("SELECT demographics::text FROM users WHERE id = $1", person.id)
    assert stored == '{"orientation": "bi"}'
    assert (await person.client.get("/api/me")).json() == changed


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"display_name": None}, "display_name"),
        ({"display_name": "a\0b"}, "display_name"),
        ({"profile_sharing_setting": "everything"}, "profile_sharing_setting"),
        ({"demographics": {"age": "20"}}, "demographics.age"),
        ({"demographics": {"gender": "x" * 65}}, "demographics.gender"),
        ({"subscription_tier": "premium"}, "subscription_tier"),
        ({"email": "b@example.com"}, "email"),
        ({"notification_preferences": {"push": "a\0b"}}, "notification_preferences[...]"),
    ],
)
async def test_a_wrong_field_of_a_change_is_named(house, body, field):
    person = await sign_up(house)
    assert refused_fields(await person.client.patch("/api/me", json=body)) == {field}


async def test_an_expired_subscription_reads_as_free(house):
    person = await sign_up(house)
    await house.database.execute(
        "UPDATE users SET subscription_tier = 'premium', subscription_expires_at = now() - interval '1 s' WHERE id = $1",
        person.id,
    )
    assert (await person.client.get("/api/me")).json()["subscription_tier"] == "free"


async def test_open_logins_are_listed_in_pages(house):
    person = await sign_up(house)
    for _ in range(3):
        await log_in(house, person.email)
    seen, cursor = [], None
    while True:
        page = (
            await person.client.get("/api/me/logins", params={"limit": 2, **({"cursor": cursor} if cursor else {})})
        ).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 4
    assert refused_fields(await person.client.get("/api/me/logins", params={"cursor": "bm9ucw=="})) == {"cursor"}
    assert refused_fields(await person.client.get("/api/me/logins", params={"limit": 101})) == {"limit"}


async def test_one_login_or_all_others_can_be_ended(house):
    person = await sign_up(house)
    others = [(await log_in(house, person.email))[1] for _ in range(3)]
    ids = [str(other["refresh_token"]).split(".")[0] for other in others]
    assert (await person.client.delete(f"/api/me/logins/{ids[0]}")).status_code == 204
    assert (await person.client.delete(f"/api/me/logins/{ids[0]}")).status_code == 404
    assert (await house.client(others[0]["access_token"]).get("/api/me")).status_code == 401
    assert (await person.client.delete("/api/me/logins")).status_code == 204
    assert (await house.client(others[2]["access_token"]).get("/api/me")).status_code == 401
    assert (await person.client.get("/api/me")).status_code == 200


async def test_a_strangers_login_is_not_there(house):
    person, stranger = await sign_up(house), await sign_up(house)
    login = stranger.refresh.split(".")[0]
    assert (await person.client.delete(f"/api/me/logins/{login}")).status_code == 404
    assert (await person.client.delete("/api/me/logins/not-an-id")).status_code == 404
    assert (await stranger.client.get("/api/me")).status_code == 200


async def test_an_anonymous_player_has_no_account(house):
    guest = await come_anonymously(house)
    for method, path in (
        ("GET", "/api/me"),
        ("DELETE", "/api/me"),
        ("GET", "/api/me/logins"),
        ("POST", "/api/auth/logout"),
    ):
        answer = await guest.client.request(method, path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")


async def test_erasing_removes_every_row_of_the_person_and_closes_their_sockets(house):
    person = await sign_up(house, key="1b1c3a52-4f0c-4a8e-8f8e-3c1f7f0a9d11")
    await tell(person.client)
    await log_in(house, person.email)
    assert (await person.client.delete("/api/me")).status_code == 204
    assert house.kicked(person.id) == {None}
    assert (await person.client.get("/api/me")).status_code == 401
    assert (await refresh(house, person.refresh))[0] == 401
    assert (await log_in(house, person.email))[0] == 401
    assert await places_of(house, person.id) == []
    assert await places_of(house, person.email) == []
    assert (
        await house.client().post(
            "/api/auth/register", json={"email": person.email, "password": PASSWORD, "adult": True}
        )
    ).status_code == 201


async def test_after_an_erasure_the_partner_keeps_the_game_and_nobody_is_named(house):
    person, partner = await sign_up(house), await sign_up(house)
    await tell(person.client)
    await tell(partner.client)
    await played_together(house, person.id, partner.id)
    await house.services.redis.hset(hot.key("s"), "room", "a copy with names")
    assert (await person.client.delete("/api/me")).status_code == 204
    seats = await house.database.fetch("SELECT seat, actor, display_name, profile_id FROM session_seats ORDER BY seat")
    assert tuple(seats[0]) == ("A", "former", None, 0)
    assert seats[1]["actor"] == f"user:{partner.id}"
    assert len((await partner.client.get("/api/history")).json()["items"]) == 1
    assert await places_of(house, person.id) == []
    assert not await house.services.redis.exists(hot.key("s"))


async def played_together(house: House, first: str, second: str) -> None:
    await house.database.execute(
        "INSERT INTO sessions (session_id, primary_user_id, partner_user_id) VALUES ('s', $1, $2)", first, second
    )
    for seat, user in (("A", first), ("B", second)):
        await house.database.execute(
            "INSERT INTO session_seats (session_id, seat, actor, user_id, profile_id, display_name)"
            " SELECT 's', $1, 'user:' || $2::text, $2::text::uuid, id, 'Kim' FROM profiles WHERE user_id = $2::text::uuid",
            *(seat, user),
        )
        await house.database.execute(
            "INSERT INTO user_activity_history (user_id, session_id, activity_type) VALUES ($1, 's', 'truth')", user
        )


async def places_of(house: House, needle: str) -> list[str]:
    """The tables in which a text occurs anywhere."""
    tables = await house.database.fetch(
        "SELECT oid::regclass::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    )
    return [
        table["name"]
        for table in tables
        if await house.database.fetchval(
            f"SELECT true FROM {table['name']} t WHERE strpos(t::text, $1) > 0 LIMIT 1", needle
        )
    ]
