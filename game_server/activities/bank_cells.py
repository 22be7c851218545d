"""One cell of a bank file as a value: words, numbers, flags, lists and JSON, or a reason why it is none of these."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

import msgspec

TRUE = frozenset({"true", "1", "yes"})
FALSE = frozenset({"false", "0", "no", ""})
_FORMULA_BEGINS = ("=", "+", "@", "-")
_FORMULA = re.compile(r"\s*(=\s*\S|[+@-][A-Za-z(@])")


class WrongCell(Exception):
    """A cell cannot be understood."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


class Unusable(msgspec.Struct, frozen=True):
    """A cell that a sheet shows and that is no value of its own: a formula, an error."""

    reason: str


FORMULA = Unusable("The cell is a formula. Replace it by its value.")
ERROR = Unusable("The cell holds an error. Replace it by a value.")


def is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def refuse_formulas(cells: dict[str, Any]) -> None:
    """Raises WrongCell for a cell that is no plain value: a formula, what a program would take for one, a NUL, a date."""
    for name, value in cells.items():
        if isinstance(value, str):
            _refuse_formula(name, value)
        elif isinstance(value, dict | list | tuple):
            for text in texts(value):
                _refuse_formula(name, text)
        elif isinstance(value, Unusable):
            raise WrongCell(name, value.reason)
        elif isinstance(value, dt.date | dt.time | dt.timedelta):
            raise WrongCell(name, "The cell holds a date or a time. Format it as text and write it again.")


def texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


def _refuse_formula(name: str, text: str) -> None:
    if "\0" in text:
        raise WrongCell(name, "The cell holds a NUL character. Remove it.")
    if text.lstrip()[:1] in _FORMULA_BEGINS and _FORMULA.match(text):
        raise WrongCell(name, "The cell looks like a formula. Replace it by its text.")


def text_of(value: Any) -> str:
    """The cell as text; JSON's true is "true" and 1.0 is "1", as a sheet would show them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def word(cells: dict[str, Any], column: str) -> str:
    value = cells.get(column)
    if isinstance(value, dict | list):
        raise WrongCell(column, "This is one word or number, not a list or an object.")
    return text_of(value)


def number(cells: dict[str, Any], column: str) -> int:
    text = word(cells, column)
    if not re.fullmatch(r"[0-9]{1,3}", text):
        raise WrongCell(column, f'"{text[:40]}" is not a whole number.')
    return int(text)


def flag(cells: dict[str, Any], column: str) -> bool:
    text = word(cells, column).casefold()
    if text not in TRUE | FALSE:
        raise WrongCell(column, f'"{text[:40]}" is neither true nor false.')
    return text in TRUE


def structure(cells: dict[str, Any], column: str) -> Any:
    """The cell's value; in CSV an object is written as JSON text, and a plain sentence stands for itself."""
    value = cells.get(column)
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError) as error:
        raise WrongCell(column, "This is not valid JSON.") from error


def words(cells: dict[str, Any], column: str) -> tuple[str, ...]:
    """A list: JSON, or words with commas or semicolons between them."""
    value = structure(cells, column)
    if isinstance(value, str):
        value = [word for word in re.split(r"[,;]", value) if word.strip()]
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise WrongCell(column, "This is a list of words.")
    return tuple(dict.fromkeys(word.strip() for word in value))
