"""A made-up database in the shape of the second seed, and it as text of COPY, of INSERT, as CSV and as JSON."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

Tables = Mapping[str, Sequence[Mapping[str, Any]]]


def id_of(name: str) -> str:
    """The id of something there, by a name that stands for it."""
    return str(uuid5(NAMESPACE_URL, f"kink-it:{name}"))


def profile(name: str, email: str, **more: Any) -> dict[str, Any]:
    """Somebody there."""
    return {"id": id_of(name), "email": email, "display_name": name, "submission_state": "active", **more}


def row(name: str, /, **values: Any) -> dict[str, Any]:
    """A row there, of a day in 2025. People and bonds are named by the names that stand for their ids."""
    refers = (
        "bond_id",
        "created_by",
        "assigned_by",
        "assigned_to",
        "user_id",
        "from_user_id",
        "to_user_id",
        "source_id",
    )
    named = {key: id_of(value) if key in refers and value else value for key, value in values.items()}
    return {"id": id_of(name), "created_at": "2025-03-01 20:00:00+00", **named}


def copied(tables: Tables) -> str:
    """As pg_dump writes it, among what else stands in such a file."""
    parts = [HEAD]
    for table, rows in tables.items():
        columns = _columns(rows)
        lines = ["\t".join(_cell(one.get(column)) for column in columns) for one in rows]
        parts.append("\n".join([f"COPY public.{table} ({', '.join(columns)}) FROM stdin;", *lines, "\\.", "", ""]))
    return "".join(parts)


def inserted(tables: Tables) -> str:
    """As `pg_dump --inserts` writes it: columns are named where the table is made."""
    parts = [HEAD]
    for table, rows in tables.items():
        columns = _columns(rows)
        named = ",\n".join(f"    {column} text" for column in columns)
        parts.append(f"CREATE TABLE public.{table} (\n{named},\n    CONSTRAINT one CHECK (true)\n);\n\n")
        for one in rows:
            values = ", ".join(_literal(one.get(column)) for column in columns)
            parts.append(f"INSERT INTO public.{table} VALUES ({values});\n")
    return "".join(parts)


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """As a dashboard exports a table."""
    text = io.StringIO()
    columns = _columns(rows)
    writer = csv.writer(text)
    writer.writerow(columns)
    for one in rows:
        writer.writerow(["" if one.get(column) is None else _said(one[column]) for column in columns])
    return text.getvalue()


def into_folder(tables: Tables, folder: Path) -> None:
    """A file a table: some as CSV, some as JSON, some as lines of it."""
    folder.mkdir(exist_ok=True)
    for number, (table, rows) in enumerate(tables.items()):
        match number % 3:
            case 0:
                (folder / f"{table}_rows.csv").write_text(as_csv(rows), "utf-8")
            case 1:
                (folder / f"{table}.json").write_text(json.dumps(rows, indent=1), "utf-8")
            case _:
                (folder / f"public.{table}.ndjson").write_text("".join(json.dumps(one) + "\n" for one in rows), "utf-8")
    (folder / "auth.users.csv").write_text("id,email\n", "utf-8")


def _columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(column for one in rows for column in one))


def _said(value: Any) -> str:
    match value:
        case bool():
            return "t" if value else "f"
        case list() if all(isinstance(one, str) for one in value):
            return "{" + ",".join('"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"' for one in value) + "}"
        case list() | dict():
            return json.dumps(value)
        case _:
            return str(value)


def _cell(value: Any) -> str:
    if value is None:
        return "\\N"
    return _said(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _literal(value: Any) -> str:
    if value is None or isinstance(value, int):
        return (
            {None: "NULL", True: "true", False: "false"}.get(value, str(value))
            if value in (None, True, False)
            else str(value)
        )
    return "'" + _said(value).replace("'", "''") + "'"


HEAD = """--
-- PostgreSQL database dump
--

SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE FUNCTION public.handle_new_user() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $_$
BEGIN
  INSERT INTO public.profiles (id, email) VALUES ('00000000-0000-4000-8000-000000000001', 'nobody@example.org');
  -- it isn't over; COPY public.tasks (id) FROM stdin;
COPY public.tasks (id, title) FROM stdin;
INSERT INTO public.tasks (id, title) VALUES ('00000000-0000-4000-8000-000000000002', 'in a body');
  RETURN NEW;
END;
$_$;

/* INSERT INTO public.tasks (id) VALUES ('00000000-0000-4000-8000-000000000003');
   /* nested */ INSERT INTO public.tasks (id) VALUES ('00000000-0000-4000-8000-000000000004'); */
COMMENT ON FUNCTION public.handle_new_user() IS 'it''s said;
INSERT INTO public.tasks (id) VALUES (1);
';
DROP TABLE users; TRUNCATE bonds;

COPY auth.users (id, email) FROM stdin;
00000000-0000-4000-8000-000000000005\tnobody@example.org
\\.

COPY public.unknown (id) FROM stdin;
00000000-0000-4000-8000-000000000006
\\.

"""
