"""Invoices of one order that may be one invoice sent under two numbers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from app.domain.policy import Policy
from app.domain.quantities import date_text, text
from app.domain.rules.rule import Finding
from app.domain.rules.wording import sentence

if TYPE_CHECKING:
    from app.domain.orders.case import Case
    from app.domain.orders.entry import Entry, Place


def same_amount(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """One supplier, one amount and days close together, under another number: the second of two such."""
    bills = [bill.entry for bill in case.picture.invoices]
    if len(bills) < 2:
        return
    alike: dict[Any, list[Entry]] = {}
    for entry in bills:
        bill: Any = entry.document
        if bill.total:
            alike.setdefault((bill.supplier_id, bill.currency, bill.total), []).append(entry)
    for same in alike.values():
        for before, after in pairwise(sorted(same, key=_day)):
            yield from _twin(case, before, after, policy)


def _twin(case: Case, before: Entry, after: Entry, policy: Policy) -> Iterator[Finding]:
    first: Any = before.document
    second: Any = after.document
    if first.number == second.number or second.invoice_date - first.invoice_date > policy.dup_invoice_days:
        return
    amount = f"{text(second.total)} {second.currency}"
    yield Finding(
        evidence=second.number,
        source_system=after.source_system,
        message=f"{sentence(after.title)} bills {case.name} for {amount} on {date_text(second.invoice_date)}, as "
        f"invoice {first.number} did on {date_text(first.invoice_date)}: it may be the same bill under a new number.",
        expected="one invoice of this amount",
        actual=f"invoices {first.number} and {second.number}",
        caused_by=(after.event_id, before.event_id),
    )


def _day(entry: Entry) -> tuple[int, Place]:
    bill: Any = entry.document
    return bill.invoice_date, entry.place
