"""What people say about themselves: demographics, which gate play, and limits, which bite at once in open rooms."""

from collections.abc import Sequence
from typing import Any

import msgspec

from game_server.accounts.callers import Caller, as_caller, require_adult, require_player
from game_server.http.paging import Page, Place, write_cursor
from game_server.profiles import matching
from game_server.profiles.person_key import hold_key
from game_server.profiles.surveys import follow_limits, questions_answered
from game_server.profiles.views import NEUTRAL
from game_server.services import Services
from game_server.sessions.rechecks import recheck_rooms
from rooms.activities.taxonomy import (
    ANY_BODY,
    BODY_PARTS,
    BOUNDARY_KEYS,
    body_parts,
    canonical_preference,
    is_preference,
)
from rooms.errors import Invalid, ProfileRequired, Unauthorized
from storage import compatibilities, profiles
from storage.accounts import Anatomy, Demographics
from storage.profiles import Boundaries, Profile, Shown
from storage.surveys import lock_owner


class Completed(msgspec.Struct, frozen=True):
    """A person who may play, once `adult` is true."""

    profile_completed: bool
    adult: bool
    name: str
    profile_id: int
    anatomy: Anatomy


async def save_demographics(
    services: Services, caller: Caller, *, name: str, told: Demographics, anatomy: Anatomy, adult: bool
) -> Completed:
    """Name and anatomy: the caller may play from now on. What was told before and is not told again stays. Raises Unauthorized
    for somebody erased since the request was let in.
    """
    adult_at = services.clock.now() if adult else None
    demographics: dict[str, Any] = {
        "gender": told.gender,
        "orientation": told.sexual_orientation,
        "relationship_structure": told.relationship_structure,
    }
    demographics = {key: value for key, value in demographics.items() if value is not None}
    payload = {"name": name, **demographics, **msgspec.to_builtins(anatomy)}
    await hold_key(services, caller)
    (sealed,) = await services.person_keys.seal(caller.actor, payload)
    async with services.database.as_service() as connection:
        profile_id, was_there = await profiles.save_anatomy(connection, caller.kind, caller.id, anatomy, payload=sealed)
        if caller.kind == "user":
            is_adult = await profiles.complete_user(
                connection, caller.id, name=name, demographics=demographics, adult_at=adult_at
            )
        else:
            is_adult = await profiles.complete_anonymous(
                connection, caller.id, profile_id=profile_id, name=name, demographics=demographics, adult_at=adult_at
            )
        if is_adult is None:  # rolls the profile back: nothing would ever delete it
            raise Unauthorized
    if was_there:
        await recheck_rooms(services, profile_id)
    return Completed(profile_completed=True, adult=is_adult, name=name, profile_id=profile_id, anatomy=anatomy)


async def save_boundaries(
    services: Services,
    caller: Caller,
    *,
    hard: Sequence[str] | None,
    soft: Sequence[str] | None,
    maybe: Sequence[str] | None,
) -> Boundaries:
    """Change the caller's limits; None leaves a list. Open rooms have been looked at again when this returns."""
    require_player(caller)
    async with services.database.as_service() as connection:
        await lock_owner(connection, caller.id)
        partners = await compatibilities.hold_pairs(connection, caller.id) if caller.kind == "user" else []
        found = await profiles.lock_boundaries(connection, caller.kind, caller.id)
        if found is None:
            raise ProfileRequired
        profile_id, before = found
        boundaries = _merged(before, hard, soft, maybe)
        await profiles.save_boundaries(connection, profile_id, boundaries)
        if hard is not None:
            await follow_limits(services, connection, caller, boundaries.hard_limits)
        await matching.recompute(connection, caller.id, partners, services.clock.now())
    await recheck_rooms(services, profile_id)
    return boundaries


async def read_profile(services: Services, caller: Caller) -> Profile:
    """The caller's own profile, read with the caller's rights. Raises ProfileRequired."""
    require_adult(caller)
    async with as_caller(services, caller) as connection:
        found = await profiles.profile_of(connection, caller.kind, caller.id)
        if found is None:
            raise ProfileRequired
        if found.answered is None and found.profile_version != NEUTRAL:  # older than the list of what was answered
            answered = await questions_answered(services, caller, connection)
            found = msgspec.structs.replace(found, answered=answered)
    return found


async def read_history(services: Services, caller: Caller, *, after: Place | None, limit: int) -> Page[Shown]:
    """The cards the caller was shown, newest first, read with the caller's rights."""
    require_adult(caller)
    async with as_caller(services, caller) as connection:
        found = await profiles.history(
            connection,
            caller.kind,
            caller.id,
            before=(after.at, int(after.id)) if after else None,
            limit=limit + 1,
        )
    items = found[:limit]
    more = len(found) > limit
    return Page(items, write_cursor(Place(items[-1].presented_at, str(items[-1].id))) if more else None)


def read_anatomy(own: Sequence[str], preferred: Sequence[str]) -> Anatomy:
    """Body parts in their order; "any" or "all" prefers all three. Raises Invalid, naming what is wrong."""
    return Anatomy(
        _parts(own, "anatomy_self", everything=False), _parts(preferred, "anatomy_preference", everything=True)
    )


def _parts(given: Sequence[str], field: str, *, everything: bool) -> tuple[str, ...]:
    known = (*BODY_PARTS, *ANY_BODY) if everything else BODY_PARTS
    named = [part.strip().lower() for part in given]
    wrong = {f"{field}[{i}]": f"One of {', '.join(known)}." for i, part in enumerate(named) if part not in known}
    if wrong:
        raise Invalid(fields=wrong)
    if not named:
        raise Invalid(fields={field: "At least one."})
    return body_parts(named, or_any=everything)


def _merged(
    before: Boundaries, hard: Sequence[str] | None, soft: Sequence[str] | None, maybe: Sequence[str] | None
) -> Boundaries:
    """The new limits. Naming hard limits, or none, says that one was asked."""
    return Boundaries.of(
        before.hard_limits if hard is None else _boundary_keys(hard, "hard_limits"),
        before.soft_limits if soft is None else _boundary_keys(soft, "soft_limits"),
        before.maybe_items if maybe is None else _preference_keys(maybe),
        asked=before.asked or hard is not None,
    )


def _boundary_keys(given: Sequence[str], field: str) -> tuple[str, ...]:
    keys = tuple(dict.fromkeys(given))
    wrong = {
        f"{field}[{i}]": f"One of {', '.join(BOUNDARY_KEYS)}."
        for i, key in enumerate(given)
        if key not in BOUNDARY_KEYS
    }
    if wrong:
        raise Invalid(fields=wrong)
    return keys


def _preference_keys(given: Sequence[str]) -> tuple[str, ...]:
    keys = [canonical_preference(key) for key in given]
    wrong = {
        f"maybe_items[{i}]": "Not an activity of the survey." for i, key in enumerate(keys) if not is_preference(key)
    }
    if wrong:
        raise Invalid(fields=wrong)
    return tuple(dict.fromkeys(keys))
