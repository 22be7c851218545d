"""Mails by SMTP from a real server to a mail server that checks who comes, and does what mail servers do wrong."""

import asyncio
import re
import ssl
from contextlib import nullcontext

import httpx
import msgspec
import pytest

from game_server import jobs
from game_server.accounts import mail
from game_server.commands import mailing
from game_server.integrations.smtp import Server, Smtp, TryLater
from game_server.process.exits import CannotRunError
from game_server.services import open_services
from game_server.timetable import timetable
from tests.support.certificates import Issuer
from tests.support.mail_server import HOST, open_mail_server
from tests.support.server_process import ServerProcess

PASSWORD = "correct horse"
FROM = "Attuned <hello@play.example.org>"


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    return Issuer(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
async def mails(issuer):
    async with open_mail_server(issuer.server(HOST)) as opened:
        yield opened


@pytest.fixture(scope="module")
def wrong_ones(issuer, tmp_path_factory):
    """Certificates that are not to be trusted here."""
    stranger = Issuer(tmp_path_factory.mktemp("stranger"), "stranger")
    return {"issuer": stranger.server(HOST), "name": issuer.server("mail.example.org")}


@pytest.fixture(autouse=True)
def as_usual(mails):
    mails.usual()


@pytest.fixture(scope="module")
def settings(settings, mails):
    return msgspec.structs.replace(settings, smtp_url=mails.url, mail_from=FROM, log_format="json")


@pytest.fixture(scope="module")
def server(settings, issuer, tmp_path_factory):
    server = ServerProcess(settings, tmp_path_factory.mktemp("server") / "log", SSL_CERT_FILE=str(issuer.file))
    yield server
    server.stop()


@pytest.fixture(scope="module")
async def services(settings, issuer):
    opened = await open_services(settings)
    smtp = Smtp(Server.of(settings.smtp_url), FROM, context=trusting(issuer))
    yield msgspec.structs.replace(opened, smtp=smtp)
    await opened.close()


@pytest.fixture(scope="module")
async def http(server):
    async with httpx.AsyncClient(base_url=server.url) as client:
        yield client


def trusting(issuer):
    return ssl.create_default_context(cafile=issuer.file)


def elsewhere(mails, issuer):
    """The mail server, as if it stood on another machine."""
    server = msgspec.structs.replace(Server.of(mails.url), starttls=True)
    return Smtp(server, FROM, context=trusting(issuer))


def token_in(taken, kind):
    return re.search(rf"/#{kind}=([\w-]{{43}})$", taken.text.replace("\r", ""), re.MULTILINE)[1]


async def sign_up(http, email, password=PASSWORD):
    return await http.post("/api/auth/register", json={"email": email, "password": password, "adult": True})


async def log_in(http, email, password=PASSWORD):
    return await http.post("/api/auth/login", json={"email": email, "password": password})


async def member(http, mails, email):
    """Somebody signed up and confirmed: their headers."""
    number = len(mails.to(email))
    await sign_up(http, email)
    token = token_in(await mails.mail_to(email, number + 1), "confirm-email")
    assert (await http.post("/api/auth/confirm-email", json={"token": token})).status_code == 204
    return {"Authorization": f"Bearer {(await log_in(http, email)).json()['access_token']}"}


async def due_again(sql, http):
    """The pause of what failed is over; the next request sends what is due."""
    await sql.execute("UPDATE mail_outbox SET due_at = now() WHERE sent_at IS NULL")
    await http.post("/api/auth/password-reset", json={"email": "nobody@example.org"})


async def failed(sql, email):
    """Why the last attempt at a mail failed, when it has."""
    async with asyncio.timeout(30):
        while True:
            reason = await sql.fetchval("SELECT failed_reason FROM mail_outbox WHERE recipient = $1", email)
            if reason:
                return reason
            await asyncio.sleep(0.02)


async def gone(sql, email):
    async with asyncio.timeout(30):
        while await sql.fetchval("SELECT count(*) FROM mail_outbox WHERE recipient = $1", email):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


class TestSigningUp:
    async def test_a_new_address_is_asked_to_confirm_and_has_an_account_only_then(self, http, mails):
        asked = await sign_up(http, "ada@example.org")
        assert asked.status_code == 202
        assert (await log_in(http, "ada@example.org")).status_code == 401
        taken = await mails.mail_to("ada@example.org")
        token = token_in(taken, "confirm-email")
        assert (await http.post("/api/auth/confirm-email", json={"token": token})).status_code == 204
        assert (await http.post("/api/auth/confirm-email", json={"token": token})).status_code == 404
        inside = await log_in(http, "ada@example.org")
        assert inside.json()["user"]["email_confirmed_at"]
        assert inside.json()["user"]["adult_confirmed_at"]

    async def test_a_known_address_gets_the_same_answer_and_a_mail_that_says_so(self, http, mails):
        await member(http, mails, "ben@example.org")
        known, new = await sign_up(http, "ben@example.org", "another horse"), await sign_up(http, "new@example.org")
        assert (known.status_code, known.json()) == (new.status_code, new.json()) == (202, known.json())
        taken = await mails.mail_to("ben@example.org", 2)
        assert taken.message["Subject"] == "You have an account already"
        assert (await log_in(http, "ben@example.org", "another horse")).status_code == 401
        body = {"token": token_in(taken, "password-reset"), "password": "a third horse"}
        assert (await http.post("/api/auth/password-reset/confirm", json=body)).status_code == 204
        assert (await log_in(http, "ben@example.org", "a third horse")).status_code == 200

    async def test_of_two_who_sign_up_with_one_address_the_one_whose_link_is_opened_has_it(self, http, mails):
        for number, password in ((1, "the stranger's"), (2, "the owner's")):
            await sign_up(http, "cleo@example.org", password)
            await mails.mail_to("cleo@example.org", number)
        first, second = (token_in(one, "confirm-email") for one in mails.to("cleo@example.org"))
        assert (await http.post("/api/auth/confirm-email", json={"token": second})).status_code == 204
        assert (await http.post("/api/auth/confirm-email", json={"token": first})).status_code == 404
        assert (await log_in(http, "cleo@example.org", "the stranger's")).status_code == 401
        assert (await log_in(http, "cleo@example.org", "the owner's")).status_code == 200

    async def test_whoever_opens_a_strangers_mail_says_the_password_and_nothing_of_the_strangers_stays(
        self, http, mails
    ):
        body = {"email": "eva@example.org", "password": "the stranger's", "display_name": "Not Eva", "adult": True}
        await http.post("/api/auth/register", json=body)
        token = token_in(await mails.mail_to("eva@example.org"), "confirm-email")
        body = {"token": token, "password": "the owner's"}
        assert (await http.post("/api/auth/confirm-email", json=body)).status_code == 204
        assert (await log_in(http, "eva@example.org", "the stranger's")).status_code == 401
        user = (await log_in(http, "eva@example.org", "the owner's")).json()["user"]
        assert (user["display_name"], user["adult_confirmed_at"]) == (None, None)

    async def test_whoever_says_the_password_of_the_sign_up_keeps_what_was_said_there(self, http, mails):
        body = {"email": "fia@example.org", "password": "the owner's", "display_name": "Fia", "adult": True}
        await http.post("/api/auth/register", json=body)
        token = token_in(await mails.mail_to("fia@example.org"), "confirm-email")
        body = {"token": token, "password": "the owner's"}
        assert (await http.post("/api/auth/confirm-email", json=body)).status_code == 204
        user = (await log_in(http, "fia@example.org", "the owner's")).json()["user"]
        assert user["display_name"] == "Fia"
        assert user["adult_confirmed_at"]

    async def test_a_repeated_request_asks_once_and_gives_the_first_answer(self, http, mails):
        body = {"email": "dora@example.org", "password": PASSWORD, "adult": True}
        answers = [
            await http.post("/api/auth/register", json=body, headers={"Idempotency-Key": "dora-signs-up"})
            for _ in range(2)
        ]
        assert [answer.json() for answer in answers] == [answers[0].json()] * 2
        await mails.mail_to("dora@example.org")
        await member(http, mails, "later@example.org")
        assert len(mails.to("dora@example.org")) == 1


class TestOnTheWire:
    async def test_it_goes_encrypted_with_the_login_of_the_settings_and_their_sender(self, http, mails):
        await sign_up(http, "eve@example.org")
        taken = await mails.mail_to("eve@example.org")
        assert (taken.encrypted, taken.user, taken.sender) == (True, mails.user, "hello@play.example.org")
        message = taken.message
        assert (message["From"], message["To"]) == (FROM, "eve@example.org")
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Message-ID"].endswith("@play.example.org>")
        assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]

    @pytest.mark.parametrize(
        ("address", "wire"),
        [("kim@exämple.org", "kim@xn--exmple-cua.org"), ("jürgen@exämple.org", "jürgen@xn--exmple-cua.org")],
    )
    async def test_an_address_in_any_script_is_reached(self, http, mails, address, wire):
        await sign_up(http, address)
        assert (await mails.mail_to(wire)).message["To"] == wire

    async def test_where_the_server_cannot_name_it_the_mail_is_given_up(self, http, mails, sql):
        mails.offers_utf8 = False
        await sign_up(http, "jörg@example.org")
        await gone(sql, "jörg@example.org")
        assert mails.asked.count("jörg@example.org") == 0

    async def test_links_that_wait_are_sealed(self, http, mails, sql):
        owner = await member(http, mails, "fay@example.org")
        mails.answers_to_recipient["gus@example.org"] = "451 later"
        asked = await http.post("/api/partners/connections", json={"recipient_email": "gus@example.org"}, headers=owner)
        assert await failed(sql, "gus@example.org") == "451"
        kept = await sql.fetchval("SELECT m::text FROM mail_outbox m WHERE recipient = 'gus@example.org'")
        assert asked.json()["token"] not in kept
        assert "ciphertext" in kept
        mails.usual()
        await due_again(sql, http)
        assert asked.json()["link"] in (await mails.mail_to("gus@example.org")).text


