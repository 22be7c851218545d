"""Opening a room and taking its second seat: rows, seat and the log's first events in one transaction.

A limit that is being saved reaches the rooms that its transaction sees. So whoever takes a seat waits for their own that are
under way, as those wait for the seat: the owner is locked before the room, their profile after it.
"""

from datetime import timedelta
from typing import cast

import asyncpg
import msgspec

from game_server.accounts.callers import Caller, require_player
from game_server.http import limits
from game_server.http.links import Link, hash_token, new_link
from game_server.notifications import actions as notifications
from game_server.profiles.person_key import hold_key
from game_server.services import Services
from game_server.sessions import actions
from rooms import errors
from rooms.activities.language import ENGLISH, codes_of, is_tag
from rooms.sessions.commands import End, Join
from rooms.sessions.dice import Rolls
from rooms.sessions.flow import Inputs, decide
from rooms.sessions.state import Settings
from rooms.words import SHOWN, WORDS
from storage import activities, blocked, commits, game_rules, openings, partners
from storage import sessions as store
from storage.moves import append_of, logged
from storage.openings import NewSession
from storage.sessions import Logged, Room
from storage.surveys import lock_owner

_USED = "A session was opened with this connection already. You find it among your sessions."


ASKS_AN_HOUR = 6
"""How often one person rings another one's phones by asking to play; what comes on top is only among that one's sessions."""


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """A partner without a phone."""

    name: str
    anatomy_self: tuple[str, ...] = ()
    anatomy_preference: tuple[str, ...] = ()


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to sit in seat B: exactly one of these."""

    connection_id: int | None = None
    user_id: str | None = None
    link: bool = False
    hosted: Guest | None = None


async def open_session(
    services: Services, caller: Caller, settings: Settings, partner: Partner
) -> tuple[str, Link | None]:
    """A new room with the caller in seat A; its id, and the link where the seat is open.

    Raises AdultRequired, ProfileRequired, Invalid (a language without cards), NotFound (a partner who is not connected),
    WrongState.
    """
    profile_id = require_player(caller)
    session_id = services.dice.uuid()
    link = new_link(services, services.settings) if partner.link else None
    if game_rules.free_words(settings.rules):
        await hold_key(services, caller)
    rules = await game_rules.to_keep(services.person_keys, caller.actor, settings)
    rings = await _may_ring(services, caller, partner)
    async with services.database.as_service() as connection:
        await lock_owner(connection, caller.id)
        await _refuse_unspoken(connection, settings)
        asked = await _asked(services, connection, caller, partner)
        await openings.insert(
            connection,
            NewSession(
                session_id=session_id,
                settings=settings,
                rules=rules,
                opener_user_id=caller.id if caller.kind == "user" else None,
                opener_anonymous_id=caller.id if caller.kind == "anonymous" else None,
                opener_actor=caller.actor,
                opener_name=caller.display_name,
                opener_profile_id=profile_id,
                asked_user_id=asked,
                guest_name=partner.hosted.name if partner.hosted else None,
                guest_anatomy=_anatomy(partner.hosted),
            ),
        )
        if partner.connection_id is not None and not await partners.use_connection(
            connection, partner.connection_id, session_id
        ):
            raise errors.WrongState(_USED)
        await _log_join(services, connection, session_id, Join(seat="A"))
        if partner.hosted:
            await _log_join(services, connection, session_id, Join(seat="B"))
        if link:
            await _put_link(services, connection, session_id, link)
        if asked and rings:
            await notifications.session_asked(connection, session_id, user_id=asked, by=caller.id)
    if asked and rings:
        notifications.send_soon(services)
    return session_id, link


async def renew_link(services: Services, session_id: str, caller: Caller) -> Link:
    """A fresh link to the open seat; the old one is void. Raises NotFound, WrongState when the seat is taken or asked for."""
    async with services.database.as_service() as connection:
        await openings.lock(connection, session_id)
        room = await _room(connection, session_id)
        if room.seat_of(caller.actor) != "A":
            raise errors.NotFound
        if room.seats["B"].actor is not None or room.state.phase == "ended":
            raise errors.WrongState("The other seat is not open.")
        link = new_link(services, services.settings)
        await _put_link(services, connection, session_id, link)
    return link


async def join(services: Services, token: str, caller: Caller) -> str:
    """Take the open seat with the link's token; idempotent for the same caller. Raises InvalidToken, uniformly."""
    profile_id = require_player(caller)
    async with services.database.as_service() as connection:
        await lock_owner(connection, caller.id)
        used = await openings.use_link(connection, hash_token(token), caller.actor)
        if used is None:
            raise errors.InvalidToken
        if used.already:
            return used.session_id
        if await openings.is_opener(connection, used.session_id, caller.actor):
            raise errors.InvalidToken  # rolls the use back: nobody plays with themselves
        opener = await openings.opener_of(connection, used.session_id)
        if caller.kind == "user" and opener:
            await blocked.hold_pair(connection, caller.id, opener)
            if await blocked.are_apart(connection, caller.id, opener):
                raise errors.InvalidToken  # as if somebody else had used it
        await openings.seat_partner(connection, used.session_id, caller.actor, caller.display_name, profile_id)
        await _log_join(services, connection, used.session_id, Join(seat="B", words=used.words))
    await _tell(services, used.session_id)
    return used.session_id


