"""Readers and writers made from a schema as straight-line code: what fastavro does, several times faster.

A reader takes only what it has verified: union branches, enum numbers, flags, lengths, decimals that fit in 7 bytes,
the end of the record. Everything else raises, and the caller turns to fastavro, which reads it or says what is wrong.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from typing import Any, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

Schema = Any
Reader = Callable[[bytes], Any]  # a record's bytes -> struct
Writer = Callable[[Any], bytes]
Bounds = Callable[[str], tuple[int, int]]  # a field's name -> least and most: bytes of a text, value of an int
LONG = 1_000  # entries of a list; longer ones are the reference's
SMALL = 7  # bytes of a decimal: what has more is rare, and the reference's


class NotPlain(ValueError):
    """Bytes that only the reference reads."""


def reader(schema: Schema, struct: type[Struct], bounds: Bounds = lambda _: (-1 << 63, 1 << 63)) -> Reader:
    """A function from a record's bytes to the struct; it raises whatever it stumbles on, out of bounds too."""
    source = _Source({}, bounds)
    source.reading(schema, struct, "read_0")
    source.lines += [
        "def read(d):",
        "    value, i = read_0(d, 0)",
        "    if i != len(d): raise NotPlain",
        "    return value",
    ]
    made: Reader = source.function("read")
    return made


def writer(schema: Schema, struct: type[Struct]) -> Writer:
    """A function from a struct to its record's bytes; it raises whatever it stumbles on."""
    source = _Source({}, lambda _: (0, 0))
    source.writing(schema, struct, "write_0")
    source.lines += ["def write(s):", "    out = []", "    write_0(s, out.append)", "    return b''.join(out)"]
    made: Writer = source.function("write")
    return made


