"""Ways to damage a record, each a small function; all chance comes from one seeded source."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any

from fastavro import schemaless_reader, schemaless_writer

from app.contracts.schemas import LocalSchemas, reader
from tests.support.memory import Delivered

IDS = sorted(set(LocalSchemas().ids().values()))
UNKNOWN_ID = 0x7F00_0000
HUGE = 300_000  # bytes; some records are far beyond anything a feed sends
FOREIGN_KEYS = (None, b"", b"\xff\xfe@\x80", b"@", b"a@b@c", b"\x00", b"~", b"x" * 2_000)
TIMES = (-(1 << 63), -1, 0, 946_684_799_999, 946_684_800_000, 4_102_444_799_999, 4_102_444_800_000, (1 << 63) - 1)
NUMBERS = (0, 1, -1, -(10**18) + 1, 10**18 - 1, 9_999, 10**17)
TEXTS = ("", "\x00", "@", "~", "\U0001f691", "x" * 513, "y" * 5_000, "\u202e", " ", "A")

Damage = Callable[[Random, Delivered, "list[Delivered]"], Delivered]


def truncated(chance: Random, record: Delivered, good: list[Delivered]) -> Delivered:
    value = record.value or b""
    return record._replace(value=value[: chance.randrange(len(value))])


def bits_flipped(chance: Random, record: Delivered, good: list[Delivered]) -> Delivered:
    value = bytearray(record.value or b"")
    for _ in range(chance.randint(1, 8)):
        value[chance.randrange(5, len(value))] ^= 1 << chance.randrange(8)
    return record._replace(value=bytes(value))


def bytes_inserted(chance: Random, record: Delivered, good: list[Delivered]) -> Delivered:
    value, at = record.value or b"", chance.randrange(len(record.value or b"") + 1)
    return record._replace(value=value[:at] + chance.randbytes(chance.randint(1, 9)) + value[at:])


def schema_of_another_record(chance: Random, record: Delivered, good: list[Delivered]) -> Delivered:
    value = record.value or b""
    other = chance.choice([schema_id for schema_id in IDS if schema_id != int.from_bytes(value[1:5], "big")])
    return _on_a_good_key(chance, record, good)._replace(value=b"\x00" + other.to_bytes(4, "big") + value[5:])


def schema_of_nobody(chance: Random, record: Delivered, good: list[Delivered]) -> Delivered:
    unknown = (UNKNOWN_ID + chance.randrange(50)).to_bytes(4, "big")
    return _on_a_good_key(chance, record, good)._replace(value=b"\x00" + unknown + (record.value or b"")[5:])


def key_of_another(chance: Random, record: Delivered, good: list[Delivered]) -> Delivered:
    return _on_a_good_key(chance, record, good)


def key_of_nobody(chance: Random, record: Delivered, good: list[Delivered]) -> Delivered:
    return record._replace(key=chance.choice(FOREIGN_KEYS))


def emptied(chance: Random, record: Delivered, good: list[Delivered]) -> Delivered:
    return _on_a_good_key(chance, record, good)._replace(value=chance.choice((b"", b"\x00", b"\x00\x00\x00\x00\x01")))


def tombstone(chance: Random, record: Delivered, good: list[Delivered]) -> Delivered:
    return _on_a_good_key(chance, record, good)._replace(value=None)


def noise(chance: Random, record: Delivered, good: list[Delivered]) -> Delivered:
    size = HUGE if chance.random() < 0.01 else chance.randrange(200)
    prefix = chance.choice((b"", b"\x00", (record.value or b"")[:5], b'{"event_id": "'))
    return record._replace(value=prefix + chance.randbytes(size))


def values_made_absurd(chance: Random, record: Delivered, good: list[Delivered]) -> Delivered:
    """One to three fields, here or in the lines, hold what no feed means; still a record of its schema."""
    schema, value = reader(record.topic), record.value or b""
    body: Any = schemaless_reader(BytesIO(value[5:]), schema, schema)
    for _ in range(chance.randint(1, 3)):
        _make_absurd(chance, schema, body)
    out = BytesIO()
    schemaless_writer(out, schema, body)
    return record._replace(value=value[:5] + out.getvalue())


def _make_absurd(chance: Random, schema: Any, body: dict[str, Any]) -> None:
    field = chance.choice(schema["fields"])
    name, kind = field["name"], field["type"]
    if isinstance(kind, list):
        if body[name] is not None and chance.random() < 0.3:
            body[name] = None
            return
        kind = kind[1]
    if isinstance(kind, dict) and kind["type"] == "array" and isinstance(kind["items"], dict) and body[name]:
        _make_absurd(chance, kind["items"], chance.choice(body[name]))
    else:
        body[name] = _absurd(chance, kind, body[name])


def _absurd(chance: Random, kind: Any, value: Any) -> Any:
    if isinstance(kind, dict) and kind["type"] == "array":
        return value * chance.choice((0, 2, 50))
    if isinstance(kind, dict) and kind["type"] == "enum":
        return chance.choice(kind["symbols"])
    if isinstance(kind, dict):
        return chance.choice([number for number in NUMBERS if abs(number) < 10 ** kind["precision"]])
    choices: dict[str, tuple[Any, ...]] = {
        "string": TEXTS, "long": TIMES, "boolean": (True, False), "int": (-(1 << 31), -1, 0, 1, (1 << 31) - 1),
    }  # fmt: skip
    return chance.choice(choices.get(kind, (value,)))


def headers_beside(chance: Random, record: Delivered) -> Delivered:
    """Headers that repeat, hold no text, or pretend to be ours."""
    headers = (
        ("trace", chance.randbytes(4)),
        ("trace", b"\xff"),
        ("syncline-attempts", chance.choice((b"3", b"-1", b"many", b"\xff", b"9" * 30, "٣".encode()))),
        ("syncline-replay-of", chance.choice((b"po-acks/0/1", b"\xff\x00", b""))),
        ("", b""),
    )
    return record._replace(headers=tuple(chance.sample(headers, chance.randrange(len(headers) + 1))))


def _on_a_good_key(chance: Random, record: Delivered, good: list[Delivered]) -> Delivered:
    return record._replace(key=chance.choice(good).key)


DAMAGES: tuple[Damage, ...] = (
    truncated, bits_flipped, bytes_inserted, schema_of_another_record, schema_of_nobody, key_of_another,
    key_of_nobody, emptied, tombstone, noise, values_made_absurd, values_made_absurd,
)  # fmt: skip
SURE = frozenset(
    {truncated, schema_of_another_record, schema_of_nobody, key_of_another, key_of_nobody, emptied, tombstone}
)
