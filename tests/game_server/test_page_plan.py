"""Your plan on the page: what is left today, what premium changes, and a purchase that both phones of a room see at once."""

import json
import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.async_api import expect

from tests.support.app_store import AppStore, Line
from tests.support.game import generous
from tests.web.handset import PATIENCE_MS, Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

WHO = "() => JSON.parse(localStorage.getItem('attuned.identity')).id"


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Iterator[AppStore]:
    store = AppStore(tmp_path_factory.mktemp("app_store"))
    yield store
    store.close()


@pytest.fixture(scope="module")
def settings(settings, store):
    return generous(settings, **store.settings)


async def buy(phone: Handset, store: AppStore, product: str = "premium", *, days: float = 30) -> Line:
    """In the app on another phone of the same person: what the page hears of it is what the store tells the server."""
    line = store.buy(await phone.page.evaluate(WHO), product, days=days)
    await tell(phone, store, line, "SUBSCRIBED", "INITIAL_BUY")
    return line


async def tell(phone: Handset, store: AppStore, line: Line, kind: str, subtype: str | None = None) -> None:
    """The store tells the server."""
    async with httpx.AsyncClient(base_url=phone.origin) as apple:
        body = json.dumps(store.told(line, kind, subtype))
        answer = await apple.post("/api/webhooks/apple", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 200, answer.text


@pytest.mark.long
async def test_the_page_says_what_is_left_today_what_premium_changes_and_what_is_never_paid_for(mara, store):
    await mara.register("plan-mara@example.com")
    await mara.tap("you")
    await mara.tap("to-plan")
    await expect(mara.at("left-today")).to_have_text("0 played, 25 of 25 left.", timeout=PATIENCE_MS)
    await expect(mara.at("plan-premium")).to_contain_text("$4.99")
    await expect(mara.at("plan-premium_annual")).to_contain_text("$29.99")
    await expect(mara.at("never-paid")).to_contain_text("Pause, stop and every limit")
    await mara.tap("restore")
    await expect(mara.page.get_by_text("The stores know of no purchase that still runs.")).to_be_visible()

    await buy(mara, store)
    await expect(mara.at("left-today")).to_have_text("No daily limit", timeout=PATIENCE_MS)
    await expect(mara.at("premium")).to_contain_text("One purchase covers both of you")


@pytest.mark.long
async def test_while_a_payment_fails_the_page_says_what_is_left_and_until_when(mara, store):
    await mara.register("plan-ana@example.com")
    await mara.sees("hello")
    line = await buy(mara, store, "premium_annual", days=400)
    await mara.open("/plan")
    await expect(mara.at("premium")).to_contain_text(re.compile(r"Paid until .*\b20\d\d\b"), timeout=PATIENCE_MS)
    store.fail_to_renew(line)
    await tell(mara, store, line, "DID_FAIL_TO_RENEW", "GRACE_PERIOD")
    await mara.page.reload()
    await expect(mara.at("billing-issue")).to_contain_text("You keep premium for now.", timeout=PATIENCE_MS)
    await expect(mara.at("premium")).to_contain_text("Without a payment it ends")
    store.fail_to_renew(line, grace_days=None)
    await tell(mara, store, line, "GRACE_PERIOD_EXPIRED")
    await mara.page.reload()
    await expect(mara.at("billing-issue")).to_contain_text("Premium rests until it can.", timeout=PATIENCE_MS)
    await expect(mara.at("premium")).to_have_count(0)


async def test_without_an_account_the_page_says_that_nothing_is_paid(mara):
    await mara.come_in("/")
    await mara.tap("you")
    await mara.tap("to-plan")
    await mara.sees("plan-without-account")
    await mara.sees("never-paid")


@pytest.mark.long
@pytest.mark.parametrize("place", ["/plan", "/partners"])
async def test_what_needs_an_account_leads_to_one_and_says_what_is_left_behind(mara, place):
    await mara.come_in("/")
    await mara.sees("start")
    await mara.open(place)
    await expect(mara.at("sign-up")).to_contain_text("begin anew")
    await mara.tap("to-sign-up")
    await expect(mara.at("leaving-sheet").locator("h2")).to_have_text("Begin anew, with an account?")
    await mara.tap("leave-anyway")
    await mara.sees("register")
