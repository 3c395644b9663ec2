"""Small helps for rules that speak of documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from app.domain.policy import Policy
from app.domain.rules.rule import Finding

Finds = Callable[[Any, int, Policy], Iterable[Finding]]


def sentence(words: str) -> str:
    """The words as the beginning of a sentence, ids left as they are."""
    return words[:1].upper() + words[1:]


def once(finds: Finds) -> Finds:
    """One finding a piece of evidence: two documents may carry one number."""

    def finds_once(case: Any, now: int, policy: Policy) -> Iterator[Finding]:
        seen: set[str] = set()
        for finding in finds(case, now, policy):
            if finding.evidence not in seen:
                seen.add(finding.evidence)
                yield finding

    return finds_once
