"""What a turn came to, counted: engines turn it into metrics and summaries."""

from __future__ import annotations

from collections import Counter

from app.domain.outcome import Outcome
from app.domain.outputs import Alert, Output


class Tally:
    """Counts of one turn or of a whole run; `add` joins them."""

    def __init__(self) -> None:
        self.records: Counter[str] = Counter()  # by topic
        self.marks: Counter[str] = Counter()  # by what happened besides being applied
        self.outputs: Counter[str] = Counter()  # by topic
        self.alerts: Counter[tuple[str, str]] = Counter()  # by (code, state)
        self.dead_letters: Counter[tuple[str, str]] = Counter()  # by (topic, error class)

    def add(self, other: Tally) -> None:
        for name, counter in vars(other).items():
            getattr(self, name).update(counter)

    def applied(self, outcome: Outcome) -> None:
        self.marks.update(mark.value for mark in outcome.marks)

    def output(self, topic: str, output: Output) -> None:
        self.outputs[topic] += 1
        if isinstance(output, Alert):
            self.alerts[output.code, output.state.value] += 1
