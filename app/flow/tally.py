"""What a turn came to, counted: engines turn it into metrics and summaries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from app.domain.codes import AlertState
from app.domain.outcome import Outcome
from app.domain.outputs import Alert
from app.flow.intake import Accepted
from app.store.ports import Message


class Tally:
    """Counts of one turn or of a whole run; `add` joins them."""

    def __init__(self) -> None:
        self.records: dict[str, int] = defaultdict(int)  # by topic
        self.marks: dict[str, int] = defaultdict(int)  # by what happened besides being applied
        self.unjudged: dict[str, int] = defaultdict(int)  # judgements that failed, a fault of ours, by error
        self.outputs: dict[str, int] = defaultdict(int)  # by topic
        self.alerts: dict[tuple[str, str], int] = defaultdict(int)  # by (code, state)
        self.suppliers: dict[str, int] = defaultdict(int)  # alerts opened, or told again as milder or worse
        self.dead_letters: dict[tuple[str, str], int] = defaultdict(int)  # by (topic, error class)
        self.misplaced: dict[tuple[str, bytes], int] = defaultdict(int)  # new keys of other partitions, by (topic, key)

    def add(self, other: Tally) -> None:
        for name, counter in vars(other).items():
            ours = getattr(self, name)
            for what, count in counter.items():
                ours[what] += count

    def applied(self, outcome: Outcome) -> None:
        for mark in outcome.marks:
            self.marks[mark.value] += 1

    def took(self, facts: Sequence[Accepted], messages: Sequence[Message]) -> None:
        """Count the records and the outputs of a turn."""
        for topic, count in Counter([accepted.record.topic for accepted in facts]).items():
            self.records[topic] += count
        for topic, count in Counter([message.topic for message in messages]).items():
            self.outputs[topic] += count

    def alert(self, alert: Alert) -> None:
        self.alerts[alert.code, alert.state.value] += 1
        if alert.partner_id is not None and alert.state is AlertState.OPEN:
            self.suppliers[alert.partner_id] += 1
