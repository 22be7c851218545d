"""Tables: what the rules make of each command, for each identity.

Twice: with the rights as they are, and as if everything were granted to everybody, when the policies alone refuse.
"""

from collections.abc import Iterator

import msgspec

from tests.storage.matrix.attempts import ALLOWED, BARRED, HOSTILE, MET, NO_RIGHT, REFUSED, RIGHT, Attempt, keys
from tests.storage.matrix.bonds import bond_of_others
from tests.storage.matrix.identities import (
    ANONYMOUS,
    KIM,
    NOBODIES,
    OF_EACH_ROLE,
    OWNER,
    PEOPLE,
    SERVICE,
    WEB,
    WORKER,
    Identity,
)
from tests.storage.matrix.rule import Rule
from tests.storage.matrix.rules import RULES
from tests.storage.matrix.world import Table

GRANTED = "as if granted: "
GRANTEES = "authenticated, anon, game_service, game_web, bond_writer"


def as_it_is(table: Table, who: Identity) -> Iterator[Attempt]:
    """Every command and every column, with the rights that there are."""
    rule = RULES[table.name]
    granted = _granted(rule, who)
    lent = rule.members if who is WORKER else ""  # it has these rights too, and is nobody of whom a policy knows
    yield _reading(table, who, may="S" in granted + lent, sees="S" in granted)
    for key in _entered(table, rule, who, granted if who.commands else ""):
        may = "I" in granted and (not who.commands or who.person in table.rows[key].enters)
        yield _entering(table, who, key, "=" if may else REFUSED if "I" in granted + lent else NO_RIGHT)
    if who is not WORKER:  # what it has it has of others
        yield from _columns(table, rule, who)
    yield _leaving(table, rule, who, granted, lent=lent)
    if who is not OWNER:
        yield Attempt(table.name, "TRUNCATE", f"TRUNCATE public.{table.name}", NO_RIGHT, look="SELECT ''")
    if who in OF_EACH_ROLE:
        yield from _building_on(table, who)
    if who in (SERVICE, WORKER, OWNER):
        may = "U" in _granted(rule, who)
        yield _touching(table, rule, who, frozenset(table.rows) if may else NO_RIGHT)


def as_if_granted(table: Table, who: Identity) -> Iterator[Attempt]:
    """What the policies let through by themselves."""
    rule = RULES[table.name]
    would = _granted(rule, who) + rule.would(who.role)
    sees = "S" in would
    yield _reading(table, who, may=True, sees=sees, what=GRANTED)
    for key in _entered(table, rule, who, would if who.commands else rule.people_would + rule.anonymous_would):
        mine = "I" in would and (not who.is_client or who.person in table.rows[key].enters)
        yield _entering(table, who, key, "=" if mine else REFUSED, what=GRANTED)
    changed = _theirs(table, who, "U", would)
    stuck = any(who.person in row.stuck for row in table.rows.values())
    yield _touching(table, rule, who, REFUSED if stuck else changed, what=GRANTED)
    if who.is_client:
        yield from _giving_away(table, rule, who, changed)
    if who.commands and table.name == "bonds":
        yield _moving(table, who, changed, "id")
    elif who.commands and "bond_id" in table.columns and table.name != "users":  # of whom it says which is shown first
        yield _moving(table, who, changed)
    yield _leaving(table, rule, who, would, what=GRANTED)


def _entered(table: Table, rule: Rule, who: Identity, by: str) -> list[str]:
    """The rows that are entered: where nobody of the like enters any (`by` their commands), one stands for all, and a nobody
    tries those of who they pretend to be. The owner enters all that anybody tries.
    """
    one = list(table.rows)[:1]
    if "I" not in by + (rule.members if who is OWNER else ""):
        return one
    if who in NOBODIES:
        return [key for key, row in table.rows.items() if row.enters & {"anna", KIM}] or one
    return list(table.rows)


def as_the_owner(table: Table) -> Iterator[Attempt]:
    """Row security binds the owner too: without its policy it has no rows."""
    yield Attempt(
        table.name,
        "without the owner's policy: SELECT",
        f"SELECT string_agg({table.key}, E'\\n') FROM public.{table.name}",
        keys(frozenset({""})),
        before=f'DROP POLICY IF EXISTS "The owner sees every row" ON public.{table.name}',
    )


