"""What was read of a file, until it is taken: a database in a file without a name, which is gone with the process."""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec

from game_server.bonds_import.bounds import MOST_LINE, MOST_ROWS, TooMuch
from game_server.bonds_import.dump_text import Told
from rooms.bonds.dump.kinds import BONDS, KINDS, MEMBERS, PEOPLE, TAKEN, YESES, as_here
from rooms.bonds.dump.values import flag_of, moment_of, uuid_of

PARTNER_LIMITS = "partner_limits"
"""What somebody never wants, where it stands in a row of somebody else's."""

OWN_YESES = "own_ratings"
"""What somebody wants, or perhaps wants: it comes by itself, and only after their own yes."""

AT_HOME = ("journal_entries", "resources")
"""What its owner has for themselves wherever they are."""
WITHOUT_BOND = (*AT_HOME, "calendar_events")
NEVER_IN_BONDS = ("check_ins", "kinksters")

_TABLES = """
CREATE TABLE rows (
    tbl TEXT, id TEXT, owner TEXT, person TEXT, bond TEXT, at TEXT, body BLOB, PRIMARY KEY (tbl, id)
) WITHOUT ROWID;
CREATE INDEX by_owner ON rows (tbl, owner, at, id);
CREATE INDEX by_bond ON rows (tbl, bond, at, id);
CREATE TABLE members (bond TEXT, person TEXT, PRIMARY KEY (bond, person)) WITHOUT ROWID;
CREATE INDEX members_by_person ON members (person);
CREATE TABLE addresses (email TEXT, id TEXT);
CREATE INDEX addresses_by_email ON addresses (email);
CREATE INDEX addresses_by_id ON addresses (id);
CREATE TABLE refused (n INTEGER PRIMARY KEY, tbl TEXT, id TEXT, code TEXT, field TEXT);
"""


_ROW = "SELECT tbl, id, owner, person, bond, at, body FROM rows WHERE tbl = ?"
_SHARED = "SELECT bond FROM members WHERE person IN (?, ?) GROUP BY bond HAVING count(*) = ? ORDER BY bond"
_BY_OWNER = f"{_ROW} ORDER BY owner, at, id"
_BY_BOND = f"{_ROW} ORDER BY bond, at, id"
_IN_BOND = "SELECT tbl, id, owner, person, bond, at, body FROM rows WHERE tbl = ?1 AND bond = ?2 ORDER BY at, id"
_WITHOUT = (
    "SELECT tbl, id, owner, person, bond, at, body FROM rows WHERE tbl = ?1 AND bond IS NULL"
    " AND owner IN (SELECT person FROM members WHERE bond = ?2) ORDER BY owner, at, id"
)
_MEMBERS = (
    "SELECT m.person, a.email FROM members m LEFT JOIN addresses a ON a.id = m.person WHERE m.bond = ?"
    " ORDER BY m.person, a.email"
)


class Row(msgspec.Struct, frozen=True):
    """A row of theirs, with our names: ids are texts, none where there are none."""

    table: str
    id: UUID
    owner: str | None
    person: str | None
    bond: str | None
    at: str
    values: Mapping[str, Any]


class Refusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was not taken, and why. `id` is the row's there; `field` what of it."""

    table: str
    id: str | None
    code: str
    field: str | None = None


