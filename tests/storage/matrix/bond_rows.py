"""What stands in the bonds of the matrix: the members, and rows of every table, of every kind that a rule tells apart."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec

from tests.storage import rows
from tests.storage.matrix.audiences import Audience, Own, Shared
from tests.storage.matrix.bonds import ALONE, BONDS, CAME, COUPLE, ENDED, FIRST, GROWN, NEW, OLD, Bond
from tests.storage.matrix.identities import PEOPLE
from tests.storage.matrix.rules import BOND_TABLES, STATS
from tests.storage.matrix.world import World


class Place(msgspec.Struct, frozen=True):
    """Where a row stands: in which bond (None: at home), by whom, since when, and whether its author shows it."""

    bond: Bond | None
    by: str
    at: datetime = OLD
    shown: bool = False


SHARED = (
    Place(COUPLE, "anna"), Place(COUPLE, "cleo"), Place(ALONE, "dora"), Place(ENDED, "bea"), Place(GROWN, "eve"),
    Place(GROWN, "cleo", NEW),
)  # fmt: skip
OWN = (
    *(Place(None, name) for name in PEOPLE),
    Place(COUPLE, "anna"), Place(COUPLE, "bea", shown=True), Place(COUPLE, "cleo"), Place(ALONE, "dora"),
    Place(ENDED, "bea", shown=True), Place(GROWN, "cleo"), Place(GROWN, "eve", shown=True), Place(GROWN, "eve", NEW, shown=True),
)  # fmt: skip

_COLUMNS = """
SELECT a.attname::text AS name, format_type(a.atttypid, NULL) AS type, a.attnotnull AND NOT a.atthasdef AS needed,
    (SELECT min(k.confrelid::regclass::text) FROM pg_constraint k
        WHERE k.conrelid = a.attrelid AND k.contype = 'f' AND a.attnum = ANY (k.conkey) AND a.attname <> 'bond_id') AS of,
    (SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = a.atttypid ORDER BY e.enumsortorder LIMIT 1) AS label,
    EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indkey::text = a.attnum::text) AS alone
FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


_AS = "SELECT set_config('request.jwt.claims', $1, true)"


