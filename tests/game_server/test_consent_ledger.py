"""Each thing that somebody agrees to, or takes back, leaves one entry in the ledger, with it and never without it."""

import json
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest_asyncio

from game_server.sessions.actions import play
from rooms.sessions.commands import AcceptLevel, Pause, ProposeLevel, Ready, Resume, Stop
from storage import consents
from tests.support.house import House, Person, come_anonymously, open_house, sign_up, tell


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url, redis_url, tmp_path_factory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house")) as opened:
        yield opened


async def couple(house: House) -> tuple[Person, Person, int]:
    """Two who are connected."""
    one, other = await sign_up(house), await sign_up(house)
    for each in (one, other):
        await tell(each.client)
    made = (await one.client.post("/api/partners/connections", json={})).json()
    await other.client.post("/api/partners/connections/claim", json={"token": made["token"]})
    for each in (other, one):
        assert (await each.client.post(f"/api/partners/connections/{made['id']}/accept")).status_code == 200
    return one, other, made["id"]


async def kinds(house: House, chain: str) -> list[tuple[str, bool, dict]]:
    """The entries of a chain: what, whether somebody stands there, and to what."""
    rows = await house.database.fetch("SELECT * FROM consent_ledger WHERE chain = $1 ORDER BY number", chain)
    return [(row["kind"], row["person"] is not None, json.loads(row["detail"])) for row in rows]


async def of(house: House, person: Person) -> list[tuple[str, str]]:
    rows = await house.database.fetch(
        "SELECT l.chain, l.kind FROM consent_people p JOIN consent_ledger l ON l.person = p.person"
        " WHERE p.user_id = $1 ORDER BY l.at, l.chain, l.number",
        person.id,
    )
    return [(row["chain"].partition(":")[0], row["kind"]) for row in rows]


async def test_what_somebody_says_of_themselves(house):
    person = await sign_up(house)
    await tell(person.client)
    for sharing in ("all_responses", "all_responses", "demographics_only"):
        await person.client.patch("/api/me", json={"profile_sharing_setting": sharing})
    for limits in (["hardBoundaryImpact"], ["hardBoundaryImpact"], []):
        answer = await person.client.patch("/api/profile/boundaries", json={"hard_limits": limits})
        assert answer.status_code == 200, answer.text
    said = await of(house, person)
    assert said[:1] == [("account", "adult_stated")]
    assert said.count(("account", "sharing_changed")) == 2
    assert said.count(("limits", "limits_changed")) == 1  # within a minute


async def test_a_connection_is_agreed_to_by_both_and_ended_by_nobody_in_particular(house):
    one, _, connection = await couple(house)
    await one.client.post(f"/api/partners/connections/{connection}/disconnect")
    assert await kinds(house, f"connection:{connection}") == [
        ("connection_accepted", True, {}),
        ("connection_accepted", True, {}),
        ("connection_ended", False, {}),
    ]


async def test_a_room_tells_what_both_agreed_to_and_not_who_paused_or_stopped(house):
    one, other, _ = await couple(house)
    body = {"partner": {"link": True}, "settings": {"intimacy_level": "G"}}
    made = (await one.client.post("/api/sessions", json=body)).json()
    room = made["session_id"]
    joined = await other.client.post("/api/sessions/join", json={"token": made["join"]["token"]})
    assert joined.status_code == 200, joined.text

    async def does(seat, command):
        return await play(house.services, room, seat, command)

    for seat in ("A", "B"):
        await does(seat, Ready(id=uuid4()))
    proposed = await does("A", ProposeLevel(id=uuid4(), level="R"))
    await does("B", AcceptLevel(id=uuid4(), on=proposed))
    await does("A", ProposeLevel(id=uuid4(), level="G"))
    paused = await does("B", Pause(id=uuid4()))
    await does("A", Pause(id=uuid4()))
    for seat in ("A", "B"):
        await does(seat, Resume(id=uuid4(), on=paused))
    await does("A", Stop(id=uuid4()))
    assert await kinds(house, f"session:{room}") == [
        ("agreed", True, {"level": "G"}),
        ("agreed", True, {"level": "G"}),
        ("level_raised", False, {"level": "R"}),
        ("level_lowered", False, {"level": "G"}),
        ("paused", False, {}),
        ("resumed", False, {}),
        ("stopped", False, {}),
    ]


async def test_who_plays_without_an_account_stands_there_too_until_they_erase_themselves(house):
    guest = await come_anonymously(house)
    anonymous = "SELECT count(*) FROM consent_people WHERE anonymous_session_id IS NOT NULL"
    before = await house.database.fetchval(anonymous)
    assert (await guest.client.delete("/api/anonymous-sessions")).status_code == 204
    assert await house.database.fetchval(anonymous) == before - 1


async def test_every_chain_holds(house):
    async with house.services.database.as_service() as connection:
        assert await consents.broken(connection) == []
