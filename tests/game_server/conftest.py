"""What the tests of the running server share."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from playwright.async_api import Browser, async_playwright

from tests.web.handset import CHROMIUM, FLAGS, Handset


@pytest.fixture(scope="module")
async def sql(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """The administrator's connection to this module's database."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no browser here: install Debian's chromium, or set CHROMIUM to one")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def mara(browser, server) -> AsyncIterator[Handset]:
    async with await Handset.unpack(browser, server.url, "Mara") as phone:
        yield phone
        phone.tell()
        assert phone.misbehaved() == []


@pytest.fixture
async def jonas(browser, server) -> AsyncIterator[Handset]:
    async with await Handset.unpack(browser, server.url, "Jonas") as phone:
        yield phone
        phone.tell()
        assert phone.misbehaved() == []
