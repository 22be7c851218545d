"""When dates are: rules of repetition beside another program's reading of them, and clocks beside a slow plain model."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import msgspec
import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from rooms.bonds import occurrences, rrule
from rooms.bonds.occurrences import Dates
from rooms.bonds.rrule import Rule, Unreadable

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "UTC",
    "Africa/Casablanca",
]

week_days = st.sampled_from(rrule.WEEKDAYS)


@st.composite
def rules(draw) -> Rule:
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = {"interval": draw(st.integers(1, 5))}
    some = lambda values, most=3: tuple(sorted(draw(st.sets(values, max_size=most))))  # noqa: E731
    parts["months"] = some(st.integers(1, 12))
    if frequency != "WEEKLY":
        parts["month_days"] = some(st.integers(-31, 31).filter(bool))
    which = st.integers(-5, 5) if frequency in ("MONTHLY", "YEARLY") and not parts.get("month_days") else st.just(0)
    parts["week_days"] = some(st.tuples(which, st.integers(0, 6)))
    if frequency in ("MONTHLY", "YEARLY") and any(parts[name] for name in ("months", "month_days", "week_days")):
        parts["positions"] = some(st.integers(-4, 4).filter(bool), 2)
    parts["week_start"] = draw(st.integers(0, 6))
    return Rule(frequency=frequency, **parts)


@given(rule=rules(), start=st.dates(date(2020, 1, 1), date(2030, 12, 31)), count=st.integers(1, 30) | st.none())
def test_a_rule_falls_on_the_days_on_which_another_reading_of_it_falls(rule, start, count):
    end = start + timedelta(days=1500)
    fitting = list(islice(rrule.days(rule, start, start, end), 1, 2))
    if fitting:  # a day that the rule names itself: the first of all counts with us in any case
        [begin] = fitting
        rule = msgspec.structs.replace(rule, count=count)
        ours = list(rrule.days(rule, begin, begin, end))
        # So many and no more: it would look for the next one until the year 9999.
        theirs = islice(rrulestr(str(rule), dtstart=datetime.combine(begin, time())), len(ours))
        assert ours == [one.date() for one in theirs]
    assert rrule.read(str(rule)) == rule


@given(
    rule=rules(),
    start=st.dates(date(2015, 1, 1), date(2030, 12, 31)),
    ahead=st.integers(0, 3000),
    long=st.integers(0, 400),
)
def test_a_part_of_the_days_is_what_it_is_of_all(rule, start, ahead, long):
    first = start + timedelta(days=ahead)
    last = first + timedelta(days=long)
    whole = [day for day in rrule.days(rule, start, start, last) if day >= first]
    assert list(rrule.days(rule, start, first, last)) == whole


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=HOURLY", "FREQ=DAILY;BYSECOND=1,2,3", "FREQ=DAILY;BYHOUR=1",
        "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=1000000", "FREQ=DAILY;COUNT=3;UNTIL=20300101",
        "FREQ=WEEKLY;BYDAY=2MO", "FREQ=WEEKLY;BYDAY=XX",
        "",
        ";", "FREQ", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;UNTIL=20301341", "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=DAILY;" * 100,
        "FREQ=MONTHLY;BYDAY=0MO", "FREQ=DAILY;INTERVAL=\u0661", "FREQ=YEARLY;BYSETPOS=1", "FREQ=DAILY;X-A=1",
    ],
)  # fmt: skip
def test_what_is_no_rule_or_too_much_of_one_is_refused(text):
    with pytest.raises(Unreadable):
        rrule.read(text)


@given(
    text=st.text(max_size=80)
    | st.lists(st.sampled_from(["FREQ=", "DAILY", ";", "BYDAY=", "MO", "1", "-", ",", "UNTIL="])).map("".join)
)
def test_whatever_is_read_is_a_rule_or_refused(text):
    try:
        rule = rrule.read(text)
    except Unreadable:
        return
    assert rrule.read(str(rule)) == rule


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2;COUNT=5",
    ],
)  # fmt: skip
def test_what_never_comes_is_its_first_day_alone(text):
    rule = rrule.read(text)
    assert list(rrule.days(rule, date(2026, 1, 1), date(2026, 1, 1), date(2200, 1, 1))) == [date(2026, 1, 1)]


def _offsets(zone: ZoneInfo, local: datetime) -> set[timedelta]:
    """Every offset that makes this local time a real one: no zone changes its clocks twice in a day."""
    near = [local.replace(tzinfo=UTC) + timedelta(hours=hours) for hours in (-26, -2, 0, 2, 26)]
    offsets = {one.astimezone(zone).utcoffset() for one in near}
    return {one for one in offsets if (local - one).replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) == local}


@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    start=st.datetimes(datetime(2019, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 - what a zone's clocks show
    every=st.integers(1, 9),
    minutes=st.integers(0, 60 * 50) | st.none(),
    seen=st.tuples(st.integers(0, 900), st.integers(1, 90)),
)
def test_a_time_of_day_stays_what_it_is_over_every_change_of_clocks(zone, start, every, minutes, seen):
    ahead, span = seen
    start = start.replace(second=0, microsecond=0)
    if not _offsets(zone, start):
        return  # it begins at a time that there is
    starts = (start - max(_offsets(zone, start))).replace(tzinfo=UTC)
    ends = None if minutes is None else starts + timedelta(minutes=minutes)
    dates = Dates(starts=starts, ends=ends, zone=zone, all_day=False, rule=rrule.read(f"FREQ=DAILY;INTERVAL={every}"))
    begins = starts + timedelta(days=ahead)
    over = begins + timedelta(days=span)
    model = []
    for number in range(max(ahead - 5, 0) // every, (ahead + span) // every + 2):  # those before end before
        local = start + timedelta(days=number * every)
        real = _offsets(zone, local)
        if real:
            moment = (local - max(real)).replace(tzinfo=UTC)  # the first of two has the greater offset
        else:  # left out: as if the clocks had not changed yet
            before = min(
                (local.replace(tzinfo=UTC) - timedelta(days=1, hours=h)).astimezone(zone).utcoffset() for h in (0, 1)
            )
            moment = (local - before).replace(tzinfo=UTC)
        end = moment + timedelta(minutes=minutes or 0)
        if moment < over and (end > begins or moment >= begins):
            model.append(moment)
    assert [one.starts for one in occurrences.between(dates, begins, over)] == model


class TestClocks:
    def dates(self, start: datetime, rule: str, **more) -> Dates:
        values = {
            "starts": start.astimezone(UTC),
            "ends": None,
            "zone": BERLIN,
            "all_day": False,
            "rule": rrule.read(rule),
        }
        made = Dates(**(values | more))
        return msgspec.structs.replace(made, last=occurrences.last_of(made))

    def local(self, dates: Dates, begins: datetime, ends: datetime) -> list[str]:
        return [f"{one.starts.astimezone(BERLIN):%d %H:%M}" for one in occurrences.between(dates, begins, ends)]

    def test_a_missing_hour_is_the_next_and_a_double_one_the_first(self):
        night = self.dates(datetime(2027, 3, 26, 2, 30, tzinfo=BERLIN), "FREQ=DAILY")
        assert self.local(night, datetime(2027, 3, 26, tzinfo=BERLIN), datetime(2027, 3, 31, tzinfo=BERLIN)) == [
            "26 02:30", "27 02:30", "28 03:30", "29 02:30", "30 02:30"
        ]  # fmt: skip
        [twice] = occurrences.between(
            night, datetime(2027, 10, 31, tzinfo=BERLIN), datetime(2027, 11, 1, tzinfo=BERLIN)
        )
        assert twice.starts == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)

    def test_all_day_is_days_however_long_they_are(self):
        start = datetime(2027, 3, 27, tzinfo=BERLIN)
        dates = self.dates(
            start, "FREQ=WEEKLY", all_day=True, ends=datetime(2027, 3, 29, tzinfo=BERLIN).astimezone(UTC)
        )
        first, second = occurrences.between(dates, start, start + timedelta(days=9))
        assert (first.name, second.name) == ("20270327", "20270403")
        assert first.ends - first.starts == timedelta(hours=47)
        assert second.ends - second.starts == timedelta(hours=48)
        assert (
            occurrences.between(dates, datetime(2027, 3, 29, tzinfo=BERLIN), datetime(2027, 4, 3, tzinfo=BERLIN)) == []
        )

    @pytest.mark.parametrize(
        ("end", "found"),
        [
            ("COUNT=3", 3), ("UNTIL=20270305T190000Z", 2), ("UNTIL=20270305T185959Z", 1), ("UNTIL=20270312", 3),
            ("UNTIL=20270312T195959", 2),
        ],
    )  # fmt: skip
    def test_it_ends_where_its_rule_says(self, end, found):
        dates = self.dates(datetime(2027, 2, 26, 20, tzinfo=BERLIN), f"FREQ=WEEKLY;{end}")
        assert (
            len(occurrences.between(dates, datetime(2027, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))) == found
        )

    def test_a_rule_that_ends_before_it_begins_is_refused(self):
        with pytest.raises(Unreadable):
            self.dates(datetime(2027, 2, 26, 20, tzinfo=BERLIN), "FREQ=WEEKLY;UNTIL=20270101")

    def test_occurrences_have_names_and_one_can_be_left_out(self):
        start = datetime(2027, 3, 26, 20, tzinfo=BERLIN)
        dates = self.dates(start, "FREQ=WEEKLY", left_out=frozenset({"20270402T180000Z"}))
        names = [one.name for one in occurrences.between(dates, start, start + timedelta(days=15))]
        assert names == ["20270326T190000Z", "20270409T180000Z"]  # in summer an hour earlier
        assert occurrences.is_of(dates, "20270402T180000Z")
        assert not occurrences.is_of(dates, "20270402T190000Z")
        assert not occurrences.is_of(dates, "20279902T190000Z")

    def test_a_series_that_moves_takes_what_is_left_out_along(self):
        before = self.dates(datetime(2027, 3, 26, 20, tzinfo=BERLIN), "FREQ=WEEKLY")
        after = self.dates(datetime(2027, 3, 27, 21, tzinfo=BERLIN), "FREQ=WEEKLY")
        assert occurrences.moved("20270402T180000Z", before, after) == "20270403T190000Z"

    def test_more_than_an_answer_holds_is_refused(self):
        dates = self.dates(datetime(2027, 3, 26, 20, tzinfo=BERLIN), "FREQ=DAILY")
        with pytest.raises(occurrences.TooMany):
            occurrences.between(dates, datetime(2027, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC), 100)
