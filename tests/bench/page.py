"""How long somebody with a phone far from the server waits for the page: Chromium on an emulated line (300 ms, 1.6 Mbit/s), each
screen opened on an empty cache and again on what the first time left, with the build and as the modules it is written in.

"Usable" is when what the screen is for can be pressed, from the moment the address is opened; "drawn" is the first paint with
content. Requests and bytes are those that went over the line, in bytes as they go (headers and all); the room's socket is not
among them. The line is emulated a request at a time, so a real one adds what it takes to connect (two round trips with TLS).
"""

import argparse
import json
import statistics
import sys
from pathlib import Path
from urllib.parse import urlsplit

if not __package__:
    sys.path[0] = str(Path(__file__).parents[2])  # run by its path: a bench must not hide the package of the same name

import asyncio

import msgspec
from playwright.async_api import Browser, BrowserContext, CDPSession, async_playwright
from rich.console import Console
from rich.table import Table

from tests.bench import report
from tests.bench.load import Progress
from tests.bench.stage import Stage
from tests.web.couple import next_card, pair
from tests.web.handset import CHROMIUM, FLAGS, Handset

COLD_S, WARM_S, REQUESTS = 2.5, 1.0, 12
"""The goals: usable within, and with so many requests at most on an empty cache."""

TRIPS = {"in a game": 2}
"""Round trips that a screen needs after the page is there, by its nature: a room's ticket and its socket."""

FORMS = ("built", "modules")
LONGEST_MS = 60_000
REST_MS = 1_000

WATCH = """
    globalThis.usable = new Promise((resolve, reject) => {
        const look = () => {
            const found = document.querySelector(`[data-testid="%(wanted)s"]`);
            if (found !== null && !found.disabled && found.checkVisibility()) resolve(performance.now());
            else if (performance.now() > %(longest)d) reject(new Error("%(wanted)s did not come"));
            else requestAnimationFrame(look);
        };
        look();
    });
"""
MOMENTS = """
    async () => [await globalThis.usable, performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0]
"""


class Screen(msgspec.Struct, frozen=True):
    """What is opened, what it is for, and what the browser knows of whoever opens it."""

    name: str
    path: str
    wanted: str
    storage: dict[str, object]


class Visit(msgspec.Struct):
    """One time that a screen was opened."""

    usable_ms: float = 0
    drawn_ms: float = 0
    requests: int = 0
    bytes: int = 0


class Row(msgspec.Struct, frozen=True):
    """A screen's visits, as medians."""

    screen: str
    form: str
    cache: str
    usable_s: float
    drawn_s: float
    requests: int
    kilobytes: float
    misses: list[str]


class Line:
    """The emulated line of one page, and what goes over it."""

    def __init__(self, wire: CDPSession) -> None:
        self.wire = wire
        self.visit = Visit()
        self._kept: set[str] = set()
        wire.on("Network.requestServedFromCache", lambda event: self._kept.add(event["requestId"]))
        wire.on("Network.responseReceived", self._answered)
        wire.on("Network.loadingFinished", self._finished)

    async def lay(self, latency_ms: float, mbit: float) -> None:
        await self.wire.send("Network.enable")
        bytes_s = mbit * 1_000_000 / 8
        await self.wire.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": latency_ms, "downloadThroughput": bytes_s, "uploadThroughput": bytes_s / 2},
        )

    def _answered(self, event: dict[str, object]) -> None:
        answer = event["response"]
        assert isinstance(answer, dict)
        if answer.get("fromDiskCache") or answer.get("fromServiceWorker") or str(answer["url"]).startswith("data:"):
            self._kept.add(str(event["requestId"]))

    def _finished(self, event: dict[str, object]) -> None:
        if event["requestId"] not in self._kept:
            self.visit.requests += 1
            self.visit.bytes += int(str(event["encodedDataLength"]).partition(".")[0])


async def visit(context: BrowserContext, url: str, wanted: str, chosen: argparse.Namespace) -> Visit:
    """Open a page there in a tab of its own, until it can be used and all is loaded."""
    page = await context.new_page()
    line = Line(await context.new_cdp_session(page))
    await line.lay(chosen.latency_ms, chosen.mbit)
    await page.add_init_script(WATCH % {"wanted": wanted, "longest": LONGEST_MS})
    await page.goto(url, wait_until="load", timeout=LONGEST_MS)
    line.visit.usable_ms, line.visit.drawn_ms = await page.evaluate(MOMENTS)
    await page.wait_for_timeout(REST_MS + 2 * chosen.latency_ms)  # what comes later is part of the visit
    await page.close()
    return line.visit


async def people(browser: Browser, url: str) -> list[Screen]:
    """Somebody new, one who has been here, one in a game: each with what their browser has kept."""
    async with await Handset.unpack(browser, url, "Mara") as mara, await Handset.unpack(browser, url, "Jonas") as jonas:
        await pair(mara, jonas)
        await next_card(mara, jonas)
        room = urlsplit(mara.page.url).path
        kept: dict[str, object] = {**await mara.context.storage_state()}
    async with await Handset.unpack(browser, url, "Kim") as kim:
        await kim.come_in()
        await kim.sees("start")
        known: dict[str, object] = {**await kim.context.storage_state()}
    return [
        Screen("new here", "/", "play-anonymously", {}),
        Screen("home", "/", "start", known),
        Screen("in a game", room, "card", kept),
    ]


