"""Named points at which a process can be told to die, so that the fault tests can prove what a kill -9 there costs.

Nothing is armed unless ATTUNED_CRASH_AT says so (`name:n`, the n-th time that the point is reached).
"""

import os
import signal
from typing import Literal, get_args

# A command passes these in their order; `facts` where a card is to be drawn, `aside` where it cannot be decided from memory, lost
# a race or is refused (what comes after it then comes again), `before_bell` where another process has to hear of an event. An
# uploaded picture passes `before_put` and `after_put`, one that an AI draws these two and `after_claim` and `after_drawn`, an
# answer that is written `answer_begun` and `answer_grown`. What is brought together with Notion passes those from
# `before_page_made` on; a backup passes `backup_dumped`, a restore the four of its name.
Point = Literal[
    "received",
    "arrived",
    "facts",
    "decided",
    "before_commit",
    "after_commit",
    "aside",
    "before_ack",
    "after_ack",
    "before_bell",
    "before_publish",
    "after_publish",
    "during_recheck",
    "during_resume",
    "during_drain",
    "before_put",
    "after_put",
    "answer_begun",
    "answer_grown",
    "after_claim",
    "after_drawn",
    "before_page_made",
    "after_page_made",
    "after_taken",
    "after_pushed",
    "after_met",
    "after_list_read",
    "after_row_made",
    "after_row_noted",
    "after_trashed",
    "backup_dumped",
    "restore_begun",
    "restore_feeding",
    "restore_loaded",
    "restore_erased",
]
POINTS: tuple[Point, ...] = get_args(Point)

_armed: dict[str, int] = {}


def arm(text: str) -> None:
    """Arm one point, `name:n`. Raises ValueError for anything else."""
    name, _, times = text.partition(":")
    if name not in POINTS:
        raise ValueError(f"no such point; there are {', '.join(POINTS)}")
    _armed[name] = int(times or "1")


def point(name: Point) -> None:
    """Die here, when this is the time."""
    if not _armed or name not in _armed:
        return
    _armed[name] -= 1
    if _armed[name] <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
