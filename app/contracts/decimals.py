"""Decimals of the file form: strings or integers, to unscaled integers and back; never floats."""

from __future__ import annotations

import re

_DECIMAL = re.compile(r"(-?)([0-9]{1,40})(?:\.([0-9]{1,40}))?")


def parse_decimal(value: str | int, scale: int) -> int:
    """The unscaled integer; raises ValueError for floats, and for more places than the field has."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ValueError(f"{value!r:.40} is no decimal: write it as a string or an integer, never as a float")
    if isinstance(value, int):
        return int(value * 10**scale)
    match = _DECIMAL.fullmatch(value)
    if match is None:
        raise ValueError(f"{value!r:.40} is not a decimal such as 12.5")
    sign, whole, places = match[1], match[2], (match[3] or "").rstrip("0")
    if len(places) > scale:
        raise ValueError(f"{value!r:.40} has more than {scale} decimal places")
    unscaled = int(whole + places.ljust(scale, "0"))
    return -unscaled if sign else unscaled


def format_decimal(unscaled: int, scale: int = 4) -> str:
    """A string without trailing zeros."""
    whole, places = divmod(abs(unscaled), 10**scale)
    digits = f"{places:0{scale}d}".rstrip("0")
    return f"{'-' if unscaled < 0 else ''}{whole}{'.' + digits if digits else ''}"
