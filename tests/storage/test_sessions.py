"""Rooms as they are read: fences, heads and replies, what a draw has to know, and the hot copy that only goes forward."""

import asyncio

import msgspec
import pytest

from storage import hot
from storage import sessions as store
from tests.support.game import generous, playing


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings)


async def test_every_attach_raises_the_seats_fence_by_one_however_many_come_at_once(server, services):
    async with playing(server, ready=False) as game:

        async def attach():
            async with services.database.as_service() as connection:
                return await store.attach(connection, game.session_id, "B")

        fences = await asyncio.gather(*(attach() for _ in range(6)))
        assert sorted(fences) == list(range(min(fences), min(fences) + 6))
        async with services.database.as_service() as connection:
            found = await store.fences(connection, [game.session_id, "nothing"])
        assert found == {(game.session_id, "A"): 1, (game.session_id, "B"): max(fences)}


async def test_a_room_is_the_fold_of_its_log_and_unknown_rooms_are_none(server, services):
    async with playing(server) as game:
        head = await game.settle()
        async with services.database.as_service() as connection:
            loaded = await store.load(connection, game.session_id)
            assert await store.load(connection, "nothing") is None
            assert await store.heads(connection, [game.session_id, "nothing"]) == {game.session_id: head}
            assert [item.seq for item in await store.read_log(connection, game.session_id, head - 1)] == [head]
        room = loaded.room
        assert [item.seq for item in loaded.log] == list(range(1, head + 1))
        assert room.state.head == head
        assert room.epoch == game.a.epoch
        assert room.names == {"A": "Ada", "B": "Bo"}
        assert room.seat_of("anon:" + game.b.person.id) == "B"
        assert room.seat_of("anon:nobody") is None


async def test_a_command_that_was_answered_is_found_with_its_first_reply(server, services):
    async with playing(server) as game:
        id_ = "0f6c0f43-9f0e-4a53-8a53-6f9c5a0e7d11"
        ack = await game.a.command("pause", id=id_)
        async with services.database.as_service() as connection:
            head, seq, body_hash = await store.head_and_reply(connection, game.session_id, id_)
            unknown = await store.head_and_reply(connection, game.session_id, "00000000-0000-0000-0000-000000000000")
        assert (head, seq) == (ack["seq"], ack["seq"])
        assert len(bytes.fromhex(body_hash)) == 32
        assert unknown == (head, None, None)


async def test_a_draw_knows_both_players_the_allowance_and_what_was_seen(server, services):
    async with playing(server) as game:
        card = game.a.state["card"]
        async with services.database.as_service() as connection:
            facts = (await store.load_facts(connection, [game.session_id], 25))[game.session_id]
        assert (facts.allowance.used, facts.allowance.limit, facts.allowance.unlimited) == (1, 25, False)
        for player in facts.players.values():
            assert player.anatomy == {"penis", "vagina", "breasts"}
            assert player.answers is None
            assert player.recent == {card["activity_id"]}
        await game.b.person.patch("/api/profile/boundaries", {"hard_limits": ["hardBoundaryImpact"]})
        async with services.database.as_service() as connection:
            after = (await store.load_facts(connection, [game.session_id], 25))[game.session_id]
        assert after.limits_rev == facts.limits_rev + 1
        assert after.players["B"].hard == {"hardBoundaryImpact"}


async def test_the_hot_copy_only_ever_goes_forward(server, services):
    async with playing(server) as game:
        async with services.database.as_service() as connection:
            room = (await store.load(connection, game.session_id)).room
        older = msgspec.structs.replace(room, state=msgspec.structs.replace(room.state, head=room.state.head - 1))
        newer = msgspec.structs.replace(room, state=msgspec.structs.replace(room.state, head=room.state.head + 7))
        for saved, expected in ((newer, newer), (older, newer)):
            async with services.redis.pipeline() as pipeline:
                hot.save(pipeline, saved)
                await pipeline.execute()
            assert (await hot.load(services.redis, game.session_id)).state == expected.state
        await services.redis.hset(hot.key(game.session_id), "room", b'{"of": "another version"}')
        assert await hot.load(services.redis, game.session_id) is None
