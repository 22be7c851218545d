"""What `verify` looked at, check by check: each is as it must be, or says how many things are off, which, and what mends them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from storage.catalog import Finding
from storage.consents import LEDGER
from storage.proof_groups import GROUPS, Group
from storage.proofs import FEW, Proved


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """`count` things are off, `sample` names a few of them: tables, functions, roles, or ids of rows. `seconds`: how long the
    look took, which checks of one look share. `passed_over`: why nothing was looked at; where it should have been, it is not ok.
    """

    name: str
    group: Group
    proves: str
    ok: bool
    count: int = 0
    sample: list[str] = []
    mend: str | None = None
    seconds: float = 0.0
    passed_over: str | None = None


CATALOG: Mapping[str, tuple[Group, str]] = {
    "migrations": ("schema", "Every migration is in, as it was released"),
    "tables": ("schema", "Every table and column is there as declared, and no other"),
    "enums": ("schema", "Every enum has exactly the values declared"),
    "constraints": ("schema", "Every constraint is there as declared, and was checked against all rows"),
    "foreign_keys": ("schema", "Every foreign key leads where it is declared to, and has an index"),
    "indexes": ("schema", "Every index is there and valid"),
    "triggers": ("schema", "Every trigger is there and on"),
    "functions": ("schema", "Every function is what the migrations make it"),
    "rows": ("schema", "Rows that triggers and functions need are there"),
    "row_security": ("rights", "Row-level security is on and forced on every table"),
    "policies": ("rights", "Every policy is what it must be, and for nobody else"),
    "grants": ("rights", "Nobody has a right that is not given them, or lacks one"),
    "views": ("rights", "Views read with the rights of who reads them"),
    "publications": ("rights", "No publication gives rows to whoever subscribes"),
    "roles": ("rights", "No role may more than it must"),
    "settings": ("rights", "Nothing is set for a role or the database that breaks a promise"),
    "logins": ("rights", "The logins work, may no more than they must, and commits are durable"),
}
"""By name: its group, and what holds where nothing is off."""

_OF_LINE = {
    "table": "tables", "column": "tables", "enum": "enums", "index": "indexes", "trigger": "triggers", "rule": "triggers",
    "function": "functions", "view": "views", "policy": "policies", "grant": "grants", "execute": "grants", "schema": "grants",
}  # fmt: skip
_OF_FINDING = {
    "foreign_table": "tables", "row": "rows", "constraint": "constraints", "foreign_key": "foreign_keys", "view": "views",
    "row_security": "row_security", "policy": "policies", "grant": "grants", "function": "functions", "definer": "functions",
    "schema": "grants", "role": "roles", "setting": "settings", "database": "grants", "default_privileges": "grants",
    "publication": "publications", "logins": "logins",
}  # fmt: skip


def of_catalog(findings: Iterable[Finding], *, names: Iterable[str] = CATALOG, seconds: float = 0.0) -> list[Check]:
    """A check of each of these names, with what was found of it."""
    found = defaultdict(list)
    for one in findings:
        found[_name(one)].append(one)
    return [_of(name, found[name], seconds) for name in names]


def of_proof(proved: Proved) -> Check:
    """The same of rows; what nobody could look at is not as it must be."""
    proof = proved.proof
    ok = proved.count == 0 and proved.unproven is None
    return Check(
        name=proof.name,
        group=proof.group,
        proves=proof.proves,
        ok=ok,
        count=proved.count,
        sample=proved.sample,
        mend=None if ok else proof.mend,
        seconds=proved.seconds,
        passed_over=proved.passed_over or proved.unproven,
    )


def findings(check: Check) -> list[Finding]:
    """What is off about rows, in the words of the other findings: one a check, of the ledger one an entry."""
    if check.ok:
        return []
    if check.count == 0:
        return [Finding(check=check.name, of=check.group, wrong=f"Not proven: {check.passed_over}.", mend=check.mend)]
    if check.name == LEDGER.name:
        entries = [one.rpartition(" ") for one in check.sample]
        return [
            Finding(check=check.name, of=chain, wrong=f"Entry {number} does not follow from the one before.")
            for chain, _, number in entries
        ]
    of = told(check.sample, check.count)
    return [Finding(check=check.name, of=of, wrong=f"{check.proves}: not so {check.count} times.", mend=check.mend)]


def told(sample: Sequence[str], count: int) -> str:
    """A few, and how many more."""
    more = count - len(sample)
    return ", ".join(sample) + (f" and {more} more" if more > 0 else "")


def lines(checks: Sequence[Check]) -> list[str]:
    """For people, by group."""
    width = max((len(check.name) for check in checks), default=0)
    told_lines = []
    for group in GROUPS:
        of_group = [check for check in checks if check.group == group]
        if of_group:
            told_lines += ["", group, *(_line(check, width) for check in of_group)]
    return told_lines


def _line(check: Check, width: int) -> str:
    if not check.ok:
        state, said = "OFF", f"{check.count} off" if check.count else f"not proven: {check.passed_over}"
    elif check.passed_over:
        state, said = "-", f"passed over: {check.passed_over}"
    else:
        state, said = "ok", check.proves
    return f"  {state:<3}  {check.name:<{width}}  {check.seconds:>7.2f} s  {said}"


def _of(name: str, found: Sequence[Finding], seconds: float) -> Check:
    group, proves = CATALOG[name]
    mends = [one.mend for one in found if one.mend]
    return Check(
        name=name,
        group=group,
        proves=proves,
        ok=not found,
        count=len(found),
        sample=list(dict.fromkeys(one.of for one in found))[:FEW],
        mend=mends[0] if mends else None,
        seconds=seconds,
    )


def _name(one: Finding) -> str:
    if one.check in ("missing", "unexpected"):
        kind, _, rest = one.wrong.partition(" ")
        if kind == "constraint":
            return "foreign_keys" if " FOREIGN KEY " in rest else "constraints"
        return _OF_LINE.get(kind, "tables")
    return "migrations" if one.of == "schema_migrations" else _OF_FINDING.get(one.check, "tables")
