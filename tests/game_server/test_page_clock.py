"""The clock of a card on two phones: on every screen, by the server's time, to its end. That it runs on both: test_page.py."""

import pytest
from playwright.async_api import expect

from tests.web.couple import RUNS, clock_stands, next_card, only_minutes, pair, same_card
from tests.web.fitting import fits
from tests.web.handset import PATIENCE_MS

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
async def minutes(server, sql):
    """Only cards of a minute come."""
    await only_minutes(sql)


@pytest.mark.long
async def test_a_card_with_its_clock_fits_every_screen_and_size_of_text(mara, jonas):
    await pair(mara, jonas)
    await next_card(mara, jonas, "dare")
    await fits(mara)
    await mara.tap("clock-press")
    await clock_stands("running", jonas)
    await fits(jonas)


@pytest.mark.long
async def test_two_phones_show_the_same_number_whatever_their_own_clocks_say(mara, jonas):
    await jonas.page.add_init_script("const right = Date.now; Date.now = () => right() + 600_000;")
    await pair(mara, jonas)
    await next_card(mara, jonas, "dare")
    await mara.tap("clock-press")
    await clock_stands("running", mara, jonas)
    for phone in (mara, jonas):
        await expect(phone.at("clock-left")).to_have_text(RUNS, timeout=PATIENCE_MS)
    shown = [int((await phone.at("clock-left").inner_text())[2:]) for phone in (mara, jonas)]
    assert abs(shown[0] - shown[1]) <= 2  # one is looked at after the other


@pytest.mark.long
async def test_a_clock_that_ran_out_rests_and_completes_nothing(mara, jonas, sql):
    await sql.execute("UPDATE activities SET script = jsonb_set(script, '{steps,0,duration_s}', '5') WHERE is_active")
    await pair(mara, jonas)
    seq = await next_card(mara, jonas, "dare")
    await mara.tap("clock-press")
    await clock_stands("over", mara, jonas)
    for phone in (mara, jonas):
        await expect(phone.at("clock-left")).to_have_text("0:00")
        await expect(phone.at("clock-spoken")).to_have_text("The time is up.")
        await expect(phone.at("card")).to_have_attribute("data-card-seq", seq)
    await jonas.tap("clock-press")
    await clock_stands("running", mara)
    await jonas.tap("another")
    await same_card(mara, jonas, other_than=seq)
    await clock_stands("ready", mara, jonas)
