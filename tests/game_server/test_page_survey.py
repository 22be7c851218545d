"""The survey, the profile and what partners see of it, in a real browser.

Needs Chromium: Debian's `chromium` package, or its path in CHROMIUM.
"""

import json
import re
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Route, expect

from rooms.profiles.questions import ACTIVITY_OF_QUESTION, TOPIC_OF_QUESTION
from tests.web.fitting import SCREENS, TEXT
from tests.web.handset import PATIENCE_MS, Handset

pytestmark = pytest.mark.browser

PROGRESS, SUBMIT = "**/api/survey/progress", "**/api/survey/submit"
SHORT_FORM = {
    "A13": "7",
    "A14": "2",
    "A15": "6",
    "A16": "1",
    "B1a": "Y",
    "B1b": "M",
    "B19": "N",
    "B30": "Y",
    "B36": "Y",
}
UNSENT = "attuned.survey.unsent"
BROWSER_KEEPS = "() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]"


async def come_in(phone: Handset, email: str | None = None) -> None:
    """Without an account, or with one, to the start page."""
    await (phone.register(email) if email else phone.come_in())
    await phone.sees("hello")


async def is_asked(phone: Handset, question: str) -> None:
    await expect(phone.at("question")).to_have_attribute("data-question", question, timeout=PATIENCE_MS)


async def answer(phone: Handset, question: str, value: str) -> None:
    """Touch an answer; the next question comes by itself."""
    await is_asked(phone, question)
    await phone.tap(f"answer-{value}")
    await expect(phone.at("question")).not_to_have_attribute("data-question", question, timeout=PATIENCE_MS)


async def is_saved(phone: Handset) -> None:
    await expect(phone.at("save-state")).to_have_attribute("data-state", "saved", timeout=PATIENCE_MS)


async def begin(phone: Handset, form: str = "short") -> None:
    await phone.open("/survey")
    await phone.tap(f"form-{form}")
    await phone.sees("question")


async def answer_ten(phone: Handset, limit: str = "none") -> None:
    """The short form to its overview."""
    await begin(phone)
    for question, value in SHORT_FORM.items():
        await answer(phone, question, value)
    await is_asked(phone, "C1")
    await phone.at(f"answer-{limit}").check()
    await phone.tap("survey-next")
    await phone.sees("review")


async def hand_in(phone: Handset) -> None:
    await phone.tap("submit-survey")
    await phone.sees("archetype")


async def reads_answers(phone: Handset) -> None:
    """What the answers say in words, and the limits, on their own screen."""
    await phone.open("/you/answers")
    await phone.sees("boundaries")


async def sign_in(phone: Handset, email: str) -> None:
    await phone.open("/")
    await phone.comes_by("login")
    await phone.at("email").fill(email)
    await phone.at("password").fill("a long enough phrase")
    await phone.tap("sign-in")
    await phone.sees("hello")


async def connect(mara: Handset, jonas: Handset) -> None:
    """Two accounts, both come in, become partners."""
    await mara.open("/partners")
    await mara.tap("connect")
    await jonas.open(urlsplit(await mara.shown("link", "value")).path)
    await jonas.tap("claim")
    await jonas.tap("accept")
    await mara.tap("accept")
    await mara.sees("connected")


async def lose(route: Route) -> None:
    """The phone is in a lift: what it saves does not arrive."""
    if route.request.method == "PATCH":
        await route.abort("internetdisconnected")
    else:
        await route.continue_()


@pytest.mark.parametrize("account", [pytest.param(False, marks=pytest.mark.long), True], ids=["anonymous", "account"])
async def test_ten_questions_lead_to_a_profile_with_a_radar(mara, account):
    await come_in(mara, "ten@example.org" if account else None)
    await mara.tap("to-survey")
    await mara.tap("form-short")
    for question, value in SHORT_FORM.items():
        await answer(mara, question, value)
    await mara.at("answer-hardBoundaryAnal").check()
    await mara.tap("survey-next")
    await expect(mara.at("unanswered")).to_have_text("Every question has an answer.")
    await hand_in(mara)
    assert urlsplit(mara.page.url).path == "/you"
    await expect(mara.at("radar").locator("li")).to_have_text(["Connection", "Words"])  # two are no shape to draw
    await expect(mara.at("open-domains")).to_contain_text("nothing yet about Sensation, Power, and Exploration")
    await expect(mara.at("archetype")).to_contain_text("The guiding")
    await expect(mara.at("to-sharing")).to_have_count(int(account))
    await mara.tap("to-answers")
    await expect(mara.at("radar-table").locator("li")).to_have_count(5)
    await expect(mara.at("arousal")).to_contain_text("You have not answered these questions")
    await expect(mara.at("power")).to_contain_text("You like to lead")
    await expect(mara.at("interests")).to_contain_text("Receiving a slow massage")
    await expect(mara.at("interests").locator("li.maybe")).to_have_text("Giving a slow massageMaybe")
    await expect(mara.at("interests")).not_to_contain_text("explicit words")
    await expect(mara.at("boundaries")).to_contain_text("Anal play")
    await mara.open("/")
    await mara.sees("hello")
    await expect(mara.at("survey-card")).to_have_count(0)


