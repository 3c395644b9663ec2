"""What an order names and its master says is over. Source: domain base section 4 (STALE_MASTER)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.domain.golden import GoldenItem
from app.domain.policy import DAY, Policy
from app.domain.quantities import date_text, text
from app.domain.rules.rule import Finding
from app.domain.rules.wording import listed

if TYPE_CHECKING:
    from app.domain.orders.case import Case
    from app.domain.orders.lines import Tally

Named = tuple[str, str]  # item and source


def retired_items(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Lines still to come of an item that was inactive or replaced when they were ordered."""
    if not case.wanted:
        return
    lines: dict[Named, list[Tally]] = defaultdict(list)
    for _, tally in sorted(case.picture.tallies.items()):
        name, since = tally.wanted.terms.item_id, tally.wanted.since
        item = policy.masters.items.get(name or "")
        if item is None or item.retired_from is None or since.event_time < item.retired_from or not tally.to_come:
            continue
        lines[name or "", since.source_system].append(tally)
    for (name, source), tallies in lines.items():
        yield _retired(case, name, source, tallies, policy)


def _retired(case: Case, name: str, source: str, tallies: list[Tally], policy: Policy) -> Finding:
    item = policy.masters.items[name]
    successor = policy.masters.successor(item)
    shown = listed(tally.number for tally in tallies)
    to_come = listed(f"{tally.number} ({text(tally.to_come)} {tally.uom} to come)" for tally in tallies)
    return Finding(
        evidence=f"{name}/{source}",
        source_system=source,
        line=tallies[0].number if len(tallies) == 1 else None,
        message=f"Line(s) {to_come} of {case.name} are for item {name}, which is {_over(item, policy)}. "
        f"{_instead(item, case.picture.supplier_id, policy)} {source} works with an old master: its other orders for "
        f"{name} have alerts of their own, in one group.",
        expected=successor or "an active item",
        actual=name,
        caused_by=(*dict.fromkeys(tally.wanted.since.event_id for tally in tallies), item.event_id),
        details={"item_id": name, "lines": shown} | ({"replaced_by": successor} if successor else {}),
    )


def _over(item: GoldenItem, policy: Policy) -> str:
    """What became of it and when, where its master names a day."""
    chain = policy.masters.successors(item)
    what = "replaced by " + ", and that by ".join(chain) if chain else "inactive"
    return f"{what} since {date_text(item.retired_from // DAY)}" if item.retired_from else what


def _instead(item: GoldenItem, supplier_id: str | None, policy: Policy) -> str:
    """What to order, by the supplier's own number where it is known."""
    successor = policy.masters.successor(item)
    if successor is None:
        return "No active item takes its place: ask who keeps the items."
    known = policy.masters.items.get(successor)
    if known is None:
        return f"Order {successor} instead, of which there is no master yet."
    own = next((said.item for said in known.supplier_items if said.supplier_id == supplier_id), None)
    return f"Order {successor} instead" + (f" ({supplier_id} calls it {own})." if own else ".")
