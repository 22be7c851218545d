"""A command id has one effect and one answer, and both phones may press anything at the same moment: also on two processes."""

import asyncio
import uuid

import pytest

from tests.support.game import CARDS, generous, playing
from tests.support.phone import Phone, Refused
from tests.support.server_process import ServerProcess


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings)


@pytest.fixture(scope="module")
def second(server, settings, tmp_path_factory):
    """Another process on the same stores."""
    second = ServerProcess(settings, tmp_path_factory.mktemp("second") / "log")
    yield second
    second.stop()


async def head_of(sql, game):
    return await sql.fetchval("SELECT head FROM sessions WHERE session_id = $1", game.session_id)


async def elsewhere(phone, server):
    """The same seat's phone, moved to another process."""
    await phone.drop()
    phone.ws_url = server.ws_url
    await phone.connect()


async def test_the_same_id_again_gets_the_same_ack_and_no_second_effect(server, second, sql):
    async with playing(server, target_activities=10) as game:
        on, id_ = await game.card(), str(uuid.uuid4())
        ack = await game.a.command("complete", id=id_, on=on)
        head = await head_of(sql, game)
        for _ in range(2):
            assert await game.a.command("complete", id=id_, on=on) == ack  # the same socket
        await elsewhere(game.a, server)
        assert await game.a.command("complete", id=id_, on=on) == ack  # a new one
        await elsewhere(game.a, second)
        assert await game.a.command("complete", id=id_, on=on) == ack  # another process
        assert await head_of(sql, game) == head

        await game.complete(game.b)
        await game.settle()
        assert await game.a.command("complete", id=id_, on=on) == ack  # much later
        await game.agree()


async def test_the_same_id_at_the_same_moment_has_one_effect(server, sql):
    async with playing(server) as game:
        on, id_ = await game.card(), str(uuid.uuid4())
        for _ in range(5):
            await game.a.say({"t": "skip", "id": id_, "on": on})
        await game.a.until(lambda: len([f for f in game.a.frames if f.get("id") == id_]) == 5)
        acks = [frame for frame in game.a.frames if frame.get("id") == id_]
        assert acks == [{"t": "ack", "id": id_, "seq": on + 1}] * 5
        assert await head_of(sql, game) == on + 1


async def test_an_id_used_for_another_body_or_by_the_other_seat_is_refused(server):
    async with playing(server) as game:
        on, id_ = await game.card(), str(uuid.uuid4())
        ack = await game.a.command("skip", id=id_, on=on)
        for phone, t, fields in (
            (game.a, "skip", {"on": ack["seq"]}),
            (game.a, "complete", {"on": on}),
            (game.a, "pause", {}),
            (game.b, "skip", {"on": on}),
        ):
            with pytest.raises(Refused) as refused:
                await phone.command(t, id=id_, **fields)
            assert refused.value.code == "id_reused"
        assert await game.a.command("skip", id=id_, on=on) == ack
        await game.agree()


async def test_a_refusal_is_not_kept(server):
    async with playing(server, activity_type="random") as game:
        on, id_ = game.a.state["turn_seq"], str(uuid.uuid4())
        with pytest.raises(Refused) as refused:
            await game.a.command("complete", id=id_, on=on + 1)
        assert refused.value.code == "no_card"
        await game.card()
        assert (await game.a.command("complete", id=id_, on=game.a.state["card_seq"]))["t"] == "ack"


async def test_a_second_complete_of_a_completed_card_is_acked_with_the_head(server, sql):
    async with playing(server) as game:
        on = await game.card()
        await game.a.command("complete", on=on)
        head = await head_of(sql, game)
        assert (await game.b.command("complete", on=on))["seq"] == head
        with pytest.raises(Refused) as refused:
            await game.b.command("skip", on=on)
        assert refused.value.code == "stale"
        assert await head_of(sql, game) == head


async def both(game, t, **fields):
    """Both phones at once; the refusals' codes among the outcomes."""
    outcomes = await asyncio.gather(*(phone.command(t, **fields) for phone in game.phones), return_exceptions=True)
    return [outcome.code if isinstance(outcome, Refused) else outcome["t"] for outcome in outcomes]


