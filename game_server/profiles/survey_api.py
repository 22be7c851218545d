"""The routes of the survey: `/api/survey`, its progress, its submission."""

from functools import cache, partial
from hashlib import sha256
from typing import Annotated, Any

import msgspec
from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromQuery, JSONBody
from msgspec import Meta

from game_server.accounts.callers import Caller
from game_server.http import limits
from game_server.http.bodies import AnyRequest
from game_server.http.idempotency import HEADER, idempotent
from game_server.http.text import Word
from game_server.languages import choice
from game_server.languages.catalogues import Language, catalogue
from game_server.profiles import actions, surveys
from game_server.profiles.surveys import ProgressView
from game_server.profiles.views import OwnProfile, own
from game_server.services import Services
from rooms.profiles.questions import VERSION
from rooms.profiles.survey import SURVEY, in_language
from storage.profiles import Profile

CHOICE = "Accept-Language"

Given = Annotated[dict[str, Any], Meta(max_length=200)]
"""Answers by question; null takes one away."""


class SaveProgress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was answered since, and where the screen stands."""

    answers: Given = {}
    current_question: Word | None = None
    survey_version: Word = VERSION


class SubmitSurvey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was saved counts, and what is given here over it. `retake` replaces an earlier submission."""

    answers: Given | None = None
    survey_version: Word = VERSION
    retake: bool = False


class Submitted(msgspec.Struct, frozen=True):
    """The profile that the answers gave."""

    profile: OwnProfile


@get("/api/survey", responses={304: ResponseSpec(None, description="The version that the client has.")})
async def read_survey(
    services: NamedDependency[Services], request: AnyRequest, language: FromQuery[Word | None] = None
) -> Response[Any]:
    """The questions, in one of our languages: `language`, else what Accept-Language asks for. They change only with the version,
    so a client asks with If-None-Match; ids, keys and values are the same in each.
    """
    await limits.spend(services, request, None, "other")
    spoken = choice.of_request(language, request.headers.get(CHOICE))
    body, etag = _encoded(spoken)
    headers = {"ETag": etag, "Cache-Control": "no-cache", "X-Survey-Version": VERSION}
    headers |= {"Content-Language": spoken, "Vary": CHOICE}
    if _matches(request.headers.get("if-none-match", ""), etag):
        return Response(None, status_code=304, headers=headers)
    return Response(msgspec.Raw(body), headers=headers, media_type="application/json")


@get("/api/survey/progress")
async def read_progress(caller: NamedDependency[Caller], services: NamedDependency[Services]) -> ProgressView:
    """Where the caller stands, to go on from any phone."""
    return await surveys.read_progress(services, caller)


@patch("/api/survey/progress")
async def save_progress(
    data: JSONBody[SaveProgress], caller: NamedDependency[Caller], services: NamedDependency[Services]
) -> ProgressView:
    """Save answers as one goes."""
    return await surveys.save_progress(
        services, caller, data.answers, current_question=data.current_question, version=data.survey_version
    )


@post("/api/survey/submit", status_code=200)
async def submit_survey(
    data: JSONBody[SubmitSurvey],
    caller: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> Submitted:
    """Hand the answers in."""
    # Answers that were given: a retry with the key must find the profile, and the record of it holds nothing of it.
    stored: Profile = await idempotent(
        services,
        key=request.headers.get(HEADER),
        caller=caller.actor,
        route="POST /api/survey/submit",
        body=data,
        act=partial(surveys.submit, services, caller, data.answers, version=data.survey_version, retake=data.retake),
        again=lambda _: actions.read_profile(services, caller),
        stored=lambda _: {},
    )
    return Submitted(own(caller.display_name, stored))


def routes() -> list[HTTPRouteHandler]:
    """The survey's routes."""
    return [read_survey, read_progress, save_progress, submit_survey]


@cache
def _encoded(language: Language) -> tuple[bytes, str]:
    body = msgspec.json.encode(in_language(SURVEY, catalogue("survey", language).say))
    return body, f'"{VERSION}-{sha256(body).hexdigest()[:16]}"'


def _matches(header: str, etag: str) -> bool:
    return header.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in header.split(","))
