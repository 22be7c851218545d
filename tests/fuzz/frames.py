"""What a broken or hostile phone puts on the wire: messages of the protocol, bent a little or a lot, and frames that are none.

Everything comes of one seeded source, so that a run can be made again. What a message may hold is read from its type: a field
that nobody here has a value for stops the run with its name.
"""

import json
from collections.abc import Callable
from random import Random
from typing import Any, get_args

import msgspec

from game_server.live.messages import Heard
from rooms.sessions.commands import FromSeat

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
LARGEST = 8 * 1024
MASK = b"\x37\xfa\x21\x3d"
BAD_FRAME = frozenset({1002})
NOT_TEXT = frozenset({1007})
TOO_LARGE = frozenset({1009})

MESSAGES = {kind.__struct_config__.tag: kind for kind in (*get_args(FromSeat), *get_args(Heard))}
"""Every message that a phone may send, by its `t`."""

MARK = "extra-of-a-bad-phone"
"""What the honest couple may never read."""

GIANTS = (2**31, 2**53, 2**63, 2**64, -(2**63), 10**40, -1, 0)
DEEP = "[" * 3000 + "]" * 3000
SHORT_TEXTS = ("", "\0", "💞", "\u202e", "A", "x" * 300, "null", "' OR 1=1 --", "<script>", "\ud800")


class Item(msgspec.Struct, frozen=True):
    """What is written at once. `closes`: the codes one of which has to follow; `abandons`: the line is left to itself."""

    kind: str
    data: bytes
    frames: int = 1
    closes: frozenset[int] = frozenset()
    abandons: bool = False


class Known(msgspec.Struct):
    """What a phone has heard that its messages may refer to."""

    seqs: list[int] = []
    epoch: str | None = None