GAPS = """(e) => {
    const boxes = [...e.querySelectorAll("button")].map((each) => each.getBoundingClientRect());
    return boxes.slice(1).map((box, at) => Math.max(box.left - boxes[at].right, box.top - boxes[at].bottom));
}"""


@pytest.mark.long
@pytest.mark.parametrize("width", [320, 390])
async def test_what_is_to_be_chosen_from_does_not_touch_and_fills_the_line(mara, width):
    await come_in(mara)
    await mara.page.set_viewport_size({"width": width, "height": 844})
    await mara.open("/survey")
    await mara.sees("form-full")
    choices = mara.page.locator(".big-choices")
    assert min(await choices.evaluate(GAPS)) >= 8
    first, second = [await mara.at(f"form-{form}").bounding_box() for form in ("short", "full")]
    assert (first or {})["width"] == (second or {})["width"]
    await mara.tap("form-short")
    for question in ("A13", "A14", "A15", "A16"):
        await answer(mara, question, "4")
    await is_asked(mara, "B1a")
    assert min(await choices.evaluate(GAPS)) >= 8
    tops = {(await each.bounding_box() or {})["y"] for each in await choices.locator("button").all()}
    assert len(tops) == 1


WITHOUT_LIMITS = "Without your limits you only get cards that touch none of them"


async def test_handing_in_without_a_word_about_limits_says_first_what_that_means(mara):
    await come_in(mara)
    await begin(mara)
    await answer(mara, "A13", "5")
    await mara.tap("to-review")
    await expect(mara.at("limits-open")).to_contain_text(WITHOUT_LIMITS)
    await mara.tap("answer-limits")
    await is_asked(mara, "C1")
    await mara.tap("to-review")
    await mara.tap("no-limits")
    await expect(mara.at("limits-open")).to_have_count(0)
    await expect(mara.at("submit-survey")).to_have_text("Hand in my answers")
    await hand_in(mara)
    await reads_answers(mara)
    await expect(mara.at("boundaries")).to_contain_text("You have set none.")


@pytest.mark.long
async def test_whoever_goes_on_without_limits_is_reminded_where_limits_are_shown(mara):
    await come_in(mara)
    await begin(mara)
    await answer(mara, "A13", "5")
    await mara.tap("to-review")
    await expect(mara.at("submit-survey")).to_have_text("Hand in without my limits")
    await hand_in(mara)
    await reads_answers(mara)
    await expect(mara.at("limits-not-asked")).to_contain_text(WITHOUT_LIMITS)
    await mara.tap("edit-limits")
    await expect(mara.at("not-asked")).to_contain_text(WITHOUT_LIMITS)
    await mara.tap("limits-done")
    await expect(mara.at("limits-not-asked")).to_have_count(0, timeout=PATIENCE_MS)
    await expect(mara.at("boundaries")).to_contain_text("You have set none.")


@pytest.mark.long
async def test_after_the_name_the_survey_is_offered_and_nobody_has_to(mara):
    await mara.open("/")
    await mara.at("adult").check()
    await mara.tap("play-anonymously")
    await mara.at("name").fill("Mara")
    await mara.at("anatomy_self-breasts").check()
    await mara.at("anatomy_preference-penis").check()
    await mara.tap("survey-after")
    await mara.sees("choose-form")
    await mara.tap("leave-survey")
    await mara.sees("start")
    await mara.tap("you")
    await mara.sees("no-survey")


