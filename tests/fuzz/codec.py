"""./test fuzz codec: the decoder of a room's socket, in this process: it understands a text or refuses it, and nothing else.

Ends with 1 when a text made it raise anything that a phone is not refused for, gave something that is no message, or took long.
"""

import sys
import time
from pathlib import Path
from random import Random
from typing import Any, get_args

import msgspec

from game_server.live.messages import Heard
from game_server.live.wire import UNREADABLE, refused_frame, said
from rooms.errors import BadMessage
from rooms.sessions.commands import FromSeat
from tests.bench import report
from tests.bench.report import console, machine
from tests.fuzz.frames import Known, bent

HANG_S = 1.0
PROGRESS_EVERY = 2_000
MESSAGES = (*get_args(FromSeat), *get_args(Heard))


class Tally(msgspec.Struct):
    """What came of a run."""

    inputs: int = 0
    understood: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    problems: list[str] = []

    def hear(self, decoder: "msgspec.json.Decoder[Any]", text: str) -> None:
        """One text, as the conversation takes it."""
        began = time.perf_counter()
        self.inputs += 1
        try:
            message = decoder.decode(text)
            self.understood += 1
            if not isinstance(message, MESSAGES):
                self.problems.append(f"it became {type(message).__name__}: {text[:300]!r}")
            elif hasattr(message, "id"):
                said(message, text)
        except UNREADABLE:
            self.refused += 1
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            self.problems.append(f"{type(error).__name__} {error}: {text[:300]!r}")
        took = time.perf_counter() - began
        self.slowest_s = max(self.slowest_s, took)
        if took > HANG_S:
            self.problems.append(f"it took {took:.1f} s: {text[:300]!r}")


def fuzz(inputs: int, seed: int, told: Any = lambda _: None) -> Tally:
    """So many texts, each wrong in some way, or not."""
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(FromSeat | Heard)
    dice = Random(seed)  # noqa: S311 - a seed makes the run again
    tally, known = Tally(), Known([1, 7, 12], "an epoch")
    assert refused_frame(None, BadMessage(), 0)
    while tally.inputs < inputs and not tally.problems:
        tally.hear(decoder, bent(dice, known))
        if tally.inputs % PROGRESS_EVERY == 0:
            told(tally.inputs / inputs)
    return tally


def main() -> int:
    chosen = report.options(__doc__ or "", inputs=1_000_000, seed=1)
    with report.steps() as steps:
        began = time.monotonic()
        tally = fuzz(chosen.inputs, chosen.seed, steps.step(f"{chosen.inputs} texts, seed {chosen.seed}"))
    result = {"fuzz": "codec", "seed": chosen.seed, "seconds": round(time.monotonic() - began, 1), "machine": machine()}
    result |= msgspec.to_builtins(tally)
    encoded = msgspec.json.format(msgspec.json.encode(result), indent=2)
    if chosen.json == "-":
        sys.stdout.write(encoded.decode() + "\n")
    elif chosen.json:
        Path(chosen.json).write_bytes(encoded + b"\n")
    for name in ("seconds", "inputs", "understood", "refused", "slowest_s", "problems"):
        console.print(f"{name}: {result[name]}", markup=False, highlight=False)
    return 1 if tally.problems else 0


if __name__ == "__main__":
    sys.exit(main())
