"""What the timetable does for talks."""

from datetime import timedelta

import structlog

from game_server.bonds.live.bells import touch
from game_server.process import gauges
from game_server.services import Services
from storage import agent_sessions, ai_spending

log = structlog.get_logger()

SPENDING_FOR = timedelta(days=7)


async def end_lost_answers(services: Services) -> None:
    """Answers whose process is gone are partial, and their phones hear of it; also who never comes back has no open answer."""
    now = services.clock.now()
    async with services.database.as_service() as db:
        lost = await agent_sessions.end_lost(db, now)
    for one in lost:
        async with services.database.as_member(str(one.user_id), now) as db:
            await agent_sessions.free_what_never_began(db, [one])
        touch(services, str(one.user_id), "messages", one.message_id, "update")
    if lost:
        log.warning("answers_lost", count=len(lost))
        gauges.ANSWERS.labels("unknown", "answer_lost").inc(len(lost))


async def forget_spending(services: Services) -> None:
    """What days cost that no budget counts any more."""
    async with services.database.as_service() as db:
        await ai_spending.forget_before(db, (services.clock.now() - SPENDING_FOR).date())