@pytest.mark.long
async def test_another_phone_goes_on_at_the_same_question(mara, jonas):
    await come_in(mara, "two-phones@example.org")
    await begin(mara, "full")
    await answer(mara, "A1", "6")
    await answer(mara, "A2", "4")
    await is_asked(mara, "A3")
    await is_saved(mara)
    await sign_in(jonas, "two-phones@example.org")
    await expect(jonas.at("to-survey")).to_contain_text("2 %", timeout=PATIENCE_MS)
    await jonas.tap("to-survey")
    await is_asked(jonas, "A3")
    await expect(jonas.at("place")).to_have_text("Question 3 of 75")
    await jonas.tap("survey-back")
    await expect(jonas.at("answer-4")).to_be_checked()


@pytest.mark.long
async def test_answers_given_without_a_network_wait_through_a_reload_and_are_saved_later(mara, jonas):
    await come_in(mara, "lift@example.org")
    await begin(mara)
    await is_saved(mara)
    await mara.page.route(PROGRESS, lose)
    await answer(mara, "A13", "5")
    await answer(mara, "A14", "3")
    await expect(mara.at("save-state")).to_contain_text("Not saved yet", timeout=PATIENCE_MS)
    await mara.page.reload()
    await is_asked(mara, "A15")
    await mara.tap("survey-back")
    await expect(mara.at("answer-3")).to_be_checked()
    await mara.page.unroute(PROGRESS)
    await is_saved(mara)
    await expect(mara.at("save-state")).to_have_text("Everything is saved")
    await sign_in(jonas, "lift@example.org")
    await jonas.open("/survey")
    await is_asked(jonas, "A14")
    await expect(jonas.at("answer-3")).to_be_checked()


@pytest.mark.long
async def test_whoever_leaves_with_unsaved_answers_is_warned_and_nothing_stays_in_the_browser(mara):
    await come_in(mara, "leaving@example.org")
    await begin(mara)
    await is_saved(mara)
    await mara.page.route(PROGRESS, lose)
    await answer(mara, "A13", "5")
    await expect(mara.at("save-state")).to_have_attribute("data-state", "failing", timeout=PATIENCE_MS)
    assert UNSENT in await mara.page.evaluate(BROWSER_KEEPS)
    await mara.tap("leave-survey")
    await mara.tap("you")
    await mara.tap("sign-out")
    await expect(mara.at("leaving-sheet")).to_contain_text("would be lost", timeout=PATIENCE_MS)
    await mara.tap("leave-anyway")
    await mara.sees("greeting")
    assert await mara.page.evaluate(BROWSER_KEEPS) == []


@pytest.mark.long
async def test_saved_answers_are_not_kept_in_the_browser(mara):
    await come_in(mara)
    await begin(mara)
    await answer(mara, "A13", "5")
    await is_saved(mara)
    assert UNSENT not in await mara.page.evaluate(BROWSER_KEEPS)
    await mara.tap("leave-survey")
    await mara.tap("you")
    await mara.tap("sign-out")
    await mara.tap("leave-anyway")
    await mara.sees("greeting")
    assert await mara.page.evaluate(BROWSER_KEEPS) == []


@pytest.mark.long
async def test_an_answer_that_the_server_does_not_take_is_named_and_holds_up_nothing_else(mara):
    await come_in(mara)
    spoilt = {"answers": {"A13": 9, "A14": 2}, "at": "A14"}
    await mara.page.evaluate(f"localStorage.setItem('{UNSENT}', {json.dumps(json.dumps(spoilt))})")
    await mara.open("/survey")
    await is_asked(mara, "A14")
    await expect(mara.at("answer-2")).to_be_checked()
    await mara.tap("to-review")
    await mara.tap("fault-A13")
    await is_asked(mara, "A13")
    await expect(mara.at("fault")).to_contain_text("whole number from 1 to 7")
    await answer(mara, "A13", "6")
    await mara.tap("survey-back")
    await expect(mara.at("fault")).to_have_count(0)


@pytest.mark.long
async def test_a_refused_submission_leads_to_each_question(mara):
    await come_in(mara)
    await answer_ten(mara)

    async def spoil(route: Route) -> None:
        await route.continue_(post_data=json.dumps({"answers": {"A13": 9, "B1a": "perhaps"}}))

    await mara.page.route(SUBMIT, spoil)
    await mara.tap("submit-survey")
    await mara.sees("faults")
    await mara.sees("fault-A13")
    await mara.tap("fault-B1a")
    await expect(mara.at("fault")).to_contain_text("Y, M or N")
    await answer(mara, "B1a", "N")
    await mara.tap("to-review")
    await mara.tap("fault-A13")
    await answer(mara, "A13", "4")
    await mara.tap("to-review")
    await expect(mara.at("faults")).to_have_count(0)
    await mara.page.unroute(SUBMIT)
    await hand_in(mara)


