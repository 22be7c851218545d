"""The operator's own judges and hands: what they find, and that the examples of docs/ and the history serve them."""

import shutil

import httpx
import msgspec
import pytest

from tests.operator import announced, examples, machines, releases
from tests.operator.announced import Announced
from tests.operator.diarist import Kept, Line, Lost, look
from tests.operator.front import Answer

LATER = Announced("a store is away", 10.0, 20.0, later=True)
CUT = Announced("a machine is lost", 30.0, 40.0, cut=2)
FINE = Answer(15.0, "PATCH", "/api/survey/progress", 503, "127.0.0.1:8000", "503", "1")
DIED = Answer(31.0, "POST", "/api/ws-tickets", 502, "127.0.0.1:8000", "502", "")


def problems(*answers: Answer) -> list[str]:
    return announced.judge(answers, [LATER, CUT])[1]


def test_what_was_announced_counts_and_is_no_fault():
    assert announced.judge([FINE, DIED, DIED], [LATER, CUT]) == ({LATER.why: 1, CUT.why: 2}, [])


@pytest.mark.parametrize(
    "answer",
    [
        msgspec.structs.replace(FINE, at=25.0),
        msgspec.structs.replace(FINE, retry_after=""),
        msgspec.structs.replace(FINE, upstream_status="", upstream=""),
        msgspec.structs.replace(FINE, status=500, upstream_status="500"),
        msgspec.structs.replace(FINE, status=502, upstream_status="502"),
        msgspec.structs.replace(DIED, method="GET"),
        msgspec.structs.replace(DIED, at=15.0),
    ],
    ids=["later", "without when", "the proxy's own", "a bug", "bad gateway", "to be repeated", "at another time"],
)
def test_every_other_answer_of_500_and_more_is_a_fault(answer):
    assert len(problems(answer)) == 1
    assert answer.path in problems(answer)[0]


def test_more_cuts_than_people_are_a_fault():
    assert len(problems(DIED, DIED, DIED)) == 1


@pytest.mark.parametrize(
    ("found", "lost"),
    [({"A1": 3, "B1": "Y"}, False), ({"A1": 3}, True), ({}, True), ({"A1": 4, "B1": "Y"}, True)],
    ids=["all", "one less", "none", "another"],
)
async def test_an_answer_that_is_not_as_it_was_acknowledged_is_lost(found, lost):
    line = Line("http://127.0.0.1")
    line._http = httpx.AsyncClient(
        base_url="http://127.0.0.1",
        transport=httpx.MockTransport(lambda _request: httpx.Response(200, json={"answers": found})),
    )
    async with line:
        try:
            await look(line, Kept("dia@example.org", {"B1": "Y", "A1": 3}))
        except Lost:
            assert lost
        else:
            assert not lost


def test_the_examples_have_what_an_operator_puts_their_own_for(tmp_path):
    own = {"/opt/attuned": "/here", "/etc/attuned/env": "/there"}
    serve = examples.unit(machines.UNITS["serve"], own | {"%i": "8123"})
    assert serve.command == ["/here/.venv/bin/game-server", "serve", "--host", "127.0.0.1"]
    assert (serve.environment["PORT"], serve.environment_file) == ("8123", "/there")
    assert examples.unit(machines.UNITS["worker"], own).command[1:] == ["worker"]
    with pytest.raises(AssertionError, match="does not say"):
        examples.adapted("nginx.conf", {"listen 4443": "listen 1"})


@pytest.mark.skipif(not (releases.ROOT / ".git").exists() or not shutil.which("git"), reason="no history here")
def test_the_release_before_has_an_older_schema_or_runs_beside_a_newer_one(tmp_path):
    commit = releases.previous_commit()
    if commit is None:
        pytest.skip("history does not reach so far")
    now, earlier = releases.present(tmp_path), releases.before(tmp_path, commit)
    assert releases.OLDEST <= earlier.last_migration <= now.last_migration
    events = [releases._events((release.folder / releases.EVENTS).read_text("utf-8")) for release in (earlier, now)]
    assert events[0] >= events[1]
    for release in (now, earlier):
        assert (release.folder / "game_server/app.py").exists()
        assert (release.folder / ".venv/bin/game-server").exists()
