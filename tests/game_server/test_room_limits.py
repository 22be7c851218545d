"""Limits bite at once, and the day's allowance holds at the database."""

import asyncio
import json
import uuid
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from game_server.sessions import actions
from game_server.sessions.facts import inputs_now, known_of, with_known
from rooms.errors import Stale
from rooms.sessions.commands import Skip
from rooms.sessions.draw import Request
from rooms.sessions.index import Index
from storage import sessions as store
from tests.support.game import CARDS, Game, generous, hosting, playing
from tests.support.person import Person
from tests.support.phone import Phone, Refused


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings, cool_down_s=1)


@pytest.fixture(scope="module")
async def tagged(sql):
    """Every dare of the bank is about impact; the truths stay as they are. For players with a survey only."""
    await sql.execute("UPDATE activities SET hard_boundaries = '[\"hardBoundaryImpact\"]'::jsonb WHERE type = 'dare'")


async def surveyed(sql, game):
    """Both have answered the survey with yes to everything and no limit, so that tagged cards may come."""
    await sql.execute(
        """
        UPDATE profiles SET profile_version = '0.4', boundaries = boundaries || '{"asked": true}', activities = (
            SELECT coalesce(jsonb_object_agg(key, 1.0), '{}') FROM (
                SELECT DISTINCT jsonb_array_elements_text(preference_keys) AS key FROM activities
            ) AS keys
        )
        WHERE id IN (SELECT profile_id FROM session_seats WHERE session_id = $1)
        """,
        game.session_id,
    )


async def forbid(sql, game, seat, *keys):
    """A change of limits that nobody is told of."""
    await sql.execute(
        "UPDATE profiles SET boundaries = jsonb_set(boundaries, '{hard_limits}', $3::jsonb) "
        "WHERE id = (SELECT profile_id FROM session_seats WHERE session_id = $1 AND seat = $2)",
        *(game.session_id, seat, json.dumps(keys)),
    )


async def until_checked(sql, game):
    async with asyncio.timeout(5):
        while await sql.fetchval(  # noqa: ASYNC110 - until the room was looked at
            "SELECT limits_rev <> checked_rev FROM sessions WHERE session_id = $1", game.session_id
        ):
            await asyncio.sleep(0.05)


async def used(sql, person, *, kind="users"):
    column = "id" if kind == "users" else "session_id"
    return await sql.fetchval(f"SELECT daily_activity_count FROM {kind} WHERE {column}::text = $1", person.id)


async def spend(sql, person, count, *, kind="users", at="now()"):
    column = "id" if kind == "users" else "session_id"
    await sql.execute(
        f"UPDATE {kind} SET daily_activity_count = $2, daily_activity_reset_at = {at} WHERE {column}::text = $1",
        person.id,
        count,
    )


async def upgrade(sql, person):
    await sql.execute(
        "UPDATE users SET subscription_tier = 'premium', subscription_expires_at = now() + interval '1 day' WHERE id = $1",
        uuid.UUID(person.id),
    )


# --- limits ------------------------------------------------------------------------------------------------------------


async def test_a_new_limit_takes_the_card_off_both_phones_at_once_without_saying_whose_it_is(server, sql, tagged):
    async with playing(server, activity_type="dare", ready=False) as game:
        await surveyed(sql, game)
        await game.ready()
        assert "hardBoundaryImpact" in game.a.state["card"]["tags"]
        before = game.a.seq
        remaining = game.a.state["remaining"]

        await game.b.person.patch("/api/profile/boundaries", {"hard_limits": ["hardBoundaryImpact"]})
        await game.a.until_seq(before + 1)
        await game.settle()
        for phone in game.phones:
            (replaced,) = [event for event in phone.events() if event["seq"] > before]
            assert (replaced["t"], replaced["turn"], replaced["consecutive_skips"]) == ("card_replaced", 1, 1)
            assert "hardBoundaryImpact" not in replaced["card"]["tags"]
            assert phone.state["remaining"] == remaining
        await game.agree()


async def test_while_paused_nothing_is_said_and_another_card_comes_when_both_resumed(server, sql, tagged):
    async with playing(server, activity_type="dare", ready=False) as game:
        await surveyed(sql, game)
        await game.ready()
        await game.a.command("pause")
        before = await game.settle()
        await game.a.person.patch("/api/profile/boundaries", {"hard_limits": ["hardBoundaryImpact"]})
        assert await game.settle() == before
        assert game.b.state["phase"] == "paused"
        assert game.b.state["card"] is None
        assert (await game.b.person.get(f"/api/sessions/{game.session_id}/activities"))["items"] == []
        await game.resume()
        resumed, replaced = game.b.events()[-2:]
        assert (resumed["t"], replaced["t"]) == ("resumed", "card_replaced")
        assert "hardBoundaryImpact" not in str([frame for frame in game.b.frames if frame.get("seq", 0) > before])
        assert "hardBoundaryImpact" not in game.b.state["card"]["tags"]
        await game.agree()


