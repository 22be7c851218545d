"""A week in a bond on two phones, from the code that brings two together to the day when nothing of them is left.

Days go by on the server's clock and on the phones'. Each step's pictures are kept in build/bond-week, for whoever wants to see
how it looks.
"""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import icalendar
import pytest
from playwright.async_api import FilePayload, expect

from game_server.process import logs
from game_server.settings import Settings
from game_server.timetable import timetable
from rooms.activities import lexicon
from tests.game_server.test_erasure import found, in_redis, in_tables
from tests.support.house import House
from tests.support.pictures import picture
from tests.support.served_house import open_served_house
from tests.web.handset import PATIENCE_MS, Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

PICTURES = Path(__file__).parents[2] / "build" / "bond-week"

LATER_BY = """(() => {
    const { Date: Real } = globalThis;
    globalThis.aheadMs ??= 0;
    globalThis.Date = class extends Real {
        constructor(...given) { super(...(given.length === 0 ? [Real.now() + globalThis.aheadMs] : given)); }
        static now() { return Real.now() + globalThis.aheadMs; }
    };
})()"""
"""A phone whose clock the test moves, beside the server's."""

DRAWN = """() => document.querySelector('[data-testid="picture"] img').naturalWidth"""
TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth"

SAID = (
    "Breakfast in bed", "With real coffee", "Here it is, still warm", "Now with a flower, please", "The flower came along",
    "An evening that you choose", "A message before we sleep", "We ask each other how the week was", "A blindfold",
    "A long day with much noise", "Curious, and glad to be led", "It was a good week", "Are you on the train?", "Nearly home",
    "Sunday walk",
)  # fmt: skip
"""All that is typed in this week, which is nobody else's to read."""
TEN_MINUTES_S = 600
JOBS = (
    "make_due_tasks",
    "remind_of_tasks",
    "remind_of_dates",
    "settle_join_requests",
    "expire_contracts",
    "forget_receipts",
)
AT_THE_END = ("forget_erased", "delete_dissolved_bonds", "forget_of_bonds", "empty_places_of_files", "forget_receipts")


class Week:
    """Two phones, the house that answers them, and the days that go by."""

    def __init__(self, house: House, mara: Handset, jonas: Handset) -> None:
        self.house, self.mara, self.jonas = house, mara, jonas
        self.path, self.feed = "", ""
        self.ids: list[str] = []
        self._taken = 0

    @property
    def phones(self) -> tuple[Handset, Handset]:
        return self.mara, self.jonas

    async def look(self, step: str, *phones: Handset) -> None:
        """A picture of each phone, all of its page; nothing is wider than its screen."""
        self._taken += 1
        for phone in phones or self.phones:
            await phone.page.evaluate("document.fonts.ready")
            await phone.page.screenshot(
                path=PICTURES / f"{self._taken:02}-{step}-{phone.name.lower()}.png", full_page=True
            )
            assert not await phone.page.evaluate(TOO_WIDE), (step, phone.name)

    async def run(self, *names: str) -> None:
        for job in timetable():
            if job.name in names:
                await job.act(self.house.services)

    async def a_day_later(self) -> None:
        self.house.clock.ahead += timedelta(days=1)
        moved = f"globalThis.aheadMs = {self.house.clock.ahead / timedelta(milliseconds=1)}"
        for phone in self.phones:
            await phone.context.add_init_script(moved)
            await phone.page.evaluate(moved)
            await phone.open(self.path)
            await phone.sees("bond-home")
        await self.run(*JOBS)

    def day(self, days: int) -> date:
        return (self.house.clock.now() + timedelta(days=days)).date()


@pytest.fixture
def written(tmp_path) -> Iterator[Path]:
    """Everything that is logged meanwhile, as it is written at the most talkative level."""
    file, root = tmp_path / "log", logging.getLogger()
    handlers, level = [*root.handlers], root.level
    logs.configure(Settings(log_level="debug", log_format="json"))
    with file.open("a") as out:
        for handler in root.handlers:
            handler.setStream(out)  # type: ignore[attr-defined]
        yield file
        root.handlers[:] = handlers
        root.setLevel(level)


