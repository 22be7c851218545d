"""What the timetable does for talks."""

from datetime import timedelta

from game_server.bonds.live.bells import touch
from game_server.process import gauges
from game_server.services import Services
from storage import ai_spending, talks

SPENDING_FOR = timedelta(days=7)


async def end_lost_answers(services: Services) -> None:
    """Answers whose process is gone are partial, and their phones hear of it; also who never comes back has no open answer."""
    async with services.database.as_service() as db:
        lost = await talks.end_lost(db, services.clock.now())
    for one in lost:
        touch(services, str(one.user_id), "messages", one.message_id, "update")
    if lost:
        gauges.ANSWERS.labels("unknown", "answer_lost").inc(len(lost))


async def forget_spending(services: Services) -> None:
    """What days cost that no budget counts any more."""
    async with services.database.as_service() as db:
        await ai_spending.forget_before(db, (services.clock.now() - SPENDING_FOR).date())
