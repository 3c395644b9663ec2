"""A take-over reads its partitions in waves, so that what it read of one lies in memory only until it is in place."""

from __future__ import annotations

from typing import Any

from app.kafka.takeover import Source, waves


def sources(*sizes: int) -> list[Source]:
    """A line each, half of its records in its history, half in its changelog."""
    lines: list[Any] = [object() for _ in sizes]
    return [
        Source(topic, line, size // 2)
        for line, size in zip(lines, sizes, strict=True)
        for topic in ("history", "changelog")
    ]


def sizes(found: list[list[Source]]) -> list[list[int]]:
    return [[source.end * 2 for source in wave[::2]] for wave in found]


def test_what_is_small_is_read_at_once() -> None:
    assert sizes(list(waves(sources(10, 20, 30), most=60))) == [[10, 20, 30]]


def test_what_is_large_is_read_after_what_went_before() -> None:
    assert sizes(list(waves(sources(40, 40, 10, 90, 200, 2), most=100))) == [[40, 40, 10], [90], [200], [2]]


def test_a_line_is_never_split() -> None:
    for wave in waves(sources(100, 100, 100), most=100):
        assert [source.topic for source in wave] == ["history", "changelog"]


def test_nothing_to_take_over_is_no_wave() -> None:
    assert list(waves([])) == []
