"""A server that is killed, and one that is told to go: what was acknowledged is there, and the phones play on."""

import asyncio
import uuid

import pytest

from tests.support.game import generous, playing
from tests.support.phone import Refused
from tests.support.server_process import ServerProcess


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings)


@pytest.fixture
def mortal(settings, tmp_path):
    """A server of this test alone."""
    server = ServerProcess(settings, tmp_path / "log")
    yield server
    server.stop()


async def press(phone, outcomes):
    """Commands without a pause until the connection ends; their acks are kept by id."""
    while True:
        id_ = str(uuid.uuid4())
        outcomes[id_] = None
        try:
            outcomes[id_] = await phone.command("propose_level", id=id_, level="X")
        except (OSError, Refused):
            return
        except Exception as error:
            if "ConnectionClosed" in type(error).__name__:
                return
            raise


async def test_after_kill_9_both_phones_resume_and_nothing_acknowledged_is_lost(mortal, sql):
    async with playing(mortal) as game:
        await game.complete()
        await game.a.command("skip", on=await game.card())
        turn = game.a.state["turn"]
        outcomes = {"a": {}, "b": {}}
        pressing = [asyncio.ensure_future(press(getattr(game, side), outcomes[side])) for side in outcomes]
        for phone in game.phones:  # the kill comes in the middle of a stream of commands
            await phone.until(lambda phone=phone: len([f for f in phone.frames if f["t"] == "ack"]) > 10)
        mortal.kill()
        await asyncio.gather(*pressing, *(phone.until_closed() for phone in game.phones))
        mortal.restart()

        for phone in game.phones:
            await phone.connect()
            assert phone.mode == "replay"
        await game.agree()
        assert game.a.state["turn"] == turn
        assert game.a.state["phase"] == "card"
        proposed = len(game.a.events("level_proposed"))
        for side, phone in (("a", game.a), ("b", game.b)):
            for id_, ack in outcomes[side].items():
                again = await phone.command("propose_level", id=id_, level="X")
                assert ack in (None, again), "the same id gets the same ack"
        await game.agree()
        unknown = sum(ack is None for side in outcomes.values() for ack in side.values())
        assert len(game.a.events("level_proposed")) - proposed <= unknown
        rows = await sql.fetch("SELECT seq FROM session_events WHERE session_id = $1 ORDER BY seq", game.session_id)
        assert [row["seq"] for row in rows] == list(range(1, game.a.seq + 1))
        await game.play_to_end()
        await game.agree()


async def test_a_server_that_goes_says_so_finishes_what_was_asked_and_closes_with_1012(mortal, sql):
    async with playing(mortal) as game:
        await game.card()
        outcomes = {"a": {}, "b": {}}
        pressing = [asyncio.ensure_future(press(getattr(game, side), outcomes[side])) for side in outcomes]
        for phone in game.phones:
            await phone.until(lambda phone=phone: len([f for f in phone.frames if f["t"] == "ack"]) > 5)
        stopping = asyncio.ensure_future(asyncio.to_thread(mortal.stop))
        codes = await asyncio.gather(*(phone.until_closed() for phone in game.phones))
        await asyncio.gather(*pressing)
        assert await stopping == 0
        assert codes == [1012, 1012]
        for phone in game.phones:
            draining = [frame for frame in phone.frames if frame["t"] == "draining"]
            assert len(draining) == 1
            assert draining[0].keys() == {"t", "reconnect_within_ms"}
        replies = await sql.fetch("SELECT command_id, seq FROM session_replies WHERE session_id = $1", game.session_id)
        kept = {str(row["command_id"]): row["seq"] for row in replies}
        for side in outcomes.values():
            for id_, ack in side.items():
                assert ack is None or kept[id_] == ack["seq"]

        mortal.restart()
        for phone in game.phones:
            await phone.connect()
        await game.agree()
