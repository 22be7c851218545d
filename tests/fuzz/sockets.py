"""./test fuzz sockets: many broken frames at a real server's sockets, with an honest couple playing beside.

Ends with 1 when anything was not answered by a code of the protocol's lists, when the couple was kept waiting, when the server
logged an error, when its memory grew without end, or when it is not there any more. A run is made again by its seed.
"""

import os
import sys
import time
from pathlib import Path

import msgspec

from tests.bench import report
from tests.bench.report import console, machine
from tests.bench.stage import Stage, memory_of
from tests.fuzz.lines import HANG_S, Tally, fuzz

WARM = 0.2
"""The part of a run after which memory should grow no more."""
MOST_GROWTH_MB = 24.0
GOOD = ("debug", "info", "warning")
"""Levels of the log that a bad phone may cause."""


def main() -> int:
    chosen = report.options(__doc__ or "", frames=100_000, seed=1, phones=12)
    with report.steps() as steps, Stage() as stage:
        steps.step("a server with nobody at it")
        server = stage.serve()
        memory: list[tuple[float, float]] = []
        load = [0.0]
        bar = steps.step(f"{chosen.frames} frames of {chosen.phones} bad phones, seed {chosen.seed}")

        def told(done: float) -> None:
            bar(done)
            if not console.is_terminal and (not memory or int(10 * done) > int(10 * memory[-1][0])):
                console.print(f"{done:.0%}")
            memory.append((done, memory_of(server.pid) / 2**20))
            load.append(os.getloadavg()[0])

        began = time.monotonic()
        tally = report.run(fuzz(server, frames=chosen.frames, seed=chosen.seed, phones=chosen.phones, told=told))
        seconds = time.monotonic() - began
        tally.problems += _of_the_server(server.process.poll(), stage.log())
        code = server.stop()
        tally.problems += [f"the server ended with {code}"] if code else []
    warm, last = next(mb for done, mb in memory if done >= WARM), memory[-1][1]
    if last - warm > MOST_GROWTH_MB:
        tally.problems.append(f"memory grew from {warm:.0f} to {last:.0f} MB")
    patience = HANG_S * max(1.0, max(load) / (os.cpu_count() or 1))
    if max(tally.slowest_honest_s, tally.slowest_answer_s) > patience:
        tally.problems.append(
            f"the couple waited {tally.slowest_honest_s:.2f} s, a bad phone {tally.slowest_answer_s:.2f} s"
        )
    return _show(
        chosen,
        tally,
        {
            "seconds": round(seconds, 1),
            "memory_mb_warm": round(warm, 1),
            "memory_mb_end": round(last, 1),
            "patience_s": round(patience, 2),
        },
    )


def _of_the_server(ended: int | None, log: str) -> list[str]:
    """What is wrong with it: it is gone, or it logged an error, or a line that is none of the log's."""
    bad = [line[:600] for line in log.splitlines() if _level(line) not in GOOD]
    return [f"the server ended with {ended}"] * (ended is not None) + [f"the server logged {line}" for line in bad[:5]]


def _level(line: str) -> str | None:
    try:
        return str(msgspec.json.decode(line)["level"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return None


def _show(chosen: "report.argparse.Namespace", tally: Tally, facts: dict[str, float]) -> int:
    told = msgspec.to_builtins(tally)
    options = {name: value for name, value in vars(chosen).items() if name != "json"}
    result = {"fuzz": "sockets", "options": options, "machine": machine(), **facts, **told}
    encoded = msgspec.json.format(msgspec.json.encode(result), indent=2)
    if chosen.json == "-":
        sys.stdout.write(encoded.decode() + "\n")
    elif chosen.json:
        Path(chosen.json).write_bytes(encoded + b"\n")
    for name in (
        *facts,
        "frames",
        "lines",
        "sent",
        "replies",
        "closes",
        "slowest_answer_s",
        "honest_commands",
        "slowest_honest_s",
    ):
        console.print(f"{name}: {result[name]}", markup=False, highlight=False)
    for problem in tally.problems:
        console.print(f"WRONG (seed {chosen.seed}): {problem}", style="red", markup=False, highlight=False)
    return 1 if tally.problems else 0


if __name__ == "__main__":
    sys.exit(main())
