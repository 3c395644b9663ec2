"""Suppliers that may be one, in four tiers. Source: domain base section 4, DUP_SUPPLIER.

A pair has several things in common as a rule; the one that tells most owns the pair, and the others are silent of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import JaroWinkler

from app.domain.codes import Severity
from app.domain.policy import WHOLE, Policy
from app.domain.rules.rule import About, Finding, Stage
from app.domain.supplier_names import plain_name

if TYPE_CHECKING:
    from app.domain.sightings.state import Seen, Sight

MOST = 200  # who have a block in common that tells of nobody: more are not compared pair by pair


class Tier(NamedTuple):
    """What a pair has in common, and what that is worth; `alike`: only where the names are."""

    words: str
    severity: Severity
    alike: bool = False


TIERS = {
    "tax": Tier("one tax number", Severity.WARN),
    "gln": Tier("one GLN", Severity.WARN),
    "duns": Tier("one DUNS number", Severity.WARN),
    "remit": Tier("one bank account for payments", Severity.HIGH),
    "name": Tier("one name in one postcode", Severity.WARN),
    "postcode": Tier("names that are alike in one postcode", Severity.INFO, alike=True),
    "phone": Tier("names that are alike and one phone number", Severity.INFO, alike=True),
}


def look_alike(sight: Sight, now: int, policy: Policy) -> Iterator[Finding]:
    """Pairs of suppliers, of different families, that this block owns."""
    if sight.kind != "supplier":
        return
    tier, standing = TIERS[sight.key.split("@")[1]], sight.standing
    if len(standing) > MOST:
        yield _too_many(sight, tier, policy)
        return
    for first, second in combinations(standing, 2):
        if first.supplier_id != second.supplier_id and _owner(first, second, policy) == sight.key:
            yield _pair(sight, first, second, tier, policy)


def _owner(first: Seen, second: Seen, policy: Policy) -> str | None:
    """The first of the blocks that both show; those that ask for names only where these are alike."""
    common = (key for key in first.keys if key in second.keys)
    return next((key for key in common if not TIERS[key.split("@")[1]].alike or _alike(first, second, policy)), None)


def _alike(first: Seen, second: Seen, policy: Policy) -> bool:
    one, other = plain_name(first.name), plain_name(second.name)
    return bool(one and other) and JaroWinkler.similarity(one, other) * WHOLE >= policy.dup_supplier_likeness


def _pair(sight: Sight, first: Seen, second: Seen, tier: Tier, policy: Policy) -> Finding:
    name, pair = f"suppliers {first.entity} and {second.entity}", sorted((first.entity, second.entity))
    return Finding(
        evidence="/".join((sight.key, *pair)),
        about=About(name, second.facility_id, second.entity, None, "supplier", second.entity),
        stages=(Stage(policy.dup_supplier_grace, tier.severity),),
        message=f"Suppliers {first.entity} ({first.name}) and {second.entity} ({second.name}) have {tier.words}: "
        "they may be one, entered twice.",
        expected="one record a supplier",
        actual=f"{first.entity} and {second.entity}",
        caused_by=tuple(seen.document for seen in (first, second) if seen.document),
    )


def _too_many(sight: Sight, tier: Tier, policy: Policy) -> Finding:
    return Finding(
        evidence="too many",
        about=About(f"suppliers that have {tier.words}"),
        stages=(Stage(policy.dup_supplier_grace, Severity.WARN),),
        message=f"{len(sight.standing)} suppliers have {tier.words} ({sight.key}): more than {MOST} are not compared. "
        "It may be a placeholder.",
        expected=f"at most {MOST}",
        actual=str(len(sight.standing)),
    )
