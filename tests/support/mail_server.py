"""A mail server for tests: STARTTLS, AUTH, mailboxes in memory, and switches for what mail servers do wrong."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

import msgspec

HOST = "127.0.0.1"
PATIENCE_S = 30


class Taken(msgspec.Struct, frozen=True):
    """A mail as it came in, and how."""

    sender: str
    recipient: str
    data: bytes
    encrypted: bool
    user: str | None

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.data, policy=policy.default)

    @property
    def text(self) -> str:
        """Its plain half."""
        body = self.message.get_body(("plain",))
        assert body is not None
        return str(body.get_content())


class MailServer:
    """Takes mails for anybody. The switches hold until they are changed; whoever sends must give `user` and `password`."""

    def __init__(self, certificate: ssl.SSLContext) -> None:
        self.certificate = certificate
        self.user, self.password = "attuned", "sesame/:@"
        self.port = 0
        self.taken: list[Taken] = []
        self.asked: list[str] = []  # recipients that were named, taken or not
        self._changed = asyncio.Condition()
        self.usual()

    def usual(self) -> None:
        """Every switch as in a good mail server."""
        self.offers_starttls = True
        self.offers_utf8 = True
        self.certificate_now = self.certificate
        self.answers_to_recipient: dict[str, str] = {}
        self.answers_to_data: dict[str, str] = {}
        self.drops_after_data: set[str] = set()
        self.holds: dict[str, asyncio.Event] = {}
        self.says_nothing = False

    @property
    def url(self) -> str:
        return f"smtp://{self.user}:sesame%2F%3A%40@{HOST}:{self.port}"

    async def mail_to(self, recipient: str, number: int = 1) -> Taken:
        """The so-manieth mail to an address, when it is there."""
        return (await self._until(lambda: self.to(recipient), number))[number - 1]

    async def asked_for(self, recipient: str, number: int = 1) -> None:
        """Until an address was named so often."""
        await self._until(lambda: [one for one in self.asked if one == recipient], number)

    def to(self, recipient: str) -> list[Taken]:
        return [one for one in self.taken if one.recipient == recipient]

    async def _until(self, found, number):
        async with asyncio.timeout(PATIENCE_S), self._changed:
            await self._changed.wait_for(lambda: len(found()) >= number)
        return found()

    async def note(self, **what: object) -> None:
        async with self._changed:
            if "taken" in what:
                self.taken.append(what["taken"])
            else:
                self.asked.append(str(what["asked"]))
            self._changed.notify_all()


@asynccontextmanager
async def open_mail_server(
    certificate: ssl.SSLContext, implicit: ssl.SSLContext | None = None
) -> AsyncIterator[MailServer]:
    """One on a free port; `implicit` is TLS from the first byte."""
    mails = MailServer(certificate)
    talks: set[asyncio.Task] = set()

    async def serve(reader, writer):
        talks.add(asyncio.current_task())
        try:
            await _Talk(mails, reader, writer, encrypted=implicit is not None).run()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            talks.discard(asyncio.current_task())

    server = await asyncio.start_server(serve, HOST, 0, ssl=implicit)
    mails.port = server.sockets[0].getsockname()[1]
    try:
        yield mails
    finally:
        server.close()
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


class _Talk:
    """One client's connection."""

    def __init__(self, mails: MailServer, reader, writer, *, encrypted: bool) -> None:
        self.mails, self.reader, self.writer, self.encrypted = mails, reader, writer, encrypted
        self.user: str | None = None
        self.sender, self.recipient = "", ""

    async def run(self) -> None:
        if self.mails.says_nothing:
            await self.mails.note(asked="anything")
            await self.reader.read()
            return
        await self.say("220 mail.test")
        while line := (await self.reader.readline()).decode().strip():
            verb, _, rest = line.partition(" ")
            if verb.upper() == "QUIT":
                await self.say("221 bye")
                return
            if not await self.answer(verb.upper(), rest):
                return

    async def answer(self, verb: str, rest: str) -> bool:
        """False: the connection is dropped."""
        match verb:
            case "EHLO":
                await self.say(*(f"250{'-' if more else ' '}{what}" for what, more in self.offers()))
            case "STARTTLS" if self.mails.offers_starttls and not self.encrypted:
                await self.say("220 go ahead")
                await self.writer.start_tls(self.mails.certificate_now)
                self.encrypted = True
            case "AUTH":
                await self.say(self.auth(rest))
            case "MAIL" if self.user is None:
                await self.say("530 5.7.0 who are you?")
            case "MAIL":
                self.sender = rest.partition("<")[2].partition(">")[0]
                await self.say("250 ok")
            case "RCPT":
                self.recipient = rest.partition("<")[2].partition(">")[0]
                await self.mails.note(asked=self.recipient)
                await self.say(self.mails.answers_to_recipient.get(self.recipient, "250 ok"))
            case "DATA":
                return await self.data()
            case "RSET" | "NOOP":
                await self.say("250 ok")
            case _:
                await self.say("502 not here")
        return True

    def offers(self) -> list[tuple[str, bool]]:
        found = ["mail.test", "8BITMIME"]
        found += ["SMTPUTF8"] * self.mails.offers_utf8
        found += ["STARTTLS"] if self.mails.offers_starttls and not self.encrypted else ["AUTH PLAIN"]
        return [(what, what != found[-1]) for what in found]

    def auth(self, rest: str) -> str:
        kind, _, given = rest.partition(" ")
        _, user, password = base64.b64decode(given).decode().split("\0")
        if kind != "PLAIN" or (user, password) != (self.mails.user, self.mails.password):
            return "535 5.7.8 no"
        self.user = user
        return "235 welcome"

    async def data(self) -> bool:
        await self.say("354 go on")
        lines = []
        while (line := await self.reader.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line[1:] if line.startswith(b"..") else line)
        if hold := self.mails.holds.get(self.recipient):
            await hold.wait()
        answer = self.mails.answers_to_data.get(self.recipient, "250 queued")
        if answer.startswith("250"):
            await self.mails.note(taken=Taken(self.sender, self.recipient, b"".join(lines), self.encrypted, self.user))
        if self.recipient in self.mails.drops_after_data:
            return False
        await self.say(answer)
        return True

    async def say(self, *lines: str) -> None:
        self.writer.write("".join(f"{line}\r\n" for line in lines).encode())
        await self.writer.drain()
