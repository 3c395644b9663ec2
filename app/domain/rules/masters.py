"""The rules of masters. Sources: domain base section 4 (STALE_MASTER, UNKNOWN_*), contracts sections 3 (role COPY) and
4 (Held)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from app.domain import check_digits
from app.domain.check_digits import GLN, GTIN
from app.domain.codes import Queue, Severity
from app.domain.golden import TOPICS, GoldenItem
from app.domain.policy import DAY, Policy
from app.domain.quantities import date_text
from app.domain.rules.rule import Finding, Rule, after, at_once
from app.domain.rules.wording import listed

if TYPE_CHECKING:
    from app.domain.masters.state import Slot


OWN = frozenset({"version", "event_id", "retired_from"})  # what two records of one version need not share


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


def _unknown(kind: str) -> Callable[[Case, int, Policy], Iterator[Finding]]:
    """What is named and has no master, of one kind."""

    def find(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
        slot = case.slot
        if case.kind == kind and slot.golden is None and slot.citing > 0:
            yield Finding(
                evidence=TOPICS[kind],
                message=f"There is no master of {kind} {case.key}, named by {_citers(slot)}.{_ahead(slot, now)}",
                expected=f"a record in {TOPICS[kind]}",
                actual="none that counts",
            )

    return find


def _ahead(slot: Slot[Any], now: int) -> str:
    """From when on there is one, where that is known."""
    valid = [sheet.valid_from for sheet in slot.others if sheet.valid_from > now and sheet.golden is not None]
    return f" It has one that counts from {date_text(min(valid) // DAY)} on." if valid else ""


def _citers(slot: Slot[Any]) -> str:
    """Who names it, the first ones by name."""
    if not slot.citers:
        return f"{slot.citing} positions, orders and documents"
    return listed(sorted(slot.citers, key=lambda entity: (slot.citers[entity], entity)), count=slot.citing)


def _contested(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """A version that came with several contents, where it counts now or may count later."""
    slot = case.slot
    least = -1 if slot.sheet is None else slot.sheet.version
    for version, same in groupby(slot.rivals, key=lambda rival: rival.version):
        if version < least:
            continue
        counts = next(sheet for sheet in slot.known if sheet.version == version)
        rivals = _other_contents(counts, same)
        if not rivals:
            continue
        other = rivals[0]  # alone is named: it is the one whose difference is told
        more = f", and {len(rivals) - 1} more" if len(rivals) > 1 else ""
        yield Finding(
            evidence=f"version {version}",
            source_system=other.source_system,
            message=f"Version {version} of {case.kind} {case.key} came with {len(rivals) + 1} contents: "
            f"{_written(counts)}, which counts; {_written(other)}{more}. {_difference(counts.golden, other.golden)}",
            expected=counts.event_id,
            actual=other.event_id,
            caused_by=(counts.event_id, *(rival.event_id for rival in rivals)),
        )


def _other_contents(counts: Any, same: Iterable[Any]) -> list[Any]:
    """The first of each content but the one that counts: the same sent again under another id contests nothing."""
    first: dict[bytes, Any] = {}
    for sheet in (counts, *same):
        first.setdefault(sheet.content, sheet)
    return [*first.values()][1:]


def _written(sheet: Any) -> str:
    return f"{sheet.event_id} of {sheet.source_system}, written on {date_text(sheet.record_time // DAY)}"


def _difference(golden: Any, other: Any) -> str:
    """In which fields two contents differ, as far as anything here rests on them."""
    if golden is None or other is None:
        return f"The {'first' if golden is None else 'second'} one withdraws the master."
    names = (name for name in golden.__struct_fields__ if name not in OWN)
    fields = [name for name in names if getattr(golden, name) != getattr(other, name)]
    return f"They differ in {', '.join(fields) or 'nothing that is used here'}."


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


def _two_packs(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Units that an item's master lists with several packs, of which nobody can tell which one is meant."""
    item = case.slot.golden
    if case.kind != "item" or item is None:
        return
    for (uom, supplier_id), factors in _packs(item).items():
        if len(factors) > 1:
            of, said = f" of supplier {supplier_id}" if supplier_id else "", " and ".join(map(str, sorted(factors)))
            yield Finding(
                evidence=f"{uom}/{supplier_id}" if supplier_id else uom,
                message=f"The master of item {case.key} says that 1 {uom}{of} is {said} {item.base_uom}: what is "
                f"counted in {uom} comes to no one quantity.",
                expected="one pack",
                actual=said,
                caused_by=(item.event_id,),
            )


def _packs(item: GoldenItem) -> dict[tuple[str, str | None], set[Fraction]]:
    """How many of the base unit each unit is said to be, by unit and supplier; the base unit is one of itself."""
    packs: dict[tuple[str, str | None], set[Fraction]] = {(item.base_uom, None): {Fraction(1)}}
    for unit in item.uoms:
        owner = None if unit.uom == item.base_uom else unit.supplier_id
        packs.setdefault((unit.uom, owner), set()).add(Fraction(unit.factor, unit.per))
    return packs


def _unknown_rule(kind: str, action: str) -> Rule:
    return Rule(
        code=f"UNKNOWN_{kind.upper()}",
        queue=Queue.MASTER_DATA,
        stages=after(lambda policy: policy.unknown_master_grace, Severity.WARN),
        finds=_unknown(kind),
        action=action,
        healed="Its master has come, or nothing open names it any more.",
    )


MASTERS = (
    _unknown_rule("item", "Send the item's master, or correct the id where it was mistyped."),
    _unknown_rule("supplier", "Find out who that is before anything is paid; send the master or correct the id."),
    _unknown_rule("location", "Send the location's master, or correct the id where it was mistyped."),
    Rule(
        code="STALE_MASTER",
        queue=Queue.MASTER_DATA,
        stages=after(lambda policy: policy.stale_master_grace, Severity.WARN),
        finds=_lagging_copies,
        action="Send the master to the source again, or find out why its interface does not take it.",
        healed="The source holds the master's version, or nothing.",
    ),
    Rule(
        code="DUPLICATE_CONFLICT",
        queue=Queue.MASTER_DATA,
        stages=after(at_once, Severity.WARN),
        finds=_contested,
        action="Decide which of the two is right and send that under a higher version.",
        healed="A higher version counts, or what does not count was taken back.",
    ),
    Rule(
        code="UOM_MISMATCH",
        queue=Queue.MASTER_DATA,
        stages=after(at_once, Severity.WARN),
        finds=_two_packs,
        action="Find out how the item is packed, and correct the master; what is a supplier's own, list as his.",
        healed="Every unit is one pack.",
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
