"""Whose turn it is: one worker a connection at a time, a slice of time each, so that a long first sync keeps nobody waiting.

Who works on a connection holds a lock of the database's session, which goes with the process. What a slice leaves is found again
by the next: nothing is queued, and every step says itself whether it was done.
"""

import asyncio
from collections.abc import Callable, Collection
from functools import partial
from uuid import UUID

import asyncpg
import structlog

from game_server.integrations.notion_connection import NotionConnection
from game_server.integrations.notion_errors import NotionFailed, Unauthorized
from game_server.integrations.sealed_reference import SealedElsewhere
from game_server.notion import pulling, pushing, secrets, troubles, work
from game_server.notion.work import Rest, Work
from game_server.process.leader import Leader
from game_server.services import Services
from rooms.notion import pace
from rooms.notion.kinds import EVERY
from rooms.notion.property import Kind
from storage import notion_connections, notion_databases, notion_intake, notion_runs
from storage.database import STORE_ERRORS
from storage.key_rows import KeysAway
from storage.notion_connections import Connection
from storage.notion_databases import Database

log = structlog.get_logger()

AT_ONCE = 4
SLICE_S = 20.0
"""So long one connection is worked on, where others may wait."""

LOOK_EVERY_S = 15.0
ALL_S = 240.0
"""So long one run of the job goes on."""

LOST_FOR_S = 3600.0
KEEP_DELIVERIES_DAYS, KEEP_RUNS_DAYS = 3, 30


async def sync_due(services: Services) -> None:
    """Work on every connection whose time has come."""
    if services.notion is None or not await _due(services, ()):
        return  # mostly nothing is: no session is opened for that
    connection = await asyncpg.connect(services.settings.database_worker_url, timeout=5, command_timeout=5)
    try:
        await _sync_due(services, Leader(connection))
    finally:
        connection.terminate()


async def _sync_due(services: Services, locks: Leader) -> None:
    loop = asyncio.get_running_loop()
    until, elsewhere = loop.time() + ALL_S, set[UUID]()
    while loop.time() < until and not services.hub.draining:
        due = await _due(services, elsewhere)
        if not due:
            return
        elsewhere |= {one for one, ours in zip(due, await _all(services, locks, due), strict=True) if not ours}


async def _due(services: Services, but: Collection[UUID]) -> list[UUID]:
    async with services.database.as_service() as db:
        return await notion_connections.due(db, services.clock.now(), AT_ONCE, list(but))


