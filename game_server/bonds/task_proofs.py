"""What shows that a task is done: words, a photo, the address of a video. Whoever showed it takes it back."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from game_server.bonds import attachments, shapes, texts
from game_server.bonds.commands import Hand
from game_server.services import Services
from rooms.bonds import permissions
from rooms.bonds.tool import LONGEST_NOTES
from rooms.errors import Invalid, NotFound, NotPermitted, ProofRequired
from storage import bond_tasks
from storage.bond_rows import Row
from storage.bond_tasks import Proof

MOST_PROOF = 20


class NewProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What shows that it is done: a few words are always enough. A photo is a file of one's own that hangs on nothing yet; a
    video is the https address of one.
    """

    type: Literal["text", "photo", "video"] = "text"
    text: shapes.lines(LONGEST_NOTES) | None = None  # type: ignore[valid-type]  # made from a number
    file_id: UUID | None = None


class ProofView(msgspec.Struct, frozen=True):
    """A proof as the bond's members see it. A photo without a file and without words was withdrawn."""

    id: UUID
    type: str
    text: str | None
    file_id: UUID | None
    user_id: UUID
    created_at: datetime


async def require(hand: Hand, row: Row, proof: NewProof | None) -> None:
    """May the task be handed in with this? Raises Invalid, ProofRequired."""
    shown = await bond_tasks.proofs(hand.db, [row["id"]])
    if proof is not None:
        _require_whole(proof)
    if row["proof_required"] and proof is None and not shown:
        raise ProofRequired
    if proof is not None and len(shown) >= MOST_PROOF:
        raise Invalid(fields={"proof": f"A task takes {MOST_PROOF} proofs at most."})
    if proof is not None and proof.file_id is not None:
        await attachments.require(hand.db, [proof.file_id], "proof.file_id")


async def add(hand: Hand, row: Row, proof: NewProof) -> None:
    """Hang it on the task."""
    key = await texts.bond_key(hand.services, hand.bond.id)
    await bond_tasks.add_proof(
        hand.db,
        task_id=row["id"],
        bond_id=hand.bond.id,
        user_id=hand.me.user_id,
        proof_type=proof.type,
        text=texts.sealed_by(key, proof.text),
        file_id=proof.file_id,
    )


async def opened(services: Services, bond_id: UUID, found: Sequence[Proof]) -> list[tuple[UUID, ProofView]]:
    """Proofs of a bond with their words, each with its task. Raises KeysAway."""
    words = await texts.open_each(services, texts.bond_owner(bond_id), [one.text for one in found])
    return [(one.task_id, _view(one, text)) for one, text in zip(found, words, strict=True)]


async def take_back(hand: Hand, row: Row, proof_id: UUID) -> None:
    """Only its uploader does. Raises NotFound where the task has no such proof, NotPermitted."""
    found = [one for one in await bond_tasks.proofs(hand.db, [row["id"]]) if one.id == proof_id]
    if not found:
        raise NotFound
    if str(found[0].user_id) != hand.me.user_id:
        raise NotPermitted(fields={"permission": permissions.ACTS["tasks.submit"]})
    if not await bond_tasks.remove_proof(hand.db, row["id"], proof_id):
        raise NotFound


def _view(proof: Proof, text: str | None) -> ProofView:
    return ProofView(proof.id, proof.proof_type, text, proof.file_id, proof.user_id, proof.created_at)


_ADDRESS = re.compile(r"https://[^\s\x00-\x1f\x7f]+")


def _require_whole(proof: NewProof) -> None:
    """Does it show something? Raises Invalid, ProofRequired."""
    if proof.file_id is not None and proof.type != "photo":
        raise Invalid(fields={"proof.file_id": "Only a photo is a file."})
    if proof.file_id is None and (proof.text is None or not proof.text.strip()):
        raise ProofRequired
    if proof.type == "video" and not _ADDRESS.fullmatch(str(proof.text)):
        raise Invalid(fields={"proof.text": "The https address of a video."})
