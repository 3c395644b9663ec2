"""The pure middle of the line: facts and a time in, rows and outputs out. No I/O, no waiting.

A record whose application fails raises `Poison`; the caller buries it and plans again without it, so that half a
change is never kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.domain.codes import ErrorClass
from app.domain.outputs import Output
from app.domain.policy import Policy
from app.domain.rules.judge import Judgement
from app.errors import BusinessError
from app.flow.intake import Accepted
from app.flow.tally import Tally
from app.store import layout, outbox
from app.store.log import KeyLog
from app.store.partition import Partition
from app.store.ports import Group, Message, Row
from app.topics import OUTPUT_TOPICS

GROUP_BYTES = 512 * 1024  # a key's rows of one turn stay well below a broker's default message.max.bytes (1 MiB)
TURN_BYTES = 3 * 1024 * 1024  # what is larger even so, no changelog of ours would take
OUTPUT_BYTES = 256 * 1024  # a larger output is refused before anything of it is stored


class Encoder(Protocol):
    def encode(self, topic: str, struct: Any) -> bytes: ...


class Poison(Exception):
    """A record that could not be applied."""

    def __init__(self, accepted: Accepted, error_class: ErrorClass, reason: str) -> None:
        super().__init__(reason)
        self.accepted, self.error_class, self.reason = accepted, error_class, reason


@dataclass(slots=True)
class Work:
    """A key's private copy during one turn."""

    key: bytes
    state: Any
    log: KeyLog
    stored: bytes | None  # the state as it stands in the changelog
    last: Accepted | None = None  # the last record applied
    messages: list[Message] = field(default_factory=list)
    changed: bool = False
    expired: bool = False
    size: int = 0


@dataclass(slots=True)
class Plan:
    """What a turn will write, in order: history, changelog groups, outputs; then `heads` may be stored."""

    n: int
    taken: int = 0
    clock: int = 0
    history: list[Row] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    forgotten: list[Row] = field(default_factory=list)
    heads: list[tuple[KeyLog, bytes, bytes, Any]] = field(default_factory=list)
    removed: list[bytes] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


class Planner:
    """Plans the turns of one partition."""

    def __init__(self, partition: Partition, encoder: Encoder, policy: Policy) -> None:
        self.partition, self.table = partition, partition.table
        self.encoder, self.policy = encoder, policy

    def plan(self, facts: Sequence[Accepted], now: int) -> Plan:
        """Apply facts in order until all are taken or a key's rows grow too large; then judge. Raises Poison."""
        plan = Plan(n=self.partition.mark.n + 1, clock=now)
        works: dict[bytes, Work] = {}
        due = self.partition.due(now)
        try:
            self._apply_all(facts, works, plan, now)
            for key in due:
                self._work(works, key)
            for work in works.values():
                self._judge(work, plan, now)
        except Poison:
            self.partition.again(due)
            raise
        return plan

    def _apply_all(self, facts: Sequence[Accepted], works: dict[bytes, Work], plan: Plan, now: int) -> None:
        for accepted in facts:
            work = self._work(works, accepted.record.key or b"")
            work.last = accepted
            self._apply(work, accepted, plan, now)
            plan.taken += 1
            if work.size + work.log.size > GROUP_BYTES:
                return

    def _work(self, works: dict[bytes, Work], key: bytes) -> Work:
        work = works.get(key)
        if work is None:
            head, stored, state = self.partition.load(key)
            work = works[key] = Work(key, state, self.partition.log(key, head), stored)
        return work

    def _apply(self, work: Work, accepted: Accepted, plan: Plan, now: int) -> None:
        try:
            outcome = self.table.apply(work.state, accepted.fact, work.log, now, self.policy)
            self._say(work, plan, outcome.outputs)
        except BusinessError as error:
            raise Poison(accepted, error.error_class, error.reason) from error
        except Exception as error:
            raise Poison(accepted, ErrorClass.BUG, f"{type(error).__name__}: {error}") from error
        work.changed |= outcome.changed
        plan.tally.records[accepted.record.topic] += 1
        if outcome.marks:
            plan.tally.applied(outcome)

    def _say(self, work: Work, plan: Plan, outputs: Sequence[Output]) -> None:
        for output in outputs:
            topic = OUTPUT_TOPICS[type(output)]
            value = self.encoder.encode(topic, output)
            if len(value) > OUTPUT_BYTES:
                raise BusinessError(f"{topic}: an output of {len(value)} bytes, more than {OUTPUT_BYTES}")
            work.messages.append(Message(topic, work.key, value))
            work.size += len(value)
            plan.tally.output(topic, output)

    def _judge(self, work: Work, plan: Plan, now: int) -> None:
        try:
            judgement = self.table.judge(work.state, work.log, now, self.policy)
            self._say(work, plan, judgement.outputs)
            self._close(work, plan, judgement)
        except Exception as error:
            if work.last is None:  # nobody's record: let the key rest, loudly, instead of stopping its partition
                plan.tally.marks[f"unjudged: {type(error).__name__}: {error}"] += 1
                return
            if isinstance(error, BusinessError):
                raise Poison(work.last, error.error_class, error.reason) from error
            raise Poison(work.last, ErrorClass.BUG, f"{type(error).__name__}: {error}") from error

    def _close(self, work: Work, plan: Plan, judgement: Judgement) -> None:
        if judgement.expired and not work.messages and not work.changed:
            plan.groups.append(self.partition.tombstones(work.key))
            plan.removed.append(work.key)
            return
        if self.table.seals:
            work.log.seal()
        self._store(work, plan, judgement.deadline or 0)

    def _store(self, work: Work, plan: Plan, deadline: int) -> None:
        state = self.partition.codec.encode_sums(work.state)
        if state == work.stored and not work.changed and not work.messages and deadline == work.log.head.deadline:
            return
        log = work.log
        log.head.n, log.head.deadline = plan.n, deadline
        row = layout.pack_head(log.head, state)
        riding = outbox.pack(work.messages) if work.messages else b""
        size = len(row) + len(riding) + log.size + len(log.annexed or b"")
        if size > TURN_BYTES:
            raise BusinessError(f"its key would write {size} bytes at once, more than {TURN_BYTES}")
        group: Group = [*log.entry_rows(), (work.key, row + riding)]
        if log.annexed is not None:
            group.insert(0, (layout.annex_key(work.key), log.annexed))
        plan.groups.append(group)
        if log.segments or log.dropped:
            plan.history += log.history_rows()
            plan.forgotten += log.forgotten_rows()
        plan.messages += work.messages
        plan.heads.append((log, row, state, work.state))
