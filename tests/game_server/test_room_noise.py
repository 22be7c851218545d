"""One noisy phone harms nobody: not its partner, not another room, and not the log."""

import asyncio
import json
import uuid

import pytest

from game_server.live.feed import KEPT_HALTS_A_MINUTE, Feed
from tests.support.game import canonical, playing, told
from tests.support.person import Person
from tests.support.phone import Phone

MANY = 300


async def shout(phone, *messages):
    """All of them at once, without waiting for an answer."""
    for message in messages:
        await phone.say(message)


def pauses(count):
    return [{"t": "pause", "id": str(uuid.uuid4())} for _ in range(count)]


def frames(phone, t, since):
    return [frame for frame in phone.frames[since:] if frame["t"] == t]


async def replies(sql, game):
    return await sql.fetchval("SELECT count(*) FROM session_replies WHERE session_id = $1", game.session_id)


async def test_hundreds_of_pauses_reach_the_partner_as_one_halt_and_one_event(server, sql):
    async with playing(server) as game:
        await game.card()
        kept = await replies(sql, game)
        since = [len(phone.frames) for phone in game.phones]
        asked = pauses(MANY)
        await shout(game.a, *asked)
        leaving = await game.b.command("leave")
        assert leaving["seq"] <= game.b.seq
        ids = {message["id"] for message in asked}
        await game.a.until(lambda: ids <= {frame["id"] for frame in frames(game.a, "ack", since[0])})
        for phone, start in zip(game.phones, since, strict=True):
            assert len(frames(phone, "halt", start)) == 1
            assert [frame["e"]["t"] for frame in frames(phone, "event", start)] == ["paused"]
            assert phone.closed is None
        assert await replies(sql, game) - kept <= 23
        await game.resume()
        await game.agree()


async def test_an_old_pause_said_again_and_again_hides_nothing_and_fills_no_queue(server):
    """The id was answered long ago and the game went on: its first ack, and nothing for the partner."""
    async with playing(server) as game:
        await game.card()
        first = await game.a.command("pause", id=(old := str(uuid.uuid4())))
        await game.resume()
        since = len(game.b.frames)
        for _ in range(60):
            assert await game.a.command("pause", id=old) == first
        assert [frame["t"] for frame in game.b.frames[since:]] == []
        assert game.b.state["phase"] == "card"
        new = await game.a.command("pause")
        await game.b.until_seq(new["seq"])
        assert game.b.state["phase"] == "paused"
        await game.resume()
        await game.agree()


async def test_a_flood_of_pauses_lets_another_room_play(server):
    async with playing(server) as noisy, playing(server) as quiet:
        await noisy.card()
        flood = asyncio.ensure_future(shout(noisy.a, *pauses(3000)))
        for _ in range(3):
            await quiet.complete()
        await flood
        await quiet.agree()
        assert noisy.a.closed is None
        assert noisy.b.closed is None
        stopped = await noisy.b.command("stop")
        await noisy.a.until_seq(stopped["seq"])
        assert noisy.a.state["phase"] == "stopped"


async def test_what_is_said_before_hello_costs_credits_too(server):
    async with playing(server) as game:
        phone = Phone(game.a.person, game.session_id)
        await phone.open_socket()
        await shout(phone, *({"t": "ready", "id": str(uuid.uuid4())} for _ in range(200)))
        assert await phone.until_closed() == 1008
        assert len(phone.frames) <= 21


@pytest.mark.parametrize(
    "write",
    [str.upper, lambda id_: id_.replace("-", ""), lambda id_: id_.replace("-", "").upper(), lambda id_: id_],
    ids=["capitals", "no dashes", "capitals and no dashes", "as usual"],
)
async def test_a_reply_repeats_the_id_as_it_was_sent(server, write):
    async with playing(server) as game:
        on = await game.card()
        once = str(uuid.uuid4())
        ack = await game.a.command("complete", id=write(once), on=on)
        assert ack["id"] == write(once)
        assert (await game.a.command("complete", id=once, on=on))["seq"] == ack["seq"]
        for t, fields in (("pause", {}), ("skip", {"on": 1}), ("choose", {"on": 1}), ("unheard", {})):
            id_ = write(str(uuid.uuid4()))
            since = len(game.a.frames)
            await game.a.say({"t": t, "id": id_, **fields})
            await game.a.until(
                lambda id_=id_, since=since: any(frame.get("id") == id_ for frame in game.a.frames[since:])
            )
        await game.resume()


