"""Findings to alerts: what a rule says twice is one condition."""

from __future__ import annotations

from app.domain.codes import Queue, Severity
from app.domain.policy import Policy
from app.domain.rules.judge import Memory, Subject, judge
from app.domain.rules.rule import Finding, Rule, after

SUBJECT = Subject(entity_type="purchase-order", entity_id="PO-1")


def test_two_findings_of_one_evidence_are_one_alert_and_do_not_ring_again() -> None:
    finding = Finding(evidence="10", message="wrong")
    rule = Rule(
        code="TWICE",
        queue=Queue.AP,
        stages=after(lambda policy: 0, Severity.WARN),
        finds=lambda state, now, policy: [finding, finding],
        action="Look.",
        healed="Gone.",
    )
    memory = Memory(conditions=[], episodes={})
    told = [len(judge([rule], None, SUBJECT, memory, 1, now, Policy()).outputs) for now in (0, 60_000, 120_000)]
    assert told == [1, 0, 0]
    assert len(memory.conditions) == 1
