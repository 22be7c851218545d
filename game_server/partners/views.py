"""A connection as one of its two sides sees it: the token never, the name only while it is open or accepted."""

from datetime import datetime
from typing import Literal

import msgspec

from game_server.services import Services
from storage import partners
from storage.partners import Connection
from storage.remembered import NAMELESS


class ConnectionView(msgspec.Struct, frozen=True, kw_only=True):
    """One side's view. `partner_user_id` is there only once both accepted; `recipient_email` only for who typed it."""

    id: int
    role: Literal["requester", "recipient"]
    status: str
    words: tuple[str, ...]
    claimed: bool
    accepted_by_me: bool
    accepted_by_partner: bool
    partner_name: str | None
    partner_user_id: str | None
    recipient_email: str | None
    session_id: str | None
    expires_at: datetime
    created_at: datetime
    updated_at: datetime


async def seen_by(services: Services, user_id: str, connections: list[Connection]) -> list[ConnectionView]:
    """The connections as this user sees them; names are today's, so they are gone for whoever is connected no more."""
    connections = [_unopened(services, each) if _is_shunned(each, user_id) else each for each in connections]
    visible = {partner for each in connections if (partner := _named(each, user_id))}
    if not visible:
        return [_view(each, user_id, None) for each in connections]
    async with services.database.as_service() as db:  # other people's rows are not the caller's to read
        names = await partners.names(db, visible)
    return [_view(each, user_id, names.get(_named(each, user_id) or "")) for each in connections]


async def name_of(services: Services, user_id: str) -> str:
    """One display name."""
    async with services.database.as_service() as db:
        return (await partners.names(db, {user_id})).get(user_id, NAMELESS)


def _is_shunned(connection: Connection, user_id: str) -> bool:
    return connection.shunned and connection.requester_id == user_id and connection.requester_accepted_at is None


def _unopened(services: Services, connection: Connection) -> Connection:
    """To somebody who has blocked whoever opened it, the request is still waiting."""
    late = connection.expires_at <= services.clock.now()
    return msgspec.structs.replace(
        connection,
        recipient_id=None,
        claimed_at=None,
        recipient_accepted_at=None,
        updated_at=connection.created_at,
        status=connection.status if connection.status != "declined" else "expired" if late else "pending",
    )


def _named(connection: Connection, user_id: str) -> str | None:
    return connection.partner_of(user_id) if connection.status in ("pending", "accepted") else None


def _view(connection: Connection, user_id: str, partner_name: str | None) -> ConnectionView:
    requester = connection.requester_id == user_id
    mine, theirs = connection.requester_accepted_at, connection.recipient_accepted_at
    if not requester:
        mine, theirs = theirs, mine
    return ConnectionView(
        id=connection.id,
        role="requester" if requester else "recipient",
        status=connection.status,
        words=connection.words,
        claimed=connection.claimed_at is not None,
        accepted_by_me=mine is not None,
        accepted_by_partner=theirs is not None,
        partner_name=partner_name,
        partner_user_id=connection.partner_of(user_id) if connection.status == "accepted" else None,
        recipient_email=(connection.recipient_email or None) if requester else None,
        session_id=connection.session_id if connection.status == "accepted" else None,
        expires_at=connection.expires_at,
        created_at=connection.created_at,
        updated_at=connection.updated_at,
    )