async def _all(services: Services, locks: Leader, due: list[UUID]) -> list[bool]:
    """Which of them were ours to work on. What goes wrong with one waits for the others. Raises STORE_ERRORS."""
    found = await asyncio.gather(*(_locked(services, locks, one) for one in due), return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return [one for one in found if isinstance(one, bool)]


async def _locked(services: Services, locks: Leader, user_id: UUID) -> bool:
    """Work on one, unless somebody does already."""
    name = f"notion of {user_id}"
    if not await locks.take(name):
        return False
    try:
        await work_on(services, user_id)
    finally:
        await locks.give(name)
    return True


async def work_on(services: Services, user_id: UUID) -> None:
    """A slice of one connection, by whoever holds it. When it is looked at again is kept in any case."""
    async with services.database.as_service() as db:
        connection = await notion_connections.find(db, user_id)
    if connection is None or connection.state != "connected":
        return
    until: tuple[float, str | None] = (LOST_FOR_S, "internal")
    tries = connection.tries
    try:
        until, tries = await _slice(services, connection), 0
    except Rest as rest:
        until, tries = (rest.seconds, rest.code), tries + 1
        _tell_away(rest.__cause__, rest.seconds, tries)
    except Unauthorized as error:
        await _unauthorized(services, connection, error)
        return
    except NotionFailed as error:
        until, tries = (_rest_after(services, error, tries + 1), error.trouble), tries + 1
        _tell_away(error, until[0], tries)
    except troubles.Disconnected:
        return
    except KeysAway:
        until = (troubles.KEYS_AGAIN_S, "keys")
    except troubles.OF_A_ROW as error:
        reason, constraint = type(error).__name__, error.constraint_name
        log.error("notion_connection_failed", reason=reason, constraint=constraint)  # noqa: TRY400 - its detail has rows
    except STORE_ERRORS:
        raise  # it is due still
    except Exception as error:
        log.exception("notion_connection_failed", reason=type(error).__name__)
    seconds, code = until
    async with services.database.as_service() as db:
        await notion_connections.rest(db, user_id, work.later(services, seconds), code, tries=tries)


def _tell_away(error: BaseException | None, seconds: float, tries: int) -> None:
    """Why Notion is left alone: codes and numbers, whoever it is and whatever was asked. That it is asked slowly is no news."""
    if isinstance(error, NotionFailed) and error.trouble != "limited":
        log.warning("notion_rests", trouble=error.trouble, code=error.code, seconds=round(seconds), tries=tries)


def _rest_after(services: Services, error: NotionFailed, tries: int) -> float:
    """In how many seconds Notion is asked again, after that many such answers."""
    plan = pace.plan(error.trouble, min(tries, pace.MOST_TRIES - 1), after_s=error.after_s, dice=services.dice.roll())
    return max(plan.rest_s, plan.again_s or 0.0) or LOST_FOR_S


async def _slice(services: Services, connection: Connection) -> tuple[float, str | None]:
    """As much as its time allows; in how many seconds it is to be looked at again."""
    if services.notion is None:
        return LOST_FOR_S, "not_offered"
    try:
        secret = secrets.sealing(services.keys, connection.user_id).open(connection.sealed)
    except SealedElsewhere:
        return LOST_FOR_S, "secret"
    who = await work.caller_of(services, connection.user_id)
    if who is None:
        return LOST_FOR_S, "adult_required"
    notion = NotionConnection(services.notion, secret.token, partial(_require_open, services, connection))
    hand = await work.begun(services, notion, connection, secret, *who, _in(SLICE_S))
    more = False
    async with services.database.as_service() as db:
        databases = await notion_databases.of(db, connection.user_id)
    for name, kind in EVERY.items():
        database = databases.get(name)
        if database is None or not database.flows:
            continue
        more = not await _kind(hand, kind, database) or more
        if hand.ends() or services.hub.draining:
            more = True
            break
    return (0.0, None) if more else (min(LOOK_EVERY_S, float(services.settings.notion_poll_s)), None)


async def _require_open(services: Services, connection: Connection) -> None:
    """Before each request: whoever closed it meanwhile, or connected again, is asked nothing by it. Raises Disconnected."""
    async with services.database.reading() as db:
        now = await notion_connections.find(db, connection.user_id)
    if now is None or (now.state, now.sealed) != ("connected", connection.sealed):
        raise troubles.Disconnected


async def _kind(hand: Work, kind: Kind, database: Database) -> bool:
    """One kind, both ways; is everything done?"""
    if database.data_source_id is None:
        return True
    now = hand.now()
    if database.error is not None and database.pull_at is not None and database.pull_at > now:
        return True  # its database is away: nothing is written there either
    done = True
    if database.pull_at is None or database.pull_at <= now:
        done = await pulling.pull(hand, kind, database)
    async with hand.services.database.as_service() as db:
        found = (await notion_databases.of(db, hand.user_id)).get(kind.name)
    if found is None:
        raise troubles.Disconnected
    if found.error is not None or not found.flows:
        return True
    looked = await pulling.look(hand, kind, found)
    pushed = await pushing.push(hand, kind, found)
    if done and pushed and looked == 0:
        await _ended(hand, kind)
    return done and pushed and looked == 0


async def _ended(hand: Work, kind: Kind) -> None:
    """Whoever asked for a run is told, where everything was read and written since."""
    async with hand.services.database.as_service() as db:
        open_run = await notion_runs.open_of(db, hand.user_id, kind.name)
        if open_run is None:
            return
        found = (await notion_databases.of(db, hand.user_id)).get(kind.name)
        if found is None or found.last_pull_at is None or found.last_pull_at < open_run.created_at:
            return
    await pushing.progress(hand, kind)
    async with hand.services.database.as_service() as db:
        await notion_runs.end(db, hand.user_id, kind.name, hand.now())


async def _unauthorized(services: Services, connection: Connection, error: Unauthorized) -> None:
    """Another token, where there is a way to one; else the connection is over until its person connects again."""
    sealing = secrets.sealing(services.keys, connection.user_id)
    try:
        secret = sealing.open(connection.sealed)
    except SealedElsewhere:
        secret = None
    if secret is not None and secret.refresh_token is not None and services.notion is not None:
        try:
            grant = await services.notion.refresh(secret.refresh_token)
        except NotionFailed as refused:
            if refused.trouble not in ("unauthorized", "refused"):
                async with services.database.as_service() as db:
                    again = work.later(services, troubles.AGAIN_IN_S)
                    await notion_connections.rest(db, connection.user_id, again, refused.code)
                return
        else:
            fresh = secret.renewed(grant.access_token, grant.refresh_token)
            async with services.database.as_service() as db:
                await notion_connections.exchange(db, connection.user_id, connection.sealed, sealing.seal(fresh))
                await notion_connections.rest(db, connection.user_id, services.clock.now())
            return
    async with services.database.as_service() as db:
        await notion_connections.broken(db, connection.user_id, connection.sealed, error.code)
        await notion_runs.end(db, connection.user_id, None, services.clock.now(), "unauthorized")


async def forget_old(services: Services) -> None:
    """Deliveries of some days ago, runs of a month ago."""
    async with services.database.as_service() as db:
        await notion_intake.forget_before(db, work.later(services, -KEEP_DELIVERIES_DAYS * 86_400))
        await notion_runs.forget_before(db, work.later(services, -KEEP_RUNS_DAYS * 86_400))


def _in(seconds: float) -> Callable[[], bool]:
    """Says whether so many seconds are over."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    return lambda: loop.time() >= until
