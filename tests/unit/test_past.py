"""The log of a key with a past finds what a look at every one of its entries finds."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.codes import Movement, Purpose, StockStatus
from app.domain.positions.entry import Entry
from app.store.layout import Head
from app.store.log import KeyLog, Past
from app.store.table import Codec
from tables import POSITIONS

CODEC, KEY = Codec(POSITIONS), b"GLOVES@MAIN"
NOW = 1_770_000_000_000
TIMES = st.integers(NOW, NOW + 400_000) | st.integers(NOW - (1 << 42), NOW) | st.integers(-5, 1 << 33)
IDS = st.integers(0, 60).map("e{}".format)
TURNS = st.lists(st.lists(st.tuples(IDS, TIMES, st.none() | IDS), max_size=12), max_size=14)


def entry(event_id: str, at: int, supersedes: str | None, number: int) -> Entry:
    said = Purpose.CHANGE if supersedes else Purpose.ORIGINAL
    moved = Movement.RECEIPT, 1, "EA", StockStatus.AVAILABLE, None, False
    return Entry(event_id, "wms", number, at, at, supersedes, said, b"content", *moved)


class Lives:
    """A key through turns; it stays in memory from some turn on, and is read from bytes before."""

    def __init__(self, hot_from: int) -> None:
        self.hot_from, self.turns, self.all = hot_from, 0, list[Entry]()
        self.log = KeyLog(CODEC, KEY, Head(), None, Past(b"", {}, {}))

    def turn(self, told: list[tuple[str, int, str | None]]) -> None:
        for event_id, at, supersedes in told:
            self.all.append(entry(event_id, at, supersedes, len(self.all)))
            self.log.append(self.all[-1])
        if self.log.ripe:
            self.log.seal()
        self.turns += 1
        self._keep()

    def _keep(self) -> None:
        log = self.log
        log.history.update(enumerate(log.segments, log.head.segments - len(log.segments)))
        if self.turns < self.hot_from:
            self.log = KeyLog(CODEC, KEY, log.head, None, Past(log.tail, {}, log.history))
        else:
            log.forget_turn()


def by_number(entries: Any) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.source_seq or 0)


@given(TURNS, st.integers(0, 14), IDS, st.tuples(TIMES, TIMES))
def test_a_log_finds_what_a_look_at_each_of_its_entries_finds_after_every_turn(
    turns: list[list[tuple[str, int, str | None]]], hot_from: int, asked: str, span: tuple[int, int]
) -> None:
    lives, (first, last) = Lives(hot_from), sorted(span)
    for told in turns:
        lives.turn(told)
        log, named = lives.log, [e for e in lives.all if asked in (e.event_id, e.supersedes)]
        assert by_number(log.mentioning(asked)) == named
        assert by_number(log.between(first, last)) == [e for e in lives.all if first <= e.event_time <= last]
        assert by_number(log.between(first, None)) == [e for e in lives.all if first <= e.event_time]
        assert all(log.mentions(e.event_id, NOW << 1) for e in log.recent())
        assert all(log.mentions(e.supersedes, NOW << 1) for e in log.recent() if e.supersedes)


def test_an_id_that_nobody_spoke_of_lately_is_not_found_in_the_tail() -> None:
    lives = Lives(0)
    for at in range(50):
        lives.turn([(f"e{at}", NOW + at, None)])
    found = sum(lives.log.mentions(f"never-{other}", NOW + 50) for other in range(1_000))
    assert found < 50  # one in thousands looks like another


@pytest.mark.parametrize("seed", range(8))
def test_an_entry_is_found_in_the_tail_of_a_long_life_however_often_it_was_sealed(seed: int) -> None:
    draw, lives = Random(seed), Lives(hot_from=seed)
    for turn in range(60):
        told = [(f"e{len(lives.all) + n}", NOW + turn, None) for n in range(draw.randint(1, 12))]
        lives.turn([(name, at, "nobody" if draw.random() < 0.02 else none) for name, at, none in told])
        recent = lives.log.recent()
        assert all(lives.log.mentions(e.event_id, NOW << 1) for e in recent)
        assert [lives.log.mentioning(e.event_id, NOW << 1) for e in recent] == [[e] for e in recent]
