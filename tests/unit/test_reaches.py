"""Segments are found by time where a look into every one of them would find them."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from app.store.layout import NEVER, Times, pack_segment
from app.store.reaches import Reaches

TIME = st.integers(0, 60)


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[bytes, Times]]:
    """Segments, most of them one after another in time, some with late records in them."""
    spans = draw(st.lists(st.tuples(TIME, st.integers(0, 3), st.integers(0, 3) | TIME), max_size=40))
    spans = [(at + step, at + step + late) for at, (step, late, _) in enumerate(spans)]
    reaches = accumulate((newest for _, newest in spans), max, initial=NEVER)
    next(reaches)
    times = [Times(oldest, newest, reach) for (oldest, newest), reach in zip(spans, reaches, strict=True)]
    return [(pack_segment(16 * number, each, b""), each) for number, each in enumerate(times)]


@given(histories(), st.integers(0, 40), st.lists(st.tuples(TIME, TIME), min_size=1), st.integers(0, 20))
def test_it_finds_what_a_look_into_every_segment_finds(
    history: list[tuple[bytes, Times]], known: int, asked: list[tuple[int, int]], least: int
) -> None:
    first, last = asked[0][0], max(asked[0])
    reaches = Reaches([segment for segment, _ in reversed(history[:known])], first, least)
    for segment, times in history[known:]:
        reaches.add(segment, times)
    for first, last in (sorted(pair) for pair in asked):
        if not reaches.hold(first):
            reaches = Reaches([segment for segment, _ in reversed(history)], first, 2 * len(reaches))
        plain = [segment for segment, times in history if times.oldest <= last and times.newest >= first]
        assert reaches.covering(first, last) == plain


def test_it_takes_no_more_of_a_history_than_is_asked_for() -> None:
    history = [pack_segment(at, Times(at, at, at), b"") for at in range(100)]
    assert len(Reaches(reversed(history), 90, 0)) == 11
    assert len(Reaches(reversed(history), 90, 30)) == 30
