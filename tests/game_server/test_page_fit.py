"""The room on small screens, on a phone on its side, with text twice as large, by keyboard and read aloud."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests.web.couple import CARDS, next_card, pair, same_card
from tests.web.fitting import AT_REST, SCREENS, fits
from tests.web.handset import PATIENCE_MS, Handset
from tests.web.hearing import LISTENS

pytestmark = [pytest.mark.browser, pytest.mark.long]


async def test_pause_and_stop_are_on_every_screen_and_nothing_is_cut_or_covered(mara, jonas):
    for each in (mara, jonas):
        await each.come_in()
        await each.sees("start")
    await mara.new_game(CARDS)
    await mara.tap("start")
    await mara.sees("link")
    await fits(mara, always=())
    await jonas.open(urlsplit(await mara.shown("link", "value")).path)
    await jonas.tap("join")
    await jonas.sees("words")
    await fits(jonas)
    await jonas.tap("ready")
    await mara.tap("ready")
    await mara.is_at("choosing")
    await fits(mara)
    await fits(jonas)
    await mara.more("level-X")
    await jonas.sees("proposal")
    await fits(mara)
    await fits(jonas)
    await mara.tap("more-sheet-close")
    await fits(mara)
    await mara.tap("room-limits")
    await mara.sees("hardBoundaryImpact-fine")
    await fits(mara)
    await mara.tap("limits-sheet-close")
    await jonas.tap("decline-level")

    seq = await next_card(mara, jonas, "dare")
    await fits(mara)
    for _ in range(2):
        await jonas.tap("another")
        seq = await same_card(mara, jonas, other_than=seq)
    await jonas.tap("another")
    await mara.sees("nudge")
    await fits(mara)
    await jonas.tap("nudge-close")
    await jonas.tap("done")
    await mara.is_at("choosing")
    await fits(mara)

    await jonas.tap("pause")
    await mara.is_at("paused")
    await jonas.tap("resume")
    await mara.sees("resume-wanted-B")
    await fits(mara)
    await jonas.tap("stop")
    await mara.is_at("stopped")
    await fits(mara)
    await mara.more("end")
    await fits(mara)
    await mara.tap("end-yes")
    await mara.is_at("ended")
    await fits(mara, always=())


@pytest.mark.parametrize(
    "screen",
    [*SCREENS[:2], *(pytest.param(screen, marks=pytest.mark.long) for screen in SCREENS[2:])],
    ids=lambda size: f"{size['width']}x{size['height']}",
)
async def test_a_new_card_can_be_read_at_once_without_scrolling(mara, jonas, screen):
    await mara.page.set_viewport_size(screen)
    await pair(mara, jonas)
    await next_card(mara, jonas)
    await mara.page.evaluate(AT_REST)  # while it turns, its back is what can be touched
    first = mara.at("card-steps").locator("p").first
    assert not await first.evaluate(
        """e => {
            const box = e.getBoundingClientRect();
            return !e.contains(document.elementFromPoint(box.left + 4, box.top + 12));
        }"""
    )


STANDS_FREE = """(texts) => {
    const steps = document.querySelector('[data-testid="card-steps"]');
    while (steps.children.length < texts.length) steps.append(steps.firstElementChild.cloneNode(true));
    while (steps.children.length > texts.length) steps.lastElementChild.remove();
    steps.closest(".front").dataset.length = "long";
    texts.forEach((text, step) => { steps.children[step].querySelector("p").textContent = text; });
    return ["done", "another"].every((id) => {
        const button = document.querySelector(`[data-testid="${id}"]`);
        const box = button.getBoundingClientRect();
        return button.contains(document.elementFromPoint(box.left + box.width / 2, box.bottom - 1));
    });
}"""


@pytest.mark.long
async def test_on_a_small_phone_done_stands_above_pause_and_stop_with_the_longest_card_and_with_most_of_two_steps(
    mara, jonas
):
    await mara.page.set_viewport_size(SCREENS[1])
    await pair(mara, jonas)
    await next_card(mara, jonas)
    words = "Tell each other what you remember of the very first evening, and what your hands remember of it, slow and true."
    longest = f"{words} Yes, do."  # of our cards with one step
    assert await mara.page.evaluate(STANDS_FREE, [longest])
    assert await mara.page.evaluate(STANDS_FREE, [words[:55], words[:56]])
    await mara.page.evaluate(STANDS_FREE, [words * 3, words * 3])
    steps = mara.at("card-steps")  # the page scrolls, never the card
    assert await steps.evaluate(
        "e => e.getBoundingClientRect().bottom <= e.closest('.front').getBoundingClientRect().bottom"
    )


async def test_whoevers_turn_it_is_stands_out_on_both_phones(mara, jonas):
    await pair(mara, jonas)
    for phone, other in ((mara, jonas), (jonas, mara)):
        await mara.is_at("choosing")
        await phone.sees("your-turn")
        active = "A" if phone is mara else "B"
        rests = "B" if phone is mara else "A"
        for each in (phone, other):
            await expect(each.at("room")).to_have_attribute("data-turn", active)
            await expect(each.at(f"seat-{active}")).to_contain_text("turn")
            await expect(each.at(f"seat-{rests}")).to_have_css("background-color", "rgba(0, 0, 0, 0)")
            await expect(each.at(f"seat-{active}")).not_to_have_css("background-color", "rgba(0, 0, 0, 0)")
            await expect(each.page).to_have_title(re.compile("^Your turn") if each is phone else re.compile("^Attuned"))
        await phone.choose("truth")
        await same_card(mara, jonas)
        await phone.tap("done")


@pytest.mark.long
async def test_what_is_chosen_pressed_or_off_looks_like_it(mara, jonas):
    await pair(mara, jonas)
    await next_card(mara, jonas)
    await mara.tap("done")
    await mara.is_at("choosing")
    await mara.tap("feedback-like")
    await expect(mara.at("feedback-like")).to_have_attribute("aria-pressed", "true", timeout=PATIENCE_MS)
    plain = await mara.at("feedback-neutral").evaluate("e => getComputedStyle(e).backgroundColor")
    await expect(mara.at("feedback-like")).not_to_have_css("background-color", plain)
    await jonas.tap("stop")
    await mara.is_at("stopped")
    for name in ("pause", "stop"):
        await expect(mara.at(name)).to_be_disabled()
        await expect(mara.at(name)).to_have_attribute("aria-disabled", "true")
        filled = await mara.at(name).evaluate("e => getComputedStyle(e).backgroundColor")
        await expect(mara.at("room-limits")).not_to_have_css("background-color", filled)


@pytest.mark.long
async def test_a_card_turns_on_both_phones_and_a_halt_leaves_nothing_of_it_in_the_same_frame(mara, jonas):
    await mara.page.add_init_script(TURNS)
    await mara.page.emulate_media(reduced_motion="no-preference")
    await pair(mara, jonas)
    await next_card(mara, jonas)
    assert await mara.page.evaluate("turned") == [640]
    await jonas.tap("another")
    await jonas.tap("stop")
    await mara.is_at("stopped")
    assert await mara.page.evaluate("document.querySelectorAll('.leaving-card, .turner').length") == 0


@pytest.mark.long
async def test_who_wants_nothing_to_move_sees_nothing_move(mara, jonas):
    await pair(mara, jonas)
    await next_card(mara, jonas)
    await jonas.tap("done")
    await mara.is_at("choosing")
    assert await mara.page.evaluate("document.getAnimations().length") == 0


TURNS = """
    globalThis.turned = [];
    const animate = Element.prototype.animate;
    Element.prototype.animate = function (frames, options) {
        if (this.matches(".turner")) turned.push(options.duration);
        return animate.call(this, frames, options);
    };
