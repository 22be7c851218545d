"""The page in a real browser: two phones, one server over real sockets.

Needs Chromium: Debian's `chromium` package, or its path in CHROMIUM.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, async_playwright, expect
from redis.asyncio import Redis

from tests.web.phone import PATIENCE_MS, RESUMES_WITHIN_MS, Phone

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
CARDS = 5


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no browser here: install Debian's chromium, or set CHROMIUM to one")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def mara(browser, server) -> AsyncIterator[Phone]:
    async with await Phone.unpack(browser, server.url, "Mara") as phone:
        yield phone
        assert phone.misbehaved() == []


@pytest.fixture
async def jonas(browser, server) -> AsyncIterator[Phone]:
    async with await Phone.unpack(browser, server.url, "Jonas") as phone:
        yield phone
        assert phone.misbehaved() == []


async def pair(mara: Phone, jonas: Phone) -> None:
    """Mara opens a game without an account and hands the link over; both are ready."""
    await mara.come_in()
    await mara.new_game(CARDS)
    await mara.tap("start")
    link = await mara.shown("link", "value")
    assert link.startswith(mara.origin)
    await jonas.come_in(urlsplit(link).path)
    await jonas.tap("join")
    await jonas.sees("words")
    await expect(mara.at("words")).to_have_text(await jonas.at("words").inner_text(), use_inner_text=True)
    await jonas.tap("ready")
    await mara.sees("partner-ready")
    await mara.tap("ready")


async def next_card(mara: Phone, jonas: Phone, kind: str = "truth") -> str:
    """Whoever's turn it is chooses; the seq of the card that both see."""
    await mara.is_at("choosing")
    await jonas.is_at("choosing")
    active = mara if await mara.at("your-turn").count() else jonas
    await active.choose(kind)
    return await same_card(mara, jonas)


async def same_card(mara: Phone, jonas: Phone, other_than: str = "") -> str:
    """Both phones show one and the same card, in the same words but for "You"."""
    await mara.sees("card")
    if other_than:
        await expect(mara.at("card")).not_to_have_attribute("data-card-seq", other_than, timeout=PATIENCE_MS)
    seq = await mara.shown("card", "data-card-seq")
    await expect(jonas.at("card")).to_have_attribute("data-card-seq", seq, timeout=PATIENCE_MS)
    texts = [await phone.at("card-steps").locator("p").all_inner_texts() for phone in (mara, jonas)]
    assert texts[0] == texts[1] != []
    return seq


async def done(phone: Phone, other: Phone, step: int) -> None:
    """The card is done; both phones stand at the next."""
    await phone.tap("done")
    for each in (phone, other):
        await expect(each.at("step")).to_have_text(f"Card {step} of {CARDS}", timeout=PATIENCE_MS)


async def test_two_phones_play_a_game_from_the_link_to_the_last_card(mara, jonas):
    await pair(mara, jonas)

    seq = await next_card(mara, jonas)
    await jonas.tap("another")
    await same_card(mara, jonas, other_than=seq)
    await done(mara, jonas, 2)

    await next_card(mara, jonas, "dare")
    await jonas.tap("pause")
    for phone in (mara, jonas):
        await phone.is_at("paused")
        await expect(phone.at("card")).to_have_count(0)
        await expect(phone.at("room")).not_to_contain_text("Jonas paused")
    await mara.tap("resume")
    await jonas.sees("resume-wanted-A")
    await jonas.tap("resume")
    await same_card(mara, jonas)
    await done(jonas, mara, 3)

    for step in (4, 5):
        await next_card(mara, jonas, "random")
        await done(mara, jonas, step)
    await next_card(mara, jonas)
    await jonas.tap("done")
    for phone in (mara, jonas):
        await phone.is_at("ended")
        await expect(phone.at("summary")).to_contain_text(f"Cards{CARDS}")
        await expect(phone.at("phase-ended").locator("h1")).to_have_text("You made it to the last card.")


async def test_a_killed_server_comes_back_and_both_phones_go_on_at_the_same_step_by_themselves(mara, jonas, server):
    await pair(mara, jonas)
    await next_card(mara, jonas)
    await done(mara, jonas, 2)
    seq = await next_card(mara, jonas)

    server.kill()
    for phone in (mara, jonas):
        await phone.sees("connection")
        await expect(phone.at("card")).to_have_attribute("data-card-seq", seq)
    await asyncio.to_thread(server.restart)

    for phone in (mara, jonas):
        await expect(phone.at("room")).to_have_attribute("data-connection", "live", timeout=RESUMES_WITHIN_MS)
        await expect(phone.at("step")).to_have_text(f"Card 2 of {CARDS}")
        await expect(phone.at("card")).to_have_attribute("data-card-seq", seq)
    await done(jonas, mara, 3)


