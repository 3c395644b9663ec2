"""Converters of the file form, built once from each schema: JSON values to record values and back."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from functools import cache
from typing import Any

from app.contracts.decimals import format_decimal, parse_decimal
from app.contracts.schemas import latest
from app.contracts.times import format_date, format_time, parse_date, parse_time

Convert = Callable[[Any], Any]
Named = dict[str, Any]  # named types met so far


@cache
def into(schema: str) -> Convert:
    """JSON object -> record; raises ValueError naming the field."""
    return _into(latest(schema).raw, {})


@cache
def out_of(schema: str) -> Convert:
    """Record -> JSON object, every field in the schema's order."""
    return _out_of(latest(schema).raw, {})


def _resolve(node: Any, named: Named) -> Any:
    """A named type by its name, or the node itself, remembered."""
    if isinstance(node, str):
        return named.get(node, node)
    if isinstance(node, dict) and "name" in node:
        named[node["name"]] = node
    return node


# --- JSON to record ---------------------------------------------------------------------------------------------------


def _into(node: Any, named: Named) -> Convert:
    node = _resolve(node, named)
    if isinstance(node, list):
        return _optional(_into(node[1], named))
    if isinstance(node, str):
        return _PRIMITIVES[node]
    if "logicalType" in node:
        return _into_logical(node)
    return _INTO[node["type"]](node, named)


def _optional(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)


def _into_logical(node: Any) -> Convert:
    if node["logicalType"] == "decimal":
        scale, most = node["scale"], 10 ** node["precision"]
        return lambda value: _bounded(parse_decimal(value, scale), most)
    parse, number = (parse_date, _small) if node["logicalType"] == "date" else (parse_time, _whole)
    return lambda value: parse(value) if isinstance(value, str) else number(value)


def _bounded(unscaled: int, most: int) -> int:
    if abs(unscaled) >= most:
        raise ValueError(f"a decimal of more than {len(str(most)) - 1} digits")
    return unscaled


def _into_record(node: Any, named: Named) -> Convert:
    fields = [(f["name"], _into(f["type"], named), "default" not in f) for f in node["fields"]]
    names = frozenset(name for name, _, _ in fields)

    def convert(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValueError(f"{value!r:.60} is not an object")
        record = {}
        for name, field, required in fields:
            if name in value:
                try:
                    record[name] = field(value[name])
                except ValueError as error:
                    raise ValueError(f"{name}: {error}") from None
            elif required:
                raise ValueError(f"{name}: missing")
        if len(record) != len(value):
            raise ValueError(f"{min(value.keys() - names)}: no such field")
        return record

    return convert


def _into_array(node: Any, named: Named) -> Convert:
    item = _into(node["items"], named)

    def convert(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise ValueError(f"{value!r:.60} is not a list")
        converted = []
        for number, part in enumerate(value):
            try:
                converted.append(item(part))
            except ValueError as error:
                raise ValueError(f"[{number}]: {error}") from None
        return converted

    return convert


def _into_enum(node: Any, _: Named) -> Convert:
    symbols = frozenset(node["symbols"])

    def convert(value: Any) -> str:
        if not isinstance(value, str) or value not in symbols:
            raise ValueError(f"{value!r:.60} is none of {', '.join(node['symbols'])}")
        return value

    return convert


def _into_map(_node: Any, _: Named) -> Convert:
    def convert(value: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            raise ValueError(f"{value!r:.60} is not an object")
        return {name: _text(part) for name, part in value.items()}

    return convert


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r:.60} is not a string")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r:.60} is neither true nor false")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -(1 << 63) <= value < 1 << 63:
        raise ValueError(f"{value!r:.60} is not an integer")
    return value


def _small(value: Any) -> int:
    if not -(1 << 31) <= _whole(value) < 1 << 31:
        raise ValueError(f"{value!r:.60} does not fit 32 bits")
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{value!r:.60} is not a number")
    return float(value)


def _octets(value: Any) -> bytes:
    try:
        return b64decode(_text(value), validate=True)
    except Base64Error as error:
        raise ValueError(f"{value!r:.60} is not base64: {error}") from error


_PRIMITIVES: dict[str, Convert] = {
    "string": _text, "boolean": _flag, "long": _whole, "int": _small, "double": _number, "bytes": _octets,
}  # fmt: skip
_INTO: dict[str, Callable[[Any, Named], Convert]] = {
    "record": _into_record, "array": _into_array, "enum": _into_enum, "map": _into_map,
}  # fmt: skip


# --- record to JSON ---------------------------------------------------------------------------------------------------


def _out_of(node: Any, named: Named) -> Convert:
    node = _resolve(node, named)
    if isinstance(node, list):
        return _optional(_out_of(node[1], named))
    if isinstance(node, str):
        return _encode64 if node == "bytes" else _same
    if "logicalType" in node:
        return _out_of_logical(node)
    return _OUT_OF.get(node["type"], _as_it_is)(node, named)


def _same(value: Any) -> Any:
    return value


def _as_it_is(_node: Any, _: Named) -> Convert:
    return _same


def _encode64(value: bytes) -> str:
    return b64encode(value).decode()


def _out_of_logical(node: Any) -> Convert:
    if node["logicalType"] == "decimal":
        scale = node["scale"]
        return lambda value: format_decimal(value, scale)
    return format_date if node["logicalType"] == "date" else format_time


def _out_of_record(node: Any, named: Named) -> Convert:
    fields = [(f["name"], _out_of(f["type"], named)) for f in node["fields"]]
    return lambda record: {name: convert(record[name]) for name, convert in fields}


def _out_of_array(node: Any, named: Named) -> Convert:
    item = _out_of(node["items"], named)
    return lambda values: [item(value) for value in values]


_OUT_OF: dict[str, Callable[[Any, Named], Convert]] = {"record": _out_of_record, "array": _out_of_array}
