"""What Apple's server answers of one line, as a purchase of ours: decoded by Apple's library, checked here."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from appstoreserverlibrary.models.AutoRenewStatus import AutoRenewStatus
from appstoreserverlibrary.models.Environment import Environment
from appstoreserverlibrary.models.InAppOwnershipType import InAppOwnershipType
from appstoreserverlibrary.models.JWSRenewalInfoDecodedPayload import JWSRenewalInfoDecodedPayload
from appstoreserverlibrary.models.JWSTransactionDecodedPayload import JWSTransactionDecodedPayload
from appstoreserverlibrary.models.Status import Status
from appstoreserverlibrary.models.Type import Type

from game_server.integrations.stores import Forged
from rooms.subscriptions.plans import Plans
from rooms.subscriptions.purchase import Purchase, State

LARGEST_AMOUNT = Decimal("99999999.99")

STATES: dict[Status | None, State] = {
    Status.ACTIVE: "active",
    Status.EXPIRED: "expired",
    Status.BILLING_RETRY: "retry",
    Status.BILLING_GRACE_PERIOD: "grace",
    Status.REVOKED: "revoked",
}

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LARGEST_MS = int(datetime(9000, 1, 1, tzinfo=UTC).timestamp() * 1000)


def purchase_of(
    status: Status | None, bought: JWSTransactionDecodedPayload, renewal: JWSRenewalInfoDecodedPayload, plans: Plans
) -> Purchase | None:
    """What Apple says of one line; None where it is of no product that is sold here. Raises Forged where something is missing."""
    plan = plans.of(bought.productId or "")
    if plan is None or not renews(bought):
        return None
    goes_on = renewal.autoRenewStatus != AutoRenewStatus.OFF
    reference = reference_of(bought.originalTransactionId)
    return Purchase(
        platform="ios",
        line_id=reference,
        reference=reference,
        transaction_id=reference_of(bought.transactionId),
        product_id=plan.product_id,
        tier=plan.tier,
        owner=account_of(bought.appAccountToken),
        shared=bought.inAppOwnershipType == InAppOwnershipType.FAMILY_SHARED,
        state=_state(status, bought, goes_on=goes_on),
        started_at=moment(bought.purchaseDate),
        expires_at=moment(bought.expiresDate),
        grace_until=moment(renewal.gracePeriodExpiresDate) if renewal.gracePeriodExpiresDate else None,
        environment="production" if bought.environment == Environment.PRODUCTION else "sandbox",
        as_of=max(moment(bought.signedDate), moment(renewal.signedDate or bought.signedDate)),
        renews=goes_on,
        amount=_amount(bought.price) if bought.price is not None else plan.price,
        currency=bought.currency or plan.currency,
    )


def renews(bought: JWSTransactionDecodedPayload) -> bool:
    """Is it a subscription, and nothing that is bought once?"""
    return bought.rawType in (None, Type.AUTO_RENEWABLE_SUBSCRIPTION.value)


def account_of(token: str | None) -> str | None:
    """The user id that the app gave Apple at the purchase."""
    try:
        return str(UUID(token)) if token else None
    except ValueError:
        return None


def reference_of(text: str | None) -> str:
    """A transaction's id. Raises Forged."""
    if text is None or not ID.fullmatch(text):
        raise Forged("a transaction without an id")
    return text


def moment(milliseconds: int | None) -> datetime:
    """Of the epoch. Raises Forged."""
    if milliseconds is None or not 0 <= milliseconds <= _LARGEST_MS:
        raise Forged("a moment is missing")
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _amount(thousandths: int) -> Decimal:
    return min(LARGEST_AMOUNT, max(Decimal(0), Decimal(thousandths) / 1000)).quantize(Decimal("0.01"))


def _state(status: Status | None, bought: JWSTransactionDecodedPayload, *, goes_on: bool) -> State:
    if bought.revocationDate is not None:
        return "revoked" if bought.inAppOwnershipType == InAppOwnershipType.FAMILY_SHARED else "refunded"
    if bought.isUpgraded:
        return "expired"
    state = STATES.get(status, "expired")
    return "canceled" if state == "active" and not goes_on else state
