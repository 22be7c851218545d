"""What a draw has to know, kept from the draw before, is what a reading in full would say."""

import asyncio
import json
import uuid
from contextlib import asynccontextmanager
from random import Random

import msgspec
import pytest

from game_server.sessions import kept
from game_server.sessions.facts import Known, known_of
from game_server.sessions.kept import MOST_DRAWS, MOST_ELSEWHERE, MOST_SEEN, KeptFacts, with_seen
from rooms.sessions.limits import Player
from storage import profiles
from storage.accounts import Anatomy
from storage.sessions import Facts
from storage.surveys import lock_owner
from tests.support.game import Game, generous, playing
from tests.support.person import Person
from tests.support.phone import Phone


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings, daily_limit=200)


class Table:
    """A game on the server, and beside it what a process would keep of it."""

    def __init__(self, services, game) -> None:
        self.services, self.game, self.kept = services, game, KeptFacts(services)

    async def state(self):
        return (await self.services.rooms.refresh(self.game.session_id)).room.state

    async def play(self, seat, command, **fields):
        """One command over the wire, as this process would have decided it."""
        before = await self.state()
        await getattr(self.game, seat).command(command, **fields)
        await self.game.settle()
        feed, logged = await self.services.rooms.reread(self.game.session_id)
        after = feed.room.state
        dealt = next((item for item in logged if item.seq == after.last_card_seq), None)
        if dealt:
            self.kept.went_on(before, after, dealt.at)

    async def asked(self):
        """What is kept, and what is read in full at the same moment: alike. What is kept."""
        room = await self.state()
        kept = (await self.kept.known_of([room]))[room.session_id]
        read = (await known_of(self.services, [room]))[room.session_id]
        assert _told(kept.facts) == _told(read.facts)
        assert kept.bank is read.bank
        assert kept.favourites == read.favourites
        assert (kept.leaning is None) == (read.leaning is None)
        return kept.facts


def _told(facts):
    """All of it; when a card was seen last counts as an order."""
    told = msgspec.structs.asdict(facts)
    told["players"] = {
        seat: msgspec.structs.asdict(player) | {"last_seen": sorted(player.last_seen, key=player.last_seen.get)}
        for seat, player in facts.players.items()
    }
    return told


def _is_kept(before, now):
    """Is it the reading of before, and no new one?"""
    return all(now.players[seat].hard is before.players[seat].hard for seat in "AB")


@pytest.fixture
async def table(server, services):
    async with playing(server, people=(Person.registered, Person.anonymous), target_activities=50) as game:
        yield Table(services, game)


@pytest.mark.parametrize("seed", [1, 2])
async def test_it_is_what_a_reading_says_after_every_card_of_a_game(table, seed):
    chance = Random(seed)  # noqa: S311 - which of two commands comes next
    facts = await table.asked()
    kept = 0
    for _ in range(2 * MOST_DRAWS + 2):
        game = table.game
        await table.play(chance.choice("ab"), chance.choice(["complete", "skip", "skip"]), on=await game.card())
        if chance.random() < 0.3:
            turn = min(game.a.state["turn"], max(1, game.a.state["turn"] - 1))
            if game.a.state["turn"] > 1:
                await table.play("a", "feedback", turn=turn, feedback="like")
        now = await table.asked()
        kept += _is_kept(facts, now)
        facts = now
    assert 2 * MOST_DRAWS - 2 <= kept < 2 * MOST_DRAWS + 2  # and now and then all is read anew


async def test_a_limit_a_person_or_a_card_elsewhere_means_a_new_reading(table, sql):
    """Also what changes without anybody being told."""
    session_id, game = table.game.session_id, table.game
    facts = await table.asked()
    assert _is_kept(facts, await table.asked())

    await sql.execute(
        "UPDATE profiles SET boundaries = jsonb_set(boundaries, '{hard_limits}', $2::jsonb)"
        " WHERE id = (SELECT profile_id FROM session_seats WHERE session_id = $1 AND seat = 'B')",
        *(session_id, json.dumps(["hardBoundaryBlood"])),
    )
    now = await table.asked()
    assert "hardBoundaryBlood" in now.players["B"].hard
    assert not _is_kept(facts, now)

    facts = await table.asked()
    other = await game.b.person.open_room(activity_type="truth")
    await game.a.person.join(other["join"]["token"])
    await sql.execute(
        "INSERT INTO user_activity_history (anonymous_session_id, session_id, activity_id, activity_type, turn)"
        " SELECT anonymous_session_id, $2, 1, 'truth', 1 FROM session_seats WHERE session_id = $1 AND seat = 'B'",
        *(session_id, other["session_id"]),
    )
    now = await table.asked()
    assert 1 in now.players["B"].recent
    assert not _is_kept(facts, now)

    facts = await table.asked()
    await sql.execute("UPDATE session_seats SET profile_id = 0 WHERE session_id = $1 AND seat = 'B'", session_id)
    now = await table.asked()
    assert not now.players["B"].hard
    assert not _is_kept(facts, now)


