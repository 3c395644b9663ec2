"""What betrays that the topics of a table are not as its last owner left them: made anew, or given more partitions.

Each finding is a reason to refuse, in words: what is missing cannot be made good here, and is missing without a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from app.errors import ChangelogCorrupt
from app.kafka.line import Line
from app.kafka.publisher import belongs
from app.kafka.writer import RESTORE

SAMPLE = 64  # keys of a partition that are asked where they belong
EVIDENCE = 20  # of them that must agree: by chance they do once in a million


def refuse_what_is_not_whole(line: Line, end: int, partitions: int) -> None:
    """Look at a line just taken over whose changelog was read up to `end`; raises ChangelogCorrupt."""
    for topic, what in _findings(line, end, partitions):
        raise ChangelogCorrupt(f"{topic}/{line.number}: {what}. {RESTORE}")


def _findings(line: Line, end: int, partitions: int) -> Iterator[tuple[str, str]]:
    partition, topic = line.lane.partition, line.writer.changelog
    if partition.mark.n > end:  # a turn writes two records at least
        yield topic, f"its turn {partition.mark.n} stands within {end} offsets: the topic was made anew under a worker"
    for own in line.writer.says:
        if own in line.writer.empty and partition.heads:
            yield own, f"nothing stands there, though {topic} knows {len(partition.heads)} keys: it was made anew"
    keys = list(islice(partition.heads, SAMPLE))
    if before := fewer(keys, line.number, partitions):
        yield (
            topic,
            (
                f"its keys were spread over {before} partitions, and there are {partitions} now: what comes of most of "
                "them goes to others, which know nothing of it"
            ),
        )


def fewer(keys: Sequence[bytes], number: int, partitions: int) -> int | None:
    """How many partitions there were when keys came to lie in this one; None where that is not to be told."""
    if len(keys) < EVIDENCE or _fit(keys, number, partitions):
        return None
    counts = range(partitions - 1, max(1, number), -1)  # keys that fit one fit its divisors, too
    return next((count for count in counts if _fit(keys, number, count)), None)


def _fit(keys: Sequence[bytes], number: int, partitions: int) -> bool:
    return all(belongs(number, partitions, key) for key in keys)