async def take(services: Services, session_id: str, caller: Caller) -> None:
    """The partner who was asked comes: the seat that is theirs is taken."""
    profile_id = require_player(caller)
    async with services.database.as_service() as connection:
        await lock_owner(connection, caller.id)
        await openings.lock(connection, session_id)
        room = await _room(connection, session_id)
        if room.seats["B"].joined or room.state.phase == "ended":
            return
        await openings.seat_partner(connection, session_id, caller.actor, caller.display_name, profile_id)
        await _log_join(services, connection, session_id, Join(seat="B"))
    await _tell(services, session_id)


async def decline(services: Services, session_id: str, caller: Caller) -> None:
    """The partner who was asked says no. Raises NotFound, WrongState once the game has started."""
    feed = await services.rooms.refresh(session_id)
    if feed.room.seat_of(caller.actor) != "B":
        raise errors.NotFound
    if feed.room.state.phase == "ended":
        return
    if feed.room.state.started:
        raise errors.WrongState("The game has started; end it in the room.")
    await actions.play(services, session_id, "B", End(id=services.dice.fresh_id()))


async def _refuse_unspoken(connection: asyncpg.Connection, settings: Settings) -> None:
    """A game in a language without cards would be one in English, which is not what the two agreed on. Raises Invalid."""
    wanted = settings.rules.get("language")
    if wanted is None or (is_tag(wanted) and ENGLISH in codes_of(wanted)):
        return
    there = await activities.languages(connection)
    if not is_tag(wanted) or not set(codes_of(wanted)).intersection(there):
        spoken = ", ".join(dict.fromkeys((ENGLISH, *there)))
        raise errors.Invalid(
            fields={"settings.rules.language": f"There are no cards in this language, only in: {spoken}."}
        )


async def _may_ring(services: Services, caller: Caller, partner: Partner) -> bool:
    """A connection opens one room; somebody known can be asked as often as one likes."""
    if partner.user_id is None:
        return True
    counted = await limits.count(services, f"asks by {caller.actor} to {partner.user_id}", 3600)
    return counted is not None and counted.count <= ASKS_AN_HOUR


async def _asked(services: Services, connection: asyncpg.Connection, caller: Caller, partner: Partner) -> str | None:
    if partner.connection_id is None and partner.user_id is None:
        return None
    if caller.kind != "user":
        raise errors.Forbidden("Asking a connected partner needs an account; invite by link instead.")
    if partner.user_id is not None:
        await blocked.hold_pair(connection, caller.id, partner.user_id)
        if partner.user_id == caller.id or not await partners.may_play(connection, caller.id, partner.user_id):
            raise errors.NotFound
        return partner.user_id
    found = await partners.accepted_connection(
        connection, cast("int", partner.connection_id), caller.id, services.settings.connection_fresh_s
    )
    if found is None and await openings.is_used(connection, cast("int", partner.connection_id), caller.id):
        raise errors.WrongState(_USED)
    if found is None:
        raise errors.NotFound
    other = found.recipient_id if found.requester_id == caller.id else found.requester_id
    if other:
        await blocked.hold_pair(connection, caller.id, other)
        still = await partners.find(connection, found.id, user_id=caller.id)
        if still is None or still.status != "accepted" or await blocked.are_apart(connection, caller.id, other):
            raise errors.NotFound
    return other


async def _put_link(services: Services, connection: asyncpg.Connection, session_id: str, link: Link) -> None:
    await openings.put_link(
        connection,
        session_id,
        link.token_hash,
        services.dice.choose(WORDS, SHOWN),
        services.clock.now() + timedelta(seconds=services.settings.pairing_s),
    )


async def _room(connection: asyncpg.Connection, session_id: str) -> Room:
    loaded = await store.load(connection, session_id)
    if loaded is None:
        raise errors.NotFound
    return loaded.room


async def _log_join(services: Services, connection: asyncpg.Connection, session_id: str, command: Join) -> list[Logged]:
    """Append `joined` in this transaction. Raises WrongState when the room cannot be joined."""
    room = await _room(connection, session_id)
    inputs = Inputs(now=services.clock.now(), rolls=Rolls(0.0, 0.0, 0.0))
    try:
        decision = decide(room.state, command.seat, command, inputs)
    except errors.SessionOver:
        raise errors.InvalidToken from None
    events = decision.events
    append = append_of(room, decision.after, events, seat=command.seat, command=command, inputs=inputs)
    verdicts = await commits.append(connection, [append])
    if verdicts[0].outcome != "won":
        raise errors.Busy
    return logged(room.state, events, inputs.now)


async def _tell(services: Services, session_id: str) -> None:
    """After the commit: this process's phones, and a bell for the others."""
    feed, log = await services.rooms.reread(session_id)
    services.rooms.announce(feed, log[-1:])


def _anatomy(guest: Guest | None) -> dict[str, list[str]] | None:
    if guest is None:
        return None
    return {"anatomy_self": list(guest.anatomy_self), "anatomy_preference": list(guest.anatomy_preference)}
