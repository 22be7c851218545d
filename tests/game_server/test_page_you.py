"""What one sets about oneself, in a real browser: name, logins, taking data away, leaving.

Needs Chromium: Debian's `chromium` package, or its path in CHROMIUM.
"""

import pytest
from playwright.async_api import expect

from tests.web.handset import PATIENCE_MS, Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

WAITING = "[...document.querySelectorAll('[inert]')].map((each) => each.className)"
"""What of the page cannot be pressed."""


async def registered(phone: Handset, email: str) -> None:
    await phone.register(email)
    await phone.sees("hello")


async def test_a_name_is_changed_and_what_was_told_is_taken_back(mara, sql):
    await registered(mara, "renamed@example.org")
    await mara.open("/you/name")
    await mara.at("about-me").locator("summary").click()
    await mara.at("gender").fill("woman")
    await mara.tap("save-about-me")
    await expect(mara.at("to-name")).to_contain_text("Mara", timeout=PATIENCE_MS)
    await mara.tap("to-name")
    await expect(mara.at("gender")).to_have_value("woman", timeout=PATIENCE_MS)
    await expect(mara.at("anatomy_self-breasts")).to_be_checked()
    await mara.at("name").fill(" ")
    await mara.tap("save-about-me")
    await expect(mara.at("problem-name")).to_contain_text("Please write a name")
    await mara.at("name").fill("Mar")
    await mara.at("gender").fill("")
    await mara.tap("save-about-me")
    await expect(mara.at("to-name")).to_contain_text("Mar", timeout=PATIENCE_MS)
    row = await sql.fetchrow(
        "SELECT display_name, demographics->>'gender' AS gender FROM users WHERE email LIKE 'renamed@%'"
    )
    assert tuple(row) == ("Mar", None)
    await mara.open("/")
    await expect(mara.at("hello")).to_contain_text("Mar")


async def test_a_phone_that_was_lost_is_signed_out_from_another(mara, jonas):
    await registered(mara, "lost-phone@example.org")
    await jonas.open("/")
    await jonas.tap("way-login")
    await jonas.at("email").fill("lost-phone@example.org")
    await jonas.at("password").fill("a long enough phrase")
    await jonas.tap("sign-in")
    await jonas.sees("hello")
    await mara.open("/you")
    await expect(mara.at("to-logins")).to_contain_text("2 places", timeout=PATIENCE_MS)
    await mara.tap("to-logins")
    await expect(mara.at("login-here")).to_have_count(1, timeout=PATIENCE_MS)
    await mara.tap("end-login")
    await expect(mara.at("login")).to_have_count(0, timeout=PATIENCE_MS)
    await expect(mara.at("login-here")).to_have_count(1)
    await jonas.open("/you")
    await jonas.sees("greeting")


async def test_without_an_account_only_what_applies_is_shown_and_nobody_is_forgotten_unasked(mara):
    await mara.come_in()
    await mara.sees("hello")
    await mara.open("/you")
    await mara.sees("no-survey")
    for testid in ("to-password", "to-logins", "to-sharing", "to-told"):
        await expect(mara.at(testid)).to_have_count(0)
    await mara.open("/you/password")  # an address that is not theirs leads to what is
    await mara.sees("profile")
    await mara.tap("to-data")
    async with mara.page.expect_download():
        await mara.tap("export-json")
    await mara.tap("back")
    await mara.tap("sign-out")
    await expect(mara.at("leaving-sheet")).to_contain_text("nobody can come back as you")
    await expect(mara.at("leaving-sheet").locator("h2")).to_be_focused()
    assert await mara.page.evaluate(WAITING) == ["screen", "tabs"]
    await mara.page.keyboard.press("Escape")
    await expect(mara.at("leaving-sheet")).to_have_count(0)
    await expect(mara.at("sign-out")).to_be_focused()
    assert await mara.page.evaluate(WAITING) == []
    await mara.tap("sign-out")
    await mara.tap("leave-anyway")
    await mara.sees("greeting")


async def test_the_start_page_leads_to_the_evenings_and_the_limits_and_all_else_about_oneself_stands_in_you(mara):
    await mara.come_in()
    await mara.sees("hello")
    for testid in ("evenings", "my-limits"):
        await mara.sees(testid)
    for testid in ("my-plan", "sign-out", "erase", "privacy"):
        await expect(mara.at(testid)).to_have_count(0)
    await mara.tap("you")
    for testid in ("to-limits", "to-plan", "to-privacy", "erase", "sign-out"):
        await mara.sees(testid)
    await mara.tap("to-plan")
    await expect(mara.at("back")).to_have_attribute("href", "/you", timeout=PATIENCE_MS)


async def test_whoever_cannot_be_told_who_they_are_may_leave_all_the_same(mara):
    await mara.come_in()
    await mara.sees("hello")
    await mara.page.route("**/api/profile", lambda route: route.fulfill(status=503, json={}))
    await mara.tap("you")
    await mara.sees("try-again")
    await mara.tap("sign-out")
    await mara.tap("leave-anyway")
    await mara.sees("greeting")


@pytest.mark.parametrize("part", ["lock-settings", "quick-exit", "looks"])
async def test_a_line_of_this_phone_leads_to_where_that_is_set(mara, part):
    await mara.page.set_viewport_size({"width": 320, "height": 568})
    await mara.come_in()
    await mara.sees("hello")
    await mara.open("/you")
    await mara.tap({"lock-settings": "to-lock", "quick-exit": "to-exit", "looks": "to-look"}[part])
    await expect(mara.at(part).locator("h2, legend").first).to_be_in_viewport(timeout=PATIENCE_MS)
