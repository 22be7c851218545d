"""What whoever brings one person's rows and pages together has in hand, and what may keep them from it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import msgspec

from game_server.accounts.callers import Caller
from game_server.integrations.notion_connection import Connection
from game_server.notion import reading
from game_server.notion.asking import Asking
from game_server.notion.secrets import Secret
from game_server.services import Services
from rooms.notion import canonical
from rooms.notion.property import Around, Value
from storage import notion_rows
from storage.notion_connections import Connection as Connected


class Rest(Exception):
    """The whole connection is left alone for so many seconds, for a reason with this code."""

    def __init__(self, seconds: float, code: str) -> None:
        self.seconds, self.code = seconds, code
        super().__init__(code)


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """One person's. `ends` says whether the time for it is up; `owner_id` is who they are in that workspace, where
    that is known.
    """

    services: Services
    caller: Caller
    notion: Connection
    bot_id: str
    owner_id: str | None
    secret: bytes
    around: Around
    ends: Callable[[], bool]

    @property
    def user_id(self) -> UUID:
        """Whose it is."""
        return UUID(self.caller.id)

    @property
    def asking(self) -> Asking:
        """On whose behalf something is asked for."""
        return Asking(self.services, self.caller, self.around)

    @property
    def hashed(self) -> Callable[[str, Value], str]:
        """How what was the same on both sides is kept."""
        return partial(canonical.digest, self.secret)

    def now(self) -> datetime:
        """What time it is."""
        return self.services.clock.now()

    def later(self, seconds: float) -> datetime:
        """In so many seconds."""
        return later(self.services, seconds)

    def is_another(self, editor: str | None) -> bool:
        """Was it surely somebody else than whose Notion it is?"""
        return self.owner_id is not None and editor not in (None, self.bot_id, self.owner_id)


async def begun(  # noqa: PLR0917 - what a connection is, whose, and how long
    services: Services, notion: Connection, known: Connected, secret: Secret, caller: Caller, zone: str | None,
    ends: Callable[[], bool],
) -> Work:  # fmt: skip
    """One person's connection in hand. Raises KeysAway."""
    return Work(
        services=services,
        caller=caller,
        notion=notion,
        bot_id=known.bot_id or "",
        owner_id=secret.owner_id,
        secret=secret.hashing,
        around=await reading.around(services, caller, zone),
        ends=ends,
    )


def later(services: Services, seconds: float) -> datetime:
    """In so many seconds from now."""
    return services.clock.now() + timedelta(seconds=seconds)


async def caller_of(services: Services, user_id: UUID) -> tuple[Caller, str | None] | None:
    """Whoever's Notion it is, as their own requests would name them, and their zone; None for who is erased, or no adult."""
    async with services.database.as_service() as db:
        owner = await notion_rows.owner(db, user_id)
    if owner is None or not owner.adult:
        return None
    caller = Caller(
        kind="user",
        id=str(owner.id),
        login=None,
        adult=owner.adult,
        profile_completed=owner.profile_completed,
        display_name=owner.display_name,
        profile_id=None,
    )
    return caller, owner.time_zone
