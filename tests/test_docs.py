"""What docs/ says is so: pages that are made are as the code makes them, and what others name exists."""

import ast
import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, get_args

import click
import jsonschema_rs
import msgspec
import pytest
import yaml
from click.testing import CliRunner

from game_server.cli import group
from game_server.commands import describing
from game_server.commands.settings import ABOUT
from game_server.errors import CODES
from game_server.live.messages import Heard
from game_server.settings import Settings, variable
from rooms.sessions.commands import FromSeat
from rooms.sessions.state import Phase
from rooms.sessions.views import _FIELDS
from tests.support.described import faults

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]
EXAMPLES = sorted((DOCS / "examples").iterdir())

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def protocol() -> str:
    return (DOCS / "protocol.md").read_text("utf-8")


def commands(of: click.Command, name: str = "game-server") -> set[str]:
    names = {name}
    if isinstance(of, click.Group):
        for part, command in of.commands.items():
            names |= commands(command, f"{name} {part}")
    return names


# --- made pages -------------------------------------------------------------------------------------------------------


def test_what_is_made_from_the_code_is_what_the_code_says():
    assert describing.changed() == [], "run: game-server docs"


def test_every_setting_has_a_place_and_a_line():
    assert sorted(name for settings in ABOUT.values() for name in settings) == sorted(Settings.__struct_fields__)


def test_settings_are_printed_without_a_secret():
    secret = "postgresql://u:hunter2@127.0.0.1/db"
    environ = {"DATABASE_URL": secret, "PORT": "8123", "ATTUNED_SECRET_KEY": "hunter2" * 6}
    for options in ([], ["--json"], ["--markdown"]):
        done = CliRunner().invoke(group, ["settings", *options], env=environ)
        assert done.exit_code == 0, done.output
        assert "hunter2" not in done.output
    found = json.loads(CliRunner().invoke(group, ["settings", "--json"], env=environ).output)["settings"]
    values = {one["variable"]: one["value"] for one in found}
    assert (values["PORT"], values["DATABASE_URL"], values["ATTUNED_LAN"]) == ("8123", "(set, not shown)", None)


# --- the protocol -----------------------------------------------------------------------------------------------------


def test_the_protocols_document_is_one_of_asyncapi_3():
    schema = json.loads(gzip.decompress((ROOT / "tests/data/asyncapi/3.0.0.json.gz").read_bytes()))
    document = json.loads((DOCS / "asyncapi.json").read_text("utf-8"))
    assert [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(document)] == []


def test_every_reference_in_it_leads_somewhere():
    document: Any = json.loads((DOCS / "asyncapi.json").read_text("utf-8"))
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)):
        found = document
        for part in reference.split("/"):
            found = found[part]


def test_the_examples_of_the_page_are_messages():
    lines = [line for block in re.findall(r"```json\n(.*?)```", protocol(), re.DOTALL) for line in block.splitlines()]
    assert len(lines) > 5
    said, told = 0, 0
    for line in lines:
        if "id" in (message := json.loads(line)) and message["t"] != "ack":
            msgspec.json.decode(line, type=FromSeat)
            said += 1
        elif message["t"] == "hello":
            msgspec.json.decode(line, type=Heard)
            said += 1
        else:
            assert faults(message) == []
            told += 1
    assert said
    assert told


def test_the_page_names_the_fields_of_the_state_and_the_phases():
    (_, _, after) = protocol().partition("### The state\n\n")
    named, _, rest = after.partition("\n\n")
    assert re.findall(r"`(\w+)`", named) == list(_FIELDS)
    assert re.findall(r"`(\w+)`", rest.partition(". ")[0])[1:] == list(get_args(Phase))


def test_the_numbers_of_the_page_are_the_settings():
    page, usual = " ".join(protocol().split()), Settings()
    for words in (
        f"for {usual.ticket_s} seconds",
        f"within {usual.hello_s} seconds",
        f"more than {usual.replay_gap} events",
        f"({usual.credits_burst} at once, {usual.credits_per_s} a second)",
    ):
        assert words in page


# --- what pages name --------------------------------------------------------------------------------------------------


@every_page
def test_files_that_a_page_names_exist(page):
    text = page.read_text("utf-8")
    named = re.findall(r"`((?:game_server|rooms|storage|tests|migrations|docs)/[\w./-]*)`", text)
    assert [name for name in named if not (ROOT / name).exists() and "NNNN" not in name] == []
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def packages() -> list[Path]:
    return [one for root in ("game_server", "storage", "rooms") for one in sorted((ROOT / root).rglob("__init__.py"))]


