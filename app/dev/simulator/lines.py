"""JSON lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from app.errors import UsageError


def read_lines(path: Path, kind: Any = dict) -> Iterator[Any]:
    """The lines of a file; raises UsageError."""
    decode = msgspec.json.Decoder(kind).decode
    try:
        with path.open("rb") as file:
            yield from _decoded(path, file, decode)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def _decoded(path: Path, lines: Iterable[bytes], decode: Callable[[bytes], Any]) -> Iterator[Any]:
    for number, line in enumerate(lines, start=1):
        try:
            yield decode(line)
        except msgspec.DecodeError as error:
            raise UsageError(f"{path}, line {number}: {error}") from error