class TestWhatGoesWrong:
    async def test_for_now_is_tried_again_and_it_is_the_same_mail(self, http, mails, sql):
        mails.answers_to_recipient["hal@example.org"] = "451 4.7.1 come back later"
        await sign_up(http, "hal@example.org")
        assert await failed(sql, "hal@example.org") == "451"
        mails.usual()
        await due_again(sql, http)
        await mails.mail_to("hal@example.org")

    @pytest.mark.parametrize("switch", ["answers_to_recipient", "answers_to_data"])
    async def test_for_good_is_given_up_and_said_without_the_address(self, http, mails, sql, server, switch):
        address = f"{switch.replace('_', '-')}@example.org"
        getattr(mails, switch)[address] = "550 5.1.1 no such user"
        await sign_up(http, address)
        await gone(sql, address)
        log = server.log.read_text()
        assert re.search(r'"mail_given_up".*"550"|"550".*"mail_given_up"', log)
        assert address not in log

    async def test_a_line_that_breaks_after_the_mail_sends_it_again_with_the_same_id_and_link(self, http, mails, sql):
        mails.drops_after_data.add("ida@example.org")
        await sign_up(http, "ida@example.org")
        assert await failed(sql, "ida@example.org") == "SMTPServerDisconnected"
        mails.usual()
        await due_again(sql, http)
        await mails.mail_to("ida@example.org", 2)
        first, second = mails.to("ida@example.org")
        assert first.message["Message-ID"] == second.message["Message-ID"]
        assert first.text == second.text

    async def test_a_server_that_takes_its_time_for_one_holds_up_no_other(self, http, mails):
        mails.holds["jan@example.org"] = asyncio.Event()
        await sign_up(http, "jan@example.org")
        await mails.asked_for("jan@example.org")
        await sign_up(http, "kai@example.org")
        await mails.mail_to("kai@example.org")
        assert mails.to("jan@example.org") == []
        mails.holds["jan@example.org"].set()
        await mails.mail_to("jan@example.org")

    async def test_no_password_is_told_to_a_server_elsewhere_without_starttls(self, mails, issuer):
        mails.offers_starttls = False
        with pytest.raises(TryLater, match="NoStartTlsOrNoAuth"):
            await elsewhere(mails, issuer).connect()

    @pytest.mark.parametrize("fault", ["issuer", "name"])
    async def test_nothing_is_told_to_a_server_whose_certificate_is_not_right(self, mails, issuer, wrong_ones, fault):
        mails.certificate_now = wrong_ones[fault]
        with pytest.raises(TryLater, match="SSLCertVerificationError"):
            await elsewhere(mails, issuer).connect()

    async def test_a_login_that_is_refused_loses_no_mail(self, http, mails, sql):
        mails.password = "changed"
        try:
            await sign_up(http, "max@example.org")
            assert await failed(sql, "max@example.org") == "SMTPAuthenticationError 535"
        finally:
            mails.password = "sesame/:@"
        await due_again(sql, http)
        await mails.mail_to("max@example.org")

    @pytest.mark.long
    async def test_what_a_killed_server_had_claimed_is_sent_by_the_job(self, http, mails, sql, server, services):
        mails.says_nothing = True
        await sign_up(http, "nia@example.org")
        await mails.asked_for("anything")
        server.kill()
        mails.usual()
        job = next(job for job in timetable() if job.name == "send_mail")
        await jobs.run_once(services, job)
        assert mails.to("nia@example.org") == []
        await sql.execute("UPDATE mail_outbox SET due_at = now() WHERE sent_at IS NULL")  # the claim has run out
        await jobs.run_once(services, job)
        await mails.mail_to("nia@example.org")
        server.restart()


