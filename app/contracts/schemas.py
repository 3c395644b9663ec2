"""The schemas that this release ships, and where writers' schemas come from.

Inside, decimals are unscaled integers and times are integers: our parsed copies name their own logical type for
decimals and drop those of times, so that neither Decimal nor datetime nor float is ever made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from fastavro import parse_schema
from fastavro.read import LOGICAL_READERS
from fastavro.schema import to_parsing_canonical_form
from fastavro.write import LOGICAL_WRITERS

from app.errors import ConfigurationError, ContractError, DecodeError, SchemaMissing
from app.topics import TOPICS

DIRECTORY = Path(__file__).resolve().parents[2] / "schemas" / "avro"
_FILE = re.compile(r"(?P<record>[a-z_]+)\.v(?P<version>\d+)\.avsc")
_TIMES = frozenset({"timestamp-millis", "date"})
Schema = Any  # parsed Avro: nested lists, dicts and strings


def _read_unscaled(data: bytes, writer: Any = None, _reader: Any = None) -> int:
    value = int.from_bytes(data, "big", signed=True)
    if abs(value) >= 10 ** writer["precision"]:
        raise ContractError(f"a decimal of more than {writer['precision']} digits")
    return value


def octets(value: int) -> int:
    """The bytes of a decimal in two's complement, in its shortest form."""
    return (value if value >= 0 else ~value).bit_length() // 8 + 1


def _write_unscaled(value: int, schema: Any, *_: Any) -> bytes:
    if abs(value) >= 10 ** schema["precision"]:
        raise ContractError(f"a decimal of more than {schema['precision']} digits")
    return value.to_bytes(octets(value), "big", signed=True)


LOGICAL_READERS["bytes-unscaled"] = _read_unscaled
LOGICAL_WRITERS["bytes-unscaled"] = _write_unscaled


class Version(NamedTuple):
    """One shipped schema file."""

    record: str
    version: int
    raw: dict[str, Any]


class Written(NamedTuple):
    """A writer's schema, ready to be read by ours."""

    record: str
    schema: Schema
    problems: tuple[str, ...]  # decimals and times that mean something else than ours
    ours: bool  # written by the very schema that we read by


@cache
def shipped(directory: Path = DIRECTORY) -> tuple[Version, ...]:
    """Every schema file, by record and version; raises ConfigurationError for one that cannot be read."""
    versions = []
    for path in sorted(directory.glob("*.avsc")):
        match = _FILE.fullmatch(path.name)
        if match is None:
            raise ConfigurationError(f"{path}: name it <record>.v<n>.avsc")
        try:
            versions.append(Version(match["record"], int(match["version"]), json.loads(path.read_bytes())))
        except ValueError as error:
            raise ConfigurationError(f"{path}: {error}") from error
    return tuple(sorted(versions, key=lambda v: (v.record, v.version)))


@cache
def latest(record: str) -> Version:
    """The newest shipped version of a record's schema."""
    found = [version for version in shipped() if version.record == record]
    if not found:
        raise ConfigurationError(f"{DIRECTORY}: no schema of record {record}")
    return found[-1]


@cache
def reader(topic: str) -> Schema:
    """Our schema of a topic, parsed."""
    return parsed(latest(TOPICS[topic].schema).raw)


def parsed(raw: dict[str, Any]) -> Schema:
    """A schema ready to read and write with, its decimals and times integers; raises what fastavro raises."""
    schema = parse_schema(plain(raw))
    _unscale_defaults(schema)
    return schema


def _unscale_defaults(node: Any) -> None:
    """Defaults of decimals stand in the schema as text, one character a byte; ours are integers like any value."""
    for part in node if isinstance(node, list) else ():
        _unscale_defaults(part)
    for field in node.get("fields", ()) if isinstance(node, dict) else ():
        kind = field["type"]
        if isinstance(kind, dict) and kind.get("logicalType") == "unscaled" and "default" in field:
            field["default"] = int.from_bytes(field["default"].encode("latin-1"), "big", signed=True)
        _unscale_defaults(kind["items"] if isinstance(kind, dict) and "items" in kind else kind)