class Maker:
    """Makes rows, and remembers them for those that point to them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.made: list[tuple[str, Place, UUID]] = []

    async def fill(self, table: str, audience: Audience) -> None:
        """A row in every place that the table has."""
        columns = {row["name"]: row for row in await self.world.connection.fetch(_COLUMNS, table)}
        taken = set()
        for place in _places(audience, columns):
            if (one := (place.bond, place.by)) in taken and audience.once:
                continue
            taken.add(one)
            known = _known(audience, place, columns)
            seen = known.pop("seen")
            await self.world.connection.execute(_AS, f'{{"sub": "{PEOPLE[place.by]}"}}')  # some say only for themselves
            row = await self.world.put(table, seen, **known, **self._values(audience, place, columns))
            if isinstance(row.get("id"), UUID):
                self.made.append((table, place, row["id"]))

    def _values(self, audience: Audience, place: Place, columns: dict[str, Any]) -> dict[str, Any]:
        bond = place.bond.id if place.bond else None
        own: dict[str, Any] = {
            "user_id": PEOPLE[place.by],
            "bond_id": bond,
            "created_by": PEOPLE[place.by],
            "created_at": place.at,
        }
        if isinstance(audience, Own) and audience.shared_by and not audience.always:
            own[audience.shared_by] = place.shown
        if isinstance(audience, Shared) and audience.author:
            own[audience.author] = PEOPLE[place.by]
        given = {name: value for name, value in own.items() if name in columns} | audience.values
        needed = (column for name, column in columns.items() if column["needed"] and name not in given)
        return {column["name"]: self._value(column, place) for column in needed} | given

    def _value(self, column: Any, place: Place) -> Any:
        number = len(self.made) + 1
        if column["of"] == "users":
            return PEOPLE[place.by]
        if column["of"]:
            return self.pointed(column["of"], place)
        moments = {"date": date(2026, 11, 1) + timedelta(days=number), "time without time zone": time(20)}
        of_a_type = moments | {
            "jsonb": {}, "text": f"{column['name']} {number}", "uuid": rows.row_id(number), "boolean": False, "bytea": b"bytes",
            "text[]": [], "timestamp with time zone": rows.MOMENT.astimezone(UTC),
        }  # fmt: skip
        return column["label"] or of_a_type.get(column["type"], number)

    def pointed(self, table: str, place: Place) -> UUID:
        """A row of the same bond, of the same person and time where there is one."""
        there = [(at, row) for of, at, row in self.made if of == table and at.bond in (place.bond, None)]
        assert there, f"no row of {table} to point to from {place}"
        return min(there, key=lambda one: (one[0].bond != place.bond, one[0].by != place.by, one[0].at != place.at))[1]


async def build(world: World) -> None:
    """The bonds, who is in them, what they did, and a row of everything in each."""
    for bond in BONDS:
        await _bond(world, bond)
    for name, person in PEOPLE.items():
        await world.connection.execute("UPDATE users SET bond_id = $2 WHERE id = $1", person, FIRST[name].id)
    await world.connection.execute(
        "UPDATE bonds SET status = 'dissolved', dissolved_at = now() WHERE id = ANY ($1)",
        [one.id for one in BONDS if one.ended],
    )
    maker = Maker(world)
    await _ours(maker)
    for table, audience in BOND_TABLES.items():
        await maker.fill(table, audience)
    await _said(maker)
    await _asked(world, maker)
    await world.connection.execute("SELECT set_config('request.jwt.claims', '', true)")
    await world.connection.execute("DELETE FROM bond_changes")  # what came of making all that
    for place in OWN:
        if place.bond:
            await _noted(world, place.bond, place)
    for name, person in PEOPLE.items():
        reply = {"mark": f"mark of {name}", "route": "r", "body_hash": "h", "row_id": person, "version": 1}
        await world.put("bond_replies", [name], user_id=person, **reply)


async def _ours(maker: Maker) -> None:
    """What everybody reads who has an account."""
    await maker.world.connection.execute("DELETE FROM preset_config")  # what the program brings
    await maker.world.connection.execute("DELETE FROM achievements")  # what a migration brought
    for table, values in {
        "preset_config": {"preset_key": "p", "name": "p", "stats": STATS}, "achievements": {"code": "c", "category": "c"},
        "kinksters": {"system_key": "s", "name": {}, "age_range": "31-40", "stats": STATS},
    }.items():  # fmt: skip
        row = await maker.world.put(
            table, {*PEOPLE, "an erased person", "a command of an erased person"}, own=(), **values
        )
        maker.made.append((table, Place(None, ""), row["id"]))


async def _said(maker: Maker) -> None:
    """Messages of bonds, each its sender's; of conversations, their owner's; and what hangs on each."""
    for number, place in enumerate(OWN, 1):
        by, person = frozenset({place.by}), PEOPLE[place.by]
        if place.bond:
            seen, own, drops = place.bond.sees(place.at, since=True), place.bond.writes(), frozenset[str]()
            enters = by & own
            whose: dict[str, Any] = {"bond_id": place.bond.id, "from_user_id": person}
        else:
            seen = own = drops = enters = by
            talk = maker.pointed("conversations", place)
            whose = {"conversation_id": talk, "user_id": person, "role": "user"}
        message = await maker.world.put(
            "messages", seen, own=own, enters=enters, drops=drops, id=rows.row_id(1000 + number), content={}, created_at=place.at,
            **whose,
        )  # fmt: skip
        file = await rows.insert(
            maker.world.connection,
            "files",
            user_id=person,
            place=f"of message {number}",
            key_id="k",
            content_type="image/jpeg",
            bytes=1,
        )
        maker.world.told["files"].append((file, {"seen": by, "own": by, "enters": by}))
        await maker.world.put(
            "ai_message_attachments", seen, own=(), enters=enters & seen, message_id=message["id"], user_id=person,
            file_id=file["id"], content_type="image/jpeg", bytes=1, created_at=place.at,
            bond_id=place.bond.id if place.bond else None,
        )  # fmt: skip


async def _asked(world: World, maker: Maker) -> None:
    """Who asks to be let in: seen by themselves and by the members; their voices by nobody. What else only the server reads."""
    for bond, asker in ((COUPLE, "dora"), (ALONE, "anna"), (ENDED, "eve"), (GROWN, "bea")):
        request = await world.put(
            "bond_join_requests",
            {asker, *bond.members},
            own=(),
            bond_id=bond.id,
            user_id=PEOPLE[asker],
            message={},
            expires_at=OLD,  # nobody is let in by who leaves
        )
        await world.put("bond_join_voices", request_id=request["id"], user_id=PEOPLE[bond.members[0]])
    for name in ("anna", "dora"):
        await world.put("imported_memberships", bond_id=COUPLE.id, user_id=PEOPLE[name])
        await world.put("imported_rows", user_id=PEOPLE[name], source_table="tasks", source_id=rows.row_id(2000))
        await world.put("notion_signals", user_id=PEOPLE[name])
        away = {"state_hash": f"state of {name}", "browser_hash": "browser", "expires_at": OLD}
        await world.put("notion_oauth_states", user_id=PEOPLE[name], **away)
    for name in ("anna", "bea"):
        await world.put("suspensions", bond_id=COUPLE.id, user_id=PEOPLE[name])
        await world.put("ai_spending_of_people", user_id=PEOPLE[name], day=OLD.date(), spent_micros=1)
    task = maker.pointed("tasks", Place(COUPLE, "anna"))
    await world.put("task_reminders", task_id=task, due_date=OLD, user_id=PEOPLE["anna"])
    await world.put("task_pauses", task_id=task, due_date=OLD, ahead_s=3600)
    event = maker.pointed("calendar_events", Place(COUPLE, "anna"))
    await world.put("event_alarms", event_id=event, next_at=OLD)
    await world.put("event_reminders", event_id=event, starts_at=OLD, user_id=PEOPLE["anna"])
    scene = maker.pointed("scenes", Place(COUPLE, "anna"))
    await world.put("scene_prompts", scene_id=scene, user_id=PEOPLE["anna"])


async def _bond(world: World, bond: Bond) -> None:
    founder = PEOPLE[bond.members[0]]
    await world.put(
        "bonds", bond.members, own=bond.writes(), id=bond.id, name={}, description={}, created_by=founder, founder_id=founder,
        created_at=OLD,
    )  # fmt: skip
    for name in bond.members:
        joined = CAME if name in bond.newcomers else OLD
        await world.put(
            "bond_members",
            bond.members,
            own=bond.writes(),
            bond_id=bond.id,
            user_id=PEOPLE[name],
            joined_at=joined,
            can_invite=True,
            can_manage=True,
        )
    await world.connection.execute(
        "UPDATE bonds SET invite_code = $2, invite_expires_at = $3, invited_by = $4 WHERE id = $1",
        bond.id, f"code of {bond.id}", NEW, founder,
    )  # fmt: skip


async def _noted(world: World, bond: Bond, place: Place) -> None:
    """A line of the feed and one of the log, in every place in which something of somebody's stands."""
    seen = bond.sees(place.at, since=True)
    number = len(world.told.get("bond_changes", ())) + 1
    await world.put(
        "bond_changes", seen, own=(), bond_id=bond.id, seq=-number, table="resources", id=rows.row_id(number), op="update",
        at=place.at,
    )  # fmt: skip
    # Some are nobody's: of a pause nobody's name is told.
    by = None if place.shown else PEOPLE[place.by]
    enters = set(bond.members) if by is None else {place.by} & set(bond.members)
    await world.put(
        "bond_activity_log",
        seen,
        own=(),
        enters=enters,
        bond_id=bond.id,
        user_id=by,
        action="left",
        created_at=place.at,
    )


