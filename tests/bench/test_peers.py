"""The peers' bench without peers: its pins, its lock files, and what it makes of recorded rounds."""

import json
import re
from xml.etree import ElementTree as ET

import msgspec
from rich.console import Console

from tests.bench import peers
from tests.bench.handset import Frame, Seat
from tests.bench.peers_install import SOURCES, NotInstalled
from tests.bench.peers_page import page
from tests.bench.peers_phones import NumberedHandset, PeerGame, SocketIoHandset
from tests.bench.peers_result import Result, Round, Row, cells, table

EXACT = re.compile(r"\d+\.\d+(\.\d+)?")


def a_round(per_second: float, *, once: bool = True, overtaken: int = 0) -> Round:
    return Round(
        per_second=per_second, ack_p50=1.5, ack_p99=4.0, server_us=100, postgres_us=60, valkey_us=2, loader_cores=0.5,
        once=once, overtaken=overtaken,
    )  # fmt: skip


def a_result(*, busy: bool = False) -> Result:
    ours, *_, channels = peers.CONTESTANTS
    streams = next(one for one in peers.CONTESTANTS if one.kind == "streams")
    return Result(
        rooms=50, seconds=3, rate=100, rounds=3, busy=busy, notes=list(peers.NOTES), versions=peers.versions(),
        machine={"cpu": "A <fast> one", "cores": 2, "memory_gb": 4, "system": "Linux", "at": "today", "load_average": [1]},
        rows=[
            Row(contestant=ours, rounds=[a_round(900), a_round(5000), a_round(1000)]),
            Row(contestant=streams, rounds=[a_round(2000, once=False, overtaken=3)]),
            Row(contestant=channels, missing="could not be installed: no network & no <luck>"),
        ],
    )  # fmt: skip


def test_every_peer_is_pinned_exactly_and_the_lock_holds_those_pins():
    wanted = json.loads((SOURCES / "package.json").read_text())["dependencies"]
    locked = json.loads((SOURCES / "package-lock.json").read_text())["packages"]
    python = (SOURCES / "requirements.lock").read_text()
    assert all(EXACT.fullmatch(version) for version in peers.versions().values())
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all(f"{line} \\" in python for line in (SOURCES / "requirements.in").read_text().split())


def test_the_locks_name_no_host_and_have_a_hash_for_everything():
    node, python = ((SOURCES / name).read_text() for name in ("package-lock.json", "requirements.lock"))
    assert "://" not in node + python
    assert "resolved" not in node
    assert all("integrity" in package for name, package in json.loads(node)["packages"].items() if name)
    pins = [entry for entry in re.split(r"\n(?=\S)", python) if entry.strip()]
    assert all("==" in entry and "--hash=sha256:" in entry for entry in pins)


def test_a_row_shows_the_median_and_always_what_an_acknowledgement_is_worth():
    rows = a_result().rows
    assert cells(rows[0])[:5] == ["yes", "yes", "yes", "yes", "1,000"]
    assert cells(rows[1])[:5] == ["no", "no", "no", "no: 3 overtaken", "2,000"]


def test_a_peer_that_could_not_be_had_says_so_beside_the_others():
    console = Console(width=220, record=True, quiet=True)
    console.print(table(a_result()))
    assert "no <luck>" in cells(a_result().rows[2])[4]
    assert len({len(cells(row)) for row in a_result().rows}) == 1
    assert not a_result().problems()


def test_the_page_is_whole_loads_nothing_and_marks_a_busy_machine():
    text = page(a_result(busy=True))
    assert "://" not in text
    assert "<script" not in text
    assert "A &lt;fast&gt; one" in text
    assert "no &lt;luck&gt;" in text
    assert "Others used this machine" in text
    assert "Others used this machine" not in page(a_result())
    for drawing in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        ET.fromstring(drawing)  # noqa: S314 - it is our own


def test_the_result_is_read_back_as_it_was_written(tmp_path):
    path = tmp_path / "peers.json"
    peers.show(a_result(), str(path), tmp_path / "there" / "peers.html")
    assert msgspec.json.decode(path.read_bytes(), type=Result) == a_result()
    assert (tmp_path / "there" / "peers.html").exists()


async def test_an_installation_that_fails_leaves_the_others_in():
    async def measured(contestant):
        if contestant.kind == "colyseus":
            raise NotInstalled("no network")
        return a_round(1000)

    rows = await peers.all_rounds(measured, peers.CONTESTANTS, 3)
    assert [row.missing for row in rows if not row.rounds] == ["could not be installed: no network"]
    assert {len(row.rounds) for row in rows if not row.missing} == {3}


async def test_an_event_that_was_overtaken_is_neither_lost_nor_a_second_one():
    phone = NumberedHandset(Seat("a"), lambda _frame, _at: None)
    for seq in (1, 3, 2, 3):
        phone._event(Frame("event", seq=seq), 0.0)
    assert (phone.delivered, phone.overtaken, phone.twice) == (3, 1, 1)


async def test_a_phone_of_socket_io_hears_events_and_acknowledgements():
    game = PeerGame("a", SocketIoHandset)
    heard = []
    phone = game.phones[0]
    phone.hears = lambda frame, _at: heard.append((frame.t, frame.seq))
    phone._message(b'42["event",{"t":"event","seq":1,"e":{"t":"said"}}]')
    phone._message(b'4317[{"t":"ack","id":"x","seq":1}]')
    assert heard == [("event", 1), ("ack", 1)]
