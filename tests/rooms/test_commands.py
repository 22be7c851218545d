"""What is kept of a command says what was asked, as its message did."""

import uuid
from typing import get_args

import msgspec
import pytest

from rooms.sessions.commands import AnyCommand, Feedback, Join, Lengthen, Skip, Timer, said

SAID: list[AnyCommand] = [
    Skip(id=uuid.uuid4(), seat="B", on=7),
    Feedback(id=uuid.uuid4(), turn=3, feedback="like"),
    Feedback(id=uuid.uuid4(), turn=3, executed=False),
    Lengthen(id=uuid.uuid4(), minutes=5),
    Timer(id=uuid.uuid4(), on=2, action="stop"),
    Join(seat="B", words=("Kerze", "Wolke")),
]


@pytest.mark.parametrize("command", SAID, ids=lambda command: type(command).__name__)
def test_it_is_the_message_without_its_id(command: AnyCommand) -> None:
    message = msgspec.json.decode(msgspec.json.encode(command))
    message.pop("id", None)
    for order in ("deterministic", None):
        assert msgspec.json.decode(msgspec.json.encode(said(command), order=order)) == message
    assert msgspec.json.encode(said(command), order="deterministic") == msgspec.json.encode(
        message, order="deterministic"
    )


@pytest.mark.parametrize("kind", get_args(AnyCommand), ids=lambda kind: kind.__name__)
def test_every_command_is_made_of_what_json_has(kind: type[AnyCommand]) -> None:
    """So that nothing of it has to be made plain first."""
    plain = (
        msgspec.inspect.StrType,
        msgspec.inspect.IntType,
        msgspec.inspect.BoolType,
        msgspec.inspect.NoneType,
        msgspec.inspect.LiteralType,
        msgspec.inspect.VarTupleType,
    )
    found = msgspec.inspect.type_info(kind)
    assert isinstance(found, msgspec.inspect.StructType)
    for field in found.fields:
        parts = field.type.types if isinstance(field.type, msgspec.inspect.UnionType) else (field.type,)
        assert field.name == "id" or all(isinstance(part, plain) for part in parts), field.name
