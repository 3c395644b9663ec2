"""Outputs on the ride: packed behind a head, so that they become durable with the state that they speak of."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.store.ports import Message

_decode = msgspec.msgpack.Decoder(list[Message]).decode
pack = msgspec.msgpack.Encoder().encode


def unpack(outbox: bytes) -> Sequence[Message]:
    """The messages of one key's turn, in order."""
    return _decode(outbox)
