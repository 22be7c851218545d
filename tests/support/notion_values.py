"""Values of pages as Notion takes, keeps and tells them: checked as strictly as it documents, and then some.

`kept` is what of a request stays in the page, `told` what of that an answer says; between them a value is plain: a list of texts,
a number, a word, words, yes or no, `(start, end)` in time.
"""

import re
from datetime import UTC, date, datetime
from typing import Any

LONGEST_TEXT, MOST_ELEMENTS, MOST_OPTIONS, LONGEST_OPTION, LONGEST_URL = 2000, 100, 100, 100, 2000
EMPTY: dict[str, Any] = {
    "title": [], "rich_text": [], "number": None, "select": None, "multi_select": [], "checkbox": False, "date": None,
    "url": None,
}  # fmt: skip

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Wrong(Exception):
    """A validation_error with this message."""


def kept(name: str, kind: str, payload: Any) -> Any:
    """What a property keeps of what it is sent. Raises Wrong."""
    if not isinstance(payload, dict) or kind not in payload or set(payload) - {kind, "type", "id"}:
        raise Wrong(f"{name} is expected to be {kind}.")
    value = payload[kind]
    return {
        "title": _texts, "rich_text": _texts, "number": _number, "select": _select, "multi_select": _multi, "checkbox": _flag,
        "date": _date, "url": _url,
    }[kind](f"body.properties.{name}.{kind}", value)  # fmt: skip


def _texts(where: str, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise Wrong(f"body failed validation: {where} should be an array, instead was `{type(value).__name__}`.")
    if len(value) > MOST_ELEMENTS:
        raise Wrong(
            f"body failed validation: {where}.length should be ≤ `{MOST_ELEMENTS}`, instead was `{len(value)}`."
        )
    return [_text(f"{where}[{at}]", one) for at, one in enumerate(value)]


def _text(where: str, one: Any) -> str:
    if not isinstance(one, dict) or set(one) - {"type", "text"} or not isinstance(one.get("text"), dict):
        raise Wrong(f"body failed validation: {where}.text should be defined.")
    content = one["text"].get("content")
    if not isinstance(content, str) or set(one["text"]) - {"content", "link"}:
        raise Wrong(f"body failed validation: {where}.text.content should be a string.")
    try:
        length = len(content.encode("utf-16-le")) // 2
    except UnicodeEncodeError as error:
        raise Wrong("body failed validation: invalid unicode") from error
    if length > LONGEST_TEXT:
        raise Wrong(
            f"body failed validation: {where}.text.content.length should be ≤ `{LONGEST_TEXT}`, instead was `{length}`."
        )
    return content


def _number(where: str, value: Any) -> float | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise Wrong(f"body failed validation: {where} should be a number or `null`.")
    return value


def _flag(where: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong(f"body failed validation: {where} should be a boolean.")
    return value


def _option(where: str, value: Any) -> str:
    name = value.get("name") if isinstance(value, dict) else None
    if not isinstance(name, str) or not name or set(value) - {"name"}:
        raise Wrong(f"body failed validation: {where}.name should be defined.")
    if "," in name:
        raise Wrong(f"Invalid select option, commas not allowed: {name}")
    if len(name) > LONGEST_OPTION:
        raise Wrong(f"body failed validation: {where}.name.length should be ≤ `{LONGEST_OPTION}`.")
    return name


def _select(where: str, value: Any) -> str | None:
    return None if value is None else _option(where, value)


def _multi(where: str, value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > MOST_OPTIONS:
        raise Wrong(f"body failed validation: {where} should be an array of at most {MOST_OPTIONS}.")
    found = [_option(where, one) for one in value]
    if len(set(found)) != len(found):
        raise Wrong(f"body failed validation: {where} should hold each option once.")
    return found


def _url(where: str, value: Any) -> str | None:
    if value is not None and (not isinstance(value, str) or not 0 < len(value) <= LONGEST_URL):
        raise Wrong(f"body failed validation: {where} should be a string or `null`.")
    return value


def _date(where: str, value: Any) -> tuple[str, str | None] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) - {"start", "end", "time_zone"} or value.get("time_zone") is not None:
        raise Wrong(f"body failed validation: {where}.start should be defined.")
    start, end = moment(where, value.get("start")), value.get("end")
    if end is None:
        return start, None
    end = moment(where, end)
    if len(end) != len(start) or end < start:
        raise Wrong(f"{where}: the end is before the start, or only one of them has a time.")
    return start, end


def moment(where: str, value: Any) -> str:
    """A day as it is, a time to the minute. Raises Wrong."""
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value).isoformat()
        return datetime.fromisoformat(value).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00.000+00:00")
    except (TypeError, ValueError) as error:
        raise Wrong(f"body failed validation: {where} should be a valid ISO 8601 date string.") from error


def told(kind: str, value: Any) -> Any:
    """A kept value as an answer says it."""
    match kind:
        case "title" | "rich_text":
            return [element(text) for text in value]
        case "select":
            return None if value is None else _told_option(value)
        case "multi_select":
            return [_told_option(one) for one in value]
        case "date":
            return None if value is None else {"start": value[0], "end": value[1], "time_zone": None}
        case _:
            return value


def element(text: str) -> dict[str, Any]:
    """A piece of text."""
    plain = {"bold": False, "italic": False, "strikethrough": False, "underline": False, "code": False}
    return {
        "type": "text",
        "text": {"content": text, "link": None},
        "annotations": {**plain, "color": "default"},
        "plain_text": text,
        "href": None,
    }


def _told_option(name: str) -> dict[str, Any]:
    return {"id": f"o-{name}", "name": name, "color": "default"}


def by_hand(kind: str, value: Any) -> Any:
    """What a person puts into a property: a text (or its pieces, where some of it is bold), a number, a word, words, yes or no, a
    day or a moment (or two); None clears it.
    """
    if value is None:
        return EMPTY[kind]
    match kind:
        case "title" | "rich_text":
            return [value] if isinstance(value, str) else list(value)
        case "multi_select":
            return list(dict.fromkeys(value))
        case "date":
            start, end = (value, None) if isinstance(value, str) else value
            return moment("date", start), None if end is None else moment("date", end)
        case _:
            return value


def plain(kind: str, value: Any) -> Any:
    """What a person reads in a property."""
    match kind:
        case "title" | "rich_text":
            return "".join(value)
        case "multi_select":
            return sorted(value)
        case "date":
            return None if value is None else value[0] if value[1] is None else tuple(value)
        case _:
            return value
