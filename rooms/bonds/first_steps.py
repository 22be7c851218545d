"""What one may do first in a bond: a list to look at, and nothing waits for it."""

from typing import Literal

import msgspec

Step = Literal["role", "partner", "safewords", "aftercare", "boundary", "check_in"]


class FirstStep(msgspec.Struct, frozen=True):
    """One of them. It is done, or it is not, and either is fine."""

    step: Step
    done: bool


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody has said of themselves in a bond so far; `others`: members beside them."""

    has_role: bool
    others: int
    has_safewords: bool
    has_aftercare: bool
    has_rated: bool
    has_checked_in: bool


def first_steps(begun: Begun) -> list[FirstStep]:
    """All of them, in the order in which they help: safety before the rest."""
    return [
        FirstStep("role", begun.has_role),
        FirstStep("partner", begun.others > 0),
        FirstStep("safewords", begun.has_safewords),
        FirstStep("aftercare", begun.has_aftercare),
        FirstStep("boundary", begun.has_rated),
        FirstStep("check_in", begun.has_checked_in),
    ]
