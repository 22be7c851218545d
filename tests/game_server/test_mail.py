"""Mails: queued with what they are about, delivered to the development mailbox, and their links work once."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
import pytest
import pytest_asyncio

from game_server.accounts import mail
from game_server.commands.mailing import Told, lines
from game_server.settings import Settings
from tests.support.given_back import GivenBackBroken
from tests.support.house import PASSWORD, House, open_house, sign_up
from tests.support.server_process import game_server

NEW_PASSWORD = "battery staple"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house")) as opened:
        yield opened


def body_of(message, kind):
    return message.get_body((kind,)).get_content()


def token_in(message):
    return re.search(r"#[a-z-]+=([\w-]{43})$", body_of(message, "plain"), re.MULTILINE)[1]


async def ask(house, email):
    return await house.client().post("/api/auth/password-reset", json={"email": email})


async def confirm(house, token, password=NEW_PASSWORD):
    return await house.client().post("/api/auth/password-reset/confirm", json={"token": token, "password": password})


async def log_in(house, email, password):
    answer = await house.client().post("/api/auth/login", json={"email": email, "password": password})
    return answer.status_code


async def test_signing_up_mails_a_link_that_confirms_the_address_once(house):
    person = await sign_up(house)
    (message,) = house.mails(person.email)
    assert (await person.client.get("/api/me")).json()["email_confirmed_at"] is None
    body = {"token": token_in(message)}
    assert (await house.client().post("/api/auth/confirm-email", json=body)).status_code == 204
    assert (await person.client.get("/api/me")).json()["email_confirmed_at"]
    again = await house.client().post("/api/auth/confirm-email", json=body)
    assert (again.status_code, again.json()["error"]["code"]) == (404, "invalid_token")


async def test_the_password_said_at_the_confirmation_ends_the_logins_of_whoever_chose_another(house):
    person = await sign_up(house)
    body = {"token": token_in(house.mails(person.email)[0]), "password": NEW_PASSWORD}
    assert (await house.client().post("/api/auth/confirm-email", json=body)).status_code == 204
    assert house.kicked(person.id) == {person.refresh.split(".")[0]}
    assert (await person.client.get("/api/me")).status_code == 401
    assert await log_in(house, person.email, PASSWORD) == 401
    assert await log_in(house, person.email, NEW_PASSWORD) == 200
    again = await house.client().post("/api/auth/confirm-email", json=body)
    assert (again.status_code, again.json()["error"]["code"]) == (404, "invalid_token")


async def test_the_same_password_at_the_confirmation_ends_no_login(house):
    person = await sign_up(house)
    body = {"token": token_in(house.mails(person.email)[0]), "password": PASSWORD}
    assert (await house.client().post("/api/auth/confirm-email", json=body)).status_code == 204
    assert (await person.client.get("/api/me")).json()["email_confirmed_at"]


async def test_a_lost_password_is_replaced_by_mail_and_every_login_ends(house):
    person = await sign_up(house)
    assert (await ask(house, person.email.upper())).status_code == 202
    assert (await confirm(house, token_in(house.mails(person.email)[-1]))).status_code == 204
    assert house.kicked(person.id) == {person.refresh.split(".")[0]}
    assert (await person.client.get("/api/me")).status_code == 401
    assert await log_in(house, person.email, PASSWORD) == 401
    assert await log_in(house, person.email, NEW_PASSWORD) == 200


async def test_a_reset_works_once_within_half_an_hour_and_only_the_newest(house):
    person = await sign_up(house)
    for _ in range(2):
        await ask(house, person.email)
    older, newer = (token_in(message) for message in house.mails(person.email)[-2:])
    wrong_kind = token_in(house.mails(person.email)[0])
    for token in (older, wrong_kind, "made-up"):
        answer = await confirm(house, token)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "invalid_token")
    house.clock.ahead = timedelta(minutes=30, seconds=1)
    assert (await confirm(house, newer)).status_code == 404
    house.clock.ahead = timedelta()
    assert (await confirm(house, newer)).status_code == 204
    assert (await confirm(house, newer)).status_code == 404


async def test_a_reset_unlocks(house):
    person = await sign_up(house)
    for _ in range(11):
        await log_in(house, person.email, "wrong horse")
    await ask(house, person.email)
    await confirm(house, token_in(house.mails(person.email)[-1]))
    assert await log_in(house, person.email, NEW_PASSWORD) == 200


async def test_the_answer_does_not_tell_whether_an_address_has_an_account(house):
    known, unknown = await ask(house, (await sign_up(house)).email), await ask(house, "ghost@example.com")
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json()) == (202, known.json())
    assert house.mails("ghost@example.com") == []


async def test_nobody_is_flooded_with_mails(house):
    person = await sign_up(house)
    assert {(await ask(house, person.email)).status_code for _ in range(6)} == {202}
    assert len(house.mails(person.email)) == 1 + 3


async def test_no_token_is_stored_but_its_hash(house):
    person = await sign_up(house)
    await ask(house, person.email)
    stored = await house.database.fetch(
        "SELECT t::text FROM one_time_tokens t UNION ALL SELECT m::text FROM mail_outbox m"
    )
    for message in house.mails(person.email):
        assert not any(token_in(message) in row[0] for row in stored)


async def test_a_mail_is_text_and_html_and_discreet(house):
    person = await sign_up(house)
    (message,) = house.mails(person.email)
    assert message["Subject"] == "Please confirm your e-mail address"
    assert message["List-Unsubscribe"]
    link = f"{house.services.settings.base_url}/#confirm-email={token_in(message)}"
    assert link in body_of(message, "plain")
    assert f'<a href="{link}">' in body_of(message, "html")


async def test_a_display_name_cannot_write_the_mail(house):
    name = '<a href="https://evil.example">\r\nSubject: x</a>'
    async with house.services.database.as_service() as connection:
        await mail.queue(
            house.services,
            connection,
            "kim@example.com",
            "connection_request",
            {"name": name, "link": "http://localhost/j/x"},
        )
    assert await mail.send_due(house.services) == 1
    (message,) = house.mails("kim@example.com")
    assert message["Subject"] == "Somebody would like to connect with you"
    assert '<a href="https://evil' not in body_of(message, "html")
    assert "&lt;a href=" in body_of(message, "html")
    assert "\nSubject" not in body_of(message, "plain")


async def test_a_mail_of_a_transaction_that_failed_is_never_sent(house):
    async def fail() -> None:
        async with house.services.database.as_service() as connection:
            await mail.queue(house.services, connection, "lee@example.com", "password_reset", {"link": "x"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await mail.send_due(house.services) == 0


async def test_a_mail_takes_exactly_its_own_parameters(house):
    async with house.services.database.as_service() as connection:
        for params in ({}, {"link": "x", "note": "free text"}):
            with pytest.raises(ValueError, match="this mail takes link"):
                await mail.queue(house.services, connection, "lee@example.com", "password_reset", params)


async def test_a_full_disk_delays_a_mail_and_loses_nothing(house):
    mailbox = mail.mailbox(house.services.settings)
    aside = mailbox.with_name("aside")
    mailbox.rename(aside)
    mailbox.write_text("not a directory")
    person = await sign_up(house)
    assert await house.database.fetchval("SELECT failed_reason FROM mail_outbox WHERE recipient = $1", person.email)
    mailbox.unlink()
    aside.rename(mailbox)
    await house.database.execute("UPDATE mail_outbox SET due_at = now() WHERE sent_at IS NULL")
    assert await mail.send_due(house.services) == 1
    assert len(house.mails(person.email)) == 1


def test_the_mailbox_is_the_owners_alone(house):
    files = list(mail.mailbox(house.services.settings).glob("*.eml"))
    assert files
    assert {file.stat().st_mode & 0o077 for file in files} == {0}


async def test_a_session_that_ends_while_it_is_given_back_leaves_the_mail_to_the_job(house):
    async with house.services.database.as_service() as connection:
        await mail.queue(house.services, connection, "later@example.com", "erased", {})
    database = GivenBackBroken(
        house.services.database.web, house.services.database.worker, house.services.database.members
    )
    await mail.send_soon(msgspec.structs.replace(house.services, database=database))
    waiting = "SELECT count(*) FROM mail_outbox WHERE recipient = 'later@example.com' AND sent_at IS NULL"
    assert await house.database.fetchval(waiting) == 1
    await mail.send_due(house.services)
    assert await house.database.fetchval(waiting) == 0


async def test_without_a_mail_server_on_a_database_of_ones_own_no_mail_is_made_and_that_is_said(house):
    elsewhere = msgspec.structs.replace(house.services.settings, database_url="postgresql://elsewhere/attuned")
    house.app.state.services = msgspec.structs.replace(house.services, settings=elsewhere)
    files = len(list(mail.mailbox(elsewhere).iterdir()))
    try:
        body = {"email": "elsewhere@example.com", "password": PASSWORD, "adult": True}
        made = await house.client().post("/api/auth/register", json=body)
        asked = await ask(house, "elsewhere@example.com")
        there = body | {"email": "anderswo@example.com"}
        german = await house.client().post("/api/auth/register", json=there, headers={"Accept-Language": "de"})
        taken = await house.client().post("/api/auth/register", json=body)
    finally:
        house.app.state.services = house.services
    assert "No mail is sent from here" in made.json()["notice"]
    assert (asked.status_code, asked.json()["message"][:25]) == (202, "No mail is sent from here")
    assert "Von hier wird keine Mail verschickt" in german.json()["notice"]
    assert taken.json()["error"]["code"] == "email_taken"
    assert not await house.database.fetchval("SELECT count(*) FROM mail_outbox WHERE recipient LIKE 'elsewhere%'")
    assert len(list(mail.mailbox(elsewhere).iterdir())) == files


async def test_the_command_shows_the_mailbox_with_the_links(house):
    person = await sign_up(house)
    settings = Settings(data_dir=house.services.settings.data_dir)
    told = await asyncio.to_thread(game_server, settings, "mail", "--json")
    found = json.loads(told.stdout)
    assert (found["way"], found["place"]) == ("mailbox", str(mail.mailbox(settings)))
    (shown,) = [one for one in found["mails"] if one["to"] == person.email]
    assert shown["subject"] == "Please confirm your e-mail address"
    assert shown["link"].endswith(token_in(house.mails(person.email)[0]))
    people = lines(msgspec.convert(found, Told))
    assert f"into the development mailbox {found['place']}" in people[0]
    assert f"    {shown['link']}" in people


async def test_what_waits_too_long_to_be_of_use_is_given_up(house):
    async with house.services.database.as_service() as connection:
        await mail.queue(house.services, connection, "late@example.com", "erased", {}, good_for=timedelta(seconds=-1))
    assert await mail.send_due(house.services) == 0
    assert not await house.database.fetchval("SELECT count(*) FROM mail_outbox WHERE recipient = 'late@example.com'")


async def test_a_mail_that_an_older_program_queued_goes_out_and_it_takes_none_of_ours(house):
    link = f"http://localhost/#confirm-email={'x' * 43}"
    await house.database.execute(
        "INSERT INTO mail_outbox (recipient, template, params) VALUES ('old@example.com', 'confirm_email', $1::jsonb)",
        json.dumps({"link": link}),
    )
    assert await mail.send_due(house.services) == 1
    assert link in body_of(house.mails("old@example.com")[0], "plain")
    async with house.services.database.as_service() as connection:
        await mail.queue(house.services, connection, "new@example.com", "confirm_email", {"link": link})
    assert not await house.database.fetchval(
        "SELECT count(*) FROM mail_outbox WHERE sent_at IS NULL AND next_attempt_at <= now() AND attempts < 8"
    )
    assert await mail.send_due(house.services) == 1


async def test_a_mail_sealed_with_a_secret_that_is_gone_is_given_up(house):
    sealed = {"key_id": "gone", "nonce": "x", "ciphertext": "x"}
    await house.database.execute(
        "INSERT INTO mail_outbox (recipient, template, params) VALUES ('lost@example.com', 'confirm_email', $1::jsonb)",
        json.dumps(sealed),
    )
    assert await mail.send_due(house.services) == 1
    assert house.mails("lost@example.com") == []
