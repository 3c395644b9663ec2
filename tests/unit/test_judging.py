"""Findings to alerts: what a rule says twice is one condition."""

from __future__ import annotations

from app.domain.codes import Queue, Severity
from app.domain.outputs import Alert
from app.domain.policy import Policy
from app.domain.rules.judge import Memory, Subject, judge
from app.domain.rules.rule import Finding, Rule, after

SUBJECT = Subject(entity_type="purchase-order", entity_id="PO-1")


def saying(*findings: Finding) -> Rule:
    return Rule(
        code="ODD",
        queue=Queue.AP,
        stages=after(lambda policy: 0, Severity.WARN),
        finds=lambda state, now, policy: findings,
        action="Look.",
        healed="Gone.",
    )


def test_of_thousands_of_events_behind_an_alert_the_first_are_named_and_all_are_counted() -> None:
    for count, named, details in ((200, 200, {}), (9_000, 200, {"caused_by_count": "9000"})):
        finding = Finding(evidence="10", message="wrong", caused_by=tuple(map(str, range(count))))
        memory = Memory(conditions=[], episodes={})
        (alert,) = judge([saying(finding)], None, SUBJECT, memory, 1, 0, Policy()).outputs
        assert isinstance(alert, Alert)
        assert (len(alert.caused_by), alert.details) == (named, details)


def test_two_findings_of_one_evidence_are_one_alert_and_do_not_ring_again() -> None:
    finding = Finding(evidence="10", message="wrong")
    rule = saying(finding, finding)
    memory = Memory(conditions=[], episodes={})
    told = [len(judge([rule], None, SUBJECT, memory, 1, now, Policy()).outputs) for now in (0, 60_000, 120_000)]
    assert told == [1, 0, 0]
    assert len(memory.conditions) == 1
