"""What two people can do to become, and to stop being, partners. Each function is one thing one person does.

pending ── both accept ──> accepted ── either disconnects ──> disconnected
   ├── the recipient declines ──> declined
   ├── the requester cancels ───> cancelled
   └── five minutes pass ───────> expired
"""

from datetime import datetime, timedelta

import asyncpg
import msgspec

from game_server.accounts import mail
from game_server.accounts.callers import Caller
from game_server.http import limits
from game_server.http.links import Link, hash_token, new_link
from game_server.notifications import actions as notifications
from game_server.partners.views import name_of
from game_server.partners.watch import ring
from game_server.services import Services
from rooms.errors import Expired, Invalid, InvalidToken, NotFound, WrongState
from rooms.words import SHOWN, WORDS
from storage import blocked, openings, partners, remembered
from storage.partners import Connection, Preview
from storage.remembered import NAMELESS

MAILS_AN_HOUR, MAILS_AN_HOUR_TO_ONE = 20, 5
"""Invitations one person may have mailed, altogether and to one address; more are made, but not mailed."""
MAILS_A_DAY_TO_ONE = 20
"""Invitations that one address is mailed, whoever asks: many accounts fill nobody's mailbox."""


class Invitation(msgspec.Struct, frozen=True):
    """A request with the only copy of its link."""

    connection: Connection
    link: Link


class Claimed(msgspec.Struct, frozen=True):
    """What the one who opened the link compares."""

    id: int
    words: tuple[str, ...]
    requester_name: str
    expires_at: datetime


async def invite(services: Services, user: Caller, recipient_email: str | None) -> Invitation:
    """Ask for a connection; a mail to the address and a push are queued for after the answer, whoever has the address."""
    link = new_link(services, services.settings)
    mailed = bool(recipient_email) and await _may_mail(services, user, str(recipient_email))
    async with services.database.as_service() as db:
        if recipient_email and recipient_email == await partners.email_of(db, user.id):
            raise Invalid(fields={"recipient_email": "This is your own address; give your partner's."})
        connection = await partners.create(
            db,
            user_id=user.id,
            recipient_email=recipient_email or "",
            token_hash=link.token_hash,
            words=services.dice.choose(WORDS, SHOWN),
            lifetime_s=services.settings.pairing_s,
        )
        if mailed:
            await _reach(services, db, user, connection, link)
    return Invitation(connection, link)


async def invite_again(services: Services, user: Caller, connection_id: int) -> Invitation:
    """The same request for a repeated POST: a fresh link, and the one before is void, also the one in the mail."""
    link = new_link(services, services.settings)
    async with services.database.as_service() as db:
        connection = await partners.renew_token(db, connection_id, user_id=user.id, token_hash=link.token_hash)
    if connection is None:
        raise NotFound
    address = connection.recipient_email
    if address and connection.status == "pending" and await _may_mail(services, user, address):
        async with services.database.as_service() as db:
            await _reach(services, db, user, connection, link)
    return Invitation(connection, link)


async def preview(services: Services, token: str, caller: Caller | None) -> Preview:
    """Who asks, and for what, for whoever holds the link. Changes nothing."""
    async with services.database.as_service() as db:
        token_hash, user_id = hash_token(token), caller.id if caller and caller.kind == "user" else None
        found = await partners.preview(db, token_hash, user_id=user_id)
        found = found or await openings.preview(db, token_hash, actor=caller.actor if caller else None)
    if found is None:
        raise InvalidToken
    return found


async def claim(services: Services, user: Caller, token: str) -> Claimed:
    """Open the link for this person. Wrong, expired, or opened by somebody else: one and the same InvalidToken."""
    token_hash = hash_token(token)
    async with services.database.as_service() as db:
        connection = await partners.claim(db, token_hash, user_id=user.id)
        if connection is None:
            if await partners.is_own_request(db, token_hash, user_id=user.id):
                raise WrongState("This is your own request: your partner opens the link.")
            raise InvalidToken
        await notifications.connection_claimed(services, db, connection)
    ring(services, connection.requester_id, user.id)
    notifications.send_soon(services)
    name = await name_of(services, connection.requester_id)
    return Claimed(connection.id, connection.words, name, connection.expires_at)


