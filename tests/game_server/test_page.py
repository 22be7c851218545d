"""The page in a real browser: two phones, one server over real sockets.

Needs Chromium: Debian's `chromium` package, or its path in CHROMIUM.
"""

import asyncio
import re
from urllib.parse import urlsplit

import msgspec
import pytest
from playwright.async_api import expect
from redis.asyncio import Redis

from tests.web.couple import CARDS, RUNS, clock_stands, done, invite, next_card, only_minutes, pair, same_card
from tests.web.handset import PATIENCE_MS, PLAIN_HOST, RESUMES_WITHIN_MS, Handset

pytestmark = pytest.mark.browser


TEN_MINUTES_FAST = """
    const Right = Date;
    Date = class extends Right {
        constructor(...given) { super(...(given.length ? given : [Right.now() + 600_000])); }
        static now() { return Right.now() + 600_000; }
    };
"""


@pytest.fixture(scope="module")
def settings(settings, unused_tcp_port_factory):
    """At a port known before, so that the name it is reached by as in a local network can be allowed."""
    port = unused_tcp_port_factory()
    return msgspec.structs.replace(settings, port=port, allowed_origins=(f"http://{PLAIN_HOST}:{port}",))


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
        await expect(phone.at("summary")).to_contain_text("Five cards")
        await expect(phone.at("phase-ended").locator("h1")).to_have_text("That was your evening.")


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


@pytest.mark.long
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


@pytest.mark.long
async def test_an_emptied_redis_in_mid_game_is_noticed_by_nobody(mara, jonas, server):
    await pair(mara, jonas)
    await next_card(mara, jonas)
    async with Redis.from_url(server.settings.redis_url) as redis:
        await redis.flushall()
    await done(mara, jonas, 2)
    await next_card(mara, jonas)
    assert (mara.sockets, jonas.sockets) == (1, 1)
    await jonas.page.reload()
    await same_card(mara, jonas)
    await done(jonas, mara, 3)


@pytest.mark.long
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
        await phone.tap("more")
        await expect(phone.at("level-G")).not_to_have_attribute("aria-disabled", "true")
        await expect(phone.at("level-X")).to_have_attribute("aria-disabled", "true")  # nobody is asked for more now
    await mara.tap("end")
    await mara.tap("end-yes")
    for phone in (mara, jonas):
        await phone.is_at("ended")


@pytest.mark.long
async def test_a_stopped_and_a_declined_game_read_as_that_after_a_reload_too(mara, jonas):
    await pair(mara, jonas)
    await next_card(mara, jonas)
    await jonas.tap("stop")
    await mara.is_at("stopped")
    await mara.more("end")
    await mara.tap("end-yes")
    for phone in (mara, jonas):
        await phone.is_at("ended")
        await phone.page.reload()
        await expect(phone.at("phase-ended").locator("h1")).to_have_text("You stopped.", timeout=PATIENCE_MS)
        await expect(phone.at("ending")).to_contain_text("Ask each other what you need")

    await mara.tap("home")
    await invite(mara, jonas)
    await jonas.tap("end")
    await jonas.tap("end-yes")
    for phone in (mara, jonas):
        await phone.is_at("ended")
        await phone.page.reload()
        await expect(phone.at("phase-ended").locator("h1")).to_have_text("This game was declined.", timeout=PATIENCE_MS)
        await expect(phone.at("summary")).to_have_count(0)


@pytest.mark.long
async def test_each_tap_lengthens_the_cool_down_by_ten_minutes_also_on_a_phone_whose_clock_is_wrong(mara, jonas):
    await jonas.page.add_init_script(TEN_MINUTES_FAST)
    await pair(mara, jonas)
    await next_card(mara, jonas)
    await jonas.tap("stop")
    for phone in (mara, jonas):
        await phone.is_at("stopped")
        await expect(phone.at("cool-down")).to_have_text(re.compile(r"^(10:00|9:[345]\d)$"))
    await jonas.tap("lengthen")
    await expect(mara.at("cool-down")).to_have_text(re.compile(r"^(20:00|19:\d\d)$"), timeout=PATIENCE_MS)
    await jonas.tap("lengthen")
    for phone in (mara, jonas):
        await expect(phone.at("cool-down")).to_have_text(re.compile(r"^(30:00|29:\d\d)$"), timeout=PATIENCE_MS)


