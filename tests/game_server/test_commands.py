"""The command line as an operator meets it: real processes, their output and exit codes."""

import json
import os
import re
import signal
import socket
import subprocess
import time

import asyncpg
import httpx
import pytest
from click.testing import CliRunner

from game_server.cli import group
from game_server.settings import Settings
from tests.support.databases import SECRET
from tests.support.server_process import PROGRAM, ROOT, ServerProcess, environment, game_server


def in_a_shell(script: str, *arguments: str) -> str:
    return subprocess.run(["sh", "-c", script, "sh", *arguments], capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def at_home(tmp_path_factory) -> Settings:
    """Nothing set but a place for the data: the embedded default."""
    return Settings(data_dir=tmp_path_factory.mktemp("home"), port=0)


@pytest.fixture(scope="module")
def home(at_home):
    """A server on its own embedded stores, as ./run starts it."""
    server = ServerProcess(at_home, at_home.data_dir / "output", "--prepare")
    yield server
    server.stop()


@pytest.mark.parametrize(
    "command",
    [[], ["serve"], ["worker"], ["env"], ["migrate"], ["migrate", "up"], ["migrate", "down"], ["migrate", "status"],
     ["migrate", "bundle"], ["verify"], ["health"], ["backup"], ["restore"], ["bonds"], ["bonds", "import"], ["notion"],
     ["bank"], ["bank", "import"], ["bank", "export"], ["bank", "validate"],
     ["bank", "review"], ["characters"], ["characters", "import"], ["characters", "list"], ["characters", "remove"],
     ["replay"], ["settings"], ["docs"]],
    ids=" ".join,
)  # fmt: skip
def test_every_command_explains_itself(command):
    said = CliRunner().invoke(group, [*command, "--help"])
    assert said.exit_code == 0
    assert "Usage: " in said.output


def test_the_embedded_default_serves_and_is_ready(home):
    assert httpx.get(f"{home.url}/health/ready").status_code == 200
    assert httpx.get(f"{home.url}/").status_code == 200


async def test_env_prints_urls_that_a_shell_and_psql_understand(home, at_home):
    lines = game_server(at_home, "env").stdout.splitlines()
    assert [line.split("=")[0] for line in lines] == ["DATABASE_URL", "REDIS_URL"]
    found = in_a_shell('eval "$1"; printf %s "$DATABASE_URL"', "\n".join(lines))
    as_json = json.loads(game_server(at_home, "env", "--json").stdout)
    assert found == as_json["DATABASE_URL"]
    connection = await asyncpg.connect(found)
    assert await connection.fetchval("SELECT count(*) FROM activities") >= 60
    assert await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    await connection.close()


def test_a_second_run_in_the_same_folder_says_what_runs(home, at_home):
    second = game_server(at_home, "serve", "--prepare")
    assert second.returncode == 3
    assert home.url in second.stderr
    assert str(home.pid) in second.stderr


def test_a_second_serve_joins_the_stores_that_run(home, at_home):
    beside = ServerProcess(at_home, at_home.data_dir / "output-2")
    assert beside.url != home.url
    assert httpx.get(f"{beside.url}/health/ready").status_code == 200
    assert beside.stop() == 0
    assert httpx.get(f"{home.url}/health/ready").status_code == 200


def test_migrations_of_running_embedded_stores_can_be_asked_for(home, at_home):
    status = game_server(at_home, "migrate", "status", "--json")
    assert status.returncode == 0
    assert json.loads(status.stdout)["at_head"]


def test_what_the_database_is_made_of_can_be_verified_while_it_serves(home, at_home):
    done = game_server(at_home, "verify", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["ok"], told["findings"]) == (0, True, [])
    assert {"users", "session_events"} <= {table["name"] for table in told["tables"]}
    assert "everything as it must be" in game_server(at_home, "verify").stdout
    how = json.loads(game_server(at_home, "health", "--json").stdout)
    assert [store["ok"] for store in how["found"]["stores"]] == [True] * 4
    assert how["found"]["jobs"]["led"]


async def test_every_job_of_the_timetable_has_run_and_left_its_row(home, at_home):
    connection = await asyncpg.connect(json.loads(game_server(at_home, "env", "--json").stdout)["DATABASE_URL"])
    deadline = time.monotonic() + 30
    while await connection.fetchval("SELECT count(*) FROM job_runs WHERE last_outcome = 'done'") < 6:
        assert time.monotonic() < deadline, await connection.fetch("SELECT * FROM job_runs")
        time.sleep(0.1)  # noqa: ASYNC251 - nothing else runs on this loop
    await connection.close()


def test_kill_9_leaves_no_orphan_and_the_next_start_recovers(home, at_home):
    person = {"email": "kept@example.org", "password": "long enough", "display_name": "Kept", "adult": True}
    assert httpx.post(f"{home.url}/api/auth/register", json=person).status_code == 201
    home.kill()
    home.restart()
    again = {"email": person["email"], "password": person["password"]}
    assert httpx.post(f"{home.url}/api/auth/login", json=again).status_code == 200


def test_a_stop_ends_everything_and_then_nothing_runs(home, at_home):
    assert home.stop() == 0
    gone = game_server(at_home, "env")
    assert gone.returncode == 1
    assert "./run" in gone.stderr
    lines = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout.splitlines()
    assert not [line for line in lines if str(at_home.data_dir) in line]


def test_a_terminal_that_closes_drains_it_as_sigterm_does(home):
    home.restart()
    assert home._end(signal.SIGHUP) == 0


def test_ctrl_c_stops_it_cleanly_too(home):
    home.restart()
    home.process.send_signal(signal.SIGINT)
    assert home.process.wait(40) == 0


def test_whoever_is_asked_to_stop_while_it_starts_its_stores_stops_them(tmp_path):
    starting = subprocess.Popen(
        [*PROGRAM, "serve"], cwd=ROOT, env=environment(Settings(data_dir=tmp_path / "data", port=0)),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    while not (tmp_path / "data/lock").exists():
        assert starting.poll() is None
        time.sleep(0.01)
    starting.send_signal(signal.SIGTERM)
    _, said = starting.communicate(timeout=40)
    assert (starting.returncode, said) == (0, b"")
    lines = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout.splitlines()
    assert not [line for line in lines if str(tmp_path) in line]


IN_THE_BACKGROUND = ("sh", "-c", "trap '' INT; exec \"$@\"", "sh")
"""As a script's shell starts what it does not wait for: without Ctrl-C."""


@pytest.mark.parametrize(
    ("command", "started"),
    [
        pytest.param("serve", (), id="serve in front", marks=pytest.mark.long),
        pytest.param("serve", IN_THE_BACKGROUND, id="serve in the background"),
        pytest.param("worker", (), id="worker in front"),
        pytest.param("worker", IN_THE_BACKGROUND, id="worker in the background", marks=pytest.mark.long),
    ],
)
def test_whoever_is_asked_to_stop_while_a_store_does_not_answer_stops_at_once(tmp_path, command, started):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://u:p@127.0.0.1:{silent.getsockname()[1]}/d"
        settings = Settings(
            database_url=url, redis_url="redis://127.0.0.1:1", data_dir=tmp_path, port=0, secret_key=SECRET
        )
        waiting = subprocess.Popen(
            [*started, *PROGRAM, command],
            cwd=ROOT,
            env=environment(settings),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        peer, _ = silent.accept()
        waiting.send_signal(signal.SIGTERM)
        _, said = waiting.communicate(timeout=40)
        peer.close()
    assert (waiting.returncode, b"Traceback" in said) == (0, False)


def test_a_taken_port_is_said_before_anything_is_started(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = game_server(Settings(data_dir=tmp_path / "data"), "serve", "--prepare", "--port", str(port))
    assert refused.returncode == 2
    assert f"process {os.getpid()}" in refused.stderr
    assert not (tmp_path / "data").exists()


def test_settings_that_do_not_exist_or_make_no_sense_are_all_named(at_home):
    refused = game_server(at_home, "serve", ATTUNED_PROT="1", PORT="http")
    assert refused.returncode == 2
    assert "ATTUNED_PROT" in refused.stderr
    assert "PORT" in refused.stderr


def test_a_database_that_does_not_answer_is_said_without_its_password(at_home):
    away = Settings(
        data_dir=at_home.data_dir,
        database_url="postgresql://u:s3cret@127.0.0.1:1/d",
        redis_url="redis://127.0.0.1:1",
        secret_key=SECRET,
    )
    for command in (["serve", "--port", "0"], ["migrate", "up"], ["worker"]):
        refused = game_server(away, *command)
        assert refused.returncode == 2, command
        assert "127.0.0.1:1" in refused.stderr
        assert "s3cret" not in refused.stderr + refused.stdout


def test_migrations_go_up_down_and_up_again(empty_database_url, redis_url, tmp_path):
    settings = Settings(database_url=empty_database_url, redis_url=redis_url, data_dir=tmp_path, secret_key=SECRET)
    pending = game_server(settings, "migrate", "status")
    assert pending.returncode == 1
    assert "pending" in pending.stdout
    applied = json.loads(game_server(settings, "migrate", "up", "--json").stdout)["applied"]
    assert applied[0] == "0001_roles"
    undone = json.loads(game_server(settings, "migrate", "down", "--yes", "--json").stdout)["undone"]
    assert undone == applied[-1:]
    behind = game_server(settings, "verify")
    assert behind.returncode == 1
    assert "game-server migrate up" in behind.stdout
    assert json.loads(game_server(settings, "migrate", "up", "--json").stdout)["applied"] == applied[-1:]
    assert game_server(settings, "migrate", "up").stdout.splitlines()[-1] == "Everything was applied before."


def test_a_schema_that_is_too_old_is_said_before_anything_is_asked_of_it(empty_database_url, redis_url, tmp_path):
    settings = Settings(
        database_url=empty_database_url, redis_url=redis_url, data_dir=tmp_path, port=0, secret_key=SECRET
    )
    game_server(settings, "migrate", "up")
    game_server(settings, "migrate", "down", "--yes", "--steps", "1")
    cards = str(tmp_path / "cards.json")
    (tmp_path / "cards.json").write_text("[]")
    for command in (
        ["serve"],
        ["worker"],
        ["replay", "x"],
        ["room", "x"],
        ["keys", "lost", "--yes"],
        ["bank", "import", cards],
    ):
        refused = game_server(settings, *command)
        assert refused.returncode == 2, command
        assert refused.stderr.splitlines()[-1].endswith("Run `game-server migrate up` first."), refused.stderr
        assert "Traceback" not in refused.stderr


def test_without_a_secret_of_its_own_an_external_database_is_refused_and_where_one_is_is_said(
    database_url, redis_url, tmp_path
):
    settings = Settings(database_url=database_url, redis_url=redis_url, data_dir=tmp_path, port=0)
    schema = game_server(settings, "migrate", "up")
    assert schema.returncode == 0
    assert "the starter cards wait for the secret" in schema.stdout
    refused = game_server(settings, "serve")
    assert refused.returncode == 2
    assert "take secret.key from the ATTUNED_DATA_DIR of that machine" in refused.stderr
    assert not (tmp_path / "secret.key").exists()
    (tmp_path / "secret.key").write_text(SECRET)
    assert f"ATTUNED_SECRET_KEY=\"$(cat '{tmp_path}/secret.key')\"" in game_server(settings, "serve").stderr


def test_a_file_of_keys_that_is_none_is_one_sentence(database_url, redis_url, tmp_path):
    spoilt = tmp_path / "keys.sqlite"
    spoilt.write_bytes(b"no keys at all" * 100)
    settings = Settings(
        database_url=database_url,
        redis_url=redis_url,
        data_dir=tmp_path,
        person_keys=str(spoilt),
        port=0,
        secret_key=SECRET,
    )
    for command in (["serve"], ["worker"]):
        refused = game_server(settings, *command)
        assert refused.returncode == 2, command
        assert "ATTUNED_PERSON_KEYS" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert "person_keys_in_a_file" not in refused.stdout + refused.stderr  # the refusal stands alone


def test_a_redis_that_was_never_there_is_said_once(empty_database_url, tmp_path):
    away = Settings(
        database_url=empty_database_url, redis_url="redis://127.0.0.1:1", data_dir=tmp_path, port=0, secret_key=SECRET
    )
    server = ServerProcess(away, tmp_path / "output", "--prepare")
    try:
        assert httpx.get(f"{server.url}/health/ready").json()["degraded"] == ["redis"]
    finally:
        server.stop()
    told = (tmp_path / "output").read_text()
    assert told.count("redis_away") == 1
    assert "REDIS_URL" in told


@pytest.mark.long
async def test_a_database_from_the_future_is_left_alone(empty_database_url, redis_url, tmp_path):
    settings = Settings(
        database_url=empty_database_url, redis_url=redis_url, data_dir=tmp_path, port=0, secret_key=SECRET
    )
    game_server(settings, "migrate", "up")
    connection = await asyncpg.connect(empty_database_url)
    await connection.execute(
        "INSERT INTO schema_migrations (version, name, checksum) VALUES (9999, 'flying_cars', 'x')"
    )
    await connection.close()
    for command in (["migrate", "up"], ["migrate", "down", "--yes"], ["serve", "--prepare"]):
        refused = game_server(settings, *command)
        assert refused.returncode == 2, command
        assert "9999" in refused.stderr


@pytest.mark.long
async def test_another_programs_records_are_one_sentence(empty_database_url, redis_url, tmp_path):
    settings = Settings(
        database_url=empty_database_url, redis_url=redis_url, data_dir=tmp_path, port=0, secret_key=SECRET
    )
    connection = await asyncpg.connect(empty_database_url)
    await connection.execute("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
    await connection.close()
    for command in (["migrate", "up"], ["migrate", "down", "--yes"], ["migrate", "status"], ["serve", "--prepare"]):
        refused = game_server(settings, *command)
        assert refused.returncode == 2, command
        assert "public.schema_migrations of this database is another program's" in refused.stderr
        assert "Traceback" not in refused.stderr


async def test_a_database_without_a_connection_left_is_one_sentence(settings, sql):
    name = await sql.fetchval("SELECT quote_ident(current_database())")
    await sql.execute(f"ALTER DATABASE {name} CONNECTION LIMIT 0")
    try:
        for command in (["serve"], ["worker"], ["replay", "x"]):
            refused = game_server(settings, *command)
            assert refused.returncode == 2, command
            assert "has no connection left" in refused.stderr
            assert "Traceback" not in refused.stderr
    finally:
        await sql.execute(f"ALTER DATABASE {name} CONNECTION LIMIT -1")


@pytest.mark.long
def test_migrating_a_database_of_ones_own_starts_nothing_and_leaves_nothing(empty_database_url, tmp_path):
    settings = Settings(database_url=empty_database_url, data_dir=tmp_path / "data", secret_key=SECRET)
    for command, code in ((["status"], 1), (["up"], 0), (["status"], 0), (["down", "--yes"], 0)):
        done = game_server(settings, "migrate", *command)
        assert (done.returncode, "Starting" in done.stdout) == (code, False), (command, done.stderr)
    assert not (tmp_path / "data").exists()


def test_one_store_may_be_ones_own_and_the_other_embedded(empty_database_url, tmp_path):
    mixed = ServerProcess(
        Settings(database_url=empty_database_url, data_dir=tmp_path, port=0, secret_key=SECRET),
        tmp_path / "output",
        "--prepare",
    )
    assert httpx.get(f"{mixed.url}/health/ready").status_code == 200
    env = json.loads(game_server(Settings(data_dir=tmp_path), "env", "--json").stdout)
    assert list(env) == ["REDIS_URL"]
    assert not (tmp_path / "postgresql").exists()
    assert mixed.stop() == 0


def test_going_down_asks_first(settings):
    assert game_server(settings, "migrate", "down").returncode == 1
    assert game_server(settings, "migrate", "status").returncode == 0


def test_the_bank_takes_a_good_file_and_refuses_a_bad_one_with_its_line(settings, tmp_path):
    starter = ROOT / "game_server/activities/starter_bank.json"
    tried = game_server(settings, "bank", "import", str(starter), "--dry-run", "--json")
    assert tried.returncode == 0, tried.stderr
    assert json.loads(tried.stdout)["dry_run"]
    bad = tmp_path / "bad.json"
    bad.write_text('[{"nothing": 1}]')
    refused = game_server(settings, "bank", "import", str(bad))
    assert refused.returncode == 1
    assert "refused, line" in refused.stdout


def test_replaying_a_session_that_does_not_exist_is_said(settings):
    missing = game_server(settings, "replay", "00000000-0000-4000-8000-000000000000")
    assert missing.returncode == 2
    assert "There is no session" in missing.stderr


def test_on_the_lan_it_shows_a_qr_code_and_links_to_that_address(settings, tmp_path):
    process = subprocess.Popen(
        [*PROGRAM, "serve", "--lan", "--port", "0"],
        cwd=ROOT, env=environment(settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("Ready at"):
            break
    else:
        _, problem = process.communicate()
        assert process.returncode == 2
        pytest.skip(problem.strip())
    url = said[-1].split()[2]
    assert not url.startswith("http://127.")
    assert sum("█" in line or "▄" in line for line in said) > 10
    port = url.rsplit(":", 1)[1]
    for address in (url, f"http://127.0.0.1:{port}"):
        assert httpx.get(f"{address}/health/live").status_code == 200
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode == 0


def test_the_procfile_names_commands_that_exist():
    commands = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    assert set(commands) == {"release", "web", "worker"}
    for command in commands.values():
        words = [word for word in command.split()[1:] if not re.match(r"[-0]", word)]
        assert game_server(Settings(), *words, "--help").returncode == 0
