"""Whole games over real sockets: every pairing, the frames on the wire, and the fold of them."""

from datetime import datetime
from itertools import pairwise

import pytest

from tests.support.described import faults
from tests.support.game import CARDS, generous, hosting, playing
from tests.support.person import Person
from tests.support.phone import Phone, Refused

COMES = {"user": Person.registered, "guest": Person.anonymous}

STATE = {
    "session_id", "seat", "phase", "settings", "level", "proposal", "seats", "words", "step", "target", "turn", "active",
    "type", "card", "card_seq", "consecutive_skips", "resume_wanted", "cool_down_until", "aftercare", "remaining",
    "resets_at", "my_feedback", "summary",
}  # fmt: skip
CARD = {
    "activity_id", "type", "rating", "intensity", "script", "active", "partner", "tags", "source", "phase", "seq_no",
}  # fmt: skip


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings)


@pytest.mark.parametrize("b", COMES)
@pytest.mark.parametrize("a", COMES)
async def test_every_pairing_plays_a_game_to_its_target(server, a, b):
    async with playing(server, people=(COMES[a], COMES[b]), activity_type="random") as game:
        await game.play_to_end(check=game.agree)
        await game.agree()

        ends = [phone.events("ended") for phone in game.phones]
        assert ends[0] == ends[1]
        assert ends[0][0]["reason"] == "target"
        assert game.a.state["summary"]["kept"] == 5
        assert game.a.state["seats"] == {
            "A": {"name": "Ada", "hosted": False, "ready": True},
            "B": {"name": "Bo", "hosted": False, "ready": True},
        }


async def test_one_phone_plays_for_itself_and_a_hosted_guest(server):
    async with hosting(server, activity_type="random") as game:
        assert game.a.state["seats"]["B"] == {"name": "Bo", "hosted": True, "ready": True}
        await game.play_to_end(check=game.agree)
        await game.agree()
        assert game.a.state["seats"]["B"]["name"] == "your partner"


async def test_a_hosted_guest_resumes_separately_and_no_other_seat_may_be_spoken_for(server):
    async with hosting(server) as game:
        on = (await game.a.command("pause"))["seq"]
        await game.a.command("resume", on=on)
        assert game.a.state["phase"] == "paused"
        await game.a.command("resume", on=on, seat="B")
        assert game.a.state["phase"] == "card"
    async with playing(server) as game:
        for phone, seat in ((game.a, "B"), (game.b, "A")):
            with pytest.raises(Refused) as refused:
                await phone.command("pause", seat=seat)
            assert refused.value.code == "not_hosted"
        await game.a.command("skip", on=await game.card(), seat="A")


async def test_both_seats_see_the_same_events_at_the_same_seqs(server):
    async with playing(server, activity_type="random") as game:
        await game.card()
        await game.b.command("skip", on=await game.card())
        await game.complete()
        await game.b.command("feedback", turn=1, feedback="like", executed=True)
        await game.a.command("propose_level", level="X")
        await game.settle()  # two sockets: the ack of one may be read before the event of the other
        await game.b.command("accept_level", on=game.b.last_seq_of("level_proposed"))
        await game.a.command("pause")
        await game.settle()
        await game.resume()
        await game.a.command("end")
        await game.agree()

        a, b = game.a.events(), game.b.events()
        joined_before_b = next(event["seq"] for event in b)
        assert [(event["seq"], event["t"]) for event in a if event["seq"] >= joined_before_b] == [
            (event["seq"], event["t"]) for event in b
        ]
        given = [next(event for event in side if event["t"] == "feedback_given") for side in (a, b)]
        assert given[0] == {"seq": given[0]["seq"], "t": "feedback_given", "turn": 1, "by": "B"}
        assert given[1] == {**given[0], "feedback": "like", "executed": True}
        assert game.a.state["my_feedback"] == {}
        assert game.b.state["my_feedback"] == {"1": {"feedback": "like", "executed": True}}