@pytest.fixture
async def week(database_url, redis_url, browser, tmp_path_factory, written) -> AsyncIterator[Week]:
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    lasts = {"access_token_s": 10**7, "refresh_token_s": 10**7}
    free = {f"limit_{name}": "100000/60" for name in ("login", "register", "claims", "tickets", "other")}
    folder = tmp_path_factory.mktemp("house")
    await asyncio.to_thread(lexicon.compile_all)  # as a server does a while after its start
    async with open_served_house(database_url, redis_url, folder, **lasts, **free) as house:
        origin = house.services.settings.base_url
        async with (
            await Handset.unpack(browser, origin, "Mara") as mara,
            await Handset.unpack(browser, origin, "Jonas") as jonas,
        ):
            for phone in (mara, jonas):
                await phone.context.add_init_script(LATER_BY)
            yield Week(house, mara, jonas)
            for phone in (mara, jonas):
                phone.tell()
                assert phone.misbehaved() == []


async def says(phone: Handset, testid: str, words: str) -> None:
    await expect(phone.at(testid).filter(has_text=words).first).to_be_visible(timeout=PATIENCE_MS)


async def back(week: Week, *phones: Handset) -> None:
    """To the bond's own page, by what stands at the top."""
    for phone in phones or week.phones:
        while await phone.at("bond-home").count() == 0:
            await phone.tap("back")
            await phone.page.wait_for_load_state()


async def they_come_together(week: Week) -> None:
    """A code is made on one phone and typed on the other; everybody's yes is waited for."""
    mara, jonas = week.phones
    for phone in week.phones:
        await phone.register(f"{phone.name.lower()}@week.example.org")
        await phone.sees("hello")
    await week.look("home")
    await mara.tap("to-bonds")
    await mara.sees("no-bonds")
    await week.look("no-bonds", mara)
    await mara.tap("new-bond")
    await mara.at("begin-bond").get_by_test_id("name").fill("The two of us")
    await mara.at("role_in_bond-dominant").check()
    await week.look("begin", mara)
    await mara.tap("begin")
    await mara.sees("bond-home")
    week.path = urlsplit(mara.page.url).path
    await week.look("alone", mara)
    await mara.tap("make-invite")
    await mara.sees("invite-code")
    await week.look("code", mara)
    code = (await mara.at("invite-code").inner_text()).lower()

    await jonas.tap("to-bonds")
    await jonas.tap("have-code")
    await jonas.at("invite_code").fill(code)
    await jonas.at("role_in_bond-submissive").check()
    await week.look("type-the-code", jonas)
    await jonas.tap("join-this-bond")
    await jonas.sees("withdraw-request")
    await mara.sees("waiting-people")
    await week.look("asked")
    await mara.tap("waiting-people")
    await mara.sees("join-request")
    await week.look("request", mara)
    await mara.tap("approve-request")
    await mara.sees("member")
    await jonas.sees("bond")  # the page has seen by itself that they were let in
    await week.look("let-in")
    await jonas.tap("bond")
    await jonas.sees("how-they-are")
    await back(week, mara)
    await says(mara, "how-they-are-line", "Submissive")
    await week.look("together")


async def one_says_who_they_are(week: Week) -> None:
    """In one's own words, for the members of one's bonds."""
    mara, jonas = week.phones
    await jonas.tap("to-people")
    await jonas.tap("myself")
    await jonas.at("kink_identity").fill("Curious, and glad to be led")
    await week.look("myself", jonas)
    await jonas.tap("save-part")
    await mara.tap("how-they-are-line")
    await says(mara, "about-member", "Curious, and glad to be led")
    await week.look("the-other", mara)
    await mara.tap("back")
    await back(week)


async def a_task_is_given(week: Week) -> None:
    mara, _ = week.phones
    await mara.tap("to-tasks")
    await mara.sees("nothing-yet")
    await week.look("no-tasks", mara)
    await mara.tap("make")
    await mara.at("title").fill("Breakfast in bed")
    await mara.at("description").fill("With real coffee")
    await mara.at("due_date").fill(f"{week.day(1)}T20:00")
    await mara.at("more-fields").locator("summary").click()
    await mara.at("point_value").fill("10")
    await mara.at("proof_required").check()
    await mara.at("proof_type-photo").check()
    await week.look("give-a-task", mara)
    await mara.tap("send")
    await says(mara, "state", "open")
    await week.look("task-given", mara)


