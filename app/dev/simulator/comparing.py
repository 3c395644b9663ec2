"""Whether the tables of a backtest tell the truth. Both stand in the order of their keys, so neither is held whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from app.contracts.times import parse_time
from app.dev.simulator.lines import read_lines
from app.domain.policy import Policy
from app.errors import UsageError

CLOSED = ("CANCELLED", "CLOSED_SHORT", "COMPLETED")
RETENTION = Policy().closed_order_retention


class Compared(NamedTuple):
    """The keys of the tables against the truth; `let_go`: absent, as closed orders are after their retention."""

    equal: int
    different: list[str]
    undecidable: int
    let_go: int


def compare(directory: Path, truth: Path) -> Compared:
    """Only what the truth speaks of is compared; raises UsageError where a file is missing or unreadable."""
    clock, counts, different = _clock(directory), Counter[str](), []
    for table, said in groupby(read_lines(truth), itemgetter("table")):
        views = _Views(directory / "tables" / f"{table}.jsonl")
        for true in said:
            verdict = _verdict(true, views.of(true["key"]), clock)
            if verdict in Compared._fields:
                counts[verdict] += 1
            else:
                different.append(f"{table} {true['key']}: {verdict}")
    return Compared(counts["equal"], different, counts["undecidable"], counts["let_go"])


def _verdict(true: dict[str, Any], view: dict[str, Any] | None, clock: int) -> str:
    """A field of `Compared`, or the first difference."""
    if true["undecidable"]:
        return "undecidable"
    if view is None:
        return "let_go" if _over(true, clock) else "absent"
    return next(differences(true["view"], view), "equal")


def _over(true: dict[str, Any], clock: int) -> bool:
    """Whether an order was closed so long ago that no table keeps it."""
    return true["view"].get("life") in CLOSED and parse_time(true["last"]) + RETENTION <= clock


def _clock(directory: Path) -> int:
    """How far time (ms) went in a backtest."""
    path = directory / "summary.json"
    try:
        return int(msgspec.json.decode(path.read_bytes())["clock"])
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (KeyError, msgspec.DecodeError) as error:
        raise UsageError(f"{path} is not of a backtest that came to its end") from error


class _Views:
    """The views of a table, asked for in the order of their keys."""

    def __init__(self, path: Path) -> None:
        self._views = read_lines(path)
        self._view = next(self._views, None)

    def of(self, key: str) -> dict[str, Any] | None:
        while self._view is not None and self._view["key"] < key:
            self._view = next(self._views, None)
        return self._view if self._view is not None and self._view["key"] == key else None


def differences(true: Any, shown: Any, path: str = "") -> Iterator[str]:
    """Where the view differs in what the truth speaks of."""
    if isinstance(true, dict) and isinstance(shown, dict):
        for name, value in true.items():
            yield from differences(value, shown.get(name), f"{path}.{name}" if path else name)
    elif isinstance(true, list) and isinstance(shown, list) and len(true) == len(shown):
        for number, (value, other) in enumerate(zip(true, shown, strict=True)):
            yield from differences(value, other, f"{path}[{number}]")
    elif true != shown:
        yield f"{path} is {shown!r:.200}, truth {true!r:.200}"
