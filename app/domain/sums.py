"""Sums as bytes: msgpack of array-like structs whose integers may outgrow its 64 bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

_encode = msgspec.msgpack.Encoder().encode


def encode(value: Any) -> bytes:
    """The bytes; an integer of more than 64 bits stands as text in them."""
    try:
        return _encode(value)
    except OverflowError:
        return _encode(_spelled(msgspec.to_builtins(value, builtin_types=(bytes, msgspec.Raw))))


def reader(kind: Any) -> Callable[[bytes], Any]:
    """What reads such bytes as a type."""
    strict, lax = msgspec.msgpack.Decoder(kind).decode, msgspec.msgpack.Decoder(kind, strict=False).decode

    def read(raw: bytes) -> Any:
        try:
            return strict(raw)
        except msgspec.ValidationError:  # text where an integer belongs
            return lax(raw)

    return read


def _spelled(value: Any) -> Any:
    """The same with every integer of more than 64 bits as text."""
    if isinstance(value, dict):
        return {name: _spelled(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_spelled(part) for part in value]
    return str(value) if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63 else value
