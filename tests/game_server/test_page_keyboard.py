"""A whole evening by keyboard alone: all is reached by Tab, pressed by Enter, left by Escape; the focus is never nowhere.

And it is heard: every event of the room is told once on each phone, by an announcement or by a heading that gets the focus.
"""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests.web.couple import CARDS, same_card
from tests.web.handset import PATIENCE_MS, Handset
from tests.web.hearing import LISTENS, heard_otherwise

pytestmark = [pytest.mark.browser, pytest.mark.long]

STOPS = 80
"""More than any screen has."""

SOMEWHERE = "() => document.activeElement !== null && document.activeElement !== document.body"
RING = "e => e.matches(':focus-visible') || e.matches(':has(:focus-visible)')"


async def reach(phone: Handset, testid: str) -> None:
    """Tab until it has the focus, which is to be seen."""
    await phone.sees(testid)
    for _ in range(STOPS):
        if await phone.at(testid).evaluate("e => e === document.activeElement"):
            assert await phone.at(testid).evaluate(RING), f"nobody sees that {testid} has the focus"
            return
        await phone.page.keyboard.press("Tab")
    pytest.fail(f"{phone.name} does not reach {testid} by keyboard")


async def press(phone: Handset, testid: str, key: str = "Enter") -> None:
    await reach(phone, testid)
    await phone.page.keyboard.press(key)


async def escape(phone: Handset, sheet: str) -> None:
    """Out of the sheet, and back to what had opened it or at least to something."""
    await phone.page.keyboard.press("Escape")
    await expect(phone.at(sheet)).to_have_count(0)
    assert await phone.page.evaluate(SOMEWHERE), f"after {sheet} the focus is nowhere"


async def come_in(phone: Handset) -> None:
    await phone.open("/")
    await press(phone, "adult", "Space")
    await press(phone, "play-anonymously")
    await reach(phone, "name")
    await phone.page.keyboard.type(phone.name)
    await press(phone, "anatomy_self-breasts", "Space")
    await press(phone, "anatomy_preference-penis", "Space")
    await press(phone, "save-demographics")
    await phone.sees("start")


async def whose_turn(mara: Handset, jonas: Handset) -> Handset:
    for phone in (mara, jonas):
        await phone.is_at("choosing")
    return mara if await mara.at("your-turn").count() else jonas


async def test_an_evening_is_played_with_tab_enter_and_escape(mara, jonas):
    for phone in (mara, jonas):
        await phone.page.add_init_script(LISTENS)
        await come_in(phone)
    await press(mara, "start")
    await mara.sees("link")
    await jonas.open(urlsplit(await mara.shown("link", "value")).path)
    await press(jonas, "join")
    for phone in (jonas, mara):
        await press(phone, "ready")
    for turn in range(CARDS):
        active = await whose_turn(mara, jonas)
        await press(active, "choose-truth")
        seq = await same_card(mara, jonas)
        if turn == 0:
            await sheets(mara, jonas)
            await press(jonas, "another")
            await same_card(mara, jonas, other_than=seq)
        await press(mara, "done")
    await whose_turn(mara, jonas)
    await press(mara, "feedback-like")
    await expect(mara.at("feedback-like")).to_have_attribute("aria-pressed", "true", timeout=PATIENCE_MS)
    await halts(mara, jonas)


async def sheets(mara: Handset, jonas: Handset) -> None:
    """My limits, more, a level that is asked for and refused."""
    await press(mara, "room-limits")
    await reach(mara, "hardBoundaryImpact-fine")
    await mara.page.keyboard.press("ArrowRight")
    await expect(mara.at("hardBoundaryImpact-soft")).to_be_checked()
    await mara.page.keyboard.press("ArrowLeft")
    await expect(mara.at("hardBoundaryImpact-fine")).to_be_checked()
    await escape(mara, "limits-sheet")
    await expect(mara.at("room-limits")).to_be_focused()
    # On the other phone: Escape twice within half a second leaves in a hurry, and this test is that quick.
    await press(jonas, "more")
    await press(jonas, "level-X")
    await press(mara, "decline-level")
    await expect(mara.at("proposal")).to_have_count(0)
    await escape(jonas, "more-sheet")
    await expect(jonas.at("more")).to_be_focused()


async def halts(mara: Handset, jonas: Handset) -> None:
    """A pause and on again, a stop, and the end."""
    await press(mara, "pause")
    await jonas.is_at("paused")
    for phone in (mara, jonas):
        await press(phone, "resume")
    await whose_turn(mara, jonas)
    await press(jonas, "stop")
    await mara.is_at("stopped")
    await press(mara, "more")
    await press(mara, "end")
    await press(mara, "end-yes")
    await jonas.is_at("ended")
    for phone in (mara, jonas):
        assert await heard_otherwise(phone) == [], phone.name
        assert await phone.page.evaluate("wiped") == 0
    await press(jonas, "home")
    await jonas.sees("hello")
