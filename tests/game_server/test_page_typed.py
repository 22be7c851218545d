"""What is typed into a long form and not kept yet, in a real browser: a reload loses none of it, and it goes with its person.

Needs Chromium: Debian's `chromium` package, or its path in CHROMIUM.
"""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests.support.game import generous
from tests.support.openai_standin import OpenAi
from tests.web.handset import PATIENCE_MS, Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

DRAFTS = "() => Object.keys(sessionStorage).filter((key) => key.startsWith('attuned.draft.')).length"


@pytest.fixture(scope="module")
def settings(settings):
    with OpenAi() as talker:  # there has to be somebody who could play a character
        yield generous(settings, **talker.settings)


async def shows(phone: Handset, **fields: str) -> None:
    """The form has this in it."""
    for name, value in fields.items():
        await expect(phone.at(name)).to_have_value(value, timeout=PATIENCE_MS)


async def types_a_scene(mara: Handset, bond: str) -> None:
    await mara.open(f"{bond}/scenes/new")
    await mara.at("title").fill("Rain on the roof")
    await mara.at("activity-0").fill("Massage")
    await mara.tap("another-activity")
    await mara.at("activity-1").fill("Reading aloud")
    await mara.tap("another-activity")
    await mara.at("drop-activity").nth(0).click()
    await mara.at("activity-2").fill("Tea")
    await mara.at("consent").fill("Nobody hurries.")
    box = mara.at("scene-form").locator("[name=with-1]")
    await box.uncheck()
    await mara.page.reload()
    await shows(mara, title="Rain on the roof", consent="Nobody hurries.", **{"activity-1": "Reading aloud"})
    await shows(mara, **{"activity-2": "Tea"})
    await expect(mara.at("activity")).to_have_count(2)
    await expect(box).not_to_be_checked()
    await mara.tap("keep-scene")
    await expect(mara.at("plan")).to_contain_text("Reading aloud")
    assert await mara.page.evaluate(DRAFTS) == 0

    await mara.tap("edit-scene")
    await mara.at("notes").fill("The blue cups")
    await mara.page.reload()
    await mara.tap("edit-scene")
    await shows(mara, title="Rain on the roof", notes="The blue cups")
    await mara.tap("leave-edit")
    await mara.tap("edit-scene")
    await shows(mara, notes="")


async def types_a_date(mara: Handset, bond: str) -> None:
    await mara.open(f"{bond}/calendar/new#day=2040-05-05")
    await mara.at("title").fill("Picnic")
    await mara.at("all_day").check()
    await mara.at("start").fill("2040-05-06")
    await mara.at("repeats-weekly").check()
    await mara.at("until").fill("2040-07-01")
    await mara.at("description").fill("By the river")
    await mara.page.reload()
    await shows(mara, title="Picnic", start="2040-05-06", until="2040-07-01", description="By the river")
    await expect(mara.at("all_day")).to_be_checked()
    await expect(mara.at("repeats-weekly")).to_be_checked()
    await mara.tap("keep-event")
    await expect(mara.at("event").first).to_contain_text("Picnic", timeout=PATIENCE_MS)
    assert await mara.page.evaluate(DRAFTS) == 0
    await mara.at("event").first.click()
    await mara.tap("edit-event")
    await mara.at("location").fill("The old bridge")
    await mara.page.reload()
    await mara.tap("edit-event")
    await shows(mara, title="Picnic", location="The old bridge")
    await mara.tap("keep-event")
    await expect(mara.at("event-page")).to_contain_text("The old bridge", timeout=PATIENCE_MS)


async def types_about_a_character(mara: Handset) -> None:
    await mara.open("/characters")
    await mara.tap("new-character")
    await mara.at("preset-blank").check()
    await mara.tap("next")
    await mara.at("called").fill("Vesper")
    await mara.at("role-switch").check()
    await mara.at("age_range-31-40").check()
    for step in ("looks", "nature", "stats", "limits", "review"):
        await mara.tap("next")
        await mara.sees(f"making-{step}")
    await mara.tap("next")
    await mara.sees("meeting")
    await mara.tap("to-edit")
    await mara.at("archetype").fill("A storm with good manners")
    await mara.at("role-dominant").check()
    await mara.at("stat-control").press("End")
    await mara.page.reload()
    await shows(mara, archetype="A storm with good manners", **{"stat-control": "20"})
    await expect(mara.at("role-dominant")).to_be_checked()
    await expect(mara.at("points-left")).to_have_text("All 60 points are given.")
    await mara.tap("keep-character")
    await expect(mara.at("meeting")).to_contain_text("A storm with good manners")
    assert await mara.page.evaluate(DRAFTS) == 0
    await mara.tap("to-edit")
    await mara.at("bio").fill("Something that nobody else reads")
    assert await mara.page.evaluate(DRAFTS) == 1


async def test_what_is_typed_of_scenes_dates_and_characters_outlives_a_reload_and_goes_with_whoever_leaves(mara):
    await mara.register("typed@example.com")
    await mara.tap("to-bonds")
    await mara.tap("new-bond")
    await mara.at("begin-bond").get_by_test_id("name").fill("Ours")
    await mara.at("role_in_bond-dominant").check()
    await mara.tap("begin")
    await mara.sees("bond-home")
    bond = urlsplit(mara.page.url).path
    await types_a_scene(mara, bond)
    await types_a_date(mara, bond)
    await types_about_a_character(mara)
    await mara.open("/you")
    await mara.tap("sign-out")
    if await mara.at("sign-out-yes").count():
        await mara.tap("sign-out-yes")
    await mara.sees("greeting")
    assert await mara.page.evaluate(DRAFTS) == 0
