"""From a record's bytes to its struct."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_args, get_type_hints

from msgspec import Struct

from app.contracts.compiled.numbers import NotPlain
from app.contracts.compiled.source import Schema, Source, indented, kind, small, some_type

Reader = Callable[[bytes], Any]  # a record's bytes -> struct
Bounds = Callable[[str], tuple[int, int]]  # a field's name -> least and most: bytes of a text, value of an int
LONG = 1_000  # entries of a list; longer ones are the reference's


def reader(schema: Schema, struct: type[Struct], bounds: Bounds = lambda _: (-1 << 63, 1 << 63)) -> Reader:
    """A function from a record's bytes to the struct; it raises whatever it stumbles on, out of bounds too."""
    source = _Reading(bounds)
    source.reading(schema, struct, "read_0")
    source.lines += [
        "def read(d):",
        "    value, i = read_0(d, 0)",
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
        body: list[str] = []
        for run in _runs(fields):
            body += self._read_run(run, hints)
        arguments = ", ".join(f"{field['name']}=v_{field['name']}" for field in fields)
        made = self.const("struct", struct)
        self.lines += [f"def {name}(d, i):", *indented(body), f"    return {made}({arguments}), i"]

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
            some = self._read(node[1], some_type(hint), into)
            return ["b = d[i]", "i += 1", "if b == 2:", *indented(some), "elif b == 0:", f"    {into} = None", *_REFUSE]
        return list(getattr(self, f"_read_{kind(node)}")(node, hint, into))

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
        yield f"if j - i > {small(node)} or i == j: raise NotPlain"
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
        members = self.const("enum", {2 * number: hint(symbol) for number, symbol in enumerate(node["symbols"])})
        yield from (f"{into} = {members}[d[i]]", "i += 1")

    def _read_array(self, node: Schema, hint: Any, into: str) -> Iterator[str]:
        read = self._read_part(self.resolved(node["items"]), get_args(hint)[0])
        yield from (f"{into}_all = []", "while True:", "    n, i = long(d, i)", "    if n == 0: break")
        yield from ("    if n < 0: raise NotPlain", "    for _ in range(n):", *indented(indented(read)))
        yield from (f"        {into}_all.append(item)", f"if len({into}_all) > {LONG}: raise NotPlain")
        yield f"{into} = tuple({into}_all)"

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
