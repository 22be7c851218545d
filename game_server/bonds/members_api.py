"""The routes of members: what each says of themselves, what the founder gives, leaving, removing, handing on."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import delete, patch, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from game_server.accounts.callers import Caller
from game_server.bonds import members, shapes
from game_server.bonds.doing import doing
from game_server.bonds.members import Left
from game_server.bonds.shapes import Plain, Version
from game_server.bonds.tools_api import OfVersion
from game_server.bonds.views import BondView, MemberView
from game_server.http.bodies import AnyRequest
from game_server.http.text import clean_uuid
from game_server.services import Services
from rooms.bonds.people import MOST_MEMBERS


class ChangeSafewords(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The words and the sign by which somebody slows or stops; all of them, each time."""

    slow: shapes.line(100) | None = None  # type: ignore[valid-type]  # made from a number
    stop: shapes.line(100) | None = None  # type: ignore[valid-type]  # made from a number
    nonverbal: shapes.line(100) | None = None  # type: ignore[valid-type]  # made from a number


class ChangeMyself(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A field left out stays, null empties one. `accepts_from` null: everybody whose role leads mine may lead me."""

    nickname: shapes.line(100) | UnsetType | None = UNSET  # type: ignore[valid-type]  # made from a number
    role_in_bond: Literal["dominant", "submissive", "switch"] | UnsetType = UNSET
    accepts_from: Annotated[list[UUID], Meta(max_length=MOST_MEMBERS)] | UnsetType | None = UNSET
    safewords: ChangeSafewords | UnsetType | None = UNSET
    aftercare_needs: shapes.lines(4000) | UnsetType | None = UNSET  # type: ignore[valid-type]  # made from a number
    read_receipts: bool | UnsetType = UNSET
    presence: bool | UnsetType = UNSET
    version: Version | None = None


class ChangeRights(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the founder gives and takes; a field left out stays."""

    can_invite: bool | UnsetType = UNSET
    can_manage: bool | UnsetType = UNSET
    version: Version | None = None


class Handover(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To whom the bond is handed on."""

    user_id: UUID
    version: Version | None = None


@patch("/api/bonds/{bond_id:str}/me")
async def change_myself(
    bond_id: FromPath[str],
    data: JSONBody[ChangeMyself],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> MemberView:
    """What the caller says of themselves in this bond: nobody else writes it."""
    given = shapes.given(data)
    if given.get("safewords"):
        given["safewords"] = msgspec.to_builtins(given["safewords"])
    return await members.change_me(doing(services, user, bond_id, request, data), given)


@patch("/api/bonds/{bond_id:str}/members/{user_id:str}")
async def change_rights(
    bond_id: FromPath[str],
    user_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    *,
    data: JSONBody[ChangeRights],
) -> MemberView:
    """What another may: given and taken by the founder."""
    what = doing(services, user, bond_id, request, data)
    return await members.change_rights(what, UUID(clean_uuid(user_id)), shapes.given(data))


@delete("/api/bonds/{bond_id:str}/members/{user_id:str}")
async def remove_member(
    bond_id: FromPath[str],
    user_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    *,
    version: OfVersion = None,
) -> None:
    """Somebody is a member no more: by who manages, and never the founder."""
    what = msgspec.structs.replace(doing(services, user, bond_id, request), version=version)
    await members.remove(what, UUID(clean_uuid(user_id)))


@post("/api/bonds/{bond_id:str}/leave", status_code=200)
async def leave_bond(
    bond_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    data: JSONBody[Plain | None] = None,
) -> Left:
    """Leave, at once and without a reason. A sole member dissolves the bond instead."""
    return await members.leave(doing(services, user, bond_id, request, data))


@post("/api/bonds/{bond_id:str}/transfer", status_code=200)
async def transfer_bond(
    bond_id: FromPath[str],
    data: JSONBody[Handover],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> BondView:
    """The founder hands the bond on, at once."""
    return await members.transfer(doing(services, user, bond_id, request, data), data.user_id)


def routes() -> list[HTTPRouteHandler]:
    """The handlers of members."""
    return [change_myself, change_rights, remove_member, leave_bond, transfer_bond]
