"""For whom a rule is in force."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from rooms.bonds.people import Member


class Said(msgspec.Struct, frozen=True):
    """What somebody said to a rule: yes or no, to which words of it."""

    user_id: str
    text_version: int
    declined: bool


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as far as it decides: for whom (None: for all members), its words by number, its window, whether it is on."""

    assigned_to: str | None
    for_all: bool
    active: bool
    text_version: int
    effective_from: datetime | None = None
    effective_until: datetime | None = None


def is_for(rule: Words, user_id: str) -> bool:
    """Is it for them? A rule whose person is gone is for nobody."""
    return rule.for_all or rule.assigned_to == user_id


def is_on(rule: Words, now: datetime) -> bool:
    """Is it active, and inside its window?"""
    began = rule.effective_from is None or rule.effective_from <= now
    return rule.active and began and (rule.effective_until is None or now < rule.effective_until)


def in_force_for(
    rule: Words, said: Iterable[Said], people: Mapping[str, Member], *, now: datetime, held: bool, paused: bool
) -> tuple[str, ...]:
    """Whom it binds now: who said yes to these words and did not take it back, while neither they nor the bond (`paused`) pause.
    One that a limit holds binds nobody, so that nobody reads from it whose limit it is.
    """
    if held or paused or not is_on(rule, now):
        return ()
    return tuple(
        sorted(
            one.user_id
            for one in said
            if not one.declined
            and one.text_version == rule.text_version
            and is_for(rule, one.user_id)
            and one.user_id in people
            and not people[one.user_id].is_paused
        )
    )


def answered(rule: Words, said: Iterable[Said], *, declined: bool) -> tuple[str, ...]:
    """Who said yes to these words, or no to the rule."""
    return tuple(
        sorted(
            one.user_id
            for one in said
            if one.declined == declined
            and (declined or one.text_version == rule.text_version)
            and is_for(rule, one.user_id)
        )
    )