@pytest.mark.long
async def test_going_up_takes_two_and_going_down_takes_one(mara, jonas):
    await pair(mara, jonas)
    await mara.is_at("choosing")
    await mara.more("level-X")
    await mara.sees("withdraw-level")
    await expect(mara.at("level-X")).to_contain_text("asked")
    await jonas.tap("accept-level")
    for phone in (mara, jonas):
        await expect(phone.at("proposal")).to_have_count(0)
    await jonas.tap("more")
    for phone in (mara, jonas):
        await expect(phone.at("level")).to_have_attribute("data-level", "X", timeout=PATIENCE_MS)
    await jonas.tap("level-G")
    for phone in (mara, jonas):
        await expect(phone.at("level")).to_have_attribute("data-level", "G", timeout=PATIENCE_MS)


@pytest.mark.long
async def test_a_no_to_more_is_told_in_kind_words_to_whoever_asked(mara, jonas):
    await pair(mara, jonas)
    await mara.is_at("choosing")
    await mara.more("level-X")
    await mara.tap("more-sheet-close")
    await jonas.tap("decline-level")
    await expect(mara.at("declined")).to_contain_text("Jonas would rather stay at Warm", timeout=PATIENCE_MS)
    await expect(jonas.at("declined")).to_have_count(0)
    await mara.tap("declined-read")
    await expect(mara.at("declined")).to_have_count(0)


@pytest.mark.long
async def test_in_a_local_network_without_https_a_game_can_be_played(browser, server):
    origin = f"http://{PLAIN_HOST}:{urlsplit(server.url).port}"
    async with (
        await Handset.unpack(browser, origin, "Mara") as mara,
        await Handset.unpack(browser, origin, "Jonas") as jonas,
    ):
        await pair(mara, jonas)
        assert not await mara.page.evaluate("isSecureContext")
        await next_card(mara, jonas)
        await done(mara, jonas, 2)
        await jonas.open("/")
        await jonas.new_game(CARDS)
        await jonas.tap("start")
        await jonas.tap("copy-link")
        await expect(jonas.at("notice")).to_contain_text("The link is selected", timeout=PATIENCE_MS)
        assert await jonas.page.evaluate("getSelection().toString()") == await jonas.shown("link", "value")
        assert mara.misbehaved() + jonas.misbehaved() == []


async def test_the_page_runs_nothing_that_somebody_smuggles_in(mara):
    await mara.open("/")
    await mara.page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'x = 1'}))")
    assert not await mara.page.evaluate("'x' in window")
    assert "Content Security Policy" in " ".join(mara.errors)  # so the other tests would have seen one of our own
    mara.errors.clear()


@pytest.mark.long
async def test_what_one_player_thinks_of_a_card_stays_with_them(mara, jonas):
    await pair(mara, jonas)
    await next_card(mara, jonas)
    await done(mara, jonas, 2)
    await mara.tap("feedback-dislike")
    await expect(mara.at("feedback").locator("summary")).to_have_text("Card 1: not for me", timeout=PATIENCE_MS)
    await mara.page.reload()
    await expect(mara.at("feedback").locator("summary")).to_have_text("Card 1: not for me", timeout=PATIENCE_MS)
    await expect(jonas.at("feedback").locator("summary")).to_have_text("How was card 1?")


