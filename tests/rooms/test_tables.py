"""The tables by type are complete, and what is made from them is what the plain definition says, for any event in any state."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.sessions.commands import AnyCommand
from rooms.sessions.events import AnyEvent, Ended, FeedbackGiven, ShownCard, Step
from rooms.sessions.flow import _DECIDE
from rooms.sessions.fold import _EVOLVE, evolve
from rooms.sessions.frames import frames
from rooms.sessions.state import Settings, opening
from rooms.sessions.views import _TOUCHED, differs
from tests.rooms.plainly import frame_of
from tests.rooms.room import EVENING, SEATS


@pytest.mark.parametrize(
    ("table", "union"),
    [(_DECIDE, AnyCommand), (_EVOLVE, AnyEvent), (_TOUCHED, AnyEvent)],
    ids=["decide", "evolve", "touched"],
)
def test_every_type_stands_in_the_table_and_no_other_does(table, union):
    assert set(table) == set(get_args(union))


# --- any event after any other: more than the rules ever lead to ------------------------------------------------------------


def dealt(**changes: Any) -> ShownCard:
    """A card on screen, with these changes."""
    values: dict[str, Any] = {
        "activity_id": None, "type": "dare", "rating": "R", "intensity": 2, "active": "A", "partner": "B", "source": "bank",
        "phase": "warm up", "seq_no": 1, "boundaries": ("b",), "preference_keys": ("c", "a"),
        "steps": (Step("A", "{active}, kiss your partner."), Step("B", "YOUR PARTNER waits; {Partner} {actİve} {other}.")),
    }  # fmt: skip
    return ShownCard(**values | changes)


# The first three are shown alike, the next two only where nobody has a name.
CARDS = [
    dealt(),
    dealt(theme="care", needs_active=("penis",)),
    dealt(preference_keys=("a", "c"), relaxed="neutral"),
    dealt(steps=(Step("A", "Kiss {active}."),)),
    dealt(steps=(Step("A", "Kiss {partner}."),)),
    dealt(steps=(Step("A", "Kiss {partner}."), Step("B", "Kiss {active}.", 60))),
    dealt(activity_id=7, type="truth", active="B", partner="A", seq_no=2),
]
FEW: dict[str, st.SearchStrategy[Any]] = {
    "turn": st.integers(1, 3), "card": st.sampled_from(CARDS), "words": st.sampled_from([None, ("harbour", "linen")]),
}  # fmt: skip


def any_of(*kinds: type[AnyEvent]) -> st.SearchStrategy[AnyEvent]:
    """Any event of one of these kinds."""
    return st.one_of(
        *(st.builds(kind, **{part: FEW.get(part, ...) for part in kind.__struct_fields__}) for kind in kinds)
    )


# Only feedback follows the end: the names that it takes away do not come back.
histories = st.tuples(
    st.lists(any_of(*(kind for kind in get_args(AnyEvent) if kind is not Ended)), min_size=30, max_size=60),
    any_of(Ended),
    st.lists(any_of(FeedbackGiven), max_size=2),
).map(lambda parts: [*parts[0], parts[1], *parts[2]])
names = st.fixed_dictionaries({}, optional=dict.fromkeys(SEATS, st.sampled_from([None, "", "Ann", "{partner} é"])))


@given(history=histories, called=names, hosted=st.booleans())
def test_every_message_is_byte_for_byte_what_the_whole_views_say(history, called, hosted):
    state = opening("a room", Settings(), hosted=hosted)
    for event in history:
        before, state = state, evolve(state, event)
        told = frames(event, EVENING, before, state, called)
        plain = tuple(frame_of(event, EVENING, before, state, called, seat=seat) for seat in SEATS)
        assert told == plain
        assert (told[0] is told[1]) or differs(event, before)
