"""The structs of the code and the schemas of the contracts name the same fields and the same symbols."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from app.contracts.schemas import latest
from app.topics import TOPICS, Topic

OWN = {"content"}  # made while reading
RECORDS = [topic for topic in TOPICS.values() if topic.record is not None]


def pairs(node: Any, hint: Any) -> Iterator[tuple[dict[str, Any], Any]]:
    """Every record and enum of a schema, with the type that stands for it."""
    if isinstance(node, list):
        yield from pairs(node[1], next(kind for kind in (*get_args(hint), hint) if kind is not type(None)))
    elif isinstance(node, dict) and node["type"] == "array":
        yield from pairs(node["items"], get_args(hint)[0])
    elif isinstance(node, dict) and node["type"] in ("record", "enum"):
        yield node, hint
        hints = get_type_hints(hint)
        for field in node.get("fields", ()):
            yield from pairs(field["type"], hints.get(field["name"]))


def _found(topic: Topic, kind: str) -> list[tuple[dict[str, Any], Any]]:
    return [(node, hint) for node, hint in pairs(latest(topic.schema).raw, topic.record) if node["type"] == kind]


@pytest.mark.parametrize("topic", RECORDS, ids=lambda topic: topic.name)
def test_a_struct_has_the_fields_of_its_schema(topic: Topic) -> None:
    for node, struct in _found(topic, "record"):
        fields = {field.name for field in msgspec.structs.fields(struct)} - OWN
        assert fields == {field["name"] for field in node["fields"]}, f"{struct.__name__} and {node['name']}"


@pytest.mark.parametrize("topic", RECORDS, ids=lambda topic: topic.name)
def test_an_enum_has_the_symbols_of_its_schema(topic: Topic) -> None:
    for node, enum in _found(topic, "enum"):
        assert issubclass(enum, Enum)
        assert {member.name for member in enum} == set(node["symbols"]), f"{enum.__name__} and {node['name']}"