@pytest.mark.long
async def test_three_cards_in_a_row_that_were_not_right_lead_to_an_offer_and_limits_hold_at_once(mara, jonas):
    await pair(mara, jonas)
    seq = await next_card(mara, jonas, "dare")
    for _ in range(2):
        await mara.tap("another")
        seq = await same_card(mara, jonas, other_than=seq)
    await mara.tap("another")
    for each in (mara, jonas):
        await each.sees("nudge")
    await mara.tap("nudge-close")
    await jonas.tap("nudge-limits")
    await expect(jonas.at("card")).to_have_count(0)  # it lies face down on this phone, and only here
    await mara.sees("card")
    async with jonas.page.expect_response(lambda answer: answer.request.method == "PATCH" and answer.ok):
        await jonas.at("hardBoundaryImpact-hard").check()
    await jonas.page.keyboard.press("Escape")
    await same_card(mara, jonas)
    await jonas.tap("room-limits")
    await expect(jonas.at("hardBoundaryImpact-hard")).to_be_checked(timeout=PATIENCE_MS)
    await jonas.tap("limits-sheet-close")
    await same_card(mara, jonas)


@pytest.mark.long
async def test_nothing_can_be_read_while_the_phone_shows_its_other_apps(mara, jonas):
    await pair(mara, jonas)
    await next_card(mara, jonas)
    for state, blur in (("hidden", "blur(24px)"), ("visible", "none")):
        await mara.page.evaluate(
            """state => {
                Object.defineProperty(document, "visibilityState", {value: state, configurable: true});
                document.dispatchEvent(new Event("visibilitychange"));
            }""",
            state,
        )
        await expect(mara.at("phase-card")).to_have_css("filter", blur)


@pytest.mark.long
async def test_one_phone_can_play_for_both(mara):
    await mara.come_in()
    await mara.new_game(CARDS, partner="hosted")
    guest = mara.at("hosted")
    await guest.get_by_test_id("name").fill("Kim")
    await guest.get_by_test_id("anatomy_self-penis").check()
    await guest.get_by_test_id("anatomy_preference-breasts").check()
    await guest.get_by_test_id("adult").check()
    await mara.tap("start")
    await mara.tap("ready")
    await mara.at("adult").check()
    await mara.tap("take")
    await mara.is_at("choosing")
    for step in range(1, CARDS + 1):
        await mara.tap("take")
        await expect(mara.at("step")).to_have_text(f"Card {step} of {CARDS}", timeout=PATIENCE_MS)
        await mara.choose("dare")
        await mara.sees("card")
        assert "You" not in await mara.at("card").locator(".actor").all_inner_texts()  # whose hands is the phone in?
        if step == 2:
            await mara.tap("pause")
            await mara.tap("resume")
            await mara.tap("resume-B")
            await mara.tap("take")
        await mara.tap("done")
    await mara.is_at("ended")


@pytest.mark.long
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
    await expect(mara.at("hero")).to_contain_text("Play with Jonas", timeout=PATIENCE_MS)
    await mara.tap("play-now")
    await jonas.tap("open-game")
    await jonas.tap("ready")
    await mara.tap("ready")
    await next_card(mara, jonas)


@pytest.mark.long
async def test_a_clock_that_one_starts_runs_on_both_and_goes_under_a_pause(mara, jonas, sql):
    await only_minutes(sql)
    for phone in (mara, jonas):
        await phone.page.emulate_media(reduced_motion="reduce")
    await pair(mara, jonas)
    await next_card(mara, jonas, "dare")
    await clock_stands("ready", mara, jonas)
    for phone in (mara, jonas):
        await expect(phone.at("clock-left")).to_have_text("1:00")
    await jonas.tap("clock-press")
    await clock_stands("running", mara, jonas)
    for phone in (mara, jonas):
        await expect(phone.at("clock-left")).to_have_text(RUNS, timeout=PATIENCE_MS)
        await expect(phone.at("clock-spoken")).to_have_text(re.compile(r"^(1 minute|\d0 seconds) left$"))
        assert await phone.page.evaluate("document.getAnimations().length") == 0
    await mara.page.reload()
    await expect(mara.at("clock-left")).to_have_text(RUNS, timeout=RESUMES_WITHIN_MS)
    await jonas.tap("pause")
    for phone in (mara, jonas):
        await phone.is_at("paused")
        await expect(phone.at("clock")).to_have_count(0)
    await mara.tap("resume")
    await jonas.tap("resume")
    await clock_stands("ready", mara, jonas)
    await mara.tap("clock-press")
    await clock_stands("running", jonas)
    await jonas.tap("clock-press")
    await clock_stands("ready", mara)
