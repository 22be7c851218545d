"""What the page does with mails, where a mail server is set up: signing up, confirming, a forgotten password."""

import re
from collections.abc import AsyncIterator

import msgspec
import pytest
from playwright.async_api import expect

from tests.support.certificates import Issuer
from tests.support.mail_server import HOST, MailServer, open_mail_server
from tests.web.handset import Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

ADDRESS = "forgetful@example.org"


@pytest.fixture(scope="module")
async def mails(tmp_path_factory) -> AsyncIterator[MailServer]:
    async with open_mail_server(Issuer(tmp_path_factory.mktemp("certificates")).server(HOST)) as opened:
        yield opened


@pytest.fixture(scope="module")
def settings(settings, mails):
    return msgspec.structs.replace(settings, smtp_url=mails.url, mail_from="Attuned <hello@play.example.org>")


async def mailed_path(mails: MailServer, number: int, purpose: str) -> str:
    """Where the link in that mail leads."""
    taken = await mails.mail_to(ADDRESS, number)
    found = re.search(rf"^http\S+(/#{purpose}=\S+)$", taken.text.replace("\r", ""), re.MULTILINE)
    assert found, taken.text
    return found[1]


async def sign_in(phone: Handset, password: str) -> None:
    await phone.comes_by("login")
    await phone.at("email").fill(ADDRESS)
    await phone.at("password").fill(password)
    await phone.tap("sign-in")


async def test_an_address_is_confirmed_and_a_forgotten_password_replaced_through_the_mail(mara, mails):
    await mara.open("/")
    await mara.comes_by("register")
    await mara.at("email").fill(ADDRESS)
    await mara.at("password").fill("a long enough phrase")
    await mara.at("adult").check()
    await mara.tap("register")
    await expect(mara.at("about-mails")).to_contain_text("mail")
    await mara.open(await mailed_path(mails, 1, "confirm-email"))
    await mara.at("password").fill("a long enough phrase")
    await mara.tap("confirm-email")
    await sign_in(mara, "a long enough phrase")
    await mara.at("save-demographics").wait_for()
    await mara.open("/")
    await mara.page.evaluate("() => (localStorage.clear(), sessionStorage.clear())")
    await mara.open("/")
    await mara.comes_by("login")
    await mara.tap("forgotten")
    await mara.at("email").fill(ADDRESS)
    await mara.tap("send-reset")
    await expect(mara.at("about-mails")).to_contain_text("a mail is on its way")
    await mara.open(await mailed_path(mails, 2, "password-reset"))
    await mara.at("password").fill("another long phrase")
    await mara.tap("set-password")
    await sign_in(mara, "another long phrase")
    await mara.at("save-demographics").wait_for()
