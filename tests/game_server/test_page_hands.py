"""One phone for two, in a real browser: whose hands it is in is asked before anything of theirs is there.

Needs Chromium: Debian's `chromium` package, or its path in CHROMIUM.
"""

import re

import pytest
from playwright.async_api import expect

from tests.web.couple import CARDS, PATIENCE_MS, invite
from tests.web.fitting import fits
from tests.web.handset import Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

NOTHING_OF_A_CARD = (
    "document.querySelector('.game-card, .hand, [data-testid=card-steps], [data-testid=feedback]') === null"
)
COLOUR = "getComputedStyle(document.documentElement).backgroundColor"
FOCUS = "document.activeElement.textContent"


async def open_for_two(mara: Handset) -> None:
    """Mara opens a game for herself and Kim on her phone, and hands it over for the first time."""
    await mara.come_in()
    await mara.new_game(CARDS, partner="hosted")
    await mara.at("name").fill("Kim")
    await mara.at("anatomy_self-penis").check()
    await mara.at("adult").check()
    await mara.tap("start")
    await mara.tap("ready")


async def begins(mara: Handset) -> None:
    """Kim says that they are an adult, and that it begins; the phone is asked for by whoever's turn it is."""
    await mara.at("adult").check()
    await mara.tap("take")
    await mara.is_at("choosing")
    await mara.sees("take")


async def takes(mara: Handset, name: str) -> None:
    """The phone is asked for by its next holder, who presses the button with their name."""
    await expect(mara.at("take")).to_have_text(re.compile(rf"^I.m {name}, "), timeout=PATIENCE_MS)
    assert await mara.page.evaluate(NOTHING_OF_A_CARD)
    await mara.tap("take")


async def test_the_guest_says_that_they_are_an_adult_and_that_it_begins(mara):
    await open_for_two(mara)
    await expect(mara.at("adult")).not_to_be_checked()
    await expect(mara.at("settings")).to_contain_text("Warm")
    await fits(mara)
    await mara.tap("take")
    await expect(mara.at("problem-adult")).to_contain_text("adults only")
    await mara.is_at("lobby")
    await begins(mara)


async def test_the_guests_form_begins_at_its_beginning_wherever_it_was_opened_from(mara):
    await mara.page.set_viewport_size({"width": 320, "height": 568})
    await mara.come_in()
    await mara.sees("hero")
    await mara.at("one-phone").scroll_into_view_if_needed()
    assert await mara.page.evaluate("scrollY") > 0
    await mara.tap("one-phone")
    await mara.sees("hosted")
    await expect(mara.page.get_by_role("heading", name="One phone for both")).to_be_in_viewport(timeout=PATIENCE_MS)


async def test_a_guest_who_would_rather_not_ends_it_before_it_began(mara):
    await open_for_two(mara)
    await mara.tap("rather-not")
    await mara.is_at("ended")
    await expect(mara.at("seat-B").locator(".disc")).to_have_text("·")  # of their name nothing is left
    await expect(mara.at("ending")).to_contain_text("nobody has to say why")


async def test_each_change_of_hands_is_a_page_of_its_own_and_nothing_is_there_before(mara):
    await open_for_two(mara)
    await begins(mara)
    colours = {}
    for step in range(1, 4):
        await mara.sees("take")
        seat = await mara.shown("room", "data-hand")
        colours[seat] = await mara.page.evaluate(COLOUR)
        name = {"A": "Mara", "B": "Kim"}[seat]
        assert await mara.page.evaluate(FOCUS) == f"Hand the phone to {name}"
        for right in ("pause", "room-limits", "stop"):
            await expect(mara.at(right)).to_be_enabled()
        await fits(mara) if step == 1 else None
        await takes(mara, name)
        assert await mara.page.evaluate(FOCUS) == f"{name}\N{RIGHT SINGLE QUOTATION MARK}s turn"
        await mara.choose("dare")
        await mara.sees("card")
        await mara.tap("done")
    assert len(set(colours.values())) == len(colours) == 2


