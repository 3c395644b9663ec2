"""What was refused is sent once more, byte for byte, and knows that it was."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.backtest.ports import FileRecord
from app.contracts.fileform import parse, render
from app.domain.codes import ErrorClass
from app.flow.dead_letters import ATTEMPTS, REPLAY_OF, bury, revive, shortened
from tests.support.contracts import ENCODER, SCHEMAS

BYTES, TEXT = b"\x00\xff\xfe", b"not UTF-8: \xff"


def _buried(offset: int, topic: str = "po-acks", error: ErrorClass = ErrorClass.DECODE, **other: Any) -> bytes:
    """A line of dead-letters, as a backtest or `syncline tail` writes it."""
    record = FileRecord(topic, offset, b"PO-1", BYTES, (("trace", b"7"),), **other)
    letter = bury(record, error, f"reason {offset}")
    return render("dead-letters", letter.key, ENCODER.encode("dead-letters", letter), SCHEMAS)


def _replay(lines: list[bytes], tmp_path: Path, *options: str) -> tuple[list[dict[str, Any]], str]:
    source, out = tmp_path / "dead-letters.jsonl", tmp_path / "again.jsonl"
    source.write_bytes(b"".join(line + b"\n" for line in lines))
    command = [sys.executable, "-m", "app.cli.main", "dead-letters", "replay", "--from", str(source)]
    shown = subprocess.run([*command, *options, "--out", str(out)], capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    written = [json.loads(line) for line in out.read_bytes().splitlines()] if out.exists() else []
    return written, shown.stdout + shown.stderr


def test_a_record_comes_back_byte_for_byte_with_its_headers() -> None:
    record = FileRecord("po-acks", 7, TEXT, BYTES, (("trace", b"\xff"), ("trace", b"2"), ("none", None)), partition=3)
    topic, key, value, headers = revive(bury(record, ErrorClass.CONTRACT, "so"))
    assert (topic, key, value) == ("po-acks", TEXT, BYTES)
    assert headers == [*record.headers, (REPLAY_OF, b"po-acks/3/7"), (ATTEMPTS, b"1")]


def test_every_further_try_counts_one_more_and_names_the_last_place() -> None:
    first = revive(bury(FileRecord("po-acks", 7, None, None), ErrorClass.CONTRACT, "so"))
    letter = bury(FileRecord("po-acks", 9, first.key, first.value, first.headers), ErrorClass.CONTRACT, "so")
    assert (letter.attempts, letter.replay_of) == (2, "po-acks/0/7")
    assert revive(letter).headers == [(REPLAY_OF, b"po-acks/0/9"), (ATTEMPTS, b"2")]


def test_lines_for_a_backtest_hold_the_bytes(tmp_path: Path) -> None:
    (line,), told = _replay([_buried(5)], tmp_path)
    assert line == {
        "topic": "po-acks",
        "key": "PO-1",
        "raw": base64.b64encode(BYTES).decode(),
        "headers": {"trace": "7", REPLAY_OF: "po-acks/0/5", ATTEMPTS: "1"},
    }
    assert parse(json.dumps(line).encode(), ENCODER).value == BYTES
    assert told == "1 read, 1 selected, 1 written\n"


@pytest.mark.parametrize(
    ("options", "offsets"),
    [
        ((), [1, 2, 3, 4]),
        (("--topic", "invoices"), [3]),
        (("--topic", "invoices", "--topic", "po-acks"), [1, 2, 3, 4]),
        (("--error-class", "CONTRACT"), [2]),
        (("--reason", "reason 4"), [4]),
        (("--offset", "2-3"), [2, 3]),
        (("--offset", "3-"), [3, 4]),
        (("--offset", "1", "--offset", "4"), [1, 4]),
        (("--offset", "9/1-9"), [4]),
        (("--topic", "po-acks", "--error-class", "DECODE", "--offset", "2-4"), [4]),
    ],
)
def test_a_selection_takes_what_matches_all_of_it(options: tuple[str, ...], offsets: list[int], tmp_path: Path) -> None:
    lines = [
        _buried(1),
        _buried(2, error=ErrorClass.CONTRACT),
        _buried(3, topic="invoices"),
        _buried(4, partition=9),
    ]
    written, told = _replay(lines, tmp_path, *options)
    assert [int(line["headers"][REPLAY_OF].rpartition("/")[2]) for line in written] == offsets
    assert f"{len(offsets)} selected, {len(offsets)} written" in told


def test_a_dry_run_lists_and_writes_nothing(tmp_path: Path) -> None:
    written, told = _replay([_buried(5)], tmp_path, "--dry-run")
    assert written == []
    assert "po-acks/0/5 DECODE attempts 1: reason 5" in told
    assert "1 selected, 0 written" in told


def test_a_record_that_came_back_twice_is_sent_once(tmp_path: Path) -> None:
    again = revive(bury(FileRecord("po-acks", 5, b"PO-1", BYTES), ErrorClass.DECODE, "first"))
    letter = bury(FileRecord("po-acks", 8, again.key, again.value, again.headers), ErrorClass.DECODE, "second")
    line = render("dead-letters", letter.key, ENCODER.encode("dead-letters", letter), SCHEMAS)
    (written,), told = _replay([_buried(5), line], tmp_path)
    assert written["headers"][REPLAY_OF] == "po-acks/0/8"
    assert told == "2 read, 1 selected, 1 written\n"


def test_lines_of_another_topic_are_no_dead_letters(tmp_path: Path) -> None:
    source = tmp_path / "alerts.jsonl"
    source.write_bytes(b'{"topic": "po-acks", "key": "PO-1", "value": null}\n')
    command = [sys.executable, "-m", "app.cli.main", "dead-letters", "replay", "--from", str(source)]
    shown = subprocess.run([*command, "--out", "-"], capture_output=True, text=True, check=False)
    assert shown.returncode == 2
    assert "line 1: no dead letter: of topic po-acks, not dead-letters" in shown.stderr


def test_a_letter_without_its_value_is_named_and_never_sent_as_a_tombstone(tmp_path: Path) -> None:
    letter = shortened(bury(FileRecord("item-master", 4, b"ITEM-1", BYTES), ErrorClass.DECODE, "so"))
    line = render("dead-letters", letter.key, ENCODER.encode("dead-letters", letter), SCHEMAS)
    sent, told = _replay([line, _buried(5)], tmp_path)
    assert [record["key"] for record in sent] == ["PO-1"]
    assert "item-master/0/4: too large for its dead letter, not sent" in told
