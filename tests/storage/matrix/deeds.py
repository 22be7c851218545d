"""What is done in bonds: what functions tell and do for each member, and what triggers refuse to everybody but one. Each also
with a search path that leads astray.
"""

from collections.abc import Iterator

from tests.storage import rows
from tests.storage.matrix.answers import ANSWERED
from tests.storage.matrix.astray import ASTRAY, ASTRAY_IN_JSON
from tests.storage.matrix.attempts import Attempt, keys
from tests.storage.matrix.bonds import BONDS, CAME, COUPLE, named
from tests.storage.matrix.deed import Deed
from tests.storage.matrix.follows import AS_BEA, FOLLOWING, OF_BEA
from tests.storage.matrix.identities import COMMAND, MEMBERS, OWNER, PEOPLE, SERVICE, Identity

ANNA, BEA, EVE = (f"{name}{COMMAND}" for name in ("anna", "bea", "eve"))
NOBODY = "a command of nobody"
TO_ONESELF = "error only a member themselves says this of them"
RIGHTS = "error rights are given by the founder, and never to oneself"
STATE = "error only a person themselves declares their state"

SAID = {
    "role_in_bond": "'dominant'",
    "nickname": "'{\"by\": 1}'",
    "safewords": "'{\"by\": 1}'",
    "aftercare_needs": "'{\"by\": 1}'",
    "accepts_from": "'{}'",
    "read_receipts": "false",
    "presence": "false",
    "read_through": "now()",
    "paused_at": "now()",
    "dissolve_vote_at": "now()",
}
"""What a member says of themselves: a value that differs, by column of `bond_members`."""

BY_FUNCTIONS = {"paused_at", "dissolve_vote_at"}
"""No command changes these itself."""


def of_bonds(who: Identity) -> Iterator[Attempt]:
    """All of it that this identity tries."""
    if who.commands or who.role == "authenticated":
        yield from _told(who)
    if who.commands:
        yield from _held(who)
        yield from _founded(who)
    for deed in (*KEPT, *FOLLOWING, *ANSWERED):
        if who.name in deed.by:
            for path, astray in (("", ""), (ASTRAY, ", astray"), (ASTRAY_IN_JSON, ", astray in JSON")):
                yield Attempt(
                    deed.of, f"{deed.what}{astray}", f"{path}{deed.sql}", deed.by[who.name], deed.before, deed.look
                )


def _told(who: Identity) -> Iterator[Attempt]:
    """Who is in a bond is told to its members; which bonds somebody is in, to themselves."""
    for path in ("", ASTRAY):
        astray = ", astray" if path else ""
        for bond in BONDS:
            told = bond.members if who.person in bond.members else ("",)
            sql = f"{path}SELECT string_agg(display_name, E'\\n') FROM app.bond_people('{bond.id}')"
            yield Attempt("app.bond_people(uuid)", f"{named(bond)}{astray}: call", sql, keys(told))
        mine = [bond for bond in BONDS if who.person in bond.members]
        for name, found in (
            ("my_bonds", {str(bond.id) for bond in mine}),
            ("my_open_bonds", {str(bond.id) for bond in mine if not bond.ended}),
        ):
            sql = f"{path}SELECT string_agg(mine::text, E'\\n') FROM app.{name}() AS mine"
            yield Attempt(f"app.{name}()", f"for oneself{astray}: call", sql, keys(found or {""}))
        since = {f"{bond.id} {who.person in bond.newcomers}".lower() for bond in mine}
        sql = f"{path}SELECT string_agg(concat_ws(' ', bond_id, (joined_at = '{CAME}')::text), E'\\n') FROM app.my_bonds_since()"
        yield Attempt("app.my_bonds_since()", f"for oneself{astray}: call", sql, keys(since or {""}))


