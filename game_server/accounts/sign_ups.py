"""Signing up where mails go out: the answer is the same for an address that has an account and for one that has none.

The request writes down what was asked, and whoever sends mails next looks whose address it is: a new one gets a link that makes
the account, a known one is told so. Until the link is opened there is no account, so that neither a sign-in nor a second sign-up
tells anything. Whoever opens it says the password: it is theirs from then on, whoever had asked for the mail.
"""

from datetime import datetime, timedelta

import asyncpg
import msgspec

from game_server.accounts import resets
from game_server.accounts.letters import Made
from game_server.http.links import hash_token
from game_server.services import Services
from storage import accounts, sign_ups
from storage.mail import Letter
from storage.sign_ups import SignUp

ASKED = "sign_up_asked"
"""The kind of these rows; their params are a SignUp without the address."""

CONFIRM_WITHIN = timedelta(days=7)


def params(password_hash: str, display_name: str | None, now: datetime) -> dict[str, str]:
    """What is written down."""
    found = {"password_hash": password_hash, "adult_confirmed_at": now.isoformat()}
    return {**found, "display_name": display_name} if display_name is not None else found


async def letter(services: Services, connection: asyncpg.Connection, asked: Letter) -> Made | None:
    """The mail that makes the account, or the one that says that there is one."""
    token = services.dice.token()
    sign_up = msgspec.convert(
        {"display_name": None, **asked.params, "email": asked.recipient, "language": asked.language}, SignUp
    )
    new = await sign_ups.add(
        connection, sign_up, token_hash=hash_token(token), expires_at=services.clock.now() + CONFIRM_WITHIN
    )
    if not new:
        return await resets.letter(services, connection, asked, "known_sign_up")
    return Made("confirm_email", {"link": f"{services.settings.base_url}/#confirm-email={token}"}, timedelta(days=1))


async def password_behind(services: Services, connection: asyncpg.Connection, token_hash: str) -> str | None:
    """The hash of the password that the sign-up of this token chose; None where none waits."""
    return await sign_ups.password_behind(connection, token_hash, now=services.clock.now())


async def confirm(
    services: Services, connection: asyncpg.Connection, token_hash: str, *, instead: str | None = None
) -> bool:
    """Make the account that waits for this token; False where none does, or its address has one by now.

    `instead` is the hash of another password than the one of the sign-up: so it was somebody else who had asked, and what they
    said of themselves is dropped.
    """
    now = services.clock.now()
    sign_up = await sign_ups.take(connection, token_hash, now=now)
    if sign_up is None:
        return False
    user_id = services.dice.uuid()
    made = await accounts.create_user(
        connection,
        user_id=user_id,
        email=sign_up.email,
        display_name=sign_up.display_name if instead is None else None,
        password_hash=instead or sign_up.password_hash,
        now=sign_up.adult_confirmed_at if instead is None else now,
        adult=instead is None,
        language=sign_up.language,
    )
    if made:
        await accounts.confirm_email(connection, user_id, now=now)
    return made
