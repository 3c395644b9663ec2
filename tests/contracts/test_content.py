"""Two records have one content when they say the same, however, by whom and whenever they were sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.contracts.schemas import latest
from app.topics import INPUTS, Topic
from tests.support.contracts import Example, decoded, example, examples

ALIKE = {
    "event_id": "another-id",
    "event_time": "2026-01-05T07:00:00Z",
    "record_time": "2026-02-01T00:00:00Z",
    "source_seq": 77,
    "source_doc": "another/document/1",
}
INPUT_EXAMPLES = [shipped for shipped in examples() if shipped.topic in INPUTS]


def _content(schema: str, name: str = "full", **changed: Any) -> bytes:
    return decoded(schema, example(schema, name) | changed).content


@pytest.mark.parametrize("topic", INPUTS, ids=lambda topic: topic.schema)
def test_ids_numbers_times_and_source_documents_are_no_content(topic: Topic) -> None:
    for name, value in ALIKE.items():
        assert _content(topic.schema, **{name: value}) == _content(topic.schema), name


@pytest.mark.parametrize("topic", INPUTS, ids=lambda topic: topic.schema)
def test_a_duplicate_says_what_the_original_said(topic: Topic) -> None:
    assert _content(topic.schema, purpose="DUPLICATE") == _content(topic.schema, purpose="ORIGINAL")
    assert _content(topic.schema, purpose="CONFIRM") != _content(topic.schema, purpose="ORIGINAL")


@pytest.mark.parametrize("topic", INPUTS, ids=lambda topic: topic.schema)
def test_nulls_and_defaults_are_as_good_as_left_out(topic: Topic) -> None:
    said = dict(example(topic.schema))
    for field in latest(topic.schema).raw["fields"]:
        if field.get("default", 0) is None:
            said.setdefault(field["name"], None)
        elif isinstance(field.get("default"), bool):
            said.setdefault(field["name"], field["default"])
    assert len(said) > len(example(topic.schema))
    assert decoded(topic.schema, said).content == _content(topic.schema, "minimal")


@pytest.mark.parametrize("topic", INPUTS, ids=lambda topic: topic.schema)
def test_the_order_of_names_is_no_content(topic: Topic) -> None:
    turned = dict(reversed(example(topic.schema, "full").items()))
    assert decoded(topic.schema, turned).content == _content(topic.schema)


def test_decimals_are_equal_by_value() -> None:
    assert _content("inventory_event", quantity="1.0000") == _content("inventory_event", quantity=1)


def test_the_same_moment_by_another_offset_is_the_same() -> None:
    by_offset = _content("inventory_snapshot", as_of="2026-01-05T23:00:00-05:00")
    assert by_offset == _content("inventory_snapshot", as_of="2026-01-06T04:00:00Z")


@pytest.mark.parametrize(
    ("schema", "changed"),
    [
        ("inventory_event", {"quantity": "2"}),
        ("inventory_event", {"uom": "BX"}),
        ("inventory_event", {"lot": None}),
        ("inventory_event", {"lot": "l24117"}),
        ("inventory_event", {"stock_status": "HOLD"}),
        ("inventory_event", {"source_system": "wms-boston"}),
        ("inventory_event", {"facility_id": None}),
        ("inventory_event", {"purpose": "CANCEL"}),
        ("purchase_order", {"version": 3}),
        ("purchase_order", {"lines": []}),
        ("invoice", {"total": "49.419"}),
        ("receipt", {"received_at": "2026-01-14T09:00:01Z"}),
    ],
)
def test_what_says_something_else_has_another_content(schema: str, changed: dict[str, Any]) -> None:
    assert _content(schema, **changed) != _content(schema)


def test_two_lines_in_another_order_are_another_content() -> None:
    lines = example("inventory_snapshot", "full")["lines"]
    assert _content("inventory_snapshot", lines=lines[::-1]) != _content("inventory_snapshot")


CONTENTS = json.loads(Path(__file__).with_name("contents.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", INPUT_EXAMPLES, ids=lambda example: example.name)
def test_the_content_of_an_example_is_the_same_for_ever(example: Example) -> None:
    """Stored states name records by it: another one after an upgrade would make conflicts of repeats."""
    name = "/".join(example.path.with_suffix("").parts[-3:])
    assert decoded(example.topic.schema, example.value).content.hex() == CONTENTS[name]
