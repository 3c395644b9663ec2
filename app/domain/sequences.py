"""What a source's numbers tell: ranges held, as a flat list [first, last, first, last, …] in rising order."""

from __future__ import annotations

from bisect import bisect_left

Ranges = list[int]


def holds(ranges: Ranges, number: int) -> bool:
    """Whether a number is in one of the ranges."""
    if not ranges or number > ranges[-1]:  # the usual answer
        return False
    at = bisect_left(ranges, number)
    return at < len(ranges) and (at % 2 == 1 or ranges[at] == number)


def add(ranges: Ranges, number: int) -> None:
    """Put one more number in, joining ranges that now touch."""
    if holds(ranges, number):
        return
    at = bisect_left(ranges, number)  # even: between two ranges
    joins_left = at > 0 and ranges[at - 1] == number - 1
    joins_right = at < len(ranges) and ranges[at] == number + 1
    if joins_left and joins_right:
        del ranges[at - 1 : at + 1]
    elif joins_left:
        ranges[at - 1] = number
    elif joins_right:
        ranges[at] = number
    else:
        ranges[at:at] = [number, number]


def gaps(ranges: Ranges, first: int | None) -> list[tuple[int, int]]:
    """The ranges missing between those held, and from `first` (None: the lowest held) on."""
    missing: list[tuple[int, int]] = []
    if len(ranges) > 2:
        missing += zip((last + 1 for last in ranges[1:-1:2]), (start - 1 for start in ranges[2::2]), strict=True)
    if first is not None and ranges and ranges[0] > first:
        missing.insert(0, (first, ranges[0] - 1))
    return missing


def text(missing: list[tuple[int, int]], most: int = 20) -> str:
    """Missing numbers as `3, 7-9`, at most so many ranges."""
    shown = [str(first) if first == last else f"{first}-{last}" for first, last in missing[:most]]
    if len(missing) > most:
        shown.append(f"and {len(missing) - most} more ranges")
    return ", ".join(shown)
