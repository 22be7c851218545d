"""What is told, to whom, when something happened: each in the transaction of what it is about. `send_soon` after the commit.

What is told holds no name, no card and no answer: who did it, the app asks with its own rights. Between people of whom one has
blocked the other nothing is told; where a turn begins, `absence.py` looks who is away.
"""

import asyncpg

from game_server.http.links import LANDING, Link
from game_server.notifications.sending import sealed, send_soon
from game_server.services import Services
from rooms.notifications.kinds import MINUTES
from storage import notifications, pushes
from storage.notifications import Told
from storage.partners import Connection

__all__ = [
    "card_waiting",
    "cards_answered",
    "connection_accepted",
    "connection_asked",
    "connection_cancelled",
    "connection_claimed",
    "connection_declined",
    "forget_between",
    "send_soon",
    "session_asked",
]

PARTNERS = "/partners"

forget_between = notifications.forget_between


def room(session_id: str) -> str:
    """Where a game is played."""
    return f"/room/{session_id}"


async def connection_asked(services: Services, connection: asyncpg.Connection, asked: Connection, link: Link) -> None:
    """Somebody was asked by their address. Whose that is, is looked up after the answer."""
    await pushes.ask(
        connection,
        connection_id=asked.id,
        token_hash=link.token_hash,
        from_user_id=asked.requester_id,
        link=sealed(services.keys, f"{LANDING}{link.token}"),
        worth_s=services.settings.pairing_s,
    )


async def connection_cancelled(connection: asyncpg.Connection, cancelled: Connection) -> None:
    """The requester takes it back: nobody was asked."""
    await notifications.take_back(connection, f"request:{cancelled.id}", cancelled.requester_id)


async def connection_claimed(services: Services, connection: asyncpg.Connection, claimed: Connection) -> None:
    """The recipient is there: the requester is to compare the words."""
    if claimed.status == "pending" and claimed.requester_accepted_at is None and not claimed.shunned:
        await _tell_side(
            connection,
            claimed,
            kind="connection_claimed",
            user_id=claimed.requester_id,
            name=f"claimed:{claimed.id}",
            worth_s=services.settings.pairing_s,
        )


async def connection_accepted(connection: asyncpg.Connection, accepted: Connection, by: str) -> None:
    """Both said yes, `by` last: the other one hears of it."""
    other = accepted.partner_of(by)
    if accepted.status == "accepted" and other:
        await _tell_side(connection, accepted, kind="connection_accepted", user_id=other, name=f"answer:{accepted.id}")


async def connection_declined(connection: asyncpg.Connection, declined: Connection) -> None:
    """The recipient said no: the requester hears of it."""
    await _tell_side(
        connection, declined, kind="connection_declined", user_id=declined.requester_id, name=f"answer:{declined.id}"
    )


async def card_waiting(services: Services, connection: asyncpg.Connection, *, user_id: str, by: str) -> None:
    """Somebody wrote a card for the two of them. Several written in a quarter of an hour are told once."""
    await notifications.tell(
        connection,
        Told(
            kind="card_waiting",
            user_id=user_id,
            from_user_id=by,
            about=_cards(by, user_id),
            version=int(services.clock.now().timestamp()) // (15 * MINUTES),
            link=f"{PARTNERS}/{by}/cards",
        ),
    )


async def cards_answered(connection: asyncpg.Connection, *, user_id: str, by: str) -> None:
    """Nothing that one wrote waits for the other any more."""
    await notifications.take_back(connection, _cards(by, user_id), by)


async def session_asked(connection: asyncpg.Connection, session_id: str, *, user_id: str, by: str) -> None:
    """Somebody is asked to play again."""
    await notifications.tell(
        connection,
        Told(
            kind="session_asked",
            user_id=user_id,
            from_user_id=by,
            about=f"asked:{session_id}",
            link=room(session_id),
            session_id=session_id,
        ),
    )


def _cards(by: str, user_id: str) -> str:
    return f"cards:{by}:{user_id}"


async def _tell_side(
    connection: asyncpg.Connection,
    about: Connection,
    *,
    kind: str,
    user_id: str,
    name: str,
    worth_s: float | None = None,
) -> None:
    await notifications.tell(
        connection,
        Told(
            kind=kind,
            user_id=user_id,
            from_user_id=about.partner_of(user_id),
            about=name,
            link=PARTNERS,
            worth_s=worth_s,
            connection_id=about.id,
        ),
    )
