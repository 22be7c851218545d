"""Both sides against what they last agreed on, property by property.

What they agreed on is kept as a hash a property and nothing else (two, where Notion keeps a value otherwise than we do: a day for
a moment, a text without its tabs): a side has changed where its hash is another. So what is to be taken, pushed or asked about
follows at any time from the base, our row and the page, and a run that was cut is simply run again. A conflict is not a state
that is kept: it is there while both sides differ from the base and from each other, and is resolved by moving the base to the
side that gives way.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import msgspec

from rooms.errors import Invalid
from rooms.notion.property import Kind, Property, Value

State = Literal["same", "ours", "theirs", "conflict"]
Strategy = Literal["prefer_ours", "prefer_notion", "merge"]
Side = Literal["ours", "notion"]
Values = Mapping[str, Value]
Base = Mapping[str, str]
Hash = Callable[[str, Value], str]

_AND = "."
"""Between two hashes; no hash has it."""

_UNKNOWN = "?"
"""No hash: both sides are other than that."""


class Compared(msgspec.Struct, frozen=True):
    """How each property stands: `same` on both sides, changed by `ours` or by `theirs` alone, or in `conflict`. `base` is what
    both agree on now, to be kept.
    """

    states: Mapping[str, State]
    base: Base

    def of(self, state: State) -> tuple[str, ...]:
        """The keys that stand so."""
        return tuple(key for key, one in self.states.items() if one == state)

    @property
    def push(self) -> tuple[str, ...]:
        """What Notion is to be told."""
        return self.of("ours")

    @property
    def take(self) -> tuple[str, ...]:
        """What is to be taken from there."""
        return self.of("theirs")

    @property
    def conflicts(self) -> tuple[str, ...]:
        """What somebody has to decide."""
        return self.of("conflict")


def compare(kind: Kind, base: Base, ours: Values, theirs: Values, hashed: Hash) -> Compared:
    """How they stand. A property that one side does not have (a column that was not read, a property that was deleted there or is
    of another type now) is left alone. What they never agreed on was nothing on both sides. Of what goes `out`, and of `once`
    where there is a row, ours stands.
    """
    states: dict[str, State] = {}
    kept = dict(base)
    for one in kind.properties:
        if one.key not in ours or one.key not in theirs:
            continue
        mine, yours = hashed(one.key, ours[one.key]), hashed(one.key, theirs[one.key])
        if mine == yours:
            states[one.key] = "same"
            kept[one.key] = mine
            continue
        before = base.get(one.key)
        if before is None:
            before = _pair(*(hashed(one.key, value) for value in _nothing(kind, one, theirs[one.key])))
        states[one.key] = _state(one, before, mine, yours)
    return Compared(states, kept)


def _state(one: Property, before: str, mine: str, yours: str) -> State:
    was_mine, _, was_yours = before.partition(_AND)
    we, they = mine != was_mine, yours != (was_yours or was_mine)
    if not we and not they:
        return "same"
    if one.way != "both" or not they:
        return "ours"
    return "conflict" if we else "theirs"


def _nothing(kind: Kind, one: Property, theirs: Value) -> tuple[Value, Value]:
    """What a new row and a new page hold: a page without words is called something all the same."""
    empty = False if one.type == "checkbox" else None
    return empty, kind.neutral if one.title and theirs == kind.neutral else empty


def _pair(mine: str, yours: str) -> str:
    return mine if mine == yours else f"{mine}{_AND}{yours}"


def agreed(
    base: Base, values: Values, hashed: Hash, keys: Iterable[str] | None = None, *, told: Values | None = None
) -> dict[str, str]:
    """The base after both sides agree on these values of ours: what was pushed, or was taken. `told` is what the page says then,
    where that is known: Notion may keep a value otherwise, and is not to be told again and again.
    """
    chosen = [key for key in (values if keys is None else keys) if key in values]
    page = {**values, **(told or {})}
    return {**base, **{key: _pair(hashed(key, values[key]), hashed(key, page[key])) for key in chosen}}


def is_ours_as_agreed(base: Base, key: str, hash_: str) -> bool:
    """Is what stands here, by its hash, what both agreed on?"""
    return base.get(key, "").partition(_AND)[0] == hash_


def is_theirs_as_agreed(base: Base, key: str, hash_: str) -> bool:
    """The same of what a page says."""
    return base.get(key, "").rpartition(_AND)[2] == hash_


def intended(base: Base | None, values: Values, hashed: Hash) -> dict[str, str]:
    """The base of a row whose page is about to be made with these values, kept before that: so that a cut run leaves a page of
    which it is known what it said. `base` is what was intended before, None for the first time: a page may have been made then,
    and of what has another value since nobody knows what it says.
    """
    now = agreed({}, values, hashed)
    return now if base is None else {key: one if base.get(key) == one else _UNKNOWN for key, one in now.items()}


def resolved(  # noqa: PLR0917 - both sides, and what was decided
    compared: Compared,
    ours: Values,
    theirs: Values,
    hashed: Hash,
    strategy: Strategy,
    sides: Mapping[str, Side] | None = None,
) -> dict[str, str]:
    """The base with which what is in conflict is so no more: pushed where ours stands, taken where Notion's does. `merge` says it
    by property in `sides`, and leaves those open that it does not name. Raises Invalid for a property that is not in conflict.
    """
    chosen = _sides(compared, strategy, sides or {})
    moved = {key: hashed(key, (theirs if side == "ours" else ours)[key]) for key, side in chosen.items()}
    return {**compared.base, **moved}


def _sides(compared: Compared, strategy: Strategy, sides: Mapping[str, Side]) -> Mapping[str, Side]:
    open_ = compared.conflicts
    if strategy != "merge":
        return dict.fromkeys(open_, "ours" if strategy == "prefer_ours" else "notion")
    strange = [key for key in sides if key not in open_]
    if strange or not sides:
        raise Invalid(fields=dict.fromkeys(strange or ["fields"], "Nothing is in conflict there."))
    return sides
