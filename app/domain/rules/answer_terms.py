"""Until when a supplier is to answer: as his master says, else as the settings do. Source: domain base, ACK_STUCK."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app.domain.calendar import business_time_after, named_calendar
from app.domain.codes import Severity
from app.domain.policy import MINUTE, Policy
from app.domain.rules import wording
from app.domain.rules.rule import Stage

if TYPE_CHECKING:
    from app.domain.orders.entry import Entry


class AnswerTerms(NamedTuple):
    """How long (ms) he may take, and in whose business days that counts: "" where weekends alone are none, None where
    every hour counts."""

    within: int
    calendar: str | None

    def due(self, document: Entry, grace: int) -> int:
        """When (ms) a grace is over that began with a document."""
        if self.calendar is None:
            return document.record_time + grace
        return business_time_after(document.record_time, grace, document.tz_offset_minutes or 0, self.calendar)

    def stages(self, document: Entry, policy: Policy) -> tuple[Stage, ...]:
        """As `answer_stages`, from the document's record_time and with the time that is no business day's added."""
        return tuple(
            Stage(self.due(document, stage.grace) - document.record_time, stage.severity)
            for stage in answer_stages(policy, self.within)
        )

    @property
    def text(self) -> str:
        return wording.lasting(self.within) + ("" if self.calendar is None else " of business days")


def answer_terms(supplier_id: str | None, policy: Policy) -> AnswerTerms:
    """What his master does not say is as the settings say; so is a time that is none, and a calendar nobody knows."""
    supplier = policy.masters.suppliers.get(supplier_id or "")
    minutes = 0 if supplier is None else supplier.ack_sla_minutes or 0
    named = named_calendar("" if supplier is None else supplier.calendar or "")
    default = policy.calendar_country if policy.ack_business_days else None
    return AnswerTerms(minutes * MINUTE if minutes > 0 else policy.ack_grace, named or default)


def answer_stages(policy: Policy, within: int | None = None) -> tuple[Stage, ...]:
    """Where suppliers answer electronically silence is odd long before it is a breach."""
    within = policy.ack_grace if within is None else within
    if not policy.ack_electronic:
        return (Stage(within, Severity.WARN),)
    breach = Stage(within, Severity.HIGH)
    return (Stage(policy.ack_warn_grace, Severity.WARN), breach) if policy.ack_warn_grace < within else (breach,)
