"""What a rule is: a row with a pure function from state to findings. The line turns findings into alerts.

A finding is true now; a condition is a finding remembered since when; an alert is a condition that outlived its grace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct, field

from app.domain.codes import Queue, Severity
from app.domain.policy import Policy


class Stage(Struct, frozen=True):
    """After `grace` ms a condition is worth `severity`."""

    grace: int
    severity: Severity


class About(Struct, frozen=True, array_like=True):
    """Of which of several keys a finding is, where they share one state: in words, and as its alert names it.

    `entity_type` and `entity_id` where it is of one of them; None: of what the state is about.
    """

    name: str
    facility_id: str | None = None
    partner_id: str | None = None
    po_number: str | None = None
    entity_type: str | None = None
    entity_id: str | None = None


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that is wrong now; `evidence` says which document, line, sequence, lot or source."""

    evidence: str
    message: str
    since: int | None = None  # ms; where the grace counts from a document and not from the first judgement
    stages: tuple[Stage, ...] | None = None  # None: the rule's own
    expected: str | None = None
    actual: str | None = None
    line: str | None = None
    source_system: str | None = None
    about: About | None = None  # None: the subject of the state
    due: int | None = None
    value_at_risk: int | None = None
    currency: str | None = None
    caused_by: tuple[str, ...] = ()
    details: dict[str, str] = field(default_factory=dict)


class Later(Struct, frozen=True):
    """Nothing is wrong yet; at a time (ms) it will be, if nothing comes before."""

    at: int


class Rule(Struct, frozen=True, kw_only=True):
    """One row of the rule book."""

    code: str
    queue: Queue
    stages: Callable[[Policy], tuple[Stage, ...]]
    finds: Callable[[Any, int, Policy], Iterable[Finding | Later]]  # (state, now in ms, policy)
    action: str  # what the operator does, in the imperative
    healed: str  # what to say when it is no longer true
    needs: int = 0  # what of `app.domain.rules.matters` there must be for it to find anything


def at_once(policy: Policy) -> int:
    """No grace: one document is enough to know."""
    return 0


def overtaking(policy: Policy) -> int:
    """The grace of what one feed says against another, which may be on its way with the word that explains it."""
    return policy.overtaking_grace


def after(grace: Callable[[Policy], int], severity: Severity) -> Callable[[Policy], tuple[Stage, ...]]:
    """The common case: one grace, one severity."""
    return lambda policy: (Stage(grace(policy), severity),)
