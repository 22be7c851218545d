"""A store on paper: what happens to somebody's purchases, what the store says after each of it, and what they have at the end.

It keeps until when each line gives access by itself and knows nothing of how the server finds that out, so the two can disagree.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from rooms.subscriptions.purchase import Platform, Purchase, State

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
PERIOD = timedelta(days=30)

STEPS = ("buy", "renew", "cancel", "grace", "fail", "expire", "refund", "reverse", "replace", "pause")
histories = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, 5), st.sampled_from(("ios", "android"))), min_size=1, max_size=14
)
"""What happens, to which of the lines there are, on which platform where it is bought."""


class PaperLine:
    """One line; `until` is the model's own answer to what it gives."""

    def __init__(self, number: int, platform: Platform) -> None:
        self.number, self.platform, self.transactions = number, platform, 1
        self.state: State = "active"
        self.renews, self.replaced = True, False
        self.grace: datetime | None = None
        self.retires: str | None = None
        self.started = self.expires = BEGIN
        self.until: datetime | None = None

    @property
    def id(self) -> str:
        return f"line-{self.number}"

    def lasts(self, state: State, until: datetime | None, *, renews: bool, grace: datetime | None = None) -> None:
        self.state, self.until, self.renews, self.grace = state, until, renews, grace


class PaperStore:
    """The purchases of one person, and all that the stores said of them, in order."""

    def __init__(self, owner: str, *, ids: str = "") -> None:
        self.owner, self.ids = owner, ids
        self.lines: list[PaperLine] = []
        self.said: list[Purchase] = []
        self.now = BEGIN

    def live(self, history: list[tuple[str, int, Platform]]) -> "PaperStore":
        """All of this happens, a day apart."""
        for step, which, platform in history:
            self.now += timedelta(days=1, seconds=1)
            standing = [line for line in self.lines if not line.replaced]
            if step == "buy" or not standing:
                self._buy(platform)
            else:
                line = standing[which % len(standing)]
                does: Callable[[PaperLine], Any] = getattr(self, f"_{step}")
                does(line)
                self._say(line)
        return self

    def stand(self) -> list[Purchase]:
        """What the stores say now, asked about every line."""
        self.now += timedelta(seconds=1)
        return [self._told(line) for line in self.lines]

    def gives(self, at: datetime) -> tuple[str, datetime | None]:
        """What this person has at a moment: tier and until when."""
        until = max((line.until for line in self.lines if line.until and line.until > at), default=None)
        return ("premium" if until else "free"), until

    def billing_issue(self, at: datetime) -> bool:
        """Is what gives the most, or where nothing gives anything what there is, in vain to be paid?"""
        _, until = self.gives(at)
        lines = [line for line in self.lines if not line.replaced]
        asked = [line for line in lines if line.until == until] if until else lines
        return any(line.state in ("grace", "retry") for line in asked)

    # --- what happens --------------------------------------------------------------------------------------------------

    def _buy(self, platform: Platform, retires: PaperLine | None = None) -> None:
        line = PaperLine(len(self.lines) + 1, platform)
        line.retires = self.ids + retires.id if retires else None
        self.lines.append(line)
        self._paid(line)
        self._say(line)

    def _paid(self, line: PaperLine) -> None:
        line.started, line.expires = self.now, self.now + PERIOD + timedelta(seconds=line.number)
        line.lasts("active", line.expires, renews=True)

    def _renew(self, line: PaperLine) -> None:
        line.transactions += 1
        self._paid(line)

    def _cancel(self, line: PaperLine) -> None:
        if line.state == "active":
            line.lasts("canceled", line.expires, renews=False)

    def _grace(self, line: PaperLine) -> None:
        until = self.now + timedelta(days=16, seconds=line.number)
        line.expires = min(line.expires, self.now)
        line.lasts("grace", until, renews=True, grace=until)

    def _fail(self, line: PaperLine) -> None:
        line.expires = min(line.expires, self.now)
        line.lasts("retry", None, renews=True)

    def _pause(self, line: PaperLine) -> None:
        line.lasts("paused", None, renews=True)

    def _expire(self, line: PaperLine) -> None:
        line.expires = min(line.expires, self.now)
        line.lasts("expired", None, renews=False)

    def _refund(self, line: PaperLine) -> None:
        line.lasts("refunded", None, renews=False)

    def _reverse(self, line: PaperLine) -> None:
        if line.state == "refunded":
            line.lasts("canceled", line.expires, renews=False)

    def _replace(self, line: PaperLine) -> None:
        line.replaced = True
        line.until = None
        self._buy(line.platform, retires=line)

    # --- what is said --------------------------------------------------------------------------------------------------

    def _say(self, line: PaperLine) -> None:
        self.said.append(self._told(line))

    def _told(self, line: PaperLine) -> Purchase:
        return Purchase(
            platform=line.platform, line_id=self.ids + line.id, reference=self.ids + line.id,
            transaction_id=f"{self.ids}{line.id}-{line.transactions}", product_id="premium", tier="premium",
            owner=self.owner, state=line.state, started_at=line.started, expires_at=line.expires,
            grace_until=line.grace, environment="production", as_of=self.now, renews=line.renews,
            amount=Decimal("4.99"), currency="USD", retires=line.retires,
        )  # fmt: skip
