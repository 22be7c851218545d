"""What processes tell each other of a bond, through Redis. All of it may be lost: whoever follows a bond also looks by itself."""

from typing import Literal
from uuid import UUID

import msgspec

from game_server.services import Services

Op = Literal["insert", "update", "delete"]


class Bell(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something was committed, who is here may have changed, somebody writes, or these connections are one too many."""

    changed: bool = False
    presence: bool = False
    typing: str | None = None
    close: tuple[str, ...] = ()


class Touched(msgspec.Struct, frozen=True):
    """A row that is one person's alone."""

    table: str
    id: UUID
    op: Op


def channel(bond_id: UUID) -> str:
    """The bond's bell; tagged, so that a cluster keeps one bond on one node."""
    return f"bell:{{bond:{bond_id}}}"


def own_channel(user_id: str) -> str:
    """A person's own."""
    return f"bell:{{own:{user_id}}}"


def ring(services: Services, bond_id: UUID, bell: Bell | None = None) -> None:
    """Tell every process with a phone of this bond, soon; without a bell that something was committed."""
    services.hub.publish(channel(bond_id), msgspec.json.encode(bell or Bell(changed=True)))


def touch(services: Services, user_id: str, table: str, row_id: UUID, op: Op) -> None:
    """Tell a person's own phones of a row of theirs, soon."""
    services.hub.publish(own_channel(user_id), msgspec.json.encode(Touched(table, row_id, op)))