async def test_after_a_reload_and_after_a_pause_nobody_knows_who_has_it(mara):
    await open_for_two(mara)
    await begins(mara)
    name = {"A": "Mara", "B": "Kim"}[await mara.shown("room", "data-hand")]
    await takes(mara, name)
    await mara.choose("truth")
    await mara.sees("card")
    await mara.tap("pause")
    await mara.tap("resume")
    await mara.tap("resume-B")
    await takes(mara, name)
    await mara.sees("card")
    await mara.page.reload()
    await mara.sees("take")
    assert await mara.page.evaluate(NOTHING_OF_A_CARD)
    if name == "Kim":
        await expect(mara.at("adult")).not_to_be_checked()  # kept nowhere
        await mara.at("adult").check()
    await takes(mara, name)
    await mara.sees("card")

    assert "Kim" not in await mara.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")


async def test_pause_and_stop_work_from_the_page_that_hands_over(mara):
    await open_for_two(mara)
    await begins(mara)
    await mara.sees("take")
    await mara.tap("pause")
    await mara.is_at("paused")
    await mara.tap("resume")
    await mara.tap("resume-B")
    await mara.sees("take")
    await mara.tap("stop")
    await mara.is_at("stopped")


async def test_what_the_host_has_set_is_shown_to_whoever_says_that_they_are_the_host(mara):
    await open_for_two(mara)
    await mara.tap("room-limits")
    await expect(mara.at("limits-whose")).to_contain_text("Kim, yours are kept nowhere")
    await expect(mara.at("limits-sheet")).to_have_count(0)
    await mara.tap("limits-mine")
    await mara.sees("hardBoundaryImpact-fine")
    await mara.tap("limits-sheet-close")
    await mara.tap("room-limits")
    await mara.sees("limits-whose")  # said anew each time
    await mara.page.keyboard.press("Escape")
    await expect(mara.at("limits-whose")).to_have_count(0)
    assert await mara.page.evaluate("document.activeElement.dataset.testid") == "room-limits"


async def test_a_question_waits_until_it_is_in_the_hands_of_whom_it_asks(mara):
    await open_for_two(mara)
    await begins(mara)
    first = {"A": "Mara", "B": "Kim"}[await mara.shown("room", "data-hand")]
    other = {"Mara": "Kim", "Kim": "Mara"}[first]
    await takes(mara, first)
    await mara.more("level-X")
    await expect(mara.at("hand-over")).to_contain_text(f"{first} has a question for {other}")
    await expect(mara.at("proposal")).to_have_count(0)
    await takes(mara, other)
    await mara.sees("proposal")
    await mara.tap("decline-level")
    await takes(mara, first)
    await mara.is_at("choosing")


async def test_words_that_differ_close_the_room_and_the_page_says_why(mara, jonas):
    for each in (mara, jonas):
        await each.come_in()
        await each.sees("start")
    await invite(mara, jonas)
    words = await jonas.at("words").locator("strong").all()
    tops = [(await word.bounding_box() or {})["y"] for word in words]
    assert len(tops) == 3
    assert tops == sorted(set(tops))  # one a line
    await fits(jonas)
    await jonas.tap("differ")
    await expect(jonas.at("differed")).to_contain_text("somebody else may have opened the link", timeout=PATIENCE_MS)
    await mara.is_at("ended")


async def test_sound_is_off_until_somebody_asks_for_it_on_this_phone(mara):
    await mara.page.add_init_script(
        """{
        globalThis.tones = 0;
        const Real = AudioContext;
        globalThis.AudioContext = class extends Real {
            createGain() { tones++; return super.createGain(); }
        };
        }"""
    )
    await open_for_two(mara)
    await begins(mara)
    await mara.tap("take")
    await mara.choose("dare")
    await mara.sees("card")
    assert await mara.page.evaluate("tones") == 0
    await mara.tap("more")
    await expect(mara.at("sound")).not_to_be_checked()
    await mara.at("sound").check()
    assert await mara.page.evaluate("tones") > 0
    assert await mara.page.evaluate("localStorage.getItem('attuned.sound')") == "on"
    await mara.page.reload()
    await mara.sees("take")
    assert mara.misbehaved() == []
