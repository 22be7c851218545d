"""What people do to get in and out: sign up, log in, refresh, log out, reset a password, confirm an address."""

from datetime import timedelta

import asyncpg
import msgspec
import structlog

from game_server.accounts import mail, passwords, refresh_tokens, resets, sign_ups, tokens
from game_server.accounts.callers import Caller
from game_server.http import limits
from game_server.http.links import hash_token
from game_server.http.text import clean_password
from game_server.languages.catalogues import Language
from game_server.services import Services
from rooms.errors import Busy, EmailTaken, InvalidToken, LockedOut, Unauthorized, WrongCredentials
from storage import accounts, bond_calendar, credentials, logins, notion_connections, one_time_tokens
from storage.accounts import Account

log = structlog.get_logger()

ASKED_MAILS = 3
"""Mails of a kind that an address can be made to get within `reset_token_s`; more are not sent, and the answer is the same."""


class SignedIn(msgspec.Struct, frozen=True):
    """An open login: the only time its refresh token is shown."""

    access_token: str
    refresh_token: str
    expires_in: int
    user: Account
    login_id: str


async def register(
    services: Services, *, email: str, password: str, display_name: str | None, language: Language
) -> SignedIn:
    """A new account, logged in; a mail that asks to confirm the address is queued. Raises EmailTaken."""
    password_hash = await passwords.hash_password(password)
    now, user_id = services.clock.now(), services.dice.uuid()
    async with services.database.as_service() as connection:
        made = await accounts.create_user(
            connection,
            user_id=user_id,
            email=email,
            display_name=display_name,
            password_hash=password_hash,
            now=now,
            language=language,
        )
        if not made:
            raise EmailTaken
        await _mail_confirmation(services, connection, user_id, email)
        return await _open_login(services, connection, user_id)


async def ask_to_register(
    services: Services, *, email: str, password: str, display_name: str | None, language: Language
) -> None:
    """The same where mails go out: the account is made when the link in the mail is opened. Alike for an address that has one."""
    password_hash = await passwords.hash_password(password)
    if await _may_mail(services, f"sign-up mails to {email}"):
        asked = sign_ups.params(password_hash, display_name, services.clock.now())
        async with services.database.as_service() as connection:
            await mail.queue(services, connection, email, sign_ups.ASKED, asked, language=language)


async def log_in(services: Services, *, email: str, password: str) -> SignedIn:
    """A new login. Raises WrongCredentials, alike for a wrong password and an unknown address, or LockedOut; Busy where the
    password was changed at the same moment.
    """
    attempt = await begin_attempt(services, email)
    form = await passwords.opened_by(password, attempt.password_hash)
    if form is None or attempt.user_id is None or attempt.password_hash is None:
        raise WrongCredentials
    fresh = None
    if passwords.is_outdated(attempt.password_hash) or form != clean_password(password):
        fresh = await passwords.hash_password(clean_password(password))
    now = services.clock.now()
    async with services.database.as_service() as connection:
        if not await credentials.still_opens(connection, attempt.user_id, attempt.password_hash):
            raise Busy("The password was changed at the same moment. Please try again.")
        await credentials.forgive_failures(connection, counted_by(services, email))
        await accounts.note_login(connection, attempt.user_id, now=now)
        if fresh:
            await credentials.set_password(connection, attempt.user_id, fresh, now=now)
        return await _open_login(services, connection, attempt.user_id)


async def log_in_again(services: Services, *, user_id: str, instead_of: str) -> SignedIn:
    """A fresh login for the retry of a sign-up; the one that the lost answer carried is void."""
    async with services.database.as_service() as connection:
        await logins.end(connection, instead_of, now=services.clock.now(), user_id=user_id)
        return await _open_login(services, connection, user_id)


