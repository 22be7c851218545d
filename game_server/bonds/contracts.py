"""Contracts: written by one, signed by all, ended by any. Frozen while they are signed and ever after; no legal force."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import limit_filter, news, obligations, shapes, texts
from game_server.bonds.commands import Hand, require_version
from game_server.bonds.life import Command, Life, Written
from game_server.bonds.obligations import same
from game_server.services import Services
from rooms.bonds import permissions
from rooms.bonds.contracts import LEAST_PARTIES, MOVES, NOTICE, digest, status_now, withdrawn
from rooms.bonds.states import holds
from rooms.bonds.tool import LONGEST_NOTES, Tool
from rooms.errors import BondPaused, Changed, PersonPaused, WrongState
from storage import bond_contracts
from storage.bond_contracts import Signature
from storage.bond_rows import Row
from storage.key_rows import KeyGone, KeysAway

Words = shapes.lines(LONGEST_NOTES)
Hash = shapes.line(64)


class Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The caller signs this text, by its hash."""

    content_sha256: Hash  # type: ignore[valid-type]  # made from a number
    version: shapes.Version | None = None


class Decline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The caller does not sign this. Nobody needs a reason."""

    reason: Words | None = None  # type: ignore[valid-type]  # made from a number
    version: shapes.Version | None = None


class Party(msgspec.Struct, frozen=True):
    """Who is to sign, and whether they did. `user_id` is null of who is gone."""

    user_id: UUID | None
    status: str
    signed_at: datetime | None


class Contracts(Life):
    """The life of contracts."""

    moves = MOVES
    extras: ClassVar[tuple[tuple[str, Any], ...]] = (("notice", str), ("parties", list[Party]))

    def __init__(self, tool: Tool) -> None:
        super().__init__(tool)
        self.commands = {
            "request-signatures": Command(self._request_signatures),
            "sign": Command(self._sign, Sign, {"content_sha256": "0" * 64}),
            "decline": Command(self._decline, Decline, {"reason": "Not the third part"}, at_once=True),
            "withdraw": Command(self._withdraw, at_once=True),
            "new-version": Command(self._new_version),
        }

    async def create(self, hand: Hand, given: dict[str, Any]) -> Written:
        """A draft, the first of its line. Raises Invalid."""
        permissions.require("contracts.create", hand.me)
        await self.check(hand, None, given)
        first = hand.services.dice.fresh_id()
        made = await self.add(hand, given, {"id": first, "line_id": first})
        await self._mention(hand, given)
        return made

    async def change(self, hand: Hand, row: Row, given: dict[str, Any]) -> Written:
        """Change a draft. Raises NotPermitted, Changed, WrongState, Invalid."""
        written = await super().change(hand, row, given)
        await self._mention(hand, given)
        return written

    async def check(self, hand: Hand, row: Row | None, given: Mapping[str, Any]) -> None:
        """When it ends. Raises Invalid."""
        if row is None or given.get("expires_at") != row["expires_at"]:
            obligations.require_future("expires_at", given.get("expires_at"), hand.at)

    async def around(self, db: asyncpg.Connection, rows: Sequence[Row]) -> Any:
        """Who is to sign them."""
        return await bond_contracts.signatures(db, [row["id"] for row in rows]) if rows else []

    async def seen(self, services: Services, caller: Caller, rows: Sequence[Row], around: Any) -> list[Row]:  # noqa: ARG002 - as others
        """With who is to sign, and as what it counts now: one whose time is up is not in force."""
        now = services.clock.now()
        return [_seen(row, [one for one in around if one.contract_id == row["id"]], now) for row in rows]

    # --- commands ------------------------------------------------------------------------------------------------------

    async def _request_signatures(self, hand: Hand, row: Row, body: shapes.Plain) -> Written:
        self.allow(hand, row, "request-signatures", body.version)
        if holds(MOVES, "request-signatures", row["status"]):
            return same(row)
        if len(hand.people) < LEAST_PARTIES:
            raise WrongState("Nobody else is here to sign it.")
        if any(person.joined_at > row["created_at"] for person in hand.persons):
            raise WrongState(
                "Somebody has come since this was begun, and cannot read it. Begin it anew, so that they can."
            )
        obligations.require_future("expires_at", row["expires_at"], hand.at)
        plain = await obligations.opened(self, hand, row)
        fingerprint = _digest(plain, hand.people)
        await bond_contracts.ask(hand.db, row["id"], hand.bond.id, sorted(hand.people))
        await self._mention(hand, plain)
        written = await self.write(hand, row, {"status": "pending_signature", "content_sha256": fingerprint})
        await news.tell_others(hand, "contract_sign", row["id"])
        return written

    async def _sign(self, hand: Hand, row: Row, body: Sign) -> Written:
        parties = await self._allow(hand, row, "sign", body.version)
        holds(MOVES, "sign", row["status"])
        if body.content_sha256 != row["content_sha256"]:
            _raise_changed(row)
        plain = await obligations.opened(self, hand, row)
        if _digest(plain, [str(party.user_id) for party in parties]) != row["content_sha256"]:
            _raise_changed(row)  # not what they were given to read
        if any(str(party.user_id) == hand.me.user_id and party.status != "pending" for party in parties):
            raise WrongState("You have signed this.")
        if row["expires_at"] is not None and row["expires_at"] <= hand.at:
            raise WrongState("It would be over before it began. Take it back, and change until when it holds.")
        if hand.me.is_paused:
            raise PersonPaused("You are taking a pause. Nothing binds you until you say otherwise.")
        if hand.bond.status == "paused":
            raise BondPaused
        await bond_contracts.sign(hand.db, row["id"], hand.me.user_id, body.content_sha256)
        concluded = await bond_contracts.conclude(hand.db, row["id"])
        await news.tell(hand, "contract_signed", [party.user_id for party in parties], row["id"])
        return row["id"], row["version"] + concluded

    async def _decline(self, hand: Hand, row: Row, body: Decline) -> Written:
        await self._allow(hand, row, "decline", body.version)
        if holds(MOVES, "decline", row["status"]):
            return same(row)
        await bond_contracts.decline(hand.db, row["id"], hand.me.user_id, await _sealed(hand, body.reason))
        return await self._thaw(hand, row)

    async def _withdraw(self, hand: Hand, row: Row, body: shapes.Plain) -> Written:  # noqa: ARG002 - never refused
        """What ends a contract waits for no version: whoever wants it over means it as it is."""
        parties = await self._allow(hand, row, "withdraw", None)
        if holds(MOVES, "withdraw", status_now(row["status"], row["expires_at"], hand.at)):
            return same(row)
        if withdrawn(row["status"]) == "draft":
            return await self._thaw(hand, row)
        written = await self.write(hand, row, {"status": "withdrawn", "ended_at": hand.at})
        await news.tell(hand, "contract_ended", [party.user_id for party in parties], row["id"])
        return written

    async def _new_version(self, hand: Hand, row: Row, body: shapes.Plain) -> Written:
        await self._allow(hand, row, "new-version", body.version)
        holds(MOVES, "new-version", row["status"])
        number = await bond_contracts.next_version(hand.db, row["line_id"])
        if number is None:
            raise WrongState("There is a draft of this already.")
        plain = await obligations.opened(self, hand, row)
        until = row["expires_at"] if row["expires_at"] and row["expires_at"] > hand.at else None
        given = {"title": plain["title"], "content": plain["content"], "expires_at": until}
        return await self.add(hand, given, {"line_id": row["line_id"], "version_number": number})

    # --- parts ---------------------------------------------------------------------------------------------------------

    async def _allow(self, hand: Hand, row: Row, command: str, version: int | None) -> list[Signature]:
        """A party may; who that is. Of a draft nobody is one, and anybody is told so. Raises NotPermitted, Changed."""
        parties = await bond_contracts.signatures(hand.db, [row["id"]])
        is_party = row["status"] == "draft" or any(str(one.user_id) == hand.me.user_id for one in parties)
        creator = None if row["created_by"] is None else str(row["created_by"])
        permissions.require(f"contracts.{command}", hand.me, person=hand.me if is_party else None, creator=creator)
        require_version(version, row["version"], row["id"])
        return parties

    async def _thaw(self, hand: Hand, row: Row) -> Written:
        """It is a draft again, and nobody has signed it."""
        written = await self.write(hand, row, {"status": "draft", "content_sha256": None})
        await bond_contracts.void(hand.db, row["id"], but_declined=True)
        return written

    @staticmethod
    async def _mention(hand: Hand, values: Mapping[str, Any]) -> None:
        """Contracts name limits: that is no reason to refuse them, and one to talk."""
        prompt = await limit_filter.mention(
            hand, list(hand.people.values()), [values.get(name) for name in ("title", "content")]
        )
        if prompt is not None:
            hand.prompts.append(prompt)


def _digest(plain: Mapping[str, Any], parties: Any) -> str:
    return digest(
        title=plain["title"],
        content=plain["content"],
        version_number=plain["version_number"],
        expires_at=plain["expires_at"],
        parties=parties,
    )


def _raise_changed(row: Row) -> None:
    stale = Changed("This is another text than the one you were shown.")
    stale.current = row["id"]
    raise stale


async def _sealed(hand: Hand, reason: str | None) -> Row | None:
    """A reason; a No does not wait for its key, and stands without it."""
    if reason is None:
        return None
    try:
        return (await texts.bond_key(hand.services, hand.bond.id)).seal(reason)
    except (KeyGone, KeysAway):
        return None


def _seen(row: Row, parties: Sequence[Signature], now: datetime) -> Row:
    status = status_now(row["status"], row["expires_at"], now)
    return row | {
        "status": status,
        "ended_at": row["expires_at"] if status != row["status"] else row["ended_at"],
        "notice": NOTICE,
        "parties": [Party(one.user_id, one.status, one.signed_at) for one in parties],
    }