@pytest.mark.long
async def test_answers_can_be_skipped_cleared_and_changed(mara):
    await come_in(mara)
    await begin(mara)
    await mara.tap("survey-next")
    await answer(mara, "A14", "3")
    await mara.tap("survey-back")
    await mara.tap("clear-answer")
    await expect(mara.at("answer-3")).not_to_be_checked()
    await mara.tap("to-review")
    await expect(mara.at("unanswered")).to_contain_text("10 questions are still open")
    await expect(mara.at("submit-survey")).to_be_disabled()
    await mara.tap("first-open")
    await is_asked(mara, "A13")
    await answer(mara, "A13", "2")
    await mara.tap("to-review")
    await mara.tap("more-questions")
    await expect(mara.at("place")).to_have_text("Question 1 of 75")


@pytest.mark.long
async def test_the_keyboard_is_enough_and_arrows_do_not_run_ahead(mara):
    await come_in(mara)
    await begin(mara)
    await expect(mara.at("question-text")).to_be_focused()
    await mara.page.keyboard.press("Tab")
    await mara.page.keyboard.press("Space")
    await mara.page.keyboard.press("ArrowDown")
    await mara.page.keyboard.press("ArrowDown")
    await expect(mara.at("answer-3")).to_be_checked()
    await is_saved(mara)
    await is_asked(mara, "A13")
    await mara.page.keyboard.press("Enter")
    await is_asked(mara, "A14")
    await expect(mara.at("question-text")).to_be_focused()
    assert await mara.page.get_by_role("group", name=re.compile("I enjoy it when my partner decides")).count() == 1


@pytest.mark.long
async def test_a_retake_asks_first_keeps_the_profile_until_the_end_and_never_drops_a_limit_silently(mara):
    await come_in(mara)
    await answer_ten(mara)
    await hand_in(mara)
    await mara.open("/limits")
    await mara.at("hardBoundaryBreath-hard").check()
    await mara.tap("limits-done")
    # It goes back by itself: two ways at once would be none.
    await expect(mara.at("limits")).to_have_count(0, timeout=PATIENCE_MS)
    await mara.open("/you")
    await mara.tap("retake-survey")
    await mara.tap("retake-anew")
    await mara.tap("form-short")
    await answer(mara, "A13", "1")
    await mara.tap("to-review")
    await mara.at("review").get_by_text("Boundaries & Safety").click()
    await mara.tap("jump-C1")
    await expect(mara.at("answer-hardBoundaryBreath")).to_be_checked()
    await mara.at("answer-hardBoundaryBreath").uncheck()
    await mara.at("answer-hardBoundaryAnal").check()
    await reads_answers(mara)
    await expect(mara.at("power")).to_contain_text("You like to lead")
    await mara.tap("back")
    await mara.tap("retake-survey")
    await is_asked(mara, "C1")
    await mara.tap("to-review")
    await expect(mara.at("keep-limits")).to_be_checked()
    await hand_in(mara)
    await reads_answers(mara)
    await expect(mara.at("power")).to_contain_text("Neither leading nor following stands out")
    for words in ("Anal play", "Anything at the throat"):
        await expect(mara.at("boundaries")).to_contain_text(words)


@pytest.mark.long
async def test_changing_a_few_answers_keeps_the_others(mara):
    await come_in(mara)
    await answer_ten(mara)
    await hand_in(mara)
    await mara.tap("retake-survey")
    await mara.tap("retake-change")
    await expect(mara.at("unanswered")).to_contain_text("65 questions are still open")
    await mara.at("review").get_by_text("Physical Touch").click()
    await mara.tap("jump-B1b")
    await answer(mara, "B1b", "N")
    await mara.tap("to-review")
    await hand_in(mara)
    await reads_answers(mara)
    await expect(mara.at("interests")).to_contain_text("Receiving a slow massage")
    await expect(mara.at("interests")).not_to_contain_text("Giving a slow massage")


