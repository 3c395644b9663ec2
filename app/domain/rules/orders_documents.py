"""What is wrong with the documents of an order themselves: ids, numbers, versions, times, references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from app.domain.policy import Policy
from app.domain.quantities import text
from app.domain.rules import wording
from app.domain.rules.orders_packs import shipped_twice
from app.domain.rules.rule import Finding
from app.domain.rules.wording import sentence

if TYPE_CHECKING:
    from app.domain.orders.case import Case
    from app.domain.orders.entry import Entry


def _ids(entries: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(sorted({entry.event_id for entry in entries}))


def conflicts(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Ids and numbers that mean several things: of events, of sources, of packs."""
    yield from shipped_twice(case)
    for evidence, rivals in case.picture.standing.conflicts.items():
        what, first = wording.contested(evidence, case.sources), rivals[0]
        yield Finding(
            evidence=evidence,
            message=f"{what} came to {case.name} with {len(rivals)} different contents; only {first.title} counts, "
            "because it was written down first.",
            expected="one content",
            actual=wording.listed((entry.title for entry in rivals), "; "),
            caused_by=_ids(rivals),
        )


def double_versions(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """A whole version that came later settles what the one before it says."""
    order = case.picture.order
    settled = -1 if order is None else order.base.document.version
    for version, rivals in case.picture.standing.doubles.items():
        if version < settled:
            continue
        sources = wording.listed(sorted({entry.source_system for entry in rivals}))
        yield Finding(
            evidence=f"version {version}",
            message=f"Version {version} of {case.name} came with {len(rivals)} different contents (from {sources}). "
            f"Event {rivals[0].event_id} counts, because it was written down first; goods may come twice.",
            expected="one content a version",
            actual=f"{len(rivals)} contents",
            caused_by=_ids(rivals),
        )


def gaps(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    return wording.gaps(case.sources, policy, "document", case.name, "What was said there is missing from the order.")


def implausible_times(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    for source, entries in case.picture.standing.implausible.items():
        titles = "; ".join(sorted(map(_dated, entries))[:5])
        yield Finding(
            evidence=source,
            source_system=source,
            message=f"Source {source} sent {wording.counted(len(entries), 'document')} for {case.name} "
            f"{wording.odd_times(policy)} {sentence(titles)}.",
            caused_by=_ids(entries),
            details={"documents": str(len(entries))},
        )


def _dated(entry: Entry) -> str:
    apart = entry.event_time - entry.record_time
    when = f"{wording.roughly(abs(apart))} {'after' if apart > 0 else 'before'}"
    return f"{entry.document.noun} {entry.document.number}, dated {when} it was written"


def orphans(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """What takes back what never came: a reversal its document, a return its goods."""
    yield from _reversals(case)
    yield from _returns(case)


def _reversals(case: Case) -> Iterator[Finding]:
    for entry in case.picture.standing.orphans:
        target = entry.supersedes or ""
        yield Finding(
            evidence=entry.event_id,
            source_system=entry.source_system,
            message=f"The {entry.purpose} by {entry.title} takes back event {target} of {case.name}, which never came.",
            expected=f"event {target}",
            actual="nothing",
            caused_by=(entry.event_id,),
            details={"supersedes": target},
        )


def _returns(case: Case) -> Iterator[Finding]:
    for tally in case.picture.tallies.values():
        if tally.returned > tally.received:
            returned, received = f"{text(tally.returned)} {tally.uom}", f"{text(tally.received)} {tally.uom}"
            yield Finding(
                evidence=f"line {tally.number}",
                line=tally.number,
                message=f"Line {tally.number} of {case.name}: {returned} went back, of {received} that came. "
                "A receipt is missing, or a return was booked twice.",
                expected=f"at most {received} returned",
                actual=returned,
            )


def orderless_receipts(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    if case.po_number is not None:
        return
    for goods in case.picture.receipts:
        entry = goods.entry
        yield Finding(
            evidence=entry.document.number,
            source_system=entry.source_system,
            message=f"{sentence(entry.title)} names no order: nobody can tell who ordered the goods and who pays.",
            expected="an order number",
            actual="none",
            caused_by=(entry.event_id,),
        )


def unmatched_lines(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    if not case.picture.loose:
        return
    known = wording.listed(sorted(case.picture.tallies)) or "none"
    for entry, named, ordered in case.picture.loose:
        if ordered is not None:
            continue
        evidence = f"{entry.document.number}/{named.name}"
        yield Finding(
            evidence=evidence,
            source_system=entry.source_system,
            line=named.line,
            message=f"Line {named.name} of {entry.title} fits no line, or more than one, of {case.name}, which has "
            f"line(s) {known}. Its quantity counts nowhere.",
            expected=f"one of line(s) {known}",
            actual=named.name,
            caused_by=(entry.event_id,),
        )