async def refresh(services: Services, refresh_token: str) -> SignedIn:
    """Exchange a refresh token for new tokens; whose answer was lost gets it again. Raises Unauthorized; reuse ends the login."""
    login_id, secret = refresh_tokens.read(services.keys, refresh_token)
    now = services.clock.now()
    signed_in = None
    async with services.database.as_service() as connection:
        login = await logins.hold(connection, login_id, now=now)
        if login is None:
            raise Unauthorized
        given = refresh_tokens.presented(login, secret, now)
        if given.state == "reused":
            await logins.end(connection, login_id, now=now)
        else:
            fresh = refresh_tokens.successor(services.keys, login_id, secret, given)
            if given.state == "newest":
                await logins.rotate(
                    connection,
                    login_id,
                    new_hash=hash_token(fresh),
                    earlier=refresh_tokens.superseded(login, now),
                    now=now,
                    expires_at=now + timedelta(seconds=services.settings.refresh_token_s),
                )
            signed_in = await _signed_in(
                services, connection, login.user_id, login_id, fresh, generation=given.generation
            )
    if signed_in is None:
        log.warning("refresh_token_reused", user_id=login.user_id, login_id=login_id)
        await services.hub.kick_actor(f"user:{login.user_id}", login=login_id)
        raise Unauthorized
    return signed_in


async def log_out(services: Services, user: Caller) -> None:
    """End the login that asks; its sockets close."""
    await end_login(services, user, str(user.login))


async def end_login(services: Services, user: Caller, login_id: str) -> bool:
    """End one of the caller's logins; its sockets close. False when it is not an open one of theirs."""
    async with services.database.as_service() as connection:
        ended = await logins.end(connection, login_id, now=services.clock.now(), user_id=user.id)
    if ended:
        await services.hub.kick_actor(user.actor, login=login_id)
    return ended is not None


async def end_other_logins(services: Services, user: Caller) -> None:
    """End every login of the caller but the one that asks."""
    async with services.database.as_service() as connection:
        ended = await logins.end_all(connection, user.id, now=services.clock.now(), but=user.login)
    for login_id in ended:
        await services.hub.kick_actor(user.actor, login=login_id)


async def ask_for_reset(services: Services, email: str) -> None:
    """Write down that a link to set a new password is wanted; who sends mails looks whether the address has an account."""
    if await _may_mail(services, f"reset mails to {email}"):
        async with services.database.as_service() as connection:
            await mail.queue(services, connection, email, resets.ASKED, {}, good_for=resets.ASK_GOOD_FOR)


async def reset_password(services: Services, token: str, password: str) -> None:
    """Set a new password, in its one form, with a mailed token; every login ends. Raises InvalidToken."""
    token_hash, now = hash_token(token), services.clock.now()
    async with services.database.as_service() as connection:
        if not await one_time_tokens.is_good_one_time_token(connection, token_hash, "password_reset", now=now):
            raise _invalid_mail_token()
    password_hash = await passwords.hash_password(password)
    async with services.database.as_service() as connection:
        user_id = await one_time_tokens.use_one_time_token(
            connection, token_hash, "password_reset", now=services.clock.now()
        )
        if user_id is None:
            raise _invalid_mail_token()
        email = await accounts.confirm_email(connection, user_id, now=now)
        ended = await _replace_password(services, connection, user_id, email, password_hash)
    for login_id in ended:
        await services.hub.kick_actor(f"user:{user_id}", login=login_id)


async def confirm_email(services: Services, token: str, password: str | None) -> None:
    """Confirm an address with a mailed token, which makes the account where that waits for it. Raises InvalidToken.

    The password, in its one form, is the account's from now on: whoever chose another one did not read this mail, and their
    logins end. Without one the password of the sign-up stays.
    """
    now, token_hash = services.clock.now(), hash_token(token)
    instead = None if password is None else await _other_password(services, token_hash, password)
    ended: list[str] = []
    async with services.database.as_service() as connection:
        user_id = await one_time_tokens.use_one_time_token(connection, token_hash, "confirm_email", now=now)
        if user_id is not None:
            email = await accounts.confirm_email(connection, user_id, now=now)
            if instead is not None:
                ended = await _replace_password(services, connection, user_id, email, instead)
        elif not await sign_ups.confirm(services, connection, token_hash, instead=instead):
            raise _invalid_mail_token()
    for login_id in ended:
        await services.hub.kick_actor(f"user:{user_id}", login=login_id)


