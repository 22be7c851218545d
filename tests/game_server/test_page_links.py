"""What a link says of itself when it is opened, in a real browser: what it opens, that it is dead, that it is one's own,
or that the server has not answered.

Needs Chromium: Debian's `chromium` package, or its path in CHROMIUM.
"""

import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Route, expect

from game_server.accounts import unasked
from game_server.process.keys import load_keys
from tests.web.handset import PATIENCE_MS, Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

PREVIEW = "**/api/partners/connections/preview"
TEN_MINUTES_OFF = """offset => {
    const real = Date.now;
    Date.now = () => real() + offset;
}"""


async def link_to_a_game(phone: Handset) -> str:
    """The path of a fresh link into this person's new game."""
    await phone.come_in()
    await phone.tap("start")
    return urlsplit(await phone.shown("link", "value")).path


async def link_to_connect(phone: Handset, email: str) -> str:
    """The path of a fresh link between accounts."""
    await phone.register(email)
    await phone.sees("hello")
    await phone.open("/partners")
    await phone.tap("connect")
    return urlsplit(await phone.shown("link", "value")).path


async def unavailable(route: Route) -> None:
    await route.fulfill(status=503, json={"error": {"code": "unavailable", "message": "…", "fields": None}})


async def offline(route: Route) -> None:
    await route.abort("internetdisconnected")


@pytest.mark.parametrize("failure", [unavailable, offline])
@pytest.mark.long
async def test_a_link_that_cannot_be_looked_at_is_nothing_yet_and_can_be_tried_again(mara, jonas, failure):
    path = await link_to_connect(mara, f"{failure.__name__}-mara@example.org")
    await jonas.register(f"{failure.__name__}-jonas@example.org")
    await jonas.sees("hello")
    await jonas.page.route(PREVIEW, failure)
    await jonas.open(path)
    await jonas.sees("link-not-looked-at")
    for button in ("join", "claim"):
        await expect(jonas.at(button)).to_have_count(0)
    await jonas.page.unroute(PREVIEW)
    await jonas.tap("try-again")
    await jonas.tap("claim")
    await jonas.sees("words")


async def test_a_link_into_a_game_says_who_asks(mara, jonas):
    path = await link_to_a_game(mara)
    await jonas.come_in(path)
    await expect(jonas.at("join")).to_be_visible(timeout=PATIENCE_MS)
    await expect(jonas.page.locator("#app")).to_contain_text("Mara would like to play with you")


@pytest.mark.long
async def test_a_dead_link_says_so_and_offers_nothing_to_join(mara, jonas):
    path = await link_to_a_game(mara)
    await mara.tap("renew-link")
    await expect(mara.at("link")).not_to_have_value(path, timeout=PATIENCE_MS)
    await jonas.come_in("/j/" + "x" * 43)
    await jonas.sees("dead-link")
    async with mara.page.expect_response("**/link"):
        await mara.tap("renew-link")
    await jonas.open(path)
    await jonas.sees("dead-link")
    for button in ("join", "claim"):
        await expect(jonas.at(button)).to_have_count(0)


@pytest.mark.long
async def test_a_link_that_dies_while_it_is_looked_at_says_so_when_it_is_used(mara, jonas):
    path = await link_to_a_game(mara)
    await jonas.come_in(path)
    await jonas.sees("join")
    async with mara.page.expect_response("**/link"):
        await mara.tap("renew-link")
    await jonas.tap("join")
    await jonas.sees("dead-link")
    await expect(jonas.at("join")).to_have_count(0)


async def test_ones_own_link_in_a_second_tab_is_called_ones_own(mara):
    path = await link_to_a_game(mara)
    room = urlsplit(mara.page.url).path
    mara.page = await mara.context.new_page()
    mara.watch(mara.page)
    await mara.open(path)
    await mara.sees("own-link")
    await expect(mara.at("join")).to_have_count(0)
    await mara.tap("to-own")
    await mara.sees("room")
    assert urlsplit(mara.page.url).path == room


async def test_ones_own_link_to_connect_is_called_ones_own(mara):
    path = await link_to_connect(mara, "own@example.org")
    await mara.open(path)
    await mara.sees("own-link")
    await mara.tap("to-own")
    await mara.sees("pending")


@pytest.mark.long
async def test_whoever_has_used_a_link_and_lost_the_answer_finds_the_way_in(mara, jonas):
    async def lost(route: Route) -> None:
        await route.fetch()
        await route.abort("connectionreset")

    path = await link_to_a_game(mara)
    await jonas.come_in(path)
    await jonas.sees("join")
    await jonas.page.route("**/api/sessions/join", lost)
    await jonas.tap("join")
    await expect(jonas.at("problem")).to_contain_text("cannot be reached", timeout=PATIENCE_MS)
    await jonas.page.unroute("**/api/sessions/join")
    await jonas.page.reload()
    await jonas.tap("join")
    await jonas.sees("words")


@pytest.mark.parametrize("minutes", [10, -10])
async def test_a_phone_whose_clock_is_wrong_counts_by_the_server(mara, minutes):
    await mara.page.add_init_script(f"({TEN_MINUTES_OFF})({minutes * 60_000})")
    await link_to_connect(mara, f"clock{minutes}@example.org")
    await expect(mara.at("link-left")).to_have_text(re.compile("^(5:00|4:[0-9]{2})$"), timeout=PATIENCE_MS)


async def test_a_mails_link_against_further_requests_asks_first(mara, settings, sql):
    token = unasked.token(load_keys(settings), "somebody@example.org")
    await mara.open(f"/#no-mails={token}")
    await mara.sees("refuse-mails")
    assert not await sql.fetchval("SELECT count(*) FROM refused_mail")
    await mara.tap("refuse-mails")
    await expect(mara.at("notice")).to_contain_text("No more requests go to your address", timeout=PATIENCE_MS)
    assert await sql.fetchval("SELECT count(*) FROM refused_mail") == 1


@pytest.mark.long
async def test_whoever_is_where_news_lead_has_seen_them(mara, sql):
    await mara.register("told@example.org")
    await mara.sees("hello")
    await sql.execute(  # both at once: the page looks now and then
        "INSERT INTO notifications (user_id, kind, about, version, link)"
        " SELECT id, 'connection_accepted', link, 1, link FROM users, unnest($1::text[]) link"
        " WHERE email = 'told@example.org'",
        ["/partners", "/bonds/elsewhere"],
    )
    await expect(mara.at("news-line")).to_have_count(2, timeout=PATIENCE_MS)
    await mara.tap("partners")
    await mara.sees("connect")
    await mara.page.go_back()
    await expect(mara.at("news-line")).to_have_attribute("href", "/bonds/elsewhere", timeout=PATIENCE_MS)