def _held(who: Identity) -> Iterator[Attempt]:
    """A member holds their bonds, nobody another's."""
    for path in ("", ASTRAY):
        astray = ", astray" if path else ""
        for bond in BONDS:
            held = "=true" if who.person in bond.members else "=false"
            sql = f"{path}SELECT app.hold_bond('{bond.id}')"
            yield Attempt("app.hold_bond(uuid)", f"{named(bond)}{astray}: call", sql, held)
        mine = {str(bond.id) for bond in BONDS if who.person in bond.members}
        sql = f"{path}SELECT string_agg(mine::text, E'\\n') FROM app.hold_myself() AS mine"
        yield Attempt("app.hold_myself()", f"for oneself{astray}: call", sql, keys(mine or {""}))


def _founded(who: Identity) -> Iterator[Attempt]:
    """Whoever founds a bond is in it, alone and with every right; as many as are allowed, and nobody founds for nobody."""
    new = rows.bond_id(9)
    look = f"""SELECT string_agg(concat_ws(' ', m.user_id, m.role_in_bond, m.can_invite, m.can_manage, b.status, b.founder_id,
        b.created_by, s.max_members), E'\\n') FROM bonds b LEFT JOIN bond_members m ON m.bond_id = b.id
        LEFT JOIN bond_settings s ON s.bond_id = b.id WHERE b.id = '{new}'"""
    me = PEOPLE.get(who.person) if who in MEMBERS else None
    there = sum(who.person in bond.members for bond in BONDS)
    for path in ("", ASTRAY):
        for most in (there, there + 1):
            made = f"={me} switch t t forming {me} {me} 2" if me and most > there else "="
            sql = f"{path}SELECT app.found_bond('{new}', '{{}}', NULL, 'dyad', true, {most})"
            what = f"of {'too many' if most == there else 'as many as may be'}{', astray' if path else ''}: call"
            yield Attempt("app.found_bond(uuid,jsonb,jsonb,bond_type_enum,boolean,integer)", what, sql, made, look=look)


def _kept() -> Iterator[Deed]:
    """What is somebody's alone to say: others are refused, whoever is no member finds no row, and the owner is nobody."""
    for column, value in SAID.items():
        sql = f"UPDATE public.bond_members SET {column} = {value} WHERE {OF_BEA}"
        look = f"SELECT ({column} IS NOT DISTINCT FROM {value})::text FROM bond_members WHERE {OF_BEA}"
        what = f"keep: {column} of Bea's"
        if column not in BY_FUNCTIONS:
            by = {BEA: "=true", ANNA: TO_ONESELF, EVE: "=false", NOBODY: "=false", OWNER.name: TO_ONESELF}
            yield Deed("bond_members", what, sql, look, by)
        else:
            yield Deed("bond_members", what, sql, look, {OWNER.name: TO_ONESELF})
            yield Deed("bond_members", f"{what} by herself", sql, look, {OWNER.name: "=true"}, AS_BEA)
    for column in ("can_invite", "can_manage"):
        for name, by in (("bea", {ANNA: "=true"}), ("anna", {ANNA: RIGHTS})):
            whose = f"bond_id = '{COUPLE.id}' AND user_id = '{PEOPLE[name]}'"
            sql = f"UPDATE public.bond_members SET {column} = false WHERE {whose}"
            look = f"SELECT (NOT {column})::text FROM bond_members WHERE {whose}"
            refused = {BEA: RIGHTS, EVE: "=false", OWNER.name: RIGHTS}
            yield Deed("bond_members", f"right: {column} of {name}", sql, look, refused | by)
    yield Deed(
        "users",
        "keep: submission_state of Bea's",
        f"UPDATE public.users SET submission_state = 'paused' WHERE id = '{PEOPLE['bea']}'",
        f"SELECT (submission_state = 'paused')::text FROM users WHERE id = '{PEOPLE['bea']}'",
        {BEA: "=true", ANNA: "=false", NOBODY: "=false", SERVICE.name: STATE, OWNER.name: STATE},
    )


KEPT = tuple(_kept())
