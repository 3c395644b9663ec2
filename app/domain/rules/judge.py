"""The difference between two judgements: what outlived its grace opens, what stopped being true heals.

Conditions are kept in the head of each state, so that a restart goes on where its predecessor stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from app.domain.codes import NO_ORDER, AlertState, Severity
from app.domain.outputs import Alert, Output
from app.domain.policy import Policy
from app.domain.rules.rule import About, Finding, Later, Rule, Stage

AT_ONCE = 500  # alerts of one key in one turn: they ride together, and no broker takes any size
CAUSES = 200  # events that one alert names: thousands may wait for one order, and no topic takes all their ids
AMOUNTS = 10**18  # beyond what decimal(18,4) holds
SAID = ("message", "expected", "actual", "due", "currency")  # of an alert, as its finding says


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

    def entity(self, subject: Subject) -> tuple[str, str]:
        """Type and id of what it is about."""
        about = self.about
        if about is None or about.entity_type is None or about.entity_id is None:
            return subject.entity_type, subject.entity_id
        return about.entity_type, about.entity_id

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


def alert_id(condition: Condition, subject: Subject) -> str:
    """The same condition of the same entity has the same id for ever."""
    return _hash(condition.code, *condition.entity(subject), condition.evidence)


def judge(
    rules: Iterable[Rule], state: object, subject: Subject, memory: Memory, version: int, now: int, policy: Policy
) -> Judgement:
    """Compare what is true now with `memory`, which is brought up to date; `now` is in ms.

    A rule that finds one piece of evidence twice (two documents may carry one number) is heard once.
    What is more than AT_ONCE is left for another judgement at the same time.
    """
    hearing = _Hearing(subject, memory, version, now)
    for rule in rules:
        for finding in rule.finds(state, now, policy):
            if isinstance(finding, Later):
                hearing.deadlines.append(finding.at)
            else:
                hearing.hear(rule, finding, rule.stages(policy) if finding.stages is None else finding.stages)
    if hearing.known or hearing.told:
        hearing.close({rule.code: rule for rule in rules})
    return Judgement(hearing.alerts, min(hearing.deadlines, default=None))


class _Hearing:
    """A judgement while it is made: `known` is what is remembered and was not found again so far."""

    def __init__(self, subject: Subject, memory: Memory, version: int, now: int) -> None:
        self.subject, self.memory, self.version, self.now = subject, memory, version, now
        self.alerts: list[Output] = []
        self.deadlines: list[int] = []
        self.known = {(c.code, c.evidence): c for c in memory.conditions}
        self.kept: list[Condition] = []
        self.told: set[tuple[str, str]] = set()

    def hear(self, rule: Rule, finding: Finding, stages: Sequence[Stage]) -> None:
        """Take a finding in: it begins a condition, or goes on with one that is remembered."""
        name = rule.code, finding.evidence
        if name in self.told:
            return
        self.told.add(name)
        condition = self.known.pop(name, None) or _begin(rule, finding, self.now)
        if finding.since is not None:
            condition.since = finding.since
        condition.about = finding.about
        if len(self.alerts) < AT_ONCE and _rise(condition, stages, self.now, self.memory, self.subject):
            self._say(rule, condition, AlertState.OPEN, finding)
        self.deadlines += [condition.since + stage.grace for stage in stages[condition.stage :]]
        if condition.stage or finding.since is None:  # a time that documents say need not be remembered
            self.kept.append(condition)

    def close(self, book: Mapping[str, Rule]) -> None:
        """What was not found again is over."""
        gone, room = [c for c in self.known.values() if c.stage and c.code in book], AT_ONCE - len(self.alerts)
        for condition in gone[:room]:
            rule = book[condition.code]
            self._say(rule, condition, AlertState.HEALED, _over(rule, condition, self.subject))
        self.memory.conditions = sorted([*self.kept, *gone[room:]], key=lambda c: (c.code, c.evidence))
        if len(self.alerts) == AT_ONCE:
            self.deadlines.append(self.now)

    def _say(self, rule: Rule, condition: Condition, state: AlertState, finding: Finding) -> None:
        self.alerts.append(_alert(rule, condition, self.subject, state, finding, self.version, self.now))


def _begin(rule: Rule, finding: Finding, now: int) -> Condition:
    return Condition(rule.code, finding.evidence, now, line=finding.line, source_system=finding.source_system)


def _rise(condition: Condition, stages: Sequence[Stage], now: int, memory: Memory, subject: Subject) -> bool:
    """Whether the condition reached a higher stage, or its stage another severity; the first begins an episode."""
    reached = max(sum(condition.since + stage.grace <= now for stage in stages), condition.stage)
    severity = stages[min(reached, len(stages)) - 1].severity
    if not reached or (reached == condition.stage and severity is condition.severity):
        return False
    if not condition.stage:
        key = alert_id(condition, subject)
        condition.episode = memory.episodes[key] = memory.episodes.get(key, 0) + 1
        condition.opened = now
    condition.stage = reached
    condition.severity = severity
    return True


def _alert(
    rule: Rule, condition: Condition, subject: Subject, state: AlertState, finding: Finding, version: int, now: int
) -> Alert:
    source, about = condition.source_system, condition.about or subject
    entity_type, entity_id = condition.entity(subject)
    return Alert(
        alert_id=alert_id(condition, subject),
        state_version=version,
        code=rule.code,
        severity=condition.severity,
        state=state,
        episode=condition.episode,
        group_id=_hash(rule.code, source or about.partner_id or about.facility_id or ""),
        entity_type=entity_type,
        entity_id=entity_id,
        facility_id=about.facility_id,
        partner_id=about.partner_id,
        source_system=source,
        item_id=subject.item_id,
        location_id=subject.location_id,
        po_number=about.po_number,
        line=condition.line,
        evidence=condition.evidence,
        suggested_action=rule.action,
        queue=rule.queue,
        since=condition.since,
        first_seen=condition.opened,
        last_seen=now,
        value_at_risk=_sayable(finding.value_at_risk),
        caused_by=finding.caused_by[:CAUSES],
        details=_details(finding),
        **{name: getattr(finding, name) for name in SAID},
    )


def _details(finding: Finding) -> dict[str, str]:
    """With the number of events behind it, where not all of them are named."""
    causes = len(finding.caused_by)
    return finding.details if causes <= CAUSES else finding.details | {"caused_by_count": str(causes)}


def _sayable(amount: int | None) -> int | None:
    """An amount as the contract has room for; of more than any business owes the message and the details tell."""
    return amount if amount is None or abs(amount) < AMOUNTS else None


def _over(rule: Rule, condition: Condition, subject: Subject) -> Finding:
    """What there is to say of a condition that is no longer true."""
    words = f"{rule.code} is over for {condition.name(subject)}. {rule.healed}"
    return Finding(evidence=condition.evidence, message=words)


def open_alerts(memory: Memory, subject: Subject) -> list[dict[str, str]]:
    """What views show as open, sorted by code and evidence."""
    return [
        {
            "alert_id": alert_id(condition, subject),
            "code": condition.code,
            "severity": condition.severity.value,
            "evidence": condition.evidence,
        }
        for condition in memory.conditions
        if condition.stage
    ]
