"""Business days: what is neither weekend nor, where a country is set, a holiday there.

Dates are days since 1970-01-01. Weekends and holidays of a country come from the `holidays` library, year by year.
"""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from app.domain.policy import DAY, MINUTE

if TYPE_CHECKING:
    from holidays import HolidayBase

SATURDAY_AND_SUNDAY = frozenset({5, 6})
_DAY_ZERO = date(1970, 1, 1).toordinal()
YEAR = 366 * DAY
_THURSDAY = 3  # the weekday of day 0, Monday being 0


@lru_cache(maxsize=4096)
def business_days_after(day: int, count: int, country: str = "") -> int:
    """The business day that is `count` after a date; the date itself where that is 0."""
    while count > 0:
        day += 1
        count -= is_business_day(day, country)
    return day


def is_business_day(day: int, country: str = "") -> bool:
    """Whether people work on a date: in a country (ISO 3166) or a part of one, or anywhere with weekends ("")."""
    if (day + _THURSDAY) % 7 in _weekend(country):
        return False
    return not country or day not in _holidays(country, _year(day))


def business_time_after(time: int, duration: int, offset: int = 0, country: str = "") -> int:
    """The time (ms) when a duration of business days' hours is over; `offset`: the local calendar's, in minutes.

    Of what is longer than a year every hour counts: no calendar of so far ahead is worth a wait.
    """
    if duration > YEAR:
        return time + duration
    day, begun = divmod(time + offset * MINUTE, DAY)
    left = duration
    while not is_business_day(day, country) or left > DAY - begun:
        left -= DAY - begun if is_business_day(day, country) else 0
        day, begun = day + 1, 0
    return day * DAY + begun + left - offset * MINUTE


def known_country(code: str) -> str:
    """The code of a country with a calendar, or "" for none; raises ValueError."""
    if code and code not in _countries():
        raise ValueError(f"{code!r:.40} is no country with a known calendar: write its two letters, such as US")
    return code


def named_calendar(name: str) -> str:
    """The calendar of the country that a name begins with, as US-BUSINESS, and of its part where that is known, as
    US-MA; "" where it begins with none."""
    country, _, part = name.partition("-")
    if not country or country not in _countries():
        return ""
    return name if part in _countries()[country] else country


def _year(day: int) -> int:
    """0 outside the years that calendars know."""
    ordinal = day + _DAY_ZERO
    return date.fromordinal(ordinal).year if 1 <= ordinal <= date.max.toordinal() else 0


@cache
def _countries() -> dict[str, list[str]]:
    """With their parts."""
    from holidays import list_supported_countries  # costs a start its time only where a country is set

    return list_supported_countries(include_aliases=False)


@cache
def _weekend(country: str) -> frozenset[int]:
    if not country:
        return SATURDAY_AND_SUNDAY
    return frozenset(_calendar(country).weekend)


@cache
def _holidays(country: str, year: int) -> frozenset[int]:
    if not year:
        return frozenset()
    return frozenset(day.toordinal() - _DAY_ZERO for day in _calendar(country, year))


def _calendar(name: str, *years: int) -> HolidayBase:
    from holidays import country_holidays

    country, _, part = name.partition("-")
    return country_holidays(country, subdiv=part or None, years=years or None, expand=False)
