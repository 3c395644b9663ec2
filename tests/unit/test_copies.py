"""A kept copy comes back as it was written, or not at all."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from app.kafka import copies
from app.kafka.copies import Copies
from app.kafka.identity import Identity

HOUR = 3_600_000
ROWS = {b"key-%d" % number: b"row" * (number % 50) for number in range(25_000)}  # several blocks


def kept(directory: Path, topic_id: str = "cluster/topic", tombstones: int = 24 * HOUR) -> Copies:
    return Copies(directory, {"changelog": Identity(topic_id, tombstones)})


def test_a_copy_is_read_as_it_was_written(tmp_path: Path) -> None:
    kept(tmp_path / "made").write("changelog", 3, 500, ROWS.items())
    assert kept(tmp_path / "made").read("changelog", 3, 500) == (500, ROWS)
    assert kept(tmp_path / "made").read("changelog", 4, 500) is None
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["changelog-3.rows"]


def test_a_later_copy_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    kept(tmp_path).write("changelog", 0, 1, ROWS.items())
    kept(tmp_path).write("changelog", 0, 2, [])
    assert kept(tmp_path).read("changelog", 0, 9) == (2, {})


@pytest.mark.parametrize(
    ("reader", "end", "why"),
    [
        ({"topic_id": "cluster/other"}, 500, "the topic was made anew"),
        ({"tombstones": 0}, 500, "deletions stay readable for 0 s"),
        ({}, 499, "it goes to offset 500, the topic only to 499"),
    ],
)
def test_a_doubtful_copy_is_thrown_away_with_the_reason(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, reader: dict[str, str], end: int, why: str
) -> None:
    kept(tmp_path).write("changelog", 0, 500, ROWS.items())
    with caplog.at_level(logging.WARNING):
        assert kept(tmp_path, **reader).read("changelog", 0, end) is None  # type: ignore[arg-type]
    assert why in caplog.text
    assert list(tmp_path.iterdir()) == []


def test_a_copy_from_the_future_or_of_another_format_is_thrown_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        later.setattr(copies, "time", lambda: 4_000_000_000.0)
        kept(tmp_path).write("changelog", 0, 500, ROWS.items())
    assert kept(tmp_path).read("changelog", 0, 500) is None
    with monkeypatch.context() as newer:
        newer.setattr(copies, "FORMAT", copies.FORMAT + 1)
        kept(tmp_path).write("changelog", 0, 500, ROWS.items())
    assert kept(tmp_path).read("changelog", 0, 500) is None


def test_a_copy_that_cannot_be_written_is_said_and_no_more(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    kept(tmp_path / "file").write("changelog", 0, 500, ROWS.items())
    assert "no copy of changelog/0 is left" in caplog.text
