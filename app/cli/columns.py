"""Rows as columns of text that never wrap, for files and pipes."""

from __future__ import annotations

from collections.abc import Sequence


def wide(rows: Sequence[Sequence[str]]) -> str:
    """One line a row, the first of them the names."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