def _granted(rule: Rule, who: Identity) -> str:
    """The commands by which somebody has rights on the whole table."""
    if who is OWNER:
        return "SIUD"
    if who in (SERVICE, WORKER):
        return rule.service
    return rule.granted(who.role)


def _theirs(table: Table, who: Identity, command: str, would: str) -> frozenset[str]:
    """The rows that somebody changes or deletes by a command that their policies know."""
    if command not in would:
        return frozenset()
    if who.is_client:
        rows = table.rows.items()
        return frozenset(
            key for key, row in rows if who.person in (row.own if command == "U" or row.drops is None else row.drops)
        )
    if command == "D":
        return table.goes if who is OWNER else table.service_takes
    return frozenset(table.rows)


def _reading(table: Table, who: Identity, *, may: bool, sees: bool = True, what: str = "") -> Attempt:
    seen = {key for key, row in table.rows.items() if not who.is_client or who.person in row.seen}
    if who is WEB or not sees:
        seen = set()
    return Attempt(
        table.name,
        f"{what}SELECT",
        f"SELECT string_agg({table.key}, E'\\n') FROM public.{table.name}",
        keys(seen or {""}) if may else NO_RIGHT,
    )


def _entering(table: Table, who: Identity, key: str, expected: str, what: str = "") -> Attempt:
    """A row is taken away, without a trace, and entered again by this identity. The answer is its key."""
    columns = ", ".join(f'"{column}"' for column in table.columns if column not in table.computed)
    if RULES[table.name].guarded:
        expected = {"=": ALLOWED, REFUSED: BARRED}.get(expected, expected)
    return Attempt(
        table.name,
        f"{what}INSERT {key.replace('00000000-0000-0000-0000-00000000000', 'person ')}",
        f"INSERT INTO public.{table.name} ({columns}) SELECT {columns} FROM pg_catalog.jsonb_populate_record("
        f"NULL::public.{table.name}, {_literal(table.entered[key])})",
        keys({key}) if expected == "=" else expected,
        before=f"DELETE FROM public.{table.name} WHERE ctid = '{table.places[key]}'",
        look=f"SELECT {table.key} FROM public.{table.name} WHERE {table.key} = {_literal(key)}",
    )


def _columns(table: Table, rule: Rule, who: Identity) -> Iterator[Attempt]:
    """Each by itself: whether it is read and entered depends on the role alone, what an UPDATE changes on who it is."""
    granted = _granted(rule, who)
    for column, value in table.values.items():
        if who in OF_EACH_ROLE:
            reads = "S" in granted and (who is OWNER or rule.reads(who.role, column))
            yield _allowed(table, f"SELECT {column}", f'SELECT count("{column}") FROM public.{table.name}', may=reads)
            if column in table.computed:
                continue
            entering = f'INSERT INTO public.{table.name} ("{column}") VALUES ({value})'
            right = RIGHT if who.commands else ALLOWED  # alone it makes no row of theirs
            yield _allowed(table, f"INSERT {column}", entering, may="I" in granted, look="SELECT ''", allowed=right)
        if column in table.computed:
            continue
        change = f'UPDATE public.{table.name} SET "{column}" = {value}'
        if not who.is_client:
            may = "U" in granted or (who is SERVICE and column in rule.service_writes)
            yield _allowed(table, f"UPDATE {column}", f"{change} WHERE false", may=may, look="SELECT ''")
        elif column in rule.written(who.role):
            yield _changing(table, f"UPDATE {column}", change, _theirs(table, who, "U", "U"))
        elif who not in NOBODIES or rule.written(who.role):
            yield _allowed(table, f"UPDATE {column}", change, may=False, look="SELECT ''")


def _allowed(table: Table, what: str, sql: str, *, may: bool, look: str = "", allowed: str = ALLOWED) -> Attempt:
    return Attempt(table.name, what, sql, allowed if may else NO_RIGHT, look=look)