async def test_the_first_frames_are_welcome_then_what_was_missed_then_live_then_presence(server):
    async with playing(server, ready=False) as game:
        await game.b.until(lambda: len([f for f in game.b.frames if f["t"] == "presence"]) >= 2)
        welcome, snapshot, live, first, second = game.b.frames[:5]
        assert welcome.keys() >= {"t", "seat", "epoch", "head", "mode", "now", "ping_ms", "dead_ms"}
        assert (welcome["t"], welcome["seat"], welcome["mode"]) == ("welcome", "B", "snapshot")
        assert (welcome["ping_ms"], welcome["dead_ms"]) == (15000, 45000)
        assert welcome["now"].endswith("Z")
        assert datetime.fromisoformat(welcome["now"]).tzinfo
        assert (snapshot["t"], snapshot["seq"]) == ("snapshot", welcome["head"])
        assert snapshot["state"].keys() >= STATE
        assert live == {"t": "live"}
        assert {first["t"], second["t"]} == {"presence"}
        assert {first["seat"], second["seat"]} == {"A", "B"}
        assert first == {"t": "presence", "seat": first["seat"], "status": "present", "until": None}
        assert game.a.state["words"] == game.b.state["words"]
        assert len(game.a.state["words"]) == 3


async def test_one_command_appends_what_the_contract_says(server):
    async with playing(server, ready=False, activity_type="random") as game:
        await game.a.command("ready")
        await game.b.command("ready")
        assert [event["t"] for event in game.b.events()] == ["ready", "started", "turn_began"]
        began = game.b.events("turn_began")[0]
        assert began == {"seq": began["seq"], "t": "turn_began", "turn": 1, "active": "A", "type": None}
        with pytest.raises(Refused) as refused:
            await game.b.command("choose", on=began["seq"], type="dare")
        assert refused.value.code == "not_your_turn"
        assert refused.value.frame.keys() == {"t", "id", "code", "message", "head", "retryable"}
        await game.a.command("choose", on=began["seq"], type="random")
        chosen, shown = game.a.events()[-2:]
        assert chosen == {
            "seq": chosen["seq"], "t": "type_chosen", "turn": 1, "type": shown["card"]["type"], "by": "spin",
        }  # fmt: skip
        assert shown["card"].keys() == CARD
        assert (shown["t"], shown["turn"], shown["remaining"], shown["card"]["seq_no"]) == ("card_shown", 1, 24, 1)
        assert "charged_on" not in shown
        assert {step["actor"] for step in shown["card"]["script"]["steps"]} <= {"A", "B"}
        for _ in range(3):
            on = game.a.last_seq_of(*CARDS)
            await game.b.command("skip", on=on)
            await game.a.until(lambda on=on: game.a.seq > on)
        await game.settle()
        assert [event["t"] for event in game.a.events()][-4:] == [
            "card_replaced", "card_replaced", "card_replaced", "nudged",
        ]  # fmt: skip
        assert game.a.events("nudged")[0]["options"] == ["lower_level", "review_boundaries", "continue"]
        await game.complete()
        await game.settle()
        assert [event["t"] for event in game.a.events()][-2:] == ["completed", "turn_began"]
        assert game.a.state["consecutive_skips"] == 0


async def test_every_event_says_when_and_what_it_changed_and_acks_come_after_their_events(server):
    async with playing(server) as game:
        await game.play_to_end()
        for phone in game.phones:
            events = [frame for frame in phone.frames if frame["t"] == "event"]
            assert all(frame.keys() == {"t", "seq", "at", "e", "set"} for frame in events)
            assert all(frame["at"].endswith("Z") for frame in events)
            assert all(after["seq"] == before["seq"] + 1 for before, after in pairwise(events))
            applied = 0
            for frame in phone.frames:
                if frame["t"] in ("event", "snapshot"):
                    applied = frame["seq"]
                elif frame["t"] == "ack":
                    assert frame.keys() == {"t", "id", "seq"}
                    assert frame["seq"] <= applied


async def test_a_pause_halts_both_phones_and_nothing_is_shown_until_both_resumed(server):
    async with playing(server) as game:
        await game.card()
        ack = await game.b.command("pause")
        await game.settle()
        for phone in game.phones:
            kinds = [frame["t"] if frame["t"] != "event" else frame["e"]["t"] for frame in phone.frames]
            assert kinds.index("halt") < kinds.index("paused")
            assert next(f for f in phone.frames if f["t"] == "halt") == {"t": "halt", "kind": "pause"}
            assert phone.events("paused") == [{"seq": ack["seq"], "t": "paused"}]
        for refused_one in ("complete", "skip"):
            with pytest.raises(Refused) as refused:
                await game.a.command(refused_one, on=game.a.state["card_seq"])
            assert refused.value.code == "paused"
        again = await game.a.command("pause")
        assert again["seq"] == ack["seq"]
        await game.a.command("resume", on=ack["seq"])
        assert game.a.state["resume_wanted"] == ["A"]
        new = await game.b.command("pause")
        assert new["seq"] > ack["seq"], "a new pause clears earlier resumes"
        with pytest.raises(Refused) as refused:
            await game.b.command("resume", on=ack["seq"])
        assert refused.value.code == "stale"
        await game.settle()
        await game.resume()
        assert game.a.state["phase"] == "card"
        await game.agree()


