"""Resuming is exact: whatever a phone had when it was cut, it ends where the log stands."""

import asyncio
import copy
import uuid
from contextlib import asynccontextmanager

import pytest
import redis.asyncio as redis

from game_server.live.rooms import Rooms
from tests.support.game import canonical, generous, playing, told
from tests.support.phone import Phone, Refused


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings, closed_idle_s=1, cool_down_s=1)


async def eventful(game):
    """A bit of everything."""
    await game.card()
    await game.a.command("skip", on=await game.card())
    await game.b.command("complete", on=await game.card())
    await game.b.command("feedback", turn=1, feedback="dislike", executed=False)
    await game.a.command("feedback", turn=1, feedback="like")
    await game.card()
    await game.a.command("propose_level", level="X")
    await game.settle()
    await game.b.command("accept_level", on=game.b.state["proposal"]["seq"])
    await game.b.command("pause")
    await game.settle()
    await game.resume()
    await game.b.command("propose_level", level="G")
    await game.complete()
    await game.card()
    await game.a.command("stop")
    await game.b.command("pause")
    await game.settle()


async def whole(phone):
    """The person's phone again, from the first event on."""
    again = Phone(phone.person, phone.session_id)
    again.epoch = phone.epoch
    return await again.connect()


def cut(phone, seq):
    """A phone that had heard that much and no more."""
    again = Phone(phone.person, phone.session_id)
    again.epoch, again.seq = phone.epoch, seq
    for frame in phone.frames:
        if frame["t"] == "event" and frame["seq"] <= seq:
            again.state |= copy.deepcopy(frame["set"])
    return again


async def resume_everywhere(phone):
    """Cut at every seq; the state must be the snapshot's, and every frame the one that came first."""
    recorded = await whole(phone)
    events = [frame for frame in recorded.frames if frame["t"] == "event"]
    assert [frame["seq"] for frame in events] == list(range(1, recorded.seq + 1))
    answer = await phone.person.get(f"/api/sessions/{phone.session_id}")
    for seq in range(recorded.seq + 1):
        again = await cut(recorded, seq).connect()
        assert again.mode == "replay"
        assert [frame for frame in again.frames if frame["t"] == "event"] == events[seq:]
        assert canonical({"seq": again.seq, "state": again.state}) == told(answer)
        await again.drop()


async def test_every_cut_point_of_a_game_leads_to_the_same_state_on_both_seats(server):
    async with playing(server, activity_type="random") as game:
        await eventful(game)
        # What was heard live is, frame for frame, what a replay says.
        for phone in game.phones:
            live = [frame for frame in phone.frames if frame["t"] == "event"]
            replayed = [frame for frame in (await whole(phone)).frames if frame["t"] == "event"]
            assert replayed[-len(live) :] == live
        await asyncio.gather(*(resume_everywhere(phone) for phone in game.phones))


async def test_a_snapshot_comes_for_no_epoch_another_epoch_and_a_seq_that_cannot_be(server):
    async with playing(server) as game:
        await game.settle()
        for epoch, seq in (
            (None, 3),
            ("another", 3),
            (game.a.epoch, game.a.seq + 1),
            (game.a.epoch, -1),
            (game.a.epoch, 10**30),
        ):
            phone = Phone(game.a.person, game.session_id)
            await phone.open_socket()
            await phone.say({"t": "hello", "epoch": epoch, "last_seq": seq})
            await phone.until(lambda phone=phone: any(frame["t"] == "live" for frame in phone.frames))
            assert phone.mode == "snapshot"
            assert [frame["t"] for frame in phone.frames[:3]] == ["welcome", "snapshot", "live"]
            assert phone.state == game.a.state
            await phone.close()


async def test_a_gap_of_a_hundred_is_replayed_and_one_more_is_a_snapshot(server):
    async with playing(server) as game:
        head = await game.settle()
        for _ in range(101):
            await game.b.command("propose_level", level="X")
        near, far = cut(game.a, head + 1), cut(game.a, head)
        near.state = {}  # only the mode is looked at
        await near.connect()
        assert near.mode == "replay"
        await near.close()
        await far.connect()
        assert far.mode == "snapshot"
        assert far.seq == head + 101
        await far.close()