def _changing(table: Table, what: str, sql: str, changed: frozenset[str] | str) -> Attempt:
    """The answer is the keys of the rows that are no longer where they were: changed, or gone."""
    places = ", ".join(f"({_literal(key)}, '{place}'::tid)" for key, place in table.places.items())
    if RULES[table.name].guarded and changed:
        changed = MET if isinstance(changed, frozenset) else BARRED if changed == REFUSED else changed
    return Attempt(
        table.name,
        what,
        sql,
        keys(changed or {""}) if isinstance(changed, frozenset) else changed,
        look=f"SELECT string_agg(before.key, E'\\n') FROM (VALUES {places}) AS before (key, place)"
        f" WHERE NOT EXISTS (SELECT FROM public.{table.name} t WHERE t.ctid = before.place)",
    )


def _touching(table: Table, rule: Rule, who: Identity, changed: frozenset[str] | str, what: str = "") -> Attempt:
    """Every row that lets itself be changed, without reading one."""
    value = table.values[table.touched] if who.is_client else f'"{table.touched}"'
    attempt = _changing(table, f"{what}UPDATE", f'UPDATE public.{table.name} SET "{table.touched}" = {value}', changed)
    if changed != NO_RIGHT and ("U" in rule.always_locked or (changed and "U" in rule.locked)):
        return msgspec.structs.replace(attempt, expected="error")
    return attempt


def _giving_away(table: Table, rule: Rule, who: Identity, changed: frozenset[str]) -> Iterator[Attempt]:
    """Rows of one's own are made somebody else's."""
    others = ANONYMOUS if who.role == "anon" else ("bea", "dora")
    columns = [column for column in rule.owned_by if column.endswith("session_id") == (who.role == "anon")]
    for column in columns:
        for other in others:
            if other == who.person:
                continue
            yield Attempt(
                table.name,
                f"{GRANTED}UPDATE {column} to {other}",
                f"UPDATE public.{table.name} SET {column} = '{PEOPLE.get(other, other)}'",
                _refused(table) if changed else keys({""}),
                look="SELECT ''",
            )


def _refused(table: Table) -> str:
    return BARRED if RULES[table.name].guarded else REFUSED


def _moving(table: Table, who: Identity, changed: frozenset[str], column: str = "bond_id") -> Attempt:
    """Rows of a bond of one's own are put into another."""
    return Attempt(
        table.name,
        f"{GRANTED}UPDATE {column} to another's",
        f"UPDATE public.{table.name} SET {column} = '{bond_of_others(who.person).id}'",
        _refused(table) if changed else keys({""}),
        look="SELECT ''",
    )


def _leaving(table: Table, rule: Rule, who: Identity, granted: str, *, lent: str = "", what: str = "") -> Attempt:
    if "D" not in granted + lent and not what:
        return Attempt(table.name, "DELETE", f"DELETE FROM public.{table.name}", NO_RIGHT, look="SELECT ''")
    gone: frozenset[str] | str = _theirs(table, who, "D", granted)
    sql = f"DELETE FROM public.{table.name}" + ("" if who.is_client else f" WHERE {rule.goes}")
    if rule.singly and not who.is_client:
        sql = "; ".join(f"{sql} AND {table.key} = {_literal(key)}" for key in table.rows)
    return _changing(table, f"{what}DELETE", sql, "error" if gone and "D" in rule.locked else gone)


def _building_on(table: Table, who: Identity) -> Iterator[Attempt]:
    """A foreign key to it tells what is there, a trigger on it runs for others: for the owner alone."""
    expected = ALLOWED if who is OWNER else NO_RIGHT
    columns = ", ".join(f"{key} {table.types[key]}" for key in table.keys)
    yield Attempt(
        table.name,
        "REFERENCES",
        f"CREATE TABLE {HOSTILE}.pointing ({columns}, FOREIGN KEY ({', '.join(table.keys)}) REFERENCES public.{table.name})",
        expected,
        look="SELECT ''",
    )
    yield Attempt(
        table.name,
        "TRIGGER",
        f"CREATE TRIGGER hostile BEFORE INSERT ON public.{table.name} EXECUTE FUNCTION {HOSTILE}.nothing()",
        expected,
        look="SELECT ''",
    )


def _literal(text: str) -> str:
    return (
        "'" + text.replace("'", "''") + "'"
        if "\\" not in text
        else "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
    )
