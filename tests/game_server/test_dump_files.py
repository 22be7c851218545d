"""Reading files of another program: what forms they have, and what hostile ones do."""

import json
import subprocess
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from game_server.bonds_import import bounds, dump_files
from game_server.bonds_import.bounds import NotRead, TooMuch
from game_server.bonds_import.dump_text import Told
from game_server.bonds_import.staging import Staged
from storage.binaries import postgres_binaries
from tests.support import kink_it
from tests.support.kink_it import id_of, profile, row

TABLES = {
    "profiles": [profile("ana", "ana@example.org")],
    "tasks": [
        row(
            "one",
            title="It's\ta \\ day",
            description="Line\nand 'line'",
            point_value=3,
            assigned_by="ana",
            assigned_to="ana",
        ),
        row("two", title="ü 🕯", description=None, point_value=0, assigned_by="ana", assigned_to="ana"),
    ],
}


def read(path: Path) -> tuple[list[Any], list[tuple[str, str | None]]]:
    """Its rows, and what could not be read."""
    told = list(dump_files.rows(path))
    return [one.row for one in told if one.row is not None], [(one.table, one.fault) for one in told if one.row is None]


def text(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def titles(rows: list[Any]) -> list[Any]:
    return [one["title"] for one in rows if "title" in one]


def test_rows_of_known_tables_are_read_and_all_other_sql_is_passed_over(tmp_path):
    for name, content in {"copied": kink_it.copied(TABLES), "inserted": kink_it.inserted(TABLES)}.items():
        rows, faults = read(text(tmp_path / f"{name}.sql", content))
        assert faults == [], name
        assert titles(rows) == ["It's\ta \\ day", "ü 🕯"], name
        assert [one["id"] for one in rows] == [id_of("ana"), id_of("one"), id_of("two")], name


def test_an_insert_of_anything_but_literals_is_listed_and_never_computed(tmp_path):
    wanted = "INSERT INTO public.tasks (id, title) VALUES"
    rows, faults = read(text(tmp_path / "a.sql", f"""
{wanted} ('{id_of("one")}', E'It\\'s \\u00fc\\n'), ('{id_of("two")}', 'two'::text);
{wanted} (gen_random_uuid(), 'three');
{wanted} ('{id_of("four")}', (SELECT password FROM users));
{wanted} ('{id_of("five")}');
insert into "public"."tasks" ("id", "title") values ('{id_of("six")}', 'it''s; -- six')
  ON CONFLICT DO NOTHING; {wanted} ('{id_of("seven")}', 'on the same line');
INSERT INTO other.tasks (id, title) VALUES ('{id_of("eight")}', 'eight');
{wanted} ('{id_of("nine")}', 'never ends
"""))  # fmt: skip
    assert titles(rows) == ["It's ü\n", "two", "it's; -- six"]
    assert faults == [("tasks", "unreadable")] * 3 + [("tasks", "unfinished")]


def test_rows_that_cannot_be_read_are_listed_and_the_next_are_read(tmp_path, monkeypatch):
    good = f"{id_of('one')}\tGood"
    begin = b"COPY public.tasks (id, title) FROM stdin;\n"
    body = (
        b"\n".join([b"broken \xff\xfe\t1", b"too\tmany\tcells", b"few", good.encode(), b"high\t\\xff", b"\\."]) + b"\n"
    )
    monkeypatch.setattr("game_server.bonds_import.dump_text.MOST_LINE", 1 << 16)
    long = b"a" * (1 << 17) + b"\tlong\n"
    rows, faults = read(text(tmp_path / "a.sql", begin + long + body + begin + good.encode()))
    assert titles(rows) == ["Good"]
    assert [fault for _, fault in faults] == ["too_long", *["unreadable"] * 5, "unfinished"]
    rows, faults = read(text(tmp_path / "b.sql", b"COPY public.tasks (id) FROM stdin WITH (FORMAT csv);\n1,2\n\\.\n"))
    assert (rows, faults) == ([], [("tasks", "other_form")])
    rows, faults = read(text(tmp_path / "c.sql", b"INSERT INTO public.tasks VALUES ('1');\n"))
    assert (rows, faults) == ([], [("tasks", "no_columns")])


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 5000, b"PGDM", b"%PDF-1.4 \xff\xff", b"$" * 5000, b"'" * 5001, b"/*" * 5000]
)
def test_what_is_no_dump_has_no_rows(tmp_path, content):
    assert read(text(tmp_path / "a.sql", content)) == ([], [])


