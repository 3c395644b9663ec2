"""Units of orders that do not fit: of documents, of what is ordered, and quantities that were counted in packs.

The last is the domain base's test: two quantities of a line that differ by exactly a pack of the item.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from app.domain.codes import Severity
from app.domain.policy import Policy
from app.domain.quantities import text
from app.domain.rules.rule import Finding, Stage
from app.domain.rules.wording import listed, sentence
from app.domain.units import base, known, pack_between

if TYPE_CHECKING:
    from app.domain.golden import Packings
    from app.domain.orders.case import Case
    from app.domain.orders.lines import Tally


def mismatches(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    yield from _foreign(case, policy)
    for tally in case.picture.tallies.values() if policy.masters.items else ():
        packings = _packings(case, tally, tally.wanted.since.event_time, policy)
        if base(packings) is not None:
            yield from _unlisted(case, tally, packings)
            yield from _packed(case, tally, packings, policy)


def _packings(case: Case, tally: Tally, since: int, policy: Policy) -> Packings:
    """How the item of a line is counted from a time (ms) on."""
    return policy.masters.packings(case.picture.packs.item_of(tally.wanted.terms) or "", since)


def _foreign(case: Case, policy: Policy) -> Iterator[Finding]:
    """Lines of documents in another unit, of which nobody can tell what they come to."""
    for entry, named, ordered in case.picture.loose:
        if ordered is None:
            continue
        uom, quantity = getattr(named, "uom", "?"), getattr(named, "quantity", 0)
        evidence = f"{entry.document.number}/{ordered.number}/{uom}"
        yield Finding(
            evidence=evidence,
            source_system=entry.source_system,
            line=ordered.number,
            message=f"{sentence(entry.title)} counts {text(quantity)} {uom} on line {ordered.number} of "
            f"{case.name}, which is ordered in {ordered.uom}. The quantity counts nowhere"
            f"{_why(case, ordered, (uom, entry.event_time), policy)}.",
            expected=ordered.uom,
            actual=uom,
            caused_by=(entry.event_id,),
        )


def _why(case: Case, ordered: Tally, said: tuple[str, int], policy: Policy) -> str:
    """Why the item's master did not help; `said` is the unit and the time (ms) of the document."""
    terms = ordered.wanted.terms
    item_id = case.picture.packs.item_of(terms)
    if item_id is None and terms.supplier_item:
        return f": there is not exactly one item whose master names the supplier's {terms.supplier_item}"
    if item_id is None:
        return ": the line names no item, whose master could tell"
    for uom, since in (said, (ordered.uom, ordered.wanted.since.event_time)):
        packings = _packings(case, ordered, since, policy)
        if base(packings) is None:
            return f": item {item_id} has no master that could tell"
        units = known(packings, case.picture.supplier_id)
        if uom not in units:
            return f": the item's master knows {listed(units)}, and no {uom}"
    return f": by the item's master it comes to no one quantity in {ordered.uom}"


def _unlisted(case: Case, tally: Tally, packings: Packings) -> Iterator[Finding]:
    """A line ordered in a unit that the item does not have; what is over needs none."""
    if not case.wanted or tally.uom == packings[0].base_uom:
        return
    units = known(packings, case.picture.supplier_id)
    if tally.uom not in units:
        yield Finding(
            evidence=f"{tally.number}/{tally.uom}",
            line=tally.number,
            message=f"Line {tally.number} of {case.name} is ordered in {tally.uom}, and the item's master knows "
            f"{listed(units)}: nobody can tell how much that is.",
            expected=listed(units, " or "),
            actual=tally.uom,
        )


class Pair(NamedTuple):
    """Two quantities of one line that ought to be equal, the larger first; `grace` (ms) for what may be to come."""

    more: int
    of_more: str
    less: int
    of_less: str
    grace: int


def unequal(tally: Tally, policy: Policy) -> Iterator[Pair]:
    """Quantities of a line that differ, those first that nothing to come will make equal."""
    soon, later = policy.uom_mismatch_grace, policy.remainder_grace
    wanted, came = tally.target, tally.received
    for quantity, verb in ((tally.stands.accepted, "accepted"), (tally.shipped, "shipped"), (came, "received")):
        if quantity > wanted > 0:
            yield Pair(quantity, verb, wanted, "wanted", soon)
    if tally.invoiced > wanted > 0:
        yield Pair(tally.invoiced, "billed", wanted, "wanted", soon)
    for quantity, verb in ((tally.shipped, "shipped"), (tally.invoiced, "billed")):
        if quantity > came > 0:
            yield Pair(quantity, verb, came, "received", soon if tally.final else later)
        elif came > quantity > 0:
            yield Pair(came, "received", quantity, verb, later)


def _packed(case: Case, tally: Tally, packings: Packings, policy: Policy) -> Iterator[Finding]:
    for pair in unequal(tally, policy):
        pack = pack_between(pair.more, pair.less, tally.uom, packings, case.picture.supplier_id, policy.uom_factor_pct)
        if pack is not None:
            yield _counted_in(case, tally, pair, pack)
            return


def _counted_in(case: Case, tally: Tally, pair: Pair, pack: str) -> Finding:
    more, less = f"{text(pair.more)} {tally.uom} {pair.of_more}", f"{text(pair.less)} {pair.of_less}"
    item = case.picture.packs.item_of(tally.wanted.terms)
    return Finding(
        evidence=tally.number,
        line=tally.number,
        stages=(Stage(pair.grace, Severity.WARN),),
        message=f"Line {tally.number} of {case.name}: {more}, {less}. By the master of item {item} they differ by one "
        f"pack ({pack}): one of the two seems to be counted in the other unit.",
        expected=f"one quantity in {tally.uom}",
        actual=f"{more}, {less}",
        details={"pack": pack},
    )