async def test_a_change_whose_process_says_nothing_is_found_by_whoever_has_the_phones(server, sql, tagged):
    """What is committed is enough: no call, no bell. As when the process that took the change dies right after its commit."""
    async with playing(server, activity_type="dare", ready=False) as game:
        await surveyed(sql, game)
        await game.ready()
        before = game.a.seq
        assert "hardBoundaryImpact" in game.a.state["card"]["tags"]
        await forbid(sql, game, "B", "hardBoundaryImpact")
        await game.a.until_seq(before + 1, within=5)
        assert game.a.events()[-1]["t"] == "card_replaced"
        assert "hardBoundaryImpact" not in game.a.state["card"]["tags"]
        await game.agree()


async def test_the_room_of_two_of_whom_one_blocked_the_other_ends_whoever_has_the_phones(server, sql):
    """What is committed is enough here too."""
    async with playing(server, people=(Person.registered, Person.registered)) as game:
        await sql.execute(
            "INSERT INTO blocked_people (user_id, blocked_user_id, name) VALUES ($1, $2, 'Ben')",
            *(uuid.UUID(phone.person.id) for phone in game.phones),
        )
        for phone in game.phones:
            await phone.until(lambda phone=phone: phone.state["phase"] == "ended", within=5)
            assert phone.state["reason"] == "abandoned"
        await game.agree()


async def test_a_room_whose_log_cannot_be_read_keeps_no_other_one_from_its_limits(server, sql, tagged):
    async with playing(server, ready=False) as broken, playing(server, activity_type="dare", ready=False) as game:
        await surveyed(sql, game)
        await game.ready()
        before = game.a.seq
        assert "hardBoundaryImpact" in game.a.state["card"]["tags"]
        await sql.execute(
            """
            WITH moved AS (UPDATE sessions SET head = head + 1 WHERE session_id = $1 RETURNING head)
            INSERT INTO session_events (session_id, seq, at, type, event)
            SELECT $1, head, now(), 'unheard_of', '{"t": "unheard_of"}' FROM moved
            """,
            broken.session_id,
        )
        await forbid(sql, game, "B", "hardBoundaryImpact")
        await game.a.until_seq(before + 1, within=5)
        assert "hardBoundaryImpact" not in game.a.state["card"]["tags"]
        await game.agree()


async def test_hundreds_of_other_rooms_to_be_looked_at_keep_none_with_phones_waiting(server, sql, tagged):
    async with playing(server, activity_type="dare", ready=False) as game:
        await surveyed(sql, game)
        await game.ready()
        before = game.a.seq
        await sql.execute(
            """
            INSERT INTO sessions (session_id, intimacy_level, activity_type, target_activities, rules, status, limits_rev)
            SELECT '!' || number, 'R', 'random', 25, '{}', 'waiting', 1 FROM generate_series(1, 300) AS number
            """
        )
        try:
            await forbid(sql, game, "B", "hardBoundaryImpact")
            await game.a.until_seq(before + 1, within=5)
        finally:
            await sql.execute("DELETE FROM sessions WHERE session_id LIKE '!%'")
        assert "hardBoundaryImpact" not in game.a.state["card"]["tags"]
        await game.agree()


async def test_a_change_while_paused_is_looked_at_once_and_not_again(server, sql, tagged):
    async with playing(server, activity_type="dare", ready=False) as game:
        await surveyed(sql, game)
        await game.ready()
        await game.b.command("pause")
        head = await game.settle()
        await forbid(sql, game, "A", "hardBoundaryImpact")
        await until_checked(sql, game)
        assert await game.settle() == head
        await game.resume()
        assert "hardBoundaryImpact" not in game.a.state["card"]["tags"]
        await game.agree()


async def test_a_snapshot_and_a_resume_look_before_they_show(server, sql, tagged):
    """Also in the moment before anybody else has looked."""
    async with playing(server, activity_type="dare", ready=False) as game:
        await surveyed(sql, game)
        await game.ready()
        await game.b.drop()
        await forbid(sql, game, "A", "hardBoundaryImpact")
        assert "hardBoundaryImpact" not in str(await game.a.person.get(f"/api/sessions/{game.session_id}"))
        await game.b.connect()
        assert "hardBoundaryImpact" not in str(game.b.state["card"])
        await game.agree()


