"""The page while it is closed: a browser that is told, what its worker shows, and who is not told any more.

Chromium has no push service here, so that what `subscribe` gives is the stand-in's; the worker and its notifications are real.
"""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import msgspec
import pytest
from playwright.async_api import expect

from game_server.settings import Settings
from tests.support.web_push_service import WebPushService
from tests.web.handset import PATIENCE_MS, Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

SUBSCRIBES = """
  const told = %s;
  const there = () => localStorage.getItem("stand-in") !== null;
  const made = () => ({
    options: {applicationServerKey: Uint8Array.from(localStorage.getItem("stand-in").split(","), Number).buffer},
    toJSON: () => told,
    unsubscribe: async () => { localStorage.removeItem("stand-in"); return true; },
  });
  PushManager.prototype.subscribe = async ({applicationServerKey}) => {
    localStorage.setItem("stand-in", String([...new Uint8Array(applicationServerKey)]));
    return made();
  };
  PushManager.prototype.getSubscription = async () => there() ? made() : null;
"""
SHOWN = """async () => {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    const shown = await self.registration.getNotifications();
    if (shown.length > 0) return shown.map(({title, body, tag, data}) => ({title, body, tag, ...data}));
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return [];
}"""


@pytest.fixture(scope="module")
def push_service() -> Iterator[WebPushService]:
    with WebPushService(lambda: datetime.now(UTC)) as service:
        yield service


@pytest.fixture(scope="module")
def settings(settings: Settings, push_service, tmp_path_factory) -> Settings:
    told = push_service.settings(tmp_path_factory.mktemp("vapid"))
    return msgspec.structs.replace(settings, **told)


@pytest.fixture
async def mara(browser, server) -> AsyncIterator[Handset]:
    async with await Handset.unpack(browser, server.url, "Mara", workers=True) as phone:
        yield phone
        assert phone.misbehaved() == []


async def push(phone: Handset, told: object) -> list[dict[str, str]]:
    """What the browser shows of it."""
    [worker] = phone.context.service_workers
    devtools = await phone.context.new_cdp_session(phone.page)
    registrations: list[dict[str, str]] = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda event: registrations.extend(event["registrations"]))
    await devtools.send("ServiceWorker.enable")
    while not registrations:
        await phone.page.evaluate("1")
    message = {"origin": phone.origin, "registrationId": registrations[-1]["registrationId"]}
    data = told if isinstance(told, str) else json.dumps(told)
    await devtools.send("ServiceWorker.deliverPushMessage", {**message, "data": data})
    shown: list[dict[str, str]] = await worker.evaluate(SHOWN)
    await worker.evaluate("async () => (await self.registration.getNotifications()).forEach((each) => each.close())")
    return shown


async def devices(sql) -> list[str]:
    """Those that something would be sent to."""
    return [row["platform"] for row in await sql.fetch(
        "SELECT d.platform FROM push_notification_tokens d JOIN logins l ON l.id = d.login_id WHERE l.ended_at IS NULL"
    )]  # fmt: skip


async def test_a_browser_is_told_as_long_as_its_person_wants_it_and_is_signed_in(mara, push_service, sql):
    await mara.context.grant_permissions(["notifications"])
    await mara.context.add_init_script(SUBSCRIBES % push_service.subscribe())
    await mara.register("reached@example.org")
    await mara.sees("hello")
    await mara.open("/you/told")
    await expect(mara.at("reach-state")).to_contain_text("tells you nothing", timeout=PATIENCE_MS)
    await mara.tap("reach-switch")
    await expect(mara.at("reach-switch")).to_have_text("Do not tell me here", timeout=PATIENCE_MS)
    assert await devices(sql) == ["web"]

    told = {"title": "Something is waiting for you.", "body": "Have a look.", "link": "/room/r1", "tag": "t1"}
    assert await push(mara, told) == [told]
    neutral = [{"title": told["title"], "body": "Have a look when it suits you.", "link": "/", "tag": "news"}]
    assert await push(mara, "{") == neutral
    assert await push(mara, {**told, "link": None}) == neutral
    [worker] = mara.context.service_workers
    for link, address in (
        ("/room/r1", "/room/r1"),
        ("https://example.org/x", "/"),
        ("//example.org", "/"),
        (None, "/"),
    ):
        assert await worker.evaluate("(link) => address(link)", link) == mara.origin + address

    await worker.evaluate("(url) => open(url).catch(() => null)", f"{mara.origin}/plan")  # no finger, so no focus
    await mara.page.wait_for_url("**/plan")
    await mara.page.go_back()

    await mara.page.reload()
    await mara.tap("reach-switch")
    await expect(mara.at("reach-switch")).to_have_text("Tell me here", timeout=PATIENCE_MS)
    assert await devices(sql) == []

    await mara.tap("reach-switch")
    await expect(mara.at("reach-switch")).to_have_text("Do not tell me here", timeout=PATIENCE_MS)
    await mara.open("/you")
    await mara.tap("sign-out")
    await mara.sees("greeting")
    await mara.page.wait_for_function("localStorage.getItem('stand-in') === null")
    await mara.page.wait_for_load_state("networkidle")
    assert await devices(sql) == []
