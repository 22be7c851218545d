"""GET /api/activities: which cards a signed-in person may read, a page at a time."""

import json
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest
from litestar import Litestar

from game_server.accounts import tokens
from game_server.activities.actions import STARTER_BANK
from game_server.activities.bank_import import import_bank
from game_server.app import create_app
from game_server.services import Services
from game_server.settings import Settings
from rooms.activities import taxonomy
from rooms.activities.card import Card
from rooms.sessions.draw import WINDOWS, Request, draw, game_phase
from rooms.sessions.index import Index
from rooms.sessions.limits import Player
from storage import activities as bank

YES = dict.fromkeys(taxonomy.PREFERENCE_KEYS, 1.0)
_numbers = count(1)


class Library(msgspec.Struct, frozen=True):
    """The server's HTTP in this process, on real stores; `admin` is the administrator's connection."""

    app: Litestar
    services: Services
    admin: asyncpg.Connection

    async def holds(self, path: Path) -> list[Card]:
        """Nothing but the cards of this file, as loaded."""
        await self.admin.execute("DELETE FROM activities")
        async with self.services.database.as_service() as conn:
            assert (await import_bank(conn, path)).applied
            return list((await bank.load_bank(conn))[1])

    async def reader(
        self,
        *,
        hard: tuple[str, ...] = (),
        soft: tuple[str, ...] = (),
        answers: dict[str, float] | None = None,
        asked: bool = True,
        declined: tuple[str, ...] | None = None,
        topics: tuple[str, ...] = (),
        adult: bool = True,
    ) -> httpx.AsyncClient:
        """A new signed-in person with this profile; `answers` None is one without a survey, who was asked nothing.

        `declined` and `topics` are what was answered No, `declined` None a profile that does not say.
        """
        number = next(_numbers)
        boundaries: dict[str, Any] = {"hard_limits": hard, "soft_limits": soft, "maybe_items": []}
        boundaries |= {"asked": asked and answers is not None, "declined_topics": topics}
        if declined is not None:
            boundaries["declined"] = declined
        user = await self.admin.fetchval(
            "INSERT INTO users (id, email, adult_confirmed_at)"
            " VALUES (gen_random_uuid(), $1, CASE WHEN $2 THEN now() END) RETURNING id::text",
            *(f"reader{number}@example.org", adult),
        )
        login = await self.admin.fetchval(
            "INSERT INTO logins (user_id, refresh_hash, expires_at) VALUES ($1, $2, now() + interval '1 day')"
            " RETURNING id::text",
            *(user, f"refresh {number}"),
        )
        await self.admin.execute(
            "INSERT INTO survey_submissions (submission_id, respondent_id, payload_json) VALUES ('s:' || $1, $1, '{}')",
            user,
        )
        await self.admin.execute(
            """INSERT INTO profiles (user_id, submission_id, profile_version, power_dynamic, arousal_propensity,
                                     domain_scores, activities, truth_topics, boundaries)
               VALUES ($1::uuid, 's:' || $1, $2, '{}', '{}', '{}', $3, '{}', $4)""",
            user,
            "neutral" if answers is None else "0.4",
            json.dumps(answers or {}),
            json.dumps(boundaries),
        )
        token = tokens.issue_user(
            self.services.keys,
            user_id=user,
            login_id=login,
            email=f"reader{number}@example.org",
            now=self.services.clock.now(),
            lifetime_s=900,
        )
        return self.client({"Authorization": f"Bearer {token}"})

    def client(self, headers: dict[str, str]) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers)


@pytest.fixture(scope="module")
async def library(settings: Settings, services: Services, database_url: str) -> AsyncIterator[Library]:
    app = create_app(settings, services)
    app.state.services = services
    admin = await asyncpg.connect(database_url)
    yield Library(app, services, admin)
    await admin.close()


def card(text: str, **changes: Any) -> dict[str, Any]:
    return {"type": "dare", "rating": "R", "intensity": 2, "script": text, "domains": ["sensual"]} | changes


