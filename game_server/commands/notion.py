"""What an operator reads of Notion: with which words it introduced itself, and how many workspaces are connected."""

from datetime import datetime

import msgspec

from game_server.commands.opening import run, services_for, stores
from game_server.integrations.sealed_reference import SealedElsewhere, SealedReferences
from game_server.notion import hearing
from game_server.settings import Settings
from storage import notion_intake
from storage.embedded import Step


class Told(msgspec.Struct, frozen=True):
    """A word that somebody sent who may be Notion; null where it was sealed with a secret that is not ours any more."""

    word: str | None
    received_at: datetime


def handshakes(settings: Settings, *, forget: bool, step: Step) -> list[Told]:
    """Those that were sent, newest first; with `forget` they are gone then."""
    with stores(settings, step) as (opened, _own):

        async def look() -> list[Told]:
            async with services_for(opened) as services, services.database.as_service() as db:
                kept, sealing = await notion_intake.handshakes(db), hearing.handshakes(services.keys)
                if forget:
                    await notion_intake.forget_handshakes(db)
                return [Told(_opened(sealing, one.sealed), one.received_at) for one in kept]

        return run(look())


def lines(found: list[Told]) -> list[str]:
    """For people."""
    if not found:
        return ["Notion sent no word yet: make a subscription to …/api/webhooks/notion in the integration's settings."]
    words = [f"{one.received_at:%Y-%m-%d %H:%M}  {one.word or '(sealed with another secret)'}" for one in found]
    return [
        *words,
        "The right one is that of the moment at which you made the subscription: ATTUNED_NOTION_WEBHOOK_TOKEN.",
    ]


def _opened(sealing: SealedReferences[str], sealed: str) -> str | None:
    try:
        return sealing.open(sealed)
    except SealedElsewhere:
        return None
