"""Mails: queued in the transaction of what they are about, rendered from fixed texts, delivered after the commit.

They go by SMTP; without it, on the embedded database, into the development mailbox; and where there is neither, none is made:
what a mail says is kept nowhere in plain. The only words of a user that one may hold are a display name, on one line and escaped.
Delivery is at least once, and every attempt at a mail is the same mail, with the same Message-ID.
"""

import asyncio
from datetime import timedelta
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import asyncpg
import msgspec
import structlog

from game_server.accounts import development_mailbox, resets, sign_ups, unasked
from game_server.accounts.letters import LETTERS, PRODUCT
from game_server.integrations.smtp import Line, NeverTaken, TryLater, on_the_wire
from game_server.languages import choice
from game_server.services import Services
from game_server.settings import Settings
from storage import data_directory, sealing
from storage import mail as outbox
from storage.database import STORE_ERRORS
from storage.mail import Letter

log = structlog.get_logger()

MOST_AT_ONCE = 50
LINES = 4
"""Mails that go to the server at the same moment: one that takes long holds up few."""

DAY = timedelta(days=1)

ASKS = {resets.ASKED: resets.letter, sign_ups.ASKED: sign_ups.letter}
"""What is only asked for when it is queued, and made into a letter when it is sent."""

Way = Literal["smtp", "mailbox", "nowhere"]


def way(services: Services) -> Way:
    """Where mails go."""
    if services.smtp is not None:
        return "smtp"
    settings = services.settings
    embedded = settings.embedded_database or data_directory.serves(settings.data_dir, settings.database_url)
    return "mailbox" if embedded else "nowhere"


async def queue(
    services: Services,
    connection: asyncpg.Connection,
    recipient: str,
    template: str,
    params: dict[str, str],
    *,
    about: str | None = None,
    good_for: timedelta = DAY,
    language: str | None = None,
) -> None:
    """Queue a mail in this transaction; call `send_soon` after the commit. `about` is whose name or doing it carries, and after
    `good_for` it is of no use. `language` is for who has no account, which knows better.

    Templates and their params: confirm_email, password_reset {link}, connection_request {name, link}, no_password, erased {}; or
    one of ASKS.
    """
    if template not in ASKS:
        LETTERS[template].check(params)
    if way(services) == "nowhere":
        return
    sealed = _sealed(services, recipient, params)
    await outbox.add(
        connection,
        recipient=recipient,
        template=template,
        params=sealed,
        about=about,
        good_for=good_for,
        language=language,
    )


