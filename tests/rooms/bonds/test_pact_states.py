"""The tables of contracts and scenes, tried whole, and what else is decided of them without a store."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.bonds import contracts, scenes
from rooms.bonds.scenes import aftercare_due, is_settled, keys_of_tags, participants
from rooms.bonds.states import holds
from rooms.bonds.text_diff import MOST_LINES, diff
from rooms.errors import WrongState

CONTRACTS = {
    "edit": ("draft", ""),
    "remove": ("draft", ""),
    "request-signatures": ("draft", "pending_signature"),
    "sign": ("pending_signature", ""),
    "decline": ("pending_signature", "draft"),
    "withdraw": ("pending_signature active", "draft withdrawn"),
    "new-version": ("pending_signature active withdrawn expired superseded", ""),
}
SCENES = {
    "edit": ("planned agreed", ""),
    "remove": ("planned agreed called_off", ""),
    "confirm": ("planned", "agreed"),
    "unconfirm": ("agreed", "planned"),
    "call-off": ("planned agreed", "called_off"),
    "log": ("planned agreed", "done"),
    "debrief": ("done", ""),
    "aftercare": ("done", ""),
}
"""By command: where it is legal, and where it holds already; by hand, from the contract."""

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moves", "states", "wanted"),
    [(contracts.MOVES, contracts.STATUSES, CONTRACTS), (scenes.MOVES, scenes.STATUSES, SCENES)],
    ids=["contracts", "scenes"],
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


WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@given(title=WORDS, content=WORDS, until=st.none() | st.just(NOON), parties=st.permutations(["a", "b", "c"]))
def test_what_is_signed_is_the_hash_of_canonical_json_whoever_writes_it(title, content, until, parties):
    said = {
        "title": title, "content": content, "version_number": 2, "parties": ["a", "b", "c"],
        "expires_at": None if until is None else "2026-11-28T12:00:00Z",
    }  # fmt: skip
    spelled = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    found = contracts.digest(title=title, content=content, version_number=2, expires_at=until, parties=parties)
    if all(
        letter >= " " and letter != "\x7f" for letter in title + content
    ):  # others have two spellings, and get in nowhere
        assert found == hashlib.sha256(spelled.encode()).hexdigest()
    other = contracts.digest(title=title + "!", content=content, version_number=2, expires_at=until, parties=parties)
    assert found != other


@pytest.mark.parametrize(
    ("status", "ends", "is_over"), [("active", 0, True), ("active", 1, False), ("draft", -9, False)]
)
def test_a_contract_whose_time_is_up_is_not_in_force(status, ends, is_over):
    until = NOON + timedelta(seconds=ends)
    assert contracts.status_now(status, until, NOON) == ("expired" if is_over else status)
    assert contracts.status_now(status, None, NOON) == status


CAME = {"ana": NOON, "ben": NOON, "cleo": NOON + timedelta(days=1)}


class TestWhoTakesPart:
    def test_who_is_named_and_is_here(self):
        with_some = [{"with": ["ben", "dora"]}, {"with": []}]
        assert participants(with_some, NOON, CAME) == ["ben"]

    def test_where_nobody_is_named_everybody_who_was_here(self):
        assert participants([{"with": []}], NOON, CAME) == ["ana", "ben"]
        assert participants([], NOON + timedelta(days=2), CAME) == ["ana", "ben", "cleo"]

    def test_it_is_agreed_to_when_all_of_them_said_yes(self):
        assert is_settled(["ana", "ben"], ["ben", "ana", "cleo"])
        assert not is_settled(["ana", "ben"], ["ben"])
        assert not is_settled([], ["ben"])


def test_a_tag_counts_in_both_directions_and_with_what_it_falls_under():
    keys = keys_of_tags(["spanking_moderate_give"])
    assert {"spanking_moderate_give", "spanking_moderate_receive", "hardBoundaryImpact"} <= keys
    assert keys_of_tags(["hardBoundaryImpact"]) == {"hardBoundaryImpact"}
    assert scenes.is_known("massage_give")
    assert not scenes.is_known("massage")


@pytest.mark.parametrize(("hour", "zone", "days"), [(12, "UTC", 1), (22, "Asia/Tokyo", 2), (3, "America/New_York", 0)])
def test_aftercare_is_asked_for_in_the_morning_of_each_ones_next_day(hour, zone, days):
    due = aftercare_due(NOON.replace(hour=hour), ZoneInfo(zone))
    assert (due.hour, due.date()) == (10, (NOON + timedelta(days=days)).date())


TEXTS = st.lists(st.sampled_from(["We talk.", "Then we play.", "Slowly, slowly.", "", "é", "\t1"])).map("\n".join)


class TestDifferences:
    @given(before=TEXTS, after=TEXTS)
    def test_pieces_make_up_both_texts(self, before, after):
        pieces = diff(before, after)
        assert "".join(one.text for one in pieces if one.op != "added") == before
        assert "".join(one.text for one in pieces if one.op != "removed") == after
        assert all(one.text for one in pieces)
        assert all(one.op != other.op for one, other in pairwise(pieces))
        if before == after:
            assert {one.op for one in pieces} <= {"same"}

    def test_one_word_is_one_word(self):
        assert [(one.op, one.text) for one in diff("A.\nWe play loud.\nB.", "A.\nWe play softly.\nB.")] == [
            ("same", "A.\nWe play "), ("removed", "loud"), ("added", "softly"), ("same", ".\nB."),
        ]  # fmt: skip

    def test_what_would_take_too_long_is_shown_whole(self):
        before, after = "a\n" * (MOST_LINES + 1), "b\n" * 30_000
        assert [one.op for one in diff(f"x\n{before}", f"x\n{after}")] == ["same", "removed", "added"]
