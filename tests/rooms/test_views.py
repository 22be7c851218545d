"""What each seat sees: names in the text, nothing private, and `set` that folds."""

from typing import Any

import msgspec
import pytest

from rooms.activities.card import Step
from rooms.sessions.state import opening
from rooms.sessions.views import changed, view
from tests.rooms.room import Scenario, canonical, make_card

NAMED = {"A": "Ann", "B": "Bo"}


def read(text: str, *, actor: str = "A", names: dict[str, str | None] | None = None, turn: int = 1) -> str:
    """The text of a card as a phone shows it; on turn 2 seat B is the active player."""
    room = Scenario(activity_type="dare")
    room.names = {**NAMED, **(names or {})}  # type: ignore[dict-item]
    step = Step("A", "Smile.")
    room.bank = [make_card(1, steps=(step,)), make_card(2, steps=(Step(actor, text),))]
    room.started()
    room.bank = [make_card(2, steps=(Step(actor, text),))]
    if turn == 1:
        room.a.skip()
    else:
        room.a.complete()
    assert room.a.shown["card"] == room.b.shown["card"]
    script: str = room.a.shown["card"]["script"]["steps"][0]["do"]
    return script


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("{active}, kiss {partner}.", "Ann, kiss Bo."),
        ("{ACTIVE} and {Partner}", "Ann and Bo"),
        ("Kiss your partner.", "Kiss Bo."),
        ("Hold your partner's hand.", "Hold Bo's hand."),
        ("Hold your partner’s hand.", "Hold Bo’s hand."),  # noqa: RUF001 - as people write it
        ("Your Partner chooses; YOUR PARTNER wins.", "Bo chooses; Bo wins."),
        ("Ask your partners.", "Ask your partners."),
        ("In your partnership", "In your partnership"),
        ("{other} {active", "{other} {active"),
        ("Say: 'your partner' to {partner}'s face.", "Say: 'Bo' to Bo's face."),
    ],
)
def test_names_stand_where_the_text_means_somebody(text, resolved):
    assert read(text) == resolved


def test_the_partner_is_whoever_sits_across_from_the_one_who_acts():
    assert read("Kiss your partner.", turn=2) == "Kiss Ann."
    assert read("Kiss your partner.", actor="B") == "Kiss Ann."
    assert read("{active} waits, kiss your partner, {partner}.", actor="B") == "Ann waits, kiss Ann, Bo."
    assert read("{active} and {partner}", turn=2) == "Bo and Ann"


@pytest.mark.parametrize(
    "name",
    [
        "{partner}",
        "{active}",
        "your partner",
        r"\1 \g<0> $1",
        ".*",
        "a|b",
        "%s {0}",
        "<b>Ann</b>",
        "'; --",
        "名前",
        "{",
        "A\\",
    ],
)
def test_a_name_is_data_and_is_never_looked_at_again(name):
    assert read("{active} kisses your partner, {partner}.", names={"A": name}) == f"{name} kisses Bo, Bo."
    assert read("{active} kisses your partner.", names={"B": name}) == f"Ann kisses {name}."


@pytest.mark.parametrize("gone", [None, ""])
def test_who_has_no_name_any_more_is_your_partner(gone):
    names = {"B": gone}
    assert read("{active}, kiss {partner}'s hand.", names=names) == "Ann, kiss your partner's hand."
    assert read("Your partner chooses. Kiss your partner.", names=names) == "Your partner chooses. Kiss your partner."
    room = Scenario()
    room.names["B"] = gone
    assert room.snapshot("A")["seats"]["B"]["name"] == "your partner"


def test_a_guests_name_is_forgotten_with_the_end():
    room = Scenario(hosted=True)
    room.a.ready()
    assert room.a.shown["seats"]["B"]["name"] == "Bo"
    room.a.end()
    assert room.a.heard[-1]["set"]["seats"]["B"]["name"] == "your partner"


def test_a_phone_forgets_a_guests_name_even_when_the_server_forgot_it_first():
    """Another process may read the cleared name before it sees the event that ends the session."""
    room = Scenario(hosted=True)
    room.a.ready()
    told: dict[str, Any] = dict(room.a.shown)
    room.names["B"] = None
    before = room.state
    room.a.shown.update(room.snapshot("A"))
    room.a.end()
    told.update(msgspec.to_builtins(changed(room.log[-1].event, before, room.state, "A", room.names)))
    assert canonical(told) == canonical(room.snapshot("A"))


def test_everybody_else_keeps_the_name_of_the_session():
    room = Scenario().with_card()
    room.a.end()
    assert room.a.shown["seats"]["B"]["name"] == "Bo"


def test_before_the_first_event_there_is_nothing():
    assert view(opening("a room", Scenario().state.settings, hosted=False), "A", {}) == {}


def test_the_state_has_the_fields_of_the_contract():
    fields = {
        "session_id", "seat", "phase", "settings", "level", "proposal", "seats", "words", "step", "target", "turn", "active",
        "type", "card", "card_seq", "timer", "consecutive_skips", "resume_wanted", "cool_down_until", "aftercare", "remaining",
        "resets_at", "my_feedback", "summary",
    }  # fmt: skip
    assert fields <= set(Scenario().a.shown)
    assert set(Scenario().a.shown) - fields == {"turn_seq", "halt_seq", "reason"}


def test_the_two_views_differ_in_the_seat_and_in_feedback_only():
    room = Scenario().plays(1).with_card()
    room.a.feedback(1, "dislike", executed=True)
    room.a.propose("X")
    mine, yours = dict(room.a.shown), dict(room.b.shown)
    assert {field for field in mine if mine[field] != yours[field]} == {"seat", "my_feedback"}


def test_the_log_keeps_the_text_unresolved():
    room = Scenario(activity_type="dare")
    room.bank = [make_card(1, steps=(Step("A", "{active} hugs your partner."), Step("B", "Hug {active}.")))]
    room.started()
    assert [step.do for step in room.card.steps] == ["{active} hugs your partner.", "Hug {active}."]
    assert room.a.shown["card"]["script"] == {
        "steps": [{"actor": "A", "do": "Ann hugs Bo."}, {"actor": "B", "do": "Hug Ann."}]
    }


def test_no_phone_gets_what_only_the_server_needs():
    room = Scenario(words=("a", "b", "c")).with_card()
    room.a.skip()
    room.a.stop()
    hidden = {
        "charged_on",
        "given_back",
        "theme",
        "relaxed",
        "boundaries",
        "needs_active",
        "needs_partner",
        "negotiated",
        "at",
    }
    for frame in (*room.a.heard, *room.b.heard):
        assert not hidden & set(frame["e"])
        assert not hidden & set(frame["e"].get("card", {}))
    assert not hidden & set(room.a.shown)
