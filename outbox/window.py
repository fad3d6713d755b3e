"""When a mail that nobody waits for may leave: within office hours of the recipient, on days that are open there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent.domain.calendars import Calendar

_FORM = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-4]):([0-5]\d)\Z")


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of a day, the end not included."""

    start: time
    end: time  # 00:00 is the end of the day


def window_of(text: str) -> Window | None:
    """`08:00-18:00` as a window; None for an empty text. Raises ValueError for any other."""
    if not text.strip():
        return None
    found = _FORM.match(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no window; write it like 08:00-18:00")
    first, first_minute, last, last_minute = (int(part) for part in found.groups())
    if (first, first_minute) >= (last, last_minute) or (last == 24 and last_minute):
        raise ValueError(f"{text!r} is no window: it must begin before it ends, on one day")
    return Window(time(first, first_minute), time(last % 24, last_minute))


def next_opening(moment: datetime, window: Window | None, calendar: Calendar, zone: ZoneInfo) -> datetime:
    """The moment itself where it lies in the window on an open day of the zone, else the next opening.

    An opening that falls into the hour that a clock change leaves out comes when that hour would have ended.
    """
    local = moment.astimezone(zone)
    day = local.date()
    start, end = (window.start, window.end) if window else (time(0), time(0))
    inside = local.time() >= start and (end == time(0) or local.time() < end)
    if calendar.is_open(day) and inside:
        return moment
    if not calendar.is_open(day) or local.time() >= start:
        day = calendar.next_open(day + timedelta(days=1))
    # By way of UTC: a wall time that does not exist becomes the one that follows (PEP 495).
    return datetime.combine(day, start, zone).astimezone(ZoneInfo("UTC")).astimezone(zone)