async def it_is_done_once_more(week: Week) -> None:
    """Begun, shown by a photo, asked for once more, thanked for: each step appears on the other phone by itself."""
    mara, jonas = week.phones
    await says(jonas, "waiting-task", "Breakfast in bed")
    await week.look("task-waits", jonas)
    await jonas.tap("waiting-task")
    await jonas.tap("do-start")
    await says(mara, "state", "under way")
    await week.look("task-begun")
    await jonas.tap("do-submit")
    await jonas.at("text").fill("Here it is, still warm")
    photo: FilePayload = {"name": "tray.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(640, 480))}
    await jonas.at("file").set_input_files(photo)
    await week.look("hand-in", jonas)
    await jonas.tap("send")
    await says(jonas, "state", "handed in")
    await expect(mara.at("picture").locator("img")).to_be_visible(timeout=PATIENCE_MS)
    assert await mara.page.evaluate(DRAWN) > 0
    await week.look("handed-in")
    await back(week, jonas)
    await mara.tap("do-revise")
    await mara.at("reason").fill("Now with a flower, please")
    await week.look("once-more", mara)
    await mara.tap("send")
    await says(jonas, "waiting-task", "Breakfast in bed")
    await week.look("waits-again")
    await jonas.tap("waiting-task")
    await says(jonas, "revise-reason", "Now with a flower, please")
    await week.look("revised", jonas)
    await jonas.tap("do-submit")
    await jonas.at("text").fill("The flower came along")
    await jonas.at("file").set_input_files(photo)
    await jonas.tap("send")
    await says(jonas, "state", "handed in")
    await back(week, mara)
    await says(mara, "waiting-tasks", "Breakfast in bed")
    await week.look("to-approve", mara)
    await mara.tap("waiting-tasks")
    await mara.tap("do-approve")
    await says(jonas, "state", "done, with thanks")
    await week.look("thanked")
    await jonas.open(f"{week.path}/points")
    await says(jonas, "balance-mine", "10 points")
    await week.look("points", jonas)


async def a_reward_is_wished_for(week: Week) -> None:
    mara, jonas = week.phones
    await mara.tap("to-rewards")
    await mara.tap("make")
    await mara.at("title").fill("An evening that you choose")
    await mara.at("point_cost").fill("8")
    await week.look("give-a-reward", mara)
    await mara.tap("send")
    await mara.sees("state")
    await jonas.tap("to-rewards")
    await jonas.at("rows-there").get_by_test_id("row").click()
    await week.look("reward", jonas)
    await back(week, mara)
    await jonas.tap("do-redeem")
    await says(jonas, "state", "wished for")
    await says(mara, "waiting-rewards", "An evening that you choose")
    await week.look("wished-for")
    await mara.tap("waiting-rewards")
    await mara.tap("do-fulfil")
    await says(jonas, "state", "enjoyed")
    await week.look("enjoyed")


async def a_rule_holds(week: Week) -> None:
    mara, jonas = week.phones
    await back(week)
    await mara.tap("to-rules")
    await mara.tap("make")
    await mara.at("title").fill("A message before we sleep")
    await week.look("propose-a-rule", mara)
    await mara.tap("send")
    await mara.sees("in-force")
    await says(jonas, "waiting-rules", "A message before we sleep")
    await week.look("rule-waits")
    await jonas.tap("waiting-rules")
    await jonas.tap("do-acknowledge")
    await says(mara, "in-force", "In force for Jonas")
    await week.look("rule-holds")


async def a_contract_is_signed_and_ended(week: Week) -> None:
    """On both phones signed, by one ended."""
    mara, jonas = week.phones
    await mara.tap("to-contracts")
    await mara.tap("new-contract")
    await mara.at("title").fill("Our Sundays")
    await mara.at("content").fill("We ask each other how the week was.\n\nA No needs no reason.")
    await week.look("write-a-contract", mara)
    await mara.tap("keep-contract")
    await mara.sees("contract-text")
    await week.look("draft", mara)
    await mara.tap("ask-signatures")
    await week.look("ask-to-sign", mara)
    await mara.tap("request-signatures")
    await says(jonas, "waiting-contracts", "Our Sundays")
    await week.look("contract-waits")
    await jonas.tap("waiting-contracts")
    for phone in week.phones:
        await phone.tap("sign")
        await phone.sees("signing")
        await week.look("signing", phone)
        await phone.tap("sign-yes")
        await expect(phone.at("sign")).to_have_count(0, timeout=PATIENCE_MS)
    for phone in week.phones:
        await expect(phone.at("contract-page")).to_have_attribute("data-status", "active", timeout=PATIENCE_MS)
    await week.look("in-force")
    await jonas.tap("end-contract")
    for phone in week.phones:
        await expect(phone.at("contract-page")).to_have_attribute("data-status", "withdrawn", timeout=PATIENCE_MS)
    await week.look("ended")


async def each_says_it_blind(week: Week) -> None:
    """A yes alone shows nowhere, and both together to both; Never is shown to nobody."""
    mara, jonas = week.phones
    await mara.tap("to-boundaries")
    await mara.tap("add-boundary")
    await mara.at("activity_name").fill("A blindfold")
    await week.look("add-a-line", mara)
    await mara.tap("save-boundary")
    await mara.tap("rate-yes")
    await expect(mara.at("rate-yes")).to_have_attribute("aria-pressed", "true", timeout=PATIENCE_MS)
    await jonas.tap("to-boundaries")
    await jonas.sees("boundary")
    assert await jonas.at("mutual").count() + await jonas.at("seen-rating").count() == 0
    await week.look("one-yes")
    await jonas.tap("rate-yes")
    for phone in week.phones:
        await says(phone, "mutual", "A blindfold")
    await week.look("both-yes")
    await jonas.tap("rate-hard_no")
    await week.look("never", jonas)
    await jonas.tap("never-alone")
    await says(jonas, "own-limits", "A blindfold")
    await expect(mara.at("mutual")).to_have_count(0, timeout=PATIENCE_MS)
    await week.look("a-limit")


async def red_pauses(week: Week) -> None:
    """Red, what the other sees of it, and the way back; then the whole bond rests."""
    mara, jonas = week.phones
    await jonas.tap("to-check-in")
    await jonas.at("status-red").check()
    await jonas.sees("red-words")
    await jonas.at("notes").fill("A long day with much noise")
    await week.look("red", jonas)
    await jonas.tap("say-check-in")
    await says(jonas, "standing", "You are pausing")
    assert await below_the_pause(jonas, "notice"), "a pause can be pressed whatever is being said"
    await says(mara, "how-they-are-line", "pausing")
    await week.look("red-said")
    await jonas.tap("bond-pause")
    await week.look("pause-sheet", jonas)
    await jonas.tap("state-active")
    await expect(jonas.at("standing")).to_have_count(0, timeout=PATIENCE_MS)
    await expect(mara.at("how-they-are-line")).not_to_contain_text("pausing", timeout=PATIENCE_MS)
    await jonas.tap("bond-pause")
    await jonas.tap("bond-halt")
    for phone in week.phones:
        await says(phone, "standing", "This bond is paused")
    await week.look("bond-paused")
    await jonas.tap("bond-pause")
    await jonas.tap("bond-resume")
    for phone in week.phones:
        await expect(phone.at("standing")).to_have_count(0, timeout=PATIENCE_MS)
    await says_yellow(mara)
    assert await mara.at("prompt").count() == 0


async def says_yellow(phone: Handset) -> None:
    await phone.tap("to-check-in")
    await phone.at("status-yellow").check()
    await phone.tap("say-check-in")
    await says(phone, "check-ins", f"{phone.name}: Yellow")


async def below_the_pause(phone: Handset, testid: str) -> bool:
    said, pause = await phone.at(testid).bounding_box(), await phone.at("bond-pause").bounding_box()
    assert said
    assert pause
    return said["y"] >= pause["y"] + pause["height"]


async def they_talk(week: Week) -> None:
    """A message is on the other phone at once, also as a number where it is not open."""
    mara, jonas = week.phones
    await says_yellow(mara)
    await says(mara, "prompt", "second yellow day")
    await week.look("second-yellow", mara)
    await mara.tap("back")
    await mara.tap("to-messages")
    await mara.at("message-text").fill("Are you on the train?")
    await mara.tap("send")
    await jonas.sees("unread")
    await week.look("message-waits")
    await jonas.tap("unread")
    await says(jonas, "message", "Are you on the train?")
    await jonas.at("message-text").fill("Nearly home")
    await jonas.tap("send")
    await says(mara, "message", "Nearly home")
    await expect(mara.at("typing")).not_to_contain_text("writing")  # they have sent it
    await week.look("messages")


async def their_calendar_is_read_elsewhere(week: Week) -> None:
    """A date of theirs, and the feed as another program fetches and reads it."""
    mara, jonas = week.phones
    await back(week)
    await mara.tap("to-calendar")
    await mara.tap("new-event")
    await mara.at("title").fill("Sunday walk")
    await mara.at("start").fill(f"{week.day(1)}T15:00")
    await mara.at("ends").fill(f"{week.day(1)}T17:00")
    await mara.at("repeats-weekly").check()
    await mara.at("reminder-30").check()
    await week.look("new-date", mara)
    await mara.tap("keep-event")
    await says(mara, "event", "Sunday walk")
    await jonas.tap("to-calendar")
    await jonas.sees("month")
    await week.look("month")
    await jonas.tap("other-calendars")
    await jonas.tap("feed")
    await week.look("feed", jonas)
    await jonas.tap("make-feed")
    address = await jonas.shown("feed-url", "value")
    await week.look("feed-made", jonas)
    await jonas.tap("feed-no")
    async with httpx.AsyncClient() as program:
        answer = await program.get(address)
        assert answer.status_code == 200
        assert "Sunday walk" not in answer.text
        read = icalendar.Calendar.from_ical(answer.text)
        [event] = [each for each in read.walk("VEVENT") if each.get("RRULE")]
        begins = event["DTSTART"].dt
        assert isinstance(begins, datetime)
        assert (begins.date(), begins.hour, event["RRULE"]["FREQ"]) == (week.day(1), 15, ["WEEKLY"])
        await mara.tap("event")
        await mara.sees("leave-out-day")
        await week.look("a-date", mara)
        await mara.tap("leave-out-day")
        await says(mara, "day-dates", "Nothing on this day")
        read = icalendar.Calendar.from_ical((await program.get(address)).text)
        [event] = [each for each in read.walk("VEVENT") if each.get("RRULE")]
        assert event["EXDATE"].dts[0].dt == begins
    week.feed = address


async def one_leaves(week: Week) -> None:
    """Two taps; nothing of it opens any more, here or in another program."""
    mara, jonas = week.phones
    await back(week)
    await jonas.tap("to-leave")
    await week.look("leave", jonas)
    await jonas.tap("leave-bond")
    await week.look("leave-sure", jonas)
    await jonas.tap("leave-yes")
    await jonas.sees("no-bonds")
    await mara.sees("make-invite")
    await week.look("left")
    async with httpx.AsyncClient() as program:
        assert (await program.get(week.feed)).status_code == 404
    await jonas.open(f"{week.path}/messages")
    await jonas.sees("try-again")
    await week.look("no-more", jonas)


async def a_page_of_ones_own(week: Week) -> None:
    """Without a bond: the journal is its person's alone."""
    jonas = week.jonas
    await jonas.open("/you")
    await jonas.tap("to-own-journal")
    await jonas.sees("make")
    await week.look("own-journal", jonas)
    await jonas.tap("make")
    await jonas.at("content").fill("It was a good week")
    await week.look("own-page", jonas)
    await jonas.tap("send")
    await jonas.sees("is-private")
    await week.look("own-page-kept", jonas)
    await jonas.tap("back")
    await says(jonas, "row", "It was a good week")


async def both_are_forgotten(week: Week) -> None:
    """Each by themselves, on their own phone."""
    for phone in week.phones:
        await phone.open("/you")
        await phone.tap("erase")
        await week.look("erase", phone)
        await phone.at("erase-sure").check()
        await phone.tap("erase-me")
        await phone.sees("greeting")
        await week.look("erased", phone)


async def nothing_is_left(week: Week, log: str) -> None:
    """Not a word, a name, an address or an id of theirs, in any table, key or file, nor in the log of the whole week."""
    await week.run(*AT_THE_END)
    people = ["Mara", "Jonas", "week.example.org", "The two of us"]
    ours = {"preset_config: Jonas"}  # a preset has his name
    assert await found(week.house, [*SAID, *people]) - ours == set()
    assert await in_tables(week.house, week.ids) == set()
    for where in {each.partition(":")[0] for each in await in_redis(week.house, week.ids)}:
        assert where == "b'presence", "an id alone, and not for long"
    async for key in week.house.services.redis.scan_iter(match="presence:*"):
        assert 0 < await week.house.services.redis.ttl(key) <= TEN_MINUTES_S
    assert "/api/bonds/{bond_id}/messages" in log
    assert [mark for mark in (*SAID, *people, urlsplit(week.feed).path) if mark in log] == []


async def what_was_said_is_sealed(week: Week) -> None:
    """A backup of a week's evening has none of it to read."""
    week.ids = [str(row["id"]) for row in await week.house.database.fetch("SELECT id FROM users")]
    assert len(week.ids) == 2
    assert await found(week.house, [*SAID]) == set()


async def test_a_week_in_a_bond_on_two_phones(week, written):
    await they_come_together(week)
    await one_says_who_they_are(week)
    await a_task_is_given(week)
    await it_is_done_once_more(week)
    await week.a_day_later()
    await a_reward_is_wished_for(week)
    await a_rule_holds(week)
    await week.a_day_later()
    await a_contract_is_signed_and_ended(week)
    await week.a_day_later()
    await each_says_it_blind(week)
    await week.a_day_later()
    await red_pauses(week)
    await week.a_day_later()
    await they_talk(week)
    await their_calendar_is_read_elsewhere(week)
    await what_was_said_is_sealed(week)
    await week.a_day_later()
    await one_leaves(week)
    await a_page_of_ones_own(week)
    await both_are_forgotten(week)
    await nothing_is_left(week, written.read_text())
