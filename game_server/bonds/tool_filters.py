"""The filters that a tool declares, as parameters of its list's address and back."""

import keyword
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any

from litestar.params import QueryParameter

from rooms.bonds.tool import Filter, Tool
from rooms.errors import Invalid

SPAN = ("begins", "ends")
"""How a filter asks for a span of time."""


def parameters(tool: Tool) -> dict[str, tuple[Any, None]]:
    """By what a handler calls each: its type, and that it may be left out."""
    return {_parameter(one.name): (_asked_type(one), None) for one in tool.filters}


def plain(tool: Tool, given: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked of columns. Raises Invalid for a moment that no database has."""
    return _given(given, [one.name for one in tool.filters if not one.is_computed and one.how not in SPAN])


def computed(tool: Tool, given: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked of what is computed of rows. Raises Invalid."""
    return _given(given, [one.name for one in tool.filters if one.is_computed])


def span(tool: Tool, given: Mapping[str, Any]) -> dict[str, Any]:
    """The span of time that was asked for. Raises Invalid."""
    return _given(given, [one.name for one in tool.filters if one.how in SPAN])


def _parameter(name: str) -> str:
    """What a handler calls a filter: `from` is a word of the language."""
    return f"{name}_" if keyword.iskeyword(name) else name


def _given(given: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    asked = {name: given[_parameter(name)] for name in names}
    return {name: _moment(name, value) for name, value in asked.items() if value is not None}


def _moment(name: str, value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise Invalid(fields={name: "This is too far away."}) from None


def _asked_type(one: Filter) -> Any:
    moment = date if one.day else datetime
    types: dict[str, Any] = {
        **dict.fromkeys(("from", "until", "before", *SPAN), moment),
        **dict.fromkeys(("mine", "true", "sifted"), bool),
    }
    name = one.name if keyword.iskeyword(one.name) else None
    return Annotated[types.get(one.how, str) | None, QueryParameter(name=name)]
