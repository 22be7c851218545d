"""Characters on the page, in a browser over a real server: one is made through a reload, talked with, stopped, and gone on with.

Who answers is a stand-in that the tests hold and cut.
"""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from game_server.settings import Settings
from tests.support.ai_standin import Wait
from tests.support.game import generous
from tests.support.openai_standin import OpenAi, no
from tests.support.server_process import game_server
from tests.web.boxes import misplaced
from tests.web.handset import PATIENCE_MS, Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture(scope="module")
def talker() -> Iterator[OpenAi]:
    with OpenAi() as server:
        yield server


@pytest.fixture(scope="module")
def settings(settings: Settings, talker: OpenAi) -> Settings:
    return generous(settings, **talker.settings, limit_chat="100000/60")


@pytest.fixture(autouse=True)
def anew(talker: OpenAi) -> Iterator[None]:
    talker.begin()
    yield
    assert talker.wrong == []


async def points(phone: Handset) -> int:
    """The sum of the six sliders as they stand."""
    values = [await each.input_value() for each in await phone.at("stats").locator("input").all()]
    return sum(int(each) for each in values)


async def begins(phone: Handset) -> None:
    """An empty page, and a name with a role and an age."""
    await phone.tap("new-character")
    await phone.sees("making-begin")
    await phone.at("preset-blank").check()
    await phone.tap("next")
    await phone.at("called").fill("Vesper")
    await phone.at("role-dominant").check()
    await phone.at("age_range-31-40").check()


async def made(phone: Handset, email: str) -> str:
    """With an account, by the shortest way through all steps: the path of a new character."""
    await phone.register(email)
    await phone.sees("hello")
    await phone.open("/characters")
    await phone.sees("no-characters")
    await begins(phone)
    for step in ("looks", "nature", "stats", "limits", "review"):
        await phone.tap("next")
        await phone.sees(f"making-{step}")
    await phone.tap("next")
    await phone.sees("meeting")
    return urlsplit(phone.page.url).path


async def says(phone: Handset, words: str) -> None:
    await phone.at("message-text").fill(words)
    await phone.tap("send")


async def test_a_character_is_made_in_steps_that_a_reload_does_not_lose(mara):
    await mara.register("making@example.com")
    await mara.sees("hello")
    await mara.tap("to-characters")
    await expect(mara.at("no-characters")).to_contain_text("They are not people")
    await begins(mara)
    await expect(mara.at("is-kept")).to_have_text("kept", timeout=PATIENCE_MS)
    await mara.page.reload()
    await mara.sees("making-who")
    await expect(mara.at("called")).to_have_value("Vesper")
    await expect(mara.at("age_range-31-40")).to_be_checked()
    await mara.tap("next")
    await mara.at("hair_color").fill("black")
    await mara.tap("next")
    await mara.at("archetype").fill("A patient teacher")
    await mara.at("personality_traits").fill("warm, a little strict, warm")
    await mara.tap("next")

    await mara.sees("making-stats")
    assert await points(mara) == 60
    dominance = mara.at("stat-dominance")
    await dominance.focus()
    for _ in range(4):
        await mara.page.keyboard.press("ArrowRight")
    assert (await dominance.input_value(), await points(mara)) == ("14", 60)
    await expect(mara.at("points-left")).to_have_text("All 60 points are given.")
    await mara.page.keyboard.press("Home")
    await expect(mara.at("points-left")).to_have_text("13 points are left to give.")
    await mara.tap("next")
    await expect(mara.at("problem")).to_contain_text("13 points")
    await mara.tap("share-out")
    await mara.tap("next")
    await mara.at("hard_limits").fill("shouting")
    await mara.tap("next")
    await expect(mara.at("making-review")).to_contain_text("warm, a little strict")
    await mara.page.reload()
    await mara.sees("making-review")
    await mara.tap("next")
    await mara.sees("meeting")
    await expect(mara.at("their-limits")).to_contain_text("shouting")


async def test_a_character_is_changed_made_again_preferred_and_let_go(mara):
    await made(mara, "changing@example.com")
    await mara.open("/characters")
    await expect(mara.at("character")).to_have_count(1)
    await expect(mara.at("new-character")).to_have_text("Make another")
    await mara.tap("character")
    await mara.tap("to-edit")
    await mara.at("archetype").fill("A storm with good manners")
    await mara.tap("keep-character")
    await expect(mara.at("meeting")).to_contain_text("A storm with good manners")
    first = mara.page.url
    await mara.tap("duplicate")
    await expect(mara.page).not_to_have_url(first, timeout=PATIENCE_MS)
    await mara.tap("make-favourite")
    await mara.sees("favourite")
    await mara.tap("delete-character")
    await expect(mara.at("delete-sheet")).to_contain_text("What stays")
    await mara.tap("delete-yes")
    await expect(mara.at("character")).to_have_count(1, timeout=PATIENCE_MS)


