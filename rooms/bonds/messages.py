"""What was said: for a quarter of an hour its sender changes it, or takes it back."""

from datetime import datetime, timedelta

from rooms.errors import WrongState

LONGEST_MESSAGE = 4000
MOST_ATTACHMENTS = 10
MAY_CHANGE_FOR = timedelta(minutes=15)


def require_young(*, created_at: datetime, unsent_at: datetime | None, now: datetime) -> None:
    """May its sender still change it? Raises WrongState."""
    if unsent_at is not None:
        raise WrongState("This was taken back.")
    if now - created_at > MAY_CHANGE_FOR:
        raise WrongState("This was said more than 15 minutes ago.")
