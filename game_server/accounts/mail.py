"""Mails: queued in the transaction of what they are about, rendered from fixed texts, delivered after the commit.

Without an SMTP server mails go to the development mailbox. The only words of a user that a mail may hold are a display name,
on one line and escaped. Delivery is at least once: a mail that is sent again replaces its own file.
"""

import asyncio
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import structlog

from game_server.accounts import development_mailbox, resets
from game_server.accounts.letters import LETTERS, PRODUCT
from game_server.services import Services
from game_server.settings import Settings
from storage import mail as outbox
from storage.database import STORE_ERRORS
from storage.mail import Letter

log = structlog.get_logger()

MOST_AT_ONCE = 50


async def queue(
    connection: asyncpg.Connection, recipient: str, template: str, params: dict[str, str], *, about: str | None = None
) -> None:
    """Queue a mail in this transaction; call `send_soon` after the commit. `about` is whose name or doing it carries.

    Templates and their params: confirm_email and password_reset {link}, connection_request {name, link}, erased {}.
    """
    LETTERS[template].check(params)
    await outbox.add(connection, recipient=recipient, template=template, params=params, about=about)


async def send_due(services: Services, most: int = MOST_AT_ONCE) -> int:
    """Deliver what is due; returns how many went out. A mail that cannot be delivered is tried again later."""
    for done in range(most):
        async with services.database.as_service() as connection:
            letter = await outbox.next_due(connection)
            if letter is None:
                return done
            try:
                delivered = await _send(services, connection, letter)
            except OSError as error:
                log.warning("mail_failed", mail_id=letter.id, template=letter.template, kind=type(error).__name__)
                await outbox.failed(connection, letter.id, type(error).__name__)
                return done
            await (outbox.sent if delivered else outbox.drop)(connection, letter.id)
    return most


async def send_soon(services: Services) -> None:
    """Deliver what was just queued. What it is about has happened already, so a failure is left to the job."""
    try:
        await send_due(services, most=5)
    except STORE_ERRORS as error:
        log.warning("mail_left_to_the_job", kind=type(error).__name__)


def mailbox(settings: Settings) -> Path:
    """The directory of the development mailbox; its files sort by time."""
    return development_mailbox.directory(settings)


async def _send(services: Services, connection: asyncpg.Connection, letter: Letter) -> bool:
    """Deliver it; False where nothing of it is to be kept: nobody has the address, or it is a receipt."""
    made = await resets.letter(services, connection, letter) if letter.template == resets.ASKED else letter
    # A receipt is for the person's own mailbox, and the development mailbox is nobody's.
    if made is None or LETTERS[made.template].receipt:
        return False
    message = _rendered(services.settings, made)
    await asyncio.to_thread(
        development_mailbox.put, services.settings, development_mailbox.file_name(services.keys, made), message
    )
    return True


def _rendered(settings: Settings, letter: Letter) -> EmailMessage:
    host = urlsplit(settings.base_url).hostname or "localhost"
    template = LETTERS[letter.template]
    message = EmailMessage()
    message["From"] = f"{PRODUCT} <no-reply@{host}>"
    message["To"] = letter.recipient
    message["Subject"] = template.subject
    message["Date"] = format_datetime(letter.created_at)
    message["Message-ID"] = f"<{letter.id}.{int(letter.created_at.timestamp())}@{host}>"
    message["List-Unsubscribe"] = f"<{settings.base_url}/#mails>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(template.text(letter.params))
    message.add_alternative(template.html(letter.params), subtype="html")
    return message
