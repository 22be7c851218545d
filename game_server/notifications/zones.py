"""Time zones by their names."""

from datetime import UTC, datetime, time, tzinfo
from zoneinfo import ZoneInfo

LONGEST = 64


def named(name: str) -> tzinfo | None:
    """The zone of an IANA name; None where there is none."""
    if not name or len(name) > LONGEST:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; no name but a path; a folder of them
        return None


def of(name: str) -> tzinfo:
    """The same; UTC where there is none, for what is kept may be older than this list of zones."""
    return named(name) or UTC


def midnight(name: str | None, now: datetime) -> datetime:
    """When the day began there."""
    local = now.astimezone(of(name or "UTC"))
    return datetime.combine(local.date(), time(), local.tzinfo)