def test_broken_tables_end_where_they_break(tmp_path):
    for name, content, faults in (
        ("tasks.json", '[{"id": "1"}, {"id": "2"', [("tasks", "unfinished")]),
        ("tasks.json", '[{"id": "1"}, 7, "x"]', [("tasks", "unreadable")] * 2),
        ("tasks.ndjson", '{"id": "1"}\n{"id": \n[1]\n', [("tasks", "unreadable")] * 2),
        ("tasks.csv", 'id,title\n1,"never ends', [("tasks", "unfinished")]),
        ("tasks.csv", b"id,title\n1,a\n2,\xff\n", [("tasks", "unfinished")]),
        ("tasks.csv", "id,title\n1\n1,a\n", [("tasks", "unreadable")]),
    ):
        rows, found = read(text(tmp_path / name, content))
        assert found == faults, content
        assert len(rows) == (name != "tasks.csv" or b"never" not in str(content).encode()), content
    for content in ("[" * 100_000, '[{"id": ' + "9" * 5000 + "}]"):
        with pytest.raises(NotRead):
            read(text(tmp_path / "tasks.json", content))


def test_an_archive_that_would_be_a_flood_is_refused(tmp_path, monkeypatch):
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("tasks.csv", "id\n" + "0" * (64 << 20))
    with pytest.raises(TooMuch):
        read(bomb)
    many = tmp_path / "many.zip"
    with zipfile.ZipFile(many, "w") as packed:
        for number in range(bounds.MOST_FILES + 1):
            packed.writestr(f"{number}/tasks.csv", "id\n")
    with pytest.raises(TooMuch):
        read(many)
    damaged = text(tmp_path / "damaged.zip", bomb.read_bytes()[:2000])
    with pytest.raises(NotRead):
        read(damaged)
    for empty in (tmp_path / "empty.zip", tmp_path / "folder"):
        if empty.suffix:
            zipfile.ZipFile(empty, "w").close()
            empty.write_bytes(many.read_bytes().replace(b"tasks", b"tosks"))
        else:
            empty.mkdir()
        with pytest.raises((NotRead, TooMuch)):
            read(empty)


async def test_a_dump_in_the_custom_format_is_read_as_text_and_a_damaged_one_refused(empty_database_url, tmp_path):
    connection = await asyncpg.connect(empty_database_url)
    await connection.execute("CREATE TABLE tasks (id uuid, title text, tags text[]); CREATE TABLE other (id int)")
    await connection.execute("INSERT INTO tasks VALUES ($1, E'It''s\ta day', '{a,\"b c\"}')", id_of("one"))
    await connection.close()
    dump = tmp_path / "backup.dump"
    program = postgres_binaries(None) / "pg_dump"
    subprocess.run([program, "--format=custom", f"--file={dump}", empty_database_url], check=True)  # noqa: ASYNC221
    assert read(dump) == ([{"id": id_of("one"), "title": "It's\ta day", "tags": '{a,"b c"}'}], [])
    with pytest.raises(NotRead):
        read(text(tmp_path / "cut.dump", dump.read_bytes()[:600]))


def test_memory_stays_small_whatever_there_is_of_rows(tmp_path):
    path = tmp_path / "tasks.json"
    with path.open("w") as file:
        file.write("[")
        file.write(",".join(json.dumps({"id": id_of(f"{n}"), "title": "x" * 500}) for n in range(20_000)))
        file.write("]")
    kept = Staged()
    tracemalloc.start()
    try:
        for _ in kept.keep(dump_files.rows(path)):
            pass
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
    assert (kept.count("tasks"), next(kept.rows("tasks")).values["title"]) == (20_000, "x" * 500)
    kept.close()


def test_what_has_no_id_or_stands_there_twice_is_listed(monkeypatch):
    kept = Staged()
    rows = [{"id": "7"}, {"title": "x"}, {"id": id_of("a")}, {"id": id_of("a")}, {"id": id_of("b"), "title": "\ud800"}]
    assert list(kept.keep(Told("tasks", one) for one in rows)) == []
    assert sorted(one.code for one in kept.refused()) == ["no_id", "no_id", "twice", "unreadable"]
    monkeypatch.setattr("game_server.bonds_import.staging.MOST_ROWS", 6)
    with pytest.raises(TooMuch):
        list(kept.keep(Told("tasks", {"id": id_of(f"{n}")}) for n in range(3)))
    kept.close()
