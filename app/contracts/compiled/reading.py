"""From a record's bytes to its struct."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, get_args, get_type_hints

from msgspec import Struct

from app.contracts.compiled.numbers import GO_ON, MARKS, SIX_INTO_THREE, THREE_INTO_ONE, NotPlain
from app.contracts.compiled.source import Schema, Source, indented, kind, small, some_type
from app.contracts.content import BLANK, SAME_PURPOSE, digest

Reader = Callable[[bytes, int], Any]  # a record's bytes and where they begin -> struct
Bounds = Callable[[str], tuple[int, int]]  # a field's name -> least and most: bytes of a text, value of an int
LONG = 1_000  # entries of a list; longer ones are the reference's


def reader(schema: Schema, struct: type[Struct], bounds: Bounds = lambda _: (-1 << 63, 1 << 63)) -> Reader:
    """A function from a record's bytes to the struct; it raises whatever it stumbles on, out of bounds too."""
    source = _Reading(bounds)
    source.reading(schema, struct, "read_0")
    source.lines += [
        "def read(d, i):",
        "    value, i = read_0(d, i)",
        "    if i != len(d): raise NotPlain",
        "    return value",
    ]
    made: Reader = source.function("read")
    return made


class _Reading(Source):
    """Code over `d`, the bytes, and `i`, the place in them."""

    def __init__(self, bounds: Bounds) -> None:
        super().__init__()
        self.bounds = bounds

    def reading(self, schema: Schema, struct: type[Struct], name: str) -> None:
        """A function (bytes, place) -> (struct, place behind it)."""
        hints = get_type_hints(struct)
        fields = [field for field in schema["fields"] if field["name"] in hints]
        if len(fields) != len(schema["fields"]):
            raise NotPlain(f"{struct.__name__} lacks fields of its schema")
        body = self._read_fact(fields, hints) if "content" in hints else self._read_all(fields, hints)
        arguments = ", ".join(f"v_{field}" for field in struct.__struct_fields__)
        made = self.const("struct", struct)
        self.lines += [f"def {name}(d, i):", *indented(body), f"    return {made}({arguments}), i"]

    def _read_all(self, fields: list[Any], hints: dict[str, Any]) -> list[str]:
        return [line for run in _runs(fields) for line in self._read_run(run, hints)]

    def _read_fact(self, fields: list[Any], hints: dict[str, Any]) -> list[str]:
        """Content is the digest of the record's own bytes, some of them blank: they are canonical, or not read."""
        self.names["digest"] = digest
        body: list[str] = []
        parts: list[str] = []
        for number, (blank, part) in enumerate(groupby(fields, key=_is_blank)):
            same = list(part)
            body += [f"at_{number} = i", *self._read_all(same, hints)]
            parts.append(repr(bytes(len(same))) if blank else f"d[at_{number}:at_{number + 1}]")
        parts[-1] = f"d[at_{len(parts) - 1}:]"
        return [*body, f"v_content = digest(b''.join(({', '.join(parts)},)))"]

    def _read_run(self, run: list[Any], hints: dict[str, Any]) -> list[str]:
        """Fields one by one; a run of nullable ones is looked at as a whole, then by halves."""
        if len(run) == 1:
            field = run[0]
            return self._read(field["type"], hints[field["name"]], _v(field))
        half = (len(run) + 1) // 2
        single = [*self._read_run(run[:half], hints), *self._read_run(run[half:], hints)]
        zeros = self.const("zeros", bytes(len(run)))
        nothing = " = ".join(_v(field) for field in run) + " = None"
        return [
            f"if d[i:i + {len(run)}] == {zeros}:",
            f"    {nothing}",
            f"    i += {len(run)}",
            "else:",
            *indented(single),
        ]

    def _read(self, node: Schema, hint: Any, into: str) -> list[str]:
        node = self.resolved(node)
        if isinstance(node, list):
            some = _short(into) if node[1] == "long" else self._read(node[1], some_type(hint), into)
            return ["b = d[i]", "i += 1", "if b == 2:", *indented(some), "elif b == 0:", f"    {into} = None", *_REFUSE]
        return list(getattr(self, f"_read_{kind(node)}")(node, hint, into))

    def _read_string(self, node: Schema, hint: Any, into: str) -> Iterator[str]:
        least, most = self.bounds(into.removeprefix("v_"))
        yield from ("n = d[i]", f"if n & 129{' or not n' if least > 0 else ''}:", "    n, i = long(d, i)")
        yield from (f"    if not {max(least, 0)} <= n <= {most}: raise NotPlain", "else: n >>= 1; i += 1", "j = i + n")
        yield from (f"{into} = d[i:j].decode()", f"if '\\0' in {into}: raise NotPlain", "i = j")

    def _read_bytes(self, node: Schema, hint: Any, into: str) -> Iterator[str]:
        yield from (*_LENGTH, *_END)
        yield from (f"{into} = d[i:j]", "i = j")

    def _read_unscaled(self, node: Schema, hint: Any, into: str) -> Iterator[str]:
        yield from ("n = d[i]", f"if n & 1 or not 0 < n <= {2 * small(node)}: raise NotPlain", "i += 1")
        yield from ("j = i + (n >> 1)", f"{into} = int.from_bytes(d[i:j], 'big', signed=True)")
        yield from (f"if -SHORTER[n] <= {into} < SHORTER[n]: raise NotPlain", "i = j")

    def _read_long(self, node: Schema, hint: Any, into: str) -> Iterator[str]:
        """A number of one byte, or the six of a time of our days without a loop; others seldom."""
        yield from ("b = d[i]", "if b < 128:", f"    {into} = (b >> 1) ^ -(b & 1)", "    i += 1")
        yield from ("else:", "    n = int.from_bytes(d[i:i + 6], 'little')")
        yield from (f"    if n & {MARKS} == {GO_ON} and n >= {1 << 40}:", f"        {SIX_INTO_THREE}")
        yield from (f"        {THREE_INTO_ONE}", f"        {into} = (n >> 1) ^ -(n & 1)", "        i += 6")
        yield from ("    else:", *indented(indented(_short(into))))

    def _read_int(self, node: Schema, hint: Any, into: str) -> Iterator[str]:
        least, most = self.bounds(into.removeprefix("v_"))
        yield from (f"{into}, i = long(d, i)", f"if not {least} <= {into} <= {most}: raise NotPlain")

    def _read_boolean(self, node: Schema, hint: Any, into: str) -> Iterator[str]:
        yield from ("b = d[i]", "i += 1", "if b > 1: raise NotPlain", f"{into} = b == 1")

    def _read_enum(self, node: Schema, hint: Any, into: str) -> Iterator[str]:
        """Symbols whose record says what it says under another symbol are the reference's."""
        own = [(2 * at, hint(symbol)) for at, symbol in enumerate(node["symbols"]) if symbol not in SAME_PURPOSE]
        yield from (f"{into} = {self.const('enum', dict(own))}[d[i]]", "i += 1")

    def _read_array(self, node: Schema, hint: Any, into: str) -> Iterator[str]:
        read = self._read_part(self.resolved(node["items"]), get_args(hint)[0])
        yield from ("n, i = long(d, i)", f"if not 0 <= n <= {LONG}: raise NotPlain", f"{into}_all = []")
        yield from ("for _ in range(n):", *indented(read), f"    {into}_all.append(item)")
        yield from ("if n:", "    if d[i]: raise NotPlain", "    i += 1", f"{into} = tuple({into}_all)")

    def _read_record(self, node: Schema, hint: Any, into: str) -> Iterator[str]:
        function = self.new("read")
        self.reading(node, hint, function)
        yield f"{into}, i = {function}(d, i)"

    def _read_part(self, node: Schema, hint: Any) -> list[str]:
        """One entry of an array, as `item`."""
        if isinstance(node, str):
            return self._read(node, hint, "item")
        function = self.new("read")
        self.reading(node, hint, function)
        return [f"item, i = {function}(d, i)"]


_REFUSE = ["else: raise NotPlain"]
_LENGTH = ("n = d[i]", "if n & 129: n, i = long(d, i)", "else: n >>= 1; i += 1")
_END = ("if n < 0: raise NotPlain", "j = i + n")


def _short(into: str) -> list[str]:
    """A long of one to three bytes without a loop: the number in a series, which is what may be null."""
    signed = f"{into} = (n >> 1) ^ -(n & 1)"
    return [
        f"if (n := d[i]) < 128: {signed}; i += 1",
        f"elif 0 < (b := d[i + 1]) < 128: n = n & 127 | b << 7; {signed}; i += 2",
        f"elif b and 0 < (c := d[i + 2]) < 128: n = n & 127 | (b & 127) << 7 | c << 14; {signed}; i += 3",
        f"else: {into}, i = long(d, i)",
    ]


def _is_blank(field: Any) -> bool:
    return field["name"] in BLANK


def _v(field: Any) -> str:
    return f"v_{field['name']}"


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
