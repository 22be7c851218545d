"""In which order tables are filled, so that what a row belongs to is there before it: from the foreign keys themselves."""

from collections.abc import Iterable, Sequence

import msgspec


class Reference(msgspec.Struct, frozen=True):
    """A foreign key. `on_delete` is PostgreSQL's letter: c(ascade), n(ull), d(efault), a or r (nothing). `cleared` are the
    columns that a lost parent empties, `loose` whether these may be null, so that they can be filled in later.
    """

    table: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    on_delete: str
    cleared: tuple[str, ...]
    loose: bool


class Order(msgspec.Struct, frozen=True):
    """The tables, parents first, and the references that only come right once all of them are filled: those of a circle."""

    tables: list[str]
    later: list[Reference]


class NoOrder(Exception):
    """Tables hang on each other in a circle in which nothing may be empty."""


def order(tables: Iterable[str], references: Sequence[Reference]) -> Order:
    """Raises NoOrder."""
    left = sorted({*tables})
    open_ = [one for one in references if one.table in left and one.parent in left and one.table != one.parent]
    done: list[str] = []
    later: list[Reference] = []
    while left:
        free = [table for table in left if not any(one.table == table for one in open_)]
        if not free:
            waits = _to_wait(open_)
            if not waits:
                raise NoOrder(", ".join(left))
            later += waits
            open_ = [one for one in open_ if one not in waits]
            continue
        done += free
        left = [table for table in left if table not in free]
        open_ = [one for one in open_ if one.parent not in free]
    return Order(done, later)


def _to_wait(links: Sequence[Reference]) -> list[Reference]:
    """All from one table to another by which a circle is opened: few, and rather those that a lost parent empties."""
    around = {(one.table, one.parent) for one in links if _leads(links, one.parent, one.table)}
    steps = [[one for one in links if (one.table, one.parent) == step] for step in sorted(around)]
    loose = [step for step in steps if all(one.loose for one in step)]
    return min(loose, key=lambda step: (any(one.on_delete != "n" for one in step), len(step)), default=[])


def _leads(links: Sequence[Reference], start: str, end: str) -> bool:
    """Is there a way from table to parent, and on, from here to there?"""
    seen, ahead = {start}, [start]
    while ahead:
        here = ahead.pop()
        if here == end:
            return True
        further = {one.parent for one in links if one.table == here} - seen
        seen |= further
        ahead += further
    return False
