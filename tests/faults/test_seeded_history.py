"""One seed reproduces one history: the same steps, faults, answers, events, cards and folds, byte for byte.

With `--fault-seed N` it is N that is played twice and compared; a failure names the command. What a history is made of, and
what is kept out of it, `lockstep.py` says.
"""

import difflib
import json

import pytest

from tests.faults.lockstep import Lockstep
from tests.faults.script import BRIEF, LASTING, Script
from tests.faults.seeded_room import House
from tests.faults.staged import Stage

SEED = 77
SEEDS = (11, 12)
BRIEFLY = 12
AT_LENGTH = 60
ANOTHER = 3


@pytest.fixture
def house(serve, stores, postgres_link, redis_link, tmp_path):
    stage = Stage(tmp_path / "stage")
    servers = tuple(serve(stage=stage, cool_down_s=20, proposal_s=30, pairing_s=3600) for _ in range(2))
    return House(servers, stores, postgres_link, redis_link, stage)


@pytest.fixture
def play(request, house):
    """Plays a seed; the history, a line a step. Every promise is judged on the way."""

    async def play(seed: int, faults: tuple[str, ...], steps: int) -> list[str]:
        run = Lockstep(house, Script(seed, faults))
        try:
            await run.play(steps)
        except BaseException as error:
            error.add_note(again(request, seed))
            raise
        return [json.dumps(entry, sort_keys=True) for entry in run.history]

    return play


def again(request: pytest.FixtureRequest, seed: int) -> str:
    name = request.node.name.partition("[")[0]
    return f"again: ./test faults tests/faults/test_seeded_history.py -k {name} --fault-seed {seed}"


def assert_same(one: list[str], other: list[str], which: str) -> None:
    """Or say where they part, and how."""
    if one == other:
        return
    first = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    lines = [
        json.dumps(json.loads(run[first]), indent=1).splitlines() if first < len(run) else [] for run in (one, other)
    ]
    apart = list(difflib.unified_diff(*lines, "first", "second", lineterm="", n=8))
    raise AssertionError(f"step {first} went two ways; {which}\n" + "\n".join(apart[:80]))


@pytest.mark.long
async def test_a_seed_has_one_history_and_another_seed_another(request, play):
    asked = request.config.getoption("--fault-seed")
    seed = SEED if asked is None else asked
    one = await play(seed, BRIEF, BRIEFLY)
    assert_same(one, await play(seed, BRIEF, BRIEFLY), again(request, seed))
    assert one[:ANOTHER] != (await play(seed + 1, BRIEF, ANOTHER))[:ANOTHER]


@pytest.mark.long
@pytest.mark.parametrize("number", range(len(SEEDS)))
async def test_a_long_history_with_every_fault_repeats_itself(request, play, number):
    seed = request.config.getoption("--fault-seed")
    if seed is not None and number > 0:
        pytest.skip("one seed is asked for")
    seed = SEEDS[number] if seed is None else seed
    one = await play(seed, BRIEF + LASTING, AT_LENGTH)
    assert_same(one, await play(seed, BRIEF + LASTING, AT_LENGTH), again(request, seed))
