"""A mutant: one fault in the schema, as somebody could have written it, and the tables or functions in which it shows."""

import msgspec


class Mutant(msgspec.Struct, frozen=True):
    """`of` says where the matrix looks first; it looks everywhere when nothing is wrong there."""

    kind: str
    name: str
    sql: str
    of: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        return f"{self.kind}: {self.name}"


class Fate(msgspec.Struct, frozen=True):
    """What became of one: the first thing that the matrix found wrong, and how many lines of `verify` differ.

    `equivalent` is the reason why there is nothing to find.
    """

    mutant: Mutant
    wrong: str
    lines: int
    equivalent: str = ""

    @property
    def is_caught(self) -> bool:
        return bool(self.wrong)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
