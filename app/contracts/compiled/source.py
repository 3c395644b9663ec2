"""Code under construction, whichever way it goes."""

from __future__ import annotations

import types
from typing import Any, Union, get_args, get_origin

from app.contracts.compiled.numbers import NUMBERS, SOME, NotPlain, long, number

Schema = Any
SMALL = 7  # bytes of a decimal: what has more is rare, and the reference's
# Of a decimal's length as it stands on the wire (doubled): what would fit one byte less.
SHORTER = {2 * size: 1 << 8 * size - 9 if size > 1 else 0 for size in range(1, SMALL + 1)}
NAMES = {
    "NotPlain": NotPlain, "long": long, "number": number, "NUMBERS": NUMBERS, "SOME": SOME, "SHORTER": SHORTER
}  # fmt: skip


class Source:
    """Lines of code and the names they use."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = dict(NAMES)
        self._named: dict[str, Schema] = {}
        self._made = 0

    def function(self, name: str) -> Any:
        """The function of this name, made."""
        exec("\n".join(self.lines), self.names)  # noqa: S102 - our own code from our own schemas
        return self.names[name]

    def new(self, prefix: str) -> str:
        """A name that is not in use yet."""
        self._made += 1
        return f"{prefix}_{self._made}"

    def const(self, prefix: str, value: Any) -> str:
        """A new name for a value."""
        name = self.new(prefix)
        self.names[name] = value
        return name

    def resolved(self, node: Schema) -> Schema:
        """What a type's name stands for; Avro spells a named type out once."""
        if isinstance(node, str):
            return self._named.get(node, node)
        if isinstance(node, dict) and "name" in node:
            self._named[node["name"]] = node
        return node


def kind(node: Schema) -> str:
    """What a method is named for: the logical type, or else the type."""
    name: str = node if isinstance(node, str) else node.get("logicalType", node["type"])
    return name.replace("-", "_")


def small(node: Schema) -> int:
    """The most bytes of which every decimal surely has no more digits than its field."""
    limit: int = 10 ** node["precision"]
    return min(SMALL, (limit.bit_length() - 1) // 8)


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def some_type(hint: Any) -> Any:
    """The type behind `X | None`."""
    if get_origin(hint) in (Union, types.UnionType):
        return next(kind for kind in get_args(hint) if kind is not type(None))
    return hint
