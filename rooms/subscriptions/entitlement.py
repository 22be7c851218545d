"""What somebody's purchases give them."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime

import msgspec

from rooms.subscriptions.purchase import LineKey, Platform, Purchase, Tier, after_refunds, newest


class Entitlement(msgspec.Struct, frozen=True):
    """`platform`: where it was bought, or where the payment fails; `billing_issue`: the store tries in vain to be paid."""

    tier: Tier
    expires_at: datetime | None
    platform: Platform | None
    billing_issue: bool


def entitlement(
    told: Iterable[Purchase], now: datetime, *, sandbox: bool = False, retired: AbstractSet[LineKey] = frozenset()
) -> Entitlement:
    """What one person's purchases give at a moment, told in any order and any number of times.

    Of several lines the one that lasts longest counts. Purchases of a store's sandbox count only where `sandbox` says so, and a
    line whose place another one took (`retired`, or told here) never again, and no transaction that was refunded.
    """
    told = tuple(told)
    voided = {(one.platform, one.voids) for one in told if one.voids}
    standing = {key: after_refunds(one, voided) for key, one in newest(told).items()}
    gone = retired | {(one.platform, one.retires) for one in standing.values() if one.retires}
    counted = [
        one for key, one in sorted(standing.items()) if key not in gone and (sandbox or one.environment == "production")
    ]
    giving = [(one.until, one) for one in counted if one.until is not None and one.until > now]
    if giving:
        until, best = max(giving, key=lambda found: found[0])
        return Entitlement("premium", until, best.platform, best.billing_issue)
    failing = [one for one in counted if one.billing_issue]
    platform = max(failing, key=lambda one: one.expires_at).platform if failing else None
    return Entitlement("free", None, platform, bool(failing))
