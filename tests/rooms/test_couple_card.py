"""What two people may write for themselves: what is added to it, and what is refused with the field that is wrong."""

import pytest

from rooms.activities import couple_card, forbidden
from rooms.activities.card import Step, is_drawable
from rooms.activities.couple_card import CHECKLIST, Draft, read, touches
from rooms.sessions.limits import in_bank

MASSAGE = "Massage your partner's shoulders for the length of one song."


def draft(type_, rating, *texts, ticked=(), actors="AB"):
    return Draft(
        type_, rating, tuple(Step(actor, text) for actor, text in zip(actors, texts, strict=False)), tuple(ticked)
    )


def wrong(*about, **more):
    return read(draft(*about, **more))[1]


def test_a_key_with_a_direction_stands_for_every_direction_of_it():
    steps = (Step("A", "Give your partner a slow massage of the shoulders."),)
    named, _ = read(Draft("dare", "R", steps, ("massage_give",)))
    whole, _ = read(Draft("dare", "R", steps, ("massage",)))
    assert named.preference_keys == whole.preference_keys
    assert {"massage_give", "massage_receive"} <= set(named.preference_keys)


def test_what_the_words_say_is_added_to_what_was_ticked_and_nothing_is_taken_away():
    card, faults = read(draft("dare", "R", MASSAGE, ticked=["hair_pull_gentle", "apart"]))
    assert faults == {}
    assert touches(card) == ("massage", "hair_pull_gentle", "apart")
    assert set(card.preference_keys) == {
        "massage_give", "massage_receive", "hair_pull_gentle_give", "hair_pull_gentle_receive",
    }  # fmt: skip


def test_a_boundary_that_nobody_ticked_is_found_in_the_words():
    card, faults = read(
        draft("dare", "R", "Tie your partner's wrists loosely with a scarf.", "Say enough at any time.")
    )
    assert (faults, touches(card)) == ({}, ("hardBoundaryRestrain", "restraints"))
    assert card.boundaries == {"hardBoundaryRestrain"}


def test_a_truth_carries_every_direction_and_the_topics_that_it_asks_about():
    card, faults = read(draft("truth", "R", "Tell your partner about the fantasy that you have most often."))
    assert (faults, card.tags.topics) == ({}, ("fantasies",))


def test_a_card_without_a_fault_can_be_drawn_once_both_approved_it():
    card, faults = read(draft("truth", "G", "Tell your partner what made you laugh this week."))
    assert faults == {}
    assert not is_drawable(card)
    assert in_bank(type(card)(**{name: getattr(card, name) for name in card.__struct_fields__} | {"approved": True}))


@pytest.mark.parametrize(
    ("about", "field"),
    [
        (("dare", "G", "Kiss your partner slowly on the lips."), "rating"),
        (("dare", "G", "Blindfold your partner and feed them grapes."), "rating"),
        (("dare", "R", "Undress and make love by candle light tonight."), "rating"),
        (("dare", "R", "Do whatever your partner asks for tonight."), "steps[0].do"),
        (("dare", "R", MASSAGE, "Do not stop them, whatever happens."), "steps[1].do"),
        (("dare", "R", "Massage each other for three minutes."), "steps[0].do"),
        (("dare", "R", "Let your partner massage your back slowly."), "steps[0].do"),
        (("truth", "R", "Tell your partner about a kiss you remember."), "tags"),
        (("dare", "X", "Lie down close beside your partner for one song."), "tags"),
        (("dare", "R", "Smile slowly."), "steps[0].do"),
        (("dare", "R", "word " * 36), "steps[0].do"),
        (("dare", "R", "Massage the shoulders of {Anna} slowly."), "steps[0].do"),
        (("dare", "R", "Massage <b>your partner</b> slowly."), "steps[0].do"),
        (("dare", "R", "Look together at https://example.org tonight."), "steps[0].do"),
        (("dare", "R", "Massage your \u202epartner slowly tonight."), "steps[0].do"),
        (("dare", "R", "Massage your partner\0 slowly tonight."), "steps[0].do"),
        (("dare", "R"), "steps"),
        (("dare", "Q", MASSAGE), "rating"),
        (("wish", "R", MASSAGE), "type"),
    ],
)
def test_what_is_wrong_is_said_of_its_field(about, field):
    assert field in wrong(*about)


def test_a_tag_that_is_not_on_the_checklist_is_refused():
    assert set(wrong("dare", "R", MASSAGE, ticked=["cuddles"])) == {"tags"}
    assert "steps[0].actor" in wrong("dare", "R", MASSAGE, actors="C")


def test_the_checklist_names_every_boundary_once_and_nothing_twice():
    assert len(set(CHECKLIST)) == len(CHECKLIST)
    for tag in CHECKLIST:
        card, _ = read(draft("dare", "X", MASSAGE, ticked=[tag]))
        assert tag in touches(card)


def test_ticked_for_an_intimate_question_its_topic_is_enough():
    assert wrong("truth", "R", "Tell your partner about a kiss you remember.", ticked=["past_experiences"]) == {}
    assert wrong("dare", "X", "Lie down close beside your partner for one song.", ticked=["stripping"]) == {}


def test_for_every_phrasing_that_no_card_may_have_there_is_a_word_what_to_write_instead():
    rules = {*forbidden.IN_DARES, *forbidden.ANYWHERE, *forbidden.BESIDE_INTIMACY}
    assert set(couple_card._INSTEAD) == rules


@pytest.mark.parametrize("word", ["Sp\u0430nk", "S.p.a.n.k", "Sp4nk", "Sp\u3164ank", "S p a n k"])
def test_a_word_that_only_looks_like_itself_is_refused(word):
    assert "steps[0].do" in wrong("dare", "G", f"{word} your partner with one hand, as softly as you can.")


@pytest.mark.parametrize(
    "text",
    [
        "Kiss for 20 seconds, then wait 5 more.",
        "Say \u201eIch liebe dich\u201c to your partner.",
        "It's a 2-step tango: lead your partner.",
    ],
)
def test_ordinary_words_and_numbers_are_not(text):
    assert "steps[0].do" not in {field for field, why in wrong("dare", "R", text).items() if "alphabet" in why}


def test_a_card_of_their_own_has_the_clock_that_it_was_given_or_that_its_words_name():
    def clocks(*steps: Step) -> list[int | None]:
        card, faults = read(Draft("dare", "G", steps))
        assert faults == {}
        return [step.duration_s for step in card.steps]

    assert clocks(Step("A", "Hold hands for one minute."), Step("B", "Smile at me.")) == [60, None]
    assert clocks(Step("A", "Hold hands for one minute.", 90)) == [90]
    assert clocks(Step("A", "Haltet euch an den Händen.", 30)) == [30]
    two = Draft("dare", "G", (Step("A", "Hold hands a while.", 60), Step("B", "Smile a while.", 60)))
    assert read(two)[1] == {"steps": "A card has one clock: give one of its steps a duration_s, not both."}
