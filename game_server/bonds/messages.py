"""Messages: said, read, and for a quarter of an hour changed or taken back by who said them. `send` and `read_through` are for
every line by which somebody writes.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import attachments as attached
from game_server.bonds import news, shapes, texts
from game_server.bonds.commands import Hand
from game_server.bonds.life import Command, Life, Written
from game_server.bonds.obligations import same
from game_server.services import Services
from rooms.bonds import permissions
from rooms.bonds.messages import MOST_ATTACHMENTS, require_young
from rooms.bonds.tool import Tool
from rooms.bonds.tools.messages import MESSAGES
from rooms.errors import NotFound
from storage import bond_messages, bond_rows
from storage.bond_rows import Row

Files = Annotated[list[UUID], msgspec.Meta(max_length=MOST_ATTACHMENTS)]


class AttachmentView(msgspec.Struct, frozen=True):
    """A picture of a message; without a file it was withdrawn."""

    id: UUID
    file_id: UUID | None
    content_type: str
    bytes: int


async def send(hand: Hand, content: str, attachments: Sequence[UUID] = ()) -> Written:
    """Say it to everybody in the bond; where there is one other, to them. Raises Invalid, KeyGone, KeysAway."""
    permissions.require("messages.create", hand.me)
    pictures = await attached.require(hand.db, attachments, "attachments")
    others = [UUID(one) for one in hand.people if one != hand.me.user_id]
    key = await texts.bond_key(hand.services, hand.bond.id)
    made = await bond_rows.add(
        hand.db,
        MESSAGES,
        {
            "content": key.seal(content),
            "bond_id": hand.bond.id,
            "from_user_id": UUID(hand.me.user_id),
            "to_user_id": others[0] if len(others) == 1 else None,
        },
    )
    await bond_messages.attach(hand.db, made["id"], hand.bond.id, hand.me.user_id, pictures)
    await news.tell_others(hand, "message")
    return made["id"], made["version"]


async def read_through(hand: Hand, message_id: UUID) -> Written:
    """The caller has read up to this one. Raises NotFound."""
    permissions.require("messages.read", hand.me)
    if not await bond_messages.read(hand.db, hand.bond.id, message_id):
        raise NotFound
    await news.seen(hand, "message")
    row = await bond_rows.find(hand.db, MESSAGES, message_id)
    if row is None:
        raise NotFound
    return same(row)


class Messages(Life):
    """The life of messages. No pause keeps anybody from saying something, and no filter reads it."""

    extras: ClassVar[tuple[tuple[str, Any], ...]] = (("attachments", list[AttachmentView]),)
    listed_beside: ClassVar[tuple[tuple[str, Any], ...]] = (("unread", int), ("read_through", datetime | None))
    drafted: ClassVar[tuple[tuple[str, Any, Any], ...]] = (("attachments", Files, []),)

    def __init__(self, tool: Tool) -> None:
        super().__init__(tool)
        self.commands = {"read": Command(self._read)}

    async def create(self, hand: Hand, given: dict[str, Any]) -> Written:
        """Say something. Raises Invalid."""
        return await send(hand, given["content"], given["attachments"])

    async def change(self, hand: Hand, row: Row, given: dict[str, Any]) -> Written:
        """Other words for it. Raises NotPermitted, Changed, WrongState."""
        self.allow(hand, row, "edit", given.pop("version", None))
        require_young(created_at=row["created_at"], unsent_at=row["unsent_at"], now=hand.at)
        given = await self.new_in(hand, row, given)
        if not given:
            return same(row)
        return await self.write(hand, row, {**given, "edited_at": hand.at})

    async def remove(self, hand: Hand, row: Row, version: int | None) -> None:
        """Take it back: that there was something stays. Raises NotPermitted, Changed, WrongState."""
        self.allow(hand, row, "remove", version)
        if row["unsent_at"] is not None:
            return
        require_young(created_at=row["created_at"], unsent_at=None, now=hand.at)
        await self.write(hand, row, {"content": None, "unsent_at": hand.at})

    async def around(self, db: asyncpg.Connection, rows: Sequence[Row]) -> Any:
        """What hangs on them."""
        return await bond_messages.attachments(db, [row["id"] for row in rows]) if rows else []

    async def seen(self, services: Services, caller: Caller, rows: Sequence[Row], around: Any) -> list[Row]:  # noqa: ARG002 - as others
        """With what hangs on them."""
        hung: dict[UUID, list[AttachmentView]] = {}
        for one in around:
            view = AttachmentView(one.id, one.file_id, one.content_type, one.bytes)
            hung.setdefault(one.message_id, []).append(view)
        return [row | {"attachments": hung.get(row["id"], [])} for row in rows]

    async def beside(self, services: Services, caller: Caller, bond_id: UUID) -> dict[str, Any]:
        """How far the caller is."""
        async with services.database.as_user(caller.id) as db:
            return msgspec.structs.asdict(await bond_messages.reading(db, bond_id))

    async def _read(self, hand: Hand, row: Row, body: shapes.Plain) -> Written:
        self.allow(hand, row, "read", body.version)
        return await read_through(hand, row["id"])
