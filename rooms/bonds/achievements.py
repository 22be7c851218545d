"""What there is to reach in a bond, and who did: found out of facts, so that whoever looks again finds the same.

What others of the bond are shown of somebody is computed of nothing that they could not read: of a journal what is shared, of
debriefs likewise, and nothing of ratings. Nothing is reached by going on in spite of oneself: a pause breaks no streak, what was
declined or called off counts nowhere, and points that were spent were earned all the same. What was reached stays reached.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec

from rooms.bonds.streaks import Rest, daily, in_a_row

Category = Literal[
    "together", "check_ins", "tasks", "on_time", "rules", "contracts", "scenes", "debriefs", "gratitude", "points", "rewards",
]  # fmt: skip
"""What is counted: whole months there with somebody; days of check-ins in a row; tasks approved; tasks done by their date, in a
row; days for which a rule holds; contracts signed by all; scenes with aftercare; debriefs and thanks that are shared; points
earned; rewards given.
"""


class Achievement(msgspec.Struct, frozen=True):
    """`threshold`: how many of what its category counts. The words are ours, and stand in every catalogue."""

    code: str
    category: Category
    threshold: int
    title: str
    about: str


ACHIEVEMENTS: tuple[Achievement, ...] = (
    Achievement("together_month", "together", 1, "A month together", "One month in this bond, side by side."),
    Achievement("together_half_year", "together", 6, "Half a year together", "Six months, with all their seasons."),
    Achievement("together_year", "together", 12, "A year together", "The day came round again."),
    Achievement("together_two_years", "together", 24, "Two years together", "And still here."),
    Achievement("together_five_years", "together", 60, "Five years together", "A long way, together."),
    Achievement("check_in_first", "check_ins", 1, "The first check-in", "You said how you are."),
    Achievement("check_in_week", "check_ins", 7, "A week of check-ins", "Seven days in a row, pauses aside."),
    Achievement("check_in_month", "check_ins", 30, "A month of check-ins", "Thirty days in a row, pauses aside."),
    Achievement("check_in_hundred", "check_ins", 100, "A hundred check-ins in a row", "A hundred days, pauses aside."),
    Achievement("task_first", "tasks", 1, "The first task approved", "Done, and seen."),
    Achievement("task_ten", "tasks", 10, "Ten tasks approved", "It becomes a habit."),
    Achievement("task_hundred", "tasks", 100, "A hundred tasks approved", "So many small things."),
    Achievement("on_time_five", "on_time", 5, "Five in a row by their date", "One after the other, as agreed."),
    Achievement("on_time_twenty", "on_time", 20, "Twenty in a row by their date", "Steady, at your own pace."),
    Achievement("rule_month", "rules", 30, "A rule for a month", "A rule you said yes to has held for thirty days."),
    Achievement("contract_first", "contracts", 1, "The first contract", "Read, talked over and signed by all of you."),
    Achievement("contract_again", "contracts", 2, "Agreed once more", "You talked again, and wrote it down anew."),
    Achievement("scene_first", "scenes", 1, "A scene with aftercare", "Planned, lived, and looked after."),
    Achievement("scene_ten", "scenes", 10, "Ten scenes with aftercare", "Care is part of every one of them."),
    Achievement("debrief_first", "debriefs", 1, "Talked about it after", "You shared how a scene was for you."),
    Achievement("gratitude_first", "gratitude", 1, "A thank-you, shared", "You shared what you are grateful for."),
    Achievement("gratitude_ten", "gratitude", 10, "Ten thank-yous, shared", "Ten times you said what is good."),
    Achievement("points_hundred", "points", 100, "A hundred points earned", "Whatever you spent them on."),
    Achievement("points_thousand", "points", 1000, "A thousand points earned", "Whatever you spent them on."),
    Achievement("reward_first", "rewards", 1, "A reward given", "You gave somebody something."),
)
"""In the order in which they are shown."""

BY_CODE: Mapping[str, Achievement] = {one.code: one for one in ACHIEVEMENTS}


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Of one member in one bond, on a day of theirs. `rest`: days of pauses. `on_time`: tasks that were done and had a date, in
    the order in which they were done: was it by then? `rules`: since when each rule holds to which they said yes.
    `together_since`: since when they are there with somebody.
    """

    today: date
    check_ins: Sequence[date] = ()
    rest: Sequence[Rest] = ()
    tasks_approved: int = 0
    on_time: Sequence[bool] = ()
    rules: Sequence[date] = ()
    contracts: int = 0
    scenes_with_aftercare: int = 0
    debriefs_shared: int = 0
    gratitude_shared: int = 0
    points_earned: int = 0
    rewards_given: int = 0
    together_since: date | None = None


def reached(facts: Facts) -> frozenset[str]:
    """The codes of what these facts amount to."""
    counted = _counted(facts)
    return frozenset(one.code for one in ACHIEVEMENTS if counted[one.category] >= one.threshold)


def months_between(first: date, last: date) -> int:
    """Whole months from one day to another: of the 31st the last day of a shorter month is the day."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last.day < min(first.day, monthrange(last.year, last.month)[1]))


def _counted(facts: Facts) -> Mapping[Category, int]:
    since = facts.together_since
    return {
        "together": 0 if since is None else months_between(since, facts.today),
        "check_ins": daily(facts.check_ins, facts.rest, facts.today).longest,
        "tasks": facts.tasks_approved,
        "on_time": in_a_row(facts.on_time).longest,
        "rules": max(((facts.today - day).days for day in facts.rules), default=0),
        "contracts": facts.contracts,
        "scenes": facts.scenes_with_aftercare,
        "debriefs": facts.debriefs_shared,
        "gratitude": facts.gratitude_shared,
        "points": facts.points_earned,
        "rewards": facts.rewards_given,
    }
