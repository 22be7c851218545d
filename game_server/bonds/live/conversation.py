"""What a live phone of a bond says: one command after the other, each acknowledged once what came of it was sent."""

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
import structlog

from game_server.bonds import messages
from game_server.bonds.commands import Asked, Beside, Hand, held, run
from game_server.bonds.life import Written
from game_server.bonds.live.bells import Bell, ring
from game_server.bonds.live.follower import Follower
from game_server.bonds.live.lines import Line, Lines
from game_server.bonds.live.messages import Ack, Heard, Read, Say, Typing
from game_server.live.messages import BeatBack, Hello
from game_server.live.phone import Close
from game_server.live.wire import UNREADABLE, Closed, refuse, refused_frame, said
from game_server.process import gauges
from game_server.services import Services
from rooms import errors
from rooms.errors import Refused
from storage import bond_feed, crash
from storage.database import STORE_ERRORS

log = structlog.get_logger()

TYPING_EVERY_S = 1.0
"""Others are told of somebody's writing so often at most."""

_HEARD: msgspec.json.Decoder[Heard] = msgspec.json.Decoder(Heard)


class Conversation:
    """One phone's."""

    def __init__(self, services: Services, lines: Lines, line: Line, follower: Follower) -> None:
        self._services = services
        self._lines = lines
        self._line = line
        self._follower = follower
        self._phone = follower.phone

    async def take(self, text: str) -> None:
        """The next frame. Raises Closed where the phone is not to go on."""
        try:
            message = _HEARD.decode(text)
        except UNREADABLE:
            self._refuse(text, errors.BadMessage())
            return
        match message:
            case BeatBack():
                self._beaten(message)
            case Hello():
                self._refuse(text, errors.BadMessage("You said hello already."))
            case _ if not self._phone.inbound.spend():
                self._refuse(text, errors.RateLimited())
            case Typing():
                self._typing(message, text)
            case Say():
                await self._command(message, text, self._say(message))
            case Read():
                await self._command(message, text, self._read(message))

    def _refuse(self, text: str, refusal: Refused) -> None:
        refuse(self._phone, text, refusal, self._head)

    @property
    def _head(self) -> int:
        return self._phone.seq or 0

    def _beaten(self, beat: BeatBack) -> None:
        """A phone that lacks something it was sent gets it again, once a beat of ours. Whoever lacks as much as a snapshot is for
        comes again for one: the others of the bond do not wait while the whole feed is read for it.
        """
        if lacks := self._phone.lacks(beat.seq):
            if lacks > self._services.settings.replay_gap:
                raise Closed(Close.SLOW)
            self._phone.seq = beat.seq
            self._lines.look(self._line)

    def _typing(self, typing: Typing, text: str) -> None:
        now = time.monotonic()
        shows = self._line.members.get(self._follower.user_id, False)
        if shows and now - self._follower.typed_at >= TYPING_EVERY_S:
            self._follower.typed_at = now
            ring(self._services, self._line.bond_id, Bell(typing=self._follower.user_id))
        if typing.id is not None:
            self._phone.send_message(Ack(id=said(typing, text).id, seq=self._head))

    # --- commands ----------------------------------------------------------------------------------------------------------

    def _say(self, message: Say) -> Callable[[Hand], Awaitable[Written]]:
        async def act(hand: Hand) -> Written:
            return await messages.send(hand, message.content, message.attachments)

        return act

    def _read(self, message: Read) -> Callable[[Hand], Awaitable[Written]]:
        async def act(hand: Hand) -> Written:
            return await messages.read_through(hand, message.message_id)

        return act

    async def _command(self, command: Say | Read, text: str, act: Callable[[Hand], Awaitable[Written]]) -> None:
        crash.point("received")
        began, id_ = time.monotonic(), said(command, text).id
        try:
            row_id, seq = await self._done(command, act)
            await self._lines.catch_up(self._line)
        except Refused as refusal:
            told = errors.IdReused() if isinstance(refusal, errors.KeyReused) else refusal
            self._phone.send(refused_frame(id_, told, self._head))
        except STORE_ERRORS as error:
            log.warning("commit_unknown", kind=type(error).__name__)
            self._phone.send(refused_frame(id_, errors.Unavailable(), self._head))
        else:
            crash.point("before_ack")
            self._phone.send_message(Ack(id=id_, seq=seq, row_id=row_id))
            gauges.ack_seconds(type(command)).observe(time.monotonic() - began)
            crash.point("after_ack")

    async def _done(self, command: Say | Read, act: Callable[[Hand], Awaitable[Written]]) -> tuple[UUID, int]:
        """The row and the feed's number, once for the command's id. Raises Refused, STORE_ERRORS."""
        if not self._services.schema.fits:
            raise errors.Unavailable
        caller, bond_id, beside = self._follower.caller, self._follower.bond_id, Beside()

        async def under_the_lock(db: asyncpg.Connection, at: datetime) -> Written:
            async with held(self._services, db, caller, bond_id, at) as hand:
                written = await act(hand)
                beside.seq = await bond_feed.head(db, bond_id)
                return written

        async def row(row_id: UUID) -> UUID:
            return row_id

        asked = Asked(str(command.id), f"WS /ws/bonds/{bond_id}", command)
        row_id = await run(self._services, caller, asked, under_the_lock, row, beside)
        return row_id, beside.seq or 0