class Staged:
    """All rows of one file. Used by one thread."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;" + _TABLES
        )
        self.read = 0

    def close(self) -> None:
        """Nothing of it stays."""
        self._db.close()

    def keep(self, told: Iterable[Told]) -> Iterator[int]:
        """Keep what was read; how many rows that are, now and then. Raises TooMuch."""
        self._db.execute("BEGIN")
        for one in told:
            self.read += 1
            if self.read > MOST_ROWS:
                raise TooMuch("rows")
            if one.row is None:
                self.refuse(one.table, None, one.fault or "unreadable")
            elif one.table in YESES:
                self.refuse(one.table, uuid_of(one.row.get("id")), "a_yes")
            else:
                self._keep(one.table, one.row)
            if self.read % 1000 == 0:
                yield self.read
        self._db.execute("COMMIT")

    def refuse(self, table: str, row_id: UUID | str | None, code: str, field: str | None = None) -> None:
        """List something that is not taken."""
        values = (table, None if row_id is None else str(row_id), code, field)
        self._db.execute("INSERT INTO refused (tbl, id, code, field) VALUES (?, ?, ?, ?)", values)

    def refused(self) -> Iterator[Refusal]:
        """All that is listed, in the order of the tables."""
        for row in self._db.execute("SELECT tbl, id, code, field FROM refused ORDER BY tbl, code, n"):
            yield Refusal(*row)

    def refusals(self) -> list[tuple[str, str, int]]:
        """How many of which table for which reason."""
        return list(
            self._db.execute("SELECT tbl, code, count(*) FROM refused GROUP BY tbl, code ORDER BY tbl, count(*) DESC")
        )

    def count(self, table: str) -> int:
        """Rows of a table."""
        [(found,)] = self._db.execute("SELECT count(*) FROM rows WHERE tbl = ?", (table,))
        return int(found)

    def rows(self, table: str, *, by: str = "owner") -> Iterator[Row]:
        """A table's rows, by their owners or by bonds, each in the order of time."""
        for found in self._db.execute(_BY_BOND if by == "bond" else _BY_OWNER, (table,)):
            yield _row(found)

    def members(self, bond: str) -> list[str]:
        """Who was in a bond there."""
        return [
            one for (one,) in self._db.execute("SELECT person FROM members WHERE bond = ? ORDER BY person", (bond,))
        ]

    def shared(self, one: str, other: str) -> list[str]:
        """The bonds in which both of these were, who may be the same."""
        found = self._db.execute(_SHARED, (one, other, len({one, other})))
        return [bond for (bond,) in found]

    def inferred(self, row: Row) -> str | None:
        """The only bond in which all of these people were, where a row names none."""
        people = [one for one in (row.owner, row.person) if one is not None]
        if not people or row.table in (*WITHOUT_BOND, *NEVER_IN_BONDS):
            return None
        found = self.shared(people[0], people[-1])
        return found[0] if len(found) == 1 else None

    def said_of(self, bond: Row) -> bytes:
        """A hash of what the file says of a bond: who was in it, and its rows; not how it is called, nor who pauses."""
        there = str(bond.id)
        told = hashlib.sha256(msgspec.json.encode((there, bond.owner)))
        for member in self._db.execute(_MEMBERS, (there,)):
            told.update(msgspec.json.encode(member))
        for table in TAKEN:
            for *known, body in self._of_bond(table, there):
                told.update(msgspec.json.encode((*known, len(body))) + body)
        return told.digest()

    def counted(self, table: str, bond: str) -> Counter[str | None]:
        """How many rows of a table are of a bond, by their owners."""
        return Counter(owner for _, _, owner, *_ in self._of_bond(table, bond))

    def _of_bond(self, table: str, bond: str) -> Iterator[tuple[Any, ...]]:
        """A table's rows that are of a bond, by what they say or by whose they are."""
        yield from self._db.execute(_IN_BOND, (table, bond))
        for found in self._db.execute(_WITHOUT, (table, bond)):
            if self.inferred(_row(found)) == bond:
                yield found

    def note_address(self, email: str, person: str) -> None:
        """Whose address it is."""
        self._db.execute("INSERT INTO addresses VALUES (?, ?)", (email, person))

    def addresses(self) -> Iterator[tuple[str, str, int]]:
        """Each address with one of who has it, and how many have it."""
        yield from self._db.execute("SELECT email, min(id), count(*) FROM addresses GROUP BY email ORDER BY email")

    def of_address(self, email: str) -> list[str]:
        """All who have it."""
        return [one for (one,) in self._db.execute("SELECT id FROM addresses WHERE email = ? ORDER BY id", (email,))]

    def _keep(self, table: str, row: dict[str, Any]) -> None:
        kind = KINDS[table]
        values = as_here(kind, row)
        row_id = uuid_of(values.get("id"))
        if table == MEMBERS:
            if flag_of(values.get("is_active", True)) is not False:
                self._belongs(values.get("bond_id"), values.get("user_id"))
            return
        if row_id is None:
            self.refuse(table, None, "no_id")
            return
        owner, person, bond = (
            uuid_of(values.get(name)) if name else None for name in (kind.owner, kind.person, "bond_id")
        )
        at = moment_of(values.get("created_at"))
        try:
            body = msgspec.json.encode(values)
        except (UnicodeEncodeError, TypeError, msgspec.MsgspecError):
            self.refuse(table, row_id, "unreadable")
            return
        if len(body) > MOST_LINE:
            self.refuse(table, row_id, "too_long")
            return
        if table == PEOPLE:
            self._belongs(values.get("bond_id"), values.get("id"))
        elif table == BONDS:
            self._belongs(values.get("id"), values.get("created_by"))
        written = (_text(owner), _text(person), _text(bond), at.isoformat(timespec="microseconds") if at else "", body)
        if not self._put(table, row_id, written):
            self.refuse(table, row_id, "twice")
        elif table == "boundaries":
            self._put_ratings(row_id, values, written)

    def _put_ratings(self, row_id: UUID, values: Mapping[str, Any], written: tuple[Any, ...]) -> None:
        """What is taken by itself of an activity: another's limit, and its owner's yes."""
        if values.get("partner_rating") == "hard_no":
            self._put(PARTNER_LIMITS, row_id, written)
        if written[0] is not None and wants(values):
            self._put(OWN_YESES, row_id, written)

    def _put(self, table: str, row_id: UUID, written: tuple[Any, ...]) -> bool:
        done = self._db.execute(
            "INSERT OR IGNORE INTO rows VALUES (?, ?, ?, ?, ?, ?, ?)", (table, str(row_id), *written)
        )
        return done.rowcount == 1

    def _belongs(self, bond: object, person: object) -> None:
        both = uuid_of(bond), uuid_of(person)
        if None not in both:
            self._db.execute("INSERT OR IGNORE INTO members VALUES (?, ?)", (str(both[0]), str(both[1])))


def wants(values: Mapping[str, Any]) -> bool:
    """Does a row of boundaries say yes or perhaps, for whoever made it?"""
    return values.get("my_rating") in ("yes", "maybe") and not flag_of(values.get("is_hard_limit"))


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _row(found: tuple[Any, ...]) -> Row:
    table, row_id, owner, person, bond, at, body = found
    return Row(table, UUID(row_id), owner, person, bond, at, msgspec.json.decode(body))
