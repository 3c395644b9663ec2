"""Keys betray that their topic had fewer partitions when they came, and only that."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from app.errors import ChangelogCorrupt
from app.kafka.betrayed import fewer, refuse_what_is_not_whole
from app.kafka.publisher import partition_of
from app.kafka.writer import Writer
from app.store.layout import Mark
from app.store.partition import Partition
from tables import POSITIONS

KEYS = [f"ITEM-{number}@MAIN".encode() for number in range(1_000)]


def lying_in(number: int, partitions: int) -> list[bytes]:
    return [key for key in KEYS if partition_of(key, None, partitions) == number]


def test_keys_say_how_many_partitions_there_were() -> None:
    assert [fewer(lying_in(number, 4), number, 8) for number in range(4)] == [4, 4, 4, 4]
    assert fewer(lying_in(5, 6), 5, 8) == 6


def test_keys_that_lie_where_they_belong_say_nothing() -> None:
    assert [fewer(lying_in(number, 8), number, 8) for number in range(8)] == [None] * 8


def test_keys_spread_by_another_law_and_few_keys_say_nothing() -> None:
    assert fewer(KEYS[:64], 1, 8) is None
    assert fewer(lying_in(1, 4)[:10], 1, 8) is None


def taken_over(turns: int) -> Any:
    """A line of partition 2 after so many turns."""
    partition = Partition(POSITIONS)
    partition.mark = Mark(n=turns)
    return SimpleNamespace(number=2, lane=SimpleNamespace(partition=partition), writer=Writer("", "kept", None, 2))


def test_more_turns_than_records_are_refused() -> None:
    refuse_what_is_not_whole(taken_over(10), end=21, partitions=8)
    with pytest.raises(ChangelogCorrupt, match=r"kept/2: its turn 10 stands within 9 offsets.*docs/recovery.md"):
        refuse_what_is_not_whole(taken_over(10), end=9, partitions=8)
