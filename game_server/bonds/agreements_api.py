"""The routes by which members change what their bond is called and how it works."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, patch
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds import agreements, shapes
from game_server.bonds.doing import doing
from game_server.bonds.shapes import Version
from game_server.bonds.views import BondView
from game_server.http.bodies import AnyRequest
from game_server.http.text import clean_uuid
from game_server.services import Services
from rooms.bonds.people import DYAD, MOST_MEMBERS
from storage.bond_settings import BondSettings


class ChangeBond(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A field left out stays, null empties the description."""

    name: shapes.line(200) | UnsetType = UNSET  # type: ignore[valid-type]  # made from a number
    description: shapes.lines(4000) | UnsetType | None = UNSET  # type: ignore[valid-type]  # made from a number
    is_private: bool | UnsetType = UNSET
    version: Version | None = None


class ChangeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A field left out stays. `auto_approve_members`: who has the code need not be asked for, while one is alone there."""

    auto_approve_members: bool | UnsetType = UNSET
    max_members: Annotated[int, Meta(ge=DYAD, le=MOST_MEMBERS)] | UnsetType = UNSET
    invite_expires_after_days: Annotated[int, Meta(ge=1, le=30)] | UnsetType = UNSET
    enable_points_system: bool | UnsetType = UNSET
    enable_rewards_system: bool | UnsetType = UNSET
    version: Version | None = None


@patch("/api/bonds/{bond_id:str}")
async def change_bond(
    bond_id: FromPath[str],
    data: JSONBody[ChangeBond],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> BondView:
    """Change what the bond is called, and whether who has its id may ask to be let in."""
    return await agreements.change_bond(doing(services, user, bond_id, request, data), shapes.given(data))


@get("/api/bonds/{bond_id:str}/settings")
async def read_bond_settings(
    bond_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> BondSettings:
    """How the bond works."""
    require_adult(user)
    return await agreements.read_settings(services, user, UUID(clean_uuid(bond_id)))


@patch("/api/bonds/{bond_id:str}/settings")
async def change_bond_settings(
    bond_id: FromPath[str],
    data: JSONBody[ChangeSettings],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> BondSettings:
    """Change how the bond works."""
    return await agreements.change_settings(doing(services, user, bond_id, request, data), shapes.given(data))


def routes() -> list[HTTPRouteHandler]:
    """The handlers of agreements."""
    return [change_bond, read_bond_settings, change_bond_settings]
