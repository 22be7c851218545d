"""What the forms of the page say when something is wrong, in a real browser: a person's sentence beside its field, which
goes when it is put right; and nothing that is done twice.

Needs Chromium: Debian's `chromium` package, or its path in CHROMIUM.
"""

import re

import pytest
from playwright.async_api import Route, expect

from tests.web.handset import PATIENCE_MS, Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

AT_LEAST_ONE = "Please choose at least one."
MACHINE = re.compile(r"[_`{}\[\]$]|At least one\.$|A field of the request")


async def says(phone: Handset, field: str, sentence: str | re.Pattern[str]) -> None:
    """The sentence stands beside the field, belongs to it for a screen reader, and is no machine's."""
    place = phone.at(f"problem-{field}")
    await expect(place).to_have_text(sentence, timeout=PATIENCE_MS)
    assert not MACHINE.search(await place.inner_text())
    inputs = phone.page.locator(f"input[name='{field}']")
    assert await inputs.count() > 0
    for each in await inputs.all():
        assert await place.get_attribute("id") in (await each.get_attribute("aria-describedby") or "").split()
        assert await each.get_attribute("aria-invalid") == "true"


async def is_fine(phone: Handset, field: str) -> None:
    await expect(phone.at(f"problem-{field}")).to_be_hidden()
    assert await phone.page.locator(f"input[name='{field}'][aria-invalid]").count() == 0


async def come_to_the_name(phone: Handset) -> None:
    await phone.open("/")
    await phone.at("adult").check()
    await phone.tap("play-anonymously")
    await phone.sees("save-demographics")


async def test_name_and_anatomy_are_asked_for_in_sentences_that_go_when_answered(mara):
    await come_to_the_name(mara)
    await mara.tap("save-demographics")
    await says(mara, "name", "Please write a name.")
    await says(mara, "anatomy_self", AT_LEAST_ONE)
    await says(mara, "anatomy_preference", AT_LEAST_ONE)
    await expect(mara.at("name")).to_be_focused()

    await mara.at("name").fill("Mara")
    await mara.at("anatomy_self-vagina").check()
    await is_fine(mara, "name")
    await is_fine(mara, "anatomy_self")
    await says(mara, "anatomy_preference", AT_LEAST_ONE)
    await mara.tap("save-demographics")
    await expect(mara.at("anatomy_preference-penis")).to_be_focused()
    await mara.at("anatomy_preference-penis").check()
    await is_fine(mara, "anatomy_preference")
    await mara.tap("save-demographics")
    await mara.sees("hello")


@pytest.mark.parametrize(
    "name", ["\u200b", "\u3164", "\u2800 ", "\u202etxet"], ids=["zero", "filler", "blank", "turned"]
)
async def test_a_name_that_nobody_could_see_is_asked_for_anew(mara, name):
    await come_to_the_name(mara)
    await mara.at("name").fill(name)
    await mara.at("anatomy_self-vagina").check()
    await mara.at("anatomy_preference-penis").check()
    await mara.tap("save-demographics")
    await says(mara, "name", re.compile("can be seen and read"))
    await expect(mara.at("name")).to_be_focused()
    await mara.at("name").fill("Mara")
    await is_fine(mara, "name")
    await mara.tap("save-demographics")
    await mara.sees("hello")


async def test_what_only_the_server_can_know_stands_beside_its_field_too(mara, jonas):
    await mara.register("taken@example.org")
    await mara.sees("hello")
    await jonas.open("/")
    await jonas.comes_by("register")
    await jonas.tap("register")
    await says(jonas, "email", "Please write your e-mail address.")
    await says(jonas, "password", "Please write the password.")
    await says(jonas, "adult", re.compile("adults only"))
    await jonas.at("email").fill("taken@example.org")
    await jonas.page.get_by_test_id("password").press_sequentially("short")
    await says(jonas, "password", re.compile("8 to 256 characters"))
    await jonas.at("password").fill("a long enough phrase")
    await jonas.at("adult").check()
    await jonas.tap("register")
    await says(jonas, "email", re.compile("an account with this address already"))
    await jonas.at("email").fill("not-taken@example.org")
    await is_fine(jonas, "email")
    await jonas.tap("register")
    await jonas.sees("save-demographics")


