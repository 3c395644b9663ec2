"""Packs that shipments name by their SSCC (GS1 AI 00): numbers that cannot be right, and packs that left twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from app.domain import check_digits
from app.domain.check_digits import SSCC
from app.domain.policy import Policy
from app.domain.rules.rule import Finding
from app.domain.rules.wording import listed, sentence

if TYPE_CHECKING:
    from app.domain.orders.case import Case


def wrong_numbers(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Shipments that name packs by what is no SSCC, while goods are still to come."""
    if not case.wanted:
        return
    for goods in case.picture.shipments:
        entry = goods.entry
        shipment: Any = entry.document
        problems = [(sscc, check_digits.problem(sscc, SSCC)) for sscc in shipment.packs]
        wrong = [(sscc, problem) for sscc, problem in problems if problem is not None]
        if wrong:
            shown = listed((f"{sscc}, which {problem}" for sscc, problem in wrong), "; ")
            yield Finding(
                evidence=shipment.number,
                source_system=entry.source_system,
                message=f"{sentence(entry.title)} for {case.name} names {len(wrong)} of its {len(shipment.packs)} "
                f"packs by what is no SSCC: {shown}. Scanners at the dock will not find them.",
                expected="valid SSCCs",
                actual=listed(sscc for sscc, _ in wrong),
                caused_by=(entry.event_id,),
            )


def shipped_twice(case: Case) -> Iterator[Finding]:
    """Packs that several shipments name: one SSCC is one pack, and may not be given again within a year (GS1)."""
    for sscc, notices in case.picture.shipped_twice().items():
        titles = listed((entry.title for entry in notices), "; ")
        yield Finding(
            evidence=f"sscc {sscc}",
            source_system=notices[-1].source_system,
            message=f"Pack {sscc} of {case.name} left with {len(notices)} shipments: {titles}. Their quantities all "
            "count as shipped, and one pack arrives once.",
            expected="one shipment a pack",
            actual=listed((entry.document.number for entry in notices), "; "),
            caused_by=tuple(entry.event_id for entry in notices),
            details={"sscc": sscc},
        )