async def test_a_stop_takes_the_card_away_cools_down_and_may_end_the_game(server):
    async with playing(server) as game:
        await game.card()
        await game.a.command("stop")
        await game.settle()
        assert [event["t"] for event in game.b.events()][-2:] == ["card_withdrawn", "stopped"]
        assert game.b.events("card_withdrawn")[-1].keys() == {"seq", "t", "turn"}
        assert game.b.state["card"] is None
        assert game.b.state["aftercare"]
        until = datetime.fromisoformat(game.b.state["cool_down_until"])
        with pytest.raises(Refused) as refused:
            await game.b.command("resume", on=game.b.state["halt_seq"])
        assert refused.value.code == "cooling_down"
        await game.b.command("lengthen", minutes=5)
        assert (datetime.fromisoformat(game.b.state["cool_down_until"]) - until).total_seconds() == 300
        await game.b.command("end")
        await game.agree()
        assert game.a.events("ended")[0]["reason"] == "stopped"


async def test_going_up_takes_two_and_going_down_takes_one(server):
    async with playing(server, activity_type="dare", intimacy_level="R") as game:
        await game.card()
        await game.a.command("propose_level", level="X")
        await game.b.until(lambda: game.b.state["proposal"])
        on = game.b.state["proposal"]["seq"]
        with pytest.raises(Refused) as refused:
            await game.a.command("accept_level", on=on)
        assert refused.value.code == "not_your_turn"
        await game.b.command("decline_level", on=on)
        with pytest.raises(Refused) as refused:
            await game.b.command("accept_level", on=on)
        assert refused.value.code == "no_proposal"
        await game.settle()
        assert game.a.state["level"] == "R"
        await game.b.command("propose_level", level="G")
        await game.agree()
        assert game.a.state["level"] == "G"
        assert game.a.state["card"]["rating"] == "G"


async def test_names_stand_in_the_cards_and_no_placeholder_reaches_a_phone(server):
    async with playing(server, activity_type="dare", target_activities=10) as game:
        await game.play_to_end()
        said = [
            step["do"] for event in game.a.events() if event["t"] in CARDS for step in event["card"]["script"]["steps"]
        ]
        assert not [text for text in said if "{" in text or "your partner" in text.lower()]
        assert any("Ada" in text or "Bo" in text for text in said)


async def test_the_opener_sees_the_partner_join_at_once(server):
    async with await Person.anonymous(server.url, "Ada") as ada, await Person.anonymous(server.url, "Bo") as bo:
        room = await ada.open_room()
        phone = await Phone.in_room(ada, room["session_id"])
        assert phone.state["seats"]["B"] == {"name": None, "hosted": False, "ready": False}
        await bo.join(room["join"]["token"])
        await phone.until(lambda: phone.state["seats"]["B"]["name"] == "Bo")
        joined = phone.events("joined")[-1]
        assert joined == {"seq": joined["seq"], "t": "joined", "seat": "B", "name": "Bo"}
        await phone.close()


async def test_what_phones_are_told_is_what_the_protocols_document_says(server):
    async with playing(server, activity_type="random") as game:
        for _ in range(3):
            await game.a.command("skip", on=await game.card())
        await game.complete()
        await game.a.command("feedback", turn=1, feedback="like", executed=True)
        for answer in ("decline_level", "accept_level"):
            proposed = await game.a.command("propose_level", level="X")
            await game.b.command(answer, on=proposed["seq"])
        await game.card()
        await game.b.command("pause")
        await game.resume()
        with pytest.raises(Refused):
            await game.a.command("complete", on=1)
        stopped = await game.b.command("stop")
        await game.a.command("lengthen", minutes=20)
        await game.b.close()
        await game.b.connect()
        with pytest.raises(Refused):
            await game.b.command("resume", on=stopped["seq"])
        await game.a.command("end")
        await game.agree()
        frames = [frame for phone in game.phones for frame in phone.frames]
        assert [(frame, wrong) for frame in frames if (wrong := faults(frame))] == []
        assert {frame["t"] for frame in frames} >= {
            "welcome",
            "snapshot",
            "live",
            "presence",
            "event",
            "ack",
            "refused",
            "halt",
        }
        assert len({frame["e"]["t"] for frame in frames if frame["t"] == "event"}) > 14
