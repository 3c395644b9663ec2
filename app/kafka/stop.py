"""The end of a worker that cannot go on: at once, so that nothing doubtful is committed on the way out."""

from __future__ import annotations

import os
from typing import NoReturn

RETRY = 75  # EX_TEMPFAIL: start again, recovery finds out what became of the last write
DEFECT = 70  # EX_SOFTWARE: starting again will not help


def stop(code: int, message: str) -> NoReturn:
    """Say why on standard error and leave without any cleaning up."""
    os.write(2, f"syncline worker stops (exit {code}): {message}\n".encode())
    os._exit(code)
