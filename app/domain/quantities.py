"""Exact quantities and dates as people read them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

PRICE, PRODUCT = 6, 10  # decimal places of a unit price, and of a price times a quantity; an amount has four
TO_PRODUCT = 10**6  # from an amount to the places of a product
HALF_CENT = 5 * 10**7  # as a product
_DAY_ZERO = date(1970, 1, 1).toordinal()


@lru_cache(4_096)  # most are few: nothing, and round quantities
def text(unscaled: int, scale: int = 4) -> str:
    """A decimal without trailing zeros."""
    whole, places = divmod(abs(unscaled), 10**scale)
    sign = "-" if unscaled < 0 else ""
    return f"{sign}{whole}.{places:0{scale}d}".rstrip("0") if places else f"{sign}{whole}"


def date_text(days: int) -> str:
    """YYYY-MM-DD of days since 1970-01-01; the number itself outside the years 1 to 9999."""
    try:
        return date.fromordinal(days + _DAY_ZERO).isoformat()
    except (ValueError, OverflowError):
        return str(days)
