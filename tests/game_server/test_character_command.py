"""`game-server characters`, as an operator meets it: real processes, their output and exit codes."""

import json
from pathlib import Path

from game_server.characters import system
from game_server.settings import Settings
from tests.support.server_process import game_server

STATS = {"dominance": 10, "submission": 10, "charisma": 10, "stamina": 10, "creativity": 10, "control": 10}
HOST = {"key": "host", "name": "Alex", "role": "dominant", "age_range": "31-40", "stats": STATS}


def test_a_file_is_brought_listed_and_taken_away(settings: Settings, tmp_path: Path):
    file = tmp_path / "house.json"
    file.write_text(json.dumps([HOST, {**HOST, "key": "other", "name": "Lena, 17"}]), "utf-8")
    refused = game_server(settings, "characters", "import", str(file), "--json")
    assert refused.returncode == 1
    [wrong] = json.loads(refused.stdout)["refused"]
    assert (wrong["key"], "name" in wrong["reason"]) == ("other", True)
    assert json.loads(game_server(settings, "characters", "list", "--json").stdout) == {"characters": []}

    file.write_text(json.dumps([HOST]), "utf-8")
    assert game_server(settings, "characters", "import", str(file)).stdout.strip() == "1 written, 0 as they were."
    [one] = json.loads(game_server(settings, "characters", "list", "--json").stdout)["characters"]
    assert (one["system_key"], one["name"], one["role"], one["version"]) == ("host", "Alex", "dominant", 1)
    gone = game_server(settings, "characters", "remove", "host")
    assert (gone.returncode, gone.stdout.strip()) == (0, "Removed.")
    assert game_server(settings, "characters", "remove", "host").returncode == 1


def test_a_file_that_is_nested_too_deep_is_refused_in_a_sentence():
    deep = b'[{"key": "host", "name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]"
    [refused] = system.read(deep, 2026)[1]
    assert refused.reason.startswith("It is no JSON list of objects")