def frame(payload: bytes, opcode: int = TEXT, *, fin: bool = True, bits: int = 0, masked: bool = True) -> bytes:
    """One frame by hand; `bits` are the reserved ones."""
    size = len(payload)
    first, flag = (0x80 if fin else 0) | bits | opcode, 0x80 if masked else 0
    if size < 126:
        head = bytes((first, flag | size))
    elif size < 1 << 16:
        head = bytes((first, flag | 126)) + size.to_bytes(2)
    else:
        head = bytes((first, flag | 127)) + size.to_bytes(8)
    if not masked:
        return head + payload
    stream = MASK * (size // 4 + 1)
    return head + MASK + (int.from_bytes(payload) ^ int.from_bytes(stream[:size])).to_bytes(size)


# --- messages ---------------------------------------------------------------------------------------------------------

_VALUES: dict[str, Callable[[Random, Known], Any]] = {
    "id": lambda dice, _: str(uuid_of(dice)),
    "seat": lambda dice, _: dice.choice((None, None, None, "A", "B")),
    "on": lambda dice, known: dice.choice((*known.seqs[-6:], 1, 2**31 - 1)),
    "type": lambda dice, _: dice.choice(("truth", "dare", "random")),
    "turn": lambda dice, _: dice.choice((1, 2, 3, 10_000)),
    "feedback": lambda dice, _: dice.choice(("like", "dislike", "neutral", None)),
    "executed": lambda dice, _: dice.choice((True, False, None)),
    "level": lambda dice, _: dice.choice("GRX"),
    "action": lambda dice, _: dice.choice(("start", "stop")),
    "minutes": lambda dice, _: dice.choice((1, 10, 1440)),
    "seq": lambda dice, known: dice.choice((*known.seqs[-3:], 0, 2**40)),
    "epoch": lambda dice, known: dice.choice((known.epoch, None, "another")),
    "last_seq": lambda dice, known: dice.choice((*known.seqs[-3:], 0, 10**9)),
}


def message(dice: Random, known: Known) -> dict[str, Any]:
    """Some message as the protocol has it."""
    tag = dice.choice(tuple(MESSAGES))
    if tag in ("end", "stop", "pause") and dice.random() < 0.8:
        tag = "ready"  # in a room that has ended, or halts, little happens
    return {"t": tag, **{name: _VALUES[name](dice, known) for name in MESSAGES[tag].__struct_fields__}}


def bent(dice: Random, known: Known) -> str:
    """A message that is wrong in one way or two, or in none, as text."""
    said = message(dice, known)
    wrong: tuple[Any, ...] = (
        *GIANTS,
        *SHORT_TEXTS,
        1.5,
        True,
        None,
        [],
        {},
        [dict(said)],
        {"t": dict(said)},
        [[[[[]]]]],
    )
    _bend_fields(dice, said, wrong)
    text = _bend_text(dice, json.dumps(said, ensure_ascii=dice.random() < 0.5), json.dumps(dice.choice(wrong)))
    return text.encode(errors="replace").decode()


def _bend_fields(dice: Random, said: dict[str, Any], wrong: tuple[Any, ...]) -> None:
    field = dice.choice(tuple(said))
    match dice.randrange(12):
        case 0:
            said[field] = dice.choice(wrong)
        case 1:
            said["t"] = dice.choice((*MESSAGES, "join", "recheck", "abandon", "welcome", "event", "x" * 200))
        case 2:
            del said[field]
        case 3:
            said[dice.choice(SHORT_TEXTS)] = dice.choice(wrong)
        case 4:
            said["extra"] = MARK * dice.choice((1, 200, 370))


def _bend_text(dice: Random, text: str, wrong: str) -> str:
    number = dice.choice(("9" * 4000, "1e999", "-", "NaN", "Infinity", "0x1", "01"))
    mark = dice.choice(("\0", "\\u0000", "\\ud800", "\x1b", '"', "\\", "\u2028"))
    short = ("", " ", "null", "[]", "17", '"ready"', "{", "\ufeff" + text, f"[{text}]", text + text, DEEP)
    at = dice.randrange(len(text))
    ways: tuple[Callable[[], str], ...] = (
        lambda: text[:at],
        lambda: text[:at] + mark + text[at + 1 :],
        lambda: text[:-1] + f',"{dice.choice(("t", "id", "on"))}":{wrong}}}',
        lambda: text.replace(":", f':{DEEP},"x":', 1),
        lambda: text.replace("}", f',"n":{number}}}', 1),
        lambda: dice.choice(short),
        lambda: "".join(chr(dice.randrange(32, 0x2FF)) for _ in range(dice.randrange(200))),
    )
    return dice.choice(ways)() if dice.random() < 0.5 else text


def uuid_of(dice: Random) -> str:
    """An id of a command."""
    digits = f"{dice.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


# --- frames -----------------------------------------------------------------------------------------------------------


def _said(dice: Random, known: Known) -> Item:
    return Item("message", frame(json.dumps(message(dice, known)).encode()))


def _bent(dice: Random, known: Known) -> Item:
    return Item("bent message", frame(bent(dice, known).encode()[:LARGEST].decode(errors="ignore").encode()))


def _pieces(dice: Random, known: Known) -> Item:
    """A message in pieces, with pings between them."""
    text = json.dumps(message(dice, known)).encode()
    cuts = sorted(dice.randrange(len(text)) for _ in range(dice.randrange(1, 20)))
    parts = [text[start:end] for start, end in zip((0, *cuts), (*cuts, len(text)), strict=True)]
    made = [
        frame(part, TEXT if number == 0 else CONT, fin=number == len(parts) - 1)
        + (frame(b"between", PING) if dice.random() < 0.3 else b"")
        for number, part in enumerate(parts)
    ]
    return Item("pieces", b"".join(made), frames=len(made))


def _flood(dice: Random, known: Known) -> Item:
    """Many at once: pauses, beats, pings or pongs."""
    many = dice.randrange(20, 80)
    match dice.randrange(4):
        case 0:
            data = b"".join(frame(json.dumps({"t": "pause", "id": uuid_of(dice)}).encode()) for _ in range(many))
        case 1:
            data = frame(b'{"t":"beat","seq":0}') * many
        case 2:
            data = frame(b"x" * 125, PING) * many
        case _:
            data = frame(b"", PONG) * many
    return Item("flood", data, frames=many)


def _binary(dice: Random, known: Known) -> Item:
    return Item("binary", frame(dice.randbytes(dice.randrange(50)), BINARY), closes=frozenset({1003}))


def _no_text(dice: Random, known: Known) -> Item:
    """Bytes that are no UTF-8, whole or in the last of two pieces."""
    text = json.dumps(message(dice, known)).encode()
    wrong = dice.choice((b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xc0\xaf"))
    if dice.random() < 0.5:
        return Item("no UTF-8", frame(text + wrong), closes=NOT_TEXT)
    return Item("no UTF-8", frame(text, fin=False) + frame(wrong, CONT), frames=2, closes=NOT_TEXT)


def _too_large(dice: Random, known: Known) -> Item:
    """More than a frame may hold: as it is, only announced, in pieces, or in too many of them."""
    match dice.randrange(4):
        case 0:
            return Item("too large", frame(b"x" * dice.randrange(LARGEST + 1, 3 * LARGEST)), closes=TOO_LARGE)
        case 1:
            size = dice.choice((LARGEST + 1, 2**31, 2**40, 2**62))
            return Item("too large", bytes((0x81, 0xFF)) + size.to_bytes(8) + MASK, closes=TOO_LARGE | BAD_FRAME)
        case 2:
            part = b"x" * (LARGEST // 3)
            data = frame(part, fin=False) + frame(part, CONT, fin=False) * 3
            return Item("too large", data, frames=4, closes=TOO_LARGE)
    return Item(
        "too many pieces", frame(b"x", fin=False) + frame(b"", CONT, fin=False) * 90, frames=91, closes=TOO_LARGE
    )


def _no_frame(dice: Random, known: Known) -> Item:
    """What the framing itself forbids."""
    text = json.dumps(message(dice, known)).encode()
    data = dice.choice(
        (
            frame(text, masked=False),
            frame(text, dice.choice((3, 4, 7, 11, 15))),
            frame(text, bits=dice.choice((0x40, 0x20, 0x10, 0x70))),
            frame(b"x" * 126, PING),
            frame(b"x", PING, fin=False),
            frame(text, CONT),
            frame(text, fin=False) + frame(text),
            bytes((0x81, 0xFF)) + (2**63 + 5).to_bytes(8) + MASK,
        )
    )
    return Item("no frame", data, closes=BAD_FRAME | TOO_LARGE)


def _goodbye(dice: Random, known: Known) -> Item:
    """A close frame: with a code, an impossible one, half of one, or a reason that is no text."""
    code = dice.choice((1000, 1001, 3000, 4999, 4001))
    match dice.randrange(4):
        case 0:
            return Item("close", frame(code.to_bytes(2) + b"bye", CLOSE), closes=frozenset({code}))
        case 1:
            return Item("close", frame(b"", CLOSE), closes=frozenset({1005, 1006}))
        case 2:
            data = dice.choice((b"\x03", (0).to_bytes(2), (1005).to_bytes(2), (999).to_bytes(2), (1006).to_bytes(2)))
            return Item("bad close", frame(data, CLOSE), closes=BAD_FRAME)
    return Item("bad close", frame(code.to_bytes(2) + b"\xff", CLOSE), closes=BAD_FRAME | NOT_TEXT)


def _gone(dice: Random, known: Known) -> Item:
    """Half a frame, or none, and then nothing any more."""
    whole = frame(json.dumps(message(dice, known)).encode())
    return Item("gone", whole[: dice.randrange(len(whole))], abandons=True)


_KINDS: dict[Callable[[Random, Known], Item], int] = {
    _said: 80, _bent: 60, _pieces: 4, _flood: 1, _binary: 1, _no_text: 1, _too_large: 1, _no_frame: 1, _goodbye: 1, _gone: 1,
}  # fmt: skip


def item(dice: Random, known: Known) -> Item:
    """The next thing that a bad phone does."""
    (make,) = dice.choices(tuple(_KINDS), tuple(_KINDS.values()))
    return make(dice, known)
