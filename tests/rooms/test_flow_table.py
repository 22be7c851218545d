"""Every command in every phase: what it leads to, or the code it is refused with, and that a refusal changes nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from rooms.sessions import commands as c
from tests.rooms.phases import card, choosing, cooled, ended, limit, lobby, paused, stopped
from tests.rooms.room import Scenario, reread

NOTHING: tuple[str, ...] = ()


PHASES = (lobby, choosing, card, paused, stopped, cooled, limit, ended)
OVER = "session_over"
HALTED = ("paused", "paused", "paused")
IN_PLAY = ("not_started", "stale", "stale", *HALTED, "limit_reached", OVER)


def row(*outcomes: tuple[str, ...] | str) -> dict[Callable[[], Scenario], tuple[str, ...] | str]:
    return dict(zip(PHASES, outcomes, strict=True))


def everywhere(outcome: tuple[str, ...] | str, at_the_end: tuple[str, ...] | str = OVER):
    return row(*[outcome] * 7, at_the_end)


PROPOSED = ("level_proposed",)
LATER = ("resume_wanted",)
LONGER = ("cool_down_set",)
REPLACED = ("card_replaced",)
DONE = ("completed", "turn_began")
CHOSEN = ("type_chosen", "card_shown")
STOPPED = ("stopped",)
WITHDRAWN = ("card_withdrawn", "stopped")
PAUSED = ("paused",)

# columns:             lobby          choosing    card        paused     stopped    cooled     limit            ended
TABLE = {
    "ready": row(("ready",), NOTHING, NOTHING, *HALTED, "limit_reached", OVER),
    "choose": row("not_started", CHOSEN, "stale", *HALTED, "limit_reached", OVER),
    "complete": row("not_started", "no_card", DONE, *HALTED, "limit_reached", OVER),
    "skip": row("not_started", "no_card", REPLACED, *HALTED, "limit_reached", OVER),
    "feedback": row("not_started", *["no_card"] * 7),
    "propose up": row(PROPOSED, PROPOSED, PROPOSED, *HALTED, PROPOSED, OVER),
    "propose down": everywhere(("level_changed",)),
    "propose the same": everywhere(NOTHING),
    "accept": everywhere("no_proposal"),
    "decline": everywhere("no_proposal"),
    "pause": row(PAUSED, PAUSED, PAUSED, NOTHING, NOTHING, NOTHING, PAUSED, OVER),
    "stop": row(STOPPED, STOPPED, WITHDRAWN, WITHDRAWN, NOTHING, STOPPED, STOPPED, OVER),
    "resume": row("stale", "stale", "stale", LATER, "cooling_down", LATER, "stale", OVER),
    "lengthen": row("stale", "stale", "stale", "stale", LONGER, LONGER, "stale", OVER),
    "timer": row("not_started", *["no_card"] * 2, *HALTED, "limit_reached", OVER),
    "leave": everywhere(NOTHING),
    "end": everywhere(("ended",)),
    "recheck": everywhere(NOTHING, NOTHING),
    "abandon": everywhere(("ended",), NOTHING),
    "join": everywhere(NOTHING),
}
SAYS: dict[str, Callable[[Scenario, str], object]] = {
    "ready": lambda room, seat: getattr(room, seat).ready(),
    "choose": lambda room, seat: room.active.choose() if room.state.active else getattr(room, seat).choose(),
    "complete": lambda room, seat: getattr(room, seat).complete(),
    "skip": lambda room, seat: getattr(room, seat).skip(),
    "feedback": lambda room, seat: getattr(room, seat).feedback(1, "like"),
    "propose up": lambda room, seat: getattr(room, seat).propose("X"),
    "propose down": lambda room, seat: getattr(room, seat).propose("G"),
    "propose the same": lambda room, seat: getattr(room, seat).propose("R"),
    "accept": lambda room, seat: getattr(room, seat).accept(),
    "decline": lambda room, seat: getattr(room, seat).decline(),
    "pause": lambda room, seat: getattr(room, seat).pause(),
    "stop": lambda room, seat: getattr(room, seat).stop(),
    "resume": lambda room, seat: getattr(room, seat).resume(),
    "lengthen": lambda room, seat: getattr(room, seat).lengthen(),
    "timer": lambda room, seat: getattr(room, seat).timer(),
    "leave": lambda room, seat: getattr(room, seat).leave(),
    "end": lambda room, seat: getattr(room, seat).end(),
    "recheck": lambda room, _: room.recheck(),
    "abandon": lambda room, _: room.serve(c.Abandon()),
    "join": lambda room, _: room.join(),
}


@pytest.mark.parametrize("seat", ["a", "b"])
@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.__name__)
@pytest.mark.parametrize("command", TABLE)
def test_each_command_in_each_phase_does_what_the_table_says(command, phase, seat):
    room, outcome = phase(), TABLE[command][phase]
    if isinstance(outcome, str):
        room.refuses(outcome, SAYS[command], room, seat)
    else:
        SAYS[command](room, seat)
        room.expect(*outcome)


@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.__name__)
@pytest.mark.parametrize("command", ["pause", "stop", "end", "leave"])
def test_what_is_a_right_never_waits_for_the_draw_or_the_account(command, phase):
    room = phase()
    if phase is ended:
        return
    SAYS[command](room, "b")
    assert not room.asked_for_draw


@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.__name__)
def test_the_state_of_every_phase_survives_the_hot_copy(phase):
    state = phase().state
    assert reread(state) == state


@pytest.mark.parametrize("command", TABLE)
def test_every_command_has_a_row(command):
    assert set(TABLE) == set(SAYS)
    assert len(TABLE[command]) == len(PHASES)


@pytest.mark.parametrize(
    ("asked", "shown"), [(lobby, "lobby"), (cooled, "stopped"), (limit, "limit"), (ended, "ended")]
)
def test_the_phases_of_the_table_are_what_phones_are_told(asked, shown):
    assert asked().a.shown["phase"] == asked().b.shown["phase"] == shown


def test_a_room_that_stands_paused_over_the_limit_is_paused():
    room = limit()
    room.b.pause()
    assert room.phase == "paused"
    room.refuses("paused", room.a.ready)
    room.refuses("paused", room.a.complete)
    room.a.stop()
    room.expect("stopped")
    room.after(minutes=10)
    room.both_resume()
    room.expect("resumed", "limit_reached")
    assert room.phase == "limit"


def test_a_cool_down_is_as_long_as_it_is_set():
    room = Scenario().with_card()
    room.cool_down = timedelta(minutes=3)
    room.a.stop()
    room.after(minutes=2, seconds=59)
    room.refuses("cooling_down", room.a.resume)
    room.after(seconds=1)
    room.both_resume()
    room.expect("resumed", "card_shown")
