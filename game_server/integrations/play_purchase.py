"""A purchase of Google's in our words.

    ACTIVE ──▶ active      IN_GRACE_PERIOD ──▶ grace     CANCELED ──▶ canceled     these give something until expiryTime
    ON_HOLD ─▶ retry       PAUSED ──▶ paused             EXPIRED ──▶ expired       these do not
    PENDING ─▶ pending     PENDING_PURCHASE_CANCELED ──▶ expired

In grace Google moves expiryTime to the end of the grace. A state that we do not know gives nothing.
"""

import re
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from game_server.integrations.play import Line, SubscriptionPurchase
from rooms.subscriptions.plans import Plan, Plans
from rooms.subscriptions.purchase import Purchase, State

STATES: dict[str, State] = {
    "ACTIVE": "active",
    "IN_GRACE_PERIOD": "grace",
    "CANCELED": "canceled",
    "ON_HOLD": "retry",
    "PAUSED": "paused",
    "EXPIRED": "expired",
    "PENDING": "pending",
    "PENDING_PURCHASE_CANCELED": "expired",
}
NOT_BEGUN = ("PENDING", "PENDING_PURCHASE_CANCELED")
"""Nothing was paid: the purchase that it was to follow stands."""

ACKNOWLEDGED = "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED"

_ORDER = re.compile(r"(?P<first>.+?)(?:\.\.(?P<renewal>[0-9]{1,6}))?")


def line_of(token: str) -> str:
    """What stands for a purchase token, which is a secret: its SHA-256."""
    return sha256(token.encode()).hexdigest()


def purchase_of(
    told: SubscriptionPurchase, plans: Plans, *, token: str, reference: str, as_of: datetime, voided: str | None = None
) -> Purchase | None:
    """What Google told of this token; None where nothing that is sold here is in it. Of several lines the one that lasts longest.

    `voided` is the order that a notification said was refunded. Where it is not one before the last one, it is the last one.
    """
    sold = [(line, plan) for line in told.line_items if (plan := plans.of(line.product_id)) is not None]
    if not sold:
        return None
    line, plan = max(sold, key=lambda one: one[0].expiry_time or as_of)
    name = told.subscription_state.removeprefix("SUBSCRIPTION_STATE_")
    begun = name not in NOT_BEGUN
    amount, currency = _price(line, plan)
    order = line.latest_successful_order_id or told.latest_order_id or line_of(token)
    return Purchase(
        platform="android",
        line_id=line_of(token),
        reference=reference,
        transaction_id=order,
        product_id=line.product_id,
        tier=plan.tier,
        owner=_owner(told),
        state=STATES.get(name, "paused"),
        started_at=told.start_time or as_of,
        expires_at=line.expiry_time or as_of,
        environment="production" if told.test_purchase is None else "sandbox",
        as_of=as_of,
        renews=line.auto_renewing_plan is not None and line.auto_renewing_plan.auto_renew_enabled,
        amount=amount,
        currency=currency,
        retires=line_of(told.linked_purchase_token) if told.linked_purchase_token and begun else None,
        voids=None if voided is None else voided if is_later(order, voided) else order,
        acknowledged=told.acknowledgement_state == ACKNOWLEDGED,
    )


def is_later(order: str, than: str) -> bool:
    """Is this order a later renewal of the same purchase? `GPA.1`, `GPA.1..0`, `GPA.1..1` follow each other."""
    first, second = _ORDER.fullmatch(order), _ORDER.fullmatch(than)
    if first is None or second is None or first["first"] != second["first"]:
        return False
    return int(first["renewal"] or "-1") > int(second["renewal"] or "-1")


def _owner(told: SubscriptionPurchase) -> str | None:
    """The account that the app named at the purchase, a user id as UUID text."""
    account = told.external_account_identifiers
    if account is None and told.out_of_app_purchase_context is not None:
        account = told.out_of_app_purchase_context.expired_external_account_identifiers
    named = account.obfuscated_external_account_id if account else None
    try:
        return named if named is not None and str(UUID(named)) == named else None
    except ValueError:
        return None


def _price(line: Line, plan: Plan) -> tuple[Decimal, str]:
    """What a period costs, as Google says; what we ask for where it does not."""
    price = line.auto_renewing_plan.recurring_price if line.auto_renewing_plan else None
    if price is None or not re.fullmatch(r"[0-9]{1,7}", str(price.units)) or len(price.currency_code) != 3:  # noqa: PLR2004 - ISO 4217
        return plan.price, plan.currency
    return round(Decimal(str(price.units)) + Decimal(price.nanos) / 10**9, 2), price.currency_code
