"""What the library that reads JSON makes of our shapes is given back to the allocator as it was taken."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

FORGETTING = """
import importlib
import pkgutil

import msgspec

import game_server
import rooms
import storage

for package in (game_server, rooms, storage):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)


def shapes(kind):
    for shape in kind.__subclasses__():
        yield shape
        yield from shapes(shape)


for shape in dict.fromkeys(shapes(msgspec.Struct)):
    if not shape.__module__.startswith(("game_server.", "rooms.", "storage.")):
        continue
    for field in msgspec.structs.fields(shape):
        print(shape.__module__, shape.__name__, field.name, flush=True)
        try:
            msgspec.json.Decoder(field.type)  # forgotten at once
        except TypeError:
            pass  # a shape that is only ever written
print("all forgotten")
"""


def test_how_any_field_is_read_can_be_forgotten_without_freeing_what_others_hold():
    """Python's own checks of memory end the process where something is freed that was not allocated there."""
    done = subprocess.run(
        [sys.executable, "-c", FORGETTING],
        cwd=ROOT,
        env=os.environ | {"PYTHONMALLOC": "debug"},
        capture_output=True,
        encoding="utf-8",
        errors="replace",  # what was freed is printed, too
        check=False,
    )
    said = done.stdout.splitlines()
    assert done.returncode == 0, f"{said[-1:]}: {done.returncode}\n{done.stderr[-2000:]}"
    assert said[-1] == "all forgotten"
    assert len(said) > 1000
