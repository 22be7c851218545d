"""The survey: answers saved as one goes, and the submission that turns them into a profile, in one transaction.

Locks are taken in one order everywhere: the owner, the pairs with connected partners, the profile, its open rooms, the
account. What people answered is sealed with their own key before it reaches the database.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from game_server.accounts.callers import Caller, as_caller, require_adult
from game_server.profiles import matching
from game_server.profiles.person_key import hold_key
from game_server.services import Services
from game_server.sessions.rechecks import recheck_rooms
from rooms.errors import Busy, Invalid, Unauthorized, WrongState
from rooms.profiles.profile import Profile as ScoredProfile
from rooms.profiles.questions import VERSION
from rooms.profiles.scoring import answered_questions, declined_items, declined_topics, score_survey
from rooms.profiles.survey import QUESTIONS, completion_percentage, validate_answers
from storage import profiles, submissions, surveys
from storage.accounts import Anatomy
from storage.key_rows import KeysUnavailable
from storage.profiles import Boundaries, Profile
from storage.submissions import Standing, Stored, Submission
from storage.surveys import Envelope, Progress

ABANDONED_AFTER_DAYS = 90
FREE_TRIES, HELD_TRIES = 4, 3

Answers = dict[str, Any]


class ProgressView(msgspec.Struct, frozen=True, kw_only=True):
    """How far the caller has come; `started_at` is null while nothing was saved."""

    survey_version: str = VERSION
    status: str = "in_progress"
    current_question: str | None = None
    completion_percentage: int = 0
    answers: Answers = {}
    started_at: datetime | None = None
    last_saved_at: datetime | None = None
    completed_at: datetime | None = None


async def read_progress(services: Services, caller: Caller) -> ProgressView:
    """The survey under way, else the one completed last, else an empty one; read with the caller's rights."""
    require_adult(caller)
    async with as_caller(services, caller) as connection:
        found = await surveys.latest(connection, caller.kind, caller.id, VERSION)
    return _view(found, await _unsealed(services, caller, found.answers)) if found else ProgressView()


async def save_progress(
    services: Services, caller: Caller, given: Mapping[str, Any], *, current_question: str | None, version: str
) -> ProgressView:
    """Merge answers into what was saved, from whichever phone; null clears one. Raises Invalid, naming each bad answer."""
    require_adult(caller)
    _refuse_version(version)
    _refuse_faults(given)
    if current_question is not None and current_question not in QUESTIONS:
        raise Invalid(fields={"current_question": f"Survey {VERSION} has no question with this id."})
    await hold_key(services, caller)
    async with services.database.as_service() as connection:
        await surveys.lock_owner(connection, caller.id)
        before = await surveys.under_way(connection, caller.kind, caller.id, VERSION)
        answers = merged(await _unsealed(services, caller, before.answers if before else None), given)
        saved = await surveys.save(
            connection,
            caller.kind,
            caller.id,
            version=VERSION,
            answers=(await services.person_keys.seal(caller.actor, answers))[0],
            current_question=current_question or (before.current_question if before else None),
            percentage=completion_percentage(answers),
            now=services.clock.now(),
        )
    if saved is None:  # erased since the request was let in
        raise Unauthorized
    return _view(saved, answers)


async def questions_answered(
    services: Services, caller: Caller, connection: asyncpg.Connection
) -> tuple[str, ...] | None:
    """The questions that the caller's completed survey answers; None where its answers cannot be read now."""
    try:
        answers = await _unsealed(services, caller, await surveys.completed(connection, caller.kind, caller.id))
    except KeysUnavailable:
        return None
    return tuple(answered_questions(answers)) if answers else None


async def follow_limits(
    services: Services, connection: asyncpg.Connection, caller: Caller, hard_limits: Sequence[str]
) -> None:
    """Hard limits were set by hand: a survey under way does not undo them when it is handed in. The owner is locked.

    A limit never waits for a key: what is locked is marked, and what it said about limits counts no more.
    """
    under_way = await surveys.under_way(connection, caller.kind, caller.id, VERSION)
    if under_way is None:
        return
    try:
        answers = await _unsealed(services, caller, under_way.answers)
    except KeysUnavailable:
        await surveys.mark_limits_moved(connection, under_way.id)
        return
    if "C1" not in answers:
        return
    await surveys.save(
        connection,
        caller.kind,
        caller.id,
        version=VERSION,
        answers=(await services.person_keys.seal(caller.actor, answers | {"C1": list(hard_limits)}))[0],
        current_question=under_way.current_question,
        percentage=under_way.completion_percentage,
        now=under_way.last_saved_at,
    )


async def submit(
    services: Services, caller: Caller, given: Mapping[str, Any] | None, *, version: str, retake: bool
) -> Profile:
    """The caller's answers, those given over those saved, become their profile. Raises Invalid, WrongState, Busy.

    Open rooms have been looked at again when this returns.
    """
    require_adult(caller)
    _refuse_version(version)
    _refuse_faults(given or {})
    await hold_key(services, caller)
    submission, stored = await _handed_in(services, caller, given, retake=retake)
    if stored.playing:
        await recheck_rooms(services, stored.profile_id)
    return _profile(submission, stored)


def merged(saved: Mapping[str, Any], given: Mapping[str, Any]) -> Answers:
    """The saved answers with the given ones over them; null takes one away."""
    return {question: answer for question, answer in {**saved, **given}.items() if answer is not None}


async def abandon_old_surveys(services: Services) -> int:
    """Give up surveys that nobody has touched for 90 days, with their answers; how many."""
    async with services.database.as_service() as connection:
        return await surveys.abandon_old(connection, ABANDONED_AFTER_DAYS)


