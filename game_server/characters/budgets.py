"""What AIs may cost on a day, of one person and of all: what is asked of one is begun only where it fits into both."""

from datetime import datetime

import asyncpg
import msgspec
import structlog

from game_server.settings import Settings
from rooms.errors import BudgetUsed
from rooms.prices import MICROS
from storage import ai_spending

log = structlog.get_logger()

DAY_S = 86_400


class Budgets(msgspec.Struct, frozen=True):
    """Of a day, in millionths of the prices' currency."""

    of_person: int
    of_all: int


def of_day(settings: Settings) -> Budgets:
    """As these settings say."""
    return Budgets(
        of_person=round(settings.characters_person_daily_budget * MICROS),
        of_all=round(settings.characters_daily_budget * MICROS),
    )


async def reserve(db: asyncpg.Connection, budgets: Budgets, amount: int, at: datetime) -> None:
    """Take so much from the day's budgets, in the caller's transaction, which holds their day from then on: no two at once are
    counted as one. Raises BudgetUsed.
    """
    full = await ai_spending.reserve(db, amount, of_person=budgets.of_person, of_all=budgets.of_all)
    if full == "all":
        log.warning("characters_budget_used")
    if full is not None:
        raise BudgetUsed(retry_after=DAY_S - int(at.timestamp()) % DAY_S)
