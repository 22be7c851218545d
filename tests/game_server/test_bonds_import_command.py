"""`game-server bonds import`, as an operator meets it: real processes, their output and exit codes."""

import json
from pathlib import Path

from game_server.settings import Settings
from tests.support import kink_it
from tests.support.kink_it import id_of, profile, row
from tests.support.server_process import game_server


def test_what_is_not_taken_is_listed_without_a_word_of_it_and_what_is_no_dump_is_said(
    settings: Settings, tmp_path: Path
):
    dump = tmp_path / "backup.sql"
    tables = {
        "profiles": [profile("ana", "ana@example.org")],
        "bonds": [row("us", name="Secret name", created_by="ana")],
        "journal_entries": [row("entry", title="Secret title", content="Secret words", user_id="ana")],
    }
    dump.write_text(kink_it.copied(tables), "utf-8")
    done = game_server(settings, "bonds", "import", str(dump), "--json")
    assert done.returncode == 1, done.stderr
    said = json.loads(done.stdout)
    assert (said["rows"], said["people"], said["bonds"]) == (3, 0, 0)
    assert [(one["table"], one["id"], one["code"]) for one in said["refused"]] == [
        ("bonds", id_of("us"), "no_founder"),
        ("journal_entries", id_of("entry"), "owner_not_here"),
        ("profiles", id_of("ana"), "not_here"),
    ]
    people = game_server(settings, "bonds", "import", str(dump), "--dry-run")
    assert people.returncode == 1
    assert "Rows read: 3. People of the file who are here: 0." in people.stdout
    for told in (done.stdout + done.stderr, people.stdout + people.stderr):
        assert "ecret" not in told
        assert "ana@example.org" not in told

    dump.write_bytes(b"PGDMP" + b"\\0" * 100)
    broken = game_server(settings, "bonds", "import", str(dump))
    assert (broken.returncode, "cannot be read" in broken.stderr) == (2, True)
