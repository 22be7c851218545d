"""Where mails go, as an operator sees it: the development mailbox, what waits for the mail server, and a mail to try it with."""

from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path

import msgspec

from game_server.accounts import development_mailbox
from game_server.accounts.letters import PRODUCT
from game_server.commands.opening import run, stores, worker_connection
from game_server.http.text import clean_email
from game_server.integrations.smtp import NeverTaken, Server, Smtp, TryLater, on_the_wire
from game_server.process.exits import CannotRunError
from game_server.settings import Settings
from rooms.errors import Invalid
from storage import mail as outbox
from storage.embedded import Step
from storage.mail import Waiting

HOW = "set ATTUNED_SMTP_URL and ATTUNED_MAIL_FROM"


class Kept(msgspec.Struct, frozen=True):
    """A mail in the development mailbox; `link` is the one that matters in it."""

    file: str
    at: str
    to: str
    subject: str
    link: str | None


class Told(msgspec.Struct, frozen=True):
    """`way` is smtp, mailbox or nowhere; `place` the server or the directory. Mails in the mailbox, oldest first; what waits."""

    way: str
    place: str | None
    means: str
    mails: list[Kept] = []
    waiting: list[Waiting] = []


def told(settings: Settings, *, step: Step) -> Told:
    """Where mails go. Raises CannotRunError."""
    if settings.smtp_url is not None:
        place = f"{Server.of(settings.smtp_url)!r} as {settings.mail_from}"
        return Told("smtp", place, f"Mails go out by {place}.", waiting=_waiting(settings, step))
    if settings.embedded_database:
        directory = development_mailbox.directory(settings)
        place = str(directory.absolute())
        means = f"Mails go to nobody, but into the development mailbox {place}. For them to go out {HOW}."
        return Told("mailbox", place, means, mails=[_kept(file) for file in _files(directory)])
    return Told("nowhere", None, NOWHERE, waiting=_waiting(settings, step))


NOWHERE = (
    "No mail is sent or kept: nobody can confirm an address or get a new password by mail, requests reach people by their link"
    f" only, and sign-up says where an address has an account. For mails to go out {HOW}."
)


def lines(found: Told) -> list[str]:
    """For people."""
    told = [found.means]
    for one in found.mails:
        told += [f"{one.at}  {one.to}  {one.subject}", *([f"    {one.link}"] if one.link else [])]
    for kind in found.waiting:
        why = f", last failed with {kind.failed_reason}" if kind.failed_reason else ""
        told.append(f"{kind.count} waiting: {kind.template}, the oldest since {_moment(kind.oldest)}{why}")
    return told


def send_test(settings: Settings, address: str) -> str:
    """Send a mail at once; what to tell. Raises CannotRunError with the reason where it is not taken."""
    smtp = Smtp.of(settings)
    if smtp is None:
        raise CannotRunError(f"There is no mail server to try: {HOW}.")
    try:
        recipient = on_the_wire(clean_email(address))
    except Invalid as error:
        raise CannotRunError(f"{address!r} is not an e-mail address.") from error
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = smtp.sender, recipient, "It works"
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=smtp.envelope.rpartition("@")[2])
    message.set_content(f"{PRODUCT} can send mails.\n")

    async def send() -> None:
        async with smtp.line() as line:
            await line.send(message, recipient)

    try:
        run(send())
    except (TryLater, NeverTaken) as error:
        raise CannotRunError(f"{smtp.server!r} did not take it: {error.reason}.") from error
    return f"{smtp.server!r} has taken it."


def _files(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.eml"))


def _kept(file: Path) -> Kept:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    text = str(body.get_content()) if body is not None else ""
    link = next((line for line in text.splitlines() if line.startswith(("http://", "https://"))), None)
    at = datetime.strptime(f"{file.name[:15]}+0000", "%Y%m%dT%H%M%S%z") if file.name[:1].isdigit() else None
    return Kept(file.name, _moment(at) if at else "", str(message["To"]), str(message["Subject"]), link)


def _waiting(settings: Settings, step: Step) -> list[Waiting]:
    with stores(settings, step) as (opened, _own):

        async def look() -> list[Waiting]:
            async with worker_connection(opened) as connection:
                return await outbox.waiting(connection)

        return run(look())


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
