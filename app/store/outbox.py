"""Outputs on the ride: packed behind a head, so that they become durable with the state that they speak of."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from app.store.ports import Message

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[tuple[str, bytes | None, bytes]]).decode


def pack(messages: Iterable[Message]) -> bytes:
    return _encode([(m.topic, m.key, m.value) for m in messages])


def unpack(outbox: bytes) -> list[Message]:
    return [Message(topic, key, value) for topic, key, value in _decode(outbox)]
