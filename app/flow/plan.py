"""The pure middle of the line: facts and a time in, rows and outputs out. No I/O, no waiting.

A record whose application fails raises `Poison`; the caller buries it and plans again without it, so that half a
change is never kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.domain.codes import ErrorClass
from app.domain.internal import Internal
from app.domain.outputs import Alert, Output
from app.domain.policy import Policy
from app.domain.rules.judge import Judgement
from app.errors import BusinessError
from app.flow.intake import Accepted
from app.flow.tally import Tally
from app.store import layout, outbox
from app.store.log import KeyLog
from app.store.packing import fits
from app.store.partition import Partition
from app.store.ports import Group, Message, Row
from app.topics import OUTPUT_TOPICS, TOPICS

GROUP_BYTES = 512 * 1024  # a key's rows of one turn stay well below a broker's default message.max.bytes (1 MiB)
FULL_BYTES = 4 * 1024 * 1024 - 64 * 1024  # packed: what changelogs and large topics of ours take at once
ROOM_BYTES = FULL_BYTES // 2  # what a large record may make of its key: the rest is for small ones, time and masters
LARGE_BYTES = 64 * 1024  # of a record
TURN_MESSAGES = 10_000  # once more are said, keys that only time or a master touches are left for the next turn
OUTPUT_BYTES = 256 * 1024  # of an output for a topic that is not large


class Encoder(Protocol):
    def encode(self, topic: str, struct: Any) -> bytes: ...


class Poison(Exception):
    """A record that could not be applied."""

    def __init__(self, accepted: Accepted, error_class: ErrorClass, reason: str) -> None:
        super().__init__(reason)
        self.accepted, self.error_class, self.reason = accepted, error_class, reason


class Apart(Exception):
    """Records of one key that cannot be stored together: so many of the turn's are to be planned without the others."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


@dataclass(slots=True)
class Plan:
    """What a turn will write, in order: history, changelog groups, outputs; then `kept` may be kept."""

    n: int
    taken: int = 0
    clock: int = 0
    history: list[Row] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    forgotten: list[Row] = field(default_factory=list)
    kept: list[tuple[KeyLog, bytes]] = field(default_factory=list)  # with the rows of their heads
    removed: list[bytes] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