async def test_a_card_of_the_rooms_own_that_goes_means_a_new_reading(table, sql):
    facts = await table.asked()
    await sql.execute("INSERT INTO room_cards (activity_id, session_id) VALUES (1, $1)", table.game.session_id)
    with_card = await table.asked()
    assert not _is_kept(facts, with_card)
    await sql.execute("DELETE FROM room_cards")
    assert not _is_kept(with_card, await table.asked())


@asynccontextmanager
async def anatomy_changing(services, who):
    async with services.database.as_service() as db:
        await profiles.save_anatomy(db, "user", who.id, Anatomy(("penis",), ("penis",)), payload={})
        yield


@asynccontextmanager
async def survey_handed_in(services, who):
    """One of a batch: it is committed when all of them are written."""
    async with services.database.as_service() as db:
        await db.execute(
            "UPDATE profiles SET boundaries = boundaries || $2 WHERE user_id = $1",
            who.id,
            {"hard_limits": ["hardBoundaryBlood"]},
        )
        yield


@asynccontextmanager
async def hard_no_said(services, who):
    async with services.database.as_member(who.id, services.clock.now()) as db:
        await lock_owner(db, who.id)
        await db.execute(
            "INSERT INTO personal_limits (user_id, words, keys) VALUES ($1, '{}', '{massage_give}')", uuid.UUID(who.id)
        )
        yield


async def waiting(services):
    """How many wait for a lock."""
    return await services.database.worker.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )


async def ends_or_waits_for_a_lock(services, task):
    async with asyncio.timeout(10):
        while not task.done() and not await waiting(services):  # noqa: ASYNC110
            await asyncio.sleep(0)


async def opens(one, other):
    """A game of the two, in which the first is seat A, who opens it last."""
    room = await other.open_room(activity_type="truth", target_activities=50)
    await one.join(room["join"]["token"])
    return other, one, room["session_id"]


async def hosts(one, _other):
    guest = {"name": "Bo", "anatomy_self": ["penis"], "anatomy_preference": ["any"]}
    room = await one.open_room(partner={"hosted": guest}, activity_type="truth", target_activities=50)
    return one, None, room["session_id"]


async def takes(one, other):
    """A seat that somebody known asked them to take."""
    await one.befriend(other)
    room = await other.open_room(partner={"user_id": one.id}, activity_type="truth", target_activities=50)
    return other, one, room["session_id"]


@pytest.mark.parametrize("comes", [opens, hosts, takes])
@pytest.mark.parametrize("saves", [anatomy_changing, survey_handed_in, hard_no_said])
async def test_limits_that_are_being_saved_while_their_person_comes_into_a_game_hold_there(
    server, services, saves, comes
):
    """Whoever saves them does not see the new seat yet, whoever draws does not see the limits."""
    async with await Person.registered(server.url, "Ada") as one, await Person.registered(server.url, "Bo") as other:

        async def begun():
            ada, bo, session_id = await comes(one, other)
            game = Game(await Phone.in_room(ada, session_id), bo and await Phone.in_room(bo, session_id))
            await game.ready()
            table = Table(services, game)
            await table.asked()
            return table

        async with saves(services, one):
            begins = asyncio.ensure_future(begun())
            await ends_or_waits_for_a_lock(services, begins)
        table = await begins
        try:
            await table.asked()
        finally:
            await table.game.close()


async def waits(services, count):
    async with asyncio.timeout(10):
        while await waiting(services) < count:  # noqa: ASYNC110 - only PostgreSQL knows
            await asyncio.sleep(0)


async def test_limits_of_who_opened_a_game_and_who_joins_it_meanwhile_wait_for_each_other_without_a_deadlock(
    server, services, sql
):
    """The join's second change of the room looks for the opener's profile once more."""
    async with await Person.registered(server.url, "Ada") as ada, await Person.anonymous(server.url, "Bo") as bo:
        room = await ada.open_room(activity_type="truth")
        async with sql.transaction():  # the join waits for it, and has the room
            await sql.execute("SELECT FROM profiles WHERE anonymous_session_id = $1 FOR NO KEY UPDATE", bo.id)
            joins = asyncio.ensure_future(bo.join(room["join"]["token"]))
            await waits(services, 1)
            saves = asyncio.ensure_future(ada.http.patch("/api/profile/boundaries", json={"hard_limits": []}))
            await waits(services, 2)
        await joins
        saved = await saves
        assert saved.status_code == 200, saved.text


