"""How well a backtest found what was injected, and whether its tables tell the truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from app.dev.simulator.comparing import Compared, compare
from app.dev.simulator.labels import DEAD_LETTER, NONE, SHORTAGES, Label
from app.dev.simulator.lines import read_lines

ENOUGH = 0.99
SHOWN = 5
Wanted = dict[str, dict[str | None, bool | None]]  # key -> evidence -> whether it is open at the end
Said = dict[str, dict[str, bool]]  # key -> evidence -> whether it is still open


class Row(NamedTuple):
    """One code: `wrong_end` of the found ones are open where they should be healed, or the other way round.

    `tolerated` alerts may come of a fault or not: they count neither way.
    """

    code: str
    injected: int
    found: int
    missed: int
    extra: int
    tolerated: int
    wrong_end: int
    examples: list[str]

    @property
    def recall(self) -> float:
        return self.found / self.injected if self.injected else 1.0

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.extra) if self.found + self.extra else 1.0


class Score(NamedTuple):
    """Everything there is to say of a run."""

    rows: list[Row]
    tables: Compared

    @property
    def good(self) -> bool:
        """Whether nearly all was found, nearly nothing else was said, and every table tells the truth."""
        fine = all(min(row.recall, row.precision) >= ENOUGH and not row.wrong_end for row in self.rows)
        return fine and not self.tables.different


def score(directory: Path, labels: Path, truth: Path) -> Score:
    """Compare a backtest's DIR with what was injected; raises UsageError where a file is missing or unreadable."""
    lost = {line["key"] for line in read_lines(truth) if line["undecidable"]}
    expected = _expected(_decided(label, lost) for label in read_lines(labels, Label))
    rows = _alerts(expected, directory) + _dead_letters(expected, directory)
    return Score(rows, compare(directory, truth))


# --- alerts ----------------------------------------------------------------------------------------------------------


class Expected(NamedTuple):
    """The labels, by what they ask for."""

    certain: dict[str, Wanted]  # by code
    may: dict[str, set[str]]  # code -> keys
    offsets: set[int]


def _decided(label: Label, undecidable: set[str]) -> Label:
    """Where nobody can know the balance, because records of it were lost, nobody can say that a shortage is certain."""
    if label.code in SHORTAGES and label.key in undecidable:
        return msgspec.structs.replace(label, code=NONE, may=(*label.may, *SHORTAGES))
    return label


def _expected(labels: Iterable[Label]) -> Expected:
    expected = Expected(defaultdict(lambda: defaultdict(dict)), defaultdict(set), set())
    for label in labels:
        for code in label.may:
            expected.may[code].add(label.key)
        if label.code == DEAD_LETTER:
            expected.offsets.add(-1 if label.offset is None else label.offset)
        elif label.code != NONE:
            expected.certain[label.code][label.key][label.evidence] = label.open_at_end
    return expected


def _alerts(expected: Expected, directory: Path) -> list[Row]:
    said = _said(directory)
    codes = sorted({*said, *expected.certain})
    return [_row(code, expected.certain[code], said[code], expected.may[code]) for code in codes]


def _said(directory: Path) -> dict[str, Said]:
    """By code; of an alert the last word holds."""
    said: dict[str, Said] = defaultdict(lambda: defaultdict(dict))
    for alert in read_lines(directory / "alerts.jsonl"):
        value = alert["value"]
        said[value["code"]][value["entity_id"]][value["evidence"]] = value["state"] != "HEALED"
    return said


def _row(code: str, wanted: Wanted, said: Said, may: set[str]) -> Row:
    injected = found = extra = tolerated = wrong_end = 0
    examples: list[str] = []
    for key, labels in wanted.items():
        for evidence, open_at_end in labels.items():
            seen = [still for name, still in said.get(key, {}).items() if evidence in (None, name)]
            injected += 1
            found += bool(seen)
            wrong = bool(seen) and open_at_end is not None and any(seen) != open_at_end
            wrong_end += wrong
            if not seen or wrong:
                examples.append(f"{'not found' if not seen else 'wrong end'}: {key} {evidence or ''}".rstrip())
    for key, alerts in said.items():
        asked = wanted.get(key, {})
        strange = [name for name in alerts if None not in asked and name not in asked]
        if key in may:
            tolerated += len(strange)
            continue
        extra += len(strange)
        examples += [f"not expected: {key} {name}" for name in strange]
    return Row(code, injected, found, injected - found, extra, tolerated, wrong_end, examples[:SHOWN])


def _dead_letters(expected: Expected, directory: Path) -> list[Row]:
    got = {letter["value"]["offset"] for letter in read_lines(directory / "dead-letters.jsonl")}
    found, missed, extra = got & expected.offsets, expected.offsets - got, got - expected.offsets
    if not got | expected.offsets:
        return []
    examples = [f"line {offset}: not refused" for offset in sorted(missed)]
    examples += [f"line {offset}: refused without need" for offset in sorted(extra)]
    return [Row(DEAD_LETTER, len(expected.offsets), len(found), len(missed), len(extra), 0, 0, examples[:SHOWN])]


# --- the table for people --------------------------------------------------------------------------------------------


def report(result: Score) -> Iterator[str]:
    """Lines of text."""
    heads = f"{'injected':>9}{'found':>8}{'missed':>8}{'extra':>7}{'tolerated':>11}{'wrong end':>11}"
    yield f"{'code':<24}{heads}{'recall':>9}{'precision':>11}"
    for row in result.rows:
        counts = f"{row.injected:>9}{row.found:>8}{row.missed:>8}{row.extra:>7}{row.tolerated:>11}{row.wrong_end:>11}"
        yield f"{row.code:<24}{counts}{row.recall:>9.4f}{row.precision:>11.4f}"
        yield from (f"    {example}" for example in row.examples)
    tables = result.tables
    compared = tables.equal + len(tables.different)
    yield f"{compared} keys compared: {tables.equal} equal, {len(tables.different)} different; " + (
        f"{tables.undecidable} undecidable, {tables.let_go} let go after their retention"
    )
    yield from (f"    {difference}" for difference in tables.different[:SHOWN])