async def test_a_wrong_password_is_said_once_and_goes_with_the_next_letter(mara):
    await mara.open("/")
    await mara.comes_by("login")
    await mara.at("email").fill("nobody@example.org")
    await mara.at("password").fill("not the password")
    await mara.tap("sign-in")
    await expect(mara.at("problem")).to_have_text("E-mail address or password is wrong.", timeout=PATIENCE_MS)
    await mara.at("password").press("a")
    await expect(mara.at("problem")).to_be_hidden()


async def test_a_guest_on_the_same_phone_is_an_adult_with_a_body(mara):
    await mara.come_in()
    await mara.tap("one-phone")
    await mara.tap("start")
    await says(mara, "name", "Please write a name.")
    await says(mara, "anatomy_self", AT_LEAST_ONE)
    await says(mara, "adult", re.compile("adults only"))
    await mara.at("name").fill("Kim")
    await mara.at("anatomy_self-penis").check()
    await mara.at("adult").check()
    async with mara.page.expect_request(
        lambda asked: asked.url.endswith("/api/sessions") and asked.method == "POST"
    ) as sent:
        await mara.tap("start")
    body = (await sent.value).post_data_json
    assert body["partner"]["hosted"] == {
        "name": "Kim",
        "anatomy_self": ["penis"],
        "anatomy_preference": [],
        "adult": True,
    }
    await mara.sees("ready")


async def test_two_who_are_far_apart_ask_for_cards_that_work_so_and_find_it_said_before_they_begin(mara):
    await mara.come_in()
    await mara.tap("change-evening")
    await mara.at("more-settings").locator("summary").click()
    await mara.at("place-apart").check()
    await mara.tap("evening-sheet-close")
    await expect(mara.at("tonight")).to_contain_text("far apart")
    async with mara.page.expect_request(
        lambda asked: asked.url.endswith("/api/sessions") and asked.method == "POST"
    ) as sent:
        await mara.tap("start")
    assert (await sent.value).post_data_json["settings"]["rules"] == {"apart": True}
    await expect(mara.at("settings")).to_contain_text("far apart", timeout=PATIENCE_MS)


@pytest.mark.long
async def test_what_is_wrong_stays_said_while_the_page_looks_for_games(mara):
    await mara.come_in()
    await mara.tap("change-evening")
    await mara.at("more-settings").locator("summary").click()
    await mara.at("target_activities").fill("60")
    await mara.at("more-settings").locator("summary").click()
    await mara.tap("evening-sheet-close")
    await says(mara, "target_activities", re.compile("from 5 to 50"))
    await expect(mara.at("target_activities")).to_be_focused()  # opened again
    async with mara.page.expect_response("**/api/sessions"):
        pass  # the page has drawn itself anew
    await says(mara, "target_activities", re.compile("from 5 to 50"))
    await mara.at("target_activities").fill("50")
    await is_fine(mara, "target_activities")
    await mara.tap("evening-sheet-close")
    await expect(mara.at("tonight")).to_contain_text("50 cards")


@pytest.mark.long
async def test_a_slow_server_is_asked_for_one_game_however_often_the_button_is_pressed(mara):
    made, seen = [], 0

    async def slowly(route: Route) -> None:
        nonlocal seen
        if route.request.method == "GET":
            await route.continue_()
            seen += 1
            return
        made.append(route.request.headers["idempotency-key"])
        await mara.page.evaluate("document.querySelector('[data-testid=start]').click()")
        async with mara.page.expect_response("**/api/sessions"):
            pass  # a look for games, which draws the form anew, in between
        await mara.page.evaluate("document.querySelector('[data-testid=start]').click()")
        await route.continue_()

    await mara.come_in()
    await mara.page.route("**/api/sessions", slowly)
    await mara.tap("start")
    await mara.sees("invitation")
    assert len(made) == 1
    assert seen >= 1


@pytest.mark.long
async def test_a_server_that_cannot_be_reached_hides_no_game_and_is_not_taken_for_an_answer(mara):
    await mara.come_in()
    await mara.tap("start")
    await mara.sees("invitation")
    await mara.open("/")
    await mara.sees("open-games")
    await mara.context.set_offline(True)
    await mara.sees("not-reached")
    await expect(mara.at("open-games")).to_be_visible()
    await mara.tap("start")
    await expect(mara.at("notice").last).to_contain_text("The server cannot be reached", timeout=PATIENCE_MS)
    await mara.context.set_offline(False)
    await expect(mara.at("not-reached")).to_have_count(0, timeout=PATIENCE_MS)