class TestAfterwards:
    async def test_the_receipt_of_an_erasure_goes_out_and_then_the_address(self, http, mails, sql):
        headers = await member(http, mails, "ola@example.org")
        assert (await http.delete("/api/me", headers=headers)).status_code == 204
        taken = await mails.mail_to("ola@example.org", 2)
        assert taken.message["Subject"] == "As you asked"
        assert taken.message["List-Unsubscribe"] is None
        await gone(sql, "ola@example.org")
        assert not await sql.fetchval("SELECT count(*) FROM sign_ups WHERE email = 'ola@example.org'")

    async def test_who_wants_no_requests_gets_none_by_one_click_and_without_an_account(self, http, mails, sql, server):
        owner = await member(http, mails, "pam@example.org")
        ask = {"url": "/api/partners/connections", "json": {"recipient_email": "quin@example.org"}, "headers": owner}
        await http.post(**ask)
        taken = await mails.mail_to("quin@example.org")
        link = taken.message["List-Unsubscribe"].strip("<>").removeprefix(server.url)
        assert taken.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        in_one_line = f"List-Unsubscribe: <{server.url}{link}>\r\n"  # mail programs decode nothing there
        assert in_one_line.encode() in taken.data
        assert link.removeprefix("/u/") in taken.text
        looked = await http.get(link)
        assert (looked.status_code, looked.headers["location"]) == (303, link.replace("/u/", "/#no-mails="))
        assert not await sql.fetchval("SELECT count(*) FROM refused_mail")
        assert (await http.post(link, data={"List-Unsubscribe": "One-Click"})).status_code == 200
        again = await http.post(**ask)
        assert again.status_code == 201
        await member(http, mails, "ruth@example.org")
        assert len(mails.to("quin@example.org")) == 1
        await sign_up(http, "quin@example.org")  # what one asks for oneself still comes
        await mails.mail_to("quin@example.org", 2)
        body = {"token": link.removeprefix("/u/")}
        assert (await http.post("/api/mail/allowed", json=body)).status_code == 204
        await http.post(**ask)
        await mails.mail_to("quin@example.org", 3)

    @pytest.mark.parametrize("token", ["made-up", "0" * 64 + "." + "0" * 32, "ü"])
    async def test_a_made_up_link_refuses_for_nobody(self, http, sql, token):
        answer = await http.post("/api/mail/refused", json={"token": token})
        assert answer.status_code in (404, 422)
        assert (await http.post(f"/u/{token}")).status_code == 404
        assert not await sql.fetchval("SELECT count(*) FROM refused_mail")