@pytest.mark.long
async def test_limits_and_single_things_are_changed_on_their_own_screen(mara):
    await come_in(mara)
    await answer_ten(mara)
    await hand_in(mara)
    await reads_answers(mara)
    await mara.tap("edit-limits")
    await mara.at("hardBoundaryImpact-hard").check()
    await mara.at("hardBoundaryRestrain-soft").check()
    single = mara.at("single-things")
    await single.locator("summary").click()
    await expect(mara.at("maybe_items-dirty_talk")).to_have_count(0)  # a No
    await expect(mara.at("maybe_items-massage_give")).to_have_count(0)  # a Maybe already
    async with mara.page.expect_response("**/api/profile/boundaries") as kept:
        await mara.at("maybe_items-massage_receive").check()
    assert (await kept.value).status == 200
    await expect(single).to_have_attribute("open", "")
    await mara.page.reload()  # nothing has to be sent: what was touched is kept
    await expect(mara.at("hardBoundaryImpact-hard")).to_be_checked(timeout=PATIENCE_MS)
    await expect(mara.at("single-things")).to_contain_text("(1)")
    await mara.tap("limits-done")
    boundaries = mara.at("boundaries")
    await expect(boundaries).to_contain_text("Spanking, slapping, biting", timeout=PATIENCE_MS)
    await expect(boundaries).to_contain_text("Being tied or blindfolded")
    await expect(boundaries).to_contain_text("Giving a slow massage · Receiving a slow massage")


@pytest.mark.long
async def test_partners_see_what_the_setting_opens_and_nothing_once_they_have_parted(mara, jonas):
    await come_in(mara, "fit-mara@example.org")
    await come_in(jonas, "fit-jonas@example.org")
    await connect(mara, jonas)
    await mara.tap("how-we-fit")
    await mara.sees("nothing-to-compare")
    path = urlsplit(mara.page.url).path
    for phone in (mara, jonas):
        await answer_ten(phone, "hardBoundaryAnal")
        await hand_in(phone)

    await mara.open(path)
    await expect(mara.at("mutual")).to_contain_text("Both of you say yes to", timeout=PATIENCE_MS)
    await expect(mara.at("mutual")).to_contain_text("Receiving a slow massage")
    await expect(mara.at("nothing-to-compare")).to_contain_text("Nobody has to")
    await expect(mara.at("partner").locator(".dots")).to_have_count(0)  # too few for any number, also one in dots
    await expect(mara.at("partner-answers")).to_have_count(0)

    await jonas.tap("to-sharing")
    await expect(jonas.at("seen-now")).to_contain_text("Mara sees:", timeout=PATIENCE_MS)
    await jonas.at("profile_sharing_setting-all_responses").check()
    await jonas.at("notice").get_by_text("Saved. It holds from now on.").wait_for()
    await expect(jonas.at("seen-now")).to_contain_text("each of your")
    await mara.page.reload()
    await expect(mara.at("partner-answers")).to_contain_text("Jonas likes to lead", timeout=PATIENCE_MS)
    await expect(mara.at("partner")).not_to_contain_text("Maybe")
    await expect(mara.at("partner")).not_to_contain_text("Anal")

    await jonas.page.reload()
    await expect(jonas.at("profile_sharing_setting-all_responses")).to_be_checked(timeout=PATIENCE_MS)
    await jonas.at("profile_sharing_setting-demographics_only").check()
    await jonas.at("notice").get_by_text("Saved. It holds from now on.").wait_for()
    await mara.page.reload()
    await mara.sees("not-shared")
    await expect(mara.at("fit")).to_have_count(0)

    await jonas.open("/partners")
    await jonas.tap("how-we-fit")
    await jonas.tap("disconnect")
    await jonas.tap("disconnect-yes-sheet-no")
    await expect(jonas.at("disconnect-yes-sheet")).to_have_count(0)
    await jonas.tap("disconnect")
    await jonas.tap("disconnect-yes")
    await jonas.sees("connect")
    await expect(jonas.at("connected")).to_have_count(0, timeout=PATIENCE_MS)
    await mara.page.reload()
    await mara.sees("not-connected")


WISHES = {**ACTIVITY_OF_QUESTION, **TOPIC_OF_QUESTION}


async def answers_all(server, email: str, yes: set[str]) -> None:
    """The whole survey of somebody with an account, sent by another phone of theirs: these are a Yes, the rest a No."""
    async with httpx.AsyncClient(base_url=server.url) as http:
        tokens = await http.post("/api/auth/login", json={"email": email, "password": "a long enough phrase"})
        http.headers["Authorization"] = f"Bearer {tokens.json()['access_token']}"
        given = {question: "Y" if key in yes else "N" for question, key in WISHES.items()}
        answered = await http.post("/api/survey/submit", json={"answers": given})
        assert answered.status_code == 200, answered.text


