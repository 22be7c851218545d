"""A purchase line as a store told it, and which of two tellings is the newer.

active ──renewal──▶ active        grace: the renewal failed, access stays      retry: it failed, no access
  │  └─renewal off─▶ canceled     paused, pending: nothing is paid now         expired: it ran out
  └─refund─▶ refunded             revoked: taken back, as from a family        retired: another line took its place
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

Platform = Literal["ios", "android"]
Tier = Literal["free", "premium"]
State = Literal[
    "active", "canceled", "grace", "retry", "paused", "pending", "expired", "refunded", "revoked", "retired"
]
Environment = Literal["production", "sandbox"]
LineKey = tuple[Platform, str]
TransactionKey = tuple[Platform, str]

UNTIL_EXPIRY: tuple[State, ...] = ("active", "canceled")
BILLING_ISSUES: tuple[State, ...] = ("grace", "retry")
TAKEN_BACK: tuple[State, ...] = ("refunded", "revoked", "retired")
_BY_SEVERITY: tuple[State, ...] = (
    "pending", "active", "canceled", "grace", "retry", "paused", "expired", "refunded", "revoked", "retired",
)  # fmt: skip


class Purchase(msgspec.Struct, frozen=True, kw_only=True):
    """One line as its store told it at `as_of`.

    `reference` is what the store is asked by. `owner` is the user id that the store has bound it to, None where it names nobody;
    only a `shared` one, which a member of the buyer's family has, may then be bound to whoever brings it. `grace_until` only in
    grace, where the store says it apart from `expires_at`. `retires`: the line whose place this one took. `voids`: a transaction
    of the line whose money went back, where the store says that apart from the state. `acknowledged`: the store need not be told
    any more that we have it.
    """

    platform: Platform
    line_id: str
    reference: str
    transaction_id: str
    product_id: str
    tier: Tier
    owner: str | None
    shared: bool = False
    state: State
    started_at: datetime
    expires_at: datetime
    grace_until: datetime | None = None
    environment: Environment
    as_of: datetime
    renews: bool
    amount: Decimal
    currency: str
    retires: str | None = None
    voids: str | None = None
    acknowledged: bool = True

    @property
    def key(self) -> LineKey:
        """Which line."""
        return self.platform, self.line_id

    @property
    def billing_issue(self) -> bool:
        """Does the store try in vain to be paid?"""
        return self.state in BILLING_ISSUES

    @property
    def until(self) -> datetime | None:
        """When what it gives ends; None where it gives nothing."""
        if self.tier == "free":
            return None
        if self.state == "grace":
            return max(self.expires_at, self.grace_until or self.expires_at)
        return self.expires_at if self.state in UNTIL_EXPIRY else None


def newer(known: Purchase, told: Purchase) -> Purchase:
    """Which of two tellings of a line stands. Of one moment what takes away does, so that no order of arrival matters."""
    return max(known, told, key=_age)


def newest(told: Iterable[Purchase]) -> dict[LineKey, Purchase]:
    """What stands of each line."""
    standing: dict[LineKey, Purchase] = {}
    for purchase in told:
        known = standing.get(purchase.key)
        standing[purchase.key] = newer(known, purchase) if known else purchase
    return standing


def after_refunds(purchase: Purchase, voided: AbstractSet[TransactionKey]) -> Purchase:
    """The line, refunded where the money of its last transaction went back; the next transaction counts again."""
    if purchase.state in TAKEN_BACK or (purchase.platform, purchase.transaction_id) not in voided:
        return purchase
    return msgspec.structs.replace(purchase, state="refunded")


def _age(purchase: Purchase) -> tuple[datetime, int, str, float, bool]:
    return (
        purchase.as_of,
        _BY_SEVERITY.index(purchase.state),
        purchase.transaction_id,
        -(purchase.until or purchase.expires_at).timestamp(),
        purchase.acknowledged,
    )
