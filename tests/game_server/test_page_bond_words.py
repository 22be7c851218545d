"""What two people in a bond say, sign, plan and keep dates of, on the page: two browsers, and a server that is there or not."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from playwright.async_api import expect

from tests.support.game import generous
from tests.web.handset import PATIENCE_MS, Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

ASK = """async ([verb, path, body]) => {
    const { access } = JSON.parse(localStorage.getItem('attuned.identity'));
    const headers = { Authorization: `Bearer ${access}`, "Content-Type": "application/json" };
    const answer = await fetch(path, { method: verb, headers, ...(body === null ? {} : { body: JSON.stringify(body) }) });
    return answer.status === 204 ? null : answer.json();
}"""
TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth"
PICTURE = """() => new Promise((done) => {
    const canvas = new OffscreenCanvas(40, 30);
    canvas.getContext("2d").fillRect(0, 0, 20, 30);
    canvas.convertToBlob({ type: "image/png" }).then(async (blob) => done([...new Uint8Array(await blob.arrayBuffer())]));
})"""


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings)


async def ask(phone: Handset, verb: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """Asked as this person, beside the page."""
    return await phone.page.evaluate(ASK, [verb, path, body])


async def bonded(mara: Handset, jonas: Handset, sql: asyncpg.Connection, name: str) -> str:
    """Both have accounts, and are in a bond; the page's address of it."""
    for phone in (mara, jonas):
        await phone.register(f"{name}-{phone.name.lower()}@example.com")
        await phone.sees("hello")
    bond = await ask(mara, "POST", "/api/bonds", {"name": "Ours"})
    me = await ask(jonas, "GET", "/api/me")
    await sql.execute(
        "INSERT INTO bond_members (bond_id, user_id, role_in_bond) VALUES ($1::text::uuid, $2::text::uuid, 'submissive')",
        *(bond["id"], me["id"]),
    )
    return f"/bonds/{bond['id']}"


async def say(phone: Handset, words: str) -> None:
    await phone.at("message-text").fill(words)
    await phone.tap("send")


async def has(phone: Handset, testid: str, words: str | re.Pattern[str]) -> None:
    """Somewhere in what is so called these words are shown."""
    await expect(phone.at(testid).filter(has_text=words).first).to_be_visible(timeout=PATIENCE_MS)


async def test_what_one_says_is_on_both_pages_until_it_is_changed_or_taken_back(mara, jonas, sql):
    bond = await bonded(mara, jonas, sql, "say")
    for phone in (mara, jonas):
        await phone.open(f"{bond}/messages")
        await phone.sees("nothing-yet")
    await say(mara, "Tonight at nine?")
    await has(mara, "message", "Tonight at nine?")
    await has(jonas, "message", "Tonight at nine?")
    await expect(mara.at("receipt")).to_have_text("read", timeout=PATIENCE_MS)
    await say(jonas, "Yes.\nI look forward to it.")
    await has(mara, "content", "I look forward to it.")
    assert await jonas.at("message-more").count() == 1, "only one's own can be changed"

    await mara.tap("message-more")
    await mara.tap("edit-message")
    await expect(mara.at("message-text")).to_have_value("Tonight at nine?")
    await mara.at("message-text").fill("Tonight at ten?")
    await mara.tap("send")
    for phone in (mara, jonas):
        await has(phone, "message", "Tonight at ten?")
        await expect(phone.at("edited")).to_have_count(1, timeout=PATIENCE_MS)
    await jonas.tap("message-more")
    await jonas.tap("unsend-message")
    await has(jonas, "unsent", "You took this back.")
    await has(mara, "unsent", "Jonas took this back.")
    await expect(mara.at("content")).to_have_count(1)

    await mara.tap("find")
    await mara.at("find-words").fill("ten")
    await mara.tap("find-go")
    await has(mara, "found-message", "Tonight at ten?")
    await mara.tap("found-message")
    await expect(mara.at("message").filter(has_text="Tonight at ten?")).to_be_focused()
    assert not await mara.page.evaluate(TOO_WIDE)


async def test_without_a_connection_a_message_waits_and_is_said_once(mara, jonas, sql):
    bond = await bonded(mara, jonas, sql, "wait")
    await jonas.open(f"{bond}/messages")
    await mara.open(f"{bond}/messages")
    await mara.sees("nothing-yet")
    lost = 0

    async def loses_the_answer(route: Any) -> None:
        """It is done, and nobody hears so."""
        nonlocal lost
        if route.request.method != "POST" or lost > 1:
            await route.continue_()
            return
        lost += 1
        await route.fetch()
        await route.abort()

    await mara.page.route("**/messages", loses_the_answer)
    await say(mara, "Are you there?")
    await has(jonas, "message", "Are you there?")
    await has(mara, "message", "Are you there?")
    await expect(mara.at("waiting-message")).to_have_count(0, timeout=PATIENCE_MS)
    assert lost == 2
    await mara.page.unroute("**/messages")

    await mara.context.set_offline(True)
    await say(mara, "First.")
    await say(mara, "Second.")
    await expect(mara.at("waiting-message")).to_have_count(2)
    await mara.at("message-text").fill("A draft")
    await mara.context.set_offline(False)
    for phone in (mara, jonas):
        await expect(phone.at("content")).to_have_text(["Are you there?", "First.", "Second."], timeout=PATIENCE_MS)
    await expect(mara.at("waiting-message")).to_have_count(0)
    await mara.page.reload()
    await expect(mara.at("message-text")).to_have_value("A draft", timeout=PATIENCE_MS)
    await expect(mara.at("content")).to_have_count(3, timeout=PATIENCE_MS)