@pytest.mark.long
async def test_a_couple_reads_who_gives_and_kind_words_and_one_blocks_the_other(mara, jonas, server):
    await come_in(mara, "who-mara@example.org")
    await come_in(jonas, "who-jonas@example.org")
    await answers_all(
        server, "who-mara@example.org", {"massage_give", "stripping_self", "dirty_talk", "fantasies", "restraints_give"}
    )
    await answers_all(
        server,
        "who-jonas@example.org",
        {"massage_receive", "watching_strip", "dirty_talk", "fantasies", "rimming_give"},
    )
    await connect(mara, jonas)
    await mara.tap("how-we-fit")
    await expect(mara.at("interpretation")).to_contain_text("in common to begin with", timeout=PATIENCE_MS)
    await expect(mara.at("fit").get_by_role("img", name=re.compile(r", \d of 5$"))).to_have_count(3)
    assert not re.search(r"\d", await mara.at("partner").inner_text())
    mutual = mara.at("mutual")
    for words in ("Giving a slow massage", "You give.*Jonas receives", "You show.*Jonas watches", "explicit words"):
        await expect(mutual).to_contain_text(re.compile(words))
    await expect(mara.at("mutual-topics")).to_contain_text("Your fantasies")
    for alone in ("tying your partner", "Oral-anal"):
        await expect(mara.at("partner")).not_to_contain_text(alone)

    await jonas.open("/partners")
    await jonas.tap("how-we-fit")
    await expect(jonas.at("mutual")).to_contain_text("Receiving a slow massage", timeout=PATIENCE_MS)
    await expect(jonas.at("mutual")).to_contain_text(re.compile("You receive.*Mara gives"))
    await expect(jonas.at("mutual")).to_contain_text(re.compile("You watch.*Mara shows"))

    await mara.tap("blocking")
    await expect(mara.at("block-sheet")).to_contain_text("Jonas is not told")
    await mara.tap("block")
    await expect(mara.at("blocked")).to_contain_text("Blocked (1)", timeout=PATIENCE_MS)
    await expect(mara.at("connected")).to_have_count(0)
    await mara.at("blocked").locator("summary").click()
    await mara.tap("unblock")
    await expect(mara.at("blocked")).to_have_count(0, timeout=PATIENCE_MS)


@pytest.mark.long
async def test_without_motion_nothing_moves_and_nothing_is_wider_than_a_small_phone(mara):
    await mara.page.set_viewport_size({"width": 360, "height": 640})
    await mara.page.emulate_media(reduced_motion="reduce", color_scheme="dark")
    await come_in(mara)
    await begin(mara)
    await expect(mara.at("question").locator("fieldset")).to_have_css("animation-name", "none")
    for path, testid in (
        ("/", "survey-card"),
        ("/survey", "question"),
        ("/you", "profile"),
        ("/you/answers", "you-answers"),
        ("/limits", "limits"),
    ):
        await mara.open(path)
        await mara.sees(testid)
        assert await mara.page.evaluate("document.documentElement.scrollWidth") == 360, path


CUT = """() => [...document.querySelectorAll(".option, .segments label, .steps button")].filter((each) => {
    const box = each.getBoundingClientRect();
    return each.checkVisibility() && [...each.children, each].some((part) => {
        const inner = part.getBoundingClientRect();
        return inner.right > Math.min(box.right, innerWidth) + 1 || inner.left < Math.max(box.left, 0) - 1;
    });
}).map((each) => each.innerText)"""


@pytest.mark.long
async def test_answers_limits_and_the_way_on_are_whole_on_every_screen_and_with_large_text(mara):
    await come_in(mara)
    await begin(mara)
    for path, testid in (("/survey", "survey-next"), ("/limits", "limits")):
        await mara.open(path)
        await mara.sees(testid)
        for screen in SCREENS:
            for size, root in TEXT.items():
                await mara.page.set_viewport_size(screen)
                await mara.page.evaluate("size => { document.documentElement.style.fontSize = size; }", root)
                assert await mara.page.evaluate(CUT) == [], (path, screen, size)


@pytest.mark.long
async def test_nothing_of_it_can_be_read_while_the_phone_shows_its_other_apps(mara):
    await come_in(mara)
    await begin(mara)
    for path, testid in (
        ("/survey", "question"),
        ("/you", "profile"),
        ("/you/answers", "you-answers"),
        ("/limits", "limits"),
    ):
        await mara.open(path)
        await mara.sees(testid)
        await mara.page.evaluate(
            """() => {
                Object.defineProperty(document, "visibilityState", {value: "hidden", configurable: true});
                document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
        await expect(mara.at(testid)).to_have_css("filter", "blur(24px)")
