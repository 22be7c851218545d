"""What goes over a room's socket: byte for byte what phones know, typed in one place, and the same for the page."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from game_server.live import messages as m
from rooms.errors import Stale
from rooms.sessions.commands import FromSeat
from rooms.sessions.frames import EventFrame
from rooms.sessions.seen import EventSeen
from rooms.sessions.views import _FIELDS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "game_server/web/static/js/room/protocol.js").read_text("utf-8")
AT = datetime(2026, 11, 29, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("message", "frame"),
    [
        (
            m.Welcome(seat="A", epoch="e", head=7, mode="replay", now=AT, ping_ms=5, dead_ms=9),
            '{"t":"welcome","seat":"A","epoch":"e","head":7,"mode":"replay","now":"2026-11-29T08:30:00Z","ping_ms":5,"dead_ms":9}',
        ),
        (m.Snapshot(seq=7, state={"phase": "card"}), '{"t":"snapshot","seq":7,"state":{"phase":"card"}}'),
        (m.Live(), '{"t":"live"}'),
        (m.Ack("id", 7), '{"t":"ack","id":"id","seq":7}'),
        (
            m.NotDone(id=None, code=Stale.code, message="No.", head=7, retryable=False),
            '{"t":"refused","id":null,"code":"stale","message":"No.","head":7,"retryable":false}',
        ),
        (m.Halt("stop"), '{"t":"halt","kind":"stop"}'),
        (
            m.Here(seat="B", status="present", until=None),
            '{"t":"presence","seat":"B","status":"present","until":null}',
        ),
        (m.Beat(head=7, now=AT), '{"t":"beat","head":7,"now":"2026-11-29T08:30:00Z"}'),
        (m.Draining(reconnect_within_ms=5000), '{"t":"draining","reconnect_within_ms":5000}'),
    ],
)
def test_a_message_is_on_the_wire_as_phones_know_it(message, frame):
    assert msgspec.json.encode(message).decode() == frame


def test_a_phone_says_hello_and_answers_beats():
    heard = msgspec.json.Decoder(m.Heard)
    assert heard.decode('{"t":"hello","epoch":null,"last_seq":7}') == m.Hello(None, 7)
    assert heard.decode('{"t":"hello"}') == m.Hello(None, 0)
    assert heard.decode('{"t":"beat","seq":7}') == m.BeatBack(seq=7)


def test_no_message_is_written_by_hand():
    for package in ("game_server", "rooms", "storage"):
        for path in (ROOT / package).rglob("*.py"):
            assert not re.search(r"""["']t["']: ["']""", path.read_text("utf-8")), path.relative_to(ROOT)


def test_the_page_knows_the_fields_of_every_message():
    assert told_in("Welcome", "ServerMessage") == fields_of(m.Told | EventFrame)


def test_the_page_knows_every_event_and_every_command():
    assert told_in("RoomEvent", "RoomEvent").keys() == fields_of(EventSeen).keys()
    halts = set(get_args(m.HaltKind))
    commands = {tag: fields - {"id", "seat"} for tag, fields in fields_of(FromSeat).items() if tag not in halts}
    assert told_in("Command", "Command") == commands


def test_the_page_knows_the_fields_of_a_room():
    (_, _, after) = PAGE.partition("@typedef {object} RoomState")
    assert re.findall(r"@property \{.*\} (\w+)", after.partition("*/")[0]) == list(_FIELDS)


def told_in(first: str, last: str) -> dict[str, set[str]]:
    """Of the page's types from one to another: the fields of each message by its `t`."""
    names = list(re.finditer(r"\} (\w+)(?: .*)?(?:\n \*/| \*/)", PAGE))
    begins = next(PAGE.rindex("/**", 0, match.end()) for match in names if match[1] == first)
    ends = next(match.end() for match in names if match[1] == last)
    found = re.findall(r'\{t: "(\w+)"((?:[^{}]|\{[^{}]*\})*)\}', PAGE[begins:ends].replace("\n *", ""))
    return {tag: set(re.findall(r"(\w+)\??: ", rest)) for tag, rest in found}


def fields_of(union: object) -> dict[str, set[str]]:
    """The fields of every struct of the union by its tag; those of an event seen in two ways together."""
    found: dict[str, set[str]] = {}
    for kind in get_args(union):
        found.setdefault(kind.__struct_config__.tag, set()).update(kind.__struct_fields__)
    return found
