"""The shipped examples, and the contracts' two readers, for tests that speak of bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from app.contracts.decode import Decoder
from app.contracts.encode import Encoder
from app.contracts.fields import into
from app.contracts.schemas import DIRECTORY, LocalSchemas, latest
from app.domain.facts import Fact
from app.topics import INPUT_NAMES, TOPICS, Key, Topic

EXAMPLES = DIRECTORY.parent / "examples"
SCHEMAS = LocalSchemas()
ENCODER, DECODER = Encoder(SCHEMAS.ids()), Decoder(SCHEMAS)
RECORDS = {topic.schema: topic for topic in TOPICS.values()}
INPUTS = sorted(RECORDS[schema].schema for schema in RECORDS if RECORDS[schema].name in INPUT_NAMES)


class Example(NamedTuple):
    """One shipped example: `value` is what stands as a line's value."""

    topic: Topic
    path: Path
    value: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.topic.schema}/{self.path.stem}"


def examples() -> list[Example]:
    """Every shipped example, by record and name."""
    paths = sorted(EXAMPLES.glob("*/v*/*.json"))
    return [Example(RECORDS[path.parts[-3]], path, json.loads(path.read_text(encoding="utf-8"))) for path in paths]


def newest(schema: str) -> Path:
    """Where the examples of the latest version lie."""
    return EXAMPLES / schema / f"v{latest(schema).version}"


def example(schema: str, name: str = "minimal") -> dict[str, Any]:
    """A fresh copy of one example's value."""
    return dict(json.loads((newest(schema) / f"{name}.json").read_text(encoding="utf-8")))


def key_of(topic: Topic, value: dict[str, Any]) -> str:
    """The key that belongs to an input's value."""
    if topic.key is Key.POSITION:
        return f"{value['item_id']}@{value['location_id']}"
    if topic.key is Key.ORDER and value.get("po_number") is None:
        return "~" + str(value[topic.document or ""])
    return str(value[topic.key.value])


def encoded(schema: str, value: dict[str, Any]) -> bytes:
    """A value of the file form in the registry's wire format."""
    return ENCODER.encode_record(RECORDS[schema].name, into(schema)(value))


def decoded(schema: str, value: dict[str, Any], key: str | None = None) -> Fact:
    """An input through encoder and decoder, under its own key unless one is given."""
    topic = RECORDS[schema]
    text = key_of(topic, value) if key is None else key
    return DECODER.decode(topic.name, text.encode(), encoded(schema, value))