async def test_an_upgrade_goes_on_where_the_day_had_ended_without_anybody_asking(server, sql):
    async with playing(server, people=(Person.registered, Person.anonymous), ready=False) as game:
        await spend(sql, game.a.person, 25)
        await game.ready()
        assert game.a.state["phase"] == "limit"
        await upgrade(sql, game.a.person)
        await game.b.until(lambda: game.b.state["phase"] == "card", within=5)
        assert [event["t"] for event in game.b.events()][-2:] == ["limit_lifted", "card_shown"]
        await game.agree()


async def test_forty_further_cards_a_pair_and_day_are_counted_over_all_their_rooms(server, sql, services):
    async with playing(server) as game:
        for _ in range(3):
            await game.a.command("skip", on=await game.card())
        async with services.database.reading() as connection:
            assert (await store.load_facts(connection, [game.session_id], 25))[game.session_id].extra_today == 3
        room = await game.b.person.open_room(activity_type="truth")
        await game.a.person.join(room["join"]["token"])
        async with services.database.reading() as connection:
            assert (await store.load_facts(connection, [room["session_id"]], 25))[room["session_id"]].extra_today == 3
        async with await Person.anonymous(server.url, "Cy") as cy:
            other = await game.a.person.open_room(activity_type="truth")
            await cy.join(other["join"]["token"])
            async with services.database.reading() as connection:
                assert (await store.load_facts(connection, [other["session_id"]], 25))[
                    other["session_id"]
                ].extra_today == 0


async def test_a_card_drawn_on_older_limits_is_never_committed(server, sql, services, tagged):
    """The limits change between the draw and the commit, which waits for a lock meanwhile: another card comes."""
    async with playing(server, activity_type="dare", ready=False) as game:
        await surveyed(sql, game)
        await game.ready()
        on = game.a.state["card_seq"]
        assert "hardBoundaryImpact" in game.a.state["card"]["tags"]
        async with sql.transaction():
            await sql.execute("SELECT FROM sessions WHERE session_id = $1 FOR UPDATE", game.session_id)
            skipping = asyncio.ensure_future(actions.play(services, game.session_id, "A", Skip(id=uuid.uuid4(), on=on)))
            async with asyncio.timeout(10):
                while not await services.database.worker.fetchval(  # noqa: ASYNC110 - until the commit waits for the lock
                    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1)",
                    "%append_commands%",
                ):
                    await asyncio.sleep(0)
            await sql.execute(
                'UPDATE profiles SET boundaries = \'{"hard_limits": ["hardBoundaryImpact"]}\'::jsonb '
                "WHERE id = (SELECT profile_id FROM session_seats WHERE session_id = $1 AND seat = 'B')",
                game.session_id,
            )
        with suppress(Stale):  # a look at the room came first: then the card it was about is gone already
            await skipping
        await game.settle()
        shown = [event for event in game.b.events() if event["t"] in CARDS and event["seq"] > on]
        assert len(shown) == 1
        assert "hardBoundaryImpact" not in shown[0]["card"]["tags"]


async def test_many_rooms_that_wait_for_a_new_bank_wait_for_one_reading_of_it(server, services):
    async with playing(server) as game:
        room = (await services.rooms.open(game.session_id)).room.state
        services.bank.revision, services.bank.index = -1, Index()
        known = await asyncio.gather(*(known_of(services, [room]) for _ in range(5)))
        assert {id(one[game.session_id].bank) for one in known} == {id(services.bank.index)}
        assert services.bank.index.cards


async def test_a_draw_takes_its_card_from_the_bank_that_its_facts_are_of(server, services):
    """Another draw's reading of an older bank began before and ends after."""
    async with playing(server) as game:
        room = (await services.rooms.open(game.session_id)).room.state
        known = (await known_of(services, [room]))[game.session_id]
        services.bank.revision, services.bank.index = known.facts.bank_revision - 1, Index()
        inputs = with_known(inputs_now(services), known)
        dealt = inputs.draw(Request(active="A", type="truth", level="R", step=1, target=5), 0.5)
        assert dealt.relaxed is None
        assert (await known_of(services, [room]))[game.session_id].facts == known.facts
        assert services.bank.revision == known.facts.bank_revision


# --- the day's allowance -----------------------------------------------------------------------------------------------


