"""The page as it goes out, in a browser: asked for once, also between two releases, and the modules that it is made of."""

import re

import msgspec
import pytest
from playwright.async_api import Response

from game_server.web.assets import built, shell
from tests.support.server_process import ServerProcess
from tests.web.handset import Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

LOADED = 'performance.getEntriesByType("resource")%s.map((each) => new URL(each.name).pathname)'
SENT = LOADED % ".filter((each) => each.transferSize > 0)"
"""What came over the line for this page, and not out of the browser's cache."""


async def test_all_that_the_page_shows_comes_in_few_requests_and_never_again(mara):
    await mara.come_in()
    await mara.page.wait_for_load_state("networkidle")
    await mara.open("/")
    await mara.page.wait_for_load_state("networkidle")
    again = await mara.page.evaluate(SENT)
    assert [path for path in again if not path.startswith("/api/")] == []
    first = await mara.page.evaluate(
        'performance.getEntriesByType("resource").map((each) => new URL(each.name).pathname)'
    )
    assert {path for path in first if not path.startswith("/api/")} <= {*shell()}


async def test_a_page_of_another_release_runs_with_what_is_there_now(mara):
    """Its own files are gone with its server, or are at the other one behind the proxy."""
    other = re.sub(r"\.[0-9a-f]{16}\.", f".{'0' * 16}.", built().page.body.decode())
    answers: list[Response] = []

    def note(answer: Response) -> None:  # Playwright marks what it is given: a list's own method cannot be
        answers.append(answer)

    mara.page.on("response", note)
    await mara.page.route("**/", lambda route: route.fulfill(body=other, content_type="text/html"))
    await mara.come_in()
    await mara.sees("start")
    found = [each for each in answers if f".{'0' * 16}." in each.url]
    assert len(found) >= 4
    assert {(each.status, each.headers["cache-control"]) for each in found} == {(200, "no-store")}


async def test_the_modules_that_the_page_is_written_in_run_as_they_lie(browser, settings, tmp_path):
    server = ServerProcess(msgspec.structs.replace(settings, page="modules"), tmp_path / "log")
    try:
        async with await Handset.unpack(browser, server.url, "Mara") as mara:
            await mara.come_in()
            await mara.sees("start")
            loaded = await mara.page.evaluate(SENT)
            assert "/static/js/app.js" in loaded
            assert not [path for path in loaded if path.startswith("/static/attuned.")]
            assert mara.misbehaved() == []
    finally:
        server.stop()
