"""Asking for a picture: of a character's face, of a composition of several, of one pose.

What would be sent is read first, against the limits of whoever asks and what is never drawn here; then it is a row, and the
answer is given. Who draws it, and when, is `generations`.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import texts
from game_server.characters import budgets, person
from game_server.characters.budgets import Budgets
from game_server.integrations.ai_images import ImageProvider
from game_server.services import Services
from rooms.bonds.limits import Limits
from rooms.characters import pictures
from rooms.characters.pictures import Figure, Style, Subject
from rooms.errors import AdultsOnly, Invalid, Limit, NotConfigured, NotFound, Unavailable, WrongState
from storage import ai_spending, image_generations
from storage.person_keys import DataKey

MOST_OPEN = 4
"""So many pictures somebody may wait for at once."""

MOST_AVATARS = 20
ADDRESS = "/api/files/"
"""What stands before a picture's id among a character's faces."""


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever asks for a picture, as far as it matters for it: their key, their limits, what they and all may spend today."""

    provider: ImageProvider
    key: DataKey
    limits: Limits
    budgets: Budgets
    at: datetime


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that is asked for: of what, and the words that it is asked with. `texts` are those that somebody wrote."""

    subject: Subject
    style: Style
    prompt: str
    texts: tuple[str, ...]
    kinkster_id: UUID | None = None


def provider_of(services: Services) -> ImageProvider:
    """Whoever draws here. Raises NotConfigured."""
    if services.images is None:
        raise NotConfigured
    return services.images


async def ready(services: Services, caller: Caller) -> Reader:
    """Before the transaction that asks. Raises NotConfigured, Unavailable where nothing could be kept, KeyGone, KeysAway."""
    provider = provider_of(services)
    if not await services.objects.has_room():
        raise Unavailable
    key = await texts.ready_key(services, caller)
    return Reader(
        provider=provider,
        key=key,
        limits=await person.limits(services, caller.id),
        budgets=budgets.of_day(services.settings),
        at=services.clock.now(),
    )


async def ask(db: asyncpg.Connection, reader: Reader, order: Order) -> tuple[UUID, int]:
    """A new picture of the caller's, in their transaction: its id and version. Raises AdultsOnly, Limit,
    Invalid, WrongState, BudgetUsed.
    """
    await require_drawable(reader.limits, order.texts)
    # First: it holds the person's day.
    await budgets.reserve(db, reader.budgets, reader.provider.cost_micros, reader.at)
    if await image_generations.open_ones(db) >= MOST_OPEN:
        raise WrongState("Four of your pictures are still being drawn. Wait for one of them, or take one back.")
    return await image_generations.add(
        db,
        {
            "kinkster_id": order.kinkster_id,
            "subject": order.subject,
            "style": order.style,
            "prompt": reader.key.seal(order.prompt),
            "model": reader.provider.model,
            "reserved_micros": reader.provider.cost_micros,
        },
    )


async def require_drawable(own: Limits, written: Iterable[str]) -> None:
    """Raises AdultsOnly, Limit, Invalid where it is not to be drawn for somebody with these limits."""
    match await asyncio.to_thread(pictures.fault_of, tuple(written), own):
        case "minors":
            raise AdultsOnly
        case "limit":
            raise Limit
        case "explicit":
            raise Invalid(fields={"text": "Everybody in a picture is clothed. Please say it without that."})


async def avatar(db: asyncpg.Connection, reader: Reader, kinkster_id: UUID, style: Style) -> Order:
    """A face for a character of the caller's. Raises NotFound, WrongState."""
    found = await figures(db, reader.key, [kinkster_id])
    if kinkster_id not in found:
        raise NotFound
    figure, faces = found[kinkster_id]
    if faces >= MOST_AVATARS:
        raise WrongState("This character has twenty pictures. Take one of them back first.")
    figure = await asyncio.to_thread(pictures.without_explicit, figure)
    names = await image_generations.names_known(db)
    return Order(
        subject="avatar",
        style=style,
        prompt=pictures.portrait(figure, style, names),
        texts=tuple(pictures.words_of(figure)),
        kinkster_id=kinkster_id,
    )


async def figures(
    db: asyncpg.Connection, key: DataKey, kinkster_ids: Sequence[UUID]
) -> Mapping[UUID, tuple[Figure, int]]:
    """How these characters of the caller's look, and how many faces each has."""
    rows = await image_generations.characters(db, kinkster_ids, pictures.SHOWN)
    return {one: (_figure(key, row), row["avatars"]) for one, row in rows.items()}


def _figure(key: DataKey, row: Mapping[str, Any]) -> Figure:
    looks = {name: key.unseal(row[name]) for name in pictures.SHOWN if row[name] is not None}
    return Figure(row["age_range"], looks)


async def find(services: Services, user_id: str, generation_id: UUID) -> image_generations.Generation:
    """One that the caller asked for. Raises NotFound."""
    async with services.database.as_user(user_id) as db:
        found = await image_generations.find(db, generation_id)
    if found is None:
        raise NotFound
    return found


async def take_back(services: Services, user_id: str, generation_id: UUID, at: datetime) -> None:
    """One that the caller asked for goes, with its picture, drawn or not. Raises NotFound."""
    async with services.database.as_member(user_id, at) as db:
        reserved = await image_generations.remove(db, generation_id)
        if reserved is None:
            raise NotFound
        await ai_spending.settle(db, reserved.at, reserved.micros, 0)


async def choose(services: Services, user_id: str, kinkster_id: UUID, file_id: UUID, at: datetime) -> None:
    """One of a character's pictures is its face from now on: it comes first. Raises NotFound."""
    async with services.database.as_member(user_id, at) as db:
        if not await image_generations.choose_avatar(db, kinkster_id, f"{ADDRESS}{file_id}"):
            raise NotFound
