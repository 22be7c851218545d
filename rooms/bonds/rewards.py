"""What a reward goes through, and which entries of the ledger can be taken back."""

from collections.abc import Mapping
from typing import Literal

from rooms.bonds.states import Move, move

Status = Literal["available", "redeemed", "fulfilled", "withdrawn"]

STATUSES: tuple[Status, ...] = ("available", "redeemed", "fulfilled", "withdrawn")

MOVES: Mapping[str, Move] = {
    "redeem": move("available", "redeemed"),
    "fulfil": move("redeemed", "fulfilled", again="fulfilled"),
    "withdraw": move("available redeemed", "withdrawn", again="withdrawn"),
    "edit": move("available"),
    "remove": move("available withdrawn"),
}

REVERSIBLE = frozenset({"award", "grant", "manual"})
"""What a reward took and gave back is the reward's: `withdraw` does that."""