def _places(audience: Audience, columns: dict[str, Any]) -> Iterator[Place]:
    """Those that the table's columns let be: where its rows know no bond only the places at home, where they always know one the
    others; of who left only what says who made it; one a bond where a bond has one row.
    """
    of_a_bond = columns.get("bond_id")
    if isinstance(audience, Own):
        for place in OWN:
            if not (of_a_bond["needed"] and place.bond is None if of_a_bond else place.bond):
                yield place
        return
    assert of_a_bond
    assert isinstance(audience, Shared)
    for bond in BONDS:
        there = [one for one in SHARED if one.bond == bond and (audience.author in columns or one.by in bond.members)]
        yield from there[:1] if of_a_bond["alone"] else there
    if audience.home:
        yield from (place for place in OWN if place.bond is None)


def _known(audience: Audience, place: Place, columns: dict[str, Any]) -> dict[str, frozenset[str]]:
    """Who sees, changes, deletes and enters a row of that audience in that place."""
    by = frozenset({place.by})
    if isinstance(audience, Shared) and place.bond:
        seen = place.bond.sees(place.at, since=audience.since)
        writes = place.bond.writes()
        own = writes & seen
        enters = writes & by if audience.author in columns else writes
        drops = own & by if audience.dropped_by_author else writes if audience.blind else own
        return {"seen": seen, "own": own, "enters": enters, "drops": drops}
    shown = isinstance(audience, Own) and audience.shared_by and place.bond
    seen = by
    if shown and (place.shown or audience.always):
        seen |= place.bond.sees(place.at, since=audience.since)
    writes = by & place.bond.writes() if place.bond else by
    free = audience.free if isinstance(audience, Own) else ""
    return {
        "seen": seen,
        "own": writes,
        "enters": by if "I" in free else writes,
        "drops": by if "D" in free else writes,
    }
