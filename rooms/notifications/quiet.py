"""Quiet hours: from one time on the wall clock to another, whatever the clock does in between."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from rooms.notifications.preferences import QuietHours

DAY = timedelta(days=1)


def quiet_until(now: datetime, hours: QuietHours, zone: tzinfo) -> datetime | None:
    """When the quiet hours that `now` lies in end, in UTC; None outside of them.

    Compared as moments and not as readings of a clock, so that a night is as long as it is. A time that does not exist, because
    clocks go forward over it, is the same time an hour later. One that comes twice counts the first time as a beginning and the
    second time as an end, so that nobody is woken in the hour between.
    """
    today = now.astimezone(zone).date()
    for day in (today - DAY, today):
        begins = _moment(day, hours.start, zone, fold=0)
        ends = _moment(day if hours.end > hours.start else day + DAY, hours.end, zone, fold=1)
        if begins <= now < ends:
            return ends
    return None


def _moment(day: date, minutes: int, zone: tzinfo, *, fold: int) -> datetime:
    """A local time as a moment in UTC."""
    wall = datetime.combine(day, time(minutes // 60, minutes % 60, fold=fold), zone)
    # In a gap the first reading (fold=0) lies behind it and the second one before it.
    exists = wall.astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0) == wall.replace(tzinfo=None, fold=0)
    return (wall if exists else wall.replace(fold=0)).astimezone(UTC)
