"""Asking a store and keeping what it says: the only way in which anybody becomes premium, or stops to be.

A store is asked outside any transaction. What it says is kept line by line, each guarded by the moment of the answer, and what
the account is entitled to follows in the same transaction; so events may come twice, in any order or never, and whoever asks
last is right. The rooms that an upgrade opens again are looked at after the commit; should that be lost, the attendant's poll
finds them (`storage.sessions.unchecked_rooms`).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import asyncpg
import msgspec
import structlog

from game_server.accounts.callers import Caller
from game_server.http import limits
from game_server.integrations.stores import NEEDED, Forged, Store, StoreAway, Submission
from game_server.services import Services
from game_server.sessions.rechecks import recheck_each
from rooms.errors import Invalid, PurchaseRefused, PurchaseTaken, StoreUnavailable
from rooms.subscriptions.entitlement import entitlement
from rooms.subscriptions.purchase import LineKey, Platform, Purchase, after_refunds, newer, newest
from storage import sessions
from storage import subscriptions as store
from storage.database import STORE_ERRORS

log = structlog.get_logger()

LIMIT = "purchases"
"""Each asks the store, whose answers to us are counted by the day: who invents tokens must not use them up for everybody."""


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody has: until when, from which store, and how many cards of today. `remaining` is null where nobody counts."""

    tier: str
    expires_at: datetime | None
    platform: Platform | None
    used: int
    limit: int
    remaining: int | None
    resets_at: datetime
    billing_issue: bool


async def subscription_of(services: Services, user_id: str) -> Subscription:
    """What this person has now. That it has run out is believed at once, before any job has said so."""
    now = services.clock.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    async with services.database.reading() as connection:
        standing = await store.standing(connection, user_id, now=now, midnight=midnight)
        told, retired = await store.purchases_of(connection, user_id)
    limit = services.settings.daily_limit
    bought = entitlement(told, now, sandbox=services.settings.testers_count, retired=retired)
    return Subscription(
        tier="premium" if standing.premium else "free",
        expires_at=standing.expires_at if standing.premium else None,
        platform=bought.platform,
        used=standing.used,
        limit=limit,
        remaining=None if standing.premium else max(0, limit - standing.used),
        resets_at=midnight + timedelta(days=1),
        billing_issue=bought.billing_issue,
    )


async def submit(services: Services, user: Caller, submission: Submission) -> Subscription:
    """A purchase that a phone brings. Raises Invalid where nothing is sold there, PurchaseRefused, PurchaseTaken,
    StoreUnavailable, RateLimited; nothing is kept then.
    """
    sold_by = _store_of(services, submission.platform)
    if sold_by is None:
        raise Invalid(fields={"platform": "Nothing is sold on this platform here."})
    field = NEEDED[submission.platform][-1]
    try:
        brought = await sold_by.submitted(submission)
    except Forged as why:
        log.warning("purchase_forged", store=sold_by.name, why=str(why))
        raise PurchaseRefused(fields={field: "This is no purchase in this app."}) from None
    if brought.owner not in (None, user.id):
        raise PurchaseTaken
    await limits.spend(services, None, user, LIMIT)
    told = await _asked(sold_by, brought.reference)
    mine = [one for one in told if _may_be_of(one, user.id)]
    if not mine and told:
        raise PurchaseTaken
    if not any(submission.product_id in (None, one.product_id) for one in mine):
        raise PurchaseRefused(fields={field: "The store does not know this purchase."})
    whose = await record(services, told, brought_by=user.id)
    if user.id not in {whose.get(one.key) for one in mine}:
        raise PurchaseTaken
    return await subscription_of(services, user.id)


async def restore(services: Services, user: Caller) -> Subscription:
    """Ask the stores again about all that this person has bought. Raises StoreUnavailable where one could not be asked,
    RateLimited.
    """
    await limits.spend(services, None, user, LIMIT)
    async with services.database.reading() as connection:
        known, _ = await store.purchases_of(connection, user.id)
    away = False
    for platform, reference in dict.fromkeys((one.platform, one.reference) for one in known):
        sold_by = _store_of(services, platform)
        if sold_by is not None:
            try:
                await record(services, await _asked(sold_by, reference))
            except StoreUnavailable:
                away = True
    if away:
        raise StoreUnavailable
    return await subscription_of(services, user.id)


