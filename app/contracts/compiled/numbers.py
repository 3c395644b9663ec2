"""Avro's longs, whose bytes are also every length, enum number and count."""

from __future__ import annotations


class NotPlain(ValueError):
    """What only the reference reads or writes."""


def long(d: bytes, i: int) -> tuple[int, int]:
    """A zigzag varint of at most 64 bits in its shortest form, and the place behind it."""
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
    if not b and shift:
        raise NotPlain
    return (value >> 1) ^ -(value & 1), i


def number(value: int) -> bytes:
    """A long as a zigzag varint; a number of a busy key's series and a time of our days without a loop."""
    value = (value << 1) ^ (value >> 63)
    if 1 << 35 <= value < 1 << 42:
        return _PAIRS[value & 16_383] + _PAIRS[value >> 14 & 16_383] + _LAST[value >> 28]
    if 1 << 14 <= value < 1 << 21:
        return _PAIRS[value & 16_383] + _SINGLES[value >> 14]
    if 1 << 7 <= value < 1 << 14:
        return _LAST[value]
    if not 0 <= value < 1 << 64:
        raise NotPlain
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


_PAIRS = tuple(bytes((pair & 127 | 128, pair >> 7 | 128)) for pair in range(1 << 14))  # the number goes on
_LAST = tuple(bytes((pair & 127 | 128, pair >> 7)) for pair in range(1 << 14))
_SINGLES = tuple(bytes((single,)) for single in range(1 << 7))
# Six bytes at once: which of their bits say that the number goes on, how they stand where it ends with the sixth, and
# how the seven other bits of each come together.
MARKS, GO_ON = 0x80_80_80_80_80_80, 0x80_80_80_80_80
SIX_INTO_THREE = f"n = n & {0x7F_00_7F_00_7F} | (n & {0x7F_00_7F_00_7F_00}) >> 1"
THREE_INTO_ONE = f"n = n & {0x3FFF} | (n & {0x3FFF_0000}) >> 2 | (n & {0x3FFF_0000_0000}) >> 4"
NUMBERS = tuple(map(number, range(4_096)))
SOME = tuple(b"\2" + small for small in NUMBERS)  # of a nullable text: the second branch, and how long it is
