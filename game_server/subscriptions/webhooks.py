"""What the stores tell: verified on the raw body, kept once, answered at once; asking the store comes after the answer.

A failed verification keeps nothing. What cannot be verified or kept now is answered 503, so that it is told again.
"""

from typing import Any

import msgspec
import structlog
from litestar import Response, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from game_server.http.bodies import AnyRequest
from game_server.http.refusals import REFUSES
from game_server.integrations.stores import Forged, Provider, StoreAway
from game_server.services import Services
from game_server.subscriptions import sweeps
from rooms.errors import NotFound, NotSigned, StoreUnavailable, TooLarge
from storage import webhooks as intake

log = structlog.get_logger()


class Taken(msgspec.Struct, frozen=True):
    """It is kept, or was before."""


LARGEST_NOTIFICATION = 64 * 1024
OPTIONS: dict[str, Any] = {"status_code": 200, "request_max_body_size": LARGEST_NOTIFICATION}
REFUSED = {REFUSES: (TooLarge,)}


@post("/api/webhooks/apple", opt=REFUSED, **OPTIONS)
async def told_by_apple(request: AnyRequest, services: NamedDependency[Services]) -> Response[Taken]:
    """App Store Server Notifications, version 2."""
    return await _taken_in(services, "apple", request)


@post("/api/webhooks/google", opt=REFUSED, **OPTIONS)
async def told_by_google(request: AnyRequest, services: NamedDependency[Services]) -> Response[Taken]:
    """Google Play's real-time developer notifications, pushed by Pub/Sub."""
    return await _taken_in(services, "google", request)


def routes() -> list[HTTPRouteHandler]:
    """The handlers."""
    return [told_by_apple, told_by_google]


async def _taken_in(services: Services, name: Provider, request: AnyRequest) -> Response[Taken]:
    """Verify, keep once, answer. Raises NotFound where this store is off, NotSigned, StoreUnavailable."""
    store = services.stores.get(name)
    if store is None:
        raise NotFound
    body = await request.body()
    try:
        event = await store.verified(dict(request.headers), body)
    except Forged as why:
        log.warning("notification_forged", store=name, why=str(why))
        raise NotSigned from None
    except StoreAway as why:
        log.warning("notification_unverified", store=name, why=str(why))
        raise StoreUnavailable from why
    async with services.database.as_service() as connection:
        number = await intake.keep(
            connection,
            provider=event.provider,
            event_id=event.event_id,
            kind=event.kind,
            reference=event.reference,
            at=event.occurred_at,
        )
    log.info("notification", store=name, kind=event.kind, again=number is None)
    work = BackgroundTask(sweeps.work_off_soon, services, number) if number is not None and event.reference else None
    return Response(Taken(), background=work)
