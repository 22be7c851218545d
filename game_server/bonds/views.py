"""What a member is shown of a bond and of who is in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from game_server.bonds import texts
from game_server.services import Services
from rooms.bonds.people import votes_needed
from storage.bonds import Bond, Person
from storage.key_rows import KeysAway


class Safewords(msgspec.Struct, frozen=True, omit_defaults=True):
    """The words and the sign by which somebody slows or stops."""

    slow: str | None = None
    stop: str | None = None
    nonverbal: str | None = None


class MemberView(msgspec.Struct, frozen=True, kw_only=True):
    """A member as all of the bond see them. `accepts_from`, `read_receipts` and `presence` only on one's own."""

    user_id: UUID
    display_name: str | None
    nickname: str | None
    role_in_bond: str
    dynamic_role: str | None
    submission_state: str
    kink_identity: str | None
    can_invite: bool
    can_manage: bool
    is_founder: bool
    joined_at: datetime
    safewords: Safewords | None
    aftercare_needs: str | None
    version: int
    accepts_from: list[UUID] | msgspec.UnsetType | None = msgspec.UNSET
    read_receipts: bool | msgspec.UnsetType = msgspec.UNSET
    presence: bool | msgspec.UnsetType = msgspec.UNSET
    paused_by_me: bool | msgspec.UnsetType = msgspec.UNSET
    dissolve_voted_by_me: bool | msgspec.UnsetType = msgspec.UNSET


class BondView(msgspec.Struct, frozen=True, kw_only=True):
    """A bond as its members see it. `dissolve_votes` want it over, `dissolve_needed` have to; whose votes they are is not told.
    `invite_expires_at`: a code opens it until then.
    """

    id: UUID
    name: str | None
    description: str | None
    bond_type: str
    status: str
    created_by: UUID | None
    founder_id: UUID | None
    is_private: bool
    members: list[MemberView]
    version: int
    created_at: datetime
    updated_at: datetime
    dissolved_at: datetime | None
    invite_expires_at: datetime | None
    dissolve_votes: int
    dissolve_needed: int


async def bond_view(services: Services, bond: Bond, people: Sequence[Person], caller_id: str) -> BondView:
    """A bond with its members, their texts opened. Raises KeysAway."""
    owner = texts.bond_owner(bond.id)
    private = [(one.nickname, one.safewords, one.aftercare_needs) for one in people]
    words = await texts.open_each(
        services, owner, [bond.name, bond.description, *(text for three in private for text in three)]
    )
    identities = []
    for person in people:
        identities += await texts.open_each(services, f"user:{person.user_id}", [person.kink_identity])
    return _bond(bond, people, words, identities, caller_id)


async def halted_view(services: Services, bond: Bond, people: Sequence[Person], caller_id: str) -> BondView:
    """The same for who paused it or took that back: where the keys are away, without its texts. A pause waits for nothing, and
    whose stands has to be told so.
    """
    try:
        return await bond_view(services, bond, people, caller_id)
    except KeysAway:
        return _bond(bond, people, [None] * (2 + 3 * len(people)), [None] * len(people), caller_id)


def _bond(
    bond: Bond, people: Sequence[Person], words: Sequence[Any], identities: Sequence[Any], caller_id: str
) -> BondView:
    name, description, *private = words
    members = [
        _member(person, bond, private[3 * number : 3 * number + 3], identities[number], caller_id)
        for number, person in enumerate(people)
    ]
    return BondView(
        id=bond.id,
        name=name,
        description=description,
        bond_type=bond.bond_type,
        status=bond.status,
        created_by=bond.created_by,
        founder_id=bond.founder_id,
        is_private=bond.is_private,
        members=members,
        version=bond.version,
        created_at=bond.created_at,
        updated_at=bond.updated_at,
        dissolved_at=bond.dissolved_at,
        invite_expires_at=bond.invite_expires_at,
        dissolve_votes=sum(person.dissolve_vote_at is not None for person in people),
        dissolve_needed=votes_needed(len(people)),
    )


def _member(person: Person, bond: Bond, words: Sequence[Any], identity: Any, caller_id: str) -> MemberView:
    nickname, safewords, aftercare = words
    own: dict[str, Any] = {}
    if str(person.user_id) == caller_id:
        own = {
            "accepts_from": person.accepts_from,
            "read_receipts": person.read_receipts,
            "presence": person.presence,
            "paused_by_me": person.paused_at is not None,
            "dissolve_voted_by_me": person.dissolve_vote_at is not None,
        }
    return MemberView(
        user_id=person.user_id,
        display_name=person.display_name,
        nickname=nickname,
        role_in_bond=person.role_in_bond,
        dynamic_role=person.dynamic_role,
        submission_state=person.submission_state,
        kink_identity=identity,
        can_invite=person.can_invite,
        can_manage=person.can_manage,
        is_founder=person.user_id == bond.founder_id,
        joined_at=person.joined_at,
        safewords=Safewords(**safewords) if safewords else None,
        aftercare_needs=aftercare,
        version=person.version,
        **own,
    )
