"""What members say to an activity, each for themselves, and what of it others learn."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from rooms.errors import WrongState

Rating = Literal["yes", "maybe", "no", "hard_no"]
RATINGS: tuple[Rating, ...] = ("yes", "maybe", "no", "hard_no")

YES_AGAIN = timedelta(hours=24)
"""So long after a yes there is none again: whoever looks what the other one said cannot look every minute."""


class Given(msgspec.Struct, frozen=True):
    """Somebody's rating as it stands. `yes_at`: when it last became a yes."""

    rating: Rating
    shown: bool = False
    yes_at: datetime | None = None


class Shown(msgspec.Struct, frozen=True):
    """Another member's rating that a viewer may know."""

    user_id: str
    rating: Rating


class View(msgspec.Struct, frozen=True):
    """A row's ratings as one member sees them. `partner_rating` only where they are two."""

    my_rating: Rating | None
    shown: bool
    partner_rating: Rating | None
    is_mutual: bool
    mutual_with: tuple[str, ...]
    is_hard_limit: bool
    is_soft_limit: bool
    shown_by: tuple[Shown, ...]


def rated(before: Given | None, rating: Rating, now: datetime, *, shown: bool) -> Given | None:
    """The rating that stands from now on; None where it already does. Away from yes it goes at once. Raises WrongState."""
    if before is not None and (before.rating, before.shown) == (rating, shown):
        return None
    yes_at = before.yes_at if before else None
    if rating == "yes" and (before is None or before.rating != "yes"):
        if yes_at is not None and now < yes_at + YES_AGAIN:
            raise WrongState("You said yes to this within a day and took it back. Say yes again tomorrow.")
        yes_at = now
    return Given(rating, shown, yes_at)


def view(mine: Given | None, others: Sequence[Shown], shown: Mapping[str, bool], *, members: int) -> View:
    """What somebody sees who rated `mine`: of the others only what the database lets them know; `shown`: who shows it."""
    says_yes = mine is not None and mine.rating == "yes"
    mutual = tuple(one.user_id for one in others if says_yes and one.rating == "yes")
    known = [one.rating for one in others] + ([mine.rating] if mine else [])
    hard = "hard_no" in known
    return View(
        my_rating=mine.rating if mine else None,
        shown=mine is not None and mine.shown,
        partner_rating=others[0].rating if others and members == PAIR else None,
        is_mutual=bool(mutual),
        mutual_with=mutual,
        is_hard_limit=hard,
        is_soft_limit=not hard and not {"maybe", "no"}.isdisjoint(known),
        shown_by=tuple(one for one in others if shown.get(one.user_id)),
    )


PAIR = 2
