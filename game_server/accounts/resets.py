"""Asking for a new password: the request writes down who asked and nothing else; whose address it is, is looked up later.

So the answer takes the same statements for an address that has an account and for one that has none. What is written down is
a row of the outbox, and whoever sends mails next makes the letter of it.
"""

from datetime import timedelta

import asyncpg

from game_server.accounts.letters import Made
from game_server.http.links import hash_token
from game_server.services import Services
from storage import one_time_tokens
from storage.mail import Letter

ASKED = "password_reset_asked"
"""The kind of these rows."""

ASK_GOOD_FOR = timedelta(hours=1)


async def letter(
    services: Services, connection: asyncpg.Connection, asked: Letter, template: str = "password_reset"
) -> Made | None:
    """The mail with a fresh token, or one that says that the account has no password; None: nobody has the address, which takes
    the same statements.
    """
    token, good_for = services.dice.token(), timedelta(seconds=services.settings.reset_token_s)
    here = await one_time_tokens.add_token_for(
        connection,
        asked.recipient,
        token_hash=hash_token(token),
        purpose="password_reset",
        expires_at=services.clock.now() + good_for,
    )
    link = f"{services.settings.base_url}/#password-reset={token}"
    if here is None:
        return None
    return Made(template, {"link": link}, good_for) if here else Made("no_password", {}, good_for)