def plain(node: Any) -> Any:
    """A schema whose decimals and times are read as integers, and all else as what it is on the wire."""
    if isinstance(node, list):
        return [plain(part) for part in node]
    if not isinstance(node, dict):
        return node
    logical = node.get("logicalType")
    if logical == "decimal" and node["type"] == "bytes":
        return {
            "type": "bytes",
            "logicalType": "unscaled",
            "precision": node["precision"],
            "scale": node.get("scale", 0),
        }
    if logical in _TIMES:
        return node["type"]
    kept = ("default", "doc", "symbols")
    return {name: value if name in kept else plain(value) for name, value in node.items() if name != "logicalType"}


def fields_of(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """(path, field) of every field, those of nested records too."""
    for part in node if isinstance(node, list) else ():
        yield from fields_of(part, path)
    if isinstance(node, dict):
        for field in node.get("fields", ()):
            inner = f"{path}.{field['name']}".lstrip(".")
            yield inner, field
            yield from fields_of(field["type"], inner)
        for nested in ("items", "values"):
            yield from fields_of(node.get(nested), path)


def logical_types(node: Any, path: str = "") -> dict[str, tuple[Any, ...]]:
    """path -> (logicalType, precision, scale) of every decimal and time in a schema."""
    if isinstance(node, list):
        return {name: found for part in node for name, found in logical_types(part, path).items()}
    if not isinstance(node, dict):
        return {}
    if "logicalType" in node:
        return {path: (node["logicalType"], node.get("precision"), node.get("scale", 0))}
    if "fields" in node:
        parts = [logical_types(field["type"], f"{path}.{field['name']}".lstrip(".")) for field in node["fields"]]
        return {name: found for part in parts for name, found in part.items()}
    return logical_types(node.get("items", node.get("values", node["type"])), path)


def write(raw: dict[str, Any], record: str) -> Written:
    """Prepare a writer's schema; what it means differently is named, and refused when a record comes."""
    ours, theirs = logical_types(latest(record).raw), logical_types(raw)
    problems = [
        f"{path}: written as {theirs.get(path)}, contracted as {ours[path]}"
        for path in sorted(ours.keys() & {path for path, _ in fields_of(raw)})
        if ours[path] != theirs.get(path)
    ]
    same = to_parsing_canonical_form(raw) == to_parsing_canonical_form(latest(record).raw)
    return Written(record, parsed(raw), tuple(problems), same and not problems)


_BY_NAME = {version.raw["name"]: version.record for version in shipped()}


class Known:
    """Writer schemas by registry id, with what is known to be unknown."""

    def __init__(self) -> None:
        self._written: dict[int, Written | None] = {}

    def get(self, schema_id: int) -> Written:
        """Raises SchemaMissing before it was asked for, DecodeError where the registry does not have it."""
        try:
            written = self._written[schema_id]
        except KeyError:
            raise SchemaMissing(schema_id) from None
        if written is None:
            raise DecodeError(f"the registry has no Avro record schema of ours with id {schema_id}")
        return written

    def learn(self, schema_id: int, raw: Any) -> None:
        """Keep what the registry answered; None, or a record of another name, is nothing we can read."""
        name = raw.get("name", "") if isinstance(raw, dict) else ""
        record = _BY_NAME.get(str(name).rpartition(".")[2])
        try:
            self._written[schema_id] = None if record is None else write(raw, record)
        except Exception:  # a schema that nobody can parse is one we do not have
            self._written[schema_id] = None


class LocalSchemas(Known):
    """The shipped schemas under ids of their own: no registry needed."""

    def __init__(self) -> None:
        super().__init__()
        for schema_id, version in enumerate(shipped(), 1):
            self.learn(schema_id, version.raw)

    async def fetch(self, schema_id: int) -> None:
        self._written.setdefault(schema_id, None)

    def ids(self) -> dict[str, int]:
        """topic -> id of our newest schema."""
        numbers = {(v.record, v.version): schema_id for schema_id, v in enumerate(shipped(), 1)}
        return {t.name: numbers[t.schema, latest(t.schema).version] for t in TOPICS.values()}
