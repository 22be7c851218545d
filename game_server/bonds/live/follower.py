"""A phone that follows a bond, and whose it is."""

from uuid import UUID

import msgspec

from game_server.accounts.callers import Caller
from game_server.live.phone import Phone
from game_server.live.presence import Presence


class Follower(msgspec.Struct, eq=False, kw_only=True):
    """One connection of a member. `phone.seq` is the feed's number up to which it has everything, None until it is live; `since`
    when it came (epoch seconds); `told` how each member read when it was last told.
    """

    phone: Phone
    caller: Caller
    bond_id: UUID
    since: float
    told: dict[str, Presence] = msgspec.field(default_factory=dict)
    typed_at: float = 0.0

    @property
    def user_id(self) -> str:
        """Whose it is."""
        return self.caller.id

    @property
    def live(self) -> bool:
        """Has it had everything up to its number, and is there still?"""
        return self.phone.seq is not None and not self.phone.closed
