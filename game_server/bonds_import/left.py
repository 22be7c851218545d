"""Why one row is left where it is."""

import asyncpg
import msgspec

from rooms.errors import Invalid, NotEnoughPoints, Refused
from storage.key_rows import KeyGone, KeysAway

_CODES = {"not_found": "bond_unknown", "wrong_state": "not_possible"}


class Left(Exception):
    """This row is not taken: by which reason of `rooms/bonds/dump/reasons.py`, and which of its fields it is about."""

    def __init__(self, code: str, field: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.field = field


_PLAIN: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (NotEnoughPoints, "not_enough_points"),
    ((KeyGone, KeysAway), "keys_away"),
    (asyncpg.UniqueViolationError, "there"),
)


def why(error: Exception) -> Left:
    """What a refusal of a command, of a check or of the database is as a reason. Never a word of what was refused."""
    match error:
        case Left():
            return error
        case msgspec.ValidationError():
            return Left("invalid", _field(error))
        case Invalid():
            return Left("invalid", next(iter(error.fields or ()), None))
        case asyncpg.CheckViolationError() if error.constraint_name == "point_balances_not_negative":
            return Left("not_enough_points")
    for kinds, code in _PLAIN:
        if isinstance(error, kinds):
            return Left(code)
    return Left(_CODES.get(error.code, error.code) if isinstance(error, Refused) else "database")


def _field(error: msgspec.ValidationError) -> str | None:
    """The place that an error names; its message may have the value in it."""
    _, _, place = str(error).rpartition("`$.")
    name = place.partition("`")[0].partition(".")[0].partition("[")[0]
    return name if name.isidentifier() else None


ROW_ERRORS = (Left, Refused, KeyGone, KeysAway, msgspec.ValidationError, asyncpg.IntegrityConstraintViolationError,
              asyncpg.DataError, asyncpg.InsufficientPrivilegeError)  # fmt: skip
"""What concerns one row. Everything else ends the run, which can be run again."""