class _Source:
    """Code under construction: its lines and the names it uses."""

    def __init__(self, named: dict[str, Schema], bounds: Bounds) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"NotPlain": NotPlain, "long": _long, "number": _number, "NUMBERS": _NUMBERS}
        self.named, self.bounds = named, bounds
        self.made = 0

    def function(self, name: str) -> Any:
        exec("\n".join(self.lines), self.names)  # noqa: S102 - our own code from our own schemas
        return self.names[name]

    def _new(self, prefix: str) -> str:
        self.made += 1
        return f"{prefix}_{self.made}"

    def _const(self, prefix: str, value: Any) -> str:
        name = self._new(prefix)
        self.names[name] = value
        return name

    def _resolved(self, node: Schema) -> Schema:
        if isinstance(node, str):
            return self.named.get(node, node)
        if isinstance(node, dict) and "name" in node:
            self.named[node["name"]] = node
        return node

    # --- reading ----------------------------------------------------------------------------------------------------

    def reading(self, schema: Schema, struct: type[Struct], name: str) -> None:
        """A function (bytes, place) -> (struct, place behind it)."""
        hints = get_type_hints(struct)
        fields = [field for field in schema["fields"] if field["name"] in hints]
        if len(fields) != len(schema["fields"]):
            raise NotPlain(f"{struct.__name__} lacks fields of its schema")
        body: list[str] = []
        for run in _runs(fields):
            body += self._read_run(run, hints)
        arguments = ", ".join(f"{field['name']}=v_{field['name']}" for field in fields)
        made = self._const("struct", struct)
        self.lines += [f"def {name}(d, i):", *_in(body), f"    return {made}({arguments}), i"]

    def _read_run(self, run: list[Any], hints: dict[str, Any]) -> list[str]:
        """Fields one by one; a run of nullable ones is looked at as a whole, then by halves."""
        if len(run) == 1:
            field = run[0]
            return self._read(field["type"], hints[field["name"]], _v(field))
        half = (len(run) + 1) // 2
        single = [*self._read_run(run[:half], hints), *self._read_run(run[half:], hints)]
        zeros = self._const("zeros", bytes(len(run)))
        nothing = " = ".join(_v(field) for field in run) + " = None"
        return [f"if d[i:i + {len(run)}] == {zeros}:", f"    {nothing}", f"    i += {len(run)}", "else:", *_in(single)]

    def _read(self, node: Schema, hint: Any, into: str) -> list[str]:
        node = self._resolved(node)
        if isinstance(node, list):
            some = self._read(node[1], _some(hint), into)
            return ["b = d[i]", "i += 1", "if b == 2:", *_in(some), "elif b == 0:", f"    {into} = None", *_REFUSE]
        kind = node if isinstance(node, str) else node.get("logicalType", node["type"])
        return list(getattr(self, f"_read_{kind.replace('-', '_')}")(node, hint, into))

    def _read_string(self, node: Schema, hint: Any, into: str) -> Iterator[str]:
        least, most = self.bounds(into.removeprefix("v_"))
        yield from _LENGTH
        yield from (f"if not {max(least, 0)} <= n <= {most}: raise NotPlain", "j = i + n")
        yield from (f"{into} = str(d[i:j], 'utf-8')", f"if '\\0' in {into}: raise NotPlain", "i = j")

    def _read_bytes(self, node: Schema, hint: Any, into: str) -> Iterator[str]:
        yield from (*_LENGTH, *_END)
        yield from (f"{into} = d[i:j]", "i = j")

    def _read_unscaled(self, node: Schema, hint: Any, into: str) -> Iterator[str]:
        yield from (*_LENGTH, *_END)
        yield f"if j - i > {_small(node)} or i == j: raise NotPlain"
        yield from (f"{into} = int.from_bytes(d[i:j], 'big', signed=True)", "i = j")

    def _read_long(self, node: Schema, hint: Any, into: str) -> Iterator[str]:
        yield "b = d[i]"
        yield from ("if b < 128:", f"    {into} = (b >> 1) ^ -(b & 1)", "    i += 1")
        yield f"else: {into}, i = long(d, i)"

    def _read_int(self, node: Schema, hint: Any, into: str) -> Iterator[str]:
        least, most = self.bounds(into.removeprefix("v_"))
        yield from self._read_long(node, hint, into)
        yield f"if not {least} <= {into} <= {most}: raise NotPlain"

    def _read_boolean(self, node: Schema, hint: Any, into: str) -> Iterator[str]:
        yield from ("b = d[i]", "i += 1", "if b > 1: raise NotPlain", f"{into} = b == 1")

    def _read_enum(self, node: Schema, hint: Any, into: str) -> Iterator[str]:
        members = self._const("enum", {2 * number: hint(symbol) for number, symbol in enumerate(node["symbols"])})
        yield from (f"{into} = {members}[d[i]]", "i += 1")

    def _read_array(self, node: Schema, hint: Any, into: str) -> Iterator[str]:
        read = self._read_part(self._resolved(node["items"]), get_args(hint)[0])
        yield from (f"{into}_all = []", "while True:", "    n, i = long(d, i)", "    if n == 0: break")
        yield from ("    if n < 0: raise NotPlain", "    for _ in range(n):", *_in(_in(read)))
        yield from (f"        {into}_all.append(item)", f"if len({into}_all) > {LONG}: raise NotPlain")
        yield f"{into} = tuple({into}_all)"

    def _read_part(self, node: Schema, hint: Any) -> list[str]:
        """One entry of an array, as `item`."""
        if isinstance(node, str):
            return self._read(node, hint, "item")
        function = self._new("read")
        self.reading(node, hint, function)
        return [f"item, i = {function}(d, i)"]

    # --- writing ----------------------------------------------------------------------------------------------------

    def writing(self, schema: Schema, struct: type[Struct], name: str) -> None:
        """A function (struct, append) that hands out the record's bytes piece by piece."""
        hints = get_type_hints(struct)
        body: list[str] = []
        for field in schema["fields"]:
            body += [f"v = s.{field['name']}", *self._write(field["type"], hints[field["name"]])]
        self.lines += [f"def {name}(s, out):", *_in(body)]

    def _write(self, node: Schema, hint: Any) -> list[str]:
        node = self._resolved(node)
        if isinstance(node, list):
            some = self._write(node[1], _some(hint))
            return ["if v is None: out(b'\\0')", "else:", "    out(b'\\2')", *_in(some)]
        kind = node if isinstance(node, str) else node.get("logicalType", node["type"])
        return list(getattr(self, f"_write_{kind.replace('-', '_')}")(node, hint))

    def _write_string(self, node: Schema, hint: Any) -> Iterator[str]:
        yield from ("e = v.encode()", "n = len(e)", "out(NUMBERS[n] if n < 512 else number(n))", "out(e)")

    def _write_bytes(self, node: Schema, hint: Any) -> Iterator[str]:
        yield from ("out(number(len(v)))", "out(v)")

    def _write_unscaled(self, node: Schema, hint: Any) -> Iterator[str]:
        yield "n = (v.bit_length() + 8) >> 3"
        yield f"if n > {_small(node)}: raise NotPlain"
        yield from ("out(NUMBERS[n])", "out(v.to_bytes(n, 'big', signed=True))")

    def _write_long(self, node: Schema, hint: Any) -> Iterator[str]:
        yield "out(NUMBERS[v] if 0 <= v < 512 else number(v))"

    _write_int = _write_long

    def _write_boolean(self, node: Schema, hint: Any) -> Iterator[str]:
        yield "out(b'\\1' if v else b'\\0')"

    def _write_enum(self, node: Schema, hint: Any) -> Iterator[str]:
        numbers = {symbol: _number(at) for at, symbol in enumerate(node["symbols"])}
        yield f"out({self._const('enum', numbers)}[v])"

    def _write_array(self, node: Schema, hint: Any) -> Iterator[str]:
        write = self._write_part(self._resolved(node["items"]), get_args(hint)[0])
        yield from ("if v:", "    out(number(len(v)))", "    for v in v:", *_in(_in(write)), "out(b'\\0')")

    def _write_part(self, node: Schema, hint: Any) -> list[str]:
        """One entry of an array, which is in `v`."""
        if isinstance(node, str):
            return self._write(node, hint)
        function = self._new("write")
        self.writing(node, hint, function)
        return [f"{function}(v, out)"]

    def _write_map(self, node: Schema, hint: Any) -> Iterator[str]:
        yield from ("if v:", "    out(number(len(v)))", "    for name, v in v.items():")
        for part in ("name", "v"):
            yield from _in(_in([f"e = {part}.encode()", "out(number(len(e)))", "out(e)"]))
        yield "out(b'\\0')"


