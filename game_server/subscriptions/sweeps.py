"""What is done about subscriptions without anybody asking: events worked off, what ends, what a store still waits to hear.

All of it may run late, twice, or in two processes: what a store says is the same whoever asks.
"""

import structlog

from game_server.integrations.stores import Store, StoreAway
from game_server.services import Services
from game_server.subscriptions import actions
from rooms.subscriptions.purchase import Purchase
from storage import subscriptions as store
from storage import webhooks as intake
from storage.database import STORE_ERRORS
from storage.webhooks import Told

log = structlog.get_logger()

MOST_AT_ONCE = 200


async def work_off_soon(services: Services, number: int) -> None:
    """Work off what has just come; the sweep does it where this fails."""
    try:
        await _work_off_next(services, number)
    except STORE_ERRORS as error:
        log.warning("event_left_to_the_sweep", kind=type(error).__name__)


async def work_off_events(services: Services) -> int:
    """Work off what is due; how many events were. One that fails waits longer each time, and keeps no other one waiting."""
    done = 0
    while done < MOST_AT_ONCE and await _work_off_next(services):
        done += 1
    return done


async def expire_subscriptions(services: Services) -> None:
    """Ask the stores about what ends or was not asked about for long, then mark as free whose time is over.

    In this order: a renewal that nobody told of leaves no gap.
    """
    await _ask_again(services)
    now = services.clock.now()
    async with services.database.as_service() as connection:
        await store.expire_transactions(connection, now)
    while True:
        async with services.database.reading() as connection:
            over = await store.run_out(connection, now)
        if not over:
            return
        await actions.settle(services, over)


async def acknowledge_purchases(services: Services) -> None:
    """Tell the stores of purchases that they have not heard of yet: Google gives the money back after three days."""
    async with services.database.reading() as connection:
        waiting = await store.unacknowledged(connection)
    await actions.acknowledge(services, waiting)


async def forget_events(services: Services) -> None:
    """Events of which nobody sends anything again."""
    async with services.database.as_service() as connection:
        await intake.forget_old(connection)


async def _work_off_next(services: Services, number: int | None = None) -> bool:
    """Work off one event; False where none is due."""
    async with services.database.as_service() as connection:
        event = await intake.next_due(connection, number)
    if event is None:
        return False
    worked = await _worked_off(services, event)
    async with services.database.as_service() as connection:
        await (intake.done if worked else intake.later)(connection, event.id)
    return True


async def _worked_off(services: Services, event: Told) -> bool:
    """Ask the store what the event is about and keep that. What fails is tried again, a mistake of ours too."""
    asked = next((one for name, one in services.stores.items() if name == event.provider), None)
    if asked is None or event.reference is None:
        return event.reference is None
    try:
        await actions.record(services, await asked.read(event.reference))
    except StoreAway as error:
        log.warning("event_waits", store=event.provider, kind=event.kind, why=str(error))
        return False
    except STORE_ERRORS:
        raise
    except Exception:
        log.exception("event_failed", store=event.provider, kind=event.kind)
        return False
    return True


async def _ask_again(services: Services) -> None:
    """Ask about lines of which something may not have reached us. A store that is away is left alone until the next run."""
    stores = {one.platform: one for one in services.stores.values()}
    while stores:
        async with services.database.reading() as connection:
            lines = await store.to_ask_about(connection, services.clock.now(), [*stores], MOST_AT_ONCE)
        if not lines:
            return
        for line in lines:
            asked = stores.get(line.platform)
            if asked and not await _asked_again(services, asked, line):
                del stores[line.platform]


async def _asked_again(services: Services, asked: Store, line: Purchase) -> bool:
    """Was the store there? What goes wrong over one line keeps no other one waiting: it is asked about last the next time."""
    there = True
    try:
        await actions.record(services, await asked.read(line.reference))
    except StoreAway as error:
        log.warning("store_away", store=asked.name, why=str(error))
        there = False
    except STORE_ERRORS:
        raise
    except Exception:
        log.exception("line_not_asked_about", store=asked.name)
    async with services.database.as_service() as connection:
        await store.seen(connection, [line.key])
    return there
