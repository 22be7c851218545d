"""Each thing that somebody agrees to, or takes back, leaves one entry in the ledger, with it and never without it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import msgspec
import pytest_asyncio

from game_server.sessions.actions import play
from rooms.sessions.commands import AcceptLevel, Pause, ProposeLevel, Ready, Resume, Stop
from storage import accounts, consents
from tests.storage import rows
from tests.support.house import House, Person, come_anonymously, let_in, open_house, sign_up, tell


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


async def test_whoever_shares_more_again_and_again_is_told_to_wait_and_shares_less_at_any_time(house):
    """Each change stands in the ledger for good, so the ledger does not grow as fast as requests come."""
    person = await let_in(house)
    settings = msgspec.structs.replace(house.services.settings, limit_sharing="2/3600")
    house.app.state.services = msgspec.structs.replace(house.services, settings=settings)
    asked = (
        "all_responses",
        "demographics_only",
        "overlapping_only",
        "overlapping_only",
        "all_responses",
        "demographics_only",
    )
    try:
        answers = [await person.client.patch("/api/me", json={"profile_sharing_setting": one}) for one in asked]
        other = await person.client.patch("/api/me", json={"display_name": "Ana"})
    finally:
        house.app.state.services = house.services
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429, 200]
    assert other.json()["profile_sharing_setting"] == "demographics_only"
    assert (await of(house, person)).count(("account", "sharing_changed")) == 4


async def test_a_setting_is_changed_only_from_the_one_that_was_looked_at(house):
    """Else two phones at once would share more without its being counted."""
    person = await let_in(house)
    change = {"display_name": None, "demographics": {}, "notifications": {}, "sharing": "all_responses"}
    for before, done in (("demographics_only", False), ("overlapping_only", True), ("demographics_only", True)):
        async with house.services.database.as_user(person.id) as connection:
            saved = await accounts.save_settings(connection, person.id, instead_of=before, **change)
        assert saved is done, before
    assert (await of(house, person)).count(("account", "sharing_changed")) == 1


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


CHANGES = {
    "users_note_first_consent": (
        "INSERT INTO users (id, email, adult_confirmed_at) VALUES (gen_random_uuid(), $1, now())", ["adult_stated"],
    ),
    "users_note_consent": (
        "UPDATE users SET profile_sharing_setting = 'all_responses' WHERE email = $1", ["sharing_changed"],
    ),
    "anonymous_sessions_note_first_consent": (
        "INSERT INTO anonymous_sessions (session_id, adult_confirmed_at) VALUES ($1, now())", ["adult_stated"],
    ),
    "anonymous_sessions_note_consent": (
        "UPDATE anonymous_sessions SET adult_confirmed_at = now() WHERE session_id = 'late ' || $1", ["adult_stated"],
    ),
    "profiles_note_first_consent": (
        ("INSERT INTO profiles (anonymous_session_id, submission_id, power_dynamic, arousal_propensity, domain_scores,"
        " activities, truth_topics, boundaries) SELECT $1, submission_id, '{}', '{}', '{}', '{}', '{}', '{\"asked\": true}'"
        " FROM survey_submissions WHERE submission_id = $1"),
        ["limits_changed"],
    ),
    "profiles_note_consent": (
        "UPDATE profiles SET boundaries = '{\"hard_limits\": []}' WHERE anonymous_session_id = 'late ' || $1",
        ["limits_changed"],
    ),
    "personal_limits_note_consent": (
        ("INSERT INTO personal_limits (user_id, words) SELECT id, CASE WHEN"
        " set_config('request.jwt.claims', json_build_object('sub', id)::text, true) <> '' THEN '{}'::jsonb END"
        " FROM users WHERE email = $1"),
        ["limits_changed"],
    ),
    "partner_connections_note_consent": (
        "UPDATE partner_connections SET status = 'accepted' WHERE recipient_email = $1", ["connection_accepted"] * 2,
    ),
    "partner_connections_note_last_consent": (
        "DELETE FROM partner_connections WHERE recipient_email = $1", ["connection_ended"],
    ),
    "session_events_note_consent": (
        ("INSERT INTO session_events (session_id, seq, at, type, event) SELECT session_id, head + 1, now(), 'paused', '{}'"
        " FROM sessions WHERE session_id = $1"),
        ["paused"],
    ),
    "contract_signatures_note_consent": (
        ("UPDATE contract_signatures s SET status = 'signed', content_sha256 = c.content_sha256, signed_at = now()"
        " FROM contracts c WHERE c.id = s.contract_id AND $1::text <> ''"
        " AND set_config('request.jwt.claims', json_build_object('sub', s.user_id)::text, true) <> ''"),
        ["contract_signed"],
    ),
    "contracts_note_consent": (
        "UPDATE contracts SET status = 'withdrawn', ended_at = now() WHERE status = 'active' AND $1::text <> ''",
        ["contract_ended"],
    ),
}  # fmt: skip
"""By trigger: a statement that it fires for, in this order, and what is in the ledger then."""

WRITTEN_HERE = "SELECT kind FROM consent_ledger WHERE xmin::text = pg_current_xact_id()::text"


async def test_each_trigger_of_the_ledger_writes_its_entries_once_and_with_what_they_are_about(house):
    """Generated over the catalog: a further trigger that nobody has described here fails."""
    database, me = house.database, "everything@example.com"
    triggers = await database.fetch(
        "SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.prosrc LIKE '%append_consent%'"
    )
    assert {row["tgname"] for row in triggers} == {*CHANGES}
    one, _, connection = await couple(house)
    await _contracts(database, one.id)
    await database.execute("INSERT INTO anonymous_sessions (session_id) VALUES ('late ' || $1::text)", me)
    await database.execute("INSERT INTO survey_submissions (submission_id, payload_json) VALUES ($1, '{}')", me)
    await rows.profile(database, anonymous_session_id=f"late {me}")
    await rows.session(database, me)
    await database.execute(
        "UPDATE partner_connections SET status = 'pending', recipient_email = $2 WHERE id = $1", connection, me
    )
    for name, (change, kinds_of) in CHANGES.items():
        async with database.transaction():
            changed = await database.execute(change, me)
            written = await database.fetch(WRITTEN_HERE)
        assert (name, changed.rpartition(" ")[2], [row["kind"] for row in written]) == (name, "1", kinds_of)


async def _contracts(database: Any, person: str) -> None:
    """One that this person is to sign, and one in force."""
    bond = (await rows.insert(database, "bonds", name={}))["id"]
    frozen = {"bond_id": bond, "title": {}, "content": {}, "content_sha256": "0" * 64}
    given = await rows.insert(database, "contracts", line_id=rows.user_id(1), status="pending_signature", **frozen)
    await rows.insert(database, "contract_signatures", contract_id=given["id"], bond_id=bond, user_id=person)
    await rows.insert(database, "contracts", line_id=rows.user_id(2), status="active", signed_at=rows.MOMENT, **frozen)


async def test_a_stop_waits_for_no_other_chain(house, database_url):
    """Entries about the same two people are being written, in every other chain of theirs, by somebody who never ends that."""
    one, other, connection = await couple(house)
    rooms = []
    for _ in range(2):
        made = (await one.client.post("/api/sessions", json={"partner": {"link": True}})).json()
        await other.client.post("/api/sessions/join", json={"token": made["join"]["token"]})
        for seat in ("A", "B"):
            await play(house.services, made["session_id"], seat, Ready(id=uuid4()))
        rooms.append(made["session_id"])
    async with rows.undone(database_url) as busy:
        for person in (one, other):
            sharing = "UPDATE users SET profile_sharing_setting = 'all_responses' WHERE id = $1::text::uuid"
            await busy.execute(sharing, person.id)
        await busy.execute(CHANGES["session_events_note_consent"][0], rooms[0])
        await busy.execute("UPDATE partner_connections SET status = 'disconnected' WHERE id = $1", connection)
        written = await busy.fetch(WRITTEN_HERE)
        assert {row["kind"] for row in written} == {"sharing_changed", "paused", "connection_ended"}
        async with asyncio.timeout(10):
            await play(house.services, rooms[1], "A", Stop(id=uuid4()))
    assert (await kinds(house, f"session:{rooms[1]}"))[-1] == ("stopped", False, {})


async def test_who_plays_without_an_account_stands_there_too_until_they_erase_themselves(house):
    guest = await come_anonymously(house)
    anonymous = "SELECT count(*) FROM consent_people WHERE anonymous_session_id IS NOT NULL"
    before = await house.database.fetchval(anonymous)
    assert (await guest.client.delete("/api/anonymous-sessions")).status_code == 204
    assert await house.database.fetchval(anonymous) == before - 1


async def test_every_chain_holds(house):
    async with house.services.database.as_service() as connection:
        assert await consents.broken(connection) == []
