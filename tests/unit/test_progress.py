"""What a long take-over says in the log."""

from __future__ import annotations

import pytest

from app.kafka import membership
from app.kafka.bulk import Piece
from app.kafka.membership import Membership
from app.kafka.progress import Progress


class Counted:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.remaining: dict[tuple[str, int], int] = {}
        self.told: list[object] = []

    def recovering(self, topic: str, partition: int, rows: int, size: int, remaining: int) -> None:
        self.remaining[topic, partition] = remaining

    def waiting(self) -> None:
        self.told.append("waiting")

    def ready(self, partitions: object, paused: float) -> None:
        self.told.append(partitions)


def test_partitions_behind_are_named_with_their_percentage_and_those_read_are_not() -> None:
    counted = Counted()
    progress = Progress(counted, lambda: None)
    for partition, end in ((0, 1_000), (1, 400), (2, 10)):
        progress.expect("changelog", partition, 0, end)
    for piece in (Piece(0, 90, 5_000_000, 250), Piece(1, 300, 5_000_000, 300), Piece(2, 10, 0, 10)):
        progress.watch("changelog")(piece)
    assert progress.told().startswith("400 rows, 10.0 MB, ")
    assert progress.told().endswith("rows/s; changelog/0 25 %, changelog/1 75 %")
    assert counted.remaining == {("changelog", 0): 750, ("changelog", 1): 100, ("changelog", 2): 0}


def test_of_many_partitions_those_furthest_behind_are_named() -> None:
    progress = Progress(Counted(), lambda: None)
    for partition in range(22):
        progress.expect("changelog", partition, 0, 100)
        progress.watch("changelog")(Piece(partition, 1, 1, 90 - partition))
    assert progress.told().endswith("changelog/2 88 %, and 2 more")


def test_a_worker_that_makes_no_step_towards_its_partitions_is_stuck_and_a_ready_one_never(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted = Counted()
    standing = Membership(counted)
    assert standing.stuck() is None
    monkeypatch.setattr(membership, "STUCK_AFTER", 0.0)
    assert "nothing assigned or taken over for 0 s" in (standing.stuck() or "")
    standing.work({"positions": 0})
    assert standing.stuck() is None
    standing.wait()
    assert standing.stuck() is not None
    assert counted.told == ["waiting", {"positions": 0}, "waiting"]
