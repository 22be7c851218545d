"""What time it is: the only place that asks."""

from datetime import UTC, datetime


class Clock:
    """The wall clock, in UTC."""

    def now(self) -> datetime:
        """The time, aware, to the microsecond."""
        return datetime.now(UTC)  # noqa: TID251 - this is the module that provides it