async def test_a_picture_goes_with_words_and_can_be_taken_back_by_itself(mara, jonas, sql):
    bond = await bonded(mara, jonas, sql, "picture")
    for phone in (mara, jonas):
        await phone.open(f"{bond}/messages")
        await phone.sees("nothing-yet")
    data = bytes(await mara.page.evaluate(PICTURE))
    await mara.at("add-picture").set_input_files({"name": "window.png", "mimeType": "image/png", "buffer": data})
    await has(mara, "picked", "is ready")
    await say(mara, "The window.")
    await expect(jonas.at("picture-open").locator("img")).to_have_js_property("naturalWidth", 40, timeout=PATIENCE_MS)
    await mara.tap("picture-open")
    await mara.tap("withdraw-picture")
    for phone in (mara, jonas):
        await has(phone, "message", "A picture was here.")
        await has(phone, "content", "The window.")


async def test_a_contract_is_signed_by_both_and_ended_by_one(mara, jonas, sql):
    bond = await bonded(mara, jonas, sql, "sign")
    await mara.open(f"{bond}/contracts")
    await has(mara, "no-force", "No legal force.")
    await mara.tap("new-contract")
    await mara.at("title").fill("Our Sundays")
    await mara.at("content").fill("We ask each other how the week was.\n\nA No needs no reason.")
    await mara.page.reload()  # nothing that was typed is lost
    await expect(mara.at("title")).to_have_value("Our Sundays", timeout=PATIENCE_MS)
    await mara.tap("keep-contract")
    await has(mara, "contract-text", "A No needs no reason.")
    await mara.tap("edit-contract")
    await mara.at("content").fill("We ask each other how the week was.\n\nA No needs no reason, ever.")
    await mara.tap("keep-contract")
    await has(mara, "contract-text", "ever.")
    await mara.tap("ask-signatures")
    await has(mara, "ask-signatures", "nobody can change a word")
    await mara.tap("request-signatures")
    await mara.sees("to-be-signed")
    await expect(mara.at("edit-contract")).to_have_count(0)

    await jonas.open(f"{bond}/contracts")
    await jonas.at("to-sign").get_by_test_id("contract").click()
    for phone in (jonas, mara):
        await phone.tap("sign")
        await has(phone, "signing", "No legal force.")
        await phone.tap("sign-yes")
        await expect(phone.at("to-be-signed")).to_have_count(0, timeout=PATIENCE_MS)
    for phone in (mara, jonas):
        await expect(phone.at("contract-page")).to_have_attribute("data-status", "active", timeout=PATIENCE_MS)
        await has(phone, "signatures", "You")

    await mara.tap("new-version")
    await mara.sees("ask-signatures")
    await mara.tap("edit-contract")
    await mara.at("content").fill("We ask each other on Sundays.\n\nA No needs no reason, ever.")
    await mara.tap("keep-contract")
    await mara.tap("compare")
    await has(mara, "added", "Sundays")
    await has(mara, "removed", "the week was")

    await has(jonas, "ending", "One press")
    await jonas.tap("end-contract")
    await expect(jonas.at("contract-page")).to_have_attribute("data-status", "withdrawn", timeout=PATIENCE_MS)
    await mara.open(f"{bond}/contracts")
    await mara.sees("contracts")
    await expect(mara.at("in-force")).to_have_count(0)
    assert not await mara.page.evaluate(TOO_WIDE)


