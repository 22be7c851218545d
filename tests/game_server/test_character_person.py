"""What a character knows of its person: all of theirs, nothing of anybody else's."""

import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from game_server.accounts.callers import authenticate
from game_server.characters import person
from rooms.activities.taxonomy import BOUNDARY_KEYS, IMPACT
from rooms.characters.character import Character, Stats
from rooms.characters.instructions import instructions
from rooms.characters.person import Person, SafetyCard
from storage.key_rows import KeysAway
from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House, open_house


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    weeks = {"access_token_s": 10**8, "refresh_token_s": 10**8, "limit_other": "100000/60"}
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), **weeks) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def home(house: House) -> Home:
    home = await moved_in(house, ("dominant", "submissive"))
    await house.database.execute("UPDATE users SET adult_confirmed_at = now() WHERE adult_confirmed_at IS NULL")
    return home


async def known(home: Home, who: int) -> Person:
    caller = await authenticate(home.house.services, home.people[who].client.headers["Authorization"])
    return await person.load(home.house.services, caller)


async def test_whoever_was_never_asked_has_all_limits(home):
    found = await known(home, 0)
    assert not found.was_asked
    assert found.limits.hard == set(BOUNDARY_KEYS)
    assert (found.state, found.language, found.cards, found.named) == ("active", "en", (), ())


async def test_limits_state_language_and_words_are_their_own(home):
    await home.people[1].client.patch("/api/me", json={"language": "de"})
    await home.people[1].client.patch("/api/profile/boundaries", json={"hard_limits": [IMPACT], "soft_limits": []})
    await home.state(1, "low_energy")
    await home.limit(1, "massage_receive")
    made = await home.post(1, "boundaries", {"activity_name": "Balloons popping", "category": "other"}, expect=201)
    rated = await home.ask(1, "PUT", f"boundaries/{made['id']}/rating", {"rating": "hard_no"})
    assert rated.status_code == 200, rated.text
    soft = await home.post(1, "boundaries", {"activity_name": "Slapping", "category": "impact"}, expect=201)
    await home.ask(1, "PUT", f"boundaries/{soft['id']}/rating", {"rating": "maybe"})
    words = {"slow": "Gelb", "stop": "Ananas", "nonverbal": "zweimal klopfen"}
    me = await home.ask(1, "PATCH", "me", {"safewords": words, "aftercare_needs": "Tee"})
    assert me.status_code == 200, me.text

    found = await known(home, 1)
    assert {IMPACT, "massage_receive"} <= found.limits.hard
    assert found.named == ("Balloons popping",)
    assert "slapping_receive" in found.limits.soft | found.limits.hard
    assert (found.state, found.language) == ("low_energy", "de")
    assert found.cards == (SafetyCard("Gelb", "Ananas", "zweimal klopfen", "Tee"),)
    assert found.safewords == ("Gelb", "Ananas")

    other = await known(home, 0)
    assert (other.cards, other.named, other.state, other.language) == ((), (), "active", "en")
    assert other.limits.soft == frozenset()
    assert "massage_receive" not in other.limits.hard


async def test_nothing_that_a_partner_answered_changes_what_an_ai_is_told(home):
    mira = Character(name="Mira", age_range="31-40", stats=Stats(10, 10, 10, 10, 10, 10))
    before = instructions(mira, await known(home, 0))
    await home.limit(1, "begging_give")
    await home.state(1, "paused")
    made = await home.post(0, "boundaries", {"activity_name": "Spanking", "category": "impact"}, expect=201)
    await home.ask(1, "PUT", f"boundaries/{made['id']}/rating", {"rating": "hard_no"})
    await home.ask(1, "PATCH", "me", {"safewords": {"stop": "Leuchtturm"}, "aftercare_needs": "Ruhe"})
    assert instructions(mira, await known(home, 0)) == before
    for person_ in home.people:
        told = instructions(mira, await known(home, home.people.index(person_)))
        assert person_.id not in told
        assert person_.email not in told


async def test_a_limit_that_cannot_be_read_is_not_taken_for_none(home):
    made = await home.post(1, "boundaries", {"activity_name": "Balloons popping", "category": "other"}, expect=201)
    await home.ask(1, "PUT", f"boundaries/{made['id']}/rating", {"rating": "hard_no"})
    home.house.services.person_keys.held_back = True
    try:
        with pytest.raises(KeysAway):
            await known(home, 1)
    finally:
        home.house.services.person_keys.held_back = False


async def test_a_bond_that_is_gone_leaves_no_words(home):
    await home.ask(1, "PATCH", "me", {"safewords": {"stop": "Ananas"}})
    await home.house.database.execute("DELETE FROM bond_members WHERE user_id = $1", uuid.UUID(home.people[1].id))
    assert (await known(home, 1)).cards == ()