async def _handed_in(
    services: Services, caller: Caller, given: Mapping[str, Any] | None, *, retake: bool
) -> tuple[Submission, Stored]:
    """Read, compute, and write where nothing has moved meanwhile; after a few tries with all of it held from the start."""
    for _ in range(FREE_TRIES):
        async with services.desk.turn(caller.kind, caller.id) as standing:
            submission = await _submission(services, caller, standing, given, retake=retake)
            # Where another request makes or erases a row of this person just now, read it again.
            with suppress(asyncpg.IntegrityConstraintViolationError, asyncpg.DeadlockDetectedError):
                stored = await _stored(services, caller, submission)
                if stored:
                    return submission, stored
    for _ in range(HELD_TRIES):
        async with services.database.as_service() as connection:
            await submissions.hold(connection, caller.kind, caller.id)
            (standing,) = await submissions.standings(connection, [(caller.kind, caller.id)])
            submission = await _submission(services, caller, standing, given, retake=retake)
            (stored,) = await submissions.store(connection, [submission])
        if stored:
            return submission, stored
    raise Busy("What this rests on is changing all the time. Send it again.")


async def _stored(services: Services, caller: Caller, submission: Submission) -> Stored | None:
    """Written, or None where something has moved. Where the answer was lost on its way, it is looked up."""
    try:
        return await services.desk.store(submission)
    except (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError):
        async with services.database.reading() as connection:
            (standing,) = await submissions.standings(connection, [(caller.kind, caller.id)])
            profile = await profiles.profile_of(connection, caller.kind, caller.id)
        if not (standing and profile and standing.submission_id == submission.submission_id):
            raise
        return Stored(profile.id, profile.created_at, profile.updated_at, playing=True)


async def _submission(
    services: Services, caller: Caller, standing: Standing | None, given: Mapping[str, Any] | None, *, retake: bool
) -> Submission:
    """What handing in these answers writes."""
    if standing is None:  # erased since the request was let in
        raise Unauthorized
    if standing.neutral is False and not retake:
        raise WrongState("You have answered the survey already. Send retake: true to replace your profile.")
    if given is None and standing.under_way is None:
        raise Invalid(fields={"answers": "Nothing has been answered yet."})
    answers = merged(await _unsealed(services, caller, standing.under_way), given or {})
    profile, columns = scored(answers, standing)
    payload = {"answers": answers, "profile": columns, "name": standing.name, **standing.demographics}
    sealed_payload, sealed_answers = await services.person_keys.seal(caller.actor, payload, answers)
    return Submission(
        user_id=caller.id if caller.kind == "user" else None,
        anonymous_session_id=caller.id if caller.kind == "anonymous" else None,
        version=VERSION,
        seen=standing.seen,
        profile_id=standing.profile_id,
        submission_id=f"survey:{services.dice.uuid()}",
        instead_of=standing.submission_id,
        payload=sealed_payload,
        columns=columns,
        answers=sealed_answers,
        percentage=completion_percentage(answers),
        at=services.clock.now(),
        fits=matching.fits(standing.profile_id, profile, standing.partners),
    )


def scored(answers: Answers, standing: Standing) -> tuple[ScoredProfile, dict[str, Any]]:
    """The profile that the answers give, and its JSON columns.

    Anatomy told before stands where D1 or D2 was left out, and hard limits set before where C1 was; only a C1 of one's own says
    that one was asked about limits. Soft limits set by hand before the first survey stay beside those that follow from a maybe.
    """
    limits, anatomy = standing.boundaries or Boundaries(), standing.anatomy or Anatomy()
    asked = limits.asked or "C1" in answers
    given = answered_questions(answers)
    before = {"D1": anatomy.anatomy_self, "D2": anatomy.anatomy_preference, "C1": limits.hard_limits}
    answers = {**{question: list(value) for question, value in before.items()}, **answers}
    profile = msgspec.structs.replace(score_survey(answers), answered=given)
    columns = msgspec.to_builtins(profile)
    columns.pop("declined_items")  # they stand among the limits
    soft = columns.pop("soft_limits")
    if standing.neutral:
        soft = list(dict.fromkeys([*soft, *limits.soft_limits]))
    boundaries = Boundaries.of(columns.pop("hard_limits"), soft, columns.pop("maybe_items"), asked=asked)
    columns["boundaries"] = msgspec.to_builtins(boundaries) | {
        "declined": declined_items(answers),
        "declined_topics": declined_topics(answers),
    }
    return profile, columns


def _profile(submission: Submission, stored: Stored) -> Profile:
    columns = submission.columns
    return msgspec.convert(
        {
            **columns,
            "id": stored.profile_id,
            "profile_version": submission.version,
            "survey_version": submission.version,
            "declined_items": columns["boundaries"]["declined"],
            "created_at": stored.created_at,
            "updated_at": stored.updated_at,
        },
        Profile,
    )


async def _unsealed(services: Services, caller: Caller, envelope: Envelope | None) -> Answers:
    """The saved answers. Raises KeyGone, KeysAway: what is locked is never taken for nothing."""
    if not envelope:
        return {}
    answers: Answers = await services.person_keys.unseal(caller.actor, envelope)
    if surveys.limits_moved(envelope):
        answers.pop("C1", None)
    return answers


def _view(progress: Progress, answers: Answers) -> ProgressView:
    fields = {name: getattr(progress, name) for name in ProgressView.__struct_fields__ if name != "answers"}
    return ProgressView(**fields, answers=answers)


def _refuse_version(version: str) -> None:
    if version != VERSION:
        raise Invalid(fields={"survey_version": f"The survey here is version {VERSION}; load it again."})


def _refuse_faults(given: Mapping[str, Any]) -> None:
    faults = validate_answers({question: answer for question, answer in given.items() if answer is not None})
    if faults:
        raise Invalid(fields={f"answers.{question}": fault for question, fault in faults.items()})