async def test_what_the_account_has_and_pays_is_as_it_is_now(table, sql):
    facts = await table.asked()
    await sql.execute(
        "UPDATE users SET daily_activity_count = 7, daily_activity_reset_at = now(), subscription_tier = 'premium',"
        " subscription_expires_at = now() + interval '1 day' WHERE id = (SELECT user_id FROM session_seats"
        " WHERE session_id = $1 AND seat = 'A')",
        table.game.session_id,
    )
    now = await table.asked()
    assert (now.allowance.used, now.allowance.unlimited) == (7, True)
    assert _is_kept(facts, now)
    await sql.execute("UPDATE users SET subscription_expires_at = now() - interval '1 second'")
    assert not (await table.asked()).allowance.unlimited


async def test_a_card_that_another_process_dealt_means_a_new_reading(table):
    facts = await table.asked()
    await table.game.a.command("skip", on=await table.game.card())
    await table.game.settle()
    assert not _is_kept(facts, await table.asked())


async def test_of_a_room_that_another_process_plays_too_nothing_is_kept(table):
    """To ask first whether it holds would be for nothing."""
    for _ in range(MOST_ELSEWHERE):
        facts = await table.asked()
        assert _is_kept(facts, await table.asked())
        await table.game.a.command("skip", on=await table.game.card())
        await table.game.settle()
    facts = await table.asked()
    assert not _is_kept(facts, await table.asked())


async def test_a_decision_that_was_lost_means_a_new_reading(table):
    facts = await table.asked()
    room = await table.state()
    lost = msgspec.structs.replace(room, last_card_seq=room.head + 1, dealt=2)
    table.kept.went_on(room, lost, table.services.clock.now())
    now = await table.asked()
    assert not _is_kept(facts, now)
    assert now.extra_today == 0


async def test_a_bank_that_changed_is_looked_at(table, sql):
    facts = await table.asked()
    await sql.execute("UPDATE bank_revision SET revision = revision + 1")
    now = await table.asked()
    assert now.bank_revision == facts.bank_revision + 1
    assert _is_kept(facts, now)


async def test_of_another_database_nothing_is_kept(table, services, sql):
    """A replica that lacked something took over, or a backup: what stands there under the same numbers may be something else."""
    facts = await table.asked()
    await sql.execute("UPDATE database_lineage SET restored = 'since'")
    async with services.database.reading() as connection:
        await services.database.lineage.meet(connection)
    assert not _is_kept(facts, await table.asked())


async def test_nothing_is_kept_of_a_game_that_has_ended(table):
    facts = await table.asked()
    room = await table.state()
    table.kept.went_on(room, msgspec.structs.replace(room, phase="ended"), table.services.clock.now())
    assert not _is_kept(facts, await table.asked())


async def test_what_is_kept_is_forgotten_by_a_timer_also_where_nobody_draws_any_more(table, monkeypatch):
    monkeypatch.setattr(kept, "KEPT_S", 0.0)
    await table.asked()
    await asyncio.sleep(0)  # a timer that is due has run
    assert not table.kept._readings


async def test_a_room_that_is_gone_is_in_neither(table, services):
    gone = msgspec.structs.replace(await table.state(), session_id="nobody's")
    assert await table.kept.known_of([gone]) == {}


def test_a_player_has_seen_the_last_hundred_cards():
    player = Player()
    for card in (*range(1, MOST_SEEN + 11), 50):
        player = with_seen(player, card)
    assert len(player.recent) == MOST_SEEN
    assert player.recent == frozenset(player.last_seen)
    order = sorted(player.last_seen, key=player.last_seen.get)
    assert (order[0], order[-2:]) == (11, [MOST_SEEN + 10, 50])


HELD = {
    Known: {
        "facts": "below", "bank": "by its revision", "leaning": "read each time", "favourites": "read each time",
    },
    Facts: {
        "session_id": "never changes", "limits_rev": "compared", "unchecked": "as it is now", "extra_today": "added; the day",
        "bank_revision": "as it is now", "allowance": "as it is now", "players": "below", "own_cards": "never drawn on again",
    },
    Player: {
        **dict.fromkeys(("hard", "soft", "asked", "answers", "never", "declined_topics"), "limits_rev, profiles"),
        "anatomy": "limits_rev, profiles; of a guest without a phone it is said once, when the room is made",
        **dict.fromkeys(("recent", "last_seen"), "added here; latest"),
    },
}  # fmt: skip
"""Why what is kept of each still holds."""


@pytest.mark.parametrize("what", HELD)
def test_of_each_fact_it_is_known_why_what_is_kept_of_it_holds(what):
    """A new one: "something more that a draw looks at" in CONTRIBUTING.md says how, and then it is named here."""
    assert set(what.__struct_fields__) == set(HELD[what])