@pytest.mark.parametrize("package", packages(), ids=lambda one: one.parent.relative_to(ROOT).as_posix())
def test_a_package_names_its_modules_and_none_that_is_gone(package):
    said = ast.get_docstring(ast.parse(package.read_text("utf-8"))) or ""
    there = {one.stem for one in package.parent.glob("*.py")} - {"__init__", "__main__"}
    assert {one for one in there if not re.search(rf"\b{one}\b", said)} == set()
    files = re.findall(r"`([\w/]+\.py)`", said)
    beside = [package.parent, *package.parent.parents[: len(package.relative_to(ROOT).parts) - 1]]
    below = {one.relative_to(package.parent).as_posix() for one in package.parent.glob("*/*.py")}
    names = below | {name.rpartition("/")[2] for name in below}
    assert [one for one in files if one not in names and not any((folder / one).exists() for folder in beside)] == []
    elsewhere = re.findall(r"`((?:game_server|rooms|storage|migrations)/\w[\w/]*)`", said)
    assert [one for one in elsewhere if not (ROOT / one).exists() and not (ROOT / f"{one}.py").exists()] == []


@every_page
def test_settings_and_commands_that_a_page_names_exist(page):
    text = page.read_text("utf-8")
    known = {variable(name) for name in Settings.__struct_fields__}
    assert set(re.findall(r"\b(?:ATTUNED_[A-Z_]+[A-Z]|DATABASE_\w*URL|REDIS_URL)\b", text)) <= known
    known = commands(group)
    for words in re.findall(r"game-server ((?:[a-z][a-z-]* ?)+)", text):
        first, *more = words.split()
        is_group = isinstance(group.commands.get(first), click.Group)
        assert " ".join(["game-server", first, *more[:1]] if is_group else ["game-server", first]) in known, words
    for bench in re.findall(r"\./test bench (\w+)", text):
        assert (ROOT / f"tests/bench/{bench}.py").exists()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_settings_that_an_example_names_exist(example):
    known = {variable(name) for name in Settings.__struct_fields__}
    named = re.findall(r"\b(?:ATTUNED_[A-Z_]+[A-Z]|DATABASE_\w*URL|REDIS_URL)\b", example.read_text("utf-8"))
    assert set(named) <= known


def test_codes_that_the_protocol_names_exist():
    told = re.findall(r"(?:refused|never) `(\w+)`", protocol())
    assert told
    assert set(told) <= set(CODES)


def watched() -> list[str]:
    """What the dashboard and the alerts ask of Prometheus."""
    dashboard = json.loads((DOCS / "monitoring/grafana.json").read_text("utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked += [variable["query"] for variable in dashboard["templating"]["list"]]
    rules = yaml.safe_load((DOCS / "monitoring/alerts.yml").read_text("utf-8"))
    return asked + [rule["expr"] for one in rules["groups"] for rule in one["rules"]]


def test_dashboard_and_alerts_name_metrics_that_exist():
    named = {name for expression in watched() for name in re.findall(r"\battuned_\w+", expression)}
    assert named - describing.metric_names() == set()
    assert {name.removesuffix("_bucket") for name in named} >= {"attuned_ack_seconds", "attuned_closes_total"}


def test_dashboard_and_alerts_name_labels_that_their_metrics_have():
    labels = describing.metric_labels()
    for expression in watched():
        had = {"job", "instance", "le"}.union(
            *(labels.get(name, ()) for name in re.findall(r"\battuned_\w+", expression))
        )
        named = {label for by in re.findall(r"\bby \(([\w, ]+)\)", expression) for label in by.split(", ")}
        named |= {
            label for inside in re.findall(r"\{([^}]*)\}", expression) for label in re.findall(r"(\w+)[=!]", inside)
        }
        assert named <= had, expression


def test_no_panel_lies_on_another():
    panels = json.loads((DOCS / "monitoring/grafana.json").read_text("utf-8"))["panels"]
    assert len({(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}) == len(panels)


# --- examples ---------------------------------------------------------------------------------------------------------


def test_nginx_understands_its_example(tmp_path):
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if not nginx:
        pytest.skip("no nginx here")
    given = (DOCS / "examples/nginx.conf").read_text("utf-8")
    without_tls = re.sub(r" *ssl_certificate.*\n", "", given).replace("443 ssl http2", "8443").replace("80;", "8080;")
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid; events {{}} http {{ access_log off;\n{without_tls}\n}}")
    tried = [nginx, "-t", "-e", f"{tmp_path}/log", "-c", tmp_path / "nginx.conf"]
    done = subprocess.run(tried, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_systemd_understands_its_units(tmp_path):
    verify = shutil.which("systemd-analyze")
    if not verify:
        pytest.skip("no systemd here")
    units = []
    for unit in (DOCS / "examples").glob("*.service"):
        units.append(tmp_path / unit.name.replace("@", "@8000"))
        units[-1].write_text(unit.read_text("utf-8").replace("/opt/attuned/.venv/bin/game-server", "/bin/true"))
    done = subprocess.run([verify, "--man=no", "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_containerfile_copies_what_there_is():
    text = (DOCS / "examples/Containerfile").read_text("utf-8")
    copied = [name for line in re.findall(r"^COPY (.+)$", text, re.MULTILINE) for name in line.split()[:-1]]
    assert {"migrations", "rooms", "storage", "game_server"} <= set(copied)
    assert [name for name in copied if not (ROOT / name).exists()] == []
