"""Mails to a mail server, as ATTUNED_SMTP_URL names it.

`smtps://` is TLS from the first byte. `smtp://` is STARTTLS, and without it nothing is said. Certificates are checked. On this
machine nobody stands between: there a server is taken that offers no TLS, or has a certificate of its own making.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from typing import cast
from urllib.parse import unquote, urlsplit

import aiosmtplib
import msgspec
from email_validator import validate_email

from game_server.adapters import SMTP
from game_server.environment import is_loopback
from game_server.settings import Settings

CONNECT_WITHIN_S = 15.0
SEND_WITHIN_S = 120.0
"""What a server may take for one mail; the claim on it must last longer (`storage.mail.CLAIMED_FOR`)."""

GOODBYE_S = 1.0

PORTS = {"smtp": 587, "smtps": 465}

BAD_MAILBOX, CLOSING = 500, 421


class TryLater(Exception):
    """Not now: this mail, or (`away`) any. `reason` is a code or the kind of an error, never an address or the server's words."""

    def __init__(self, reason: str, *, away: bool) -> None:
        self.reason, self.away = reason, away
        super().__init__(reason)


class NeverTaken(Exception):
    """The server will not take this mail however often it is asked; `reason` as above."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Server(msgspec.Struct, frozen=True):
    """What the URL says. `starttls`: None where it is used if offered."""

    host: str
    port: int
    username: str | None
    password: str | None
    tls: bool
    starttls: bool | None

    @classmethod
    def of(cls, url: str) -> "Server":
        """Read a URL that the settings have found to be one."""
        parts = urlsplit(url)
        host, tls = parts.hostname or "", parts.scheme == "smtps"
        username = unquote(parts.username) if parts.username else None
        return cls(
            host=host,
            port=parts.port or PORTS[parts.scheme],
            username=username,
            password=unquote(parts.password or "") if username is not None else None,
            tls=tls,
            starttls=False if tls else None if is_loopback(host) else True,
        )

    def __repr__(self) -> str:
        """Without what no log may hold."""
        return f"{'smtps' if self.tls else 'smtp'}://{self.host}:{self.port}"


class Smtp:
    """A mail server. `context` says whom to trust, by default as this machine does. We name ourselves as the sender's domain."""

    def __init__(
        self,
        server: Server,
        sender: str,
        *,
        context: ssl.SSLContext | None = None,
        send_within: float = SEND_WITHIN_S,
    ) -> None:
        self.server, self.sender, self.send_within = server, sender, send_within
        self.envelope = on_the_wire(parseaddr(sender)[1])
        self._context = context or _context(server)

    @classmethod
    def of(cls, settings: Settings) -> "Smtp | None":
        """The server that the settings name, None where they name none."""
        if not SMTP.on(settings) or settings.smtp_url is None or settings.mail_from is None:
            return None
        return cls(Server.of(settings.smtp_url), settings.mail_from)

    @asynccontextmanager
    async def line(self) -> "AsyncIterator[Line]":
        """For one mail after the other; connected when the first is sent."""
        line = Line(self)
        try:
            yield line
        finally:
            await line.close()

    async def connect(self) -> aiosmtplib.SMTP:
        """A connection on which mails may be sent. Raises TryLater."""
        server = self.server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.tls,
            start_tls=server.starttls,
            tls_context=self._context,
            local_hostname=self.envelope.rpartition("@")[2],
            timeout=self.send_within,
        )
        try:
            async with asyncio.timeout(min(CONNECT_WITHIN_S, self.send_within)):
                await client.connect()
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            _cut(client)
            raise TryLater(_reason(error), away=True) from error
        return client


class Line:
    """One connection of a mail server, for one mail at a time; made anew after it broke."""

    def __init__(self, smtp: Smtp) -> None:
        self._smtp = smtp
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, message: EmailMessage, recipient: str) -> None:
        """Hand a mail over. Raises TryLater, also where it may have been taken without our hearing of it; NeverTaken."""
        if self._client is None or not self._client.is_connected:
            self._client = await self._smtp.connect()
        try:
            async with asyncio.timeout(self._smtp.send_within):
                await self._client.send_message(message, sender=self._smtp.envelope, recipients=[recipient])
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refused(error.recipients[0].code) from error
        except aiosmtplib.SMTPDataError as error:
            raise _refused(error.code) from error
        except aiosmtplib.SMTPNotSupported as error:
            raise NeverTaken("SMTPUTF8") from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            self._cut()
            raise TryLater(_reason(error), away=True) from error

    async def close(self) -> None:
        """Say goodbye, if there is anybody to hear it."""
        if self._client is not None and self._client.is_connected:
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                async with asyncio.timeout(GOODBYE_S):
                    await self._client.execute_command(b"QUIT")
        self._cut()

    def _cut(self) -> None:
        if self._client is not None:
            _cut(self._client)
        self._client = None


def _context(server: Server) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if is_loopback(server.host):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def on_the_wire(address: str) -> str:
    """An address with its domain as the DNS knows it; what stands before the @ stays, and needs a server with SMTPUTF8 if it is
    not ASCII.
    """
    parts = validate_email(address, check_deliverability=False, globally_deliverable=False)
    return Address(username=parts.local_part, domain=parts.ascii_domain).addr_spec


def _cut(client: aiosmtplib.SMTP) -> None:
    """At once: a server that does not close its side of TLS would be waited for."""
    transport = cast("asyncio.WriteTransport | None", client.transport)
    client.close()
    if transport is not None:
        transport.abort()


def _refused(code: int) -> Exception:
    if code >= BAD_MAILBOX:
        return NeverTaken(str(code))
    return TryLater(str(code), away=code == CLOSING)


def _reason(error: BaseException) -> str:
    """Its kind, and the server's code where there is one; a certificate that is not trusted is said, however it is wrapped."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.code}"
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, ssl.SSLError):
            return type(inner).__name__
        inner = inner.__cause__ or inner.__context__
    # The library has no kind of its own for what the server does not offer.
    return "NoStartTlsOrNoAuth" if type(error) is aiosmtplib.SMTPException else type(error).__name__
