"""Whether every version of a record can be read by every other (FULL_TRANSITIVE), and means the same when it is.

Apache Avro's checker decides what can be read; that a number keeps its scale, a time its unit and a field its place
is compared here, because to Avro all decimals are bytes and a dropped field is no loss.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from avro import schema as avro
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from avro.errors import AvroException

from app.contracts.schemas import Version, fields_of, logical_types

UNKNOWN = "UNKNOWN"
_FIXES = {
    "name_mismatch": "keep the type's name, or add a new field beside it",
    "missing_enum_symbols": f"give the enum the symbol and default {UNKNOWN}",
    "reader_field_missing_default_value": "give the field a default, for example null",
    "type_mismatch": "keep the field's type, or add a new field beside it",
    "missing_union_branch": "keep the field's type, or add a new field beside it",
}


def problems(versions: Sequence[Version]) -> list[str]:
    """What is wrong with a set of schema files, each in one line that names file, field and fix."""
    found = []
    for record, group in groupby(sorted(versions, key=lambda v: (v.record, v.version)), key=lambda v: v.record):
        history = list(group)
        for place, version in enumerate(history, 1):
            if version.version != place:
                found.append(f"{file_of(version)}: version {place} of {record} is absent: versions count from 1")
            found += alone(version)
        if not any(unreadable(version) for version in history):
            found += [text for at, new in enumerate(history) for old in history[:at] for text in between(old, new)]
    return found


def file_of(version: Version) -> str:
    """The name of the file a version stands in."""
    return f"{version.record}.v{version.version}.avsc"


def alone(version: Version) -> list[str]:
    """What is wrong with one schema by itself."""
    broken = unreadable(version)
    if broken is not None:
        return [f"{file_of(version)}: {broken}"]
    found = [
        f"{file_of(version)}: {path}: no doc; say in `doc` what it means and in which unit"
        for path, field in fields_of(version.raw)
        if not str(field.get("doc", "")).strip()
    ]
    for path, enum in _enums(version.raw):
        if enum.get("default") != UNKNOWN or UNKNOWN not in enum["symbols"]:
            found.append(
                f"{file_of(version)}: {path}: enum {enum['name']} has no default {UNKNOWN}; add it as symbol too"
            )
    return found


def between(old: Version, new: Version) -> list[str]:
    """What keeps two versions from reading each other alike; both must be schemas by themselves."""
    return [*_cannot_read(old, new), *_cannot_read(new, old), *_left_out(old, new), *_mean_otherwise(old, new)]


def unreadable(version: Version) -> str | None:
    """Why a file holds no Avro schema; None where it does."""
    try:
        avro.make_avsc_object(version.raw)
    except AvroException as error:
        return f"not an Avro schema: {error}"
    return None


def _cannot_read(reader: Version, writer: Version) -> Iterator[str]:
    parsed = avro.make_avsc_object(reader.raw)
    checker = ReaderWriterCompatibilityChecker()  # type: ignore[no-untyped-call]
    result = checker.get_compatibility(parsed, avro.make_avsc_object(writer.raw))
    if result.compatibility is SchemaCompatibilityType.compatible:
        return
    newer = max(reader, writer, key=lambda version: version.version)
    places = ", ".join(sorted({_field_at(parsed, place) for place in result.locations} - {""})) or "the record"
    reasons = "; ".join(sorted(result.messages))
    fixes = "; ".join(sorted({_FIXES.get(kind.value, "keep what was released") for kind in result.incompatibilities}))
    yield f"{file_of(newer)}: {places}: v{reader.version} cannot read v{writer.version}: {reasons}; {fixes}"


def _field_at(node: Any, location: str) -> str:
    """The path of names that the checker's path of numbers means."""
    names = []
    steps = iter(location.strip("/").split("/"))
    for step in steps:
        if step == "fields":
            field = node.fields[int(next(steps))]
            node = field.type
            names.append(field.name)
        elif step in ("items", "values"):
            node = getattr(node, step)
    return ".".join(names)


def _left_out(old: Version, new: Version) -> Iterator[str]:
    kept = {path for path, _ in fields_of(new.raw)}
    for path, _ in fields_of(old.raw):
        if path not in kept:
            yield f"{file_of(new)}: {path}: left out, v{old.version} has it; put it back: records only gain fields"


def _mean_otherwise(old: Version, new: Version) -> Iterator[str]:
    before, after = logical_types(old.raw), logical_types(new.raw)
    both = {path for path, _ in fields_of(old.raw)} & {path for path, _ in fields_of(new.raw)}
    for path in sorted(both):
        if before.get(path) != after.get(path):
            yield (
                f"{file_of(new)}: {path}: {_said(after.get(path))}, v{old.version} has {_said(before.get(path))}; "
                "keep logicalType, precision and scale, or add a new field beside it"
            )


def _said(logical: tuple[Any, ...] | None) -> str:
    if logical is None:
        return "no logicalType"
    name, precision, scale = logical
    return f"{name}({precision},{scale})" if precision is not None else str(name)


def _enums(raw: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(path, enum) of every enum where it is defined."""
    for path, field in fields_of(raw):
        kinds = field["type"] if isinstance(field["type"], list) else [field["type"]]
        for kind in kinds:
            while isinstance(kind, dict) and kind["type"] in ("array", "map"):
                kind = kind.get("items", kind.get("values"))
            if isinstance(kind, dict) and kind["type"] == "enum":
                yield path, kind