def at(storage: dict[str, object], url: str) -> dict[str, object]:
    """What a browser keeps, of another origin."""
    text = json.dumps(storage)
    for origin in storage.get("origins", []):  # type: ignore[attr-defined]
        text = text.replace(json.dumps(origin["origin"]), json.dumps(url))
    moved: dict[str, object] = json.loads(text)
    return moved


async def measure(chosen: argparse.Namespace, urls: dict[str, str], told: Progress) -> list[Row]:
    """Every screen in both forms, cold and warm, as often as asked for, in turns."""
    visits: dict[tuple[str, str, str], list[Visit]] = {}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        screens = await people(browser, urls["built"])
        for time in range(chosen.times):
            for number, screen in enumerate(screens):
                for form, url in urls.items():
                    state = at(screen.storage, url)
                    context = await browser.new_context(
                        viewport={"width": 390, "height": 780},
                        locale=chosen.language,
                        storage_state=state or None,  # type: ignore[arg-type]
                    )
                    for cache in ("cold", "warm"):
                        seen = await visit(context, url + screen.path, screen.wanted, chosen)
                        visits.setdefault((screen.name, form, cache), []).append(seen)
                    await context.close()
                told((time * len(screens) + number + 1) / (chosen.times * len(screens)))
        await browser.close()
    return [_row(*what, seen, chosen.latency_ms) for what, seen in visits.items()]


def _row(screen: str, form: str, cache: str, seen: list[Visit], latency_ms: float) -> Row:
    """The medians, and which goals they miss; the modules have none."""
    usable = statistics.median(one.usable_ms for one in seen) / 1000
    requests = round(statistics.median(one.requests for one in seen))
    misses = []
    goal = COLD_S if cache == "cold" else WARM_S + TRIPS.get(screen, 0) * latency_ms / 1000
    if form == "built" and usable > goal:
        misses.append(f"{screen}, {cache}: usable after {usable:.2f} s, not {goal:.1f} s")
    if form == "built" and cache == "cold" and requests > REQUESTS:
        misses.append(f"{screen}, {cache}: {requests} requests, not {REQUESTS}")
    drawn = statistics.median(one.drawn_ms for one in seen) / 1000
    kilobytes = statistics.median(one.bytes for one in seen) / 1000
    return Row(screen, form, cache, round(usable, 2), round(drawn, 2), requests, round(kilobytes, 1), misses)


def show(rows: list[Row], chosen: argparse.Namespace) -> None:
    """The table, or JSON with the machine's facts."""
    misses = [miss for row in rows for miss in row.misses]
    if chosen.json:
        line = {
            "latency_ms": chosen.latency_ms,
            "mbit": chosen.mbit,
            "times": chosen.times,
            "language": chosen.language,
        }
        result = {"bench": "page", "met": not misses, "line": line, "machine": report.machine(), "rows": rows}
        print(msgspec.json.format(msgspec.json.encode(result), indent=2).decode())
        return
    table = Table(title=f"page, {chosen.latency_ms:g} ms and {chosen.mbit:g} Mbit/s")
    for heading in ("screen", "form", "cache", "usable s", "drawn s", "requests", "kB"):
        table.add_column(heading, justify="left" if heading in ("screen", "form", "cache") else "right")
    for row in rows:
        numbers = (row.usable_s, row.drawn_s, row.requests, row.kilobytes)
        table.add_row(row.screen, row.form, row.cache, *(str(number) for number in numbers))
    out = Console(width=None if sys.stdout.isatty() else 120)
    out.print(table)
    facts = report.machine()
    goals = (
        f"goals of the build: usable in {COLD_S} s cold and {WARM_S} s warm (a room, whose ticket and socket are two round trips "
        f"after the page: that much later when warm), {REQUESTS} requests"
    )
    notes = [
        f"{goals}: {'missed' if misses else 'met'}",
        *misses,
        f"medians of {chosen.times}, a browser in {chosen.language}",
    ]
    for note in (*notes, f"{facts['cpu']}, {facts['cores']} cores, load average {facts['load_average'][0]}"):
        out.print(f"· {note}", markup=False, highlight=False, soft_wrap=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=5, metavar="N", help="visits of each kind (5)")
    parser.add_argument("--latency-ms", type=float, default=300, metavar="N", help="of every request (300)")
    parser.add_argument("--mbit", type=float, default=1.6, metavar="N", help="down, a second; up is half of it (1.6)")
    parser.add_argument("--language", default="en", metavar="TAG", help="of the browser (en)")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    chosen = parser.parse_args()
    if not CHROMIUM:
        print("This bench needs Chromium. On Debian: apt-get install -y chromium", file=sys.stderr)
        return 1
    with Stage() as stage, report.steps() as steps:
        urls = {form: stage.serve(page=form).url for form in FORMS}
        rows = asyncio.run(measure(chosen, urls, steps.step("Opening screens")))
    show(rows, chosen)
    return 0


if __name__ == "__main__":
    sys.exit(main())
