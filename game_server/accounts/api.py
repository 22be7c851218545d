"""The routes of accounts: `/api/auth/…`, `/api/anonymous-sessions`, `/api/me`, and the public keys of our tokens."""

from typing import Annotated, Any, Literal, cast
from uuid import UUID

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency, Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import UNSET, Meta, UnsetType

from game_server.accounts import actions, anonymous, erasure, mail, mail_api, me, password_change, supabase, unasked
from game_server.accounts.actions import SignedIn
from game_server.accounts.anonymous import AnonymousSession
from game_server.accounts.callers import Caller, provide_anonymous
from game_server.accounts.mail_api import MailAnswers
from game_server.accounts.mail_told import LOOK, NO_MAILS, told
from game_server.http import limits
from game_server.http.bodies import AnyRequest
from game_server.http.idempotency import HEADER, NOBODY, idempotent
from game_server.http.paging import Limit, Page, read_cursor
from game_server.http.text import END, Email, Name, Password, Secret, Word, clean_email, clean_name, new_password
from game_server.languages import choice
from game_server.languages.catalogues import Language
from game_server.services import Services
from game_server.settings import Settings
from rooms.errors import Invalid, NotFound
from storage.accounts import Account

Sharing = Literal["all_responses", "overlapping_only", "demographics_only"]
Preference = bool | Annotated[int, Meta(ge=-(2**31), lt=2**31)] | Word | None


class SignUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new account. `adult` must be true."""

    email: Email
    password: Password
    adult: bool
    display_name: Name | None = None


class LogIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Any password may be tried, also one too short to be chosen."""

    email: Email
    password: Annotated[str, Meta(min_length=1, max_length=256, pattern="^[^\\x00]*$")]


