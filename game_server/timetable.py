"""The timetable, all of it, and when each job is due. `jobs.py` runs it.

Deadlines are data that these jobs sweep, so a job that runs late or twice does no harm.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

import asyncpg
import msgspec
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from game_server.accounts import mail, supabase_erasures
from game_server.accounts.erasure import erase_idle_players
from game_server.activities import ahead
from game_server.bonds import achievements, aftercare, event_reminders, scene_limits, series, task_reminders
from game_server.bonds import sweeps as bonds
from game_server.characters import chat_sweeps, generations
from game_server.files import sweeps as files
from game_server.keeping import schedule
from game_server.notifications import absence, sending
from game_server.notion import sync as notion
from game_server.process import forgetting
from game_server.profiles.erasure import forget_erased
from game_server.profiles.surveys import abandon_old_surveys
from game_server.services import Services
from game_server.sessions.actions import abandon_idle
from game_server.subscriptions import sweeps as subscriptions
from storage import credentials, idempotency, logins, sign_ups, upkeep
from storage import mail as outbox
from storage.upkeep import Run

RETRY_AFTER = timedelta(hours=1)
"""A daily job that failed is not left for a day."""

NOT_AT_ONCE = timedelta(hours=1)
"""What is much work, and was made up just before its hour, is not done again. Were this longer, a whole turn would be left out,
and what was deleted would stay in the files of the stores for longer than is promised.
"""

DONE = "done"
RECEIPTS_FOR = timedelta(hours=23)


class Job(msgspec.Struct, frozen=True):
    """Something done again and again; `name` is its row in job_runs. What was done within `pause` is not done again; a run that
    takes longer than `within` is ended, and has failed.
    """

    name: str
    trigger: BaseTrigger
    act: Callable[[Services], Awaitable[object]]
    pause: timedelta = timedelta()
    within: timedelta = timedelta(minutes=10)


def timetable() -> list[Job]:
    return [
        Job("reset_daily_activity_counts", _daily(0, 0), _in_database(upkeep.reset_daily_activity_counts)),
        Job("cleanup_old_anonymous_sessions", _daily(3, 10), erase_idle_players, within=timedelta(hours=1)),
        Job("forget_old_secrets", _daily(3, 20), _forget_old_secrets),
        Job("abandon_old_surveys", _daily(3, 30), abandon_old_surveys),
        Job("forget_erased", _every(600), forget_erased),
        Job("abandon_idle_sessions", _every(600), abandon_idle),
        Job("expire_pending_connections", _every(30), _in_database(upkeep.expire_pending_connections)),
        Job("send_mail", _every(10), mail.send_due),
        Job("delete_at_supabase", _every(30), supabase_erasures.send_due),
        Job("work_off_events", _every(10), subscriptions.work_off_events),
        Job("expire_subscriptions", _every(3600), subscriptions.expire_subscriptions),
        Job("acknowledge_purchases", _every(600), subscriptions.acknowledge_purchases),
        Job("forget_events", _daily(3, 50), subscriptions.forget_events),
        Job("send_notifications", _every(3), sending.send_due),
        Job("call_back_to_turns", _every(2), absence.call_back),
        Job("ask_for_cards", _every(3), ahead.ask_ahead),
        Job("forget_generations", _daily(3, 55), ahead.forget_old),
        Job("make_due_tasks", _every(300), series.make_due),
        Job("remind_of_tasks", _every(60), task_reminders.remind),
        Job("remind_of_dates", _every(60), event_reminders.remind),
        Job("forget_notifications", _every(3600), sending.forget_old),
        Job("settle_join_requests", _every(60), bonds.settle_requests),
        Job("expire_contracts", _every(60), bonds.expire_contracts),
        Job("unsettle_scenes", _every(120), scene_limits.Unsettling()),
        Job("remind_of_aftercare", _every(600), aftercare.remind),
        Job("find_achievements", _every(3600), achievements.sweep),
        Job("delete_dissolved_bonds", _every(3600), bonds.delete_dissolved),
        Job("forget_of_bonds", _daily(4, 10), bonds.forget_old),
        Job("empty_places_of_files", _every(10), files.delete_due),
        Job("draw_pictures", _every(5), generations.sweep),
        Job("drop_unattached_files", _every(600), files.drop_unattached),
        Job("end_lost_answers", _every(30), chat_sweeps.end_lost_answers),
        Job("forget_ai_spending", _daily(4, 20), chat_sweeps.forget_spending),
        Job("sync_notion", _every(5), notion.sync_due),
        Job("forget_of_notion", _daily(4, 30), notion.forget_old),
        Job("forget_receipts", _every(600), _forget_receipts),
        Job("back_up", _every(600), schedule.back_up_when_due, within=timedelta(hours=12)),
        Job("rewrite_append_only_file", _daily(3, 40), _rewrite_append_only_file, pause=NOT_AT_ONCE),
        Job("rewrite_tables", _weekly("sun", 4), _rewrite_tables, pause=NOT_AT_ONCE, within=timedelta(hours=2)),
    ]


def next_run(job: Job, last: Run | None, now: datetime) -> datetime:
    """When it is due after its last run: at once where it never ran, where that run did not end, and where it lies in the future,
    because the clock was set; after a failure within RETRY_AFTER.
    """
    if last is None or last.last_started_at > now:
        return now
    began = last.last_started_at
    if last.last_finished_at is None or last.last_finished_at < began:
        return began
    done = last.last_outcome == DONE
    rested = max(began, last.last_finished_at + job.pause) if done else began
    due: datetime = job.trigger.get_next_fire_time(rested, rested)
    return due if done else min(due, began + RETRY_AFTER)


def lags(runs: Mapping[str, Run], now: datetime) -> dict[str, float]:
    """How many seconds ago each job should have begun again; of one that never ran nobody knows when it should have."""
    return {
        job.name: max(
            0.0,
            (now - next_run(job, msgspec.structs.replace(last, last_finished_at=_ended(last)), now)).total_seconds(),
        )
        for job in _known()
        if (last := runs.get(job.name))
    }


def _ended(last: Run) -> datetime:
    """A run that is under way is not late for itself."""
    return max(last.last_finished_at or last.last_started_at, last.last_started_at)


@cache
def _known() -> list[Job]:
    return timetable()


def _in_database(act: Callable[[asyncpg.Connection], Awaitable[None]]) -> Callable[[Services], Awaitable[None]]:
    async def in_database(services: Services) -> None:
        async with services.database.as_service() as connection:
            await act(connection)

    return in_database


async def _forget_old_secrets(services: Services) -> None:
    """Logins and one-time tokens a month after their end; answers kept for retries after a day; sign-ups not confirmed."""
    now = services.clock.now()
    async with services.database.as_service() as connection:
        await logins.forget_before(connection, now - timedelta(days=30))
        await idempotency.forget_before(connection, now - timedelta(days=1))
        await outbox.forget_before(connection, now - timedelta(days=1))
        await credentials.forget_attempts_before(connection, now - timedelta(days=1))
        await sign_ups.forget_before(connection, now)
    await supabase_erasures.forget_old(services)


async def _forget_receipts(services: Services) -> None:
    """Receipts of an erasure that could not be sent for a day: the address is not kept for them."""
    async with services.database.as_service() as connection:
        await outbox.drop_before(connection, "erased", services.clock.now() - RECEIPTS_FOR)


async def _rewrite_append_only_file(services: Services) -> None:
    await forgetting.rewrite_append_only_file(services.settings, services.redis)


async def _rewrite_tables(services: Services) -> None:
    await forgetting.rewrite_tables(services.settings)


def _daily(hour: int, minute: int) -> BaseTrigger:
    return CronTrigger(hour=hour, minute=minute, timezone=UTC)


def _weekly(day: str, hour: int) -> BaseTrigger:
    return CronTrigger(day_of_week=day, hour=hour, timezone=UTC)


def _every(seconds: int) -> BaseTrigger:
    return IntervalTrigger(seconds=seconds, timezone=UTC)