class TestTheUrl:
    @pytest.mark.parametrize(
        ("url", "means"),
        [
            ("smtp://mail.example.org", (587, None, False, True)),
            ("smtp://u:p%40ss@mail.example.org:25", (25, "p@ss", False, True)),
            ("smtps://u:p@mail.example.org", (465, "p", True, False)),
            ("smtp://127.0.0.1:1025", (1025, None, False, None)),
            ("smtp://[::1]", (587, None, False, None)),
            ("smtp://u:p@localhost:1025", (1025, "p", False, None)),
            ("smtp://localhost.example.org", (587, None, False, True)),
        ],
    )
    def test_plain_is_taken_on_this_machine_only(self, url, means):
        found = Server.of(url)
        assert (found.port, found.password, found.tls, found.starttls) == means
        assert "p@ss" not in repr(found)

    async def test_a_server_of_this_machine_may_have_made_its_certificate_itself(self, wrong_ones):
        async with open_mail_server(wrong_ones["issuer"]) as mails:
            (await Smtp(Server.of(mails.url), FROM).connect()).close()

    async def test_smtps_is_tls_from_the_first_byte(self, issuer):
        async with open_mail_server(issuer.server(HOST), implicit=issuer.server(HOST)) as mails:
            smtp = Smtp(Server.of(mails.url.replace("smtp:", "smtps:")), FROM, context=trusting(issuer))
            (await smtp.connect()).close()

    async def test_a_server_that_says_nothing_is_given_up_in_time(self, mails, issuer):
        mails.says_nothing = True
        smtp = Smtp(Server.of(mails.url), FROM, context=trusting(issuer), send_within=0.05)
        with pytest.raises(TryLater) as refused:
            await smtp.connect()
        assert refused.value.away