async def test_what_is_pressed_while_the_server_is_away_counts_once_it_is_back(mara, jonas, server):
    await pair(mara, jonas)
    await next_card(mara, jonas)
    server.kill()
    await mara.sees("connection")
    await mara.tap("pause")
    await mara.sees("halted")
    await expect(mara.at("card")).to_have_count(0)
    await asyncio.to_thread(server.restart)
    for phone in (mara, jonas):
        await expect(phone.at("room")).to_have_attribute("data-phase", "paused", timeout=RESUMES_WITHIN_MS)


async def test_an_emptied_redis_in_mid_game_is_noticed_by_nobody(mara, jonas, server):
    await pair(mara, jonas)
    await next_card(mara, jonas)
    async with Redis.from_url(server.settings.redis_url) as redis:
        await redis.flushall()
    await done(mara, jonas, 2)
    await next_card(mara, jonas)
    await jonas.page.reload()
    await same_card(mara, jonas)
    await done(jonas, mara, 3)


async def test_a_second_tab_takes_the_seat_and_the_first_one_says_so(mara, jonas):
    await pair(mara, jonas)
    await mara.is_at("choosing")
    first = mara.page
    mara.page = await mara.context.new_page()
    mara.watch(mara.page)
    await mara.page.goto(first.url)
    await mara.is_at("choosing")
    await expect(first.get_by_test_id("elsewhere")).to_be_visible(timeout=PATIENCE_MS)
    await next_card(mara, jonas)


async def test_stop_ends_everything_at_once_on_both_phones(mara, jonas):
    await pair(mara, jonas)
    await next_card(mara, jonas)
    await jonas.tap("stop")
    for phone in (mara, jonas):
        await phone.is_at("stopped")
        await phone.sees("aftercare")
        await phone.sees("cool-down")
        await expect(phone.at("card")).to_have_count(0)
        await expect(phone.at("resume")).to_have_count(0)
    await mara.tap("end")
    await mara.tap("end-yes")
    for phone in (mara, jonas):
        await phone.is_at("ended")


async def test_going_up_takes_two_and_going_down_takes_one(mara, jonas):
    await pair(mara, jonas)
    await mara.is_at("choosing")
    await mara.at("level-name").click()
    await mara.tap("level-X")
    await mara.sees("withdraw-level")
    await jonas.tap("accept-level")
    for phone in (mara, jonas):
        await expect(phone.at("level")).to_have_attribute("data-level", "X", timeout=PATIENCE_MS)
    await jonas.at("level-name").click()
    await jonas.tap("level-G")
    for phone in (mara, jonas):
        await expect(phone.at("level")).to_have_attribute("data-level", "G", timeout=PATIENCE_MS)


async def test_one_phone_can_play_for_both(mara):
    await mara.come_in()
    await mara.new_game(CARDS, partner="hosted")
    guest = mara.at("hosted")
    await guest.get_by_test_id("name").fill("Kim")
    await guest.get_by_test_id("anatomy_self-penis").check()
    await guest.get_by_test_id("anatomy_preference-breasts").check()
    await mara.tap("start")
    await mara.tap("ready")
    for step in range(1, CARDS + 1):
        await expect(mara.at("step")).to_have_text(f"Card {step} of {CARDS}", timeout=PATIENCE_MS)
        await mara.choose("dare")
        await mara.sees("card")
        if step == 2:
            await mara.tap("pause")
            await mara.tap("resume")
            await mara.tap("resume-B")
        await mara.tap("done")
    await mara.is_at("ended")


async def test_two_accounts_connect_by_link_and_play_again_without_one(mara, jonas):
    await mara.register("mara@example.org")
    await jonas.register("jonas@example.org")
    await mara.tap("partners")
    await mara.tap("connect")
    await jonas.open(urlsplit(await mara.shown("link", "value")).path)
    await jonas.tap("claim")
    await expect(mara.at("words")).to_have_text(await jonas.at("words").inner_text(), use_inner_text=True)
    await jonas.tap("accept")
    await mara.tap("accept")
    for phone in (mara, jonas):
        await phone.sees("connected")
        await phone.open("/")
    await mara.at("new-game").get_by_text("Jonas").check()
    await mara.tap("start")
    await jonas.tap("open-game")
    await jonas.tap("ready")
    await mara.tap("ready")
    await next_card(mara, jonas)
