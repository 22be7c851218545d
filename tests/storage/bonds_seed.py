"""What the reference of bonds' databases says, read from its document: tables, fields, enums, and its verification SQL."""

import re
from typing import Any

_DATABASE = re.compile(r"^#### \d+\. \*\*(\w+)\*\*.*?(?=^#### |^## |\Z)", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"`(\w+)`")
_ENUM = re.compile(r"^- (?:Verify|Confirm|Validate) `?(\w+)`? (?:enum )?\((\w+(?:(?:, |/)\w+)+)\)", re.MULTILINE)
_PARTS = re.compile(r"^- Validate (\w+) JSONB structure \(([^)]+)\)", re.MULTILINE)
_SQL = re.compile(r"^```sql\n(.*?)^```", re.MULTILINE | re.DOTALL)
_VERIFICATION = re.compile(r"^## Verification Procedures.*?(?=^## )", re.MULTILINE | re.DOTALL)


def read_document(text: str) -> dict[str, Any]:
    """{databases: {table: {fields, related, enums: {field: values}, parts: {field: keys}}}, verification: [sql]}."""
    databases = {found[1]: _database(found[0]) for found in _DATABASE.finditer(text)}
    procedures = _VERIFICATION.search(text)
    assert procedures is not None
    return {"databases": databases, "verification": _SQL.findall(procedures[0])}


def _database(section: str) -> dict[str, Any]:
    fields = _NAMED.findall(_line(section, "Key Fields"))
    # "Verify rating enum" stands for every field whose name ends so.
    enums = {
        field: re.split(", |/", values)
        for name, values in _ENUM.findall(section)
        for field in fields
        if field == name or (field.endswith(f"_{name}") and name not in fields)
    }
    return {
        "fields": fields,
        "related": _NAMED.findall(_line(section, "Related Tables")),
        "enums": enums,
        "parts": {field: keys.split(", ") for field, keys in _PARTS.findall(section)},
    }


def _line(section: str, of: str) -> str:
    found = re.search(rf"^\*\*{of}\*\*: (.*)$", section, re.MULTILINE)
    return found[1] if found else ""
