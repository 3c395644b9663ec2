"""What a turn came to, counted: engines turn it into metrics and summaries."""

from __future__ import annotations

from collections import defaultdict

from app.domain.outcome import Outcome
from app.domain.outputs import Alert, Output


class Tally:
    """Counts of one turn or of a whole run; `add` joins them."""

    def __init__(self) -> None:
        self.records: dict[str, int] = defaultdict(int)  # by topic
        self.marks: dict[str, int] = defaultdict(int)  # by what happened besides being applied
        self.outputs: dict[str, int] = defaultdict(int)  # by topic
        self.alerts: dict[tuple[str, str], int] = defaultdict(int)  # by (code, state)
        self.dead_letters: dict[tuple[str, str], int] = defaultdict(int)  # by (topic, error class)

    def add(self, other: Tally) -> None:
        for name, counter in vars(other).items():
            ours = getattr(self, name)
            for what, count in counter.items():
                ours[what] += count

    def applied(self, outcome: Outcome) -> None:
        for mark in outcome.marks:
            self.marks[mark.value] += 1

    def output(self, topic: str, output: Output) -> None:
        self.outputs[topic] += 1
        if isinstance(output, Alert):
            self.alerts[output.code, output.state.value] += 1