async def accept(services: Services, user: Caller, connection_id: int) -> Connection:
    """Say "same words". The requester can only after somebody opened the link."""
    async with services.database.as_service() as db:
        accepted = await partners.accept(db, connection_id, user_id=user.id)
        accepted = accepted or await _refuse(db, user, connection_id, "accept")
        await notifications.connection_claimed(services, db, accepted)
        await notifications.connection_accepted(db, accepted, user.id)
    ring(services, accepted.requester_id, accepted.recipient_id)
    notifications.send_soon(services)
    return accepted


async def decline(services: Services, user: Caller, connection_id: int) -> Connection:
    """The recipient says no."""
    async with services.database.as_service() as db:
        declined = await partners.decline(db, connection_id, user_id=user.id)
        declined = declined or await _refuse(db, user, connection_id, "decline")
        await notifications.connection_declined(db, declined)
    ring(services, declined.requester_id, declined.recipient_id)
    notifications.send_soon(services)
    return declined


async def cancel(services: Services, user: Caller, connection_id: int) -> Connection:
    """The requester takes the request back."""
    async with services.database.as_service() as db:
        cancelled = await partners.cancel(db, connection_id, user_id=user.id)
        cancelled = cancelled or await _refuse(db, user, connection_id, "cancel")
        await notifications.connection_cancelled(db, cancelled)
    ring(services, cancelled.requester_id, cancelled.recipient_id)
    return cancelled


async def disconnect(services: Services, user: Caller, connection_id: int) -> Connection:
    """Either ends what both had accepted, with everything between the two; at once, and without a reason."""
    async with services.database.as_service() as db:
        ended = await partners.disconnect(db, connection_id, user_id=user.id)
        ended = ended or await _refuse(db, user, connection_id, "disconnect")
        await notifications.forget_between(db, ended.requester_id, str(ended.recipient_id))
    ring(services, ended.requester_id, ended.recipient_id)
    return ended


async def forget(services: Services, user: Caller, partner_id: str | None) -> None:
    """Take one partner, or all, off the own list. Raises NotFound for one who is not on it."""
    async with services.database.as_service() as db:
        count = await remembered.forget(db, user.id, partner_id=partner_id)
    if partner_id and not count:
        raise NotFound


async def _refuse(db: asyncpg.Connection, user: Caller, connection_id: int, step: str) -> Connection:
    """Say why a step found nothing to change; raises always."""
    found = await partners.find(db, connection_id, user_id=user.id)
    if found is None:
        raise NotFound
    if found.status == "expired":
        raise Expired
    raise WrongState(_why(found, user.id, step))


def _why(found: Connection, user_id: str, step: str) -> str:
    if found.status != "pending":
        return (
            f"This request is {found.status} already."
            if step != "disconnect"
            else f"It is {found.status}, not accepted."
        )
    if step == "disconnect":
        return "There is no connection yet: cancel or decline the request instead."
    if step == "decline":
        return "You made this request: cancel it instead."
    if step == "cancel":
        return "Your partner made this request: decline it instead."
    if user_id == found.requester_id and (found.claimed_at is None or found.shunned):
        return "Nobody has opened your link yet."
    return "You have accepted already; it is your partner's turn."


async def _may_mail(services: Services, user: Caller, address: str) -> bool:
    for subject, most, seconds in (
        (f"invitations by {user.actor}", MAILS_AN_HOUR, 3600),
        (f"invitations by {user.actor} to {address}", MAILS_AN_HOUR_TO_ONE, 3600),
        (f"invitations to {address}", MAILS_A_DAY_TO_ONE, 86_400),
    ):
        counted = await limits.count(services, subject, seconds)
        if counted is None or counted.count > most:
            return False
    return True


async def _reach(services: Services, db: asyncpg.Connection, user: Caller, connection: Connection, link: Link) -> None:
    """The same statements whether or not the address has an account, and whether or not its owner wants to hear of it."""
    params = {"name": user.display_name or NAMELESS, "link": link.link}
    good_for = timedelta(seconds=services.settings.pairing_s)  # the link in it is good no longer
    to = connection.recipient_email
    await mail.queue(services, db, to, "connection_request", params, about=user.actor, good_for=good_for)
    await blocked.withhold_mail(db, user.id, connection.recipient_email)
    await notifications.connection_asked(services, db, connection, link)
