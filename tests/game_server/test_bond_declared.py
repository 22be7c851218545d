"""What the page makes lists, forms and buttons of is what the routes are made of, and it says as the server who may do what."""

import json
from itertools import product
from typing import Any

import httpx
import msgspec
import pytest

from game_server.bonds import shapes
from game_server.bonds.declared import Declared, declared
from game_server.bonds.tools import LIVES
from rooms.bonds.people import Member, Role
from rooms.bonds.permissions import ACTS, may, overview
from rooms.bonds.tool import Tool
from rooms.bonds.tools import TOOLS
from tests.web.node import ROOT, node

MINE = "00000000-0000-4000-8000-00000000000"
SAYS = f"""
import {{ may }} from "{ROOT}/game_server/web/static/js/bonds/tools/rights.js";
import {{ readFileSync }} from "node:fs";
const asked = JSON.parse(readFileSync(process.argv[1], "utf8"));
const said = ([me, permissions, tool, act, row]) => may({{ me: {{ user_id: me }}, permissions, over: false }}, tool, act, row);
console.log(JSON.stringify(asked.map(said)));
"""


@pytest.fixture(scope="module")
def told() -> dict[str, Declared]:
    return declared()


def test_it_has_every_tool_and_every_field_that_its_routes_take(told):
    assert told.keys() == TOOLS.keys()
    for name, tool in TOOLS.items():
        given = {field.name: field for field in told[name].fields}
        assert [*given] == [field.name for field in tool.fields]
        assert [one.kind for one in given.values()] == [type(field.kind).__name__.lower() for field in tool.fields]
        assert _taken(shapes.draft(tool)) == {name for name, one in given.items() if one.given != "never"}
        assert _taken(shapes.patch(tool)) == {name for name, one in given.items() if one.given == "always"}
        needed = {field.name for field in msgspec.structs.fields(shapes.draft(tool)) if field.required}
        assert needed == {name for name, one in given.items() if one.needed}


def test_it_has_every_command_with_what_it_takes(told):
    for name, life in LIVES.items():
        assert told[name].commands.keys() == life.commands.keys()
        for command, does in told[name].commands.items():
            assert {one.name for one in does.body} == _taken(life.commands[command].body)
    proof = next(one for one in told["tasks"].commands["submit"].body if one.name == "proof")
    assert proof.kind == "group"
    assert told["task-templates"].commands["use"].answers == "tasks"
    kinds = {one.name: one.kind for one in told["task-templates"].commands["use"].body}
    assert kinds == {"assigned_to": "person", "due_date": "moment"}
    assert [one.lines for one in told["tasks"].commands["revise"].body] == [True]


def test_every_filter_and_every_state_is_there(told):
    for name, tool in TOOLS.items():
        assert [one.name for one in told[name].filters] == [one.name for one in tool.filters]
    assert {name: told[name].moves.keys() for name in LIVES} == {
        name: life.moves.keys() for name, life in LIVES.items()
    }
    assert told["tasks"].moves["cancel"].sources == ("completed", "in_progress", "pending")
    assert told["rewards"].moves["redeem"].to == "redeemed"


def test_it_is_the_same_for_everybody_and_asked_for_once(server):
    with httpx.Client(base_url=server.url) as client:
        answer = client.get("/bond-tools.json")
        assert answer.json() == json.loads(msgspec.json.encode(declared()))
        assert answer.headers["Cache-Control"] == "no-cache"
        again = client.get("/bond-tools.json", headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_the_page_says_as_the_server_who_may_do_what(told, tmp_path):
    members = [
        _member(1, "dominant"), _member(2, "submissive"), _member(3, "switch"),
        _member(4, "submissive", accepts=frozenset({MINE + "1"})),
    ]  # fmt: skip
    people = {one.user_id: one for one in members}
    asked, expected = [], []
    for me, person, creator in product(members, [None, *members], [None, *people]):
        for act in ACTS:
            name, _, does = act.partition(".")
            if name not in told or told[name].name == "boundaries" or does.startswith("create") or does == "use":
                continue
            tool = TOOLS[name]
            if tool.person is None and person is not None:
                continue
            asked.append(
                [me.user_id, overview(me, people), {"name": name, **_columns(tool)}, does, _row(tool, person, creator)]
            )
            expected.append(may(act, me, person=person, creator=creator))
    assert len(asked) > 300
    file = tmp_path / "asked.json"
    file.write_bytes(msgspec.json.encode(asked))
    ran = node("--input-type=module", "-e", SAYS, file)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == expected


def _taken(body: type[msgspec.Struct]) -> set[str]:
    return {field.name for field in msgspec.structs.fields(body)} - {"version"}


def _columns(tool: Tool) -> dict[str, str]:
    return {"owner": tool.owner} | ({} if tool.person is None else {"person": tool.person})


def _row(tool: Tool, person: Member | None, creator: str | None) -> dict[str, Any]:
    return {tool.owner: creator} | ({} if tool.person is None else {tool.person: person.user_id if person else None})


def _member(number: int, role: Role, accepts: frozenset[str] | None = None) -> Member:
    return Member(
        user_id=f"{MINE}{number}", role=role, state="active", can_invite=False, can_manage=False, accepts_from=accepts
    )
