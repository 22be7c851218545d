"""What people can make larger and larger has a bound, in the database and in the answer."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from storage.bounds import FIELDS
from storage.database import undone_alone
from tests.storage.bonds_world import made_by_migrations
from tests.support.house import House, come_anonymously, open_house, refused_fields, sign_up, tell


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("data")) as opened:
        yield opened


async def test_preferences_that_are_merged_again_and_again_stop_growing(house):
    person = await sign_up(house)
    sizes = []
    for number in range(12):
        more = {f"{number}.{key}": "x" * 50 for key in range(10)}
        answer = await person.client.patch("/api/me", json={"notification_preferences": more})
        if answer.status_code != 200:
            assert refused_fields(answer) == {"notification_preferences"}
            break
        sizes.append(len(answer.content))
    assert 3 <= len(sizes) < 10
    assert max(sizes) < 8000
    assert (await person.client.patch("/api/me", json={"display_name": "Kim"})).status_code == 200
    nested = {"a": {str(key): True for key in range(33)}}
    answer = await person.client.patch("/api/me", json={"notification_preferences": nested})
    assert refused_fields(answer) == {"notification_preferences[...]"}


async def test_preferences_grow_no_further_past_the_code_either(house):
    person = await sign_up(house)
    async with house.services.database.as_user(person.id) as connection:
        with pytest.raises(asyncpg.CheckViolationError):
            async with undone_alone(connection):
                await connection.execute(
                    "UPDATE users SET notification_preferences = $2 WHERE id = $1", person.id, {"a": "x" * 5000}
                )


OF_STORES = {
    "subscription_lines_reference_bounded", "webhook_events_reference_bounded", "ai_generation_logs_bounded",
    "consent_ledger_bounded", "users_kink_identity_bounded", "users_time_zone_bounded",
    "notion_deliveries_bounded", "notion_handshakes_bounded", "backups_bounded",
}  # fmt: skip
"""Sealed, or of what a store, a request or an adapter bounded before: no field of anybody's is named by it. So are
those of bonds.
"""


async def test_every_bound_of_the_database_has_a_field_to_name(house):
    found = await house.database.fetch(
        "SELECT conname, conrelid::regclass::text AS table FROM pg_constraint WHERE conname LIKE '%\\_bounded'"
    )
    of_bonds = {table for tables in made_by_migrations().values() for table in tables}
    assert {row["conname"] for row in found if row["table"] not in of_bonds} - OF_STORES == FIELDS.keys()


async def test_rules_of_a_game_that_are_too_large_are_refused(house):
    guest = await come_anonymously(house)
    assert (await tell(guest.client)).status_code == 200
    body = {"settings": {"rules": {"a": "x" * 5000}}, "partner": {"link": True}}
    assert refused_fields(await guest.client.post("/api/sessions", json=body)) == {"settings.rules"}


@pytest.mark.parametrize("rules", [{"a": [1e308] * 30}, {"a": "\u0000"}])
async def test_rules_of_a_game_that_would_grow_or_are_no_text_are_refused_or_not_kept(house, rules):
    guest = await come_anonymously(house)
    await tell(guest.client)
    answer = await guest.client.post("/api/sessions", json={"settings": {"rules": rules}, "partner": {"link": True}})
    if answer.status_code != 422:
        assert answer.status_code == 201
        kept = await house.database.fetchval(
            "SELECT octet_length(rules::text) FROM sessions WHERE session_id = $1", answer.json()["session_id"]
        )
        assert (kept or 0) < 1000


async def test_rules_nested_deeply_are_kept_or_refused_but_never_a_fault(house):
    guest = await come_anonymously(house)
    await tell(guest.client)
    nested = "[" * 1900 + "]" * 1900
    body = '{"partner": {"link": true}, "settings": {"rules": {"a": ' + nested + "}}}"
    answer = await guest.client.post("/api/sessions", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (201, 400, 422)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/api/survey/progress", {"answers": {"A1": 1}, "current_question": "A" * 65}),
        ("PATCH", "/api/survey/progress", {"answers": {f"Z{n}": 1 for n in range(201)}}),
        ("PATCH", "/api/profile/boundaries", {"hard_limits": ["x"] * 65}),
        ("PATCH", "/api/profile/boundaries", {"maybe_items": ["x" * 65]}),
        (
            "POST",
            "/api/me/demographics",
            {"name": "Kim", "anatomy_self": ["vagina"] * 9, "anatomy_preference": ["any"]},
        ),
        (
            "POST",
            "/api/me/demographics",
            {"name": "x" * 300, "anatomy_self": ["vagina"], "anatomy_preference": ["any"]},
        ),
    ],
)
async def test_what_a_player_tells_is_bounded(house, method, path, body):
    guest = await come_anonymously(house)
    assert refused_fields(await guest.client.request(method, path, json=body))