async def test_a_system_character_is_talked_with_as_it_is(mara, settings, tmp_path):
    file = tmp_path / "house.json"
    stats = dict.fromkeys(("dominance", "submission", "charisma", "stamina", "creativity", "control"), 10)
    file.write_text(json.dumps([{"key": "host", "name": "Alex", "age_range": "31-40", "stats": stats}]))
    assert game_server(settings, "characters", "import", str(file)).returncode == 0
    await mara.register("ours@example.com")
    await mara.sees("hello")
    await mara.open("/characters")
    await mara.tap("our-character")
    await expect(mara.at("duplicate")).to_contain_text("Make it yours")
    await mara.tap("talk")
    await says(mara, "Good evening.")
    await expect(mara.at("content")).to_have_count(2, timeout=PATIENCE_MS)
    await mara.open("/characters")
    await expect(mara.at("talk-line")).to_contain_text("Alex")


async def test_what_nobody_may_write_of_a_character_is_said_where_it_is_written(mara):
    await mara.register("young@example.com")
    await mara.sees("hello")
    await mara.open("/characters")
    await begins(mara)
    await mara.tap("next")
    await mara.at("aesthetic").fill("a schoolgirl of fifteen years")
    await mara.tap("next")
    await expect(mara.at("problem-aesthetic")).to_contain_text("adult", timeout=PATIENCE_MS)
    await mara.sees("making-looks")
    await mara.at("aesthetic").fill("a harbour at night")
    await mara.tap("next")
    await mara.sees("making-nature")
    await mara.at("archetype").press_sequentially("a girl of twelve")
    await expect(mara.at("problem-archetype")).to_contain_text("adult", timeout=PATIENCE_MS)
    await expect(mara.at("archetype")).to_be_focused()
    await mara.at("archetype").fill("A storm with good manners")
    await expect(mara.at("problem-archetype")).to_have_text("")
    await expect(mara.at("is-kept")).to_have_text("kept", timeout=PATIENCE_MS)
    await expect(mara.at("problem")).to_have_text("")


async def test_an_answer_comes_bit_by_bit_and_is_stopped_and_what_was_said_stays(mara, talker):
    path = await made(mara, "talking@example.com")
    wait = Wait()
    talker.scripts.append(["Sit down first. ", "Shoes off. ", wait, "And never mind the rest."])
    await mara.tap("talk")
    await expect(mara.at("not-a-person")).to_contain_text("not a person")
    await says(mara, "It was a long day.")
    await expect(mara.at("coming")).to_contain_text("Shoes off.", timeout=PATIENCE_MS)
    await expect(mara.at("aloud")).to_contain_text("Sit down first.")
    await expect(mara.page).to_have_url(re.compile(f"{path}/talk/"), timeout=PATIENCE_MS)

    await mara.page.reload()
    await expect(mara.at("coming")).to_contain_text("Shoes off.", timeout=PATIENCE_MS)
    assert not await misplaced(mara.page)
    await mara.tap("stop-answer")
    await expect(mara.at("partial")).to_be_visible(timeout=PATIENCE_MS)
    await expect(mara.at("content")).to_have_text(["It was a long day.", "Sit down first. Shoes off."])
    wait.go.set()
    await says(mara, "Go on.")
    await expect(mara.at("content").last).to_contain_text("How was your day?", timeout=PATIENCE_MS)
    await mara.page.reload()
    await expect(mara.at("content")).to_have_count(4, timeout=PATIENCE_MS)

    await mara.tap("talk-more")
    await mara.tap("delete-talk")
    await mara.tap("delete-talk-yes")
    await mara.sees("meeting")
    await expect(mara.at("talk-line")).to_have_count(0)


async def test_without_a_line_what_was_asked_is_said_once_and_its_answer_is_found_again(mara, talker):
    await made(mara, "line@example.com")
    await mara.tap("talk")
    await mara.page.route("**/api/kinksters/chat", lambda route: route.abort())
    await says(mara, "Are you there?")
    await mara.sees("not-sure")
    await mara.page.unroute("**/api/kinksters/chat")
    wait = Wait()
    talker.scripts.append(["Yes. ", wait, "Always."])
    await mara.tap("send-again")
    await expect(mara.at("coming")).to_contain_text("Yes.", timeout=PATIENCE_MS)
    await mara.context.set_offline(True)
    wait.go.set()
    await mara.context.set_offline(False)
    await expect(mara.at("content")).to_have_text(["Are you there?", "Yes. Always."], timeout=PATIENCE_MS)
    assert len(talker.asked) == 1


async def test_what_is_refused_is_said_kindly_and_a_safeword_steps_out_of_the_play(mara, talker):
    await made(mara, "refused@example.com")
    await mara.tap("talk")
    talker.scripts.append(no(400, "content_policy_violation"))
    await says(mara, "Something odd.")
    await expect(mara.at("answer-problem")).to_contain_text("It is not about you", timeout=PATIENCE_MS)
    await says(mara, "Red.")
    await expect(mara.at("safety-answer")).to_contain_text("We stop here", timeout=PATIENCE_MS)
    await says(mara, "I want to kill myself.")
    await expect(mara.at("safety-answer").last.get_by_role("link").first).to_have_attribute(
        "href", "tel:112", timeout=PATIENCE_MS
    )
    assert len(talker.asked) == 1, "nobody is asked when somebody does not need play"
    assert not await misplaced(mara.page)
