"""The server in this process with Google Play beside it, and what passes between them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from game_server.accounts import tokens
from storage import accounts, logins
from tests.support.house import House, Person, open_house
from tests.support.play_pushes import Json
from tests.support.play_store import PlayStore

WEBHOOK = "/api/webhooks/google"
SUBMIT = "/api/subscription/transactions"
FREE = {f"limit_{name}": "100000/60" for name in ("login", "register", "claims", "tickets", "other")}
KEPT = ("subscription_lines", "subscription_transactions", "retired_lines", "voided_transactions", "webhook_events")


@asynccontextmanager
async def open_play_house(
    play: PlayStore, database_url: str, redis_url: str, folder: Path, **changes: Any
) -> AsyncIterator[House]:
    """The server on this store."""
    async with open_house(database_url, redis_url, folder, **{**FREE, **play.settings(folder), **changes}) as opened:
        yield opened


async def arrive(house: House) -> Person:
    """Somebody with an account and a login, without the time that a password takes."""
    services, now = house.services, house.services.clock.now()
    user_id, login_id, email = services.dice.uuid(), services.dice.uuid(), f"{services.dice.uuid()}@example.com"
    async with services.database.as_service() as connection:
        await accounts.create_user(
            connection, user_id=user_id, email=email, display_name=None, password_hash="none", now=now
        )
        await logins.open_login(
            connection, login_id=login_id, user_id=user_id, refresh_hash=login_id, now=now,
            expires_at=now + timedelta(days=1),
        )  # fmt: skip
    access = tokens.issue_user(
        services.keys, user_id=user_id, login_id=login_id, email=email, now=now, lifetime_s=86_400
    )
    return Person(user_id, email, access, "", house.client(access))


async def push(
    house: House, play: PlayStore, body: Json | bytes, *, token: str | None = None, **headers: str
) -> httpx.Response:
    """What Pub/Sub does with a notification; with the right token when none is given."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"Content-Type": "application/json", "Authorization": f"Bearer {token or play.push_token()}", **headers}
    return await house.client().post(WEBHOOK, content=content, headers=sent)


async def submit(person: Person, token: str, product: str = "premium", **other: Any) -> httpx.Response:
    """What a phone does after a purchase."""
    body = {"platform": "android", "product_id": product, "purchase_token": token, **other}
    return await person.client.post(SUBMIT, json=body)


async def tier(person: Person) -> str:
    """What somebody has, by every way it is asked: the route's word, and what the draw reads."""
    told = (await person.client.get("/api/subscription")).json()
    assert (told["remaining"] is None) == (told["tier"] == "premium")
    return str(told["tier"])


async def kept(database: asyncpg.Connection) -> list[Any]:
    """All that is kept of purchases and notifications, and who is premium."""
    tables = [await database.fetch(f"SELECT * FROM {name} ORDER BY 1, 2, 3") for name in KEPT]
    people = await database.fetch("SELECT id, subscription_tier, subscription_expires_at FROM users ORDER BY id")
    return [[tuple(row.values()) for row in rows] for rows in (*tables, people)]
