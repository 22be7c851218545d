"""Mails: queued in the transaction of what they are about, rendered from fixed texts, delivered after the commit.

Without an SMTP server mails go to the development mailbox, one `.eml` file each in `<data_dir>/mailbox`. The only
words of a user that a mail may hold are a display name, on one line and escaped. Delivery is at least once: a mail
that is sent again replaces its own file.
"""

import asyncio
import os
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import structlog

from game_server.accounts.letters import LETTERS, PRODUCT
from game_server.services import Services
from game_server.settings import Settings
from storage import mail as outbox
from storage.database import STORE_ERRORS
from storage.mail import Letter

log = structlog.get_logger()

MOST_AT_ONCE = 50


async def queue(connection: asyncpg.Connection, recipient: str, template: str, params: dict[str, str]) -> None:
    """Queue a mail in this transaction; call `send_soon` after the commit.

    Templates and their params: confirm_email and password_reset {link}, connection_request {name, link}.
    """
    LETTERS[template].check(params)
    await outbox.add(connection, recipient=recipient, template=template, params=params)


async def send_due(services: Services, most: int = MOST_AT_ONCE) -> int:
    """Deliver what is due; returns how many went out. A mail that cannot be delivered is tried again later."""
    for done in range(most):
        async with services.database.as_service() as connection:
            letter = await outbox.next_due(connection)
            if letter is None:
                return done
            try:
                await _deliver(services.settings, letter)
            except OSError as error:
                log.warning("mail_failed", mail_id=letter.id, template=letter.template, kind=type(error).__name__)
                await outbox.failed(connection, letter.id, type(error).__name__)
                return done
            await outbox.sent(connection, letter.id)
    return most


async def send_soon(services: Services) -> None:
    """Deliver what was just queued. What it is about has happened already, so a failure is left to the job."""
    try:
        await send_due(services, most=5)
    except STORE_ERRORS as error:
        log.warning("mail_left_to_the_job", kind=type(error).__name__)


def mailbox(settings: Settings) -> Path:
    """The directory of the development mailbox; its files sort by time."""
    return settings.data_dir / "mailbox"


async def _deliver(settings: Settings, letter: Letter) -> None:
    await asyncio.to_thread(_put_into_mailbox, mailbox(settings), letter, _rendered(settings, letter))


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


def _put_into_mailbox(directory: Path, letter: Letter, message: EmailMessage) -> None:
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{letter.created_at:%Y%m%dT%H%M%S}-{letter.id:06}-{letter.template}.eml"
    draft = directory / f".{name}.{os.getpid()}"
    draft.write_bytes(message.as_bytes())
    draft.chmod(0o600)
    draft.replace(directory / name)
