"""What several rules find or say in the same way."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from app.domain import sequences
from app.domain.policy import DAY, HOUR, MINUTE, SECOND, Policy
from app.domain.rules.rule import Finding

NAMED = 20  # in one list: an order may have 10,000 lines, and no topic takes a message of any size


def listed(names: Iterable[str], joint: str = ", ", count: int | None = None) -> str:
    """The first ones, and how many more there are; `count` says how many where not all of them are known by name."""
    known = list(names)
    shown = known[:NAMED]
    more = (len(known) if count is None else count) - len(shown)
    return joint.join([*shown, f"and {more} more"] if more > 0 else shown)


def sentence(words: str) -> str:
    """The words as the beginning of a sentence, ids left as they are."""
    return words[:1].upper() + words[1:]


def counted(count: int, noun: str) -> str:
    """`1 event`, `2 events`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def lasting(duration: int) -> str:
    """Milliseconds in the largest unit that tells them whole; a day is 24 h, as people say."""
    for unit, told in ((DAY, "days"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s")):
        if duration % unit == 0 and duration >= 2 * unit:
            return f"{duration // unit} {told}"
    return f"{duration} ms"


def roughly(duration: int) -> str:
    """Milliseconds in the largest unit that says enough, rounded down."""
    for unit, told in ((DAY, "days"), (HOUR, "h")):
        if duration >= 2 * unit:
            return f"{duration // unit} {told}"
    return f"{duration // MINUTE} min"


def odd_times(policy: Policy) -> str:
    """What is odd about the times of a record, and what becomes of it."""
    ahead, behind = lasting(policy.held_after), lasting(policy.held_before)
    return (
        f"with a date after the time of writing, or more than {behind} before it. "
        f"What is more than {ahead} ahead or {behind} back counts nowhere until somebody decides."
    )


def contested(evidence: str, sources: Container[str]) -> str:
    """What came with several contents: an event, or a source's number (`source#number`)."""
    source, _, number = evidence.rpartition("#")
    return f"Number {number} of {source}" if source in sources else f"Event {evidence}"


def gaps(sources: Mapping[str, sequences.Ranges], policy: Policy, noun: str, of: str, lost: str) -> Iterator[Finding]:
    """One finding a source whose numbers have gaps; `lost` says what that means for those who rely on us."""
    for source, ranges in sources.items():
        missing = sequences.gaps(ranges, 1 if policy.seq_from == 1 else None)
        if not missing:
            continue
        count = sum(last - first + 1 for first, last in missing)
        numbers = sequences.text(missing)
        yield Finding(
            evidence=source,
            source_system=source,
            message=f"{counted(count, noun)} of {source} for {of} never came: number {numbers}. {lost}",
            expected=f"every number up to {ranges[-1]}",
            actual=f"missing {numbers}",
            details={"missing": numbers, "missing_count": str(count)},
        )
