"""The routes whose other half is a mail: a new password, a confirmed address."""

import msgspec
from litestar import Response, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from game_server.accounts import actions, mail
from game_server.accounts.mail_told import NO_RESET, ON_ITS_WAY, told
from game_server.http import limits
from game_server.http.bodies import AnyRequest
from game_server.http.text import Email, Password, Secret, clean_email, new_password
from game_server.services import Services


class AskForReset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose password is lost."""

    email: Email


class NewPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mailed token and the new password."""

    token: Secret
    password: Password


class Confirmation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mailed token, and the password of whoever opened the mail: always send it, or the one of whoever signed up stays."""

    token: Secret
    password: Password | None = None


class MailAnswers(msgspec.Struct, frozen=True):
    """The answer comes by mail."""

    message: str


@post("/api/auth/password-reset", status_code=202)
async def ask_for_reset(
    data: JSONBody[AskForReset], request: AnyRequest, services: NamedDependency[Services]
) -> Response[MailAnswers]:
    """Ask for a mail with a link to set a new password."""
    await limits.spend(services, request, None, "login")
    await actions.ask_for_reset(services, clean_email(data.email))
    # After the answer, which so takes as long for an address without an account; where this is lost the timetable does it.
    soon = BackgroundTask(mail.send_soon, services)
    english = NO_RESET if mail.way(services) == "nowhere" else ON_ITS_WAY
    return Response(MailAnswers(told(request, english)), background=soon)


@post("/api/auth/password-reset/confirm", status_code=204)
async def reset_password(data: JSONBody[NewPassword], request: AnyRequest, services: NamedDependency[Services]) -> None:
    """Set a new password."""
    await limits.spend(services, request, None, "login")
    await actions.reset_password(services, data.token, new_password(data.password))


@post("/api/auth/confirm-email", status_code=204)
async def confirm_email(data: JSONBody[Confirmation], request: AnyRequest, services: NamedDependency[Services]) -> None:
    """Confirm an e-mail address. The password sent along is the account's from now on."""
    await limits.spend(services, request, None, "login")
    password = None if data.password is None else new_password(data.password)
    await actions.confirm_email(services, data.token, password)


def routes() -> list[HTTPRouteHandler]:
    """For who has or waits for a mail."""
    return [ask_for_reset, reset_password, confirm_email]
