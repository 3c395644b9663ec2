"""Times and dates of the file form: ISO-8601 or integers, to milliseconds and days and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_ZERO = date(1970, 1, 1).toordinal()
_MS = timedelta(milliseconds=1)


def parse_time(text: str) -> int:
    """Milliseconds UTC of an ISO-8601 time with Z or an offset; raises ValueError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r:.60} is not an ISO-8601 time such as 2026-01-05T08:00:00Z") from error
    if moment.tzinfo is None:
        raise ValueError(f"{text!r:.60} names no time zone: end it with Z or an offset")
    return (moment - _EPOCH) // _MS


def format_time(ms: int) -> str | int:
    """ISO-8601 with Z, milliseconds only where there are any; an integer outside the years 1 to 9999."""
    try:
        moment = _EPOCH + timedelta(milliseconds=ms)
    except OverflowError:
        return ms
    return moment.isoformat(timespec="milliseconds" if ms % 1000 else "seconds").replace("+00:00", "Z")


def parse_date(text: str) -> int:
    """Days since 1970-01-01 of YYYY-MM-DD; raises ValueError."""
    try:
        if len(text) != len("YYYY-MM-DD") or text[7] != "-":  # a week's date is as long
            raise ValueError(text)
        return date.fromisoformat(text).toordinal() - _DAY_ZERO
    except ValueError as error:
        raise ValueError(f"{text!r:.60} is not a date such as 2026-01-05") from error


def format_date(days: int) -> str | int:
    """YYYY-MM-DD; an integer outside the years 1 to 9999."""
    try:
        return date.fromordinal(days + _DAY_ZERO).isoformat()
    except (ValueError, OverflowError):
        return days
