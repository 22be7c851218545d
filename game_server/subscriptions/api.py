"""The routes under /api/subscription: what is left of today, what is sold, a purchase brought by a phone, and restoring."""

from functools import partial
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import Meta

from game_server.accounts.callers import Caller
from game_server.http.bodies import AnyRequest
from game_server.http.idempotency import HEADER, idempotent
from game_server.http.paging import Page
from game_server.http.text import END
from game_server.integrations.stores import NEEDED, Submission
from game_server.services import Services
from game_server.subscriptions import actions, webhooks
from game_server.subscriptions.actions import Subscription
from rooms.errors import Invalid
from rooms.subscriptions.purchase import Platform


class BroughtPurchase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From an iPhone the signed transaction; from Android the product and its purchase token."""

    platform: Platform
    signed_transaction: Annotated[str, Meta(max_length=16384, pattern=rf"^[\x21-\x7e]+{END}")] | None = None
    product_id: Annotated[str, Meta(max_length=200, pattern=rf"^[\x21-\x7e]+{END}")] | None = None
    purchase_token: Annotated[str, Meta(max_length=2048, pattern=rf"^[\x21-\x7e]+{END}")] | None = None


class Offer(msgspec.Struct, frozen=True):
    """A product that is sold in the apps; the stores show it in the buyer's own currency."""

    product_id: str
    tier: str
    price: float
    currency: str
    period: str


@get("/api/subscription")
async def read_subscription(user: NamedDependency[Caller], services: NamedDependency[Services]) -> Subscription:
    """What the caller has: until when, and what is left of today."""
    return await actions.subscription_of(services, user.id)


@get("/api/subscription/plans")
async def list_plans(
    user: NamedDependency[Caller],  # noqa: ARG001 - whoever is signed in
    services: NamedDependency[Services],
) -> Page[Offer]:
    """What is sold."""
    return _offers(services)


@get("/api/plans", include_in_schema=False)
async def list_plans_as_well(
    user: NamedDependency[Caller],  # noqa: ARG001 - the same
    services: NamedDependency[Services],
) -> Page[Offer]:
    """The list of routes can be read so too."""
    return _offers(services)


@post("/api/subscription/transactions", status_code=200)
async def submit_purchase(
    data: JSONBody[BroughtPurchase],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> Subscription:
    """A purchase that this phone has made: verified with its store, then in force."""
    submission = _submission(data)
    return await idempotent(
        services,
        key=request.headers.get(HEADER),
        caller=user.actor,
        route="POST /api/subscription/transactions",
        body=data,
        act=partial(actions.submit, services, user, submission),
        again=lambda _: actions.subscription_of(services, user.id),
        stored=lambda _: {},
    )


@post("/api/subscription/restore", status_code=200)
async def restore_purchases(user: NamedDependency[Caller], services: NamedDependency[Services]) -> Subscription:
    """Ask the stores again about everything that the caller has bought."""
    return await actions.restore(services, user)


def routes() -> list[HTTPRouteHandler]:
    """The handlers, with those that the stores call."""
    return [read_subscription, list_plans, list_plans_as_well, submit_purchase, restore_purchases, *webhooks.routes()]


def _offers(services: Services) -> Page[Offer]:
    plans = services.plans.all
    return Page([Offer(one.product_id, one.tier, float(one.price), one.currency, one.period) for one in plans], None)


def _submission(data: BroughtPurchase) -> Submission:
    """Raises Invalid, naming what is missing or belongs to the other store."""
    given = {name: value for name, value in msgspec.structs.asdict(data).items() if name != "platform"}
    needed = NEEDED[data.platform]
    wrong = {name: "This field is required." for name in needed if given[name] is None}
    wrong |= {name: "Not with this platform." for name in given if name not in needed and given[name] is not None}
    if wrong:
        raise Invalid(fields=wrong)
    return Submission(platform=data.platform, **given)
