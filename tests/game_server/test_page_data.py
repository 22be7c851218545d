"""Taking one's data away and changing the password, in a real browser (needs Chromium, as test_page_logins.py says), and what
becomes of a download that cannot be finished.
"""

from pathlib import Path

import httpx
import pytest
from playwright.async_api import expect

from tests.support.person import Person
from tests.web.handset import PATIENCE_MS

pytestmark = pytest.mark.long


@pytest.mark.browser
async def test_who_is_here_takes_their_data_away_as_a_page_and_gets_another_password(mara, browser, tmp_path):
    await mara.register("mine@example.org")
    await mara.sees("hello")
    await mara.open("/you/data")
    async with mara.page.expect_download() as taken:
        await mara.tap("export-html")
    file = tmp_path / "mine.html"
    await (await taken.value).save_as(file)
    async with await browser.new_context(offline=True) as context:
        page = await context.new_page()
        await page.goto(Path(file).as_uri())
        await expect(page.locator("dd", has_text="mine@example.org")).to_have_count(1)
        assert await page.evaluate("getComputedStyle(document.querySelector('h1')).lineHeight") != "normal"

    await mara.open("/you/password")
    await mara.at("current").fill("not the phrase")
    await mara.at("new").fill("another long phrase")
    await mara.tap("change-password")
    await expect(mara.at("problem-current")).to_contain_text("not your password", timeout=PATIENCE_MS)
    await mara.at("current").fill("a long enough phrase")
    await mara.tap("change-password")
    await expect(mara.at("notice")).to_contain_text("new password is set", timeout=PATIENCE_MS)
    await expect(mara.at("current")).to_have_value("")
    signed_in = await mara.context.request.post(
        mara.origin + "/api/auth/login", data={"email": "mine@example.org", "password": "another long phrase"}
    )
    assert signed_in.status == 200


async def test_a_download_that_breaks_off_is_not_taken_for_whole(server, sql):
    async with await Person.registered(server.url, "Ada") as ada:
        await sql.execute("REVOKE SELECT ON notifications FROM authenticated")
        try:
            with pytest.raises(httpx.RemoteProtocolError):
                await ada.http.get("/api/me/export")
        finally:
            await sql.execute(
                "GRANT SELECT (id, user_id, kind, link, created_at, read_at, expires_at) ON notifications TO authenticated"
            )
        assert (await ada.get("/api/me/export"))["account"]["id"] == ada.id
        async with ada.http.stream(
            "GET", "/api/me/export"
        ) as answer:  # and whoever goes away in the middle harms nobody
            assert answer.status_code == 200
        assert (await ada.http.head("/api/me/export")).content == b""
    said = server.log.read_text()
    assert "export_broken_off" in said
    assert "Ada" not in said
