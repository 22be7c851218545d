"""The room's page on lines that break without a word: a real browser behind a proxy that swallows bytes."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import msgspec
import pytest
from playwright.async_api import expect

from game_server.settings import Settings
from tests.faults.proxy import Proxy
from tests.support.server_process import ServerProcess
from tests.web.couple import next_card, pair
from tests.web.fitting import fits
from tests.web.handset import PATIENCE_MS, Handset

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def line() -> Iterator[Proxy]:
    """Between Jonas's phone and the server; where it leads is said once the server has its port."""
    proxy = Proxy(("127.0.0.1", 1))
    yield proxy
    proxy.close()


@pytest.fixture(scope="module")
def settings(settings: Settings, line: Proxy) -> Settings:
    return msgspec.structs.replace(settings, allowed_origins=(f"http://127.0.0.1:{line.port}",))


@pytest.fixture
async def jonas(browser, server: ServerProcess, line: Proxy) -> AsyncIterator[Handset]:
    line.upstream = ("127.0.0.1", int(server.url.rsplit(":", 1)[1]))
    async with await Handset.unpack(browser, f"http://127.0.0.1:{line.port}", "Jonas") as phone:
        yield phone
        line.heal()
        phone.tell()
        assert phone.misbehaved() == []


@pytest.mark.long
async def test_stop_on_a_line_that_died_without_a_word_takes_the_card_from_the_other_phone_within_seconds(
    mara, jonas, line
):
    await pair(mara, jonas)
    await next_card(mara, jonas)
    line.lose()
    await jonas.tap("stop")
    await jonas.sees("halted")
    await mara.sees("aftercare")  # long before anybody would have missed a beat
    await jonas.is_at("stopped")
    await expect(jonas.at("sending")).to_be_empty()


@pytest.mark.long
async def test_a_press_that_does_not_get_through_says_so_and_counts_once_there_is_a_line(mara, jonas, line):
    await pair(mara, jonas)
    await next_card(mara, jonas)
    line.blackhole()
    await jonas.tap("done")
    await expect(jonas.at("sending")).to_have_text("Sending …", timeout=PATIENCE_MS)
    await expect(jonas.at("connection")).to_contain_text("Reconnecting", timeout=PATIENCE_MS)
    await expect(jonas.at("sending")).to_have_text("Not sent yet, your game is safe.", timeout=PATIENCE_MS)
    await fits(jonas)
    await jonas.sees("card")
    line.heal()
    for phone in (mara, jonas):
        await expect(phone.at("step")).to_have_text("Card 2 of 5", timeout=PATIENCE_MS)
    await jonas.is_at("choosing")
    await expect(jonas.at("room")).to_have_attribute("data-seq", await mara.shown("room", "data-seq"))
    await expect(jonas.at("sending")).to_be_empty()


@pytest.mark.long
async def test_coming_back_to_the_page_and_a_network_that_changed_test_the_line(mara, jonas):
    await pair(mara, jonas)
    await next_card(mara, jonas)
    for event, target in (("focus", "window"), ("pageshow", "window"), ("visibilitychange", "document")):
        sockets = jonas.sockets
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while jonas.sockets == sockets:  # a line that speaks at that moment needs no test
                await jonas.page.evaluate(f"{target}.dispatchEvent(new Event('{event}'))")
                await asyncio.sleep(0.5)
        await jonas.is_at("card")
    await jonas.context.set_offline(True)
    await expect(jonas.at("connection")).to_have_text("You are offline. Your game is safe.", timeout=PATIENCE_MS)
    await jonas.context.set_offline(False)
    await jonas.is_at("card")
    await expect(jonas.at("connection")).to_be_empty()
    await expect(mara.at("seat-B")).to_have_attribute("data-presence", "present", timeout=PATIENCE_MS)