_REFUSE = ["else: raise NotPlain"]
_LENGTH = ("n = d[i]", "if n & 129: n, i = long(d, i)", "else: n >>= 1; i += 1")
_END = ("if n < 0: raise NotPlain", "j = i + n")


def _small(node: Schema) -> int:
    """The most bytes of which every decimal surely has no more digits than its field."""
    limit: int = 10 ** node["precision"]
    return min(SMALL, (limit.bit_length() - 1) // 8)


def _in(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _v(field: Any) -> str:
    return f"v_{field['name']}"


def _some(hint: Any) -> Any:
    """The type behind `X | None`."""
    if get_origin(hint) in (Union, types.UnionType):
        return next(kind for kind in get_args(hint) if kind is not type(None))
    return hint


def _runs(fields: list[Any]) -> Iterator[list[Any]]:
    """Neighbouring nullable fields together, every other field alone."""
    run: list[Any] = []
    for field in fields:
        if isinstance(field["type"], list):
            run.append(field)
            continue
        if run:
            yield run
        run = []
        yield [field]
    if run:
        yield run


def _long(d: bytes, i: int) -> tuple[int, int]:
    """A zigzag varint of at most 64 bits; the six bytes of a time of our days without a loop."""
    if b"" < d[i + 5 : i + 6] < _MORE and d[i] & d[i + 1] & d[i + 2] & d[i + 3] & d[i + 4] & 128:
        value = d[i] & 127 | (d[i + 1] & 127) << 7 | (d[i + 2] & 127) << 14 | (d[i + 3] & 127) << 21
        value |= (d[i + 4] & 127) << 28 | d[i + 5] << 35
        return (value >> 1) ^ -(value & 1), i + 6
    value = shift = 0
    while True:
        b = d[i]
        i += 1
        value |= (b & 127) << shift
        if b < 128:
            break
        shift += 7
        if shift > 56:
            raise NotPlain
    return (value >> 1) ^ -(value & 1), i


def _number(value: int) -> bytes:
    """A long as a zigzag varint; a time of our days without a loop."""
    value = (value << 1) ^ (value >> 63)
    if 1 << 35 <= value < 1 << 42:
        low = value & 127 | 128, value >> 7 & 127 | 128, value >> 14 & 127 | 128
        return bytes((*low, value >> 21 & 127 | 128, value >> 28 & 127 | 128, value >> 35))
    if not 0 <= value < 1 << 64:
        raise NotPlain
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


_MORE = b"\x80"
_NUMBERS = tuple(map(_number, range(512)))
