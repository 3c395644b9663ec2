"""What is large goes packed: whether it fits is asked here, before anything of it is stored."""

from __future__ import annotations

from collections.abc import Sequence

from cramjam import zstd

PACKED_ABOVE = 512 * 1024  # bytes of what belongs together
LEVEL = 3  # of aiokafka
RATIO = 8  # of an order of 10,000 lines; what packs better still costs memory and time as it is


def fits(parts: Sequence[bytes], limit: int) -> bool:
    """Whether parts that belong together take at most `limit` bytes packed, and RATIO times as many unpacked."""
    return sum(map(len, parts)) <= RATIO * limit and packs(parts, limit)


def packs(parts: Sequence[bytes], limit: int) -> bool:
    """Whether they take at most `limit` bytes packed, however many they are unpacked."""
    return sum(map(len, parts)) <= limit or len(zstd.compress(b"".join(parts), level=LEVEL)) <= limit
