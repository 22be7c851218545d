"""Erasing a person: every row in one transaction, then what is outside the tables, from the note that the transaction left.

Where the process dies after the commit, or a store is away, the timetable acts on the note. Sockets close by themselves: the
login is gone, the seat is nobody's and its fence has risen, and every process compares these with its phones.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import asyncpg
import structlog

from game_server.accounts import development_mailbox, mail, supabase_erasures
from game_server.accounts.actions import counted_by
from game_server.accounts.callers import Caller
from game_server.files import sweeps as files
from game_server.http.idempotency import of_person
from game_server.profiles.erasure import forget_erased
from game_server.services import Services
from game_server.sessions.rechecks import open_rooms, recheck_each
from storage import accounts, anonymous, credentials, erased, idempotency, sign_ups, supabase
from storage import mail as outbox
from storage.database import STORE_ERRORS

log = structlog.get_logger()

ERASE_TRIES = 5
RECEIPT_GOOD_FOR = timedelta(hours=23)

IDLE_FOR = timedelta(days=90)
AT_ONCE = 50

T = TypeVar("T")


async def erase(services: Services, caller: Caller) -> None:
    """Erase the caller: profile, answers, logins, history, mails, keys. A partner keeps the games played together."""
    act = _erase_account if caller.kind == "user" else _erase_anonymous
    rooms = await open_rooms(services, caller.profile_id)
    await _tried(lambda: act(services, caller))
    await recheck_each(services, rooms)
    await _forget_now(services)
    await services.hub.kick_actor(caller.actor)
    await supabase_erasures.send_soon(services)


async def _forget_now(services: Services) -> None:
    """It is committed: what fails from here on is the timetable's."""
    try:
        await forget_erased(services)
        await files.at_once(services)
    except STORE_ERRORS as error:
        log.warning("erasure_left", kind=type(error).__name__)


async def erase_idle_players(services: Services) -> int:
    """Erase whoever plays without an account and was not here for IDLE_FOR; how many. A few at a time, each in a transaction of
    its own: nobody who plays with one of them waits for all.
    """
    before, count = services.clock.now() - IDLE_FOR, 0
    while True:
        async with services.database.reading() as connection:
            idle = await anonymous.idle(connection, before, AT_ONCE)
        if not idle:
            break
        count += len(await _tried(partial(_erase_idle, services, idle, before)))
    await forget_erased(services)
    return count


async def _erase_idle(services: Services, idle: list[str], before: datetime) -> list[str]:
    async with services.database.as_service() as connection:
        gone = await anonymous.erase_idle(connection, idle, before)
        for session_id in gone:
            await idempotency.forget_person(connection, of_person(services, f"anon:{session_id}"))
        return gone


async def _erase_account(services: Services, caller: Caller) -> None:
    async with services.database.as_service() as connection:
        auth_id = await supabase_erasures.note(services, connection, caller)
        language = await accounts.language_of(connection, caller.id)
        email = await accounts.erase_user(connection, caller.id)
        if auth_id is not None and (before := await supabase.player(connection, auth_id)):
            # They had played without an account, by the same sign-in.
            await anonymous.erase(connection, before[0])
            await idempotency.forget_person(connection, of_person(services, f"anon:{before[0]}"))
        await idempotency.forget_person(connection, of_person(services, caller.actor))
        if email is None:
            return
        await credentials.forgive_failures(connection, counted_by(services, email))
        await outbox.drop_of(connection, recipient=email, about=caller.actor)
        await sign_ups.drop_of(connection, email)
        await erased.note_mailbox(connection, caller.actor, development_mailbox.address_note(services.keys, email))
        await mail.queue(services, connection, email, "erased", {}, good_for=RECEIPT_GOOD_FOR, language=language)
    await mail.send_soon(services)


async def _erase_anonymous(services: Services, caller: Caller) -> None:
    async with services.database.as_service() as connection:
        await supabase_erasures.note(services, connection, caller)
        await anonymous.erase(connection, caller.id)
        await idempotency.forget_person(connection, of_person(services, caller.actor))


async def _tried(act: Callable[[], Awaitable[T]]) -> T:
    """What is played or handed in at this moment may lock the same rows in another order: whom PostgreSQL then chooses to fail
    tries again.
    """
    tries = 0
    while True:
        tries += 1
        try:
            return await act()
        except (asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError):
            if tries == ERASE_TRIES:
                raise
