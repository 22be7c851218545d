"""One whole evening on two phones, with the camera on every screen: nothing that can be pressed lies outside or under anything.

The pictures are kept in build/evening, for whoever wants to see how it looks.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.web.camera import Camera
from tests.web.couple import CARDS, clock_stands, next_card, only_minutes, pair, same_card
from tests.web.handset import Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

PICTURES = Path(__file__).parents[2] / "build" / "evening"


@pytest.fixture
def camera(request) -> Iterator[Camera]:
    camera = Camera(PICTURES / request.node.name.removeprefix("test_"))
    yield camera
    assert not camera.wrong, "\n".join(camera.wrong)


async def test_an_evening_from_the_first_screen_to_the_last_card(mara, jonas, camera, sql):
    await arrive(mara, jonas, camera)
    await meet(mara, jonas, camera)
    await play(mara, jonas, camera)
    await only_minutes(sql)
    await run_the_clock(mara, jonas, camera)
    await rest(mara, jonas, camera)
    for _ in range(CARDS - 2):
        await next_card(mara, jonas, "dare")
        await jonas.tap("done")
    await mara.is_at("ended")
    await camera.takes("ended", mara, jonas)


async def test_an_evening_that_is_stopped(mara, jonas, camera):
    await pair(mara, jonas)
    await next_card(mara, jonas)
    await jonas.tap("stop")
    await mara.is_at("stopped")
    await camera.takes("stopped", mara, jonas)
    await mara.more("end")
    await camera.takes("sure", mara)
    await mara.tap("end-yes")
    await jonas.is_at("ended")
    await camera.takes("ended-stopped", mara, jonas)


async def arrive(mara: Handset, jonas: Handset, camera: Camera) -> None:
    """Mara with an account, Jonas without."""
    await mara.open("/")
    await camera.takes("welcome", mara)
    await mara.comes_by("register")
    await camera.takes("register", mara)
    await mara.register("mara@example.org")
    await mara.sees("start")
    await camera.takes("home", mara)
    for path, testid in (("/you", "profile"), ("/limits", "limits"), ("/partners", "connect"), ("/plan", "plan")):
        await mara.open(path)
        await mara.sees(testid)
        await camera.takes(path.strip("/"), mara)
    await mara.open("/survey")
    await mara.tap("form-short")
    await mara.sees("question")
    await camera.takes("survey", mara)
    await mara.open("/")
    await jonas.open("/")
    await jonas.at("adult").check()
    await jonas.tap("play-anonymously")
    await jonas.sees("save-demographics")
    await camera.takes("about-you", jonas)
    await jonas.describe()


async def meet(mara: Handset, jonas: Handset, camera: Camera) -> None:
    await mara.new_game(CARDS)
    await mara.tap("start")
    await mara.sees("link")
    await camera.takes("invitation", mara)
    await jonas.open(urlsplit(await mara.shown("link", "value")).path)
    await jonas.sees("join")
    await camera.takes("invited", jonas)
    await jonas.tap("join")
    await jonas.sees("words")
    await mara.sees("words")
    await camera.takes("lobby", mara, jonas)
    await jonas.tap("ready")
    await mara.sees("partner-ready")
    await camera.takes("partner-ready", mara, jonas)
    await mara.tap("ready")
    for phone in (mara, jonas):
        await phone.is_at("choosing")
    await camera.takes("choosing", mara, jonas)


async def play(mara: Handset, jonas: Handset, camera: Camera) -> None:
    """The first card, with what lies over it."""
    seq = await next_card(mara, jonas)
    await camera.takes("card", mara, jonas)
    await mara.tap("room-limits")
    await mara.sees("hardBoundaryImpact-fine")
    await camera.takes("limits", mara)
    await mara.tap("limits-sheet-close")
    await mara.more("level-X")
    await jonas.sees("proposal")
    await camera.takes("level-asked", mara, jonas)
    await mara.tap("more-sheet-close")
    await camera.takes("level-proposed", mara)
    await jonas.tap("decline-level")
    for _ in range(2):
        await jonas.tap("another")
        seq = await same_card(mara, jonas, other_than=seq)
    await jonas.tap("another")
    await mara.sees("nudge")
    await camera.takes("nudge", mara)
    for phone in (mara, jonas):
        await phone.tap("nudge-close")
    await jonas.tap("done")
    await mara.is_at("choosing")
    await camera.takes("choosing-with-hearts", mara, jonas)


async def run_the_clock(mara: Handset, jonas: Handset, camera: Camera) -> None:
    await next_card(mara, jonas, "dare")
    await camera.takes("clock", mara)
    await mara.tap("clock-press")
    await clock_stands("running", mara, jonas)
    await camera.takes("clock-running", jonas)


async def rest(mara: Handset, jonas: Handset, camera: Camera) -> None:
    """A pause, and on again; then the card is done."""
    await jonas.tap("pause")
    await mara.is_at("paused")
    await camera.takes("paused", mara)
    await jonas.tap("resume")
    await mara.sees("resume-wanted-B")
    await camera.takes("partner-fine", mara, jonas)
    await mara.tap("resume")
    for phone in (mara, jonas):
        await phone.is_at("card")
    await mara.tap("done")
