"""What reaches the log of a worker."""

from __future__ import annotations

import logging

import pytest

from app.observe.logs import QUIET_S, Repeats, config


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock of the log, in seconds."""
    clock = [1_000.0]
    monkeypatch.setattr("app.observe.logs.monotonic", lambda: clock[0])
    return clock


def said(repeats: Repeats, name: str, line: int, text: str) -> str | None:
    record = logging.LogRecord(name, logging.ERROR, "client.py", line, "%s", (text,), None)
    return record.getMessage() if repeats.filter(record) else None


def test_what_a_library_says_again_and_again_is_said_once_and_counted(at: list[float]) -> None:
    repeats = Repeats()
    assert said(repeats, "aiokafka.client", 7, "no node 1") == "no node 1"
    assert [said(repeats, "aiokafka.client", 7, "no node 1") for _ in range(3)] == [None] * 3
    assert said(repeats, "aiokafka.client", 8, "something else") == "something else"
    at[0] += QUIET_S
    assert said(repeats, "aiokafka.client", 7, "no node 2") == "no node 2 (and 3 times before)"


def test_our_own_word_is_never_kept_back(at: list[float]) -> None:
    repeats = Repeats()
    assert [said(repeats, "app.kafka.engine", 1, "taken over") for _ in range(2)] == ["taken over"] * 2


def test_a_fetch_that_found_its_records_deleted_is_told() -> None:
    loggers = config()["loggers"]
    assert loggers["aiokafka.consumer.fetcher"]["level"] == "INFO"
    assert "aiokafka" not in loggers