async def test_who_says_goodbye_and_plays_on_is_present_again(server):
    async with playing(server, ready=False) as game:
        await game.a.command("leave")
        await game.b.until(lambda: presence(game.b) == "left")
        await game.a.command("ready")
        await game.b.until(lambda: presence(game.b) == "present")
        await game.b.command("ready")
        leave = str(uuid.uuid4())
        await game.a.command("leave", id=leave)
        await game.b.until(lambda: presence(game.b) == "left")
        await game.a.command("pause")
        await game.b.until(lambda: presence(game.b) == "present")
        since = len(game.b.frames)
        await game.a.command("leave", id=leave)
        await game.b.command("pause")
        assert frames(game.b, "presence", since) == []


def presence(phone, seat="A"):
    """What the phone was told last of that seat."""
    told = [frame["status"] for frame in phone.frames if frame["t"] == "presence" and frame["seat"] == seat]
    return told[-1] if told else None


async def test_a_phone_that_comes_while_a_halt_is_unanswered_hides_the_card_too(server, sql):
    async with playing(server) as game:
        await game.card()
        await game.b.drop()
        async with sql.transaction():
            await sql.execute("LOCK TABLE session_events IN SHARE MODE")  # the commit waits, a reader does not
            pausing = asyncio.ensure_future(game.a.command("pause"))
            await game.a.until(lambda: any(frame["t"] == "halt" for frame in game.a.frames))
            await game.b.connect()
            await game.b.until(lambda: game.b.frames[-1]["t"] != "live")
            assert [frame["t"] for frame in game.b.frames].count("halt") == 1
            assert not pausing.done()
        await pausing
        await game.resume()
        await game.agree()


async def test_names_of_an_erased_partner_leave_the_live_phone_and_fold_and_snapshot_agree(server):
    async with playing(server, people=(Person.anonymous, Person.registered)) as game:
        await game.card()
        assert game.a.state["seats"]["B"]["name"] == "Bo"
        await game.b.person.delete("/api/me")
        await game.a.until(lambda: game.a.state["seats"]["B"]["name"] == "your partner", within=5)
        answer = await game.a.person.get(f"/api/sessions/{game.session_id}")
        assert told(answer) == canonical({"seq": game.a.seq, "state": game.a.state})
        assert "Bo" not in json.dumps(game.a.state["card"])
        assert await game.b.until_closed() == 4401


async def test_a_phone_that_takes_the_seat_from_an_older_one_was_never_away(server):
    async with playing(server) as game:
        await game.b.until(lambda: presence(game.b) == "present")
        since = len(game.b.frames)
        for _ in range(5):
            newer = await Phone.in_room(game.a.person, game.session_id)
            assert await game.a.until_closed() == 4409
            game.a = newer
            await game.a.command("pause")
        game.phones = (game.a, game.b)
        await game.resume()
        assert frames(game.b, "presence", since) == []


async def test_a_read_full_of_small_frames_is_understood_to_the_last_one(server):
    """A hundred kilobytes in one write: nothing is lost or out of order where they are taken apart piece by piece."""
    async with playing(server) as game:
        await game.card()
        await game.b.close()
        pongs = b"\x8a\x80\0\0\0\0" * 17_000
        first, last = (json.dumps({"t": "pause", "id": str(uuid.uuid4())}).encode() for _ in range(2))
        socket = await game.b.open_socket()
        hello = json.dumps({"t": "hello", "epoch": game.b.epoch, "last_seq": game.b.seq}).encode()
        socket.transport.write(b"".join([framed(hello), framed(first), pongs, framed(last)]))
        asked = [json.loads(message)["id"] for message in (first, last)]
        await game.b.until(lambda: [f["id"] for f in game.b.frames if f["t"] == "ack"][-2:] == asked)
        await game.b.command("leave")
        await game.resume()
        await game.agree()


def framed(message):
    """A text frame as a client sends it, with a mask that changes nothing."""
    return b"\x81" + bytes([0x80 | 126]) + len(message).to_bytes(2, "big") + b"\0\0\0\0" + message


def test_a_pause_that_is_tried_again_is_one_pause():
    """While the store is away one is tried once a second; it takes no other's place among those that are kept."""
    feed = Feed("room", None, None)
    kept = [f"pause {number}" for number in range(KEPT_HALTS_A_MINUTE)]
    assert all(feed.keeps_halt("A", command_id) for command_id in kept for _ in range(3))
    assert not feed.keeps_halt("A", "one more")
    assert feed.keeps_halt("B", "the other seat's")
