"""The rules of masters. Sources: domain base section 4 (STALE_MASTER), contracts section 3 (role COPY)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from app.domain import check_digits
from app.domain.check_digits import GLN, GTIN
from app.domain.codes import Queue, Severity
from app.domain.policy import Policy
from app.domain.rules.rule import Finding, Rule, after, at_once

if TYPE_CHECKING:
    from app.domain.masters.state import Slot


class Case(NamedTuple):
    """One kind of master under one id."""

    kind: str  # item, supplier or location
    key: str
    slot: Slot[Any]


def _lagging_copies(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    sheet = case.slot.sheet
    if sheet is None:
        return
    for source, copy in sorted(case.slot.copies.items()):
        if copy.version >= sheet.version or copy.withdrawn:
            continue
        said = "says" if sheet.golden is not None else "withdrew it with"
        yield Finding(
            evidence=source,
            source_system=source,
            message=f"{source} still works with version {copy.version} of {case.kind} {case.key}; the master {said} "
            f"version {sheet.version}.",
            expected=f"version {sheet.version}",
            actual=f"version {copy.version}",
            caused_by=(sheet.event_id, copy.event_id),
        )


def _wrong_check_digits(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    for name, key, kind, lengths in _gs1_keys(case.slot.golden):
        problem = check_digits.problem(key, lengths)
        if problem is not None:
            yield Finding(
                evidence=name,
                message=f"The {kind} of {case.kind} {case.key} in {name} is {key}, which {problem}: scanners and "
                "partners will not know it.",
                expected=f"a valid {kind}",
                actual=key,
            )


def _gs1_keys(golden: Any) -> Iterator[tuple[str, str, str, tuple[int, ...]]]:
    """Field, key, its kind and possible lengths."""
    gtin, gln = getattr(golden, "gtin", None), getattr(golden, "gln", None)
    if gtin:
        yield "gtin", gtin, "GTIN", GTIN
    if gln:
        yield "gln", gln, "GLN", GLN
    for unit in getattr(golden, "uoms", ()):
        if unit.gtin:
            supplier = f"/{unit.supplier_id}" if unit.supplier_id else ""
            yield f"uoms/{unit.uom}{supplier}", unit.gtin, "GTIN", GTIN


MASTERS = (
    Rule(
        code="STALE_MASTER",
        queue=Queue.MASTER_DATA,
        stages=after(lambda policy: policy.stale_master_grace, Severity.WARN),
        finds=_lagging_copies,
        action="Send the master to the source again, or find out why its interface does not take it.",
        healed="The source holds the master's version, or nothing.",
    ),
    Rule(
        code="CHECK_DIGIT",
        queue=Queue.MASTER_DATA,
        stages=after(at_once, Severity.INFO),
        finds=_wrong_check_digits,
        action="Read the number from the package or the partner's own list again and correct the master.",
        healed="The number is valid.",
    ),
)
