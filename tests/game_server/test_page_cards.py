"""Our cards on the page: one writes, the other says yes, and it can be taken out again by either."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from rooms.activities.couple_card import CHECKLIST
from tests.support.game import generous
from tests.web.handset import PATIENCE_MS, Handset

pytestmark = pytest.mark.browser

TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth"
ASK = """async ([path, body]) => {
    const { access } = JSON.parse(localStorage.getItem('attuned.identity'));
    const headers = { Authorization: `Bearer ${access}`, "Content-Type": "application/json" };
    const sent = body === null ? {} : { method: "POST", body: JSON.stringify(body) };
    const answer = await fetch(path, { headers, ...sent });
    return answer.json();
}"""


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings)


async def post(phone: Handset, path: str, body: dict[str, object] | None = None) -> dict[str, str]:
    """Asked as this person, beside the page."""
    answer: dict[str, str] = await phone.page.evaluate(ASK, [path, body or {}])
    return answer


async def get(phone: Handset, path: str) -> dict[str, list[dict[str, str]]]:
    """Read as this person, beside the page."""
    answer: dict[str, list[dict[str, str]]] = await phone.page.evaluate(ASK, [path, None])
    return answer


async def connected(mara: Handset, jonas: Handset) -> None:
    """Both have accounts and are connected; each is at their partner's screen."""
    for phone in (mara, jonas):
        await phone.register(f"cards-{phone.name.lower()}@example.com")
        await phone.sees("hello")
    made = await post(mara, "/api/partners/connections")
    await post(jonas, "/api/partners/connections/claim", {"token": made["token"]})
    views = [await post(phone, f"/api/partners/connections/{made['id']}/accept") for phone in (jonas, mara)]
    await mara.open(f"/partners/{views[1]['partner_user_id']}")
    await jonas.open("/")


@pytest.mark.long
async def test_one_writes_a_card_the_other_says_yes_and_it_is_theirs_until_one_takes_it_out(mara, jonas):
    await connected(mara, jonas)
    await mara.tap("our-cards-link")
    await mara.at("step-0").fill("Massage your partner's feet and do whatever they want after it.")
    await mara.tap("propose")
    await expect(mara.at("problem-step-0")).to_contain_text("please name what you do", timeout=PATIENCE_MS)
    await mara.at("step-0").fill("Massage your partner's feet for the length of one song.")
    await mara.at("touches-place").locator("summary").click()
    await mara.at("place-apart").check()
    assert not await mara.page.evaluate(TOO_WIDE)
    await mara.tap("propose")
    await expect(mara.at("for-partner")).to_contain_text("Massage your partner's feet", timeout=PATIENCE_MS)
    await expect(mara.at("for-partner")).to_contain_text("Touches: Massage, Can be played apart")
    assert await mara.at("step-0").input_value() == ""
    await mara.tap("change-card")
    await expect(mara.at("for-partner")).to_have_count(0, timeout=PATIENCE_MS)
    await expect(mara.at("step-0")).to_have_value("Massage your partner's feet for the length of one song.")
    await expect(mara.at("place-apart")).to_be_checked()
    await mara.tap("propose")
    await mara.sees("for-partner")
    await mara.at("write").locator("> summary").click()
    await mara.at("step-0").fill("Take a photo of your partner's smile and show it to them.")
    await mara.tap("propose")  # who has not told any limits gets no card near one, not of their own either
    await expect(mara.at("notice").last).to_contain_text("Your own limits", timeout=PATIENCE_MS)
    await mara.at("own-card").filter(has_text="photo").get_by_test_id("remove-card").click()
    await expect(mara.at("own-card")).to_have_count(1, timeout=PATIENCE_MS)

    await jonas.page.reload()
    await jonas.page.get_by_text("Something was written for you.").click()
    await expect(jonas.at("for-you")).to_contain_text("Massage your partner's feet", timeout=PATIENCE_MS)
    await jonas.tap("approve-card")
    await jonas.sees("agreed")
    await mara.sees("agreed")
    assert not await jonas.page.evaluate(TOO_WIDE)
    theirs = urlsplit(jonas.page.url).path
    await jonas.tap("remove-card")
    for phone in (jonas, mara):
        await expect(phone.at("own-card")).to_have_count(0, timeout=PATIENCE_MS)

    await mara.open("/")
    await mara.tap("change-evening")
    await mara.at("more-settings").locator("summary").click()
    await mara.at("favourites").check()
    await mara.tap("evening-sheet-close")
    await mara.tap("play-now")
    await jonas.open("/")
    await jonas.tap("open-game")
    for phone in (mara, jonas):
        await expect(phone.at("settings")).to_contain_text("what you both liked", timeout=PATIENCE_MS)

    await jonas.open(theirs)
    await jonas.sees("our-cards")
    (connection,) = (await get(mara, "/api/partners/connections"))["items"]
    await post(mara, f"/api/partners/connections/{connection['id']}/disconnect")
    await jonas.sees("not-connected")  # by itself: what the two wrote is not left on a screen
    await expect(jonas.at("our-cards")).to_have_count(0)


async def test_the_page_has_words_for_all_that_can_be_ticked(server, mara):
    answer = await mara.page.request.get(f"{server.url}/static/js/cards/words.js")
    limits = await mara.page.request.get(f"{server.url}/static/js/profile/words.js")
    words = await answer.text() + await limits.text()
    assert [tag for tag in CHECKLIST if f'["{tag}", ' not in words] == []