async def page(reader: httpx.AsyncClient, **query: Any) -> dict[str, Any]:
    answer = await reader.get("/api/activities", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def seen_by(reader: httpx.AsyncClient, **query: Any) -> set[str]:
    return {item["script"]["steps"][0]["do"] for item in (await page(reader, **query))["items"]}


async def test_a_caller_sees_what_their_limits_allow(library: Library, tmp_path: Path):
    path = tmp_path / "bank.json"
    rows = [
        card("Plain."),
        card("Soft scarf.", preference_keys=["blindfold_give", "blindfold_receive"]),
        card("A photograph.", hard_boundaries=["hardBoundaryRecord"]),
        card("Kneel.", requires_consent_negotiation=True),
        card("Untagged.", domains=[]),
        card("A party game.", audience_scope="groups"),
        card("Not approved.", approved=False),
    ]
    path.write_text(json.dumps(rows))
    await library.holds(path)
    assert await seen_by(await library.reader(answers=YES)) == {"Plain.", "Soft scarf.", "A photograph.", "Kneel."}
    no_photos = await library.reader(answers=YES, hard=("hardBoundaryRecord",))
    assert await seen_by(no_photos) == {"Plain.", "Soft scarf.", "Kneel."}
    maybe_tied = await library.reader(answers=YES, soft=("hardBoundaryRestrain",))
    assert await seen_by(maybe_tied) == {"Plain.", "A photograph.", "Kneel."}
    only_receives = await library.reader(answers=YES | {"blindfold_give": 0.0})
    assert "Soft scarf." in await seen_by(only_receives)
    neither = await library.reader(answers=YES | {"blindfold_give": 0.0, "blindfold_receive": 0.0})
    assert "Soft scarf." not in await seen_by(neither)
    assert await seen_by(await library.reader()) == {"Plain."}
    assert await seen_by(await library.reader(answers=YES, asked=False)) == {"Plain."}


async def test_what_was_left_open_keeps_away_only_what_falls_under_a_boundary(library: Library, tmp_path: Path):
    path = tmp_path / "bank.json"
    path.write_text(
        json.dumps(
            [
                card("Plain."),
                card("Soft scarf.", preference_keys=["blindfold_give", "blindfold_receive"]),
                card("Whisper.", preference_keys=["dirty_talk"]),
                card("Sigh.", preference_keys=["moaning"]),
            ]
        )
    )
    await library.holds(path)
    nothing = dict.fromkeys(taxonomy.PREFERENCE_KEYS, 0.0)
    assert await seen_by(await library.reader(answers=nothing, declined=("moaning",))) == {"Plain.", "Whisper."}
    assert await seen_by(await library.reader(answers=nothing)) == {"Plain."}


async def test_a_topic_that_the_caller_declined_is_not_listed(library: Library, tmp_path: Path):
    path = tmp_path / "bank.json"
    ask = {"type": "truth", "domains": ["verbal"]}
    path.write_text(
        json.dumps(
            [card("Best of all?", **ask, tags={"topics": ["turn_ons"]}), card("A dream?", **ask, tags={"act": "words"})]
        )
    )
    await library.holds(path)
    assert await seen_by(await library.reader(answers=YES)) == {"Best of all?", "A dream?"}
    assert await seen_by(await library.reader(answers=YES, topics=("turn_ons",))) == {"A dream?"}
    assert await seen_by(await library.reader(topics=("turn_ons",))) == {"A dream?"}


@pytest.mark.parametrize("answered", [0, 3])
async def test_the_list_is_what_the_draw_allows_with_somebody_who_wants_everything(library: Library, answered: int):
    cards = await library.holds(STARTER_BANK)
    some = {"massage_give": 1.0, "dirty_talk": 0.5, "moaning": 0.0}
    answers = dict.fromkeys(taxonomy.PREFERENCE_KEYS, 0.0) | (some if answered else {})
    reader = await library.reader(answers=answers, declined=("moaning",) if answered else (), asked=bool(answered))
    caller = Player(asked=bool(answered), answers=some if answered else {})
    anybody = Player(anatomy=frozenset(taxonomy.BODY_PARTS), asked=True, answers=YES)
    listed: set[int] = set()
    cursor: str | None = "0"
    while cursor is not None:
        answer = await page(reader, limit=100, cursor=cursor)
        listed |= {item["activity_id"] for item in answer["items"]}
        cursor = answer["next_cursor"]
    pairs = ({"A": caller, "B": anybody}, {"A": anybody, "B": caller})
    drawn = {
        card.activity_id
        for card in cards
        for players in pairs
        if draw(request_for(card), 0.0, Index([card]), players).relaxed != "neutral"
    }
    assert listed == drawn


def request_for(card: Card) -> Request:
    """A turn at the card's own rating in whose window it lies, or next to it."""
    steps = (1, 10, 20, 25)
    windows = WINDOWS[card.rating]  # type: ignore[index]
    step = next(
        step for step in steps
        if windows[game_phase(step, 25)][0] - 1 <= card.intensity <= windows[game_phase(step, 25)][1] + 1
    )  # fmt: skip
    return Request(active="A", type=card.type, level=card.rating, step=step, target=25)  # type: ignore[arg-type]


async def test_a_card_tells_what_it_is_about(library: Library, tmp_path: Path):
    told = {"themes": ["closeness", "slow"], "act": "kiss", "topics": ["turn_ons"], "apart": False}
    path = tmp_path / "bank.json"
    path.write_text(json.dumps([card("Kiss.", tags=told), card("Hum.", tags=["voice"])]))
    await library.holds(path)
    items = (await page(await library.reader()))["items"]
    assert [item["tags"] for item in items] == [told, {"themes": ["voice"], "act": "", "topics": [], "apart": False}]


async def test_pages_follow_each_other_without_gaps(library: Library):
    cards = await library.holds(STARTER_BANK)
    reader = await library.reader(hard=taxonomy.BOUNDARY_KEYS)
    seen: list[int] = []
    cursor: str | None = "0"
    while cursor is not None:
        answer = await page(reader, type="truth", limit=50, cursor=cursor)
        assert len(answer["items"]) == 50 or answer["next_cursor"] is None
        seen += [item["activity_id"] for item in answer["items"]]
        cursor = answer["next_cursor"]
    harmless = [card for card in cards if not card.boundaries and not card.requires_consent_negotiation]
    # Whoever has told no body part can be on neither side of a card that needs one on both.
    bodies = [card for card in harmless if not (card.required_bodyparts.active and card.required_bodyparts.partner)]
    assert seen == [card.activity_id for card in bodies if card.type == "truth"]
    assert len(seen) > 100


async def test_type_and_rating_narrow_the_list(library: Library):
    await library.holds(STARTER_BANK)
    items = (await page(await library.reader(), type="dare", rating="X"))["items"]
    assert items
    assert {(item["type"], item["rating"]) for item in items} == {("dare", "X")}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"type": "riddle"}, "type"),
        ({"rating": "PG"}, "rating"),
        ({"cursor": "abc"}, "cursor"),
        ({"cursor": "9" * 30}, "cursor"),
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": "many"}, "limit"),
    ],
)
async def test_a_wrong_question_is_answered_with_the_field(library: Library, query: dict[str, Any], field: str):
    answer = await (await library.reader()).get("/api/activities", params=query)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")
    assert list(answer.json()["error"]["fields"]) == [field]


async def test_the_bank_is_for_signed_in_adults(library: Library):
    nobody = await library.client({}).get("/api/activities")
    assert (nobody.status_code, nobody.json()["error"]["code"]) == (401, "unauthorized")
    undeclared = await (await library.reader(adult=False)).get("/api/activities")
    assert (undeclared.status_code, undeclared.json()["error"]["code"]) == (403, "adult_required")