async def record(services: Services, told: Iterable[Purchase], *, brought_by: str | None = None) -> dict[LineKey, str]:
    """Keep what a store just said, where it is newer than what is known; whose each line is then.

    A line whose store names nobody belongs to whoever has it already, else, if it is a family's, to whoever brought it; one that
    belongs to nobody here is not kept. Raises STORE_ERRORS.
    """
    standing = newest(told)
    if not standing:
        return {}
    async with services.database.as_service() as connection:
        whose, changed = await _kept(services, connection, standing, brought_by)
    await _tell_rooms(services, changed)
    await acknowledge(services, [one for one in standing.values() if one.key in whose and not one.acknowledged])
    return whose


async def settle(services: Services, user_ids: Iterable[str]) -> None:
    """Bring what is marked of these people up to what their purchases give now; one after the other, for rooms charge them."""
    for user_id in user_ids:
        async with services.database.as_service() as connection:
            there = await store.hold_people(connection, [user_id])
            changed = [user_id] if there and await _derived(services, connection, user_id) else []
        await _tell_rooms(services, changed)


async def acknowledge(services: Services, purchases: Iterable[Purchase]) -> None:
    """Tell the stores that these are kept. What fails is left to the sweep."""
    for purchase in purchases:
        sold_by = _store_of(services, purchase.platform)
        if sold_by is None or purchase.until is None:
            continue
        try:
            await sold_by.acknowledge(purchase)
            async with services.database.as_service() as connection:
                await store.acknowledged(connection, purchase.key)
        except (StoreAway, *STORE_ERRORS) as error:
            log.warning("purchase_not_acknowledged", store=sold_by.name, kind=type(error).__name__)


async def _asked(sold_by: Store, reference: str) -> list[Purchase]:
    try:
        return await sold_by.read(reference)
    except StoreAway as error:
        log.warning("store_away", store=sold_by.name, why=str(error))
        raise StoreUnavailable from error


async def _kept(
    services: Services, connection: asyncpg.Connection, told: dict[LineKey, Purchase], brought_by: str | None
) -> tuple[dict[LineKey, str], list[str]]:
    """Whose each line is, and who has something else than before; in one transaction."""
    retired: list[LineKey] = [(one.platform, one.retires) for one in told.values() if one.retires]
    await store.hold_lines(connection, (*told, *retired))
    known = await store.lines(connection, (*told, *retired))
    owners = {key: _owner(one, known.get(key), brought_by) for key, one in told.items()}
    concerned = {*owners.values(), *(one.owner for one in known.values())}
    there = await store.hold_people(connection, [person for person in concerned if person])
    voided = {(one.platform, one.voids) for one in told.values() if one.voids} | await store.voided(connection, told)
    whose: dict[LineKey, str] = {}
    for key, one in sorted(told.items()):
        owner, before = owners[key], known.get(key)
        stands = after_refunds(newer(before, one) if before else one, voided)
        if before is not None and stands is before:
            whose[key] = before.owner or ""
        elif owner in there and owner is not None:
            await store.put(connection, stands, owner)
            whose[key] = owner
        if one.voids and key in whose:
            await store.void(connection, key, one.voids)
    await store.retire(connection, sorted(retired))
    await store.seen(connection, told)
    return whose, [person for person in sorted(there) if await _derived(services, connection, person)]


def _owner(told: Purchase, known: Purchase | None, brought_by: str | None) -> str | None:
    """Whom a line belongs to: the store's word, else whoever has it, else who brings what a family shares."""
    return told.owner or (known.owner if known else None) or (brought_by if told.shared else None)


def _may_be_of(purchase: Purchase, user_id: str) -> bool:
    return purchase.owner == user_id or (purchase.owner is None and purchase.shared)


async def _derived(services: Services, connection: asyncpg.Connection, user_id: str) -> bool:
    """Write what somebody's purchases give; the account is locked. Did that change anything?"""
    told, retired = await store.purchases_of(connection, user_id)
    entitled = entitlement(told, services.clock.now(), sandbox=services.settings.testers_count, retired=retired)
    return await store.give(connection, user_id, entitled)


async def _tell_rooms(services: Services, user_ids: list[str]) -> None:
    """Open rooms that stood at the day's limit go on. The fast way only: the poll finds what fails here."""
    if not user_ids:
        return
    try:
        async with services.database.reading() as connection:
            waiting = await sessions.rooms_opened_by(connection, user_ids)
    except STORE_ERRORS as error:
        log.warning("rooms_left_unchecked", kind=type(error).__name__)
        return
    await recheck_each(services, waiting)


def _store_of(services: Services, platform: Platform) -> Store | None:
    return next((one for one in services.stores.values() if one.platform == platform), None)