class Planner:
    """Plans the turns of one partition."""

    def __init__(self, partition: Partition, encoder: Encoder, policy: Policy) -> None:
        self.partition, self.table = partition, partition.table
        self.encoder, self.policy = encoder, policy
        self._judge_anew = self.table.judge_anew or self.table.judge

    def plan(self, facts: Sequence[Accepted], now: int) -> Plan:
        """Apply facts in order until all are taken or a key's rows grow too large; then judge. Raises Poison, Apart."""
        plan = Plan(n=self.partition.mark.n + 1, clock=now)
        touched: dict[bytes, KeyLog] = {}
        due, swept = self.partition.due(now), self.partition.sweep.take() if self.partition.sweep else []
        ripe: Collection[bytes] = ()
        try:
            self._apply_all(facts, touched, plan)
            may_wait = {*due, *swept} - touched.keys()
            _add(due, self.partition.load, touched)
            _add(swept, self.partition.look, touched)
            ripe = self._seal(touched)
            anew = set(swept)
            left = self._judge_all(touched, plan, facts, anew, may_wait.difference(ripe))
        except (Poison, Apart):
            self.partition.again(due)
            self.partition.sweep.give_back(swept)
            self.partition.ripe.give_back(ripe)
            self.partition.cool(touched)
            raise
        self.partition.again([key for key in due if key in left])
        self.partition.sweep.give_back([key for key in swept if key in left])
        plan.tally.took(facts[: plan.taken], plan.messages)
        return plan

    def _judge_all(
        self,
        touched: dict[bytes, KeyLog],
        plan: Plan,
        facts: Sequence[Accepted],
        anew: Collection[bytes],
        may_wait: Collection[bytes],
    ) -> Collection[bytes]:
        """Judge the keys of a turn; returns those that wait for another one, because so much is said already."""
        left = set()
        for key, log in touched.items():
            if key in may_wait and len(plan.messages) > TURN_MESSAGES:
                left.add(key)
            else:
                self._judge(log, plan, facts, anew=not log.head.n or key in anew)
        return left

    def _apply_all(self, facts: Sequence[Accepted], touched: dict[bytes, KeyLog], plan: Plan) -> None:
        apply, load, now, policy = self.table.apply, self.partition.load, plan.clock, self.policy
        for accepted in facts:
            key = accepted.record.key or b""
            log = touched.get(key)
            if log is None:
                log = touched[key] = load(key)
                if not log.head.n and not self.partition.home(key):
                    plan.tally.misplaced[accepted.record.topic, key] += 1
            try:
                outcome = apply(log.state, accepted.fact, log, now, policy)
                self._say(log, outcome.outputs, plan, _room(accepted))
            except BusinessError as error:
                raise Poison(accepted, error.error_class, error.reason) from error
            except Exception as error:
                raise Poison(accepted, ErrorClass.BUG, f"{type(error).__name__}: {error}") from error
            if outcome.changed:
                log.changed = True
            if outcome.marks:
                plan.tally.applied(outcome)
            plan.taken += 1
            if log.size > GROUP_BYTES:
                return

    def _seal(self, touched: dict[bytes, KeyLog]) -> Collection[bytes]:
        """Seal the tails whose time has come; whose they are is touched by that, and told."""
        if not self.table.seals:
            return ()
        ripe = self.partition.ripe.take(touched)
        _add(ripe, self.partition.look, touched)
        for key in ripe:
            touched[key].seal()
        return ripe

    def _say(self, log: KeyLog, outputs: Sequence[Output], plan: Plan, room: int) -> None:
        for output in outputs:
            topic = OUTPUT_TOPICS[type(output)]
            value = self.encoder.encode(topic, output)
            if len(value) > OUTPUT_BYTES and not (TOPICS[topic].large and fits([value], room)):
                raise BusinessError(f"{topic}: an output of {len(value)} bytes, more than the topic takes")
            key = output.key.encode() if isinstance(output, Internal) else log.key
            if type(output) is Alert:
                key = output.entity_id.encode()
                plan.tally.alert(output)
            log.outbox.append(Message(topic, key, value))
            log.size += len(value)

    def _judge(self, log: KeyLog, plan: Plan, facts: Sequence[Accepted], anew: bool) -> None:
        judge = self._judge_anew if anew else self.table.judge
        try:
            judgement = judge(log.state, log, plan.clock, self.policy)
            if judgement.outputs:
                self._say(log, judgement.outputs, plan, FULL_BYTES)
            self._close(log, plan, judgement, facts)
        except Exception as error:
            self._blame(log, facts[: plan.taken], error)
            plan.tally.unjudged[f"{type(error).__name__}: {error}"] += 1

    def _blame(self, log: KeyLog, taken: Sequence[Accepted], error: Exception) -> None:
        """The last record of a key that cannot be judged or stored is at fault.

        Where it is not alone, whether the first does it alone is seen first. Where there is none the key rests, loudly,
        instead of stopping its partition.
        """
        places = [place for place, accepted in enumerate(taken) if accepted.record.key == log.key]
        last = taken[places[-1]] if places else None
        if last is None:
            self.partition.cool([log.key])
        elif len(places) > 1:
            raise Apart(places[0] + 1) from error
        elif isinstance(error, BusinessError):
            raise Poison(last, error.error_class, error.reason) from error
        else:
            raise Poison(last, ErrorClass.BUG, f"{type(error).__name__}: {error}") from error

    def _close(self, log: KeyLog, plan: Plan, judgement: Judgement, facts: Sequence[Accepted]) -> None:
        if judgement.expired and not log.outbox and not log.changed:
            plan.groups.append(self.partition.tombstones(log.key))
            plan.removed.append(log.key)
            return
        self._store(log, plan, judgement.deadline or 0, facts)

    def _store(self, log: KeyLog, plan: Plan, deadline: int, facts: Sequence[Accepted]) -> None:
        head, state = log.head, self.partition.codec.encode_sums(log.state)
        said = log.changed or log.outbox or log.segments or deadline != head.deadline
        if not said and self.partition.unchanged(log, state):
            return
        head.n, head.deadline = plan.n, deadline
        row = layout.pack_head(head, state)
        group: Group = log.entry_rows()
        group.append((log.key, row + outbox.pack(log.outbox) if log.outbox else row))
        if log.annexed is not None:
            group[:0] = log.annex_rows()
        _check(group, log.key, facts[: plan.taken])
        if log.segments or log.dropped:
            plan.history += log.history_rows()
            plan.forgotten += log.forgotten_rows()
        plan.groups.append(group)
        plan.messages += log.outbox
        plan.kept.append((log, row))


def _room(accepted: Accepted) -> int:
    """How many bytes, packed, a record may make of its key or have it say at once."""
    return ROOM_BYTES if len(accepted.record.value or b"") > LARGE_BYTES else FULL_BYTES


def _check(group: Group, key: bytes, taken: Sequence[Accepted]) -> None:
    """Raises BusinessError where a key's rows would not fit its changelog, or leave no room for what comes."""
    parts = [part for row in group for part in row if part]
    size = sum(map(len, parts))
    if size <= ROOM_BYTES:
        return
    room = min((_room(accepted) for accepted in taken if accepted.record.key == key), default=FULL_BYTES)
    if not fits(parts, room):
        raise BusinessError(f"its key would write {size} bytes at once, more than fit {room} when packed")


def _add(keys: Iterable[bytes], load: Callable[[bytes], KeyLog], touched: dict[bytes, KeyLog]) -> None:
    for key in keys:
        if key not in touched:
            touched[key] = load(key)
