"""The end of a worker that cannot go on: at once, so that nothing doubtful is committed on the way out."""

from __future__ import annotations

import os
from typing import NoReturn

from aiokafka.errors import InvalidTimestampError

RETRY = 75  # EX_TEMPFAIL: start again, recovery finds out what became of the last write
DEFECT = 70  # EX_SOFTWARE: starting again will not help
CLOCK = (
    "The broker does not take records of this machine's time: its clock is wrong, or further from the broker's than "
    "the topic's message.timestamp.before.max.ms and message.timestamp.after.max.ms (an hour) allow. Set it by NTP"
)


def reason(error: Exception) -> str:
    """What an error says, and what a broker's bare number means."""
    clock = f". {CLOCK}" if isinstance(error, InvalidTimestampError) else ""
    return f"{type(error).__name__}: {error}{clock}"


def stop(code: int, message: str) -> NoReturn:
    """Say why on standard error and leave without any cleaning up."""
    os.write(2, f"syncline worker stops (exit {code}): {message}\n".encode())
    os._exit(code)
