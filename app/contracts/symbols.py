"""Symbols of a record to the numbers under which the domain keeps them, and back: only the reference asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.domain.codes import KEPT


def numbered(record: dict[str, Any]) -> dict[str, Any]:
    """A record of plain values with numbers for symbols; what is no symbol stays, for others to refuse."""
    return _each(
        record, lambda vocabulary, value: vocabulary[value].value if value in vocabulary.__members__ else value
    )


def spelled(record: dict[str, Any]) -> dict[str, Any]:
    """The way back."""
    return _each(record, lambda vocabulary, value: vocabulary(value).name)


def _each(record: dict[str, Any], change: Callable[[Any, Any], Any]) -> dict[str, Any]:
    return {name: _changed(name, value, change) for name, value in record.items()}


def _changed(name: str, value: Any, change: Callable[[Any, Any], Any]) -> Any:
    if isinstance(value, list | tuple):
        return [_each(part, change) if isinstance(part, dict) else part for part in value]
    return change(KEPT[name], value) if name in KEPT else value
