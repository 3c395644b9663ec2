"""What an order names and its master says is over. Source: domain base section 4 (STALE_MASTER)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.domain.golden import GoldenItem
from app.domain.policy import DAY, Policy
from app.domain.quantities import date_text
from app.domain.rules.rule import Finding

if TYPE_CHECKING:
    from app.domain.orders.case import Case
    from app.domain.orders.entry import Entry

Named = tuple[str, str]  # item and source


def retired_items(case: Case, now: int, policy: Policy) -> Iterator[Finding]:
    """Lines still to come of an item that was inactive or replaced when they were ordered."""
    if not case.wanted:
        return
    lines: dict[Named, list[tuple[str, Entry]]] = defaultdict(list)
    for number, tally in sorted(case.picture.tallies.items()):
        name, since = tally.wanted.terms.item_id, tally.wanted.since
        item = policy.masters.items.get(name or "")
        if item is None or item.retired_from is None or since.event_time < item.retired_from or not tally.to_come:
            continue
        lines[name or "", since.source_system].append((number, since))
    for (name, source), named in lines.items():
        yield _retired(case, name, source, named, policy)


def _retired(case: Case, name: str, source: str, named: list[tuple[str, Entry]], policy: Policy) -> Finding:
    item = policy.masters.items[name]
    successor = policy.masters.successor(item)
    shown, since = ", ".join(number for number, _ in named[:20]), date_text((item.retired_from or 0) // DAY)
    instead = f" Order {successor} instead." if successor else ""
    return Finding(
        evidence=f"{name}/{source}",
        source_system=source,
        line=named[0][0] if len(named) == 1 else None,
        message=f"Line(s) {shown} of {case.name} are for item {name}, which is {_over(item)} since {since}: {source} "
        f"works with an old master.{instead}",
        expected=successor or "an active item",
        actual=name,
        caused_by=(*dict.fromkeys(entry.event_id for _, entry in named), item.event_id),
        details={"item_id": name, "lines": shown} | ({"replaced_by": successor} if successor else {}),
    )


def _over(item: GoldenItem) -> str:
    return "inactive" if item.replaced_by is None else f"replaced by {item.replaced_by}"
