"""What holds for every test."""

from __future__ import annotations

import signal

import pytest

pytest.register_assert_rewrite("tests.engine.verdict")


def pytest_configure() -> None:
    """A shell lets what it runs in the background ignore SIGINT, and so would every process that a test starts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
