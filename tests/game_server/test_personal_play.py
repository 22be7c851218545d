"""With both surveys the cards lean to what the two want; why one came is kept for operators, without a name or an answer."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from game_server.sessions.actions import play
from game_server.sessions.explanation import explain, lines
from game_server.settings import Settings
from rooms.activities.taxonomy import boundaries_of
from rooms.errors import NotFound
from rooms.profiles.questions import ACTIVITY_OF_QUESTION
from rooms.sessions.commands import Ready, Skip
from storage import sessions as store
from storage.tastes import load_tastes
from tests.support.databases import SECRET
from tests.support.house import House, open_house, sign_up, tell
from tests.support.server_process import game_server

SUBMIT = "/api/survey/submit"
ALL_PARTS = {"anatomy_self": ["penis", "vagina", "breasts"], "anatomy_preference": ["any"]}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(
        database_url, redis_url, tmp_path_factory.mktemp("house"), limit_register="1000/60", limit_claims="1000/60",
        limit_other="100000/60", daily_limit=1000,
    ) as opened:  # fmt: skip
        yield opened


async def person(house, name, answers=None):
    made = await sign_up(house)
    await tell(made.client, name=name, **ALL_PARTS)
    if answers is not None:
        answered = await made.client.post(SUBMIT, json={"answers": answers})
        assert answered.status_code == 200, answered.text
    return made


async def room(house, one, other, **settings):
    wanted = {"activity_type": "dare", "intimacy_level": "R", "target_activities": 20, **settings}
    opened = await one.client.post("/api/sessions", json={"settings": wanted, "partner": {"link": True}})
    assert opened.status_code == 201, opened.text
    joined = await other.client.post("/api/sessions/join", json={"token": opened.json()["join"]["token"]})
    assert joined.status_code == 200, joined.text
    session_id = opened.json()["session_id"]
    for seat in ("A", "B"):
        await play(house.services, session_id, seat, Ready(id=house.services.dice.fresh_id()))
    return session_id


async def skip(house, session_id, seat="A"):
    feed = await house.services.rooms.open(session_id)
    command = Skip(id=house.services.dice.fresh_id(), on=feed.room.state.card_seq)
    await play(house.services, session_id, seat, command)
    card = (await house.services.rooms.open(session_id)).room.state.card
    assert card is not None
    return card


YES = dict.fromkeys(ACTIVITY_OF_QUESTION, "Y")


async def test_both_surveys_weigh_the_draw_and_the_reason_is_kept_for_the_server(house):
    ann, bob = await person(house, "Annabelle", YES), await person(house, "Bartholomew", YES)
    session_id = await room(house, ann, bob)
    told = await explain(house.services, session_id, 1)
    assert told["weight"]["among"] > 1
    assert 0 < told["weight"]["share"] <= 1
    assert told["weight"]["total"] == told["weight"]["pick"]["overall_score"]
    text = "\n".join(lines(told))
    assert "pick score" in text
    hidden = ("Annabelle", "Bartholomew", ann.id, bob.id, "_give", "_receive", "hardBoundary")
    assert not [word for word in hidden if word in text + str(told)]
    seen = (await ann.client.get(f"/api/sessions/{session_id}/activities")).text
    assert not [word for word in ("weight", "checks", "pick", "mutual_interest") if f'"{word}"' in seen]


@pytest.mark.parametrize("answers", [(None, None), (YES, None)])
async def test_without_both_surveys_the_draw_is_even(house, answers):
    ann, bob = await person(house, "Ann", answers[0]), await person(house, "Bob", answers[1])
    session_id = await room(house, ann, bob)
    told = await explain(house.services, session_id, 1)
    assert told["weight"] is None
    assert "Drawn evenly" in "\n".join(lines(told))


async def test_there_is_nothing_to_explain_of_a_turn_that_never_was(house):
    with pytest.raises(NotFound):
        await explain(house.services, "no session", 1)


async def test_a_no_is_never_drawn_and_an_open_answer_is_none(house):
    declined = {"B1a": "N", "B1b": "N", "B19": "N"}
    ann, bob = await person(house, "Ann", declined), await person(house, "Bob", {"B20": "M"})
    session_id = await room(house, ann, bob, target_activities=10)
    async with house.services.database.as_service() as connection:
        facts = (await store.load_facts(connection, [session_id], 25))[session_id]
    assert facts.players["A"].answers == {"massage_receive": 0.0, "massage_give": 0.0, "dirty_talk": 0.0}
    assert facts.players["B"].answers == {"moaning": 0.5}
    keys = Counter()
    for _ in range(15):
        card = await skip(house, session_id)
        keys.update(card.preference_keys)
        assert not [key for key in card.preference_keys if boundaries_of(key)]
    assert not {"massage_receive", "massage_give", "dirty_talk", "moaning"} & set(keys)


async def test_what_its_owner_calls_a_maybe_counts_as_one_at_once(house):
    ann, bob = await person(house, "Ann", YES), await person(house, "Bob", YES)
    session_id = await room(house, ann, bob)
    await ann.client.patch("/api/profile/boundaries", json={"maybe_items": ["massage_give"]})
    async with house.services.database.as_service() as connection:
        facts = (await store.load_facts(connection, [session_id], 25))[session_id]
    assert facts.players["A"].answers["massage_give"] == 0.5
    assert facts.players["B"].answers["massage_give"] == 1.0


async def test_earlier_likes_and_themes_are_what_the_next_draw_leans_on(house):
    ann, bob = await person(house, "Ann", YES), await person(house, "Bob", YES)
    await room(house, ann, bob)
    session_id = await room(house, ann, bob)
    card = await house.database.fetchrow(
        "SELECT activity_id, preference_keys, domains FROM activities"
        " WHERE jsonb_array_length(preference_keys) > 0 AND jsonb_array_length(domains) > 0 LIMIT 1"
    )
    await house.database.execute(
        "INSERT INTO user_activity_history (user_id, session_id, activity_id, activity_type, feedback_type, theme_tags)"
        """ VALUES ($1, $2, $3, 'dare', 'like', '["slow"]'), ($1, $2, $3, 'dare', 'like', '[]'),"""
        " ($1, $2, $3, 'dare', 'neutral', '[]'), ($4, $2, $3, 'dare', 'dislike', '[]')",
        *(ann.id, session_id, card["activity_id"], bob.id),
    )
    async with house.services.database.as_service() as connection:
        tastes = (await load_tastes(connection, [session_id])).get(session_id)
    assert tastes is not None
    assert set(tastes["A"].liked.values()) == {2}
    assert set(tastes["B"].liked.values()) == {-1}
    assert "slow" in tastes["A"].themes - tastes["B"].themes
    assert (tastes["A"].sessions, tastes["B"].sessions) == (1, 1)


async def test_operators_ask_by_a_command(house, database_url, redis_url, tmp_path):
    ann, bob = await person(house, "Annabelle", YES), await person(house, "Bartholomew", YES)
    session_id = await room(house, ann, bob)
    settings = Settings(database_url=database_url, redis_url=redis_url, data_dir=tmp_path, secret_key=SECRET)

    told = await asyncio.to_thread(game_server, settings, "explain-pick", session_id, "1")
    assert told.returncode == 0, told.stderr
    assert f"{'pick score':<30}" in told.stdout
    assert "Annabelle" not in told.stdout
    missing = await asyncio.to_thread(game_server, settings, "explain-pick", session_id, "7")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "There is no turn 7" in missing.stderr
