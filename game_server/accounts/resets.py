"""Asking for a new password: the request writes down who asked and nothing else; whose address it is, is looked up later.

So the answer takes the same statements for an address that has an account and for one that has none. What is written down is
a row of the outbox, and whoever sends mails next makes the letter of it.
"""

from datetime import timedelta

import asyncpg
import msgspec

from game_server.http.links import hash_token
from game_server.services import Services
from storage import accounts
from storage import mail as outbox
from storage.mail import Letter

ASKED = "password_reset_asked"
"""The kind of these rows."""


async def ask(connection: asyncpg.Connection, email: str) -> None:
    """Write down that somebody asked."""
    await outbox.add(connection, recipient=email, template=ASKED, params={}, about=None)


async def letter(services: Services, connection: asyncpg.Connection, asked: Letter) -> Letter | None:
    """The mail with a fresh token, or None: nobody has the address, which takes the same statements."""
    token = services.dice.token()
    somebodys = await accounts.add_token_for(
        connection,
        asked.recipient,
        token_hash=hash_token(token),
        purpose="password_reset",
        expires_at=services.clock.now() + timedelta(seconds=services.settings.reset_token_s),
    )
    link = f"{services.settings.base_url}/#password-reset={token}"
    made = msgspec.structs.replace(asked, template="password_reset", params={"link": link})
    return made if somebodys else None
