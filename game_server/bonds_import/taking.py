"""Taking rows: some of one person's in one bond at a time, in one transaction with their rights, each row by itself in it.

With each row it is noted which one it was, so that whatever dies at whatever moment, the same file is simply imported again.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds.boundaries import hold_own
from game_server.bonds.commands import Hand, held, writing
from game_server.bonds_import import own_rows, rows
from game_server.bonds_import.left import ROW_ERRORS, Left, why
from game_server.bonds_import.placing import Placed, Placing
from game_server.bonds_import.rows import Given
from game_server.bonds_import.staging import OWN_YESES, PARTNER_LIMITS, Row, Staged
from game_server.services import Services
from rooms.bonds.dump.kinds import TAKEN
from rooms.bonds.limits import ANSWERS_WITHIN, MOST_AT_ALL
from rooms.bonds.people import leads
from rooms.errors import Limit, NotEnoughPoints, NotFound, WrongState
from storage import bond_limits, bond_upkeep, bonds, imported
from storage.database import undone_alone

AT_ONCE = 50
"""So many rows hold a bond at a time: its people wait no longer."""

ORDER = (TAKEN[0], PARTNER_LIMITS, OWN_YESES, *TAKEN[1:])
_POINTS = "points_ledger"

Progress = Callable[[str, int, int], None]


class Counts(msgspec.Struct):
    """Of a table: rows that are taken (of a dry run: that have their place), and that were taken before."""

    taken: int = 0
    there: int = 0


class Taking:
    """One import's rows. Rows of the file are read one by one, whatever there is of them."""

    def __init__(self, services: Services, staged: Staged, placing: Placing, *, dry: bool, progress: Progress) -> None:
        self._services = services
        self._staged = staged
        self._placing = placing
        self._dry = dry
        self._progress = progress
        self._broken: set[tuple[str, UUID | None]] = set()
        self._leaders: dict[tuple[str, UUID | None], Caller | None] = {}
        self.counts: dict[str, Counts] = {}

    async def take(self) -> None:
        """All of it, table by table: limits first."""
        for table in ORDER:
            counts = self.counts.setdefault(_shown(table), Counts())
            done, of = 0, self._staged.count(table)
            for some in self._groups(self._staged.rows(table, by="bond" if table == "messages" else "owner")):
                await self._some(counts, some)
                done += len(some)
                self._progress(_shown(table), done, of)

    def _groups(self, given: Iterable[Row]) -> Iterator[list[Placed]]:
        """Rows that are taken together; those that have no place are listed."""
        some: list[Placed] = []
        for row in given:
            try:
                placed = self._placing.place(row)
            except Left as left:
                self._staged.refuse(_shown(row.table), row.id, left.code, left.field)
                continue
            if some and (len(some) == AT_ONCE or _whose(some[0]) != _whose(placed)):
                yield some
                some = []
            some.append(placed)
        if some:
            yield some

    async def _some(self, counts: Counts, some: Sequence[Placed]) -> None:
        first = some[0]
        table, owner = first.row.table, first.owner.caller
        async with self._services.database.as_service() as db:
            known = await imported.taken(db, owner.id, table, [one.row.id for one in some])
        new = []
        for one in some:
            if one.row.id not in known:
                if one.but is not None:
                    self._staged.refuse(_shown(table), one.row.id, one.but.code, one.but.field)
                else:
                    new.append(one)
            elif known[one.row.id] is None:
                self._staged.refuse(_shown(table), one.row.id, "refused_before")
                self._broken.add((owner.id, one.bond))
            else:
                counts.there += 1
        if self._dry:
            counts.taken += len(new)
            return
        actor = await self._actor(first) if new else None
        if actor is not None:
            await self._written(counts, actor, new)
            return
        for one in new:
            self._staged.refuse(_shown(table), one.row.id, "nobody_leads")

    async def _actor(self, first: Placed) -> Caller | None:
        """As whom it is taken: its owner, and points as who leads them. None where nobody does."""
        if first.row.table != _POINTS:
            return first.owner.caller
        where = first.owner.caller.id, first.bond
        if where not in self._leaders:
            self._leaders[where] = await self._leader(*where, first.agreed)
        return self._leaders[where]

    async def _leader(self, person: str, bond_id: UUID | None, agreed: frozenset[UUID]) -> Caller | None:
        if bond_id is None:
            return None
        async with self._services.database.as_user(person) as db:
            bond = await bonds.find(db, bond_id)
            people = await bonds.people(db, bond_id)
        members = [one.as_member(bond.founder_id if bond else None) for one in people]
        led = next((one for one in members if one.user_id == person), None)
        leader = next(
            (one for one in members if led is not None and leads(one, led) and UUID(one.user_id) in agreed), None
        )
        if leader is None:
            return None
        return Caller(
            "user", leader.user_id, None, adult=True, profile_completed=False, display_name=None, profile_id=None
        )

    async def _written(self, counts: Counts, actor: Caller, some: Sequence[Placed]) -> None:
        at = self._services.clock.now()
        listed: list[tuple[UUID, Left]] = []
        taken = 0
        try:
            async with writing(self._services, actor, at) as db, self._held(db, actor, some[0], at) as hand:
                for number, one in enumerate(some):
                    taken += await self._one(db, hand, one, at + timedelta(microseconds=number), listed)
        except (NotFound, WrongState):  # whoever it is left meanwhile, or the bond is over
            for one in some:
                self._staged.refuse(_shown(one.row.table), one.row.id, "not_a_member")
            return
        counts.taken += taken
        for row_id, left in listed:
            self._staged.refuse(_shown(some[0].row.table), row_id, left.code, left.field)

    @asynccontextmanager
    async def _held(
        self, db: asyncpg.Connection, actor: Caller, first: Placed, at: datetime
    ) -> AsyncIterator[Hand | None]:
        if first.row.table in ("boundaries", PARTNER_LIMITS):
            await hold_own(db, actor, None, "hard_no")
        elif first.row.table == OWN_YESES:
            await hold_own(db, actor, None, "yes")
        if first.bond is None:
            yield None
        else:
            async with held(self._services, db, actor, first.bond, at) as hand:
                yield hand

    async def _one(
        self, db: asyncpg.Connection, hand: Hand | None, one: Placed, at: datetime, listed: list[tuple[UUID, Left]]
    ) -> bool:
        """One row, taken or listed."""
        where = one.owner.caller.id, one.bond
        is_points = one.row.table == _POINTS
        if is_points and where in self._broken:
            await imported.note(db, where[0], one.row.table, one.row.id, None)
            listed.append((one.row.id, Left("after_refused")))
            return False
        try:
            try:
                notes = await self._made(db, hand, one, at)
            except Limit as refused:
                await self._count(db, hand, refused)
                if not is_points:
                    raise
                without = msgspec.structs.replace(one, said={**one.said, "reason": None})
                notes = await self._made(db, hand, without, at)
        except ROW_ERRORS as error:
            left = why(error)
            if is_points and (isinstance(error, NotEnoughPoints) or left.code == "not_enough_points"):
                self._broken.add(where)
                await imported.note(db, where[0], one.row.table, one.row.id, None)
            listed.append((one.row.id, left))
            return False
        listed += [(one.row.id, Left(code)) for code in notes]
        return True

    async def _made(self, db: asyncpg.Connection, hand: Hand | None, one: Placed, at: datetime) -> tuple[str, ...]:
        """Made and noted in one step, or not at all."""
        moment = own_rows.moment_for(one.row, at)
        async with undone_alone(db):
            await bond_upkeep.at(db, moment)
            if hand is None:
                made, notes = await own_rows.take(self._services, db, one.owner.caller, one.row)
            elif one.row.table in (PARTNER_LIMITS, OWN_YESES):
                made, notes = await self._rating(msgspec.structs.replace(hand, at=moment), one), ()
            else:
                take = rows.IN_BOND[one.row.table]
                made, notes = await take(msgspec.structs.replace(hand, at=moment), Given(one.row, one.said))
            await bond_upkeep.at(db, at)
            await imported.note(db, one.owner.caller.id, one.row.table, one.row.id, made)
        return notes

    async def _rating(self, hand: Hand, one: Placed) -> UUID:
        """Of the activity that was made of the row in which it stands. Raises Left."""
        if one.maker is None:
            raise Left("bond_unknown")
        async with self._services.database.as_service() as db:
            made = await imported.row_of(db, one.maker, "boundaries", one.row.id)
        if made is None:
            raise Left("bond_unknown")
        name = one.row.values.get("activity_name")
        if one.row.table == OWN_YESES:
            return await rows.own_yes(hand, made, one.row.values["my_rating"])
        return await rows.partner_limit(hand, made, name if isinstance(name, str) else "")

    async def _count(self, db: asyncpg.Connection, hand: Hand | None, refused: Limit) -> None:
        """That the author was told of a limit counts as in a command: nobody looks for limits by a file."""
        if hand is not None and refused.bond is not None:
            since = hand.at - ANSWERS_WITHIN
            await bond_limits.note_answer(db, refused.bond, hand.caller.id, since, most=MOST_AT_ALL)


def _whose(one: Placed) -> tuple[str, UUID | None, str | None]:
    return one.owner.caller.id, one.bond, one.there


def _shown(table: str) -> str:
    return "boundaries" if table in (PARTNER_LIMITS, OWN_YESES) else table
