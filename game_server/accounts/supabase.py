"""Whoever comes with a token of Supabase's: their account or anonymous player, made at the first one.

A session of Supabase's is written down as a login, so that it is seen and ended like any other, and its sockets close when its
tokens run out. An account is never found by its address, and its address counts as confirmed only where a setting says that the
project confirms.
"""

from datetime import timedelta

import asyncpg
import structlog

from game_server.accounts.tokens import AnonymousToken, UserToken, names_our_key
from game_server.http.idempotency import of_person
from game_server.http.text import clean_email
from game_server.integrations.signing_keys import KeysUnreachable
from game_server.integrations.supabase import Supabase
from game_server.integrations.supabase_token import LEEWAY, BadToken, Claims
from game_server.services import Services
from rooms.errors import EmailRequired, EmailTaken, Invalid, SignInUnavailable, SignUpElsewhere, Unauthorized
from storage import anonymous, data_directory, idempotency, supabase

log = structlog.get_logger()


async def read_token(services: Services, token: str) -> UserToken | AnonymousToken | None:
    """Whom Supabase says that this is; None where it is no token of Supabase's. Raises SignInUnavailable where that cannot be
    checked now, Unauthorized for somebody erased or a session that was ended here, EmailTaken, EmailRequired.
    """
    project = services.supabase
    # One of ours that has run out needs nobody's key set to say so.
    if project is None or names_our_key(services.keys, token):
        return None
    try:
        claims = await project.claims(token, services.clock.now())
    except BadToken:
        return None
    except KeysUnreachable as error:
        raise SignInUnavailable from error
    if claims.anonymous:
        return await _player(services, project, claims)
    if project.is_newer(claims):
        async with project.few:
            if project.is_newer(claims):
                await _write_down(services, project, claims)
                project.note(claims)
    return UserToken(claims.id, claims.login_id, 0)


def require_own_sign_up(services: Services) -> None:
    """Raises SignUpElsewhere: beside Supabase people sign up here only on the stores that come with the install."""
    settings = services.settings
    embedded = settings.embedded_database or data_directory.serves(settings.data_dir, settings.database_url)
    if services.supabase is not None and not embedded:
        raise SignUpElsewhere


async def _write_down(services: Services, project: Supabase, claims: Claims) -> None:
    now, email = services.clock.now(), _email(claims)
    async with services.database.as_service() as connection:
        await supabase.hold(connection, claims.id)
        known = await supabase.known(connection, claims.id, signed_in_at=claims.signed_in_at - LEEWAY)
        if known.barred or known.account is False:
            raise Unauthorized
        if known.account is None:
            if email is None:
                raise EmailRequired
            await _make_way(services, connection, claims.id)
            if not await supabase.create_user(
                connection,
                claims.id,
                email=email,
                provider=claims.provider,
                confirmed=project.confirms_email,
                now=now,
            ):
                raise EmailTaken
        fresh = await supabase.note_token(
            connection,
            claims.login_id,
            user_id=claims.id,
            token_until=claims.until,
            now=now,
            expires_at=max(claims.until, now + timedelta(seconds=services.settings.refresh_token_s)),
        )
        if fresh is None:
            raise Unauthorized
        if fresh and not claims.lets_in:
            raise SignInUnavailable
        if fresh:
            await supabase.note_login(connection, claims.id, email=email, confirmed=project.confirms_email, now=now)


async def _make_way(services: Services, connection: asyncpg.Connection, auth_id: str) -> None:
    """Whoever plays anonymously under this id chose it: random ones never meet. It is the one whom Supabase signs in who has it,
    and the player goes as if they had erased themselves.
    """
    if await anonymous.erase(connection, auth_id):
        await idempotency.forget_person(connection, of_person(services, f"anon:{auth_id}"))
        log.warning("anonymous_player_made_way")


async def _player(services: Services, project: Supabase, claims: Claims) -> AnonymousToken:
    """Who is it, as an anonymous player? Nobody any more once they have signed up: an older token of theirs opens nothing."""
    since = claims.signed_in_at - LEEWAY
    async with services.database.reading() as connection:
        found = await supabase.player(connection, claims.id, signed_in_at=since)
    if found is None:
        async with project.few, services.database.as_service() as connection:
            await supabase.hold(connection, claims.id)
            known = await supabase.known(connection, claims.id, signed_in_at=since)
            if known.barred or known.account is not None:
                raise Unauthorized
            found = await supabase.player(connection, claims.id)
            if found is None and not claims.lets_in:
                raise SignInUnavailable
            if found is None:
                found = services.dice.uuid(), services.dice.version()
                now = services.clock.now()
                await supabase.create_player(connection, claims.id, found[0], version=found[1], now=now)
    return AnonymousToken(*found)


def _email(claims: Claims) -> str | None:
    """Their address in the one form in which addresses are kept; None where there is none that can be used."""
    try:
        return clean_email(claims.email or "")
    except Invalid:
        return None
