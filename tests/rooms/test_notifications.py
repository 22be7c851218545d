"""What reaches people who are not looking: words without anything of theirs, quiet hours, and the way of one push."""

import json
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from rooms.notifications import delivery
from rooms.notifications.absence import verdict
from rooms.notifications.delivery import Drop, Send, Wait, wait_before
from rooms.notifications.kinds import DISCREET, KINDS, words
from rooms.notifications.preferences import Preferences, QuietHours, problems, read
from rooms.notifications.quiet import quiet_until
from rooms.profiles.questions import ACTIVITY_OF_QUESTION

STARTER = Path(__file__).parents[2] / "game_server/activities/starter_bank.json"
BERLIN, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")
NIGHT = QuietHours(22 * 60, 7 * 60)
NATURE = (
    "sex",
    "intim",
    "kink",
    "game",
    "dare",
    "truth",
    "partner",
    "erot",
    "bond",
    "play",
    "card",
    "attuned",
    "couple",
    "lov",
)


def is_zone(name: str) -> bool:
    return name in ("Europe/Berlin", "UTC")


def at(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


# --- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["discreet", "normal"])
@pytest.mark.parametrize("kind", [*KINDS, "a kind of a later version"])
def test_nothing_that_is_said_tells_what_the_product_is_for(kind, style):
    shown = words(kind, style)
    text = f"{shown.title} {shown.body}".lower()
    assert [word for word in NATURE if word in text] == []
    assert "{" not in text  # nothing is filled in
    assert 0 < len(shown.title) <= 40
    assert 0 < len(shown.body) <= 80


def test_the_discreet_words_are_the_same_for_everything():
    assert {words(kind, "discreet") for kind in KINDS} == {DISCREET}
    assert words("a kind of a later version", "normal") == DISCREET


def _words_of(value):
    if isinstance(value, str):
        yield from re.findall(r"\w{5,}", value.lower())
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _words_of(part)


def test_no_words_hold_a_sentence_of_a_card_or_an_answer():
    said = " ".join(f"{kind.words.title} {kind.words.body}" for kind in KINDS.values()).lower()
    said += f" {DISCREET.title} {DISCREET.body}".lower()
    cards = json.loads(STARTER.read_text("utf-8"))
    steps = {step["do"].lower() for card in cards["activities"] for step in card["script"]["steps"]}
    assert steps
    assert [step for step in steps if step in said] == []
    assert [key for key in set(ACTIVITY_OF_QUESTION.values()) if key.lower() in said] == []


@given(kind=st.one_of(st.sampled_from(sorted(KINDS)), st.text()), style=st.sampled_from(["discreet", "normal"]))
def test_what_is_shown_is_one_of_the_fixed_sentences(kind, style):
    assert words(kind, style) in {DISCREET, *(known.words for known in KINDS.values())}


# --- quiet hours -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-29T21:59:59", None),
        ("2026-11-29T22:00:00", "2026-11-30T07:00:00"),
        ("2026-11-30T00:00:00", "2026-11-30T07:00:00"),
        ("2026-11-30T06:59:59", "2026-11-30T07:00:00"),
        ("2026-11-30T07:00:00", None),
        ("2026-11-30T12:00:00", None),
    ],
)
def test_a_night_ends_in_the_morning_of_the_next_day(now, until):
    assert quiet_until(at(now), NIGHT, BERLIN) == (at(until) if until else None)


@pytest.mark.parametrize(
    ("now", "quiet"), [("12:59", False), ("13:00", True), ("14:29", True), ("14:30", False), ("01:00", False)]
)
def test_quiet_hours_can_lie_within_a_day(now, quiet):
    hours = QuietHours(13 * 60, 14 * 60 + 30)
    assert (quiet_until(at(f"2026-11-29T{now}:00"), hours, BERLIN) is not None) == quiet


def test_the_hours_are_those_of_the_persons_own_zone():
    moment = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)  # 22:30 in Kolkata, 18:00 in Berlin
    assert quiet_until(moment, NIGHT, KOLKATA) == datetime(2026, 11, 30, 1, 30, tzinfo=UTC)
    assert quiet_until(moment, NIGHT, BERLIN) is None


