"""A bond on two phones, in two real browsers: begun, joined by a link, lived in, paused, and left.

Needs Chromium: Debian's `chromium` package, or its path in CHROMIUM.
"""

import asyncio
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Route, expect

from tests.web.handset import PATIENCE_MS, Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]


async def begin(phone: Handset, name: str) -> str:
    """Found a bond as its dominant; the path of it."""
    await phone.open("/")
    await phone.tap("to-bonds")
    await phone.sees("no-bonds")
    await phone.tap("new-bond")
    await phone.at("begin-bond").get_by_test_id("name").fill(name)
    await phone.at("role_in_bond-dominant").check()
    await phone.tap("begin")
    await phone.sees("bond-home")
    return urlsplit(phone.page.url).path


async def invite(phone: Handset) -> str:
    """Make a link; where it leads."""
    await phone.tap("make-invite")
    await phone.sees("invite-code")
    parts = urlsplit(await phone.shown("link", "value"))
    assert parts.path == "/bonds/join"
    assert parts.fragment
    return f"{parts.path}#{parts.fragment}"


async def stands(phone: Handset, words: str | None) -> None:
    """What is said above everything of the bond, whichever part one is in."""
    if words is None:
        await expect(phone.at("standing")).to_have_count(0, timeout=PATIENCE_MS)
    else:
        await expect(phone.at("standing")).to_contain_text(words, timeout=PATIENCE_MS)


async def rates(phone: Handset, rating: str) -> None:
    """One tap on the only thing of the list."""
    await phone.tap(f"rate-{rating}")
    await expect(phone.at(f"rate-{rating}")).to_have_attribute("aria-pressed", "true", timeout=PATIENCE_MS)


async def comes_by_the_link(mara: Handset, jonas: Handset) -> None:
    """The link: what it means is said before, and everybody's yes is waited for."""
    link = await invite(mara)
    await jonas.open(link)
    await expect(jonas.at("join-bond")).to_contain_text("say yes first")
    await jonas.at("role_in_bond-submissive").check()
    await jonas.tap("join-this-bond")
    await jonas.sees("withdraw-request")
    await mara.sees("waiting-people")
    await mara.tap("waiting-people")
    await expect(mara.at("join-request")).to_contain_text("Jonas")
    await mara.tap("approve-request")
    await mara.sees("member")


async def has_the_wished_role(mara: Handset, jonas: Handset) -> None:
    """The role that was wished for is the one that one has."""
    await jonas.open("/bonds")
    await jonas.tap("bond")
    await jonas.sees("how-they-are")
    await expect(mara.at("member")).to_contain_text("Submissive", timeout=PATIENCE_MS)


async def writes_a_safety_card(mara: Handset, jonas: Handset) -> None:
    """The safety card is its person's to write, and everybody's to read."""
    await jonas.tap("to-people")
    await jonas.tap("myself")
    await jonas.at("word-stop").fill("Red")
    await jonas.tap("save-safety")
    await mara.tap("member")
    await expect(mara.at("safety-card")).to_contain_text("Red", timeout=PATIENCE_MS)


async def rate_blind(mara: Handset, jonas: Handset, path: str) -> None:
    """Rated blind: a yes alone shows nowhere, and both together to both."""
    await mara.open(f"{path}/boundaries")
    await mara.tap("add-boundary")
    await mara.at("activity_name").fill("Feathers")
    await mara.tap("save-boundary")
    await rates(mara, "yes")
    await jonas.open(f"{path}/boundaries")
    await jonas.sees("boundary")
    assert await jonas.at("seen-rating").count() == 0
    assert await jonas.at("mutual").count() == 0
    await rates(jonas, "yes")
    for phone in (mara, jonas):
        await expect(phone.at("mutual")).to_contain_text("Feathers", timeout=PATIENCE_MS)


async def says_never(mara: Handset, jonas: Handset) -> None:
    """Never says before what it does, is nobody's to see, and its person's alone to take out."""
    await jonas.tap("rate-hard_no")
    await expect(jonas.at("never-sheet")).to_contain_text("only you can take it out")
    await jonas.tap("never-alone")
    await expect(jonas.at("own-limits")).to_contain_text("Feathers", timeout=PATIENCE_MS)
    await expect(mara.at("mutual")).to_have_count(0, timeout=PATIENCE_MS)
    assert await mara.at("seen-rating").count() == 0
    await jonas.page.locator("[data-testid^='own-limit-']").click()
    await jonas.tap("take-out-limit")
    await expect(jonas.at("own-limits")).to_have_count(0, timeout=PATIENCE_MS)


