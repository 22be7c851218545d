"""Playing without an account: the id is no secret, the server's token is."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import jwt
import pytest
import pytest_asyncio

from game_server.accounts import tokens
from tests.support.house import House, come_anonymously, open_house, refused_fields, sign_up, tell

ID = "6f2c0c0a-8a25-4f0e-9b7e-0b6b1c1d2e3f"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house")) as opened:
        yield opened


async def begin(house, token=None, **body: object):
    return await house.client(token).post("/api/anonymous-sessions", json={"adult": True, **body})


async def test_an_anonymous_player_gets_an_id_and_a_token_for_ninety_days(house):
    body = (await begin(house)).json()
    assert set(body) == {"anonymous_session_id", "token", "expires_in"}
    assert str(UUID(body["anonymous_session_id"])) == body["anonymous_session_id"]
    assert body["expires_in"] == 90 * 86400
    claims = jwt.decode(body["token"], options={"verify_signature": False})
    assert claims["anonymous_session_id"] == body["anonymous_session_id"]
    assert "sub" not in claims


async def test_the_clients_own_id_is_kept_and_belongs_to_its_first_user(house):
    first = await begin(house, session_id=ID.upper())
    assert (first.status_code, first.json()["anonymous_session_id"]) == (201, ID)
    for token in (None, "nonsense", (await come_anonymously(house)).token, (await sign_up(house)).access):
        answer = await begin(house, token, session_id=ID)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "taken")


async def test_its_own_token_renews_it_with_or_without_the_id(house):
    guest = await come_anonymously(house)
    house.clock.ahead = timedelta(seconds=5)
    try:
        for body in ({"session_id": guest.id}, {}):
            answer = await begin(house, guest.token, **body)
            assert (answer.status_code, answer.json()["anonymous_session_id"]) == (201, guest.id)
            assert answer.json()["token"] != guest.token
    finally:
        house.clock.ahead = timedelta()
    assert (await guest.client.get("/api/history")).status_code == 200


async def test_an_expired_token_does_not_renew(house):
    guest = await come_anonymously(house)
    old = tokens.issue_anonymous(
        house.services.keys,
        anonymous_session_id=guest.id,
        version=1,
        now=house.services.clock.now() - timedelta(days=91),
        lifetime_s=90 * 86400,
    )
    assert (await begin(house, old, session_id=guest.id)).json()["error"]["code"] == "taken"
    assert (await house.client(old).get("/api/history")).status_code == 401


async def test_a_revoked_token_is_nobody_at_once(house):
    guest, other = await come_anonymously(house), await come_anonymously(house)
    await house.database.execute("UPDATE anonymous_sessions SET revoked_at = now() WHERE session_id = $1", guest.id)
    await house.database.execute(
        "UPDATE anonymous_sessions SET token_version = token_version + 1 WHERE session_id = $1", other.id
    )
    for person in (guest, other):
        assert (await person.client.get("/api/history")).status_code == 401
        assert (await begin(house, person.token, session_id=person.id)).json()["error"]["code"] == "taken"
        assert (await begin(house, person.token)).json()["error"]["code"] == "taken"


async def test_the_id_of_an_account_is_taken(house):
    person = await sign_up(house)
    assert (await begin(house, session_id=person.id)).json()["error"]["code"] == "taken"


async def test_a_fingerprint_is_accepted_and_never_stored(house):
    answer = await begin(house, device_fingerprint={"screen": "canary-9000"})
    assert answer.status_code == 201
    rows = await house.database.fetch("SELECT * FROM anonymous_sessions WHERE device_fingerprint IS NOT NULL")
    assert rows == []
    assert "canary-9000" not in str(await house.database.fetch("SELECT s::text FROM anonymous_sessions s"))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"adult": False}, "adult"),
        ({"adult": None}, "adult"),
        ({"session_id": "kim"}, "session_id"),
        ({"session_id": "a\0"}, "session_id"),
        ({"profile_id": 1}, "profile_id"),
    ],
)
async def test_a_wrong_field_is_named(house, body, field):
    assert refused_fields(await begin(house, **body)) == {field}


async def test_who_plays_is_seen_again_by_the_clean_up(house):
    guest = await come_anonymously(house)
    await tell(guest.client)
    await house.database.execute(
        "UPDATE anonymous_sessions SET last_accessed_at = now() - interval '89 days' WHERE session_id = $1", guest.id
    )
    await guest.client.get("/api/history")
    seen = await house.database.fetchval(
        "SELECT last_accessed_at FROM anonymous_sessions WHERE session_id = $1", guest.id
    )
    assert house.services.clock.now() - seen < timedelta(hours=1)


async def test_an_anonymous_id_is_not_a_users_id(house):
    person, guest = await sign_up(house), await come_anonymously(house)
    forged = tokens.issue_anonymous(
        house.services.keys, anonymous_session_id=person.id, version=1, now=house.services.clock.now(), lifetime_s=900
    )
    assert (await house.client(forged).get("/api/history")).status_code == 401
    assert (await guest.client.patch("/api/me", json={"display_name": "Eve"})).status_code == 403