def test_a_night_in_which_clocks_go_forward_is_an_hour_shorter_and_one_in_which_they_go_back_longer():
    spring = quiet_until(at("2026-03-28T22:00:00"), NIGHT, BERLIN)
    autumn = quiet_until(at("2026-10-24T22:00:00"), NIGHT, BERLIN)
    assert spring - at("2026-03-28T22:00:00") == timedelta(hours=8)
    assert autumn - at("2026-10-24T22:00:00") == timedelta(hours=10)


def test_a_time_that_does_not_exist_is_the_same_an_hour_later():
    until = QuietHours(22 * 60, 2 * 60 + 30)
    assert quiet_until(at("2026-03-29T01:59:00"), until, BERLIN) == at("2026-03-29T03:30:00")
    since = QuietHours(2 * 60 + 30, 7 * 60)
    assert quiet_until(at("2026-03-29T03:29:00"), since, BERLIN) is None
    assert quiet_until(at("2026-03-29T03:30:00"), since, BERLIN) == at("2026-03-29T07:00:00")


def test_of_a_time_that_comes_twice_nobody_is_woken_in_between():
    until = QuietHours(22 * 60, 2 * 60 + 30)
    for fold in (0, 1):
        ends = quiet_until(at("2026-10-25T02:29:00", fold=fold), until, BERLIN)
        assert ends == at("2026-10-25T02:30:00", fold=1)
    since = QuietHours(2 * 60 + 30, 7 * 60)
    assert quiet_until(at("2026-10-25T02:30:00", fold=0), since, BERLIN) == at("2026-10-25T07:00:00")


@given(
    now=st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - in UTC below
    start=st.integers(0, 1439),
    end=st.integers(0, 1439),
    zone=st.sampled_from([BERLIN, KOLKATA, ZoneInfo("America/St_Johns"), ZoneInfo("Australia/Lord_Howe"), UTC]),
)
@example(now=datetime(2026, 3, 29, 0, 30), start=0, end=1439, zone=BERLIN)  # noqa: DTZ001
def test_where_quiet_hours_end_they_are_over_and_they_are_never_longer_than_a_day_and_its_hour(now, start, end, zone):
    assume(start != end)
    moment, hours = now.replace(tzinfo=UTC), QuietHours(start, end)
    until = quiet_until(moment, hours, zone)
    wall = moment.astimezone(zone)
    minutes = wall.hour * 60 + wall.minute
    inside = start <= minutes < end if start < end else minutes >= start or minutes < end
    usual = {(moment + timedelta(hours=by)).astimezone(zone).utcoffset() for by in (-26, 26)}
    if len(usual) == 1:  # no change of clocks anywhere near
        assert (until is not None) == inside
    if until is not None:
        assert moment < until <= moment + timedelta(hours=26)
        assert until.tzinfo is UTC


# --- preferences -------------------------------------------------------------------------------------------------------


def test_whoever_has_said_nothing_is_reached_discreetly():
    assert read({}) == Preferences(push="discreet", quiet_hours=None, time_zone="UTC", silent=frozenset())


def test_what_was_chosen_is_read():
    kept = {
        "push": "normal",
        "quiet_hours": {"from": "22:00", "to": "07:05"},
        "time_zone": "Europe/Berlin",
        "your_turn": False,
        "connection_request": True,
    }
    assert problems(kept, is_zone) == {}
    assert read(kept) == Preferences(
        push="normal",
        quiet_hours=QuietHours(1320, 425),
        time_zone="Europe/Berlin",
        silent=frozenset({"your_turn"}),
    )


