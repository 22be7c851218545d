"""Connecting somebody's own workspace, by a token of theirs or by saying yes at Notion, and letting go of it."""

from datetime import timedelta

import msgspec
import structlog

from game_server.accounts.callers import Caller
from game_server.integrations.notion import Notion
from game_server.integrations.notion_connection import NotionConnection
from game_server.integrations.notion_errors import NotionFailed
from game_server.integrations.sealed_reference import SealedElsewhere, SealedReferences
from game_server.notion import secrets
from game_server.notion.secrets import Secret
from game_server.services import Services
from rooms.errors import Expired, NotConfigured, NotionRefused, NotionUnavailable, WrongState
from storage import notion_connections
from storage.notion_connections import Connection, How

log = structlog.get_logger()

STATE_GOOD_FOR = timedelta(minutes=10)
CALLBACK = "/api/notion/oauth/callback"


class Begun(msgspec.Struct, frozen=True):
    """Where somebody says yes, and what their browser is known by until they come back."""

    url: str
    browser: str


class _Granted(msgspec.Struct, frozen=True, kw_only=True):
    token: str
    refresh_token: str | None = None
    bot_id: str
    workspace_id: str | None
    workspace_name: str | None
    owner_id: str | None


def offered(services: Services) -> Notion:
    """Notion, where people may connect theirs. Raises NotConfigured."""
    if services.notion is None:
        raise NotConfigured("Notion is not offered here.")
    return services.notion


async def by_token(services: Services, user: Caller, token: str) -> None:
    """Connect with a token that its person made in their workspace. Raises NotConfigured, NotionRefused, NotionUnavailable."""
    notion = offered(services)
    try:
        me = await NotionConnection(notion, token).me()
    except NotionFailed as error:
        raise refused(error) from error
    granted = _Granted(
        token=token,
        bot_id=me.bot_id,
        workspace_id=me.workspace_id,
        workspace_name=me.workspace_name,
        owner_id=me.owner_id,
    )
    await _keep(services, user.id, "token", granted)


async def begin(services: Services, user: Caller) -> Begun:
    """Send somebody to Notion. Raises NotConfigured."""
    notion = offered(services)
    if not notion.has_oauth:
        raise NotConfigured("Signing in to Notion is not set up here. A token of an integration of your own works.")
    state, browser = services.dice.token(), services.dice.token()
    now = services.clock.now()
    async with services.database.as_service() as db:
        await notion_connections.begin(
            db, user.id, _mark(services, state), _mark(services, browser), now, now + STATE_GOOD_FOR
        )
    return Begun(notion.authorize_url(state, redirect_uri(services)), browser)


async def come_back(services: Services, state: str, browser: str | None, user: Caller | None, code: str) -> None:
    """Somebody said yes there: once, within minutes, and in the browser in which they began, or signed in as they were.
    Raises Expired, NotConfigured, NotionRefused, NotionUnavailable.
    """
    whose = await who_came(services, state, browser, user)
    notion = offered(services)
    try:
        grant = await notion.exchange(code, redirect_uri(services))
    except NotionFailed as error:
        raise refused(error) from error
    granted = _Granted(
        token=grant.access_token,
        refresh_token=grant.refresh_token,
        bot_id=grant.bot_id,
        workspace_id=grant.workspace_id,
        workspace_name=grant.workspace_name,
        owner_id=grant.owner_id,
    )
    await _keep(services, whose, "oauth", granted)


async def who_came(services: Services, state: str, browser: str | None, user: Caller | None) -> str:
    """Who began that; it is good for nothing afterwards. Raises Expired."""
    async with services.database.as_service() as db:
        whose = await notion_connections.came_back(
            db,
            services.keys.marks("notion state", state),
            services.keys.marks("notion state", browser) if browser else (),
            user.id if user is not None else None,
            services.clock.now(),
        )
    if whose is None:
        raise Expired
    return whose


async def let_go(services: Services, user: Caller) -> None:
    """It is connected no more: tokens, and what is known of pages, are forgotten. What stands in the workspace is theirs."""
    async with services.database.as_service() as db:
        await notion_connections.forget(db, user.id)


async def require(services: Services, user: Caller) -> tuple[Connection, Secret]:
    """The caller's connection. Raises NotConfigured, WrongState where there is none that works."""
    offered(services)
    async with services.database.as_service() as db:
        found = await notion_connections.find(db, user.id)
    if found is None or found.state != "connected":
        raise WrongState("Connect your Notion first.")
    try:
        return found, secrets.sealing(services.keys, user.id).open(found.sealed)
    except SealedElsewhere as error:
        raise WrongState(
            "What was kept of your connection cannot be opened any more. Please disconnect, and connect again."
        ) from error


def redirect_uri(services: Services) -> str:
    """Where Notion sends people back to."""
    return services.settings.base_url + CALLBACK


def refused(error: NotionFailed) -> Exception:
    """What its person is told of what Notion answered."""
    if error.trouble in ("unauthorized", "refused"):
        return NotionRefused()
    log.warning("notion_away", trouble=error.trouble, code=error.code)
    return NotionUnavailable()


def _hash_key_of(before: Connection | None, sealing: SealedReferences[Secret], granted: _Granted) -> str | None:
    """What the hashes of before are made with, where they are of this workspace and can still be read."""
    if before is None or granted.workspace_id is None or before.workspace_id != granted.workspace_id:
        return None
    try:
        return sealing.open(before.sealed).hash_key
    except SealedElsewhere:
        return None


async def _keep(services: Services, user_id: str, how: How, granted: _Granted) -> None:
    """Of another workspace nothing of before is of use."""
    sealing = secrets.sealing(services.keys, user_id)
    async with services.database.as_service() as db:
        before = await notion_connections.find(db, user_id)
        hash_key = _hash_key_of(before, sealing, granted)
        if hash_key is None:
            hash_key = secrets.fresh_hash_key()
            await notion_connections.forget(db, user_id)
        sealed = sealing.seal(
            Secret(
                token=granted.token,
                hash_key=hash_key,
                refresh_token=granted.refresh_token,
                workspace=granted.workspace_name,
                owner_id=granted.owner_id,
            )
        )
        await notion_connections.keep(db, user_id, how, sealed, granted.workspace_id, granted.bot_id)


def _mark(services: Services, secret: str) -> str:
    return services.keys.mark("notion state", secret)
