"""Files of the command line, where - is standard input or output."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from app.errors import UsageError


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """A file to read; raises UsageError where there is none."""
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    with file:
        yield file


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A file to write; raises UsageError where it cannot be."""
    if str(path) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        file = path.open("wb")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
    with file:
        yield file