@given(st.dictionaries(st.sampled_from([*KINDS, "push", "quiet_hours", "time_zone", "x"]), st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("22:00"),
    lambda inner: st.dictionaries(st.sampled_from(["from", "to", "x"]), inner) | st.lists(inner, max_size=2),
    max_leaves=4,
)))  # fmt: skip
def test_whatever_is_kept_can_be_read_and_what_passes_the_check_is_understood(kept):
    wanted = read(kept)
    assert wanted.push in ("discreet", "normal", "off")
    if not problems(kept, is_zone):
        assert kept.get("push") in (None, wanted.push)
        assert (kept.get("quiet_hours") is None) == (wanted.quiet_hours is None)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"push": "loud"}, "push"),
        ({"push": True}, "push"),
        ({"quiet_hours": {"from": "22:00"}}, "quiet_hours"),
        ({"quiet_hours": {"from": "24:00", "to": "07:00"}}, "quiet_hours"),
        ({"quiet_hours": {"from": "7:00", "to": "22:00"}}, "quiet_hours"),
        ({"quiet_hours": {"from": "22:00\n", "to": "07:00"}}, "quiet_hours"),
        ({"quiet_hours": {"from": "٢٢:00", "to": "07:00"}}, "quiet_hours"),
        ({"quiet_hours": {"from": "22:00", "to": "22:00"}}, "quiet_hours"),
        ({"quiet_hours": {"from": "22:00", "to": "07:00", "zone": "UTC"}}, "quiet_hours"),
        ({"quiet_hours": True}, "quiet_hours"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"time_zone": 1}, "time_zone"),
        ({"your_turn": "no"}, "your_turn"),
        ({"connection_request": 0}, "connection_request"),
    ],
)
def test_a_choice_that_means_nothing_is_named(sent, field):
    assert set(problems(sent, is_zone)) == {field}
    read(sent)


def test_taking_a_choice_back_is_always_right_and_words_that_are_not_ours_stay():
    assert problems(dict.fromkeys([*KINDS, "push", "quiet_hours", "time_zone"]), is_zone) == {}
    assert problems({"sound": "bell", "task_due": False}, is_zone) == {}


# --- one push ----------------------------------------------------------------------------------------------------------

NOW = at("2026-11-29T23:00:00")


@pytest.mark.parametrize(
    ("kept", "left", "becomes"),
    [
        ({}, timedelta(minutes=5), Send("discreet")),
        ({"push": "normal"}, timedelta(minutes=5), Send("normal")),
        ({"push": "off"}, timedelta(minutes=5), Drop("off")),
        ({"your_turn": False}, timedelta(minutes=5), Drop("off")),
        ({"connection_request": False}, timedelta(minutes=5), Send("discreet")),
        ({}, timedelta(), Drop("late")),
        ({"quiet_hours": {"from": "22:00", "to": "07:00"}}, timedelta(hours=12), Wait(at("2026-11-30T07:00:00"))),
        ({"quiet_hours": {"from": "22:00", "to": "07:00"}}, timedelta(minutes=5), Drop("quiet")),
        ({"quiet_hours": {"from": "07:00", "to": "22:00"}}, timedelta(minutes=5), Send("discreet")),
    ],
)
def test_a_push_goes_out_now_later_or_never(kept, left, becomes):
    assert delivery.step("your_turn", read(kept), BERLIN, now=NOW, expires_at=NOW + left) == becomes


def test_tries_come_further_and_further_apart_and_not_all_at_once():
    waits = [wait_before(attempt, 7, None).total_seconds() for attempt in range(1, 40)]
    assert waits[0] < 3.01
    assert max(waits) <= 900
    assert all(later > 1.2 * earlier for earlier, later in pairwise(waits[:9]))
    together = {round(wait_before(3, number, None).total_seconds(), 3) for number in range(100)}
    assert len(together) > 90


@given(st.integers(1, 10_000), st.integers(1, 2**62), st.floats(0, 86_400))
def test_a_vendor_that_asks_for_time_gets_it(attempt, number, asked):
    assert wait_before(attempt, number, asked).total_seconds() >= asked - 1e-3


# --- absence -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("here", "seen_at", "now", "found"),
    [
        (True, 90.0, 101, "here"),
        (False, 105.0, 120, "here"),  # laid aside during their own turn: they saw it begin
        (False, 90.0, 101, "away"),
        (False, 99.5, 101, "unsure"),  # the line broke a moment ago
        (False, 99.5, 102, "away"),
        (False, None, 103, "unsure"),  # nobody knows: Redis may have been emptied
        (False, None, 113, "away"),
    ],
)
def test_who_saw_their_turn_begin_is_not_called_back(here, seen_at, now, found):
    assert verdict(here=here, seen_at=seen_at, began_at=100.0, now=now) == found