class Refresh(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The newest refresh token of a login."""

    refresh_token: Secret


class BeginAnonymously(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An anonymous player. `adult` must be true; `device_fingerprint` is accepted and never stored."""

    adult: bool
    session_id: UUID | None = None
    device_fingerprint: Any = None


LIVED = ("dynamic_role", "kink_identity", "bond_id", "time_zone", "bonds_onboarded")


Identity = Annotated[str, Meta(min_length=1, max_length=500, pattern=f"^[^\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]*{END}")]


class ToldDemographics(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Null removes what was told, a field left out stays."""

    gender: Word | UnsetType | None = UNSET
    sexual_orientation: Word | UnsetType | None = UNSET
    relationship_structure: Word | UnsetType | None = UNSET


class ChangeMe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A field left out stays; inside the two objects null removes a key.

    `language` is what mails and notifications come in. Of the preferences we know `push` (discreet, normal or off), `quiet_hours`
    ({from, to}, like 22:00), their `time_zone` (like Europe/Berlin), and false for a kind of notification that is not pushed.
    The last five are for bonds, and null empties one: `kink_identity` is read by members of one's bonds, `bond_id` is the bond
    that is shown first.
    """

    display_name: Name | UnsetType = UNSET
    demographics: ToldDemographics | UnsetType = UNSET
    profile_sharing_setting: Sharing | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    notification_preferences: (
        Annotated[dict[Word, Preference | Annotated[dict[Word, Preference], Meta(max_length=32)]], Meta(max_length=32)]
        | UnsetType
    ) = UNSET
    dynamic_role: Literal["dominant", "submissive", "switch"] | UnsetType | None = UNSET
    kink_identity: Identity | UnsetType | None = UNSET
    bond_id: UUID | UnsetType | None = UNSET
    time_zone: Word | UnsetType | None = UNSET
    bonds_onboarded: bool | UnsetType = UNSET


class Tokens(msgspec.Struct, frozen=True):
    """An open login."""

    access_token: str
    refresh_token: str
    expires_in: int
    user: Account


class SignedUp(Tokens, frozen=True):
    """A new account, logged in; `notice` is there where no mail can be sent, and says what that means."""

    notice: str | UnsetType = UNSET


@post(
    "/api/auth/register",
    status_code=201,
    responses={
        202: ResponseSpec(MailAnswers, generate_examples=False, description="Where mails are sent: look at yours.")
    },
)
async def register(
    data: JSONBody[SignUp], request: AnyRequest, services: NamedDependency[Services]
) -> Response[SignedUp]:
    """Sign up. Where mails are sent the answer is 202, alike for a known and a new address, and the mail has the rest."""
    await limits.spend(services, request, None, "register")
    supabase.require_own_sign_up(services)
    _require_adult_statement(data.adult)
    email, password = clean_email(data.email), new_password(data.password)
    name = clean_name(data.display_name, "display_name") if data.display_name is not None else None
    soon = BackgroundTask(mail.send_soon, services)
    language = choice.of_header(request.headers.get("Accept-Language"))
    if mail.way(services) == "smtp":
        await idempotent(
            services,
            key=request.headers.get(HEADER),
            caller=NOBODY,
            route="register by mail",
            body=data,
            act=lambda: actions.ask_to_register(
                services, email=email, password=password, display_name=name, language=language
            ),
        )
        answer = MailAnswers(told(request, LOOK))
        return cast("Response[SignedUp]", Response(answer, status_code=202, background=soon))
    signed_in = await idempotent(
        services,
        key=request.headers.get(HEADER),
        caller=NOBODY,
        route="register",
        body=data,
        act=lambda: actions.register(services, email=email, password=password, display_name=name, language=language),
        again=lambda kept: actions.log_in_again(services, user_id=kept["user_id"], instead_of=kept["login_id"]),
        stored=lambda made: {"user_id": made.user.id, "login_id": made.login_id},
        about=lambda made: f"user:{made.user.id}",
    )
    notice = told(request, NO_MAILS) if mail.way(services) == "nowhere" else UNSET
    made = SignedUp(**msgspec.structs.asdict(_tokens(signed_in)), notice=notice)
    return Response(made, background=soon)


@post("/api/auth/login", status_code=200)
async def log_in(data: JSONBody[LogIn], request: AnyRequest, services: NamedDependency[Services]) -> Tokens:
    """Log in."""
    await limits.spend(services, request, None, "login")
    return _tokens(await actions.log_in(services, email=clean_email(data.email), password=data.password))


@post("/api/auth/refresh", status_code=200)
async def refresh(data: JSONBody[Refresh], request: AnyRequest, services: NamedDependency[Services]) -> Tokens:
    """Exchange a refresh token."""
    await limits.spend(services, request, None, "other")
    return _tokens(await actions.refresh(services, data.refresh_token))


@post("/api/auth/logout", status_code=204)
async def log_out(user: NamedDependency[Caller], services: NamedDependency[Services]) -> None:
    """End the login that asks."""
    await actions.log_out(services, user)


@post("/api/anonymous-sessions", status_code=201)
async def begin_anonymously(
    data: JSONBody[BeginAnonymously], request: AnyRequest, services: NamedDependency[Services]
) -> AnonymousSession:
    """Play without an account, or renew the token of such a player."""
    await limits.spend(services, request, None, "other")
    _require_adult_statement(data.adult)
    session_id = str(data.session_id) if data.session_id else None
    authorization = request.headers.get("authorization")
    key = anonymous.secret_key(request.headers.get(HEADER))
    if anonymous.own_token(services, authorization):  # who has that needs no key to get the same again
        return await anonymous.begin(services, session_id=session_id, authorization=authorization)
    return await idempotent(
        services,
        key=key,
        caller=NOBODY,
        route="anonymous-sessions",
        body=[session_id, authorization],
        act=lambda: anonymous.begin(services, session_id=session_id, authorization=authorization),
        again=lambda kept: anonymous.begin_again(services, kept),
        stored=lambda made: made.anonymous_session_id,
        about=lambda made: f"anon:{made.anonymous_session_id}",
        good_for=anonymous.KEY_GOOD_FOR,
    )


@delete("/api/anonymous-sessions", dependencies={"guest": Provide(provide_anonymous)})
async def erase_anonymous(guest: NamedDependency[Caller], services: NamedDependency[Services]) -> None:
    """Erase the anonymous player who asks; this is how they sign out."""
    await erasure.erase(services, guest)


@get("/api/me")
async def read_me(user: NamedDependency[Caller], services: NamedDependency[Services]) -> me.Me:
    """The caller's account."""
    return await me.read(services, user)


@patch("/api/me")
async def change_me(
    data: JSONBody[ChangeMe], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> me.Me:
    """Change what the caller may change of their account."""
    name = None if data.display_name is UNSET else clean_name(data.display_name, "display_name")
    told = {} if data.demographics is UNSET else msgspec.to_builtins(data.demographics)
    return await me.change(
        services,
        user,
        display_name=name,
        told=told,
        sharing=None if data.profile_sharing_setting is UNSET else data.profile_sharing_setting,
        language=None if data.language is UNSET else data.language,
        notifications={} if data.notification_preferences is UNSET else data.notification_preferences,
        lived={name: value for name in LIVED if (value := getattr(data, name)) is not UNSET},
    )


@delete("/api/me")
async def erase_me(user: NamedDependency[Caller], services: NamedDependency[Services]) -> None:
    """Erase the caller's account."""
    await erasure.erase(services, user)


@get("/api/me/logins")
async def read_logins(
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Page[me.LoginView]:
    """The caller's open logins."""
    return await me.open_logins(services, user, after=read_cursor(cursor, UUID), limit=limit)


@delete("/api/me/logins")
async def end_other_logins(user: NamedDependency[Caller], services: NamedDependency[Services]) -> None:
    """End every login but this one."""
    await actions.end_other_logins(services, user)


@delete("/api/me/logins/{login_id:uuid}")
async def end_login(
    login_id: FromPath[UUID], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> None:
    """End one login."""
    if not await actions.end_login(services, user, str(login_id)):
        raise NotFound


@get("/.well-known/jwks.json")
async def read_jwks(services: NamedDependency[Services]) -> dict[str, Any]:
    """The public key of our tokens."""
    return services.keys.jwks


def routes(settings: Settings) -> list[HTTPRouteHandler]:  # noqa: ARG001 - other sign-ups come with other settings
    """The routes of accounts."""
    return [
        *unasked.routes(),
        *mail_api.routes(),
        *password_change.routes(),
        *(register, log_in, refresh, log_out),
        *(
            begin_anonymously,
            erase_anonymous,
            read_me,
            change_me,
            erase_me,
            read_logins,
            end_other_logins,
            end_login,
            read_jwks,
        ),
    ]


def _tokens(signed_in: SignedIn) -> Tokens:
    return Tokens(signed_in.access_token, signed_in.refresh_token, signed_in.expires_in, signed_in.user)


def _require_adult_statement(adult: bool) -> None:
    if not adult:
        raise Invalid(fields={"adult": "This is for adults only: confirm that you are one, with true."})