async def says_red(mara: Handset, jonas: Handset, path: str) -> None:
    """Red: what it does is said before it is said, and it pauses."""
    await jonas.open(f"{path}/check-in")
    await jonas.at("status-red").check()
    await jonas.sees("red-words")
    await jonas.tap("say-check-in")
    await stands(jonas, "You are pausing")
    await mara.open(path)
    await expect(mara.at("how-they-are-line")).to_contain_text("pausing", timeout=PATIENCE_MS)
    await jonas.tap("bond-pause")
    await jonas.tap("state-active")
    await stands(jonas, None)
    await expect(mara.at("how-they-are-line")).not_to_contain_text("pausing", timeout=PATIENCE_MS)


async def pause_the_bond(mara: Handset, jonas: Handset) -> None:
    """The bond pauses for both, nobody reads whose pause it was, and it ends with that one."""
    await jonas.tap("bond-pause")
    await jonas.tap("bond-halt")
    for phone in (mara, jonas):
        await stands(phone, "This bond is paused")
    assert "Jonas" not in await mara.at("standing").inner_text()
    await mara.tap("bond-pause")
    await mara.sees("bond-halt")
    assert await mara.at("bond-resume").count() == 0
    assert "Jonas" not in await mara.at("bond-pausing").inner_text()
    await mara.tap("pausing-no")
    await jonas.tap("bond-pause")
    await jonas.tap("bond-resume")
    for phone in (mara, jonas):
        await stands(phone, None)


async def leaves(mara: Handset, jonas: Handset, path: str) -> None:
    """Leaving is two taps, and what goes and stays is said before the second."""
    await jonas.open(f"{path}/leave")
    await jonas.tap("leave-bond")
    await expect(jonas.at("leave-sheet")).to_contain_text("your limits, everywhere")
    await jonas.tap("leave-yes")
    await jonas.sees("no-bonds")
    await mara.sees("make-invite")
    await jonas.open(path)
    await jonas.sees("try-again")  # nothing of it is theirs to read any more


async def test_two_begin_a_bond_live_in_it_and_one_leaves(mara, jonas):
    await mara.register("mara@bonds.example.org")
    await jonas.register("jonas@bonds.example.org")
    await mara.sees("hello")
    await jonas.sees("hello")
    path = await begin(mara, "Ours")
    await comes_by_the_link(mara, jonas)
    await has_the_wished_role(mara, jonas)
    await writes_a_safety_card(mara, jonas)
    await rate_blind(mara, jonas, path)
    await says_never(mara, jonas)
    await says_red(mara, jonas, path)
    await pause_the_bond(mara, jonas)
    await leaves(mara, jonas, path)


async def test_a_code_that_is_wrong_says_so_beside_it_and_a_bond_needs_an_account(mara, jonas):
    await mara.come_in("/bonds")
    await mara.sees("to-sign-up")
    await jonas.register("jonas@codes.example.org")
    await jonas.sees("hello")
    await jonas.open("/bonds/join")
    await jonas.at("invite_code").fill("AAAA BBBB CCCC DDDD")
    await jonas.tap("join-this-bond")
    await expect(jonas.page.get_by_role("alert")).to_contain_text("This code is wrong", timeout=PATIENCE_MS)


async def test_whoever_begins_alone_can_take_a_code_back_and_end_the_bond(mara):
    await mara.register("mara@alone.example.org")
    await mara.sees("hello")
    path = await begin(mara, "Mine")
    await invite(mara)
    await mara.tap("revoke-invite")
    await mara.sees("make-invite")
    await mara.open(f"{path}/leave")
    assert await mara.at("leave-bond").count() == 0
    await mara.tap("end-bond")
    await mara.tap("end-yes")
    await stands(mara, "This bond has ended")


async def test_what_was_on_its_way_is_shown_where_one_went_on_to(mara, jonas):
    """A change of the bond is read while one follows a link: what one comes to is no older than what one left."""
    await mara.register("mara@meanwhile.example.org")
    await jonas.register("jonas@meanwhile.example.org")
    await mara.sees("hello")
    await jonas.sees("hello")
    await begin(mara, "Ours")
    await comes_by_the_link(mara, jonas)
    await has_the_wished_role(mara, jonas)
    read, answered = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        read.set()
        await answered.wait()
        await route.continue_()

    await jonas.tap("to-people")
    await jonas.tap("myself")
    await jonas.at("word-stop").fill("Red")
    await mara.page.route("**/api/bonds/*/permissions", hold)
    await jonas.tap("save-safety")
    await asyncio.wait_for(read.wait(), PATIENCE_MS / 1000)
    await mara.tap("member")
    await expect(mara.at("safety-card")).to_contain_text("nothing here yet")
    answered.set()
    await expect(mara.at("safety-card")).to_contain_text("Red", timeout=PATIENCE_MS)
    await expect(mara.page.get_by_role("heading", level=1)).to_have_text("Jonas")
