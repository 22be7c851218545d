"""SQL that makes again what somebody took away, from the line of the catalog that tells of it."""

import re
from collections.abc import Set as AbstractSet

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_INDEX = re.compile(r"CREATE (?:UNIQUE )?INDEX (\S+) ON ")


def of_missing(line: str, there: AbstractSet[str], wanted: AbstractSet[str]) -> str | None:
    """What brings this line back where `there` are those of now and `wanted` all that should be; None where no statement does."""
    kind, of, what = line.split(" ", 2)
    match kind:
        case "constraint":
            return _constraint(of, what, there)
        case "index":
            return _index(of, what, there, wanted)
        case "trigger":
            return what.replace("CREATE TRIGGER ", "CREATE OR REPLACE TRIGGER ", 1) + ";"
        case "grant":
            right, _, role = what.removesuffix(" grantable").partition(" to ")
            return f"GRANT {right} ON public.{of} TO {role};"
        case "execute":
            function, _, role = f"{of} {what}".rpartition(" by ")
            return f"GRANT EXECUTE ON FUNCTION {function} TO {role};"
        case _:
            return None


def _constraint(table: str, what: str, there: AbstractSet[str]) -> str:
    name, definition = what.split(" ", 1)
    drop = f"DROP CONSTRAINT {_quoted(name)}, " if _some(there, f"constraint {table} {name} ") else ""
    return f"ALTER TABLE public.{table} {drop}ADD CONSTRAINT {_quoted(name)} {definition};"


def _index(table: str, what: str, there: AbstractSet[str], wanted: AbstractSet[str]) -> str | None:
    """None where a constraint brings its index along."""
    named = _INDEX.match(what)
    if named is None or _some(wanted, f"constraint {table} {named[1]} "):
        return None
    changed = any(f"INDEX {named[1]} ON " in line for line in there if line.startswith(f"index {table} "))
    return (f"DROP INDEX public.{named[1]}; " if changed else "") + f"{what};"


def _some(lines: AbstractSet[str], start: str) -> bool:
    return any(line.startswith(start) for line in lines)


def _quoted(name: str) -> str:
    return name if _NAME.fullmatch(name) else '"' + name.replace('"', '""') + '"'
