"""A partition comes back out of its rows as it was, and out of what it says of itself."""

from __future__ import annotations

import pytest

from app.domain.policy import Policy
from app.errors import RowCorrupt
from app.store import layout
from app.store.partition import Partition
from app.store.ports import Row
from app.store.recovery import history_rows_of, prove_history, recover, recover_history, rows_of
from tables.positions import POSITIONS
from tests.support.memory import Broker, delivered, taken_over
from tests.support.movements import DAY, KEY, MINUTE, moved

SEGMENT = layout.pack_segment(0, layout.Times(0, 1 << 60, 1 << 60), b"\0\0\0\5never")


async def worked(count: int) -> Broker:
    """A broker on which a key has had so many movements, some of them in numbers and long ago."""
    broker = Broker()
    lane = await taken_over(POSITIONS, broker)
    for number in range(count):
        movement = "COUNT_SET" if number % 5 == 4 else "RECEIPT"
        fact = moved(f"{KEY}-{number}", movement, 3, number * MINUTE, source_seq=number + 1)
        await lane.turn([delivered("inventory-events", KEY, fact)])
    broker.changelog.append(lane.mark())  # as a clean hand-over does
    return broker


def recovered(changelog: dict[bytes, bytes], history: dict[bytes, bytes]) -> Partition:
    partition = Partition(POSITIONS)
    recover_history(partition, history)
    assert recover(partition, changelog) == []
    return partition


def last(rows: list[Row]) -> dict[bytes, bytes]:
    return {key: row for key, row in dict(rows).items() if row is not None}


def held(partition: Partition) -> tuple[object, ...]:
    return partition.heads, partition.tails, partition.annexes, partition.history, partition.mark, partition.deadline


async def test_the_rows_that_a_partition_tells_of_itself_recover_it() -> None:
    for count in (3, 20, 120):  # within the first ring, with a segment, in a larger ring
        broker = await worked(count)
        first = recovered(last(broker.changelog), last(broker.history))
        assert len(first.heads) == 1
        told = dict(rows_of(first)), dict(history_rows_of(first))
        assert held(recovered(*told)) == held(first)


async def test_a_segment_whose_head_was_never_written_is_let_go_of() -> None:
    broker = await worked(25)
    known = held(await _partition(broker))
    assert len(broker.history) == 2
    broker.history.append((layout.segment_key(KEY.encode(), 9), SEGMENT))
    broker.history.append((layout.segment_key(b"UNBORN@MAIN", 0), SEGMENT))
    assert held(await _partition(broker)) == known


async def _partition(broker: Broker) -> Partition:
    return (await taken_over(POSITIONS, broker)).partition


async def test_a_history_that_misses_a_segment_is_refused_and_the_key_named() -> None:
    broker = await worked(60)
    whole = recovered(last(broker.changelog), last(broker.history))
    prove_history(whole)
    for kept in (last(broker.history[1:]), {}):
        with pytest.raises(RowCorrupt, match=f"{KEY}.*history holds {len(kept)} of {len(broker.history)} segments"):
            prove_history(recovered(last(broker.changelog), kept))


async def test_what_came_in_numbers_from_behind_the_horizon_comes_back_with_the_rest() -> None:
    broker, policy = Broker(), Policy(horizon=5 * DAY)
    lane = await taken_over(POSITIONS, broker, policy)
    story = [moved(f"r{n}", "RECEIPT", 5, n * DAY, source_seq=n + 1) for n in range(40)]
    for n in range(40):
        story.append(moved(f"l{n}", "RECEIPT", 5, n, recorded=39 * DAY, source_seq=n + 41))
        story.append(moved(f"x{n}", "RECEIPT", 5, n, recorded=40 * DAY, purpose="CANCEL", supersedes=f"l{n}"))
    for fact in story:
        await lane.turn([delivered("inventory-events", KEY, fact)])
    broker.changelog.append(lane.mark())
    assert held((await taken_over(POSITIONS, broker, policy)).partition) == held(lane.partition)
