"""What a soak counted, as JSON can hold it; durations in seconds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from statistics import median
from typing import Any

from tests.engine.listener import OUTPUTS, Listener
from tests.soak.feeder import Feeder
from tests.soak.plan import LETHAL
from tests.soak.stage import Happened, Stage
from tests.soak.watch import Standstill

NOTICED_WITHIN = 1.5  # seconds between the last sign of life that a sample saw and the fault that ended it
START, NONE = "start", "no fault"
OUTAGES = ("broker-kill", "broker-pause", "registry")  # of what workers need to work


async def figures(stage: Stage, feeder: Feeder, listener: Listener) -> dict[str, Any]:
    kinds = Counter(happened.kind for happened in stage.happened)
    return {
        "events": len(feeder.records),
        "records_fed": feeder.sent,
        "rate": round(feeder.sent / feeder.seconds),
        "seconds": round(stage.clock()),
        "outputs": {topic: listener.distinct(topic) for topic in OUTPUTS},
        "repeats": {topic: listener.repeated[topic] for topic in OUTPUTS},
        "repeated_fraction": round(listener.repeated.total() / max(1, listener.heard.total()), 6),
        "faults": dict(sorted(kinds.items())),
        "faults_in_all": kinds.total(),
        "faults_lethal": sum(kinds[kind] for kind in LETHAL),
        "worker_exits": dict(sorted(stage.fleet.exits.items())),
        "at_work_after": _spread(stage.fleet.ready_after),
        "stopped_after": _spread(stage.fleet.stopped_after),
        "standstills": standstills(stage.watch.standstills, stage.happened),
        "changelog_rows": {name: await _rows(stage, name) for name in stage.compacted()},
    }


def standstills(seen: Iterable[Standstill], happened: Collection[Happened]) -> dict[str, Any]:
    """The longest of all, and for each kind of fault the longest that each of its kind brought about."""
    blamed = [(_cause(still, happened), still) for still in seen]
    worst: dict[tuple[str, float], float] = defaultdict(float)
    for cause, still in blamed:
        worst[cause] = max(worst[cause], still.seconds)
    by_kind: dict[str, list[float]] = defaultdict(list)
    for (kind, _), seconds in sorted(worst.items()):
        by_kind[kind].append(seconds)
    later = [(kind, still) for (kind, _), still in blamed if kind != START]
    return {
        "longest": _longest(later, ()),
        "longest_without_outages": _longest(later, [h for h in happened if h.kind in OUTAGES]),
        "by_fault": {kind: _spread(seconds) for kind, seconds in by_kind.items()},
    }


def _longest(stills: Iterable[tuple[str, Standstill]], without: Collection[Happened]) -> dict[str, Any]:
    """The longest, not counting the time of some faults."""
    own = [(still.seconds - _overlap(still, without), cause, still.place) for cause, still in stills]
    seconds, cause, place = max(own, default=(0.0, NONE, ""))
    return {"seconds": round(seconds, 1), "place": place, "cause": cause}


def _overlap(still: Standstill, faults: Iterable[Happened]) -> float:
    """Seconds of it in which one of these went on, or several."""
    spent, reached = 0.0, still.began
    for fault in sorted(faults, key=lambda fault: fault.at):
        spent += max(0.0, min(still.ended, fault.until) - max(reached, fault.at))
        reached = max(reached, fault.until)
    return spent


def _spread(seconds: list[float]) -> dict[str, float]:
    return {"longest": round(max(seconds, default=0), 1), "median": round(median(seconds or [0]), 1)}


def _cause(still: Standstill, happened: Collection[Happened]) -> tuple[str, float]:
    """The first fault that began in it; else the last that was not over when it began. Kind and time."""
    if still.began == 0:
        return START, 0
    within = [h for h in happened if still.began - NOTICED_WITHIN <= h.at <= still.ended]
    if within:
        first = min(within, key=lambda h: h.at)
        return first.kind, first.at
    during = [h for h in happened if h.at <= still.began <= h.until]
    last = max(during, key=lambda h: h.at, default=None)
    return (last.kind, last.at) if last else (NONE, 0)


async def _rows(stage: Stage, topic: str) -> dict[str, int]:
    """How many were written, and how many compaction has left."""
    written, kept = Counter[int](), 0
    async for record in stage.cluster.records(topic):
        written[record.partition] = record.offset + 1
        kept += 1
    return {"written": written.total(), "kept": kept}
