"""The compiled readers and writers against fastavro, the reference: the same bytes, the same values, or no answer."""

from __future__ import annotations

import json
import random
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from fastavro import schemaless_reader, schemaless_writer

from app.contracts import compiled
from app.contracts.content import content_of
from app.contracts.fields import into
from app.contracts.schemas import reader
from app.contracts.symbols import numbered, spelled
from app.topics import INPUTS, TOPICS, Topic

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"
DAMAGES = 400
WRITTEN = [topic for topic in TOPICS.values() if topic.record is not None]


def examples(topic: Topic) -> list[dict[str, Any]]:
    return [
        into(topic.schema)(json.loads(path.read_bytes())) for path in sorted((EXAMPLES / topic.schema).rglob("*.json"))
    ]


def encoded(topic: Topic, record: dict[str, Any]) -> bytes:
    out = BytesIO()
    schemaless_writer(out, reader(topic.name), record)
    return out.getvalue()


def reference(topic: Topic, body: bytes) -> Any:
    stream = BytesIO(body)
    record = schemaless_reader(stream, reader(topic.name), reader(topic.name))
    assert stream.tell() == len(body)
    return struct(topic, record)


def struct(topic: Topic, record: Any) -> Any:
    """A record as plain values, as its struct; what is made while reading is made by the reference, too."""
    made = {"content": content_of(record, lambda canonical: encoded(topic, canonical))} if topic in INPUTS else {}
    return msgspec.convert(numbered(record | made), topic.record)


@pytest.mark.parametrize("topic", INPUTS, ids=lambda topic: topic.name)
def test_a_reader_makes_of_every_example_what_the_reference_makes(topic: Topic) -> None:
    read = compiled.reader(reader(topic.name), topic.record)  # type: ignore[arg-type]
    for record in examples(topic):
        body = encoded(topic, record)
        assert read(body, 0) == reference(topic, body)


@pytest.mark.parametrize("topic", WRITTEN, ids=lambda topic: topic.name)
def test_a_writer_writes_the_bytes_of_the_reference(topic: Topic) -> None:
    assert topic.record is not None
    write = compiled.writer(reader(topic.name), topic.record)
    for record in examples(topic):
        said = struct(topic, schemaless_reader(BytesIO(encoded(topic, record)), reader(topic.name), None))
        assert write(said) == encoded(topic, spelled(msgspec.to_builtins(said, builtin_types=(bytes,))))


@pytest.mark.parametrize("topic", INPUTS, ids=lambda topic: topic.name)
def test_damaged_bytes_are_read_as_the_reference_reads_them_or_not_at_all(topic: Topic) -> None:
    read = compiled.reader(reader(topic.name), topic.record)  # type: ignore[arg-type]
    draw = random.Random(topic.name)
    bodies = [encoded(topic, record) for record in examples(topic)]
    for _ in range(DAMAGES):
        body = damaged(draw.choice(bodies), draw)
        try:
            got = read(body, 0)
        except Exception:  # the reference decides
            continue
        assert got == reference(topic, body)


class Counted(msgspec.Struct):
    number: int


class Numbered(msgspec.Struct):
    number: int | None


LONGS = pytest.mark.parametrize(
    ("kind", "struct", "before"), [("long", Counted, b""), (["null", "long"], Numbered, b"\2")]
)


@LONGS
def test_a_number_is_read_in_its_shortest_form_alone(kind: Any, struct: Any, before: bytes) -> None:
    schema = {"type": "record", "name": "Counted", "fields": [{"name": "number", "type": kind}]}
    read = compiled.reader(schema, struct)
    draw = random.Random(7)
    for size in range(1, 9):
        for _ in range(DAMAGES * size):
            body = before + bytes(draw.choice((0, 1, 127, 128, 129, 255)) for _ in range(size))
            try:
                got = read(body, 0)
            except Exception:  # the reference decides
                continue
            out = BytesIO()
            schemaless_writer(out, schema, {"number": got.number})
            assert out.getvalue() == body


@LONGS
def test_a_number_of_any_length_is_read(kind: Any, struct: Any, before: bytes) -> None:
    schema = {"type": "record", "name": "Counted", "fields": [{"name": "number", "type": kind}]}
    read = compiled.reader(schema, struct)
    for value in (sign * (1 << bits) - less for bits in range(62) for sign in (1, -1) for less in (0, 1)):
        out = BytesIO()
        schemaless_writer(out, schema, {"number": value})
        assert read(out.getvalue(), 0) == struct(value)


def damaged(body: bytes, draw: random.Random) -> bytes:
    """A body with a few bits flipped, cut short, or with bytes too many."""
    broken = bytearray(body)
    for _ in range(draw.randint(1, 3)):
        broken[draw.randrange(len(broken))] ^= 1 << draw.randrange(8)
    if draw.random() < 0.2:
        del broken[draw.randrange(len(broken)) :]
    return bytes(broken) + draw.randbytes(draw.choice([0, 0, 0, 2]))