async def test_an_operator_can_try_the_server(settings, mails, issuer, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(issuer.file))
    told = await asyncio.to_thread(mailing.send_test, settings, "root@example.org")
    assert told == f"smtp://{HOST}:{mails.port} has taken it."
    assert mails.to("root@example.org")[0].message["Subject"] == "It works"
    mails.answers_to_recipient["root@example.org"] = "550 no"
    with pytest.raises(CannotRunError, match="did not take it: 550"):
        await asyncio.to_thread(mailing.send_test, settings, "root@example.org")


async def test_an_operator_sees_what_waits(settings, mails, server, sql):
    await sql.execute(
        "INSERT INTO mail_outbox (recipient, template, due_at, failed_reason)"
        " VALUES ('x@example.org', 'confirm_email', now() + interval '1 hour', '451')"
    )
    found = await asyncio.to_thread(mailing.told, settings, step=lambda _text: nullcontext())
    assert (found.way, found.place) == ("smtp", f"smtp://{HOST}:{mails.port} as {FROM}")
    assert "1 waiting: confirm_email" in "\n".join(mailing.lines(found))
    assert '"mails_go_out"' in server.log.read_text()


async def test_where_mails_go_is_the_settings_business(services):
    assert mail.way(services) == "smtp"
    assert mail.way(msgspec.structs.replace(services, smtp=None)) == "nowhere"
