"""Looking back on a bond: what follows on, what is reached, and what is summed; over random lives, beside plain models."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from rooms.bonds.achievements import ACHIEVEMENTS, Facts, months_between, reached
from rooms.bonds.analytics import Count, Month, Week, monday, months, rate, summed, tasks, weeks
from rooms.bonds.streaks import Rest, Streak, daily, in_a_row, rests

FIRST = date(2026, 1, 1)
DAYS = 60


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


numbers = st.sets(st.integers(0, DAYS))
spans = st.lists(st.tuples(st.integers(0, DAYS), st.integers(0, 9)), max_size=4)


def rest_of(found: list[tuple[int, int]]) -> list[Rest]:
    return [Rest(day(begins), day(begins + length)) for begins, length in found]


def plain(said: set[int], rest: list[Rest], today: int) -> Streak:
    """Day by day, as one would with a calendar in one's hand."""
    run = longest = 0
    for number in range(today + 1):
        if number in said:
            run += 1
            longest = max(longest, run)
        elif number < today and not any(one.holds(day(number)) for one in rest):
            run = 0
    return Streak(run, longest)


class TestDaysInARow:
    @given(numbers, spans, st.integers(0, DAYS))
    def test_are_days_of_the_calendar_one_after_the_other(self, said, pauses, today):
        rest = rest_of(pauses)
        assert daily([day(one) for one in said], rest, day(today)) == plain(
            {one for one in said if one <= today}, rest, today
        )

    @given(numbers, spans, spans, st.integers(0, DAYS))
    def test_are_never_fewer_for_a_pause(self, said, pauses, more, today):
        days = [day(one) for one in said]
        without, paused = (daily(days, rest_of(found), day(today)) for found in (pauses, [*pauses, *more]))
        assert paused.now >= without.now
        assert paused.longest >= without.longest

    @given(numbers, spans, st.integers(0, DAYS))
    def test_are_counted_without_those_of_rest_on_which_nothing_was_said(self, said, pauses, today):
        assert daily([day(one) for one in said], rest_of(pauses), day(today)).longest <= len(said)

    def test_today_is_not_over(self):
        said = [day(one) for one in (3, 4, 5)]
        assert daily(said, (), day(6)) == Streak(3, 3)
        assert daily(said, (), day(7)) == Streak(0, 3)

    @given(st.sets(st.integers(0, 364)), st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Auckland"]))
    def test_a_change_of_clocks_neither_joins_nor_parts_days(self, said, name):
        zone = ZoneInfo(name)
        noons = [datetime.combine(day(one), time(12), zone).astimezone(UTC) for one in said]
        days = [at.astimezone(zone).date() for at in noons]
        assert daily(days, (), day(400)).longest == plain(said, [], 400).longest

    @given(st.lists(st.booleans()))
    def test_one_after_the_other_begins_anew_after_one_that_was_not(self, done):
        runs = "".join("x" if one else " " for one in done)
        found = in_a_row(done)
        assert found.longest == max(map(len, runs.split(" ")))
        assert found.now == len(runs) - len(runs.rstrip("x"))


class TestPauses:
    def test_are_whole_days_where_their_person_lives(self):
        at = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
        changes = [(at, True), (at + timedelta(hours=30), False), (at + timedelta(days=5), True)]
        assert rests(changes, ZoneInfo("Europe/Berlin")) == (
            Rest(date(2026, 3, 2), date(2026, 3, 3)), Rest(date(2026, 3, 7)),
        )  # fmt: skip
        assert rests(changes, ZoneInfo("UTC")) == (Rest(date(2026, 3, 1), date(2026, 3, 3)), Rest(date(2026, 3, 6)))

    def test_a_pause_said_twice_is_one(self):
        at = datetime(2026, 3, 1, 12, tzinfo=UTC)
        changes = [
            (at, True),
            (at + timedelta(days=2), True),
            (at + timedelta(days=4), False),
            (at + timedelta(days=9), False),
        ]
        assert rests(changes, UTC) == (Rest(date(2026, 3, 1), date(2026, 3, 5)),)


facts = st.builds(
    Facts,
    today=st.just(day(DAYS)),
    check_ins=numbers.map(lambda found: [day(one) for one in found]),
    rest=spans.map(rest_of),
    tasks_approved=st.integers(0, 120),
    on_time=st.lists(st.booleans(), max_size=30),
    rules=st.lists(st.integers(0, DAYS).map(day), max_size=3),
    contracts=st.integers(0, 3),
    scenes_with_aftercare=st.integers(0, 12),
    debriefs_shared=st.integers(0, 2),
    gratitude_shared=st.integers(0, 12),
    points_earned=st.integers(0, 1200),
    rewards_given=st.integers(0, 2),
    together_since=st.none() | st.integers(-900, DAYS).map(day),
)


class TestWhatIsReached:
    @given(facts)
    def test_is_the_same_whoever_looks_again(self, found):
        again = msgspec.json.decode(msgspec.json.encode(found), type=Facts)
        assert reached(found) == reached(again)

    @given(facts, st.integers(1, 400))
    def test_is_not_lost_by_time_alone(self, found, days):
        later = msgspec.structs.replace(found, today=found.today + timedelta(days=days))
        assert reached(found) <= reached(later)

    @given(facts, spans)
    def test_is_not_lost_by_a_pause(self, found, pauses):
        paused = msgspec.structs.replace(found, rest=[*found.rest, *rest_of(pauses)])
        assert reached(found) <= reached(paused)

    @given(facts)
    def test_nothing_asks_for_more_than_it_says(self, found):
        has = reached(found)
        assert ("check_in_week" in has) == (daily(found.check_ins, found.rest, found.today).longest >= 7)
        assert ("points_hundred" in has) == (found.points_earned >= 100)
        assert ("on_time_five" in has) == (in_a_row(found.on_time).longest >= 5)

    def test_of_somebody_who_has_just_come_is_nothing(self):
        assert reached(Facts(today=FIRST, together_since=FIRST)) == frozenset()

    def test_a_month_from_the_31st_is_over_on_the_last_day_of_a_shorter_one(self):
        assert months_between(date(2026, 1, 31), date(2026, 2, 27)) == 0
        assert months_between(date(2026, 1, 31), date(2026, 2, 28)) == 1
        assert months_between(date(2024, 2, 29), date(2025, 2, 28)) == 12
        assert months_between(date(2026, 5, 15), date(2027, 5, 14)) == 11

    def test_there_is_each_once_and_not_too_much_of_it(self):
        assert len({one.code for one in ACHIEVEMENTS}) == len(ACHIEVEMENTS) == 25


counts = st.lists(
    st.builds(
        Count,
        what=st.sampled_from(
            ["done", "open", "dated", "in_time", "green", "yellow", "red", "given", "spent", "message"]
        ),
        user_id=st.sampled_from(["ana", "ben", None]),
        day=st.integers(0, DAYS).map(day),
        n=st.integers(1, 9),
    ),
    max_size=40,
)


class TestWeeksAndMonths:
    @given(counts)
    def test_together_they_are_all_there_is(self, found):
        total = summed(found)
        for spans_ in (weeks(found, day(0), day(DAYS)), months(found, day(0), day(DAYS))):
            assert sum(one.tasks.done for one in spans_) == total["done"]
            assert sum(one.moods.yellow for one in spans_) == total["yellow"]
            assert sum(one.points_given for one in spans_) == total["given"]
            assert sum(one.messages for one in spans_) == total["message"]

    @given(st.integers(0, 400), st.integers(0, 400))
    def test_they_follow_each_other_without_a_gap(self, begins, length):
        first, last = day(begins), day(begins + length)
        for found in (weeks([], first, last), months([], first, last)):
            assert found[0].begins <= first <= found[0].ends
            assert found[-1].begins <= last <= found[-1].ends
            for one, following in pairwise(found):
                assert one.ends + timedelta(days=1) == following.begins
        assert all(one.begins.weekday() == 0 and monday(one.ends) == one.begins for one in weeks([], first, last))

    def test_a_week_is_numbers_and_days_and_no_words(self):
        [week] = weeks([Count("done", "ana", date(2026, 11, 30), 2), Count("dated", "ana", date(2026, 11, 30), 2),
                        Count("in_time", "ana", date(2026, 11, 30), 1)], date(2026, 11, 30), date(2026, 11, 30))  # fmt: skip
        assert isinstance(week, Week)
        assert not isinstance(week, Month)
        assert msgspec.to_builtins(week) == {
            "begins": "2026-11-30", "ends": "2026-12-06",
            "tasks": {"done": 2, "still_open": 0, "completion_rate": 100, "with_date": 2, "on_time": 1, "on_time_rate": 50},
            "moods": {"green": 0, "yellow": 0, "red": 0}, "points_given": 0, "points_spent": 0, "journal": 0, "messages": 0,
        }  # fmt: skip

    def test_of_nothing_there_is_no_rate(self):
        assert tasks(Counter()).completion_rate is None
        assert (rate(0, 3), rate(1, 3), rate(1, 8), rate(3, 3)) == (0, 33, 13, 100)
