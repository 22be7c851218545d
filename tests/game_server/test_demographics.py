"""Name and anatomy gate play; limits are one's own and bite at once; history is one's own."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from game_server.accounts.callers import authenticate, require_player
from rooms.activities.taxonomy import BOUNDARY_KEYS
from rooms.errors import AdultRequired, ProfileRequired
from tests.support.house import House, come_anonymously, open_house, refused_fields, sign_up, tell


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house")) as opened:
        yield opened


async def somebody(house, kind):
    return await (sign_up(house) if kind == "user" else come_anonymously(house))


async def caller_of(house, client):
    return await authenticate(house.services, client.headers["Authorization"])


both_kinds = pytest.mark.parametrize("kind", ["user", "anonymous"])


@both_kinds
async def test_name_and_anatomy_complete_the_profile(house, kind):
    person = await somebody(house, kind)
    with pytest.raises(ProfileRequired):
        require_player(await caller_of(house, person.client))
    answer = await tell(person.client, name="  Kim ", anatomy_self=["breasts", "Vagina", "vagina"], gender="woman")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["profile_completed"], body["adult"], body["name"]) == (True, True, "Kim")
    assert body["anatomy"] == {
        "anatomy_self": ["vagina", "breasts"],
        "anatomy_preference": ["penis", "vagina", "breasts"],
    }
    assert require_player(await caller_of(house, person.client)) == body["profile_id"]


@both_kinds
async def test_the_first_profile_is_neutral_and_valid(house, kind):
    person = await somebody(house, kind)
    profile_id = (await tell(person.client)).json()["profile_id"]
    row = await house.database.fetchrow(
        "SELECT p.*, s.respondent_id, s.name, s.payload_json FROM profiles p JOIN survey_submissions s USING (submission_id)"
        " WHERE p.id = $1",
        profile_id,
    )
    assert row["submission_id"] == f"neutral:{person.id}"
    assert (row["respondent_id"], row["name"]) == (person.id, None)
    assert set(json.loads(row["payload_json"])) == {"key_id", "nonce", "ciphertext"}
    assert (row["profile_version"], row["is_anonymous"]) == ("neutral", kind == "anonymous")
    assert json.loads(row["boundaries"]) == {
        "hard_limits": [],
        "soft_limits": [],
        "maybe_items": [],
        "asked": False,
    }
    assert json.loads(row["activities"]) == {}


@both_kinds
async def test_telling_again_changes_the_same_profile_and_keeps_the_limits(house, kind):
    person = await somebody(house, kind)
    first = (await tell(person.client, gender="woman", sexual_orientation="bi")).json()
    await person.client.patch("/api/profile/boundaries", json={"hard_limits": ["hardBoundaryAnal"]})
    second = (await tell(person.client, name="Robin", anatomy_self=["penis"], gender="man")).json()
    assert second["profile_id"] == first["profile_id"]
    profile = (await person.client.get("/api/profile")).json()
    assert (profile["name"], profile["anatomy"]["anatomy_self"]) == ("Robin", ["penis"])
    assert profile["boundaries"]["hard_limits"] == ["hardBoundaryAnal"]
    table, key = ("users", "id") if kind == "user" else ("anonymous_sessions", "session_id")
    told = await house.database.fetchval(f"SELECT demographics::text FROM {table} WHERE {key}::text = $1", person.id)
    assert json.loads(told) == {"gender": "man", "orientation": "bi"}


async def test_telling_from_two_phones_at_once_makes_one_profile(house):
    person = await sign_up(house)
    answers = await asyncio.gather(*(tell(person.client, name=f"Kim {number}") for number in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["profile_id"] for answer in answers}) == 1


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"name": " "}, {"name"}),
        ({"name": "a\0b"}, {"name"}),
        ({"gender": "a\n"}, {"gender"}),
        ({"name": "x" * 65}, {"name"}),
        ({"anatomy_self": []}, {"anatomy_self"}),
        ({"anatomy_self": ["any"]}, {"anatomy_self[0]"}),
        ({"anatomy_self": ["penis", "tail"]}, {"anatomy_self[1]"}),
        ({"anatomy_preference": ["a\0"]}, {"anatomy_preference[0]"}),
        ({"anatomy_preference": "penis"}, {"anatomy_preference"}),
        ({"adult": False}, {"adult"}),
        ({"gender": "x" * 65}, {"gender"}),
        ({"age": 30}, {"age"}),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_is_stored(house, change, fields):
    person = await sign_up(house)
    assert refused_fields(await tell(person.client, **change)) == fields
    assert await house.database.fetchval("SELECT count(*) FROM profiles WHERE user_id = $1", person.id) == 0


async def test_without_the_adult_statement_nothing_with_content_opens(house):
    person = await sign_up(house)
    await house.database.execute("UPDATE users SET adult_confirmed_at = NULL WHERE id = $1", person.id)
    assert (await tell(person.client)).json()["adult"] is False
    with pytest.raises(AdultRequired):
        require_player(await caller_of(house, person.client))
    for path in ("/api/profile", "/api/history"):
        answer = await person.client.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "adult_required")
    assert (await tell(person.client, adult=True)).json()["adult"] is True
    assert (await person.client.get("/api/profile")).status_code == 200


@both_kinds
async def test_limits_are_stored_list_by_list(house, kind):
    person = await somebody(house, kind)
    await tell(person.client)
    answer = await person.client.patch(
        "/api/profile/boundaries",
        json={
            "hard_limits": ["hardBoundaryBreath", "hardBoundaryBreath"],
            "soft_limits": ["hardBoundaryImpact", "hardBoundaryBreath"],
            "maybe_items": ["Spanking_give", "massage_receive"],
        },
    )
    assert answer.json() == {
        "hard_limits": ["hardBoundaryBreath"],
        "soft_limits": ["hardBoundaryImpact"],
        "maybe_items": ["spanking_moderate_give", "massage_receive"],
        "asked": True,
    }
    later = await person.client.patch("/api/profile/boundaries", json={"soft_limits": []})
    assert later.json() == {**answer.json(), "soft_limits": []}
    assert (await person.client.get("/api/profile")).json()["boundaries"] == later.json()


async def test_all_eight_limits_fit(house):
    person = await sign_up(house)
    await tell(person.client)
    answer = await person.client.patch("/api/profile/boundaries", json={"hard_limits": list(BOUNDARY_KEYS)})
    assert answer.json()["hard_limits"] == list(BOUNDARY_KEYS)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"hard_limits": ["hardBoundaryAnal", "hardBoundaryNope"]}, {"hard_limits[1]"}),
        ({"soft_limits": ["massage_give"]}, {"soft_limits[0]"}),
        ({"maybe_items": ["hardBoundaryAnal"]}, {"maybe_items[0]"}),
        ({"hard_limits": "hardBoundaryAnal"}, {"hard_limits"}),
        ({"hard_limits": None}, {"hard_limits"}),
        ({"limits": []}, {"limits"}),
    ],
)
async def test_a_wrong_limit_is_named(house, body, fields):
    person = await sign_up(house)
    await tell(person.client)
    assert refused_fields(await person.client.patch("/api/profile/boundaries", json=body)) == fields


async def test_limits_need_a_profile(house):
    person = await sign_up(house)
    for answer in (
        await person.client.patch("/api/profile/boundaries", json={}),
        await person.client.get("/api/profile"),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "profile_required")


async def test_open_rooms_learn_of_changed_limits_in_the_same_transaction(house):
    person = await sign_up(house)
    profile_id = (await tell(person.client)).json()["profile_id"]
    for session, status in (("open", "waiting"), ("over", "completed")):
        await house.database.execute("INSERT INTO sessions (session_id, status) VALUES ($1, $2)", session, status)
        await house.database.execute(
            "INSERT INTO session_seats (session_id, seat, actor, user_id, profile_id) VALUES ($1, 'A', $2, $3, $4)",
            *(session, f"user:{person.id}", person.id, profile_id),
        )
    await person.client.patch("/api/profile/boundaries", json={"hard_limits": ["hardBoundaryRecord"]})
    await tell(person.client, anatomy_self=["penis"])
    revisions = await house.database.fetch(
        "SELECT session_id, limits_rev FROM sessions WHERE session_id IN ('open', 'over')"
    )
    assert dict(tuple(row) for row in revisions) == {"open": 2, "over": 0}


@both_kinds
async def test_history_is_ones_own_newest_first_in_pages(house, kind):
    person, stranger = await somebody(house, kind), await somebody(house, kind)
    column = "user_id" if kind == "user" else "anonymous_session_id"
    session = f"history of {person.id}"
    await house.database.execute("INSERT INTO sessions (session_id) VALUES ($1)", session)
    same_time = datetime(2026, 1, 1, tzinfo=UTC)
    for number, owner in enumerate([person.id] * 5 + [stranger.id]):
        await house.database.execute(
            f"INSERT INTO user_activity_history ({column}, session_id, activity_type, presented_at, was_skipped)"
            " VALUES ($1, $2, 'dare', $3, $4)",
            *(owner, session, same_time + timedelta(days=number // 3), number == 4),
        )
    seen, cursor = [], None
    while True:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await person.client.get("/api/history", params=params)).json()
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [item["id"] for item in seen] == sorted((item["id"] for item in seen), reverse=True)
    assert len(seen) == 5
    assert (seen[0]["was_skipped"], seen[0]["presented_at"]) == (True, "2026-01-02T00:00:00Z")
    assert set(seen[0]) == {
        "id",
        "session_id",
        "activity_id",
        "activity_type",
        "was_skipped",
        "feedback_type",
        "feedback_executed",
        "presented_at",
        "theme_tags",
    }
    assert len((await stranger.client.get("/api/history")).json()["items"]) == 1


@pytest.mark.parametrize("cursor", ["x", "bm9ucw==", "W10=", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwWiIsIngiXQ==", "%00", "é"])
async def test_a_made_up_cursor_is_refused(house, cursor):
    guest = await come_anonymously(house)
    assert refused_fields(await guest.client.get("/api/history", params={"cursor": cursor})) == {"cursor"}


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "1e9"])
async def test_a_wrong_limit_of_a_page_is_refused(house, limit):
    guest = await come_anonymously(house)
    assert refused_fields(await guest.client.get("/api/history", params={"limit": limit})) == {"limit"}
