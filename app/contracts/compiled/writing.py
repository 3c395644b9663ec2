"""From a struct to its record's bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_args, get_type_hints

from msgspec import Struct

from app.contracts.compiled.numbers import number
from app.contracts.compiled.source import Schema, Source, indented, kind, small, some_type

Writer = Callable[[Any], bytes]


def writer(schema: Schema, struct: type[Struct]) -> Writer:
    """A function from a struct to its record's bytes; it raises whatever it stumbles on."""
    source = _Writing()
    source.writing(schema, struct, "write_0")
    source.lines += ["def write(s):", "    out = []", "    write_0(s, out.append)", "    return b''.join(out)"]
    made: Writer = source.function("write")
    return made


class _Writing(Source):
    """Code over `s`, the struct, `v`, the value at hand, and `out`, which takes the bytes."""

    def writing(self, schema: Schema, struct: type[Struct], name: str) -> None:
        """A function (struct, append) that hands out the record's bytes piece by piece."""
        hints = get_type_hints(struct)
        body: list[str] = []
        for field in schema["fields"]:
            body += [f"v = s.{field['name']}", *self._write(field["type"], hints[field["name"]])]
        self.lines += [f"def {name}(s, out):", *indented(body)]

    def _write(self, node: Schema, hint: Any) -> list[str]:
        node = self.resolved(node)
        if isinstance(node, list):
            some = self._write(node[1], some_type(hint))
            return ["if v is None: out(b'\\0')", "else:", "    out(b'\\2')", *indented(some)]
        return list(getattr(self, f"_write_{kind(node)}")(node, hint))

    def _write_string(self, node: Schema, hint: Any) -> Iterator[str]:
        yield from ("e = v.encode()", "n = len(e)", "out(NUMBERS[n] if n < 512 else number(n))", "out(e)")

    def _write_bytes(self, node: Schema, hint: Any) -> Iterator[str]:
        yield from ("out(number(len(v)))", "out(v)")

    def _write_unscaled(self, node: Schema, hint: Any) -> Iterator[str]:
        yield "n = (v.bit_length() + 8) >> 3"
        yield f"if n > {small(node)}: raise NotPlain"
        yield from ("out(NUMBERS[n])", "out(v.to_bytes(n, 'big', signed=True))")

    def _write_long(self, node: Schema, hint: Any) -> Iterator[str]:
        yield "out(NUMBERS[v] if 0 <= v < 512 else number(v))"

    _write_int = _write_long

    def _write_boolean(self, node: Schema, hint: Any) -> Iterator[str]:
        yield "out(b'\\1' if v else b'\\0')"

    def _write_enum(self, node: Schema, hint: Any) -> Iterator[str]:
        numbers = {symbol: number(at) for at, symbol in enumerate(node["symbols"])}
        yield f"out({self.const('enum', numbers)}[v])"

    def _write_array(self, node: Schema, hint: Any) -> Iterator[str]:
        write = self._write_part(self.resolved(node["items"]), get_args(hint)[0])
        yield from ("if v:", "    out(number(len(v)))", "    for v in v:", *indented(indented(write)), "out(b'\\0')")

    def _write_part(self, node: Schema, hint: Any) -> list[str]:
        """One entry of an array, which is in `v`."""
        if isinstance(node, str):
            return self._write(node, hint)
        function = self.new("write")
        self.writing(node, hint, function)
        return [f"{function}(v, out)"]

    def _write_map(self, node: Schema, hint: Any) -> Iterator[str]:
        yield from ("if v:", "    out(number(len(v)))", "    for name, v in v.items():")
        for part in ("name", "v"):
            yield from indented(indented([f"e = {part}.encode()", "out(number(len(e)))", "out(e)"]))
        yield "out(b'\\0')"
