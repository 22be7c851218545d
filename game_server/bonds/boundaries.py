"""What members say to activities, each for themselves, and the limits that come of a hard_no.

A rating touches what others see only where both said yes, or its owner shows it: the database derives that from the ratings. A
hard_no is a limit of its owner's in the same transaction, wherever it came from, and their games are looked at again at once.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Literal
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import texts
from game_server.bonds.commands import Hand
from game_server.bonds.life import Life, Written
from game_server.services import Services
from game_server.sessions.rechecks import recheck_each
from rooms.bonds import ratings
from rooms.bonds.limits import keys_of_name
from rooms.bonds.ratings import Rating, Shown, rated
from rooms.bonds.tools.boundaries import BOUNDARIES
from rooms.errors import NotFound, WrongState
from storage import bond_limits
from storage.bond_rows import Row
from storage.key_rows import KeysAway
from storage.person_keys import DataKey
from storage.surveys import lock_owner

Feeds = Literal["draw", "text"]
"""What a hard_no guards: every draw and text, or, where no key stands for the name, the texts of this bond."""


class ShownRating(msgspec.Struct, frozen=True):
    """What another member lets everybody see."""

    user_id: UUID
    rating: Rating


class Named(msgspec.Struct, frozen=True):
    """An activity as somebody rates it: what it is called, null where nobody can open that, and what that says to the limits."""

    name: str | None
    keys: tuple[str, ...]

    def words(self, key: DataKey | None) -> Row:
        """What a limit of it is called, sealed; without a key it stands by its limit keys alone. Raises KeysAway where there are
        none: such a limit would guard nothing.
        """
        if key is not None and self.name is not None:
            return key.seal(self.name)
        if not self.keys:
            raise KeysAway
        return {}


class Boundaries(Life):
    """The life of what is rated."""

    extras: ClassVar[tuple[tuple[str, Any], ...]] = (
        ("shown", bool), ("is_mutual", bool), ("mutual_with", list[UUID]), ("shown_by", list[ShownRating]), ("feeds", Feeds),
    )  # fmt: skip

    async def ready(self, services: Services, caller: Caller, given: Mapping[str, Any]) -> None:
        """The words of a limit are sealed with its owner's key."""
        if given.get("my_rating") == "hard_no":
            await texts.ready(services, caller)

    def halts(self, given: Mapping[str, Any]) -> bool:
        """A rating given along that is no yes does."""
        return given.get("my_rating") not in (None, "yes")

    async def before(self, db: asyncpg.Connection, caller: Caller, bond_id: UUID, given: Mapping[str, Any]) -> None:  # noqa: ARG002 - as others
        """A rating given along may be a limit."""
        await hold_own(db, caller, None, given.get("my_rating"))

    async def create(self, hand: Hand, given: dict[str, Any]) -> Written:
        """A new activity, and what its creator says to it, where they say so along."""
        made = await super().create(hand, given)
        if given.get("my_rating") is not None:
            rating, name = given["my_rating"], given["activity_name"]
            key = await texts.own_key(hand.services, hand.caller) if rating == "hard_no" else None
            await put(hand, made[0], Named(name, keys_of_name(name)), rating, shown=False, key=key)
        return made

    async def check(self, hand: Hand, row: Row | None, given: Mapping[str, Any]) -> None:  # noqa: ARG002 - as others
        """Others have rated what it is called: a new name would put other words into their mouths. Raises WrongState."""
        if row is None:
            return
        if len(hand.people) > 1:
            raise WrongState("Others may have rated this. Archive it, and add another.")
        if await bond_limits.has_limit_from(hand.db, hand.me.user_id, row["id"]):
            raise WrongState("This is a limit of yours under its name. Archive it, and add another.")

    async def remove(self, hand: Hand, row: Row, version: int | None) -> None:
        """It is archived for all; everybody keeps what they said, and their limits. Raises NotPermitted, Changed."""
        self.allow(hand, row, "remove", version)
        await super().write(hand, row, {"archived_at": hand.at})

    async def write(self, hand: Hand, row: Row, values: Mapping[str, Any]) -> Written:
        """With a new name what it says to the limits is new."""
        keys = {"keys": list(keys_of_name(values["activity_name"]))} if "activity_name" in values else {}
        return await super().write(hand, row, {**values, **keys})

    def defaults(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """A row as it is kept: what its creator says to it stands with the ratings."""
        values = super().defaults(given)
        values.pop("my_rating", None)
        return {**values, "keys": list(keys_of_name(given["activity_name"]))}

    async def around(self, db: asyncpg.Connection, rows: Sequence[Row]) -> Any:
        """The ratings that the caller may know, and who is there."""
        if not rows:
            return [], {}
        found = await bond_limits.seen(db, [row["id"] for row in rows])
        return found, await bond_limits.members_of(db, {row["bond_id"] for row in rows})

    async def seen(self, services: Services, caller: Caller, rows: Sequence[Row], around: Any) -> list[Row]:  # noqa: ARG002 - as others
        """The rows as this member sees them: their own rating, and of the others' what they may know."""
        found, members = around
        return [
            _seen(
                row,
                [one for one in found if one.boundary_id == row["id"]],
                UUID(caller.id),
                members=len(members.get(row["bond_id"], ())),
            )
            for row in rows
        ]


async def hold_own(db: asyncpg.Connection, caller: Caller, boundary_id: UUID | None, rating: Rating | None) -> None:
    """What a rating holds before it holds the bond: the caller's ratings against their other phone, and, where a limit comes or
    goes, their games, which the room writer also holds before people.
    """
    if rating is None:
        return
    await lock_owner(db, caller.id)
    if rating == "hard_no" or (
        boundary_id is not None and await bond_limits.has_limit_from(db, caller.id, boundary_id)
    ):
        await bond_limits.hold_rooms(db)


async def put(hand: Hand, boundary_id: UUID, named: Named, rating: Rating, *, shown: bool, key: DataKey | None) -> None:
    """What the caller says to an activity from now on. A limit does not wait for their `key`. Raises WrongState for a yes again
    within a day, KeysAway.
    """
    before = await bond_limits.own_rating(hand.db, boundary_id, hand.caller.id)
    given = rated(before, rating, hand.at, shown=shown)
    if given is None:
        return
    await bond_limits.rate(hand.db, hand.bond.id, boundary_id, hand.caller.id, given)
    was_limit = before is not None and before.rating == "hard_no"
    if rating == "hard_no" and not was_limit:
        await bond_limits.name_limit(
            hand.db,
            hand.caller.id,
            words=named.words(key),
            keys=named.keys,
            boundary_id=boundary_id,
            bond_id=hand.bond.id,
        )
        await look_again(hand.services, hand.db, hand)
    elif was_limit and rating != "hard_no":
        await bond_limits.take_out(hand.db, hand.caller.id, boundary_id=boundary_id)
        await look_again(hand.services, hand.db, hand)


async def look_again(services: Services, db: asyncpg.Connection, hand: Hand) -> None:
    """The caller's games, which are held already, are looked at again when this is committed."""
    rooms = await bond_limits.hold_rooms(db)
    if rooms:
        hand.then.append(partial(recheck_each, services, rooms))


async def rate(hand: Hand, row: Row, rating: Rating, *, shown: bool, key: DataKey | None) -> Written:
    """The command: on an archived row only what takes one's own limit out. Raises NotFound, WrongState."""
    if row["archived_at"] is not None:
        before = await bond_limits.own_rating(hand.db, row["id"], hand.caller.id)
        if before is None or "hard_no" not in {before.rating, rating} or (rating == "hard_no" != before.rating):
            raise NotFound
    [plain] = await texts.opened(hand.services, BOUNDARIES, [row], without=True)
    name = plain["activity_name"]
    keys = keys_of_name(name) if name else ()
    await put(hand, row["id"], Named(name, keys or tuple(row["keys"])), rating, shown=shown, key=key)
    return row["id"], row["version"]


def _seen(row: Row, found: Sequence[bond_limits.Seen], me: UUID, *, members: int) -> Row:
    mine = next((ratings.Given(one.rating, one.shown) for one in found if one.user_id == me), None)
    others = [Shown(str(one.user_id), one.rating) for one in found if one.user_id != me]
    shown = {str(one.user_id): one.shown for one in found}
    view = ratings.view(mine, others, shown, members=members)
    shown_by = [msgspec.structs.asdict(one) for one in view.shown_by]
    return {**row, **msgspec.structs.asdict(view), "shown_by": shown_by, "feeds": "draw" if row["keys"] else "text"}
