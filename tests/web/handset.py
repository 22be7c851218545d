"""A phone that plays: one browser context of its own, driven by what a person would press, and watched for what it must
never do."""

import os
import shutil
from collections import deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Locator, Page, ViewportSize, WebSocket, expect

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PLAIN_HOST = "phone.test"
"""A name for this machine that Chromium does not take for a secure place, as in a local network without https."""

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    f"--host-resolver-rules=MAP {PLAIN_HOST} 127.0.0.1",
]
SIZE: ViewportSize = {"width": 390, "height": 780}
PATIENCE_MS = 20_000
RESUMES_WITHIN_MS = 60_000
NETWORK = ("net::ERR_", "Failed to load resource", "WebSocket connection to", "Service Worker registration blocked")
"""What Chromium, or Playwright, writes to the console by itself when the network, the server or a test says no."""


@dataclass
class Handset:
    """One browser of one person."""

    name: str
    context: BrowserContext
    page: Page
    origin: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    sockets: int = 0
    diary: deque[str] = field(default_factory=lambda: deque(maxlen=40))
    """The latest frames of its sockets, for whoever has to find out why a test failed."""

    @classmethod
    async def unpack(cls, browser: Browser, origin: str, name: str, *, workers: bool = False) -> "Handset":
        """A new phone with nothing on it; `workers`: the page may have its worker, which answers before the network does."""
        context = await browser.new_context(
            viewport=SIZE,
            has_touch=True,
            is_mobile=True,
            device_scale_factor=1,
            reduced_motion="reduce",
            service_workers="allow" if workers else "block",
        )  # a test about motion asks for it; the others need not wait for it
        context.set_default_timeout(PATIENCE_MS)
        phone = cls(name, context, await context.new_page(), origin)
        phone.watch(phone.page)
        return phone

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.context.close()

    def watch(self, page: Page) -> None:
        """Remember every error of the page's own, and every request that left the server's origin."""
        page.on("console", lambda message: self._said(message.type, message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self._asked(request.url))
        page.on("websocket", self._connected)

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not text.startswith(NETWORK):
            self.errors.append(text)

    def _connected(self, socket: WebSocket) -> None:
        self.sockets += 1
        self._asked(socket.url)
        socket.on("framesent", lambda frame: self.diary.append(f"> {frame!s:.300}"))
        socket.on("framereceived", lambda frame: self.diary.append(f"< {frame!s:.300}"))
        socket.on("close", lambda _: self.diary.append("closed"))

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "data" and parts.netloc != urlsplit(self.origin).netloc:
            self.foreign.append(url)

    def tell(self) -> None:
        """Print the diary: pytest shows it with a failure."""
        print(f"{self.name}'s sockets:", *self.diary, sep="\n  ")

    def misbehaved(self) -> list[str]:
        """Everything that must not have happened."""
        return self.errors + self.foreign

    # --- hands and eyes

    def at(self, testid: str) -> Locator:
        """The one element of that name."""
        return self.page.get_by_test_id(testid)

    async def open(self, path: str) -> None:
        await self.page.goto(self.origin + path)

    async def tap(self, testid: str) -> None:
        await self.at(testid).click()  # a touch that a busy machine stretches would be a long press

    async def sees(self, testid: str) -> None:
        await expect(self.at(testid)).to_be_visible(timeout=PATIENCE_MS)

    async def is_at(self, phase: str) -> None:
        """The room stands in this phase, on a live connection."""
        room = self.at("room")
        await expect(room).to_have_attribute("data-phase", phase, timeout=PATIENCE_MS)
        await expect(room).to_have_attribute("data-connection", "live", timeout=RESUMES_WITHIN_MS)

    async def shown(self, testid: str, attribute: str) -> str:
        value = await self.at(testid).get_attribute(attribute)
        assert value is not None, f"{self.name}: {testid} has no {attribute}"
        return value

    # --- what people do

    async def come_in(self, path: str = "/") -> None:
        """Without an account: adult, name, anatomy."""
        await self.open(path)
        await self.at("adult").check()
        await self.tap("play-anonymously")
        await self.describe()

    async def register(self, email: str) -> None:
        """With an account."""
        await self.open("/")
        await self.comes_by("register")
        await self.at("email").fill(email)
        await self.at("password").fill("a long enough phrase")
        await self.at("adult").check()
        await self.at("remember").check()
        await self.tap("register")
        await self.describe()

    async def comes_by(self, way: str) -> None:
        """On the first screen: this way in, of the three."""
        await self.sees("greeting")
        if await self.at(f"way-{way}").count():  # else it is the one shown
            await self.tap(f"way-{way}")

    async def describe(self) -> None:
        await self.at("name").fill(self.name)
        await self.at("anatomy_self-breasts").check()
        await self.at("anatomy_preference-penis").check()
        await self.tap("save-demographics")

    async def new_game(self, target: int, partner: str = "link") -> None:
        """On the start page: the next evening has so many cards, with whoever opens the link; or, `hosted`, the guest's form is
        the test's to fill. Then comes "start"."""
        await self.sees("hero")
        if not await self.at("change-evening").count():  # it leads with a game
            await self.tap("somebody-else")
        await self.tap("change-evening")
        await self.at("more-settings").locator("summary").click()
        await self.at("target_activities").fill(str(target))
        await self.tap("evening-sheet-close")
        way = "one-phone" if partner == "hosted" else "start"
        if not await self.at(way).count():
            await self.tap("somebody-else")
        if partner == "hosted":
            await self.tap(way)

    async def more(self, testid: str) -> None:
        """Tap what lies behind "more" in the room."""
        if not await self.at("more-sheet").count():
            await self.tap("more")
        await self.tap(testid)

    async def choose(self, kind: str) -> None:
        await self.tap(f"choose-{kind}")