"""

UNCOVERED = """e => {
    const box = e.getBoundingClientRect();
    return e.contains(document.elementFromPoint(box.left + box.width / 2, box.bottom - 4));
}"""


async def test_by_keyboard_pause_and_stop_are_reached_and_the_focus_follows_the_phase(mara, jonas):
    await pair(mara, jonas)
    await next_card(mara, jonas)
    await expect(mara.at("phase-card").locator("h1")).to_be_focused()
    await tab_to(mara, "pause")
    await mara.page.keyboard.press("Enter")
    for phone in (mara, jonas):
        await expect(phone.at("phase-paused").locator("h1")).to_be_focused(timeout=PATIENCE_MS)
    await tab_to(mara, "resume")
    await mara.page.keyboard.press("Enter")
    await mara.sees("resume-wanted-A")
    await tab_to(mara, "stop")
    await jonas.tap("resume")
    await mara.is_at("card")
    await expect(mara.at("stop")).to_be_focused()  # the partner's move takes no finger off stop
    await mara.page.keyboard.press("Enter")
    for phone in (mara, jonas):
        await expect(phone.at("phase-stopped").locator("h1")).to_be_focused(timeout=PATIENCE_MS)
    await tab_to(mara, "more")
    await mara.page.keyboard.press("Enter")
    await expect(mara.at("more-sheet").locator("h2")).to_be_focused()
    await tab_to(mara, "end")
    await mara.page.keyboard.press("Enter")
    await expect(mara.at("end-no")).to_be_focused()
    await mara.page.evaluate(AT_REST)  # the sheet has come up
    assert await mara.at("end-no").evaluate(UNCOVERED)  # by the bar with pause and stop
    await mara.page.keyboard.press("Enter")
    await expect(mara.at("end")).to_be_focused()
    await mara.page.keyboard.press("Escape")
    await expect(mara.at("more")).to_be_focused()


async def test_a_screen_reader_hears_every_card_also_the_second_of_the_same_kind(mara, jonas):
    await jonas.page.add_init_script(LISTENS)
    await pair(mara, jonas)
    seq = await next_card(mara, jonas)
    for _ in range(2):
        await mara.tap("another")
        seq = await same_card(mara, jonas, other_than=seq)
    await mara.tap("done")
    await jonas.sees("your-turn")
    assert await jonas.page.evaluate("said") == [
        "You are ready.", "The game begins.", "A new card.", "Another card.", "Another card.", "Done.",
    ]  # fmt: skip
    # whose turn it is was the heading that got the focus: it is read by that, and not announced as well
    assert [each for each in await jonas.page.evaluate("read") if "turn" in each] == ["Mara\u2019s turn", "Your turn"]
    assert await jonas.page.evaluate("wiped") == 0


async def test_a_screen_reader_finds_pause_and_stop_by_role_and_name_and_says_who_is_here(mara, jonas):
    await pair(mara, jonas)
    await next_card(mara, jonas)
    controls = mara.page.get_by_role("region", name="Pause and stop")
    for name in ("Pause", "Stop"):
        await expect(controls.get_by_role("button", name=name, exact=True)).to_be_enabled()
    await expect(mara.page.get_by_role("group", name="Players")).to_contain_text("Jonas, here")
    await expect(mara.page.get_by_role("article", name="The card").get_by_role("heading", level=1)).to_have_text(
        "Truth"
    )
    await expect(mara.at("sending")).to_have_role("status")
    await expect(mara.at("connection")).to_have_role("status")


async def tab_to(phone: Handset, testid: str) -> None:
    """Press Tab until it has the focus; a page has fewer stops than this."""
    for _ in range(30):
        await phone.page.keyboard.press("Tab")
        if await phone.at(testid).evaluate("e => e === document.activeElement"):
            return
    pytest.fail(f"{testid} is not reached by keyboard")
