"""What contracts answer beside their rows: who signed what, and what changed from one text to another."""

import asyncio
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds import answers, texts
from game_server.http.paging import Page
from game_server.http.text import clean_uuid
from game_server.services import Services
from rooms.bonds.text_diff import Piece, diff
from rooms.bonds.tools.contracts import CONTRACTS
from rooms.errors import Invalid
from storage import bond_contracts
from storage.bond_rows import Row

Against = Annotated[
    str | None,
    QueryParameter(max_length=64, description="the id of the text that is compared with; else the version before"),
]


class SignatureView(msgspec.Struct, frozen=True):
    """A party of a contract: pending, signed or declined. `reason` is why not, where they said so."""

    user_id: UUID | None
    status: str
    content_sha256: str | None
    reason: str | None
    signed_at: datetime | None


class Difference(msgspec.Struct, frozen=True):
    """What changed from the one to the other, by words: the same, removed and added stretches in order. `against` is null where
    there was no version before.
    """

    id: UUID
    against: UUID | None
    title: list[Piece]
    content: list[Piece]


@get("/api/bonds/{bond_id:str}/contracts/{row_id:str}/signatures")
async def list_signatures(
    bond_id: FromPath[str],
    row_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
) -> Page[SignatureView]:
    """Contracts: who is to sign, and what each said to it."""
    require_adult(user)
    bond, which = UUID(clean_uuid(bond_id)), UUID(clean_uuid(row_id))
    async with services.database.as_user(user.id) as db:
        await answers.find(db, CONTRACTS, bond, which)
        found = await bond_contracts.signatures(db, [which])
    reasons = await texts.open_each(services, texts.bond_owner(bond), [one.reason for one in found])
    return Page(
        [
            SignatureView(one.user_id, one.status, one.content_sha256, reason, one.signed_at)
            for one, reason in zip(found, reasons, strict=True)
        ],
        None,
    )


@get("/api/bonds/{bond_id:str}/contracts/{row_id:str}/diff")
async def compare_contracts(
    bond_id: FromPath[str],
    row_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    against: Against = None,
) -> Difference:
    """Contracts: what changed to this text from another, or from the version before."""
    require_adult(user)
    bond, which = UUID(clean_uuid(bond_id)), UUID(clean_uuid(row_id))
    after = await _opened(services, user, bond, which)
    other = await _other(services, user, which, against)
    before = {} if other is None else await _opened(services, user, bond, other)
    title, content = await asyncio.to_thread(
        lambda: [diff(before.get(name) or "", after[name] or "") for name in ("title", "content")]
    )
    return Difference(which, other, title, content)


def routes() -> list[HTTPRouteHandler]:
    """The handlers of what stands beside contracts."""
    return [list_signatures, compare_contracts]


async def _other(services: Services, user: Caller, which: UUID, against: str | None) -> UUID | None:
    """What is compared with. Raises Invalid for what is no id."""
    if against is None:
        async with services.database.as_user(user.id) as db:
            return await bond_contracts.version_before(db, which)
    try:
        return UUID(against)
    except ValueError:
        raise Invalid(fields={"against": "The id of a contract."}) from None


async def _opened(services: Services, user: Caller, bond_id: UUID, row_id: UUID) -> Row:
    """A contract that the caller sees. Raises NotFound."""
    async with services.database.as_user(user.id) as db:
        row = await answers.find(db, CONTRACTS, bond_id, row_id)
    [plain] = await texts.opened(services, CONTRACTS, [row])
    return plain
