"""What is sold: the stores' product ids and what each gives."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from rooms.subscriptions.purchase import Tier

Period = Literal["week", "month", "quarter", "half_year", "year"]


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One product of the stores; `price` is for one period."""

    product_id: Annotated[str, Meta(min_length=1, max_length=200)]
    tier: Tier
    price: Annotated[Decimal, Meta(description="an amount like 4.99")]
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] = "USD"
    period: Period = "month"


DEFAULT = (
    Plan(product_id="premium", tier="premium", price=Decimal("4.99"), period="month"),
    Plan(product_id="premium_annual", tier="premium", price=Decimal("29.99"), period="year"),
)


class Plans:
    """All that is sold here."""

    def __init__(self, plans: Iterable[Plan] = DEFAULT) -> None:
        self.all = tuple(plans)
        self._by_product = {plan.product_id: plan for plan in self.all}

    @classmethod
    def read(cls, text: bytes) -> "Plans":
        """From JSON: a list of plans, each with `product_id`, `tier`, `price`, and if need be `currency` and `period`.

        Raises msgspec.DecodeError, ValueError where it names none, or a product twice.
        """
        plans = cls(msgspec.json.decode(text, type=tuple[Plan, ...]))
        if not plans.all or len(plans._by_product) != len(plans.all):
            raise ValueError("plans are one or more, each with a product_id of its own")
        return plans

    def of(self, product_id: str) -> Plan | None:
        """What a product gives; None where it is not one of ours."""
        return self._by_product.get(product_id)
