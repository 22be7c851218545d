"""What a request does before its answer is the same for an address that has an account and for one that has none.

Compared is the work: every statement that the stores get until the answer has gone out. Nothing here measures time.
"""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec
import pytest
import pytest_asyncio

from game_server.accounts import mail
from game_server.integrations.smtp import Server, Smtp
from tests.storage.rows import shown
from tests.support.house import PASSWORD, House, let_in, open_house, sign_up, tell
from tests.support.noted import noted
from tests.support.two_lives import a_game, connected


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house")) as opened:
        await opened.services.attendant.stop()  # it asks the database by itself, and no request's statements are those
        yield opened


async def post(house: House, path: str, body: dict[str, Any], token: str | None = None) -> "tuple[int, list[str]]":
    """The status, and the statements before the answer went out; what follows the answer is not counted."""
    authorization = [(b"authorization", f"Bearer {token}".encode())] if token else []
    sent: dict[str, Any] = {}
    data = json.dumps(body).encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": data, "more_body": False}

    with noted(house) as heard:

        async def send(message: Any) -> None:
            sent.setdefault("status", message.get("status"))
            if message["type"] == "http.response.body" and not message.get("more_body"):
                sent["statements"] = list(heard)

        await house.app(
            {
                "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
                "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
                "headers": [(b"host", b"localhost"), (b"content-type", b"application/json"), *authorization],
                "client": ("127.0.0.1", 40000), "server": ("localhost", 80),
            },
            receive,
            send,
        )  # fmt: skip
    return sent["status"], sent["statements"]


async def test_asking_for_a_new_password_takes_the_same_statements_and_looks_nobody_up(house):
    person = await sign_up(house)
    known = await post(house, "/api/auth/password-reset", {"email": person.email})
    unknown = await post(house, "/api/auth/password-reset", {"email": "ghost@example.com"})
    assert known == unknown
    assert known[0] == 202
    assert any("mail_outbox" in statement for statement in known[1])
    assert not any("users" in statement or "one_time_tokens" in statement for statement in known[1])


async def test_signing_up_by_mail_takes_the_same_statements_and_looks_nobody_up(house):
    person = await sign_up(house)
    nobody_listens = Smtp(Server.of("smtp://127.0.0.1:1"), "hello@example.org")
    house.app.state.services = msgspec.structs.replace(house.services, smtp=nobody_listens)
    try:
        known, unknown = [
            await post(house, "/api/auth/register", {"email": email, "password": PASSWORD, "adult": True})
            for email in (person.email, "ghost2@example.com")
        ]
    finally:
        house.app.state.services = house.services
    assert known == unknown
    assert known[0] == 202
    assert any("mail_outbox" in statement for statement in known[1])
    assert not any("users" in statement or "sign_ups" in statement for statement in known[1])


async def test_the_letter_is_made_by_whoever_sends_mails_next_also_after_a_kill(house):
    person = await sign_up(house)
    before = len(house.mails(person.email))
    async with house.services.database.as_service() as connection:  # all that a request does, and then it died
        await connection.execute(
            "INSERT INTO mail_outbox (recipient, template, params) VALUES ($1, 'password_reset_asked', '{}'),"
            " ('ghost@example.com', 'password_reset_asked', '{}')",
            person.email,
        )
    await mail.send_due(house.services)
    assert len(house.mails(person.email)) == before + 1
    assert house.mails("ghost@example.com") == []
    assert not await house.database.fetchval("SELECT count(*) FROM mail_outbox WHERE recipient = 'ghost@example.com'")


async def test_answering_them_takes_the_same_statements_too(house):
    person = await sign_up(house)
    heard = []
    for address in (person.email, "ghost@example.com"):
        await house.database.execute(
            "INSERT INTO mail_outbox (recipient, template, params) VALUES ($1, 'password_reset_asked', '{}')", address
        )
        with noted(house) as statements:
            await mail.send_due(house.services)
        heard.append(statements)
    known, unknown = ([s for s in statements if "mail_outbox" not in s] for statements in heard)
    assert known == unknown


@pytest.mark.parametrize("tries", [1, 12])
async def test_a_wrong_password_takes_the_same_statements_for_an_address_without_an_account(house, tries):
    person = await sign_up(house)
    for _ in range(tries):
        known = await post(house, "/api/auth/login", {"email": person.email, "password": "wrong horse"})
        unknown = await post(
            house, "/api/auth/login", {"email": f"ghost{tries}@example.com", "password": "wrong horse"}
        )
        assert known == unknown
    assert known[0] == (401 if tries == 1 else 429)


async def test_an_invitation_takes_the_same_statements_for_an_address_without_an_account(house):
    person, partner = await sign_up(house), await sign_up(house)
    await tell(person.client)
    path = "/api/partners/connections"
    await post(house, path, {"recipient_email": "first@example.com"}, person.access)  # the token's first use is noted
    known = await post(house, path, {"recipient_email": partner.email}, person.access)
    unknown = await post(house, path, {"recipient_email": "ghost@example.com"}, person.access)
    assert known == unknown
    assert known[0] == 201


async def test_no_address_is_kept_in_clear_for_counting_wrong_passwords(house):
    await post(house, "/api/auth/login", {"email": "careful@example.com", "password": PASSWORD})
    rows = await house.database.fetch("SELECT a::text FROM login_attempts a")
    assert rows
    assert not any("careful" in row[0] for row in rows)


async def test_cards_favourites_and_exports_take_the_same_statements_whatever_the_partner_forbids_or_likes(house):
    ann, bob = await let_in(house), await let_in(house)
    for person in (ann, bob):
        await tell(person.client, adult=True)
        await person.client.patch("/api/profile/boundaries", json={"hard_limits": []})
    await connected(ann, bob)
    game = await a_game(house, ann, bob)
    step = {"actor": "A", "do": "Give your partner a slow massage of both hands while a song plays."}
    card = {"partner_user_id": bob.id, "type": "dare", "rating": "R", "steps": [step], "tags": ["hardBoundaryDegrade"]}
    reads = ("/api/cards", f"/api/partners/{bob.id}/favourites", f"/api/partners/{bob.id}/profile", "/api/me/export")

    async def world() -> list[Any]:
        heard: list[Any] = [await post(house, "/api/cards", card, ann.access)]
        for path in reads:
            with noted(house) as statements:
                answer = await ann.client.get(path)
            heard.append((answer.status_code, statements, len(answer.content)))
        (made,) = (await ann.client.get("/api/cards")).json()["items"]
        await ann.client.delete(f"/api/cards/{made['id']}")
        return heard

    await world()  # what a process reads once
    before = await world()
    liked = await house.database.fetch(
        "SELECT activity_id FROM activities WHERE source = 'bank' AND rating = 'G' LIMIT 30"
    )
    for row in liked:
        card_id = row["activity_id"]
        await shown(house.database, game, card_id, user_id=UUID(bob.id), feedback_type="like", feedback_executed=True)
    limits = {"hard_limits": ["hardBoundaryDegrade", "hardBoundaryImpact"]}
    assert (await bob.client.patch("/api/profile/boundaries", json=limits)).status_code == 200
    assert await world() == before
    assert [answer[0] for answer in before] == [201, 200, 200, 200, 200]