async def test_exactly_25_cards_can_be_reached_in_two_rooms_at_once_and_never_26(server, sql):
    async with (
        await Person.registered(server.url, "Ada") as ada,
        await Person.anonymous(server.url, "Bo") as bo,
        await Person.anonymous(server.url, "Cy") as cy,
    ):
        games = []
        for partner in (bo, cy):
            room = await ada.open_room(activity_type="truth", target_activities=50)
            await partner.join(room["join"]["token"])
            id_ = room["session_id"]
            games.append(Game(await Phone.in_room(ada, id_), await Phone.in_room(partner, id_)))
        await asyncio.gather(*(game.ready() for game in games))

        async def play(game):
            await game.settle()
            while game.a.state["phase"] == "card":
                with suppress(Refused):  # busy: the other room was charged at the same moment
                    await game.complete()
                await game.settle()

        await asyncio.gather(*(play(game) for game in games))
        assert [game.a.state["phase"] for game in games] == ["limit", "limit"]
        assert {frame["code"] for game in games for frame in game.a.frames if frame["t"] == "refused"} <= {"busy"}
        assert sum(len(game.a.events("card_shown")) for game in games) == 25
        assert await used(sql, ada) == 25
        assert games[0].a.state["resets_at"] == games[0].b.state["resets_at"] is not None
        reached = games[0].a.events("limit_reached")[-1]
        midnight = datetime.fromisoformat(reached["resets_at"])
        assert midnight > datetime.now(UTC)
        assert (midnight.hour, midnight.minute, midnight.second) == (0, 0, 0)
        for command in ("ready", "complete", "skip"):
            with pytest.raises(Refused) as refused:
                await games[0].a.command(command, on=1)
            assert refused.value.code == "limit_reached"

        await upgrade(sql, ada)
        await games[0].b.command("ready")
        await games[0].settle()
        assert [event["t"] for event in games[0].a.events()][-2:] == ["limit_lifted", "card_shown"]
        assert games[0].a.state["remaining"] is None
        for game in games:
            await game.agree()
            await game.close()
    assert await used(sql, ada) == 25


async def test_skips_and_replacements_cost_nothing_and_a_stopped_turn_is_given_back(server, sql):
    async with playing(server, people=(Person.registered, Person.anonymous)) as game:
        ada = game.a.person
        assert await used(sql, ada) == 1
        await game.a.command("skip", on=await game.card())
        await game.a.command("propose_level", level="G")
        assert await used(sql, ada) == 1
        await game.b.command("stop")
        assert await used(sql, ada) == 0
        await game.settle()
        until = datetime.fromisoformat(game.a.state["cool_down_until"])
        while datetime.now(UTC) <= until:  # noqa: ASYNC110 - the only way through a cool-down is time
            await asyncio.sleep(0.05)
        await game.resume()
        assert game.a.state["phase"] == "card"
        assert await used(sql, ada) == 1
        assert game.a.state["remaining"] == 24
        await game.agree()


async def test_nobody_is_charged_when_either_player_is_premium(server, sql):
    people = (Person.registered, Person.registered)
    async with playing(server, people=people, ready=False) as game:
        await spend(sql, game.a.person, 25)
        await upgrade(sql, game.b.person)
        await game.ready()
        assert game.a.state["phase"] == "card"
        assert game.a.state["remaining"] is None
        await game.complete()
        assert await used(sql, game.a.person) == 25
        assert await used(sql, game.b.person) == 0

        await sql.execute(
            "UPDATE users SET subscription_expires_at = now() - interval '1 second' WHERE id = $1",
            uuid.UUID(game.b.person.id),
        )
        await game.complete()
        await game.settle()
        assert game.a.state["phase"] == "limit"


async def test_an_anonymous_opener_is_counted_too_and_the_joining_account_is_not(server, sql):
    async with playing(server, people=(Person.anonymous, Person.registered), ready=False) as game:
        await spend(sql, game.a.person, 24, kind="anonymous_sessions")
        await game.ready()
        assert game.a.state["remaining"] == 0
        await game.complete()
        await game.settle()
        assert game.b.state["phase"] == "limit"
        assert await used(sql, game.a.person, kind="anonymous_sessions") == 25
        assert await used(sql, game.b.person) == 0


async def test_a_new_day_begins_at_one_and_only_touches_the_row_when_it_is_charged(server, sql):
    async with playing(server, people=(Person.registered, Person.anonymous), ready=False) as game:
        await spend(sql, game.a.person, 25, at="app.utc_midnight() - interval '1 second'")
        await game.ready()
        assert game.a.state["remaining"] == 24
        assert await used(sql, game.a.person) == 1
        await spend(sql, game.a.person, 25, at="app.utc_midnight()")
        await game.complete()
        await game.settle()
        assert game.a.state["phase"] == "limit"
        await spend(sql, game.a.person, 25, at="app.utc_midnight() - interval '1 second'")
        await game.a.command("ready")
        await game.settle()
        assert game.a.state["phase"] == "card"


async def test_a_hosting_opener_pays_for_the_one_room_they_play(server, sql):
    async with hosting(server) as game:
        await game.complete()
        assert await used(sql, game.a.person, kind="anonymous_sessions") == 2