async def test_a_scene_is_planned_agreed_to_by_both_and_called_off_in_one_press(mara, jonas, sql):
    bond = await bonded(mara, jonas, sql, "scene")
    words = {"safewords": {"slow": "Yellow", "stop": "Red"}, "aftercare_needs": "A blanket."}
    await ask(jonas, "PATCH", f"/api{bond}/me", words)
    await mara.open(f"{bond}/scenes/new")
    await has(mara, "safety-card", "Red")
    await mara.at("title").fill("The blue scarf")
    when = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT20:30")
    await mara.at("when").fill(when)
    await mara.at("minutes").fill("90")
    await mara.at("activity-0").fill("Reading aloud")
    await mara.tap("another-activity")
    await mara.at("activity-1").fill("A slow dance")
    await mara.at("consent").fill("The door stays open.")
    await mara.tap("keep-scene")
    await has(mara, "plan", "A slow dance")
    await jonas.open(f"{bond}/scenes")
    await jonas.tap("scene")
    first = jonas.at("scene-page").locator("> *").first
    await expect(first).to_have_attribute("data-testid", "safety-card", timeout=PATIENCE_MS)
    await has(jonas, "safety-card", "A blanket.")
    for phone in (jonas, mara):
        await phone.tap("confirm")
        await phone.sees("unconfirm")
    for phone in (mara, jonas):
        await expect(phone.at("scene-page")).to_have_attribute("data-status", "agreed", timeout=PATIENCE_MS)
    await mara.tap("edit-scene")
    await mara.at("activity-1").fill("A dance")
    await mara.tap("keep-scene")
    await expect(jonas.at("scene-page")).to_have_attribute("data-status", "planned", timeout=PATIENCE_MS)
    await has(jonas, "plan", "A dance")
    await jonas.tap("confirm")
    await has(jonas, "calling-off", "Nobody asks why.")
    await jonas.tap("call-off")
    for phone in (jonas, mara):
        await expect(phone.at("scene-page")).to_have_attribute("data-status", "called_off", timeout=PATIENCE_MS)

    made = await ask(mara, "POST", f"/api{bond}/scenes", {"title": "Rain"})
    for phone in (mara, jonas):
        await phone.open(f"{bond}/scenes/{made['id']}")
        await phone.tap("confirm")
        await phone.sees("unconfirm")
    await mara.at("log").locator("summary").click()
    await mara.at("duration_minutes").fill("40")
    await mara.tap("log-scene")
    for phone in (mara, jonas):
        await has(phone, "care", "A blanket.")
    await jonas.at("debrief").get_by_role("textbox").fill("Softer than I thought.")
    await jonas.tap("debrief-keep")
    await has(jonas, "debrief", "Only you can read it")
    await expect(mara.at("shared-debrief")).to_have_count(0)
    await jonas.at("share").check()
    await jonas.tap("debrief-keep")
    await has(mara, "shared-debrief", "Softer than I thought.")
    await mara.tap("care-done")
    await mara.sees("care-given")


async def test_a_date_stands_in_the_month_and_in_the_list_and_goes_out_as_a_file(mara, jonas, sql):
    bond = await bonded(mara, jonas, sql, "date")
    await mara.open(f"{bond}/calendar")
    await mara.sees("month")
    today = await mara.page.evaluate("new Intl.DateTimeFormat('sv').format(new Date())")
    tomorrow = (datetime.fromisoformat(today) + timedelta(days=1)).strftime("%Y-%m-%d")
    await mara.at(f"day-{today}").focus()
    await mara.page.keyboard.press("ArrowRight")
    await expect(mara.at(f"day-{tomorrow}")).to_be_focused()
    await mara.tap("new-event")
    await mara.at("title").fill("Sunday talk")
    await mara.at("start").fill(f"{tomorrow}T10:00")
    await mara.at("ends").fill(f"{tomorrow}T11:00")
    await mara.at("repeats-weekly").check()
    await mara.at("reminder-30").check()
    await mara.tap("keep-event")
    await has(mara, "event", "Sunday talk")
    await expect(mara.at(f"day-{tomorrow}")).to_have_accessible_name(re.compile("1 date$"))

    await jonas.open(f"{bond}/calendar")
    await jonas.at("look-agenda").check(force=True)
    await has(jonas, "event", "comes again")
    await expect(jonas.at("event").nth(4)).to_be_visible(timeout=PATIENCE_MS)
    await jonas.at("event").first.click()
    await has(jonas, "event-page", "Every week")
    await expect(jonas.at("edit-event")).to_have_count(0)
    await jonas.page.go_back()
    await jonas.sees("agenda")
    await jonas.at("exchange").locator("summary").click()
    async with jonas.page.expect_download() as saving:
        await jonas.tap("export-calendar")
    text = (await (await saving.value).path()).read_text()
    assert "SUMMARY:Sunday talk" in text
    assert "RRULE:FREQ=WEEKLY" in text

    event = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:one@example.org\r\n"
        f"DTSTAMP:20260101T000000Z\r\nDTSTART:{tomorrow.replace('-', '')}T150000Z\r\nSUMMARY:From elsewhere\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    file = {"name": "one.ics", "mimeType": "text/calendar", "buffer": event.encode()}
    await jonas.at("import-calendar").set_input_files(file)
    await has(jonas, "imported-new", "1 date is new")
    await jonas.tap("imported-no")
    await has(jonas, "event", "From elsewhere")
    without = event.replace("one@", "two@").replace(f"DTSTART:{tomorrow.replace('-', '')}T150000Z\r\n", "")
    await jonas.at("import-calendar").set_input_files({**file, "buffer": without.encode()})
    await has(jonas, "import-refused", "it does not say when it begins")
    await jonas.tap("imported-no")
    await jonas.tap("feed")
    await jonas.tap("make-feed")
    address = await jonas.shown("feed-url", "value")
    assert re.search(r"/calendar/[\w-]+\.ics$", address)
    await jonas.tap("end-feed")
    await expect(jonas.at("feed-url")).to_have_count(0)
    assert not await jonas.page.evaluate(TOO_WIDE)
