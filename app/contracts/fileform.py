"""The file form: one JSON object a line, the same for input and output, for files, `produce` and `tail`."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from codecs import BOM_UTF8
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from app.contracts.decode import Schemas, read_record
from app.contracts.encode import Encoder
from app.contracts.fields import into, out_of
from app.errors import ContractError, RecordError
from app.topics import TOPICS

Headers = Sequence[tuple[str, bytes | None]]
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode
_EITHER = (("key", "key_raw"), ("value", "raw"))
_NAMES = frozenset({"topic", "key", "key_raw", "value", "raw", "headers"})


class Parsed(NamedTuple):
    """A line as bytes for a broker."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers


def parse(line: bytes, encoder: Encoder) -> Parsed:
    """Encode one line with our schemas; raises ContractError with `topic` and `key` where the line says them."""
    try:
        outer = _decode(line.removeprefix(BOM_UTF8))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ContractError(f"not a line of JSON: {error}") from error
    if not isinstance(outer, dict):
        raise ContractError("not a JSON object")
    try:
        return _parsed(outer, encoder)
    except (RecordError, ValueError) as error:
        topic = outer.get("topic")
        raise ContractError(str(error), topic if isinstance(topic, str) else None, _only_key(outer)) from error


def _parsed(outer: dict[str, Any], encoder: Encoder) -> Parsed:
    topic = outer.get("topic")
    if not isinstance(topic, str) or topic not in TOPICS:
        raise ValueError(f"topic {topic!r:.60}: not one of ours")
    _check_names(outer)
    return Parsed(topic, _key(outer), _value(outer, topic, encoder), _headers(outer.get("headers")))


def _check_names(outer: dict[str, Any]) -> None:
    strange = outer.keys() - _NAMES
    if strange:
        raise ValueError(f"{min(strange)}: no such name beside topic, key and value")
    for name, raw in _EITHER:
        if name in outer and raw in outer:
            raise ValueError(f"{raw}: stands beside {name}; a line gives one of them")


def _key(outer: dict[str, Any]) -> bytes | None:
    if "key_raw" in outer:
        return _base64("key_raw", outer["key_raw"])
    key = outer.get("key")
    if key is not None and not isinstance(key, str):
        raise ValueError(f"key: {key!r:.60} is not a string")
    return None if key is None else key.encode()


def _only_key(outer: dict[str, Any]) -> bytes | None:
    """Of a line that is refused; None where it gives none, or two."""
    try:
        return None if "key" in outer and "key_raw" in outer else _key(outer)
    except ValueError:
        return None


def _value(outer: dict[str, Any], topic: str, encoder: Encoder) -> bytes | None:
    if "raw" in outer:
        return _base64("raw", outer["raw"])
    if "value" not in outer:
        raise ValueError("value: missing (null is a tombstone)")
    value = outer["value"]
    return None if value is None else encoder.encode_record(topic, into(TOPICS[topic].schema)(value))


def _base64(name: str, value: Any) -> bytes:
    try:
        return b64decode(value, validate=True)
    except (Base64Error, TypeError, ValueError) as error:
        raise ValueError(f"{name}: not base64: {error}") from error


def _headers(value: Any) -> Headers:
    if value is None:
        return ()
    if not isinstance(value, dict) or not all(isinstance(part, str | None) for part in value.values()):
        raise ValueError("headers: not an object of strings")
    return tuple((name, None if part is None else part.encode()) for name, part in value.items())


def render(topic: str, key: bytes | None, value: bytes | None, schemas: Schemas, headers: Headers = ()) -> bytes:
    """One line; what no schema of ours can read is given as `raw`."""
    outer: dict[str, Any] = {"topic": topic, **_rendered_key(key), **_rendered_value(topic, value, schemas)}
    return _encode(outer | _rendered_headers(headers))


def render_raw(topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> bytes:
    """One line that says the bytes, whatever they are, and takes them back as they are."""
    outer: dict[str, Any] = {"topic": topic, **_rendered_key(key)}
    outer |= {"value": None} if value is None else {"raw": b64encode(value).decode()}
    return _encode(outer | _rendered_headers(headers))


def _rendered_headers(headers: Headers) -> dict[str, Any]:
    named = {name: None if part is None else part.decode("utf-8", "replace") for name, part in headers}
    return {"headers": named} if named else {}


def _rendered_key(key: bytes | None) -> dict[str, Any]:
    try:
        return {"key": None if key is None else key.decode()}
    except UnicodeDecodeError:
        return {"key_raw": b64encode(key or b"").decode()}


def _rendered_value(topic: str, value: bytes | None, schemas: Schemas) -> dict[str, Any]:
    if value is None:
        return {"value": None}
    try:
        row = TOPICS[topic]
        return {"value": out_of(row.schema)(read_record(row, value, schemas))}
    except (RecordError, KeyError):
        return {"raw": b64encode(value).decode()}


def render_view(view: dict[str, Any]) -> bytes:
    """One line of a table."""
    return _encode(view)
