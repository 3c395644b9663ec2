"""Every record has examples, and each is read as it was written."""

from __future__ import annotations

from typing import Any

import pytest

from app.contracts.decode import read_record
from app.contracts.fields import into, out_of
from app.contracts.schemas import latest
from app.topics import INPUT_NAMES
from tests.support.contracts import RECORDS, SCHEMAS, Example, decoded, encoded, example, examples, newest


@pytest.mark.parametrize("schema", sorted(RECORDS))
def test_every_record_has_a_minimal_and_a_full_example(schema: str) -> None:
    names = {path.stem for path in newest(schema).glob("*.json")}
    assert names >= {"minimal", "full"}


@pytest.mark.parametrize("schema", sorted(RECORDS))
def test_the_full_example_names_every_field_and_the_minimal_one_only_what_it_must(schema: str) -> None:
    fields = latest(schema).raw["fields"]
    required = {field["name"] for field in fields if "default" not in field}
    assert set(example(schema, "full")) == {field["name"] for field in fields}
    assert set(example(schema)) >= required


@pytest.mark.parametrize("shown", examples(), ids=lambda shown: shown.name)
def test_an_example_is_read_as_it_was_written(shown: Example) -> None:
    schema = shown.topic.schema
    record = read_record(shown.topic, encoded(schema, shown.value), SCHEMAS)
    written = out_of(schema)(record)
    plain = {name: value for name, value in shown.value.items() if not isinstance(value, list)}
    assert _of(written, plain) == plain
    assert into(schema)(written) == record
    assert encoded(schema, written) == encoded(schema, shown.value)


def _of(written: Any, value: Any) -> Any:
    """What the value speaks of: records of later versions say more."""
    return {name: _of(written[name], said) for name, said in value.items()} if isinstance(value, dict) else written


@pytest.mark.parametrize("schema", sorted(RECORDS))
def test_the_full_example_comes_back_to_the_letter(schema: str) -> None:
    value = example(schema, "full")
    assert out_of(schema)(read_record(RECORDS[schema], encoded(schema, value), SCHEMAS)) == value


@pytest.mark.parametrize(
    "shown", [shown for shown in examples() if shown.topic.name in INPUT_NAMES], ids=lambda shown: shown.name
)
def test_an_example_of_an_input_keeps_the_contract(shown: Example) -> None:
    fact = decoded(shown.topic.schema, shown.value)
    assert type(fact) is shown.topic.record
    assert fact.event_id == shown.value["event_id"]
