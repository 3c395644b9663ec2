"""The directory a backtest writes: one file an output topic, one a table, and a summary. No wall time, no path."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from app.backtest.ports import FilePublisher
from app.backtest.run import Backtest, Settle, Until
from app.contracts.fileform import render_view
from app.contracts.schemas import LocalSchemas
from app.domain.policy import Policy
from app.errors import UsageError
from app.store.table import Table
from app.topics import INTERNAL_NAMES, OUTPUTS

SUMMARY = "summary.json"


class DirectoryTaken(UsageError):
    """DIR holds something that is no former backtest."""


def prepare(directory: Path, tables: Iterable[Table]) -> None:
    """Make DIR ready: new, empty, or a former backtest's, which is removed.

    Raises DirectoryTaken, and UsageError where nothing can be written.
    """
    try:
        _empty(directory, tables)
        (directory / "tables").mkdir(exist_ok=True)
        _write_summary(directory, {"finished": False})
    except OSError as error:
        raise UsageError(f"{directory} cannot be written: {error.strerror}; name another with --out") from error


def _empty(directory: Path, tables: Iterable[Table]) -> None:
    ours = {SUMMARY, *(f"{topic.name}.jsonl" for topic in OUTPUTS), *(f"tables/{table.name}.jsonl" for table in tables)}
    directory.mkdir(parents=True, exist_ok=True)
    found = {str(path.relative_to(directory)): path for path in directory.rglob("*") if not path.is_dir()}
    strange = sorted(set(found) - ours)
    if strange or (found and not _is_ours(directory / SUMMARY)):
        raise DirectoryTaken(
            f"{directory} holds {(strange or sorted(found))[0]} and is not a former backtest's: "
            "name an empty or new directory with --out"
        )
    for path in found.values():
        path.unlink()


def _is_ours(summary: Path) -> bool:
    """Whether a backtest wrote it: others have summaries too."""
    try:
        told = json.loads(summary.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and isinstance(told.get("finished"), bool)


async def execute(
    lines: Iterable[bytes],
    directory: Path,
    tables: tuple[Table, ...],
    policy: Policy,
    end: Until | Settle,
    progress: Callable[[int], None] = lambda _: None,
) -> dict[str, Any]:
    """Run the whole backtest into a prepared DIR; `progress` hears the bytes of each line. Returns the summary."""
    schemas = LocalSchemas()
    with FilePublisher(directory, schemas) as publisher:
        backtest = Backtest(tables, policy, schemas, publisher)
        for line in lines:
            if line.strip():
                await backtest.line(line.rstrip(b"\r\n"))
            else:
                backtest.lines += 1
            progress(len(line))
        await backtest.pass_time(end.end(backtest.clock))
    counts = {lane.partition.table.name: _write_table(backtest, lane, directory) for lane in backtest.lanes}
    summary = _summary(backtest, counts)
    _write_summary(directory, summary)
    return summary


def _write_table(backtest: Backtest, lane: Any, directory: Path) -> int:
    count = 0
    with (directory / "tables" / f"{lane.partition.table.name}.jsonl").open("wb") as file:
        for view in backtest.views(lane):
            file.write(render_view(view) + b"\n")
            count += 1
    return count


def _summary(backtest: Backtest, tables: dict[str, int]) -> dict[str, Any]:
    tally = backtest.tally
    return {
        "finished": True,
        "lines": backtest.lines,
        "clock": backtest.clock,
        "records": _of_others(tally.records),
        "not_followed": dict(sorted(backtest.not_followed.items())),
        "marks": dict(sorted(tally.marks.items())),
        "unjudged": dict(sorted(tally.unjudged.items())),
        "outputs": _of_others(tally.outputs),
        "dead_letters": _nested(tally.dead_letters),
        "alerts": _nested(tally.alerts),
        "tables": tables,
    }


def _of_others(counts: Mapping[str, int]) -> dict[str, int]:
    """By topic, without what tables tell each other."""
    return {topic: count for topic, count in sorted(counts.items()) if topic not in INTERNAL_NAMES}


def _nested(counts: dict[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    for (outer, inner), count in sorted(counts.items()):
        nested.setdefault(outer, {})[inner] = count
    return nested


def _write_summary(directory: Path, summary: dict[str, Any]) -> None:
    (directory / SUMMARY).write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
