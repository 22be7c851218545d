"""What `game-server room` shows of a room: its course and its connections, never its content."""

import json

import msgspec
import pytest

from game_server.commands.operating import room_lines
from game_server.sessions.inspection import inspect
from rooms.errors import NotFound
from tests.support.game import generous, playing


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings)


async def test_a_room_is_shown_with_its_state_seats_sockets_and_log(server, services):
    async with playing(server) as game:
        await game.complete()
        found = msgspec.to_builtins(await inspect(services, game.session_id))
        assert found["state"]["head"] == game.a.seq == len(found["log"])
        assert found["state"]["kept"] == 1
        assert [item["seq"] for item in found["log"]] == list(range(1, game.a.seq + 1))
        assert {seat: row["fence"] for seat, row in found["seats"].items()} == {"A": 1, "B": 1}
        assert {socket["status"] for socket in found["sockets"].values()} == {"present"}
        assert len(room_lines(found)) == 4 + game.a.seq


async def test_no_name_no_text_no_feedback_and_nobody_who_paused(server, services):
    async with playing(server) as game:
        await game.card()
        steps = [step["do"] for step in game.a.state["card"]["script"]["steps"]]
        await game.complete()
        await game.a.command("feedback", turn=1, feedback="dislike", executed=True)
        await game.b.command("pause")
        found = msgspec.to_builtins(await inspect(services, game.session_id))
    text = json.dumps(found, ensure_ascii=False)
    assert not any(step in text for step in steps)
    assert not any(f'"{phone.person.name}"' in text for phone in game.phones)
    assert "dislike" not in text
    said = {item["t"]: item for item in found["log"]}
    assert "by" not in said["paused"]
    assert "by" not in said["feedback_given"]


async def test_a_room_that_is_not_there_is_not_found(services):
    with pytest.raises(NotFound):
        await inspect(services, "00000000-0000-0000-0000-000000000000")
