"""The judge catches bugs: some are planted into copies of the program here, all of them by `./test faults planted`."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.planted.garden import HEALTHY, grow
from tests.faults.planted.ground import Soil
from tests.faults.planted.plant import Change, Outgrown, Plant, SqlChange
from tests.faults.planted.plants import PLANTS, QUICK
from tests.faults.planted.scenes import SCENES
from tests.support.server_process import ROOT

BY_NAME = {plant.name: plant for plant in PLANTS}


@pytest.fixture(scope="module")
def soil(tmp_path_factory):
    soil = Soil(tmp_path_factory.mktemp("soil"))
    yield soil
    soil.stop()


@pytest.mark.parametrize("plant", PLANTS, ids=BY_NAME)
def test_every_plant_fits_the_program(plant):
    """Where this fails the program has changed: find the plant's place again, see that its bug is still one."""
    assert plant.changes
    assert plant.scene in SCENES
    plant.fit()
    for path, text in plant.texts(ROOT).items():
        compile(text, path, "exec")


def test_no_plant_uses_a_name_that_is_not_there(tmp_path):
    """It would break what it is planted in, and be caught for that."""
    for number, plant in enumerate(PLANTS):
        for path, text in plant.texts(ROOT).items():
            (tmp_path / f"{number}_{Path(path).stem}.py").write_text(text)
    ruff = Path(sys.executable).with_name("ruff")
    found = subprocess.run(
        [ruff, "check", "--isolated", "--select", "F821", "--output-format", "concise", tmp_path],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout


def test_there_are_many_plants_with_names_of_their_own():
    assert len(BY_NAME) == len(PLANTS) >= 25
    assert set(QUICK) <= set(BY_NAME)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change("_complete", "a text that is not there", ""), "rooms/sessions/flow.py"),
        (Change("no_such_function", "return", ""), "nowhere"),
        (Change("State", "= None", ""), "times in rooms/sessions/state.py"),
        (SqlChange("app.append_commands", "a text that is not there", ""), "0 times"),
        (SqlChange("app.no_such_function", "BEGIN", ""), "no migration defines"),
    ],
)
def test_a_plant_that_does_not_fit_says_so_with_the_place_and_the_text(change, words):
    plant = Plant("outgrown", "nothing", "an evening", (change,))
    with pytest.raises(Outgrown) as outgrown:
        plant.fit()
    assert words in str(outgrown.value)
    if not words.startswith("no migration"):
        assert change.before in str(outgrown.value)


@pytest.mark.long
async def test_nobody_complains_of_the_healthy_program(soil):
    harvest = await grow(soil, HEALTHY)
    assert harvest.right, harvest.words


@pytest.mark.long
@pytest.mark.parametrize("name", QUICK)
async def test_a_planted_bug_is_caught(soil, name):
    harvest = await grow(soil, BY_NAME[name])
    assert harvest.rules, f"{harvest.plant.harm}\n{harvest.words}"
