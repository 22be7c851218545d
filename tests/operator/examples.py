"""The files of docs/examples as an operator takes them: their own addresses and paths put in, the rest as it stands."""

import configparser
import shlex
from collections.abc import Mapping
from pathlib import Path

import msgspec

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


class Unit(msgspec.Struct, frozen=True):
    """What systemd would run, with which environment beside that of `environment_file`, and how long it may take to stop."""

    command: list[str]
    environment: dict[str, str]
    environment_file: str
    stop_within_s: float


def adapted(name: str, own: Mapping[str, str]) -> str:
    """The example with one's own in place of what stands there; each has to stand there."""
    text = (EXAMPLES / name).read_text("utf-8")
    absent = [word for word in own if word not in text]
    assert not absent, f"docs/examples/{name} does not say {absent}"
    for word, mine in own.items():
        text = text.replace(word, mine)
    return text


def unit(name: str, own: Mapping[str, str]) -> Unit:
    """A unit of systemd; its `%i` is to be among one's own."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign, assignment]
    parser.read_string(adapted(name, own))
    service = parser["Service"]
    return Unit(
        shlex.split(service["ExecStart"]),
        dict(one.partition("=")[::2] for one in shlex.split(service["Environment"])),
        service["EnvironmentFile"],
        float(service.get("TimeoutStopSec", "90")),
    )
