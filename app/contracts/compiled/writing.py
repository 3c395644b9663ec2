"""From a struct to its record's bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args, get_type_hints

from msgspec import Struct

from app.contracts.compiled.numbers import number
from app.contracts.compiled.source import Schema, Source, kind, small, some_type

Writer = Callable[[Any], bytes]


def writer(schema: Schema, struct: type[Struct], prefix: bytes = b"") -> Writer:
    """A function from a struct to a prefix and its record's bytes; it raises whatever it stumbles on."""
    source = _Writing()
    source.writing(schema, struct, "write", prefix)
    made: Writer = source.function("write")
    return made


class _Writing(Source):
    """Expressions that are the bytes of a value: `first` says what the value is and leaves it in `v`."""

    def writing(self, schema: Schema, struct: type[Struct], name: str, prefix: bytes = b"") -> None:
        """A function from a struct to its bytes."""
        hints = get_type_hints(struct)
        fields = [(field["type"], field["name"]) for field in schema["fields"]]
        parts = [part for node, field in fields for part in self._parts(node, hints[field], f"(v := s.{field})")]
        self._returning(f"{name}(s)", f"b''.join(({prefix!r}, {', '.join(parts)}))")

    def _returning(self, head: str, *lines: str) -> None:
        self.lines += [f"def {head}:", *(f"    {line}" for line in lines[:-1]), f"    return {lines[-1]}"]

    def _parts(self, node: Schema, hint: Any, first: str) -> list[str]:
        """A text is two parts, its length and itself: to add them up costs more than to join one part more."""
        node = self.resolved(node)
        if node == "string":
            return [f"NUMBERS[len(e := {first}.encode())]", "e"]
        return [self._write(node, hint, first)]

    def _write(self, node: Schema, hint: Any, first: str = "v") -> str:
        node = self.resolved(node)
        if isinstance(node, list):
            return f"b'\\0' if {first} is None else {self._write_some(self.resolved(node[1]), some_type(hint))}"
        return str(getattr(self, f"_write_{kind(node)}")(node, hint, first))

    def _write_some(self, node: Schema, hint: Any) -> str:
        """What is not null, its branch before it: with a text's length that is one part."""
        return "SOME[len(e := v.encode())] + e" if node == "string" else f"b'\\2' + ({self._write(node, hint)})"

    def _write_string(self, node: Schema, hint: Any, first: str) -> str:
        return f"NUMBERS[len(e := {first}.encode())] + e"

    def _write_bytes(self, node: Schema, hint: Any, first: str) -> str:
        return f"number(len({first})) + v"

    def _write_unscaled(self, node: Schema, hint: Any, first: str) -> str:
        """Most counters of a document are nothing, and few of the others are less."""
        lengths = self.const("lengths", tuple(map(number, range(small(node) + 1))))
        more = f"{lengths}[n := (v.bit_length() >> 3) + 1] + v.to_bytes(n)"
        less = f"{lengths}[n := ((~v).bit_length() >> 3) + 1] + v.to_bytes(n, signed=True)"
        return f"({number(1) + bytes(1)!r} if {first} == 0 else {more} if v > 0 else {less})"

    def _write_long(self, node: Schema, hint: Any, first: str) -> str:
        return f"NUMBERS[v] if 0 <= {first} < {len(self.names['NUMBERS'])} else number(v)"

    _write_int = _write_long

    def _write_boolean(self, node: Schema, hint: Any, first: str) -> str:
        return f"b'\\1' if {first} else b'\\0'"

    def _write_enum(self, node: Schema, hint: Any, first: str) -> str:
        numbers = {hint(symbol): number(at) for at, symbol in enumerate(node["symbols"])}
        return f"{self.const('enum', numbers)}[{first}]"

    def _write_array(self, node: Schema, hint: Any, first: str) -> str:
        part, function = self._part(self.resolved(node["items"]), get_args(hint)[0]), self.new("write")
        count = self._write_long("long", int, "(v := len(all))")
        joined = f"({count}) + b''.join([{part} for v in all]) + b'\\0'"
        self._returning(f"{function}(all)", "if not all: return b'\\0'", joined)
        return f"{function}({first})"

    def _write_record(self, node: Schema, hint: Any, first: str) -> str:
        function = self.new("write")
        self.writing(node, hint, function)
        return f"{function}({first})"

    def _part(self, node: Schema, hint: Any) -> str:
        """One entry of an array."""
        if isinstance(node, str):
            return self._write(node, hint)
        function = self.new("write")
        self.writing(node, hint, function)
        return f"{function}(v)"

    def _write_map(self, node: Schema, hint: Any, first: str) -> str:
        function, text = self.new("write"), self._write_string(node, hint, "v")
        pairs = "[v for pair in v.items() for v in pair]"
        joined = f"number(len(v)) + b''.join([{text} for v in {pairs}]) + b'\\0'"
        self._returning(f"{function}(v)", "if not v: return b'\\0'", joined)
        return f"{function}({first})"