async def test_an_ended_session_is_closed_and_answers_only_retries_and_feedback(server):
    async with playing(server) as game:
        last = str(uuid.uuid4())
        first = await game.complete()
        await game.a.command("feedback", turn=1, feedback="like")
        ended = await game.b.command("end", id=last)
        await game.settle()
        late = await game.b.command("feedback", turn=1, feedback="neutral", executed=True)
        assert late["seq"] == ended["seq"] + 1
        assert await game.b.command("end", id=last) == ended
        for t, fields in {
            "ready": {}, "choose": {"on": 3, "type": "dare"}, "skip": {"on": 3}, "propose_level": {"level": "G"},
            "accept_level": {"on": 3}, "decline_level": {"on": 3}, "pause": {}, "stop": {}, "resume": {"on": 3},
            "lengthen": {"minutes": 1}, "timer": {"on": 3, "action": "start"}, "end": {},
        }.items():  # fmt: skip
            with pytest.raises(Refused) as refused:
                await game.a.command(t, **fields)
            assert refused.value.code == "session_over", t
        assert first["seq"] < ended["seq"]
        await game.agree()

        await game.a.close()
        game.a.frames.clear()
        await game.a.connect()
        assert game.a.mode == "closed"
        assert [frame["t"] for frame in game.a.frames[:3]] == ["welcome", "snapshot", "live"]
        assert await game.a.until_closed() == 4410
        assert await game.b.until_closed() == 4410


async def test_a_drop_and_a_resume_within_ten_milliseconds_loses_nothing(server):
    async with playing(server) as game:
        for _ in range(8):
            await game.card()
            ids = [str(uuid.uuid4()) for _ in range(3)]
            for id_ in ids:
                await game.a.say({"t": "propose_level", "id": id_, "level": "X"})
            await game.a.drop()
            await game.a.connect()
            for id_ in ids:
                await game.a.command("propose_level", id=id_, level="X")
            await game.agree()
        assert len(game.b.events("level_proposed")) == 24


async def test_two_resumes_in_a_row_leave_the_newer_one_live(server):
    async with playing(server) as game:
        for _ in range(5):
            first, second = copy.copy(game.a), Phone(game.a.person, game.session_id)
            await game.a.drop()
            first._heard = asyncio.Condition()
            await first.connect()
            second.epoch, second.seq, second.state = first.epoch, first.seq, dict(first.state)
            await second.connect()
            assert await first.until_closed() == 4409
            await game.b.command("propose_level", level="X")
            game.a = second
            game.phones = (second, game.b)
            await game.agree()


class SlowToAnswer:
    """The database through a slow network: what was read arrives when it is let through."""

    def __init__(self, database) -> None:
        self.database = database
        self.let_through = asyncio.Event()
        self.has_read = asyncio.Event()

    @asynccontextmanager
    async def reading(self):
        async with self.database.reading() as connection:
            yield connection
        self.has_read.set()
        await self.let_through.wait()


async def test_what_is_committed_while_the_log_is_read_is_not_forgotten(server, services):
    async with playing(server) as game:
        await game.card()
        slow = SlowToAnswer(services.database)
        rooms = Rooms(services.rooms.kind, slow, services.hub, services.redis, "a process of its own")
        slow.let_through.set()
        feed, before = await rooms.reread(game.session_id)
        slow.let_through.clear()
        slow.has_read.clear()
        reading = asyncio.ensure_future(rooms.reread(game.session_id))
        await slow.has_read.wait()

        ack = await game.b.command("pause")
        _, logged = await services.rooms.reread(game.session_id)
        assert feed.advance(logged[len(before) :])  # the bell rings while the reader still waits
        slow.let_through.set()
        again, _ = await reading
        assert again.head == ack["seq"]
        assert again.room.state.phase == "paused"


async def test_a_pause_in_the_middle_of_a_resume_reaches_the_phone_that_comes_back(server):
    async with playing(server) as game:
        await game.card()
        for _ in range(5):
            await game.a.drop()
            await asyncio.gather(game.a.connect(), game.b.command("pause"))
            await game.a.until(lambda: game.a.state["phase"] == "paused")
            await game.agree()
            await game.resume()


async def test_flushall_in_mid_game_goes_unnoticed(server, redis_url):
    store = redis.Redis.from_url(redis_url)
    async with playing(server) as game:
        for turn in range(5):
            await game.card()
            await store.flushall()
            ack = await game.complete((game.a, game.b)[turn % 2])
            await game.b.until_seq(ack["seq"])
            await game.a.drop()
            await store.flushall()
            await game.a.connect()
            assert game.a.mode == ("replay" if turn < 4 else "closed")
            await game.agree()
        assert not [frame for phone in game.phones for frame in phone.frames if frame["t"] == "refused"]
    await store.aclose()


async def test_a_ticket_lost_with_redis_is_refused_and_a_new_one_works(server, redis_url):
    store = redis.Redis.from_url(redis_url)
    async with playing(server) as game:
        await game.a.close()
        answer = await game.a.person.post("/api/ws-tickets", {"session_id": game.session_id})
        assert answer["expires_in"] == 30
        await store.flushall()
        await game.a.connect()
        await game.agree()
    await store.aclose()