def counted_by(services: Services, email: str) -> list[str]:
    """What the wrong passwords of an address are counted by: under each secret, so that a change of it forgives nobody."""
    return sorted(services.keys.marks("login attempts", email))


async def begin_attempt(services: Services, email: str) -> credentials.Attempt:
    """A password may be checked now, and counts as wrong until `forgive_failures`. Raises LockedOut."""
    now = services.clock.now()
    since = now - timedelta(seconds=services.settings.lockout_s)
    async with services.database.as_service() as connection:
        attempt = await credentials.begin_attempt(
            connection,
            email,
            addresses=counted_by(services, email),
            most=services.settings.lockout_failures,
            since=since,
            now=now,
        )
    if attempt.locked_since:
        raise LockedOut(retry_after=max(1, int((attempt.locked_since - since).total_seconds()) + 1))
    return attempt


async def _other_password(services: Services, token_hash: str, password: str) -> str | None:
    """The hash of this password, where it is another one than the account behind the mailed token has or would have."""
    now = services.clock.now()
    async with services.database.as_service() as connection:
        known = await one_time_tokens.password_behind(connection, token_hash, "confirm_email", now=now)
        known = known or await sign_ups.password_behind(services, connection, token_hash)
    if known is None:
        raise _invalid_mail_token()
    opened = await passwords.opened_by(password, known)
    return None if opened is not None else await passwords.hash_password(password)


async def _replace_password(
    services: Services, connection: asyncpg.Connection, user_id: str, email: str, password_hash: str
) -> list[str]:
    """Somebody who reads their mail has a new password: every login ends, to be kicked once that is committed, and so does what
    whoever was in the account before may have made to see on: a Notion, and addresses of calendars.
    """
    now = services.clock.now()
    await credentials.set_password(connection, user_id, password_hash, now=now)
    await one_time_tokens.void_one_time_tokens(connection, user_id)
    await credentials.forgive_failures(connection, counted_by(services, email))
    await notion_connections.close(connection, user_id, "password_replaced")
    await bond_calendar.end_feeds(connection, user_id)
    return await logins.end_all(connection, user_id, now=now)


async def _mail_confirmation(services: Services, connection: asyncpg.Connection, user_id: str, email: str) -> None:
    token = services.dice.token()
    await one_time_tokens.add_one_time_token(
        connection,
        token_hash=hash_token(token),
        user_id=user_id,
        purpose="confirm_email",
        expires_at=services.clock.now() + sign_ups.CONFIRM_WITHIN,
    )
    link = f"{services.settings.base_url}/#confirm-email={token}"
    await mail.queue(services, connection, email, "confirm_email", {"link": link})


async def _may_mail(services: Services, subject: str) -> bool:
    counted = await limits.count(services, subject, services.settings.reset_token_s)
    return counted is not None and counted.count <= ASKED_MAILS


async def _open_login(services: Services, connection: asyncpg.Connection, user_id: str) -> SignedIn:
    login_id, now = services.dice.uuid(), services.clock.now()
    secret = refresh_tokens.first_secret(services.keys, login_id, services.dice.token())
    await logins.open_login(
        connection,
        login_id=login_id,
        user_id=user_id,
        refresh_hash=hash_token(secret),
        now=now,
        expires_at=now + timedelta(seconds=services.settings.refresh_token_s),
    )
    return await _signed_in(services, connection, user_id, login_id, secret)


async def _signed_in(
    services: Services, connection: asyncpg.Connection, user_id: str, login_id: str, secret: str, *, generation: int = 0
) -> SignedIn:
    user = await accounts.account(connection, user_id)
    if user is None:
        raise Unauthorized
    lifetime = services.settings.access_token_s
    access = tokens.issue_user(
        services.keys,
        user_id=user_id,
        login_id=login_id,
        email=user.email,
        now=services.clock.now(),
        lifetime_s=lifetime,
        generation=generation,
    )
    return SignedIn(access, f"{login_id}.{secret}", lifetime, user, login_id)


def _invalid_mail_token() -> InvalidToken:
    return InvalidToken("This link is wrong, used or expired. Ask for a new mail.")
