"""What Notion tells by itself: only that something changed, never what, and so only where to look.

It is verified on the raw body, heard once, and answered at once. How it introduces itself is kept for the operator, who sets the
word by which everything after it is signed; nothing is trusted by it before.
"""

import structlog

from game_server.integrations import notion_webhooks
from game_server.integrations.notion_webhooks import Event, Handshake
from game_server.integrations.sealed_reference import SealedReferences
from game_server.process.keys import Keys
from game_server.services import Services
from rooms.errors import BadRequest, NotSigned
from rooms.notion import pages
from storage import notion_connections, notion_databases, notion_intake, notion_pages

log = structlog.get_logger()


async def hear(services: Services, body: bytes, signature: str) -> None:
    """A delivery. Raises NotSigned, BadRequest."""
    token = services.settings.notion_webhook_token
    told = notion_webhooks.read(body)
    if token is None:
        if not isinstance(told, Handshake):
            raise NotSigned
        await _introduced(services, told)
        return
    if isinstance(told, Handshake):
        return  # the one that is set stays: another is the operator's to set
    if not notion_webhooks.is_signed(token, body, signature):
        raise NotSigned
    if told is None:
        raise BadRequest
    await _told(services, told)


def handshakes(keys: Keys) -> SealedReferences[str]:
    """How a word of an introduction is sealed and opened."""
    return SealedReferences(keys.notion_keys(), str, "notion handshake")


async def _told(services: Services, event: Event) -> None:
    async with services.database.as_service() as db:
        if not await notion_intake.heard(db, event.id[:64]):
            return
        only = _only_bot(event)
        whose = await notion_pages.look(db, event.entity_id, only, services.clock.now())
        whose += await notion_databases.look_again(db, event.entity_id, only)
        if not whose and event.entity_type == "page":
            whose = await notion_databases.look_again_in(db, event.workspace_id, only)
        for user_id in sorted(set(whose)):
            await notion_connections.wake(db, user_id)


def _only_bot(event: Event) -> str | None:
    """The one bot that did it, where nobody else did: if that is us there, it is what we did."""
    return next((bot for bot in event.authors if pages.is_echo(event.authors, bot)), None)


async def _introduced(services: Services, told: Handshake) -> None:
    sealed = handshakes(services.keys).seal(told.verification_token[:256])
    async with services.database.as_service() as db:
        kept = await notion_intake.introduce(db, sealed)
    if kept:
        log.warning("notion_introduced_itself", see="game-server notion handshakes")
