"""The straight way of text frames comes to what the parser of websockets comes to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import OPEN
from websockets.uri import parse_uri

from game_server.process import frames
from game_server.process.server import LARGEST_FRAME, READ_AT_ONCE, Handshake

TEXTS = st.binary(max_size=300) | st.binary(min_size=READ_AT_ONCE - 20, max_size=READ_AT_ONCE + 20)
OTHERS = st.sampled_from([Opcode.CONT, Opcode.TEXT, Opcode.BINARY, Opcode.PING, Opcode.PONG])


def open_pair() -> tuple[ClientProtocol, Handshake]:
    """A phone's side, and ours, after the upgrade."""
    phone, ours = ClientProtocol(parse_uri("ws://here/")), Handshake(max_size=LARGEST_FRAME)
    phone.send_request(phone.connect())
    ours.receive_data(b"".join(phone.data_to_send()))
    (request,) = ours.events_received()
    assert isinstance(request, Request)
    ours.send_response(ours.accept(request))
    phone.receive_data(b"".join(ours.data_to_send()))
    phone.events_received()
    assert (phone.state, ours.state) == (OPEN, OPEN)
    return phone, ours


def masked(opcode: Opcode, data: bytes, *, fin: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=True)


@given(TEXTS)
def test_a_whole_text_is_what_the_parser_reads(text: bytes) -> None:
    _, ours = open_pair()
    data = masked(Opcode.TEXT, text)
    taken = frames.whole_text(ours, data, READ_AT_ONCE)
    assert (taken is None) == (len(data) > READ_AT_ONCE)
    ours.receive_data(data)
    (frame,) = ours.events_received()
    assert isinstance(frame, Frame)
    assert taken in (None, bytes(frame.data))


@given(st.lists(st.tuples(OTHERS, st.binary(max_size=100), st.booleans()), max_size=6), st.data())
def test_it_is_taken_only_between_two_messages(sent: list[tuple[Opcode, bytes, bool]], data: st.DataObject) -> None:
    """Whatever came before, in whatever pieces: what the parser would take for one whole text, and nothing else."""
    _, ours = open_pair()
    whole = b"".join(masked(opcode, text, fin=fin or opcode >= Opcode.CLOSE) for opcode, text, fin in sent)
    before = whole[: data.draw(st.integers(0, len(whole)))]
    cut = data.draw(st.integers(0, len(before)))
    for piece in (before[:cut], before[cut:]):
        if piece and ours.parser_exc is None:
            ours.receive_data(piece)
    ours.events_received()
    text = masked(Opcode.TEXT, b'{"t":"ready"}')
    taken = frames.whole_text(ours, text, READ_AT_ONCE)
    if taken is None:
        return
    ours.receive_data(text)
    (frame,) = ours.events_received()
    assert isinstance(frame, Frame)
    assert (frame.opcode, frame.fin, bytes(frame.data)) == (Opcode.TEXT, True, taken)


def test_it_is_taken_again_after_what_the_parser_took() -> None:
    _, ours = open_pair()
    text = masked(Opcode.TEXT, b"{}")
    for before in (
        b"",
        masked(Opcode.PING, b""),
        text + text,
        masked(Opcode.TEXT, b"a", fin=False) + masked(Opcode.CONT, b"b"),
    ):
        if before:
            ours.receive_data(before)
        assert frames.whole_text(ours, text, READ_AT_ONCE) == b"{}"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        masked(Opcode.TEXT, b"{}")[:-1],
        masked(Opcode.TEXT, b"{}") + b"\x81",
        masked(Opcode.TEXT, b"{}", fin=False),
        masked(Opcode.BINARY, b"{}"),
        masked(Opcode.CONT, b"{}"),
        Frame(Opcode.TEXT, b"{}longer").serialize(mask=False),
        b"\xc1" + masked(Opcode.TEXT, b"{}")[1:],
        b"\x81\xff" + (2).to_bytes(8) + b"\0\0\0\0{}",
    ],
    ids=[
        "nothing",
        "cut",
        "more",
        "unfinished",
        "binary",
        "continued",
        "unmasked",
        "compressed",
        "too wide",
    ],  # masks are by chance
)
def test_what_is_no_whole_text_is_for_the_parser(data: bytes) -> None:
    assert frames.whole_text(open_pair()[1], data, READ_AT_ONCE) is None


def test_nothing_is_taken_from_a_peer_that_is_being_closed_nor_sent_to_it() -> None:
    _, ours = open_pair()
    ours.send_close(1000)
    assert frames.whole_text(ours, masked(Opcode.TEXT, b"{}"), READ_AT_ONCE) is None
    assert frames.text_frames(ours, [b"{}"]) is None


@given(st.lists(TEXTS | st.sampled_from([b"x" * 125, b"x" * 126, b"x" * 65_535, b"x" * 65_536]), max_size=4))
def test_frames_are_the_bytes_that_websockets_would_send(texts: list[bytes]) -> None:
    _, ours = open_pair()
    made = frames.text_frames(ours, texts)
    assert (made is None) == any(len(text) > 65_535 for text in texts)
    for text in texts:
        ours.send_text(text)
    assert made in (None, b"".join(ours.data_to_send()))
    assert frames.text_frames(ours, [b"{}"]) == b"\x81\x02{}"


def test_what_waits_to_be_sent_goes_first() -> None:
    _, ours = open_pair()
    ours.send_text(b"first")
    assert frames.text_frames(ours, [b"second"]) is None
