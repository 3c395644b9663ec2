"""The difference between two judgements: what outlived its grace opens, what stopped being true heals.

Conditions are kept in the head of each state, so that a restart goes on where its predecessor stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from msgspec import Struct

from app.domain.codes import NO_ORDER, AlertState, Severity
from app.domain.outputs import Alert, Output
from app.domain.policy import Policy
from app.domain.rules.rule import About, Finding, Later, Rule, Stage

AT_ONCE = 500  # alerts of one key in one turn: they ride together, and no broker takes any size
AMOUNTS = 10**18  # beyond what decimal(18,4) holds


class Condition(Struct, array_like=True):
    """A finding remembered: since when it holds, and how far it has risen (0: still in its grace)."""

    code: str
    evidence: str
    since: int
    stage: int = 0
    episode: int = 0
    opened: int = 0
    severity: Severity = Severity.UNKNOWN
    line: str | None = None
    source_system: str | None = None
    about: About | None = None

    def name(self, subject: Subject) -> str:
        """What it is about, in words."""
        name = subject.name if self.about is None else self.about.name
        if self.line is not None:
            return f"{name}, line {self.line}"
        return name if self.about is not None or self.evidence in name else f"{name} ({self.evidence})"


class Memory(Struct, array_like=True):
    """What a state remembers of former judgements; `episodes` holds only ids that have opened before."""

    conditions: list[Condition] = []
    episodes: dict[str, int] = {}


class Subject(Struct, frozen=True, kw_only=True):
    """Whom the alerts of a state are about."""

    entity_type: str
    entity_id: str
    facility_id: str | None = None
    partner_id: str | None = None
    item_id: str | None = None
    location_id: str | None = None
    po_number: str | None = None

    @property
    def name(self) -> str:
        """What a person would call it."""
        if self.item_id is not None and self.location_id is not None:
            return f"{self.item_id} at {self.location_id}"
        if self.entity_id.startswith(NO_ORDER):
            return f"document {self.entity_id.removeprefix(NO_ORDER)} without an order"
        return f"{self.entity_type} {self.entity_id}" if self.po_number is None else f"order {self.po_number}"


class Judgement(Struct, frozen=True):
    """What to publish and the time (ms) at which to judge again, None for never; `expired`: the state may go."""

    outputs: Sequence[Output]
    deadline: int | None
    expired: bool = False


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]


def alert_id(code: str, subject: Subject, evidence: str) -> str:
    """The same condition of the same entity has the same id for ever."""
    return _hash(code, subject.entity_type, subject.entity_id, evidence)


def judge(
    rules: Iterable[Rule], state: object, subject: Subject, memory: Memory, version: int, now: int, policy: Policy
) -> Judgement:
    """Compare what is true now with `memory`, which is brought up to date; `now` is in ms.

    A rule that finds one piece of evidence twice (two documents may carry one number) is heard once.
    What is more than AT_ONCE is left for another judgement at the same time.
    """
    alerts: list[Output] = []
    deadlines: list[int] = []
    known = {(c.code, c.evidence): c for c in memory.conditions}
    kept: list[Condition] = []
    told: set[tuple[str, str]] = set()
    for rule in rules:
        for finding in rule.finds(state, now, policy):
            if isinstance(finding, Later):
                deadlines.append(finding.at)
                continue
            if (rule.code, finding.evidence) in told:
                continue
            told.add((rule.code, finding.evidence))
            condition = known.pop((rule.code, finding.evidence), None) or _begin(rule, finding, now)
            if finding.since is not None:
                condition.since = finding.since
            condition.about = finding.about
            stages = finding.stages if finding.stages is not None else rule.stages(policy)
            if len(alerts) < AT_ONCE and _rise(condition, stages, now, memory, subject):
                alerts.append(_opened(rule, finding, condition, subject, version, now))
            deadlines += [condition.since + s.grace for s in stages[condition.stage :]]
            if condition.stage or finding.since is None:  # a time that documents say need not be remembered
                kept.append(condition)
    book = {rule.code: rule for rule in rules}
    gone, room = [c for c in known.values() if c.stage and c.code in book], AT_ONCE - len(alerts)
    alerts += [_healed(book[c.code], c, subject, version, now) for c in gone[:room]]
    memory.conditions = sorted([*kept, *gone[room:]], key=lambda c: (c.code, c.evidence))
    if len(alerts) == AT_ONCE:
        deadlines.append(now)
    return Judgement(alerts, min(deadlines, default=None))


def _begin(rule: Rule, finding: Finding, now: int) -> Condition:
    return Condition(rule.code, finding.evidence, now, line=finding.line, source_system=finding.source_system)


def _rise(condition: Condition, stages: Sequence[Stage], now: int, memory: Memory, subject: Subject) -> bool:
    """Whether the condition reached a higher stage, or its stage another severity; the first begins an episode."""
    reached = max(sum(condition.since + stage.grace <= now for stage in stages), condition.stage)
    severity = stages[min(reached, len(stages)) - 1].severity
    if not reached or (reached == condition.stage and severity is condition.severity):
        return False
    if not condition.stage:
        key = alert_id(condition.code, subject, condition.evidence)
        condition.episode = memory.episodes[key] = memory.episodes.get(key, 0) + 1
        condition.opened = now
    condition.stage = reached
    condition.severity = severity
    return True


def _alert(
    rule: Rule, condition: Condition, subject: Subject, version: int, now: int, state: AlertState, finding: Finding
) -> Alert:
    source, about = condition.source_system, condition.about or subject
    return Alert(
        alert_id=alert_id(rule.code, subject, condition.evidence),
        state_version=version,
        code=rule.code,
        severity=condition.severity,
        state=state,
        episode=condition.episode,
        group_id=_hash(rule.code, source or about.partner_id or about.facility_id or ""),
        entity_type=subject.entity_type,
        entity_id=subject.entity_id,
        facility_id=about.facility_id,
        partner_id=about.partner_id,
        source_system=source,
        item_id=subject.item_id,
        location_id=subject.location_id,
        po_number=about.po_number,
        line=condition.line,
        evidence=condition.evidence,
        expected=finding.expected,
        actual=finding.actual,
        message=finding.message,
        suggested_action=rule.action,
        queue=rule.queue,
        since=condition.since,
        first_seen=condition.opened,
        last_seen=now,
        due=finding.due,
        value_at_risk=_sayable(finding.value_at_risk),
        currency=finding.currency,
        caused_by=finding.caused_by,
        details=finding.details,
    )


def _sayable(amount: int | None) -> int | None:
    """An amount as the contract has room for; of more than any business owes the message and the details tell."""
    return amount if amount is None or abs(amount) < AMOUNTS else None


def _opened(rule: Rule, finding: Finding, condition: Condition, subject: Subject, version: int, now: int) -> Alert:
    return _alert(rule, condition, subject, version, now, AlertState.OPEN, finding)


def _healed(rule: Rule, condition: Condition, subject: Subject, version: int, now: int) -> Alert:
    gone = Finding(
        evidence=condition.evidence, message=f"{rule.code} is over for {condition.name(subject)}. {rule.healed}"
    )
    return _alert(rule, condition, subject, version, now, AlertState.HEALED, gone)


def open_alerts(memory: Memory, subject: Subject) -> list[dict[str, str]]:
    """What views show as open, sorted by code and evidence."""
    return [
        {
            "alert_id": alert_id(condition.code, subject, condition.evidence),
            "code": condition.code,
            "severity": condition.severity.value,
            "evidence": condition.evidence,
        }
        for condition in memory.conditions
        if condition.stage
    ]
