"""Avro's longs, whose bytes are also every length, enum number and count."""

from __future__ import annotations


class NotPlain(ValueError):
    """What only the reference reads or writes."""


def long(d: bytes, i: int) -> tuple[int, int]:
    """A zigzag varint of at most 64 bits; the six bytes of a time of our days without a loop."""
    if b"" < d[i + 5 : i + 6] < MORE and d[i] & d[i + 1] & d[i + 2] & d[i + 3] & d[i + 4] & 128:
        value = d[i] & 127 | (d[i + 1] & 127) << 7 | (d[i + 2] & 127) << 14 | (d[i + 3] & 127) << 21
        value |= (d[i + 4] & 127) << 28 | d[i + 5] << 35
        return (value >> 1) ^ -(value & 1), i + 6
    value = shift = 0
    while True:
        b = d[i]
        i += 1
        value |= (b & 127) << shift
        if b < 128:
            break
        shift += 7
        if shift > 56:
            raise NotPlain
    return (value >> 1) ^ -(value & 1), i


def number(value: int) -> bytes:
    """A long as a zigzag varint; a time of our days without a loop."""
    value = (value << 1) ^ (value >> 63)
    if 1 << 35 <= value < 1 << 42:
        low = value & 127 | 128, value >> 7 & 127 | 128, value >> 14 & 127 | 128
        return bytes((*low, value >> 21 & 127 | 128, value >> 28 & 127 | 128, value >> 35))
    if not 0 <= value < 1 << 64:
        raise NotPlain
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


MORE = b"\x80"  # the bit that says a number goes on
NUMBERS = tuple(map(number, range(512)))