@pytest.mark.parametrize("processes", ["one", "two"])
async def test_both_phones_press_at_once_and_it_counts_once(server, second, processes):
    servers = (server, second) if processes == "two" else (server,)
    async with playing(*servers, target_activities=10) as game:
        if processes == "two":
            await elsewhere(game.b, second)
        for turn in range(1, 8):
            on = await game.card()
            if turn % 2:
                assert await both(game, "complete", on=on) == ["ack", "ack"]
                await game.settle()
                assert game.a.state["turn"] == turn // 2 + 2
            else:
                assert sorted(await both(game, "skip", on=on)) == ["ack", "stale"]
            await game.agree()
        assert await both(game, "pause") == ["ack", "ack"]
        await game.settle()
        assert len(game.a.events("paused")) == 1
        assert await both(game, "resume", on=game.a.state["halt_seq"]) == ["ack", "ack"]
        await game.agree()
        assert game.a.state["phase"] == "card"
        assert sorted(await both(game, "end")) == ["ack", "session_over"]
        await game.agree()


@pytest.mark.parametrize("processes", ["one", "two"])
async def test_a_pause_said_again_after_the_game_went_on_leaves_no_card_hidden(server, second, processes):
    servers = (server, second) if processes == "two" else (server,)
    async with playing(*servers) as game:
        if processes == "two":
            await elsewhere(game.b, second)
        await game.card()
        pause = str(uuid.uuid4())
        first = await game.a.command("pause", id=pause)
        await game.settle()
        await both(game, "resume", on=first["seq"])
        await game.settle()
        assert game.b.state["phase"] == "card"
        if processes == "two":
            await elsewhere(game.a, second)
        heard = [len(phone.frames) for phone in game.phones]
        assert await game.a.command("pause", id=pause) == first
        await game.b.command("propose_level", level="X")
        for phone, before in zip(game.phones, heard, strict=True):
            assert {"halt", "snapshot"}.isdisjoint(frame["t"] for frame in phone.frames[before:])
        await game.agree()
        assert game.a.state["phase"] == "card"


async def test_only_one_choice_of_two_tabs_counts(server, second):
    async with playing(server, second, activity_type="random") as game:
        on = game.a.state["turn_seq"]
        old = game.a
        new = await Phone.in_room(game.a.person, game.session_id, ws_url=second.ws_url)
        outcomes = await asyncio.gather(
            old.command("choose", on=on, type="truth", within=10),
            new.command("choose", on=on, type="dare"),
            return_exceptions=True,
        )
        assert isinstance(outcomes[0], Exception)
        assert outcomes[1]["t"] == "ack"
        assert await old.until_closed() == 4409
        game.a, game.phones = new, (new, game.b)
        await game.agree()
        assert game.b.state["type"] == "dare"


async def test_phones_on_two_processes_play_a_whole_game(server, second):
    async with playing(server, second, ready=False, activity_type="random") as game:
        assert game.a.ws_url != game.b.ws_url
        await game.ready()
        await game.play_to_end(check=game.agree)
        await game.agree()
        assert [e["seq"] for e in game.a.events() if e["seq"] > 2] == [e["seq"] for e in game.b.events()]


async def test_halt_presence_and_the_second_tab_work_across_processes(server, second):
    async with playing(server, second) as game:
        await game.card()
        await game.b.command("stop")
        await game.a.until(lambda: game.a.state["phase"] == "stopped")
        kinds = [frame["e"]["t"] if frame["t"] == "event" else frame["t"] for frame in game.a.frames]
        assert kinds.index("halt") < kinds.index("stopped")

        def told(status):
            return any(
                (f["t"], f.get("seat"), f.get("status")) == ("presence", "B", status) for f in game.a.frames[heard:]
            )

        heard = len(game.a.frames)
        await game.b.drop()
        await game.a.until(lambda: told("away"))
        await game.b.connect()
        await game.a.until(lambda: told("present"))
        await game.b.command("leave")
        await game.a.until(lambda: told("left"))

        moved = await Phone.in_room(game.b.person, game.session_id, ws_url=server.ws_url)
        assert await game.b.until_closed() == 4409
        await moved.close()


async def test_a_process_that_slept_through_everything_decides_on_the_log(server, second):
    async with playing(server, second, target_activities=10) as game:
        await game.b.close()  # the second process hears of nothing now, and keeps its old state
        for _ in range(3):
            await game.complete()
        await game.b.connect()
        with pytest.raises(Refused) as refused:
            await game.b.command("complete", on=3)
        assert refused.value.code in ("stale", "no_card")
        await game.b.command("complete", on=game.b.last_seq_of(*CARDS))
        await game.agree()
