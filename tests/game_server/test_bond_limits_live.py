"""A hard_no in a bond bites in a game that is open, as a limit of the profile does."""

import asyncio
import uuid
from contextlib import suppress

import pytest

from tests.support.game import generous, playing
from tests.support.person import Person
from tests.support.phone import Refused


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings, cool_down_s=1)


async def surveyed(sql, game):
    """Both have said yes to everything, and every dare of the bank is a massage."""
    await sql.execute("UPDATE activities SET preference_keys = '[\"massage_give\"]' WHERE type = 'dare'")
    await sql.execute(
        """
        UPDATE profiles SET profile_version = '0.4', boundaries = boundaries || '{"asked": true}', activities = (
            SELECT jsonb_object_agg(key, 1.0) FROM (
                SELECT DISTINCT jsonb_array_elements_text(preference_keys) AS key FROM activities
                UNION SELECT 'massage_receive'
            ) AS keys
        )
        WHERE id IN (SELECT profile_id FROM session_seats WHERE session_id = $1)
        """,
        game.session_id,
    )


async def bond_of(sql, one, other):
    """A bond of the two with a row that neither has rated; the path of its rating."""
    bond = (await one.post("/api/bonds", {"name": "Us"}, expect=201))["id"]
    await sql.execute(
        "INSERT INTO bond_members (bond_id, user_id) VALUES ($1, $2)", uuid.UUID(bond), uuid.UUID(other.id)
    )
    row = await one.post(f"/api/bonds/{bond}/boundaries", {"activity_name": "Massage"}, expect=201)
    return f"/api/bonds/{bond}/boundaries/{row['id']}/rating"


async def test_a_hard_no_takes_the_card_off_both_phones_at_once_and_no_such_card_comes_again_until_it_is_taken_out(
    server, sql
):
    async with playing(
        server, people=(Person.registered, Person.registered), activity_type="dare", ready=False
    ) as game:
        await surveyed(sql, game)
        path = await bond_of(sql, game.a.person, game.b.person)
        await game.ready()
        assert "massage_give" in game.a.state["card"]["tags"]
        before = game.a.seq

        said = await game.b.person.http.put(path, json={"rating": "hard_no"})
        assert said.status_code == 200, said.text
        await game.a.until_seq(before + 1)
        await game.settle()
        for phone in game.phones:
            (replaced,) = [event for event in phone.events() if event["seq"] > before]
            assert replaced["t"] == "card_replaced"
            assert "massage_give" not in replaced["card"]["tags"]
        assert "limit" not in str(game.a.frames[-3:])
        for _ in range(3):
            await game.complete()
            await game.card()
            assert "massage_give" not in game.a.state["card"]["tags"]
        [limit] = (await game.b.person.get("/api/me/limits"))["items"]
        await game.b.person.delete(f"/api/me/limits/{limit['id']}", expect=204)
        await game.complete()
        await game.card("dare")
        await game.agree()


async def test_limits_that_come_and_go_and_cards_that_are_played_meanwhile_wait_for_each_other_without_a_deadlock(
    server, sql
):
    async with playing(
        server, people=(Person.registered, Person.registered), activity_type="dare", ready=False
    ) as game:
        await surveyed(sql, game)
        path = await bond_of(sql, game.a.person, game.b.person)
        await game.ready()
        before = await sql.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")

        async def change():
            for rating in ("hard_no", "no") * 8:
                said = await game.b.person.http.put(path, json={"rating": rating})
                assert said.status_code == 200, said.text

        async def play():
            for _ in range(6):
                await game.settle()
                with suppress(Refused, AssertionError):  # the card went meanwhile
                    await game.complete()

        await asyncio.gather(change(), play())
        await game.agree()
        await sql.execute("SELECT pg_stat_clear_snapshot()")
        assert before == await sql.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


async def test_a_limit_that_nobody_tells_the_phones_process_of_is_found_by_it(server, sql):
    """As when the process that took the command dies right after its commit."""
    async with playing(
        server, people=(Person.registered, Person.registered), activity_type="dare", ready=False
    ) as game:
        await surveyed(sql, game)
        await game.ready()
        before = game.a.seq
        await sql.execute("SELECT set_config('request.jwt.claims', $1, false)", f'{{"sub": "{game.b.person.id}"}}')
        await sql.execute(
            "INSERT INTO personal_limits (user_id, words, keys) VALUES ($1, '{}', '{massage_give,massage_receive}')",
            uuid.UUID(game.b.person.id),
        )
        await game.a.until_seq(before + 1, within=5)
        assert game.a.events()[-1]["t"] == "card_replaced"
        await game.agree()
