"""The tables of states, tried whole: what stands in them is done, what holds is done once, and everything else is refused."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.bonds import recurrence, rewards, rules, tasks
from rooms.bonds.people import Member
from rooms.bonds.recurrence import Rhythm, day_after, due_at, next_of
from rooms.bonds.rules import Said, Words, in_force_for
from rooms.bonds.states import holds
from rooms.errors import WrongState

TASKS = {
    "start": ("pending", "in_progress"),
    "submit": ("pending in_progress", "completed"),
    "approve": ("completed", ""),
    "revise": ("completed", ""),
    "ask-extension": ("pending in_progress", ""),
    "answer-extension": ("pending in_progress", ""),
    "edit": ("pending in_progress", ""),
    "cancel": ("pending in_progress completed", "cancelled"),
    "remove": ("pending", ""),
}
REWARDS = {
    "redeem": ("available", ""),
    "fulfil": ("redeemed", "fulfilled"),
    "withdraw": ("available redeemed", "withdrawn"),
    "edit": ("available", ""),
    "remove": ("available withdrawn", ""),
}
"""By command: where it is legal, and where it holds already; by hand, from the contract."""


@pytest.mark.parametrize(
    ("moves", "states", "wanted"),
    [(tasks.MOVES, tasks.STATUSES, TASKS), (rewards.MOVES, rewards.STATUSES, REWARDS)],
    ids=["tasks", "rewards"],
)
def test_every_pair_of_command_and_state_is_legal_done_already_or_refused(moves, states, wanted):
    assert moves.keys() == wanted.keys()
    for command, (legal, again) in wanted.items():
        for state in states:
            if state in legal.split():
                assert holds(moves, command, state) is False
            elif state in again.split():
                assert holds(moves, command, state) is True
            else:
                with pytest.raises(WrongState):
                    holds(moves, command, state)


ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]).map(
    ZoneInfo
)
TIMES = st.times().map(lambda one: one.replace(second=0, microsecond=0))
RHYTHMS = st.builds(
    Rhythm, recurring=st.sampled_from(["daily", "weekly", "monthly"]), local_time=TIMES, day=st.integers(1, 31)
)
DAYS = st.dates(date(2026, 1, 1), date(2030, 1, 1))


@given(RHYTHMS, DAYS, ZONES)
def test_what_comes_again_comes_at_its_local_time_or_an_hour_later_where_there_is_none(rhythm, day, zone):
    due = due_at(rhythm, day, zone).astimezone(zone)
    there = datetime.combine(day, rhythm.local_time, zone)
    exists = there.astimezone(UTC).astimezone(zone).replace(fold=0) == there
    assert due.date() == day or not exists
    assert (due.time() == rhythm.local_time) == exists
    assert due - due.replace(fold=0) == timedelta()


@given(RHYTHMS, DAYS)
def test_the_days_go_on_and_the_last_day_of_a_month_is_one(rhythm, day):
    first, days = day, []
    for _ in range(30):
        days.append(day)
        day = day_after(rhythm, day)
    assert days == sorted(set(days))
    if rhythm.recurring == "monthly":
        assert [(one.year, one.month) for one in days[1:]] == [
            ((first.year * 12 + first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1) for n in range(1, 30)
        ]
        assert all(one.day == rhythm.day or (one + timedelta(days=1)).month != one.month for one in days[1:])


def test_the_thirty_first_comes_back_after_a_short_month():
    rhythm = Rhythm(recurring="monthly", local_time=time(20), day=31)
    days = [date(2027, 1, 31)]
    for _ in range(3):
        days.append(day_after(rhythm, days[-1]))
    assert days == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


def test_a_missing_hour_is_the_next_and_a_double_one_the_first():
    berlin, rhythm = ZoneInfo("Europe/Berlin"), Rhythm(recurring="daily", local_time=time(2, 30), day=1)
    assert due_at(rhythm, date(2027, 3, 28), berlin) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)  # 03:30 there
    assert due_at(rhythm, date(2027, 10, 31), berlin) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@given(RHYTHMS, DAYS, ZONES, st.timedeltas(timedelta(0), timedelta(days=90)), st.booleans(), st.booleans())
def test_what_is_made_is_due_within_a_day_and_what_is_past_or_not_asked_is_never_made_up(  # noqa: PLR0917
    rhythm, day, zone, later, may_ask, waits
):
    now = due_at(rhythm, day, zone) - timedelta(days=2) + later
    step = next_of(rhythm, day, zone, now, may_ask=may_ask, waits=waits)
    if step.make is not None:
        assert may_ask
        assert not waits
        assert now < step.due <= now + recurrence.AHEAD
        assert step.next_on == day_after(rhythm, step.make)
    elif not waits or not may_ask:
        assert due_at(rhythm, step.next_on, zone) - recurrence.AHEAD > now
    again = next_of(rhythm, step.next_on, zone, now, may_ask=may_ask, waits=waits or step.make is not None)
    assert again.make is None


NOW = datetime(2026, 11, 30, 20, tzinfo=UTC)


def _member(name: str, state: str = "active") -> Member:
    return Member(user_id=name, role="submissive", state=state, can_invite=False, can_manage=False)


@given(
    st.lists(
        st.builds(Said, st.sampled_from("abc"), st.integers(1, 2), st.booleans()), unique_by=lambda one: one.user_id
    ),
    st.sampled_from([None, "a", "b"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from("ab "),
    st.sampled_from([None, NOW - timedelta(1), NOW, NOW + timedelta(1)]),
)
def test_a_rule_binds_only_who_said_yes_to_its_words_and_nobody_who_pauses(  # noqa: PLR0917
    said, to, active, held, paused, pausing, until
):
    rule = Words(assigned_to=to, for_all=to is None, active=active, text_version=2, effective_until=until)
    people = {name: _member(name, "paused" if name == pausing else "active") for name in "ab"}
    bound = in_force_for(rule, said, people, now=NOW, held=held, paused=paused)
    for name in "abc":
        yes = Said(name, 2, declined=False) in said
        wanted = yes and name in people and name != pausing and (to is None or to == name)
        on = active and not held and not paused and (until is None or until > NOW)
        assert (name in bound) == (wanted and on)
    assert rules.is_on(rule, NOW) == (active and (until is None or until > NOW))


@given(st.sampled_from(tasks.STATUSES), st.sampled_from([None, -1, 0, 1]), st.booleans(), st.booleans(), st.booleans())
def test_nothing_is_late_that_is_done_or_held_or_paused(status, hours, held, person_paused, paused):
    due = None if hours is None else NOW + timedelta(hours=hours)
    person = _member("a", "paused" if person_paused else "active")
    late = tasks.is_overdue(status=status, due=due, now=NOW, held=held, person=person, paused=paused)
    assert late == (status in tasks.OPEN and hours == -1 and not held and not person_paused and not paused)
    assert not tasks.is_overdue(status=status, due=due, now=NOW, held=held, person=None, paused=paused)
