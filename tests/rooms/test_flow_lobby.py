"""Before the game: taking seats, words, being ready, guests without a phone, and everything that may happen in the lobby."""

import pytest

from rooms.sessions import commands as c
from tests.rooms.room import WORDS, Scenario


def test_the_room_begins_with_its_opener_in_seat_a():
    room = Scenario(joined=False)
    assert room.a.heard[0]["e"] == {"t": "joined", "seat": "A", "name": "Ann"}
    assert room.a.shown["seats"] == {
        "A": {"name": "Ann", "hosted": False, "ready": False},
        "B": {"name": None, "hosted": False, "ready": False},
    }
    assert room.phase == "lobby"


def test_a_seat_is_taken_once_and_both_hear_the_name():
    room = Scenario(joined=False)
    room.join()
    room.expect("joined")
    assert room.a.heard[-1]["e"] == {"t": "joined", "seat": "B", "name": "Bo"}
    room.join()
    room.expect()


def test_the_game_starts_when_the_second_seat_is_ready():
    room = Scenario()
    room.b.ready()
    room.expect("ready")
    assert room.a.shown["seats"]["B"]["ready"]
    room.b.ready()
    room.expect()
    room.a.ready()
    room.expect("started", "turn_began")
    assert room.a.heard[-2]["e"] == {"t": "started"}
    assert all(seat["ready"] for seat in room.a.shown["seats"].values())


def test_nothing_starts_alone():
    room = Scenario(joined=False)
    room.a.ready()
    room.expect("ready")
    room.join()
    assert room.phase == "lobby"
    room.b.ready()
    room.expect("started", "turn_began")


def test_the_three_words_are_shown_in_the_lobby_and_gone_afterwards():
    room = Scenario(words=WORDS)
    assert room.a.shown["words"] == room.b.shown["words"] == list(WORDS)
    assert "words" not in room.a.heard[-1]["e"]
    room.a.pause()
    assert room.a.shown["words"] == list(WORDS)
    room.both_resume()
    room.started()
    assert room.a.shown["words"] is None


def test_words_disappear_when_the_invitation_is_declined():
    room = Scenario(words=WORDS)
    room.b.end()
    room.expect("ended")
    assert room.a.shown["words"] is None


def test_who_was_ready_before_there_were_words_to_compare_says_so_again():
    room = Scenario(joined=False, words=WORDS)
    room.a.ready()
    room.join()
    assert not room.a.shown["seats"]["A"]["ready"]
    room.b.ready()
    room.expect("ready")
    room.a.ready()
    room.expect("started", "turn_began")


def test_a_guest_is_ready_with_the_host():
    room = Scenario(hosted=True)
    assert room.a.shown["seats"]["B"] == {"name": "Bo", "hosted": True, "ready": False}
    room.a.ready()
    room.expect("started", "turn_began")
    assert room.a.shown["seats"]["B"]["ready"]


def test_a_guest_alone_does_not_start_the_game():
    room = Scenario(hosted=True)
    room.b.ready()
    room.expect("ready")
    room.a.ready()
    room.expect("started", "turn_began")


def test_a_guest_has_to_be_fine_to_go_on_as_well():
    room = Scenario(hosted=True)
    room.a.ready()
    room.a.pause()
    room.a.resume()
    room.expect("resume_wanted")
    room.b.resume()
    room.expect("resumed")


def test_a_guest_answers_a_proposed_level_through_the_hosts_phone():
    room = Scenario(hosted=True)
    room.a.propose("X")
    room.refuses("not_your_turn", room.a.accept)
    room.b.accept()
    room.expect("level_changed")


def test_ending_in_the_lobby_declines_the_invitation():
    room = Scenario()
    room.b.end()
    assert room.a.heard[-1]["e"] == {
        "t": "ended",
        "reason": "declined",
        "summary": {"kept": 0, "truth": 0, "dare": 0, "minutes": 0},
    }


def test_a_lobby_can_be_paused_and_stopped_and_goes_on_as_a_lobby():
    room = Scenario()
    room.b.ready()
    room.a.stop()
    room.expect("stopped")
    room.refuses("paused", room.a.ready)
    room.after(minutes=10)
    room.both_resume()
    room.expect("resumed")
    assert room.phase == "lobby"
    room.a.ready()
    room.expect("started", "turn_began")


def test_who_waits_alone_in_a_paused_lobby_goes_on_alone():
    room = Scenario(joined=False)
    room.a.pause()
    room.a.resume()
    room.expect("resumed")


def test_who_joins_a_paused_lobby_has_a_say_in_going_on():
    room = Scenario(joined=False)
    room.a.pause()
    room.join()
    room.expect("joined")
    assert room.phase == "paused"
    room.a.resume()
    room.expect("resume_wanted")
    room.b.resume()
    room.expect("resumed")


def test_nobody_joins_a_room_that_is_over():
    room = Scenario(joined=False)
    room.a.end()
    room.refuses("session_over", room.join)


def test_a_lobby_that_nobody_comes_back_to_is_abandoned():
    room = Scenario()
    room.serve(c.Abandon())
    assert room.a.heard[-1]["e"]["reason"] == "abandoned"


def test_the_level_may_change_both_ways_before_the_game():
    room = Scenario()
    room.b.ready()
    room.b.propose("X")
    room.a.accept()
    assert room.a.shown["level"] == "X"
    room.a.propose("G")
    room.expect("level_changed")
    room.a.ready()
    room.expect("started", "turn_began")
    assert room.b.shown["level"] == "G"


def test_the_settings_shown_are_those_of_creation_whatever_the_level_is_now():
    room = Scenario(intimacy_level="X", target_activities=7, rules={"safe word": "harbour"})
    room.a.propose("G")
    assert room.b.shown["settings"] == {
        "intimacy_level": "X",
        "activity_type": "random",
        "type_choice": "player",
        "turn_order": "alternate",
        "target_activities": 7,
        "bank_ratio": 0.5,
        "rules": {"safe word": "harbour"},
    }


@pytest.mark.parametrize("seat", ["a", "b"])
def test_a_goodbye_is_not_part_of_the_log(seat):
    room = Scenario()
    getattr(room, seat).leave()
    room.expect()