async def send_due(services: Services, most: int = MOST_AT_ONCE) -> int:
    """Deliver what is due; returns how many were dealt with. A mail that cannot be delivered now is tried again later."""
    async with services.database.as_service() as connection:
        for gone in await outbox.give_up(connection):
            log.warning("mail_given_up", mail_id=gone.id, template=gone.template, reason=gone.failed_reason)
    goes = way(services)
    if goes == "nowhere":
        return 0
    lines = LINES if goes == "smtp" else 1
    found = await asyncio.gather(*(_send(services, -(-most // lines)) for _ in range(lines)), return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return sum(one for one in found if isinstance(one, int))


async def send_soon(services: Services) -> None:
    """Deliver what was just queued. What it is about has happened already, so a failure is left to the job."""
    try:
        await send_due(services, most=5)
    except STORE_ERRORS as error:
        log.warning("mail_left_to_the_job", kind=type(error).__name__)


def mailbox(settings: Settings) -> Path:
    """The directory of the development mailbox; its files sort by time."""
    return development_mailbox.directory(settings)


async def _send(services: Services, most: int) -> int:
    """One mail after the other, until none is due or the way is blocked. No transaction is open while a server talks."""
    if services.smtp is None:
        return await _send_each(services, None, most)
    async with services.smtp.line() as line:
        return await _send_each(services, line, most)


async def _send_each(services: Services, line: Line | None, most: int) -> int:
    for done in range(most):
        async with services.database.as_service() as connection:
            claimed = await outbox.claim(connection)
            if claimed is None:
                return done
            letter = await _written(services, connection, claimed)
        if letter is None:  # in a transaction of its own, as a mail that is sent: nobody's address costs the same
            async with services.database.as_service() as connection:
                await outbox.drop(connection, claimed.id)
        elif not await _delivered(services, line, letter):
            return done
    return most


async def _written(services: Services, connection: asyncpg.Connection, claimed: Letter) -> Letter | None:
    """The letter with its words, None where nothing of it is to be sent."""
    try:
        letter = msgspec.structs.replace(claimed, params=_opened(services, claimed))
    except sealing.Unsealable:
        log.warning("mail_given_up", mail_id=claimed.id, template=claimed.template, reason="another secret")
        return None
    if letter.template in ASKS:
        made = await ASKS[letter.template](services, connection, letter)
        if made is None:
            return None
        await outbox.rewrite(
            connection,
            letter.id,
            template=made.template,
            params=_sealed(services, letter.recipient, made.params),
            good_for=made.good_for,
        )
        return msgspec.structs.replace(letter, template=made.template, params=made.params)
    template = LETTERS[letter.template]
    # A receipt is for the person's own mailbox, and the development mailbox is nobody's.
    if template.receipt and services.smtp is None:
        return None
    return None if template.refusable and await unasked.refuses(connection, letter.recipient) else letter


async def _delivered(services: Services, line: Line | None, letter: Letter) -> bool:
    """Hand it over and write down how that went; False where the next one would go no better."""
    try:
        await _hand_over(services, line, letter)
    except TryLater as error:
        log.warning("mail_failed", mail_id=letter.id, template=letter.template, reason=error.reason)
        async with services.database.as_service() as connection:
            await outbox.failed(connection, letter, error.reason)
        return not error.away
    except NeverTaken as error:
        log.warning("mail_given_up", mail_id=letter.id, template=letter.template, reason=error.reason)
        keeps = False
    else:
        keeps = not LETTERS[letter.template].receipt
    async with services.database.as_service() as connection:
        await (outbox.sent if keeps else outbox.drop)(connection, letter.id)
    return True


async def _hand_over(services: Services, line: Line | None, letter: Letter) -> None:
    """Raises TryLater, NeverTaken."""
    message = _rendered(services, letter)
    if line is not None:
        await line.send(message, on_the_wire(letter.recipient))
        return
    name = development_mailbox.file_name(services.keys, letter)
    try:
        await asyncio.to_thread(development_mailbox.put, services.settings, name, message)
    except OSError as error:
        raise TryLater(type(error).__name__, away=True) from error


class _InOneLine(UnstructuredHeader, BaseHeader):
    """A header whose value is an address of ours: longer than a line it would be encoded, and no mail program reads it then."""

    def fold(self, *, policy: "Policy[Any]") -> str:
        """As it goes out."""
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _InOneLine)
_POLICY = EmailPolicy(header_factory=_HEADERS)


def _rendered(services: Services, letter: Letter) -> EmailMessage:
    settings = services.settings
    template = LETTERS[letter.template].in_language(choice.of_account(letter.language))
    token = unasked.token(services.keys, letter.recipient)
    refuse = f"{settings.base_url}/#no-mails={token}"
    message = EmailMessage(_POLICY)
    message["From"] = settings.mail_from or f"{PRODUCT} <no-reply@{urlsplit(settings.base_url).hostname}>"
    host = parseaddr(str(message["From"]))[1].rpartition("@")[2]
    message["To"] = on_the_wire(letter.recipient)
    message["Subject"] = template.subject
    message["Date"] = format_datetime(letter.created_at)
    message["Message-ID"] = f"<{letter.message_id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    if not template.receipt:
        message["List-Unsubscribe"] = f"<{settings.base_url}/u/{token}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(template.text(letter.params, refuse))
    message.add_alternative(template.html(letter.params, refuse), subtype="html")
    return message


def _sealed(services: Services, recipient: str, params: dict[str, str]) -> dict[str, Any]:
    """Links are secrets: what a mail will say is kept sealed until it is sent."""
    if not params:
        return {}
    key_id, key = next(iter(services.keys.mail_keys().items()))
    return {"key_id": key_id, **sealing.seal(key, params, bound_to=f"mail to {recipient}")}


def _opened(services: Services, letter: Letter) -> dict[str, str]:
    """Raises Unsealable. Programs before this one queued params as they are."""
    if "ciphertext" not in letter.params:
        return letter.params
    key = services.keys.mail_keys().get(letter.params.get("key_id", ""))
    if key is None:
        raise sealing.Unsealable
    opened: dict[str, str] = sealing.unseal(key, letter.params, bound_to=f"mail to {letter.recipient}")
    return opened
